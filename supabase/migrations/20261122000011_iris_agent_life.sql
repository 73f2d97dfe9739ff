-- The life of agents after they were registered: heartbeats, finding one for a task, their record, and their leaving.

-- What an agent, registered or not, has done: its events of a day, its evaluations, and its votes, of which some were
-- judged by what turned out to be right (accuracy) and some belong to decided questions (agreement).
create function iris.agent_stats(p_project text, p_agent text) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
      'events24h', e.count, 'errorRate24h', round(e.errors::numeric / nullif(e.told, 0), 4),
      'evaluations', j.count, 'avgScore', round(j.score::numeric, 4),
      'votes', b.count, 'votesJudged', coalesce(r.total_count, 0),
      'voteAccuracy', round(r.right_count::numeric / nullif(r.total_count, 0), 4),
      'votesDecided', b.decided, 'voteAgreement', round(b.agreed::numeric / nullif(b.decided, 0), 4))
    from (
      select count(*) as count, count(*) filter (where e.outcome in ('failure', 'timeout')) as errors,
        count(*) filter (where e.outcome in ('success', 'failure', 'timeout')) as told
        from iris.events e
       where e.project_id = p_project and e.agent_id = p_agent and e.ts > now() - interval '24 h') e
    cross join (
      select count(*) as count, avg(j.score) as score from iris.evaluations j
       where j.project_id = p_project and j.agent_id = p_agent) j
    cross join (
      select count(*) as count, count(*) filter (where v.chosen <> '{abstain}' and v.won is not null) as decided,
        count(*) filter (where v.won = any (v.chosen)) as agreed
        from (
          select coalesce(b.approvals, array[coalesce(b.decision, b.ranking[1])]) as chosen,
            case when c.result ->> 'status' = 'reached' then case c.result ->> 'outcome'
              when 'approved' then 'approve' when 'rejected' then 'reject'
              else substr(c.result ->> 'outcome', length('choice:') + 1) end end as won
            from iris.votes b
            join iris.consensus c on c.project_id = b.project_id and c.id = b.consensus_id
           where b.project_id = p_project and b.agent_id = p_agent and b.is_current) v) b
    left join iris.voters r on r.project_id = p_project and r.agent_id = p_agent
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
                 and a.last_seen_at + make_interval(secs => 3 * a.ttl_s) > now() - interval '30 d') candidate
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
