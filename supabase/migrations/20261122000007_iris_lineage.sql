-- Lineage: what was made of what, by which run and which agent. Every edge points to what came before.
create table iris.lineage_nodes (
  project_id text not null references iris.projects (id) on delete cascade,
  id text not null check (length(id) between 1 and 300),
  kind text not null check (kind in ('activity', 'entity', 'agent')),
  name text not null,
  hash text,
  data jsonb,
  truncated boolean not null default false,
  started_at timestamptz,
  ended_at timestamptz,
  session_id text,
  attributes jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (project_id, id)
);
create index lineage_nodes_name_idx on iris.lineage_nodes (project_id, kind, name, created_at desc);

create table iris.lineage_edges (
  project_id text not null references iris.projects (id) on delete cascade,
  src text not null,
  dst text not null,
  rel text not null check (rel in ('used', 'generated', 'informed', 'derived', 'associated', 'attributed')),
  role text not null default '',
  created_at timestamptz not null default now(),
  primary key (project_id, src, dst, rel, role),
  foreign key (project_id, src) references iris.lineage_nodes (project_id, id) on delete cascade,
  foreign key (project_id, dst) references iris.lineage_nodes (project_id, id) on delete cascade
);
create index lineage_edges_dst_idx on iris.lineage_edges (project_id, dst);

-- Keeps one run with all that it used and made. The same id again is the same run, or a conflict.
create function public.iris_lineage_track(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_activity jsonb := p_input -> 'activity';
  v_id text := v_activity ->> 'id';
  v_known iris.lineage_nodes;
  v_missing text;
  v_linked jsonb;
begin
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(v_project || E'\x01lineage\x01' || v_id, 0));
  select * into v_known from iris.lineage_nodes n where n.project_id = v_project and n.id = v_id;
  if v_known.id is not null and v_known.hash is distinct from v_activity ->> 'hash' then
    perform iris.fail(409, 'The run ' || to_json(v_id) || ' was tracked before with other content', 'Use another id.');
  end if;
  select p into v_missing from jsonb_array_elements_text(coalesce(p_input -> 'known', '[]')) p
   where not exists (select 1 from iris.lineage_nodes n where n.project_id = v_project and n.id = p) limit 1;
  if v_missing is not null then
    perform iris.fail(404, 'There is no node ' || to_json(v_missing) || ' in this lineage',
      'Track it first, or name its content instead of its id.');
  end if;
  if v_known.id is null then
    insert into iris.lineage_nodes as lineage_nodes (project_id, id, kind, name, hash, data, truncated, started_at, ended_at, session_id, attributes)
    select v_project, n ->> 'id', n ->> 'kind', n ->> 'name', n ->> 'hash', nullif(n -> 'data', 'null'),
        coalesce((n ->> 'truncated')::boolean, false), (n ->> 'startedAt')::timestamptz, (n ->> 'endedAt')::timestamptz,
        n ->> 'sessionId', coalesce(n -> 'attributes', '{}')
      from jsonb_array_elements(jsonb_build_array(v_activity) || coalesce(p_input -> 'nodes', '[]')) n
     -- Always in one order: two runs that share contents would wait for each other.
     order by n ->> 'id'
    on conflict (project_id, id) do update
      -- A content that was kept by its hash alone is filled in by whoever brings it.
      set data = coalesce(lineage_nodes.data, excluded.data)
      where lineage_nodes.data is null and excluded.data is not null;
    insert into iris.lineage_edges (project_id, src, dst, rel, role)
    select v_project, e ->> 'src', e ->> 'dst', e ->> 'rel', coalesce(e ->> 'role', '')
      from jsonb_array_elements(coalesce(p_input -> 'edges', '[]')) e
     order by e ->> 'src', e ->> 'dst', e ->> 'rel', e ->> 'role'
    on conflict do nothing;
    perform iris.note(v_project, 'lineage.tracked', p_input -> 'caller',
      jsonb_build_object('lineage.id', v_id, 'lineage.name', v_activity ->> 'name'));
    perform iris.seen(v_project, p_input #>> '{caller,agentId}');
  end if;
  -- Earlier runs that made what this one used.
  select coalesce(jsonb_agg(distinct made.dst), '[]') into v_linked
    from iris.lineage_edges used
    join iris.lineage_edges made on made.project_id = used.project_id and made.src = used.dst and made.rel = 'generated'
   where used.project_id = v_project and used.src = v_id and used.rel = 'used' and made.dst <> v_id;
  return jsonb_build_object('id', v_id, 'linked', v_linked, 'duplicate', v_known.id is not null);
end $$;

-- The node of an id, or the newest run of a name.
create function public.iris_lineage_find(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_word text := p_input ->> 'idOrName';
  v_id text;
begin
  select n.id into v_id from iris.lineage_nodes n where n.project_id = v_project and n.id = v_word;
  if v_id is null then
    select n.id into v_id from iris.lineage_nodes n
     where n.project_id = v_project and n.kind = 'activity' and n.name = v_word
     order by n.created_at desc, n.id desc limit 1;
  end if;
  if v_id is null then
    perform iris.fail(404, 'There is no lineage of ' || to_json(v_word), 'Pass an id that lineage_track answered with, or the name of a run.');
  end if;
  return jsonb_build_object('id', v_id);
end $$;

-- One step of a walk: the nodes, and the edges that leave or reach them.
create function public.iris_lineage_step(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_ids text[] := array(select jsonb_array_elements_text(p_input -> 'ids'));
  v_at timestamptz := coalesce((p_input ->> 'at')::timestamptz, 'infinity');
  v_direction text := coalesce(p_input ->> 'direction', 'both');
begin
  return jsonb_build_object(
    'nodes', (
      select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind, 'name', n.name, 'hash', n.hash,
          'data', n.data, 'truncated', n.truncated, 'startedAt', iris.iso(n.started_at), 'endedAt', iris.iso(n.ended_at),
          'sessionId', n.session_id, 'attributes', n.attributes, 'createdAt', iris.iso(n.created_at)) order by n.id), '[]')
        from iris.lineage_nodes n where n.project_id = v_project and n.id = any (v_ids) and n.created_at <= v_at),
    'edges', (
      select coalesce(jsonb_agg(jsonb_build_object('src', e.src, 'dst', e.dst, 'rel', e.rel, 'role', e.role)
          order by e.src, e.dst, e.rel, e.role), '[]')
        from (
          select * from iris.lineage_edges e
           where e.project_id = v_project and e.src = any (v_ids) and v_direction in ('both', 'upstream')
          union
          select * from iris.lineage_edges e
           where e.project_id = v_project and e.dst = any (v_ids) and v_direction in ('both', 'downstream')
        ) e where e.created_at <= v_at));
end $$;

select iris.guard_table('lineage_nodes');
select iris.guard_table('lineage_edges');
select iris.publish('lineage');
