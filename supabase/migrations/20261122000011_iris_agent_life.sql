-- The life of agents after they were registered: heartbeats, finding one for a task, their record, and their leaving.

-- What an agent has done, from what the other groups know of it.
create function iris.agent_stats(p_project text, p_agent text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'events24h', e.total, 'errorRate24h', case when e.judged > 0 then round(e.failed::numeric / e.judged, 4) end,
    'evaluations', v.total, 'avgScore', round(v.score::numeric, 4),
    'votes', (select count(*) from iris.votes b
               where b.project_id = p_project and b.agent_id = p_agent and b.is_current),
    'voteAccuracy', (select round(r.right_count::numeric / nullif(r.total_count, 0), 4) from iris.voters r
                      where r.project_id = p_project and r.agent_id = p_agent))
  from (select count(*) as total, count(*) filter (where x.outcome in ('success', 'failure', 'timeout')) as judged,
          count(*) filter (where x.outcome in ('failure', 'timeout')) as failed
          from iris.events x
         where x.project_id = p_project and x.agent_id = p_agent and x.ts > now() - interval '24 h') e,
       (select count(*) as total, avg(x.score) as score from iris.evaluations x
         where x.project_id = p_project and x.agent_id = p_agent) v
$$;
create index evaluations_agent_idx on iris.evaluations (project_id, agent_id) where agent_id is not null;
create index events_agent_idx on iris.events (project_id, agent_id, ts desc) where agent_id is not null;
create index votes_agent_idx on iris.votes (project_id, agent_id) where is_current;

-- A sign of life with what the agent says of itself. One that comes late, by its number, changes nothing.
create function public.iris_agent_heartbeat(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'agentId';
  v_seq bigint := (p_input ->> 'seq')::bigint;
  v_agent iris.agents;
begin
  perform iris.check_token(v_project, v_id, p_input ->> 'tokenHash');
  update iris.agents a set
    last_seen_at = now(),
    heartbeat_seq = greatest(a.heartbeat_seq, coalesce(v_seq, a.heartbeat_seq)),
    declared = coalesce(p_input ->> 'status', case when a.declared = 'stopped' then 'idle' else a.declared end),
    status_message = case when p_input ? 'message' then p_input ->> 'message' else a.status_message end,
    current_task = case when p_input ? 'currentTask' then p_input ->> 'currentTask' else a.current_task end,
    load = case when p_input ? 'load' then (p_input ->> 'load')::double precision else a.load end
   where a.project_id = v_project and a.id = v_id and (v_seq is null or v_seq > a.heartbeat_seq)
  returning * into v_agent;
  if v_agent.id is not null then
    return iris.agent_status(v_agent) || jsonb_build_object('applied', true);
  end if;
  select * into v_agent from iris.agents a where a.project_id = v_project and a.id = v_id;
  if v_agent.id is null then
    perform iris.fail(404, 'There is no agent ' || to_json(v_id), 'Register it first: agent_register.');
  end if;
  return iris.agent_status(v_agent) || jsonb_build_object('applied', false);
end $$;

-- Agents that can do what is asked for, the least busy first. Who has been away for 30 days is not among them.
create function public.iris_agent_find(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_needed text[] := array(select jsonb_array_elements_text(coalesce(p_input -> 'capabilities', '[]')));
  v_rows jsonb;
begin
  select jsonb_agg(found.status order by found.is_free desc, found.load, found.last_seen_at desc, found.id) into v_rows
    from (
      select candidate.*, (candidate.status ->> 'available')::boolean as is_free
        from (select a.id, a.last_seen_at, coalesce(a.load, 0) as load, iris.agent_status(a) as status
                from iris.agents a
               where a.project_id = v_project and a.capabilities @> v_needed
                 and a.last_seen_at > now() - interval '30 d') candidate
       where (not p_input ? 'liveness' or p_input -> 'liveness' ? (candidate.status ->> 'liveness'))
         and (not p_input ? 'status' or candidate.status ->> 'status' = p_input ->> 'status')
       order by is_free desc, candidate.load, candidate.last_seen_at desc, candidate.id
       limit coalesce((p_input ->> 'limit')::int, 50)) found;
  return jsonb_build_object('agents', coalesce(v_rows, '[]'));
end $$;

-- Forgets an agent; what it did stays.
create function public.iris_agent_deregister(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'agentId';
begin
  perform iris.check_token(v_project, v_id, p_input ->> 'tokenHash');
  delete from iris.agents a where a.project_id = v_project and a.id = v_id;
  if found then
    perform iris.note(v_project, 'agent.deregistered', p_input, '{}');
    return jsonb_build_object('agentId', v_id, 'deregistered', true);
  end if;
  return jsonb_build_object('agentId', v_id, 'deregistered', false);
end $$;

select iris.publish('agent_life');
