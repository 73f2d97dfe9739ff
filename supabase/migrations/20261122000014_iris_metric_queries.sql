-- What is asked of metrics: their series over time, from single points, from rolled-up rows, or from both; and their list.

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

select iris.publish('metric_queries');
