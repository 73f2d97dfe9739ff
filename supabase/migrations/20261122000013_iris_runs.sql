-- Runs of scripts that called tools, with each call: what it was, how long it took, and how it ended.
create table iris.runs (
  project_id text not null references iris.projects (id) on delete cascade,
  id text not null check (length(id) between 1 and 200),
  script text not null check (length(script) between 1 and 1000),
  sandbox_id text,
  provider text,
  exit_code int,
  signal text,
  started_at timestamptz not null,
  duration_ms double precision not null check (duration_ms >= 0),
  call_count int not null default 0,
  failed_count int not null default 0,
  created_at timestamptz not null default now(),
  primary key (project_id, id)
);

create table iris.run_calls (
  project_id text not null,
  run_id text not null,
  place int not null,
  tool text not null check (length(tool) between 1 and 200),
  started_at timestamptz not null,
  duration_ms double precision not null check (duration_ms >= 0),
  input_bytes bigint not null,
  output_bytes bigint not null,
  -- ok, or the code that it failed with.
  outcome text not null check (length(outcome) between 1 and 100),
  input_sha256 text not null check (input_sha256 ~ '^[0-9a-f]{64}$'),
  primary key (project_id, run_id, place),
  foreign key (project_id, run_id) references iris.runs (project_id, id) on delete cascade
);

create function iris.run_json(p_run iris.runs) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('id', p_run.id, 'script', p_run.script, 'sandboxId', p_run.sandbox_id,
    'provider', p_run.provider, 'exitCode', p_run.exit_code, 'signal', p_run.signal,
    'startedAt', iris.iso(p_run.started_at), 'durationMs', p_run.duration_ms,
    'calls', p_run.call_count, 'failedCalls', p_run.failed_count)
$$;

-- Keeps a run that has ended, and ties what it tracked of lineage to it.
create function public.iris_run_record(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_id text := p_input ->> 'id';
  v_started timestamptz := (p_input ->> 'startedAt')::timestamptz;
begin
  insert into iris.runs (project_id, id, script, sandbox_id, provider, exit_code, signal, started_at, duration_ms,
      call_count, failed_count)
  values (v_project, v_id, p_input ->> 'script', p_input ->> 'sandboxId', p_input ->> 'provider',
    (p_input ->> 'exitCode')::int, p_input ->> 'signal', v_started, (p_input ->> 'durationMs')::double precision,
    (p_input ->> 'callCount')::int, (p_input ->> 'failedCount')::int)
  on conflict do nothing;
  if not found then
    return jsonb_build_object('id', v_id, 'duplicate', true);
  end if;
  insert into iris.run_calls (project_id, run_id, place, tool, started_at, duration_ms, input_bytes, output_bytes,
      outcome, input_sha256)
  select v_project, v_id, c.place, c.call ->> 'tool', (c.call ->> 'startedAt')::timestamptz,
      (c.call ->> 'durationMs')::double precision, (c.call ->> 'inputBytes')::bigint,
      (c.call ->> 'outputBytes')::bigint, c.call ->> 'outcome', c.call ->> 'inputSha256'
    from jsonb_array_elements(coalesce(p_input -> 'calls', '[]')) with ordinality as c (call, place);
  insert into iris.lineage_nodes (project_id, id, kind, name, started_at, ended_at, session_id, attributes)
  values (v_project, v_id, 'activity', left(p_input ->> 'script', 300), v_started,
    v_started + make_interval(secs => (p_input ->> 'durationMs')::double precision / 1000), v_id,
    jsonb_build_object('iris.calls', (p_input ->> 'callCount')::int, 'iris.exitCode', (p_input ->> 'exitCode')::int))
  on conflict do nothing;
  insert into iris.lineage_edges (project_id, src, dst, rel)
  select v_project, n.id, v_id, 'informed' from iris.lineage_nodes n
   where n.project_id = v_project and n.session_id = v_id and n.kind = 'activity' and n.id <> v_id
   order by n.id
  on conflict do nothing;
  return jsonb_build_object('id', v_id, 'duplicate', false);
end $$;

-- The newest first: ids of runs begin with the time.
create function public.iris_run_list(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := coalesce((p_input ->> 'limit')::int, 50);
  v_rows jsonb;
begin
  select jsonb_agg(iris.run_json(page.r) order by (page.r).id desc) into v_rows
    from (select r from iris.runs r
           where r.project_id = v_project and (not p_input ? 'cursor' or r.id < p_input ->> 'cursor')
           order by r.id desc limit v_limit + 1) page;
  return jsonb_build_object(
    'runs', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', v_limit - 1)), '[]'),
    'nextCursor', case when jsonb_array_length(coalesce(v_rows, '[]')) > v_limit
      then v_rows -> (v_limit - 1) ->> 'id' end);
end $$;

create function public.iris_run_get(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_run iris.runs;
begin
  select * into v_run from iris.runs r where r.project_id = v_project and r.id = p_input ->> 'id';
  if v_run.id is null then
    perform iris.fail(404, 'There is no run ' || to_json(p_input ->> 'id'),
      'List them: run_list. Runs that called no tool are not kept.');
  end if;
  return iris.run_json(v_run) || jsonb_build_object('toolCalls', (
    select coalesce(jsonb_agg(jsonb_build_object('tool', c.tool, 'startedAt', iris.iso(c.started_at),
        'durationMs', c.duration_ms, 'inputBytes', c.input_bytes, 'outputBytes', c.output_bytes,
        'outcome', c.outcome, 'inputSha256', c.input_sha256) order by c.place), '[]')
      from iris.run_calls c where c.project_id = v_project and c.run_id = v_run.id));
end $$;

select iris.guard_table('runs');
select iris.guard_table('run_calls');
select iris.publish('runs');
