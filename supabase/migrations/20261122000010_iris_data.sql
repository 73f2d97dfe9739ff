-- All data of a project: out, in, and away. It works on whatever tables the other files made.

-- The tables of iris with the data of projects, each after those that it refers to.
create function iris.data_tables() returns table (name text, level int, moment_column text, has_session boolean)
language sql stable security invoker set search_path = '' as $$
  with recursive tables as (
    select c.oid, c.relname::text as name
      from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'iris' and c.relkind = 'r' and c.relname not in ('api_keys', 'requests')
       and exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attname = 'project_id')
  ),
  parents as (
    select distinct k.conrelid as child, k.confrelid as parent
      from pg_catalog.pg_constraint k
     where k.contype = 'f' and k.conrelid <> k.confrelid
       and k.conrelid in (select t.oid from tables t) and k.confrelid in (select t.oid from tables t)
  ),
  levels as (
    select t.oid, 0 as level from tables t
    union
    select p.child, l.level + 1 from levels l join parents p on p.parent = l.oid
  )
  select t.name, (select max(l.level) from levels l where l.oid = t.oid),
    (select a.attname::text from pg_catalog.pg_attribute a
      where a.attrelid = t.oid and a.attname in ('ts', 'bucket', 'cast_at', 'at', 'updated_at', 'created_at', 'registered_at')
      order by array_position(array['ts', 'bucket', 'cast_at', 'at', 'created_at', 'registered_at', 'updated_at'], a.attname::text)
      limit 1),
    exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = t.oid and a.attname = 'session_id')
  from tables t
$$;

-- The columns of a table that are written: what is generated is not.
create function iris.data_columns(p_table text) returns text
language sql stable security invoker set search_path = '' as $$
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
    from pg_catalog.pg_attribute a
   where a.attrelid = ('iris.' || quote_ident(p_table))::regclass and a.attnum > 0
     and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
$$;

-- The key of a table without project_id, as text to order and to page by.
create function iris.data_key(p_table text) returns text
language sql stable security invoker set search_path = '' as $$
  select coalesce('jsonb_build_array(' || string_agg('t.' || quote_ident(a.attname), ', ' order by k.position) || ')::text',
                  't.ctid::text')
    from pg_catalog.pg_index i
    cross join lateral unnest(i.indkey::smallint[]) with ordinality as k (number, position)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
   where i.indrelid = ('iris.' || quote_ident(p_table))::regclass and i.indisprimary and a.attname <> 'project_id'
$$;

create function iris.data_table(p_table text) returns text
language plpgsql stable security invoker set search_path = '' as $$
begin
  if not exists (select 1 from iris.data_tables() t where t.name = p_table) then
    perform iris.fail(400, 'There is no table ' || coalesce(to_json(p_table)::text, 'without a name'),
      'Tables: ' || (select string_agg(t.name, ', ' order by t.name) from iris.data_tables() t));
  end if;
  return p_table;
end $$;

-- One page of one table. Without a table: the tables, in the order in which they can be imported again.
create function public.iris_data_export(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_table text := p_input ->> 'table';
  v_limit int := coalesce((p_input ->> 'limit')::int, 500);
  v_rows jsonb;
  v_key text;
begin
  if v_table is null then
    return jsonb_build_object('tables',
      (select coalesce(jsonb_agg(t.name order by t.level, t.name), '[]') from iris.data_tables() t));
  end if;
  v_key := iris.data_key(iris.data_table(v_table));
  execute format(
    'select coalesce(jsonb_agg(page.line order by page.key), ''[]'') from (
       select %1$s collate "C" as key, jsonb_build_object(''key'', %1$s, ''row'', to_jsonb(t) - ''project_id'') as line
         from iris.%2$I t where t.project_id = $1 and ($2 is null or %1$s collate "C" > $2)
        order by 1 limit $3) page', v_key, v_table)
    into v_rows using v_project, p_input ->> 'cursor', v_limit;
  return jsonb_build_object('table', v_table,
    'rows', (select coalesce(jsonb_agg(r -> 'row' order by n), '[]') from jsonb_array_elements(v_rows) with ordinality e (r, n)),
    'nextCursor', case when jsonb_array_length(v_rows) = v_limit then v_rows -> -1 ->> 'key' end);
end $$;

-- Rows as iris_data_export gives them; what is there already stays as it is.
create function public.iris_data_import(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_table text := iris.data_table(p_input ->> 'table');
  v_columns text;
  v_count int;
begin
  v_columns := iris.data_columns(v_table);
  execute format(
    'insert into iris.%1$I (%2$s) select %3$s from jsonb_array_elements($1) e,
       lateral jsonb_populate_record(null::iris.%1$I, e || jsonb_build_object(''project_id'', $2::text)) r
     on conflict do nothing', v_table, v_columns,
    (select string_agg('r.' || c, ', ') from unnest(string_to_array(v_columns, ', ')) c))
    using coalesce(p_input -> 'rows', '[]'), v_project;
  get diagnostics v_count = row_count;
  return jsonb_build_object('table', v_table, 'imported', v_count,
    'present', jsonb_array_length(coalesce(p_input -> 'rows', '[]')) - v_count);
end $$;

-- Deletes by time, session or table; by default it only counts.
create function public.iris_data_delete(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'admin');
  v_before timestamptz := iris.moment(p_input ->> 'before', 'before');
  v_session text := p_input ->> 'sessionId';
  v_is_dry boolean := coalesce((p_input ->> 'dryRun')::boolean, true);
  v_wanted text[] := array(select jsonb_array_elements_text(p_input -> 'tables'));
  v_table record;
  v_filter text;
  v_count bigint;
  v_counts jsonb := '{}';
begin
  perform iris.data_table(w) from unnest(v_wanted) w;
  if v_before is null and v_session is null and not p_input ? 'tables' then
    perform iris.fail(400, 'Nothing says what to delete', 'Pass before, sessionId or tables.');
  end if;
  -- Children first, so that no reference is left without its end.
  for v_table in select * from iris.data_tables() t order by t.level desc, t.name loop
    continue when p_input ? 'tables' and not v_table.name = any (v_wanted);
    continue when v_session is not null and not v_table.has_session;
    continue when v_before is not null and v_table.moment_column is null;
    v_filter := 'project_id = $1'
      || case when v_before is null then '' else format(' and %I < $2', v_table.moment_column) end
      || case when v_session is null then '' else ' and session_id = $3' end;
    if v_is_dry then
      execute format('select count(*) from iris.%I where %s', v_table.name, v_filter)
        into v_count using v_project, v_before, v_session;
    else
      execute format('delete from iris.%I where %s', v_table.name, v_filter) using v_project, v_before, v_session;
      get diagnostics v_count = row_count;
    end if;
    v_counts := v_counts || jsonb_build_object(v_table.name, v_count);
  end loop;
  return jsonb_build_object('dryRun', v_is_dry, 'deleted', v_counts,
    'total', (select coalesce(sum(value::bigint), 0) from jsonb_each_text(v_counts)));
end $$;

select iris.publish('data');
