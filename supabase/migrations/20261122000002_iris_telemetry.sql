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
  primary key (project_id, id),
  check (end_ts is null or end_ts >= ts)
);
create index events_ts_idx on iris.events (project_id, ts desc, id);
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

select iris.guard_table('events');
select iris.publish('telemetry');
