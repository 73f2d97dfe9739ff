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

-- The label sets that are asked for, and the group of each.
create function iris.metric_wanted(p_project text, p_names text[], p_tags jsonb, p_group text[])
returns table (name text, series uuid, labels jsonb, group_id bigint)
language sql stable security invoker set search_path = '' as $$
  select f.name, f.series, f.labels, dense_rank() over (order by f.name, f.labels) from (
    select s.name, s.series, case when '*' = any (p_group) then s.labels when p_group = '{}' then '{}'
      else (select coalesce(jsonb_object_agg(k, s.labels -> k), '{}') from unnest(p_group) k where s.labels ? k) end as labels
      from iris.metric_series s
     where s.project_id = p_project and s.name = any (p_names)
       and not exists (select from jsonb_each(p_tags) t
         where not coalesce(case jsonb_typeof(t.value) when 'array' then t.value ? (s.labels ->> t.key)
           else t.value = s.labels -> t.key end, false))) f
$$;

-- One row for each group and bucket of time, from single points alone: exact.
create function iris.metric_exact(p_project text, p_names text[], p_query jsonb, p_from timestamptz, p_until timestamptz)
returns table (name text, labels jsonb, start_ts timestamptz, n bigint, sum double precision, min double precision,
  max double precision, last double precision, quantiles double precision[], is_approximate boolean, keys int[], counts bigint[])
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_quantiles double precision[] := array(select q::double precision from jsonb_array_elements_text(p_query -> 'quantiles') q);
  v_width interval := make_interval(secs => (p_query ->> 'widthSeconds')::int);
begin
  return query
  with wanted as materialized (
    select * from iris.metric_wanted(p_project, p_names, p_query -> 'tags',
      array(select jsonb_array_elements_text(p_query -> 'groupBy')))
  ), cells as (
    select w.group_id, coalesce(date_bin(v_width, p.ts, timestamptz 'epoch'), p_from) as start_ts, count(*) as n,
      sum(p.value) as sum, min(p.value) as min, max(p.value) as max,
      case when p_query ? 'last' then (array_agg(p.value order by p.ts desc, p.id desc))[1] end as last,
      case when cardinality(v_quantiles) > 0 then percentile_cont(v_quantiles) within group (order by p.value) end as quantiles
      from iris.metric_points p join wanted w on w.name = p.name and w.series = p.series
     where p.project_id = p_project and p.name = any (p_names) and p.ts >= p_from and p.ts < p_until
     group by 1, 2
  )
  select g.name, g.labels, c.start_ts, c.n, c.sum, c.min, c.max, c.last, c.quantiles, false, null::int[], null::bigint[]
    from cells c join (select distinct w.group_id, w.name, w.labels from wanted w) g using (group_id);
end $$;

-- The same where part of it is rolled up, or where the buckets themselves are wanted.
create function iris.metric_merged(p_project text, p_names text[], p_query jsonb, p_from timestamptz, p_until timestamptz)
returns table (name text, labels jsonb, start_ts timestamptz, n bigint, sum double precision, min double precision,
  max double precision, last double precision, quantiles double precision[], is_approximate boolean, keys int[], counts bigint[])
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_quantiles double precision[] := array(select q::double precision from jsonb_array_elements_text(p_query -> 'quantiles') q);
  v_seconds int := (p_query ->> 'widthSeconds')::int;
  v_width interval := make_interval(secs => v_seconds);
  v_buckets boolean := coalesce((p_query ->> 'buckets')::boolean, false);
  -- The middle of a bucket, as part of its upper edge: no more than 1.09 % away from any value in it.
  v_middle double precision := 2 / (1 + power(2::double precision, 1 / 32.0::double precision));
  -- Whole days within the time that is asked for are taken from the rows of days, unless buckets are smaller.
  v_day_from timestamptz := date_bin(interval '1 d', p_from + interval '1 d' - interval '1 us', timestamptz 'epoch');
  v_day_until timestamptz := case when v_seconds < 86400 then v_day_from
    else greatest(v_day_from, date_bin(interval '1 d', p_until, timestamptz 'epoch')) end;
begin
  return query
  with wanted as materialized (
    select * from iris.metric_wanted(p_project, p_names, p_query -> 'tags',
      array(select jsonb_array_elements_text(p_query -> 'groupBy')))
  ), rolled as materialized (
    select w.group_id, coalesce(date_bin(v_width, r.bucket, timestamptz 'epoch'), p_from) as start_ts, r.count, r.sum, r.min,
      -- Appending nothing unpacks an array once, and not at each look into it.
      r.max, r.last, r.last_ts, r.keys || '{}' as keys, r.counts || '{}' as counts, r.uptos || '{}' as uptos
      from (
        select * from iris.metric_rollups h where h.project_id = p_project and h.name = any (p_names) and h.width_s = 3600
          and h.bucket >= p_from and h.bucket < least(p_until, v_day_from)
        union all
        select * from iris.metric_rollups h where h.project_id = p_project and h.name = any (p_names) and h.width_s = 3600
          and h.bucket >= v_day_until and h.bucket < p_until
        union all
        select * from iris.metric_rollups h where h.project_id = p_project and h.name = any (p_names) and h.width_s = 86400
          and h.bucket >= v_day_from and h.bucket < v_day_until) r
      join wanted w on w.name = r.name and w.series = r.series
  ), pieces as materialized (
    select r.group_id, r.start_ts, sum(r.count)::bigint as n, sum(r.sum) as sum, min(r.min) as min, max(r.max) as max,
      (array_agg(r.last order by r.last_ts desc))[1] as last, max(r.last_ts) as last_ts, true as is_rolled,
      count(*) as parts, null::double precision[] as quantiles, null::double precision[] as single_values
      from rolled r group by 1, 2
    union all
    select w.group_id, coalesce(date_bin(v_width, p.ts, timestamptz 'epoch'), p_from), count(*), sum(p.value), min(p.value),
      max(p.value), (array_agg(p.value order by p.ts desc, p.id desc))[1], max(p.ts), false,
      2, percentile_cont(v_quantiles) within group (order by p.value), array_agg(p.value)
      from iris.metric_points p join wanted w on w.name = p.name and w.series = p.series
     where p.project_id = p_project and p.name = any (p_names) and p.ts >= p_from and p.ts < p_until
     group by 1, 2
  ), cells as materialized (
    select c.group_id, c.start_ts, sum(c.n)::bigint as n, sum(c.sum) as sum, min(c.min) as min, max(c.max) as max,
      (array_agg(c.last order by c.last_ts desc))[1] as last, bool_or(c.is_rolled) as is_rolled, sum(c.parts) as parts,
      max(c.quantiles) as quantiles
      from pieces c group by 1, 2
  ), counted as (
    select r.group_id, r.start_ts, b.key, b.n from rolled r
      join cells c on c.group_id = r.group_id and c.start_ts = r.start_ts and c.parts > 1
      cross join lateral unnest(r.keys, r.counts) b (key, n)
    union all
    select p.group_id, p.start_ts, b.key, b.n from pieces p
      join cells c on c.group_id = p.group_id and c.start_ts = p.start_ts and (c.is_rolled or v_buckets)
      cross join lateral iris.histogram(p.single_values) b
     where not p.is_rolled
  ), merged as (
    select b.group_id, b.start_ts, b.key, sum(b.n)::bigint as n,
      sum(sum(b.n)) over (partition by b.group_id, b.start_ts order by b.key)::double precision as upto
      from counted b group by 1, 2, 3
  ), shapes as materialized (
    select m.group_id, m.start_ts, array_agg(m.key order by m.key) as keys, array_agg(m.n order by m.key) as counts,
      array_agg(m.upto order by m.key) as uptos from merged m group by 1, 2
    union all
    select r.group_id, r.start_ts, r.keys, r.counts, r.uptos from rolled r
      join cells c on c.group_id = r.group_id and c.start_ts = r.start_ts and c.parts = 1
  )
  select g.name, g.labels, c.start_ts, c.n, c.sum, c.min, c.max, c.last,
    case when c.is_rolled then e.quantiles else c.quantiles end, c.is_rolled,
    case when v_buckets then s.keys end, case when v_buckets then s.counts end
    from cells c join (select distinct w.group_id, w.name, w.labels from wanted w) g on g.group_id = c.group_id
    left join shapes s on s.group_id = c.group_id and s.start_ts = c.start_ts
    cross join lateral (
      select array_agg(f.value order by f.number) as quantiles from (
        select q.number, sum(r.weight * least(c.max, greatest(c.min, k.value))) as value
          from unnest(v_quantiles) with ordinality q (q, number)
          -- Between the two values around the place, as in percentile_cont.
          cross join lateral (values
            (floor(q.q * (c.n - 1)), 1 - (q.q * (c.n - 1) - floor(q.q * (c.n - 1)))),
            (floor(q.q * (c.n - 1)) + 1, q.q * (c.n - 1) - floor(q.q * (c.n - 1)))) r (place, weight)
          cross join lateral (select s.keys[width_bucket(r.place, s.uptos) + 1] as key) b
          -- The first and the last value are known exactly.
          cross join lateral (select case when r.place = 0 then c.min when r.place >= c.n - 1 then c.max
            when b.key = 0 then 0
            else sign(b.key) * power(2::double precision, (abs(b.key) - 99999) / 32.0::double precision) * v_middle end as value) k
         where r.weight > 0 and c.is_rolled group by q.number) f) e;
end $$;

-- The width of buckets in seconds, or null for one bucket.
create function iris.metric_width(p_bucket text, p_from timestamptz, p_until timestamptz, p_is_rolled boolean) returns int
language sql immutable security invoker set search_path = '' as $$
  select case when w.seconds < 3600 and p_is_rolled then 3600 else w.seconds end from (
    select case p_bucket when '1m' then 60 when '5m' then 300 when '1h' then 3600 when '1d' then 86400
      when 'auto' then case when p_until - p_from <= interval '2 h' then 60 when p_until - p_from <= interval '24 h' then 300
        when p_until - p_from <= interval '14 d' then 3600 else 86400 end end as seconds) w
$$;

create function public.iris_metrics_get(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_until timestamptz := coalesce(iris.moment(p_input ->> 'until', 'until'), now() + interval '1 ms');
  v_from timestamptz := iris.moment(coalesce(p_input ->> 'since', '24h'), 'since');
  v_names text[] := array(
    select d.name from iris.metric_defs d where d.project_id = v_project
       and (not p_input ? 'names' or p_input -> 'names' ? d.name)
       and (not p_input ? 'prefix' or starts_with(d.name, p_input ->> 'prefix'))
     order by d.name limit 500);
  v_limit int := least(coalesce((p_input ->> 'limit')::int, 10000), 10000);
  v_rolled boolean;
  v_query jsonb;
  v_result jsonb;
begin
  if v_from >= v_until then
    perform iris.fail(400, 'since is not before until', 'Write since as a moment or as a time ago, such as 24h.');
  end if;
  v_rolled := exists (select from unnest(v_names) m (name) where exists (select from iris.metric_rollups r
    where r.project_id = v_project and r.name = m.name and r.width_s = 3600 and r.bucket > v_from - interval '1 h'
      and r.bucket < v_until));
  if v_rolled then
    -- Rows of hours cannot be cut.
    v_from := date_bin(interval '1 h', v_from, timestamptz 'epoch');
  end if;
  v_query := jsonb_build_object('tags', coalesce(p_input -> 'tags', '{}'), 'groupBy', coalesce(p_input -> 'groupBy', '[]'),
    'quantiles', coalesce(p_input -> 'quantiles', '[]'), 'buckets', coalesce(p_input -> 'buckets', 'false'),
    'widthSeconds', iris.metric_width(p_input ->> 'bucket', v_from, v_until, v_rolled))
    || case when (p_input ->> 'last')::boolean then jsonb_build_object('last', true) else '{}' end;
  if v_rolled or (v_query ->> 'buckets')::boolean then
    select jsonb_agg(to_jsonb(c)) into v_result from (
      select * from iris.metric_merged(v_project, v_names, v_query, v_from, v_until) m
       order by m.name, m.labels, m.start_ts limit v_limit + 1) c;
  else
    select jsonb_agg(to_jsonb(c)) into v_result from (
      select * from iris.metric_exact(v_project, v_names, v_query, v_from, v_until) m
       order by m.name, m.labels, m.start_ts limit v_limit + 1) c;
  end if;
  return jsonb_build_object('cells', coalesce(v_result, '[]'), 'limit', v_limit,
    'defs', (select coalesce(jsonb_object_agg(d.name, jsonb_build_object('type', d.type, 'unit', d.unit, 'description', d.description)), '{}')
      from iris.metric_defs d where d.project_id = v_project and d.name = any (v_names)),
    'fromMicros', iris.micros(v_from), 'untilMicros', iris.micros(v_until), 'widthSeconds', v_query -> 'widthSeconds',
    'since', iris.iso(v_from), 'until', iris.iso(v_until));
end $$;

create function public.iris_metric_list(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := least(coalesce((p_input ->> 'limit')::int, 50), 1000);
  v_after text := convert_from(decode(coalesce(p_input ->> 'cursor', ''), 'base64'), 'UTF8');
  v_rows jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object(
      'name', d.name, 'type', d.type, 'unit', d.unit, 'description', d.description,
      'labelSets', l.sets, 'labelNames', l.names, 'hasOverflowed', l.has_overflowed,
      'lastAt', iris.iso(greatest(
        (select max(p.ts) from iris.metric_points p where p.project_id = v_project and p.name = d.name),
        (select max(r.last_ts) from iris.metric_rollups r where r.project_id = v_project and r.name = d.name and r.width_s = 86400
          and r.bucket = (select max(x.bucket) from iris.metric_rollups x
            where x.project_id = v_project and x.name = d.name and x.width_s = 86400)))),
      'createdAt', iris.iso(d.created_at)) order by d.name), '[]') into v_rows
    from (select * from iris.metric_defs m
       where m.project_id = v_project and m.name > v_after and starts_with(m.name, coalesce(p_input ->> 'prefix', ''))
       order by m.name limit v_limit + 1) d
    cross join lateral (
      select count(*) as sets, coalesce(bool_or(s.labels ? 'otel.metric.overflow'), false) as has_overflowed,
        (select coalesce(jsonb_agg(distinct k), '[]') from iris.metric_series x cross join lateral jsonb_object_keys(x.labels) k
          where x.project_id = v_project and x.name = d.name) as names
        from iris.metric_series s where s.project_id = v_project and s.name = d.name) l;
  return jsonb_build_object('metrics', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', v_limit - 1)), '[]'),
    'nextCursor', case when jsonb_array_length(v_rows) > v_limit
      then translate(encode(convert_to(v_rows -> (v_limit - 1) ->> 'name', 'UTF8'), 'base64'), E'\n', '') end);
exception when invalid_parameter_value or character_not_in_repertoire then
  perform iris.fail(400, 'The cursor is not one of this list', 'Take nextCursor of the page before.');
end $$;

select iris.guard_table('metric_defs');
select iris.guard_table('metric_series');
select iris.guard_table('metric_points');
select iris.guard_table('metric_rollups');
select iris.publish('metrics');
