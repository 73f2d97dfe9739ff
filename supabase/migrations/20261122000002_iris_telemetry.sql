-- Events and spans. Every other group writes here too, so that patterns can join them.
create table iris.events (
  project_id text not null references iris.projects (id) on delete cascade,
  id uuid not null,
  kind text not null default 'event' check (kind in ('event', 'span')),
  event text not null check (length(event) between 1 and 200),
  ts timestamptz not null default now(),
  end_ts timestamptz,
  received_at timestamptz not null default now(),
  session_id text,
  agent_id text,
  trace_id text check (trace_id ~ '^[0-9a-f]{32}$' and trace_id !~ '^0+$'),
  span_id text check (span_id ~ '^[0-9a-f]{16}$' and span_id !~ '^0+$'),
  parent_span_id text check (parent_span_id ~ '^[0-9a-f]{16}$'),
  severity smallint check (severity between 1 and 24),
  outcome text check (outcome in ('success', 'failure', 'timeout', 'cancelled', 'unknown')),
  duration_ms double precision check (duration_ms >= 0),
  attributes jsonb not null default '{}',
  -- What only OpenTelemetry knows: resource, scope, span kind, status, links, body, and times to the nanosecond.
  otel jsonb,
  primary key (project_id, id),
  check (end_ts is null or end_ts >= ts)
);
create index events_ts_idx on iris.events (project_id, ts, id);
create index events_session_idx on iris.events (project_id, session_id, ts) where session_id is not null;
create index events_trace_idx on iris.events (project_id, trace_id, ts) where trace_id is not null;
create index events_event_idx on iris.events (project_id, event, ts desc);
create index events_attributes_idx on iris.events using gin (attributes jsonb_path_ops);

-- Notes what another group did, in the transaction that did it. The keys of p_caller: sessionId, agentId, traceId.
create function iris.note(p_project text, p_event text, p_caller jsonb, p_attributes jsonb, p_outcome text default null)
returns void language sql volatile security invoker set search_path = '' as $$
  insert into iris.events (project_id, id, event, session_id, agent_id, trace_id, outcome, attributes)
  values (p_project, gen_random_uuid(), p_event, p_caller ->> 'sessionId', p_caller ->> 'agentId',
    p_caller ->> 'traceId', p_outcome, jsonb_strip_nulls(p_attributes))
$$;

-- A moment in whole microseconds since 1970.
create function iris.micros(p_at timestamptz) returns bigint
language sql immutable security invoker set search_path = '' as $$
  select (extract(epoch from p_at) * 1000000)::bigint
$$;

create function iris.from_micros(p_micros bigint) returns timestamptz
language sql immutable security invoker set search_path = '' as $$
  select timestamptz 'epoch' + p_micros / 1000000 * interval '1 s' + p_micros % 1000000 * interval '1 us'
$$;

-- An event as callers see it; p_exact adds what an export needs.
create function iris.event_json(p_event iris.events, p_exact boolean default false) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'id', p_event.id, 'kind', p_event.kind, 'event', p_event.event, 'timestamp', iris.iso(p_event.ts),
    'endTime', iris.iso(p_event.end_ts), 'durationMs', p_event.duration_ms, 'sessionId', p_event.session_id,
    'agentId', p_event.agent_id, 'traceId', p_event.trace_id, 'spanId', p_event.span_id,
    'parentSpanId', p_event.parent_span_id, 'severity', p_event.severity, 'outcome', p_event.outcome))
    -- Not stripped: a null in the caller's own attributes says something.
    || jsonb_build_object('attributes', p_event.attributes)
    || case when p_event.otel ? 'body' then jsonb_build_object('body', p_event.otel -> 'body') else '{}' end
    || case when p_exact then jsonb_strip_nulls(jsonb_build_object('startMicros', iris.micros(p_event.ts),
         'endMicros', iris.micros(p_event.end_ts), 'receivedMicros', iris.micros(p_event.received_at)))
         || jsonb_build_object('otel', p_event.otel) else '{}' end
$$;

-- Stores prepared events; an id that is there already is a replay. Moments far ahead of the clock are set to now.
create function public.iris_telemetry_log(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_response jsonb := iris.replay(v_project, 'iris_telemetry_log', p_input);
  v_events jsonb := coalesce(p_input -> 'events', '[]');
begin
  if v_response is not null then
    return v_response;
  end if;
  if jsonb_array_length(v_events) > 500 then
    perform iris.fail(413, 'A call takes at most 500 events', 'Send them in several calls.');
  end if;
  with given as materialized (
    select e.ordinality as place, e.value as v, coalesce((e.value ->> 'id')::uuid, gen_random_uuid()) as id,
      coalesce((e.value ->> 'timestamp')::timestamptz, iris.from_micros((e.value ->> 'startMicros')::bigint),
        -- Those of one call keep their order.
        now() + (e.ordinality - 1) * interval '1 us') as start_ts,
      coalesce((e.value ->> 'endTime')::timestamptz, iris.from_micros((e.value ->> 'endMicros')::bigint)) as given_end,
      (e.value ->> 'durationMs')::double precision as given_ms
      from jsonb_array_elements(v_events) with ordinality e
  ), measured as (
    select g.*, g.start_ts > now() + interval '10 min' as is_clamped,
      case when g.given_end is not null then greatest(g.given_end - g.start_ts, interval '0')
        when g.v ->> 'kind' = 'span' then make_interval(secs => g.given_ms / 1000) end as span
      from given g
  ), timed as (
    select m.*, case when m.is_clamped then now() else m.start_ts end as ts from measured m
  ), added as (
    insert into iris.events as e (project_id, id, kind, event, ts, end_ts, session_id, agent_id, trace_id, span_id,
      parent_span_id, severity, outcome, duration_ms, attributes, otel)
    select v_project, t.id, coalesce(t.v ->> 'kind', 'event'), t.v ->> 'event', t.ts, t.ts + t.span,
      t.v ->> 'sessionId', t.v ->> 'agentId', lower(t.v ->> 'traceId'), lower(t.v ->> 'spanId'),
      lower(t.v ->> 'parentSpanId'), (t.v ->> 'severity')::smallint, t.v ->> 'outcome',
      coalesce(t.given_ms, (extract(epoch from t.span) * 1000)::double precision),
      coalesce(t.v -> 'attributes', '{}') || case when t.is_clamped
        then jsonb_build_object('iris.original_timestamp', iris.iso(t.start_ts)) else '{}' end,
      t.v -> 'otel'
      from timed t order by t.place
    on conflict do nothing returning e.id
  )
  select jsonb_build_object(
    'accepted', (select count(*) from added), 'duplicates', count(*) - (select count(*) from added),
    'clamped', count(*) filter (where t.is_clamped), 'ids', coalesce(jsonb_agg(t.id order by t.place), '[]'))
    into v_response from timed t;
  perform iris.seen(v_project, a.id)
     from (select distinct e ->> 'agentId' as id from jsonb_array_elements(v_events) e where e ? 'agentId') a;
  return iris.remember(v_project, 'iris_telemetry_log', p_input, v_response);
end $$;

-- The page of a list after a cursor. Clauses are put together, so that each query is planned for what it asks.
create function public.iris_telemetry_query(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := least(coalesce((p_input ->> 'limit')::int, 50), 1000);
  v_order text := case when p_input ->> 'order' = 'asc' then 'asc' else 'desc' end;
  v_since timestamptz := iris.moment(coalesce(p_input ->> 'since', '24h'), 'since');
  v_until timestamptz := iris.moment(p_input ->> 'until', 'until');
  v_cursor jsonb := iris.open_cursor(p_input ->> 'cursor', v_order);
  v_where text := 'e.project_id = $1 and e.ts >= $2';
  v_count int;
  v_rows jsonb;
  v_last jsonb;
begin
  if v_until is not null then v_where := v_where || ' and e.ts < $3'; end if;
  if p_input ? 'event' then
    v_where := v_where || case when p_input ->> 'event' like '%*'
      then ' and starts_with(e.event, rtrim($4 ->> ''event'', ''*''))' else ' and e.event = $4 ->> ''event''' end;
  end if;
  if p_input ? 'kind' then v_where := v_where || ' and e.kind = $4 ->> ''kind'''; end if;
  if p_input ? 'sessionId' then v_where := v_where || ' and e.session_id = $4 ->> ''sessionId'''; end if;
  if p_input ? 'agentId' then v_where := v_where || ' and e.agent_id = $4 ->> ''agentId'''; end if;
  if p_input ? 'traceId' then v_where := v_where || ' and e.trace_id = $4 ->> ''traceId'''; end if;
  if p_input ? 'outcome' then v_where := v_where || ' and e.outcome = $4 ->> ''outcome'''; end if;
  if p_input ? 'minSeverity' then v_where := v_where || ' and e.severity >= ($4 ->> ''minSeverity'')::int'; end if;
  if p_input ? 'attributes' then v_where := v_where || ' and e.attributes @> ($4 -> ''attributes'')'; end if;
  if p_input ? 'text' then
    v_where := v_where || ' and concat_ws('' '', e.event, e.attributes::text, e.otel ->> ''body'') ilike $6';
  end if;
  if v_cursor is not null then
    v_where := v_where || format(' and (e.ts, e.id) %s (iris.from_micros(($5 ->> ''t'')::bigint), ($5 ->> ''i'')::uuid)',
      case v_order when 'asc' then '>' else '<' end);
  end if;
  execute format('select count(*), coalesce(jsonb_agg(iris.event_json(page.e, $8) order by page.place) filter (where page.place <= $7), ''[]''),
      jsonb_agg(jsonb_build_object(''t'', iris.micros((page.e).ts), ''i'', (page.e).id)) filter (where page.place = $7) -> 0
      from (select found.e, row_number() over () as place from (
        select e from iris.events e where %1$s order by e.ts %2$s, e.id %2$s limit $7 + 1) found) page', v_where, v_order)
    into v_count, v_rows, v_last
    using v_project, v_since, v_until, p_input, v_cursor,
      '%' || regexp_replace(p_input ->> 'text', '([\\%_])', '\\\1', 'g') || '%', v_limit,
      coalesce((p_input ->> 'exact')::boolean, false);
  return jsonb_build_object('events', v_rows, 'nextCursor',
    case when v_count > v_limit then iris.close_cursor(v_last || jsonb_build_object('o', v_order)) end);
end $$;

create function iris.close_cursor(p_cursor jsonb) returns text
language sql immutable security invoker set search_path = '' as $$
  select translate(encode(convert_to(p_cursor::text, 'UTF8'), 'base64'), E'\n', '')
$$;

-- What a cursor says, or a failure for one that this list did not write.
create function iris.open_cursor(p_cursor text, p_order text) returns jsonb
language plpgsql immutable security invoker set search_path = '' as $$
declare v_cursor jsonb;
begin
  if p_cursor is null then
    return null;
  end if;
  begin
    v_cursor := convert_from(decode(p_cursor, 'base64'), 'UTF8')::jsonb;
    perform (v_cursor ->> 't')::bigint, (v_cursor ->> 'i')::uuid;
  exception when others then
    v_cursor := null;
  end;
  if v_cursor ->> 'o' is distinct from p_order or not v_cursor ?& array['t', 'i'] then
    perform iris.fail(400, 'The cursor is not one of this list', 'Take nextCursor of the page before, with the same order.');
  end if;
  return v_cursor;
end $$;

-- Everything of one trace, oldest first.
create function public.iris_telemetry_trace(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := least(coalesce((p_input ->> 'limit')::int, 5000), 5000);
  v_rows jsonb;
  v_count int;
begin
  select count(*), jsonb_agg(iris.event_json(page.e, true) order by page.place) filter (where page.place <= v_limit)
    into v_count, v_rows
    from (select found.e, row_number() over () as place from (
      select e from iris.events e
       where e.project_id = v_project and e.trace_id = lower(p_input ->> 'traceId')
       order by e.ts, e.id limit v_limit + 1) found) page;
  if v_count = 0 then
    perform iris.fail(404, 'There is no trace ' || coalesce(to_json(p_input ->> 'traceId')::text, 'without an id'),
      'List events with telemetry_query: each one says its traceId.');
  end if;
  return jsonb_build_object('events', v_rows, 'truncated', v_count > v_limit);
end $$;

select iris.guard_table('events');
select iris.publish('telemetry');
