-- Agents: who works in a project, what they can do, and whether they are there. Liveness is computed when it is read.
create table iris.agents (
  project_id text not null references iris.projects (id) on delete cascade,
  id text not null check (length(id) between 1 and 200),
  name text,
  version text,
  description text,
  capabilities text[] not null default '{}',
  skills jsonb not null default '[]',
  card jsonb,
  metadata jsonb not null default '{}',
  ttl_s int not null default 300 check (ttl_s between 5 and 86400),
  declared text not null default 'idle' check (declared in ('idle', 'busy', 'draining', 'error', 'stopped')),
  status_message text,
  current_task text,
  load double precision check (load between 0 and 1),
  token_hash bytea,
  registered_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  heartbeat_seq bigint not null default 0,
  primary key (project_id, id)
);
create index agents_capabilities_idx on iris.agents using gin (capabilities);

-- A call that names an agent is a sign of life; written at most once in a tenth of its time to live.
create function iris.seen(p_project text, p_agent text) returns void
language sql volatile security invoker set search_path = '' as $$
  update iris.agents a set last_seen_at = now()
   where a.project_id = p_project and a.id = p_agent
     and a.last_seen_at < now() - make_interval(secs => a.ttl_s / 10.0)
$$;

-- An agent with a token has to send it along, so that nobody speaks for it.
create function iris.check_token(p_project text, p_agent text, p_token_hash text) returns void
language plpgsql stable security invoker set search_path = '' as $$
begin
  if exists (select 1 from iris.agents a where a.project_id = p_project and a.id = p_agent and a.token_hash is not null
              and a.token_hash is distinct from decode(coalesce(p_token_hash, ''), 'hex')) then
    perform iris.fail(403, 'The agent ' || to_json(p_agent) || ' has a token, and this call does not carry it',
      'Send the token that agent_register answered with.');
  end if;
end $$;

-- What everybody may know of one agent, by the clock of the database.
create function iris.agent_status(p_agent iris.agents) returns jsonb
language sql stable security invoker set search_path = '' as $$
  with age as (select extract(epoch from now() - p_agent.last_seen_at)::double precision as seconds),
  alive as (
    select case
      when p_agent.declared = 'stopped' then 'stopped'
      when age.seconds <= p_agent.ttl_s then 'online'
      when age.seconds <= 3 * p_agent.ttl_s then 'stale'
      else 'offline' end as liveness, age.seconds from age)
  select jsonb_build_object(
    'agentId', p_agent.id, 'registered', true, 'liveness', alive.liveness, 'status', p_agent.declared,
    'available', alive.liveness = 'online' and p_agent.declared = 'idle',
    'name', p_agent.name, 'version', p_agent.version, 'description', p_agent.description,
    'lastSeenAt', iris.iso(p_agent.last_seen_at),
    'expiresAt', iris.iso(p_agent.last_seen_at + make_interval(secs => p_agent.ttl_s)),
    'ageSeconds', round(alive.seconds::numeric, 3), 'ttlSeconds', p_agent.ttl_s,
    'capabilities', p_agent.capabilities, 'skills', p_agent.skills, 'metadata', p_agent.metadata,
    'message', p_agent.status_message, 'currentTask', p_agent.current_task, 'load', p_agent.load)
  from alive
$$;

-- A key that is given replaces the old one whole; null takes it away.
create function iris.merge_metadata(p_old jsonb, p_given jsonb) returns jsonb
language sql immutable security invoker set search_path = '' as $$
  select coalesce(jsonb_object_agg(m.key, m.value), '{}')
    from jsonb_each(p_old || coalesce(p_given, '{}')) m
   where m.value <> 'null'
$$;

create function public.iris_agent_register(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_before iris.agents;
  v_agent iris.agents;
  v_content jsonb := p_input - array['newTokenHash', 'sessionId', 'traceId'];
  v_response jsonb := iris.replay(v_project, 'iris_agent_register', v_content);
  v_names text[] := array(
    select case jsonb_typeof(c.value) when 'string' then c.value #>> '{}' else c.value ->> 'id' end as name
      from jsonb_array_elements(coalesce(p_input -> 'capabilities', '[]')) with ordinality c
     group by name order by min(c.ordinality));
  v_skills jsonb := (
    select coalesce(jsonb_agg(c), '[]') from jsonb_array_elements(coalesce(p_input -> 'capabilities', '[]')) c
     where jsonb_typeof(c) = 'object');
begin
  if v_response is not null and p_input ->> 'newTokenHash' is not null then
    perform iris.fail(409, 'The token of ' || to_json(p_input ->> 'agentId') || ' was answered once, and is not kept',
      'Take the token of the first answer, or use another idempotencyKey.');
  elsif v_response is not null then
    return v_response;
  end if;
  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(v_project || E'\x01agent\x01' || (p_input ->> 'agentId'), 0));
  select * into v_before from iris.agents a where a.project_id = v_project and a.id = p_input ->> 'agentId';
  perform iris.check_token(v_project, p_input ->> 'agentId', p_input ->> 'tokenHash');
  if v_before.id is null and (select count(*) from iris.agents a where a.project_id = v_project) >= 10000 then
    perform iris.fail(413, 'The project has 10000 agents already', 'Deregister the ones that are gone.');
  end if;
  insert into iris.agents as a (project_id, id, name, version, description, capabilities, skills, card, metadata, ttl_s, token_hash)
  values (v_project, p_input ->> 'agentId', p_input ->> 'name', p_input ->> 'version', p_input ->> 'description',
    v_names, v_skills, p_input -> 'card', iris.merge_metadata('{}', p_input -> 'metadata'), coalesce((p_input ->> 'ttlSeconds')::int, 300),
    decode(p_input ->> 'newTokenHash', 'hex'))
  on conflict (project_id, id) do update set
    name = coalesce(excluded.name, a.name), version = coalesce(excluded.version, a.version),
    description = coalesce(excluded.description, a.description),
    capabilities = case when p_input ? 'capabilities' then excluded.capabilities else a.capabilities end,
    skills = case when p_input ? 'capabilities' then excluded.skills else a.skills end,
    card = coalesce(excluded.card, a.card),
    metadata = iris.merge_metadata(a.metadata, p_input -> 'metadata'),
    ttl_s = coalesce((p_input ->> 'ttlSeconds')::int, a.ttl_s), token_hash = coalesce(excluded.token_hash, a.token_hash),
    declared = case when a.declared = 'stopped' then 'idle' else a.declared end, last_seen_at = now(),
    -- An agent that starts anew counts its heartbeats anew.
    heartbeat_seq = 0
  returning * into v_agent;
  if v_before.id is null then
    perform iris.note(v_project, 'agent.registered', p_input, jsonb_build_object('capabilities', v_names));
  end if;
  return iris.remember(v_project, 'iris_agent_register', v_content,
    iris.agent_status(v_agent) || jsonb_build_object('created', v_before.id is null));
end $$;

create function public.iris_agent_status(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_id text := p_input ->> 'agentId';
  v_limit int := coalesce((p_input ->> 'limit')::int, 50);
  v_rows jsonb;
begin
  if v_id is not null then
    select jsonb_build_array(iris.agent_status(a)
        || jsonb_build_object('card', a.card, 'stats', iris.agent_stats(v_project, a.id))) into v_rows
      from iris.agents a where a.project_id = v_project and a.id = v_id;
    return jsonb_build_object('agents', coalesce(v_rows, jsonb_build_array(jsonb_build_object(
      'agentId', v_id, 'registered', false, 'liveness', 'unknown', 'status', null, 'available', false, 'lastSeenAt', null,
      'expiresAt', null, 'ageSeconds', null, 'ttlSeconds', null, 'capabilities', '[]'::jsonb,
      'stats', iris.agent_stats(v_project, v_id)))));
  end if;
  select jsonb_agg(iris.agent_status(page.a) order by (page.a).id) into v_rows from (
    select a from iris.agents a
     where a.project_id = v_project and a.id > coalesce(p_input ->> 'cursor', '')
       -- Who has been away for long is still answered for by its id.
       and a.last_seen_at + make_interval(secs => 3 * a.ttl_s) > now() - interval '30 d'
     order by a.id limit v_limit + 1) page;
  return jsonb_build_object(
    'agents', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', v_limit - 1)), '[]'),
    'nextCursor', case when jsonb_array_length(coalesce(v_rows, '[]')) > v_limit
      then v_rows -> (v_limit - 1) ->> 'agentId' end);
end $$;

select iris.guard_table('agents');
select iris.publish('agents');
