-- What is kept for a time only. Evaluations, prompts, votes, lineage, agents and runs stay for ever.

-- How long a project keeps its events, where it is not the default.
create table iris.retention (
  project_id text primary key references iris.projects (id) on delete cascade,
  event_days int not null check (event_days between 1 and 36500)
);

-- Takes away what has grown old, a few thousand rows of a table at a time: events 30 days after they came, or as long
-- as the project says (eventDays, remembered from then on); answers to idempotency keys after 7 days; points of metrics
-- after 7 days, for their rows of hours and days, and those after 395. Everything else stays. By default it only counts.
create function public.iris_data_prune(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'admin');
  v_is_dry boolean := coalesce((p_input ->> 'dryRun')::boolean, true);
  v_max int := coalesce((p_input ->> 'maxRows')::int, 10000);
  v_days int := coalesce((p_input ->> 'eventDays')::int,
    (select r.event_days from iris.retention r where r.project_id = v_project), 30);
  v_events_until timestamptz := now() - make_interval(days => v_days);
  v_requests_until timestamptz := now() - interval '7 d';
  v_points_until timestamptz := date_bin(interval '1 h', now() - interval '7 d', timestamptz 'epoch');
  v_events bigint;
  v_requests bigint;
  v_rollup jsonb;
begin
  if v_is_dry then
    select count(*) into v_events from iris.events e
     where e.project_id = v_project and e.ts < v_events_until and e.received_at < v_events_until;
    select count(*) into v_requests from iris.requests r
     where r.project_id = v_project and r.created_at < v_requests_until;
    v_rollup := jsonb_build_object(
      'rolledPoints', (select count(*) from iris.metric_points p where p.project_id = v_project
        and p.ts < v_points_until and p.received_at < now() - interval '1 h'),
      'forgottenRows', (select count(*) from iris.metric_rollups r where r.project_id = v_project
        and r.bucket < now() - interval '395 d'));
  else
    if p_input ? 'eventDays' then
      insert into iris.retention as r (project_id, event_days) values (iris.writer(v_project), v_days)
      on conflict (project_id) do update set event_days = excluded.event_days where r.event_days <> excluded.event_days;
    end if;
    delete from iris.events e where e.project_id = v_project and e.id = any (array(
      select o.id from iris.events o
       where o.project_id = v_project and o.ts < v_events_until and o.received_at < v_events_until order by o.ts limit v_max));
    get diagnostics v_events = row_count;
    delete from iris.requests r where r.project_id = v_project and r.key = any (array(
      select o.key from iris.requests o
       where o.project_id = v_project and o.created_at < v_requests_until order by o.created_at limit v_max));
    get diagnostics v_requests = row_count;
    v_rollup := public.iris_metric_rollup('{"maxHours": 24}', v_project);
  end if;
  return jsonb_build_object('dryRun', v_is_dry, 'eventDays', v_days,
    'deleted', jsonb_build_object('events', v_events, 'requests', v_requests, 'metric_rollups', v_rollup -> 'forgottenRows'),
    'rolled', jsonb_build_object('metric_points', v_rollup -> 'rolledPoints'),
    'total', v_events + v_requests + (v_rollup ->> 'rolledPoints')::bigint + (v_rollup ->> 'forgottenRows')::bigint);
end $$;

-- The same for every project, for whoever owns the database: a schedule calls it. How many rows it took away comes
-- back; while that is more than nothing, there may be more.
create function iris.prune(p_max_rows int default 10000) returns bigint
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_role text := pg_catalog.current_setting('role');
  v_project text;
  v_total bigint := 0;
begin
  foreach v_project in array array(select p.id from iris.projects p order by p.id) loop
    -- An owner without superuser rights is held back by row-level security like everybody else.
    perform pg_catalog.set_config('role', 'iris_local', true), pg_catalog.set_config('iris.project_id', v_project, true);
    v_total := v_total + (public.iris_data_prune(jsonb_build_object('dryRun', false, 'maxRows', p_max_rows), v_project)
      ->> 'total')::bigint;
  end loop;
  perform pg_catalog.set_config('role', v_role, true), pg_catalog.set_config('iris.project_id', '', true);
  return v_total;
end $$;

select iris.guard_table('retention');
select iris.publish('retention');
