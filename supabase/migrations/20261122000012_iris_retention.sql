-- How long things are kept: events 30 days, points of metrics 7 days and their rows of hours 395 days, answers to
-- idempotency keys 7 days; evaluations, prompts, votes and lineage for ever.

-- Forgets what is older, in one project or in all. It only counts unless dryRun is false. For the owner of the
-- database: the embedded one calls it by itself once a day.
create function public.iris_admin_prune(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_events timestamptz := now() - make_interval(days => coalesce((p_input ->> 'eventDays')::int, 30));
  v_requests timestamptz := now() - make_interval(days => coalesce((p_input ->> 'requestDays')::int, 7));
  v_is_dry boolean := coalesce((p_input ->> 'dryRun')::boolean, true);
  v_project text;
  v_event_count bigint := 0;
  v_request_count bigint := 0;
  v_point_count bigint := 0;
  v_count bigint;
begin
  if v_is_dry then
    select count(*) into v_event_count from iris.events e
     where e.ts < v_events and e.project_id = coalesce(p_project, e.project_id);
    select count(*) into v_request_count from iris.requests r
     where r.created_at < v_requests and r.project_id = coalesce(p_project, r.project_id);
    select count(*) into v_point_count from iris.metric_points m
     where m.ts < now() - interval '7 d' and m.project_id = coalesce(p_project, m.project_id);
  else
    delete from iris.events e where e.ts < v_events and e.project_id = coalesce(p_project, e.project_id);
    get diagnostics v_event_count = row_count;
    delete from iris.requests r where r.created_at < v_requests and r.project_id = coalesce(p_project, r.project_id);
    get diagnostics v_request_count = row_count;
    for v_project in select p.id from iris.projects p where p.id = coalesce(p_project, p.id) loop
      v_count := (public.iris_metric_rollup('{}', v_project) ->> 'rolledPoints')::bigint;
      v_point_count := v_point_count + v_count;
    end loop;
  end if;
  return jsonb_build_object('dryRun', v_is_dry, 'events', v_event_count, 'requests', v_request_count,
    'rolledPoints', v_point_count);
end $$;

select iris.publish('retention');
