-- Metrics: single points for a week, then one row an hour and one a day, each an exponential histogram of OpenTelemetry.
create table iris.metric_defs (
  project_id text not null references iris.projects (id) on delete cascade,
  name text not null check (name ~ '^[A-Za-z_][A-Za-z0-9_.:/-]{0,254}$'),
  type text not null check (type in ('counter', 'gauge', 'histogram')),
  unit text check (length(unit) <= 63),
  description text,
  created_at timestamptz not null default now(),
  primary key (project_id, name)
);

-- One set of labels of a metric; its id is a hash of them.
create table iris.metric_series (
  project_id text not null,
  name text not null,
  series uuid not null,
  labels jsonb not null,
  created_at timestamptz not null default now(),
  primary key (project_id, name, series),
  foreign key (project_id, name) references iris.metric_defs (project_id, name) on delete cascade
);

create table iris.metric_points (
  project_id text not null,
  id uuid not null,
  name text not null,
  series uuid not null,
  ts timestamptz not null default now(),
  received_at timestamptz not null default now(),
  value double precision not null check (value between -1e300 and 1e300),
  primary key (project_id, id),
  foreign key (project_id, name) references iris.metric_defs (project_id, name) on delete cascade
);
create index metric_points_ts_idx on iris.metric_points (project_id, name, ts);

-- A day's row is the sum of its hours' rows. Keys are those of iris.histogram, in order, so that the values are too.
create table iris.metric_rollups (
  project_id text not null,
  name text not null,
  width_s int not null check (width_s in (3600, 86400)),
  bucket timestamptz not null,
  series uuid not null,
  count bigint not null,
  sum double precision not null,
  min double precision not null,
  max double precision not null,
  last double precision not null,
  last_ts timestamptz not null,
  keys int[] not null,
  counts bigint[] not null,
  -- The counts added up from the lowest key on: a percentile is a search in it.
  uptos double precision[] not null,
  primary key (project_id, name, width_s, bucket, series),
  foreign key (project_id, name) references iris.metric_defs (project_id, name) on delete cascade
);

-- Counts values in buckets of scale 5: the bucket i holds what is above 2^(i/32) and at most 2^((i+1)/32). Its key is
-- 100000 + i, or less than zero for values below zero, or 0: keys are ordered as their values are.
create function iris.histogram(p_values double precision[]) returns table (key int, n bigint)
language sql immutable security invoker set search_path = '' as $$
  select case when v.size = 0 then 0 else sign(v.value)::int * (100000 + v.guess
      -- The logarithm is off by one at the edges.
      - (v.size <= power(2::double precision, v.guess / 32.0::double precision))::int
      + (v.size > power(2::double precision, (v.guess + 1) / 32.0::double precision))::int) end, count(*)
    from (select u.value, s.size, case when s.size = 0 then 0 else (ceil(ln(s.size) / ln(2::double precision) * 32) - 1)::int end as guess
      from unnest(p_values) u (value)
      cross join lateral (select case when abs(u.value) < 1e-300 then 0 else abs(u.value) end as size) s) v
   group by 1
$$;

create function iris.merge_buckets(p_keys int[], p_counts bigint[], p_more_keys int[], p_more_counts bigint[],
  out keys int[], out counts bigint[], out uptos double precision[])
language sql immutable security invoker set search_path = '' as $$
  select array_agg(b.key order by b.key), array_agg(b.n order by b.key), array_agg(b.upto order by b.key) from (
    select u.key, sum(u.n)::bigint as n, sum(sum(u.n)) over (order by u.key)::double precision as upto from (
      select * from unnest(p_keys, p_counts) union all select * from unnest(p_more_keys, p_more_counts)) u (key, n)
     group by u.key) b
$$;

-- Moves the points of one hour into its row and that of its day.
create function iris.metric_roll_hour(p_project text, p_name text, p_hour timestamptz, p_settled timestamptz) returns bigint
language sql volatile security invoker set search_path = '' as $$
  with moved as (
    delete from iris.metric_points p
     where p.project_id = p_project and p.name = p_name and p.ts >= p_hour and p.ts < p_hour + interval '1 h'
       and p.received_at <= p_settled
    returning p.series, p.ts, p.value
  ), summed as (
    select m.series, count(*) as count, sum(m.value) as sum, min(m.value) as min, max(m.value) as max,
      (array_agg(m.value order by m.ts desc))[1] as last, max(m.ts) as last_ts, array_agg(m.value) as all_values
      from moved m group by m.series
  ), rows as (
    select s.*, b.keys, b.counts, b.uptos from summed s
      cross join lateral (select array_agg(h.key) as keys, array_agg(h.n) as counts from iris.histogram(s.all_values) h) h
      cross join lateral iris.merge_buckets(h.keys, h.counts, '{}', '{}') b
  ), stored as (
    insert into iris.metric_rollups as r
      (project_id, name, width_s, bucket, series, count, sum, min, max, last, last_ts, keys, counts, uptos)
    select p_project, p_name, w.seconds, date_bin(make_interval(secs => w.seconds), p_hour, timestamptz 'epoch'),
      a.series, a.count, a.sum, a.min, a.max, a.last, a.last_ts, a.keys, a.counts, a.uptos
      from rows a cross join (values (3600), (86400)) w (seconds)
    on conflict (project_id, name, width_s, bucket, series) do update set
      count = r.count + excluded.count, sum = r.sum + excluded.sum,
      min = least(r.min, excluded.min), max = greatest(r.max, excluded.max),
      last = case when excluded.last_ts >= r.last_ts then excluded.last else r.last end,
      last_ts = greatest(r.last_ts, excluded.last_ts),
      (keys, counts, uptos) = (select m.keys, m.counts, m.uptos
        from iris.merge_buckets(r.keys, r.counts, excluded.keys, excluded.counts) m)
  )
  select coalesce(sum(s.count), 0)::bigint from summed s
$$;

-- Rolls the oldest hours of one metric. What came within the last hour waits, so that a replay of it is still known.
create function iris.metric_roll(p_project text, p_name text, p_settled timestamptz, p_hours int) returns bigint
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_before timestamptz := date_bin(interval '1 h', now() - interval '7 d', timestamptz 'epoch');
  v_hour timestamptz := '-infinity';
  v_rolled bigint := 0;
begin
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended(p_project || E'\x01roll\x01' || p_name, 0)) then
    return 0;
  end if;
  for i in 1 .. p_hours loop
    select date_bin(interval '1 h', p.ts, timestamptz 'epoch') into v_hour from iris.metric_points p
     where p.project_id = p_project and p.name = p_name and p.ts >= v_hour and p.ts < v_before
     order by p.ts limit 1;
    exit when not found;
    v_rolled := v_rolled + iris.metric_roll_hour(p_project, p_name, v_hour, p_settled);
    v_hour := v_hour + interval '1 h';
  end loop;
  return v_rolled;
end $$;

-- Rolls what is older than seven days, and forgets rows after 395 days.
create function public.iris_metric_rollup(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_settled timestamptz := now() - make_interval(secs => coalesce((p_input ->> 'settleSeconds')::int, 3600));
  v_rolled bigint;
  v_forgotten bigint;
begin
  select coalesce(sum(iris.metric_roll(v_project, d.name, v_settled, coalesce((p_input ->> 'maxHours')::int, 1000))), 0)
    into v_rolled from iris.metric_defs d
   where d.project_id = v_project and d.name = coalesce(p_input ->> 'name', d.name);
  delete from iris.metric_rollups r where r.project_id = v_project and r.bucket < now() - interval '395 d';
  get diagnostics v_forgotten = row_count;
  return jsonb_build_object('rolledPoints', v_rolled, 'forgottenRows', v_forgotten);
end $$;

create function iris.label_series(p_labels jsonb) returns uuid
language sql immutable security invoker set search_path = '' as $$
  select encode(substr(sha256(convert_to(p_labels::text, 'UTF8')), 1, 16), 'hex')::uuid
$$;

create function iris.metric_given(p_points jsonb) returns table (
  place bigint, id uuid, name text, type text, unit text, description text, value double precision, labels jsonb, series uuid,
  ts timestamptz)
language sql stable security invoker set search_path = '' as $$
  select g.ordinality, (g.value ->> 'id')::uuid, g.value ->> 'name',
    coalesce(g.value ->> 'type', case when g.value ->> 'name' ~ '_(total|count)$' then 'counter' else 'histogram' end),
    g.value ->> 'unit', g.value ->> 'description', (g.value ->> 'value')::double precision,
    coalesce(g.value -> 'labels', '{}'), iris.label_series(coalesce(g.value -> 'labels', '{}')),
    -- Those of one call keep their order.
    coalesce((g.value ->> 'timestamp')::timestamptz, now() + (g.ordinality - 1) * interval '1 us')
    from jsonb_array_elements(p_points) with ordinality g
$$;

-- Points that their metric does not allow: [{index, code, message}].
create function iris.metric_refusals(p_project text, p_points jsonb) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(jsonb_build_object('index', r.place - 1, 'code', r.code, 'message', r.message) order by r.place), '[]')
  from (
    select g.place, case
        when p.value ->> 'type' <> d.type or g.unit <> d.unit then 'IRIS_CONFLICT'
        when coalesce(d.type, g.type) = 'counter' and g.value < 0 then 'IRIS_INVALID_ARGUMENT' end as code,
      case
        when p.value ->> 'type' <> d.type then format('%s is a %s, not a %s', g.name, d.type, p.value ->> 'type')
        when g.unit <> d.unit then format('%s is measured in %s, not in %s', g.name, d.unit, g.unit)
        else format('%s is a counter: a value is what is added to it, and not below 0', g.name) end as message
      from iris.metric_given(p_points) g
      join jsonb_array_elements(p_points) with ordinality p on p.ordinality = g.place
      left join iris.metric_defs d on d.project_id = p_project and d.name = g.name) r
   where r.code is not null
$$;

-- Notes label sets that are new, up to 2000 of a metric; the names of those that have more come back.
create function iris.metric_add_series(p_project text, p_points jsonb) returns text[]
language plpgsql volatile security invoker set search_path = '' as $$
declare v_full text[];
begin
  if not exists (select from iris.metric_given(p_points) g where not exists (
    select from iris.metric_series s where s.project_id = p_project and s.name = g.name and s.series = g.series)) then
    return '{}';
  end if;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_project || E'\x01series', 0));
  insert into iris.metric_series (project_id, name, series, labels)
  select p_project, n.name, n.series, n.labels from (
    select f.*, row_number() over (partition by f.name order by f.place) + (
        select count(*) from iris.metric_series s where s.project_id = p_project and s.name = f.name
          and s.labels <> '{"otel.metric.overflow": "true"}') as number
      from (select distinct on (g.name, g.series) g.* from iris.metric_given(p_points) g
         where not exists (select from iris.metric_series s
           where s.project_id = p_project and s.name = g.name and s.series = g.series)
         order by g.name, g.series, g.place) f) n
   where n.number <= 2000
  on conflict do nothing;
  v_full := array(select distinct g.name from iris.metric_given(p_points) g where not exists (
    select from iris.metric_series s where s.project_id = p_project and s.name = g.name and s.series = g.series));
  insert into iris.metric_series (project_id, name, series, labels)
  select p_project, f.name, iris.label_series('{"otel.metric.overflow": "true"}'), '{"otel.metric.overflow": "true"}'
    from unnest(v_full) f (name)
  on conflict do nothing;
  return v_full;
end $$;

-- Stores points. The first one of a metric settles its type and unit.
create function public.iris_metric_record(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_response jsonb := iris.replay(v_project, 'iris_metric_record', p_input);
  v_points jsonb := coalesce(p_input -> 'points', '[]');
  v_refused jsonb;
  v_full text[];
begin
  if v_response is not null then
    return v_response;
  end if;
  if jsonb_array_length(v_points) > 500 then
    perform iris.fail(413, 'A call takes at most 500 points', 'Send them in several calls.');
  end if;
  insert into iris.metric_defs (project_id, name, type, unit, description)
  select distinct on (g.name) v_project, g.name, g.type, g.unit, g.description from iris.metric_given(v_points) g
   where g.type <> 'counter' or g.value >= 0
   order by g.name, g.place
  on conflict do nothing;
  v_refused := iris.metric_refusals(v_project, v_points);
  if jsonb_array_length(v_refused) > 0 and (p_input ->> 'strict')::boolean then
    perform iris.fail(case v_refused -> 0 ->> 'code' when 'IRIS_CONFLICT' then 409 else 400 end, v_refused -> 0 ->> 'message',
      'Leave out type and unit to take those of the metric, or use another name.');
  end if;
  v_points := coalesce((select jsonb_agg(p.value order by p.ordinality) from jsonb_array_elements(v_points) with ordinality p
    where not v_refused @> jsonb_build_array(jsonb_build_object('index', p.ordinality - 1))), '[]');
  update iris.metric_defs d set unit = coalesce(d.unit, g.unit), description = coalesce(d.description, g.description)
    from iris.metric_given(v_points) g
   where d.project_id = v_project and d.name = g.name
     and (d.unit is null and g.unit is not null or d.description is null and g.description is not null);
  v_full := iris.metric_add_series(v_project, v_points);
  with given as materialized (
    select g.*, coalesce(g.id, gen_random_uuid()) as point_id from iris.metric_given(v_points) g
  ), added as (
    insert into iris.metric_points (project_id, id, name, series, ts, value)
    select v_project, g.point_id, g.name, coalesce(s.series, iris.label_series('{"otel.metric.overflow": "true"}')),
      case when g.ts > now() + interval '10 min' then now() else g.ts end, g.value
      from given g left join iris.metric_series s
        on s.project_id = v_project and s.name = g.name and s.series = g.series
     order by g.place
    on conflict do nothing returning id
  )
  select jsonb_build_object('accepted', (select count(*) from added), 'duplicates', count(*) - (select count(*) from added),
      'clamped', count(*) filter (where g.ts > now() + interval '10 min'),
      'ids', coalesce(jsonb_agg(g.point_id order by g.place), '[]'),
      'rejected', v_refused, 'overflowed', to_jsonb(v_full)) into v_response from given g;
  if (v_response ->> 'accepted')::int > 0 then
    perform iris.note(v_project, 'metric.recorded', p_input -> 'caller', jsonb_build_object('count', v_response -> 'accepted',
      'metrics', (select jsonb_agg(n.name) from (select distinct g.name from iris.metric_given(v_points) g order by 1 limit 20) n)));
  end if;
  perform iris.seen(v_project, p_input -> 'caller' ->> 'agentId') where p_input -> 'caller' ? 'agentId';
  -- A little of what has grown old, so that nobody has to clean up.
  perform iris.metric_roll(v_project, n.name, now() - interval '1 h', 1)
     from (select distinct g.name from iris.metric_given(v_points) g limit 3) n;
  return iris.remember(v_project, 'iris_metric_record', p_input, v_response);
end $$;

select iris.guard_table('metric_defs');
select iris.guard_table('metric_series');
select iris.guard_table('metric_points');
select iris.guard_table('metric_rollups');
select iris.publish('metrics');
