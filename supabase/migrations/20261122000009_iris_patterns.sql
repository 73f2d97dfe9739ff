-- Pattern discovery: what happened in each session, for iris to mine, and what it found, where that is kept.
create table iris.patterns (
  project_id text not null references iris.projects (id) on delete cascade,
  run_id uuid not null,
  pattern_id text not null,
  kind text not null check (kind in ('itemset', 'rule', 'sequence', 'seq_rule')),
  pattern jsonb not null,
  params jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (project_id, run_id, pattern_id)
);
create index patterns_created_idx on iris.patterns (project_id, created_at desc);

-- One page of sessions (or traces, or agents), the newest first, with what happened in each.
create function public.iris_pattern_sessions(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_since timestamptz := coalesce(iris.moment(p_input ->> 'since', 'since'), now() - interval '30 days');
  v_until timestamptz := coalesce(iris.moment(p_input ->> 'until', 'until'), 'infinity');
  v_unit text := coalesce(p_input ->> 'unit', 'session');
  v_limit int := coalesce((p_input ->> 'limit')::int, 5000);
  v_after jsonb := p_input -> 'after';
  v_ids text[] := case when p_input ? 'ids' then array(select jsonb_array_elements_text(p_input -> 'ids')) end;
  v_rows jsonb;
begin
  select jsonb_agg(page.line order by page.last_at desc, page.key) into v_rows from (
    select s.key, s.last_at, jsonb_build_object('id', s.key, 'firstAt', iris.iso(s.first_at), 'lastAt', iris.iso(s.last_at),
        'at', s.last_at, 'events', s.events) as line
      from (
        select case v_unit when 'trace' then e.trace_id when 'agent' then e.agent_id else e.session_id end as key,
            min(e.ts) as first_at, max(e.ts) as last_at,
            jsonb_agg(jsonb_build_object('t', e.ts, 'e', e.event, 'o', e.outcome, 'a', e.agent_id, 'd', e.duration_ms,
              'x', e.attributes) order by e.ts, e.id) as events
          from iris.events e
         where e.project_id = v_project and e.ts >= v_since and e.ts < v_until
           and case v_unit when 'trace' then e.trace_id when 'agent' then e.agent_id else e.session_id end is not null
           and (v_ids is null or case v_unit when 'trace' then e.trace_id when 'agent' then e.agent_id else e.session_id end = any (v_ids))
         group by 1
      ) s
     where v_after is null or s.last_at < (v_after ->> 'at')::timestamptz
        or (s.last_at = (v_after ->> 'at')::timestamptz and s.key > v_after ->> 'id')
     order by s.last_at desc, s.key limit v_limit) page;
  return jsonb_build_object('sessions', coalesce(v_rows, '[]'),
    'after', case when jsonb_array_length(v_rows) = v_limit
      then jsonb_build_object('at', v_rows -> -1 -> 'at', 'id', v_rows -> -1 -> 'id') end);
end $$;

create function public.iris_pattern_save(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_count int;
begin
  insert into iris.patterns (project_id, run_id, pattern_id, kind, pattern, params)
  select v_project, (p_input ->> 'runId')::uuid, p ->> 'id', p ->> 'kind', p, coalesce(p_input -> 'params', '{}')
    from jsonb_array_elements(coalesce(p_input -> 'patterns', '[]')) p
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return jsonb_build_object('saved', v_count);
end $$;

select iris.guard_table('patterns');
select iris.publish('patterns');
