-- Prompts: immutable numbered versions under a name, and labels that point to them. Moving a label is logged.
create table iris.prompts (
  project_id text not null references iris.projects (id) on delete cascade,
  name text collate "C" not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._/-]{0,254}$'),
  version int not null check (version between 1 and 10000),
  -- SHA-256 of the canonical JSON (RFC 8785) of type, format, template and config.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  type text not null check (type in ('text', 'chat')),
  format text not null check (format in ('mustache', 'fstring', 'plain')),
  template jsonb not null,
  variables text[] not null default '{}',
  -- Other prompts that the template includes, as "name", "name@label" or "name@version".
  includes text[] not null default '{}',
  config jsonb not null default '{}',
  tags text[] not null default '{}',
  message text check (length(message) <= 500),
  metadata jsonb not null default '{}',
  created_by text,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (project_id, name, version)
);

create table iris.prompt_labels (
  project_id text not null,
  name text collate "C" not null,
  label text collate "C" not null check (label ~ '^[a-z0-9_.-]{1,36}$' and label !~ '^[0-9]+$' and label <> 'latest'),
  version int not null,
  updated_at timestamptz not null default now(),
  updated_by text,
  primary key (project_id, name, label),
  foreign key (project_id, name, version) references iris.prompts (project_id, name, version) on delete cascade
);
create index prompt_labels_version_idx on iris.prompt_labels (project_id, name, version);

create table iris.prompt_label_log (
  project_id text not null references iris.projects (id) on delete cascade,
  id bigint generated always as identity,
  name text collate "C" not null,
  label text not null,
  from_version int,
  to_version int,
  at timestamptz not null default now(),
  by text,
  reason text,
  primary key (project_id, id)
);
create index prompt_label_log_name_idx on iris.prompt_label_log (project_id, name, id desc);

-- The newest version that is not deleted; "latest" is always it.
create function iris.prompt_newest(p_project text, p_name text) returns setof iris.prompts
language sql stable security invoker set search_path = '' as $$
  select * from iris.prompts p
   where p.project_id = p_project and p.name = p_name and p.deleted_at is null
   order by p.version desc limit 1
$$;

-- One version: by number, by label, or else what "production" points to, or else the newest.
create function iris.prompt_find(p_project text, p_name text, p_version int, p_label text) returns setof iris.prompts
language plpgsql stable security invoker set search_path = '' as $$
declare v_version int := p_version;
begin
  if v_version is null and p_label is distinct from 'latest' then
    select l.version into v_version from iris.prompt_labels l
     where l.project_id = p_project and l.name = p_name and l.label = coalesce(p_label, 'production');
    if v_version is null and p_label is not null then
      return;
    end if;
  end if;
  if v_version is null then
    return query select * from iris.prompt_newest(p_project, p_name);
    return;
  end if;
  return query select * from iris.prompts p
   where p.project_id = p_project and p.name = p_name and p.version = v_version and p.deleted_at is null;
end $$;

-- What "name", "name@label" or "name@3" stands for.
create function iris.prompt_at(p_project text, p_reference text) returns setof iris.prompts
language sql stable security invoker set search_path = '' as $$
  select f.* from (select split_part(p_reference, '@', 1) as name, nullif(split_part(p_reference, '@', 2), '') as place) r,
    lateral iris.prompt_find(p_project, r.name,
      case when r.place ~ '^[0-9]{1,5}$' then r.place::int end,
      case when r.place !~ '^[0-9]{1,5}$' then r.place end) f
$$;

create function iris.prompt_json(p_prompt iris.prompts) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'name', p_prompt.name, 'version', p_prompt.version, 'hash', p_prompt.hash, 'type', p_prompt.type,
    'format', p_prompt.format, 'template', p_prompt.template, 'variables', p_prompt.variables,
    'config', p_prompt.config, 'tags', p_prompt.tags, 'message', p_prompt.message, 'metadata', p_prompt.metadata,
    'createdAt', iris.iso(p_prompt.created_at), 'createdBy', p_prompt.created_by,
    'labels', (
      select coalesce(jsonb_agg(s.label order by s.label), '[]') from (
        select l.label from iris.prompt_labels l
         where l.project_id = p_prompt.project_id and l.name = p_prompt.name and l.version = p_prompt.version
        union all
        select 'latest' from iris.prompt_newest(p_prompt.project_id, p_prompt.name) n
         where n.version = p_prompt.version) s))
$$;

-- Fails for a prompt that is not there, and tells what is.
create function iris.prompt_missing(p_project text, p_name text, p_version int, p_label text) returns void
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_labels text[] := array(
    select l.label::text from iris.prompt_labels l where l.project_id = p_project and l.name = p_name order by l.label);
  v_newest int := (select n.version from iris.prompt_newest(p_project, p_name) n);
  v_deleted boolean := exists (
    select from iris.prompts p where p.project_id = p_project and p.name = p_name and p.deleted_at is not null
       and p.version = coalesce(p_version, p.version) and (v_newest is null or p_version is not null));
  v_what text := to_json(p_name)::text
    || coalesce(' in version ' || p_version, '') || coalesce(' with the label ' || to_json(p_label), '');
begin
  perform iris.fail(404,
    case when v_deleted then 'The prompt ' || v_what || ' was deleted' else 'There is no prompt ' || v_what end,
    case when v_newest is null then 'List them: prompt_list.'
      else 'Its newest version is ' || v_newest || '; its labels are '
        || array_to_string(v_labels || 'latest'::text, ', ') || '.' end,
    jsonb_build_object('deleted', v_deleted, 'newestVersion', v_newest, 'labels', v_labels));
end $$;

-- Saves of one prompt and moves of its labels wait for each other, so that no two take the same number.
create function iris.prompt_lock(p_project text, p_name text) returns void
language sql volatile security invoker set search_path = '' as $$
  select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_project || E'\x01prompt\x01' || p_name, 0))
$$;

-- Points a label to a version, or takes it away where the version is null; returns what it pointed to before.
create function iris.prompt_point(p_project text, p_name text, p_label text, p_version int, p_input jsonb) returns int
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_from int := (
    select l.version from iris.prompt_labels l
     where l.project_id = p_project and l.name = p_name and l.label = p_label);
  v_by text := p_input ->> 'agentId';
begin
  if v_from is not distinct from p_version then
    return v_from;
  end if;
  if p_version is null then
    delete from iris.prompt_labels l where l.project_id = p_project and l.name = p_name and l.label = p_label;
  else
    insert into iris.prompt_labels (project_id, name, label, version, updated_by)
    values (p_project, p_name, p_label, p_version, v_by)
    on conflict (project_id, name, label) do update
      set version = excluded.version, updated_at = now(), updated_by = excluded.updated_by;
  end if;
  insert into iris.prompt_label_log (project_id, name, label, from_version, to_version, by, reason)
  values (p_project, p_name, p_label, v_from, p_version, v_by, p_input ->> 'reason');
  perform iris.note(p_project, 'prompt.labelled', p_input, jsonb_build_object(
    'prompt.name', p_name, 'prompt.label', p_label, 'prompt.version', p_version, 'prompt.previousVersion', v_from));
  return v_from;
end $$;

create function public.iris_prompt_save(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_name text := p_input ->> 'name';
  v_content jsonb := p_input - array['sessionId', 'traceId'];
  v_answer jsonb := iris.replay(v_project, 'prompt_save', v_content);
  v_newest iris.prompts;
  v_last iris.prompts;
  v_variables text[] := array(select jsonb_array_elements_text(coalesce(p_input -> 'variables', '[]')));
  v_is_new boolean;
  v_label text;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform iris.prompt_lock(v_project, v_name);
  perform iris.seen(v_project, p_input ->> 'agentId');
  select * into v_newest from iris.prompt_newest(v_project, v_name);
  select * into v_last from iris.prompts p
   where p.project_id = v_project and p.name = v_name order by p.version desc limit 1;
  if (p_input ->> 'expectedVersion')::int <> coalesce(v_newest.version, 0) then
    perform iris.fail(409, 'The newest version of ' || to_json(v_name) || ' is ' || coalesce(v_newest.version, 0)
        || ', and ' || (p_input ->> 'expectedVersion') || ' was expected',
      'Read the newest version, bring the changes together and save again.',
      jsonb_build_object('newestVersion', v_newest.version, 'newestHash', v_newest.hash));
  end if;
  if v_last.type <> p_input ->> 'type' then
    perform iris.fail(409, to_json(v_name) || ' is a prompt of the type ' || v_last.type,
      'Save a prompt of another type under another name.');
  end if;
  v_is_new := v_newest.version is null or v_newest.hash <> p_input ->> 'hash' or v_newest.variables <> v_variables;
  if v_is_new then
    if coalesce(v_last.version, 0) >= 10000 then
      perform iris.fail(413, to_json(v_name) || ' has 10000 versions already', 'Go on under another name.');
    end if;
    insert into iris.prompts (project_id, name, version, hash, type, format, template, variables, includes, config,
      tags, message, metadata, created_by)
    values (v_project, v_name, coalesce(v_last.version, 0) + 1, p_input ->> 'hash', p_input ->> 'type',
      p_input ->> 'format', p_input -> 'template', v_variables,
      array(select jsonb_array_elements_text(coalesce(p_input -> 'includes', '[]'))), coalesce(p_input -> 'config', '{}'),
      array(select jsonb_array_elements_text(coalesce(p_input -> 'tags', '[]'))), p_input ->> 'message',
      coalesce(p_input -> 'metadata', '{}'), p_input ->> 'agentId')
    returning * into v_newest;
    perform iris.note(v_project, 'prompt.saved', p_input, jsonb_build_object(
      'prompt.name', v_name, 'prompt.version', v_newest.version, 'prompt.hash', v_newest.hash));
  end if;
  for v_label in select jsonb_array_elements_text(coalesce(p_input -> 'labels', '[]')) loop
    perform iris.prompt_point(v_project, v_name, v_label, v_newest.version, p_input);
  end loop;
  return iris.remember(v_project, 'prompt_save', v_content, iris.prompt_json(v_newest) || jsonb_build_object(
    'created', v_is_new,
    'missingIncludes', (
      select coalesce(jsonb_agg(i order by i), '[]') from unnest(v_newest.includes) i
       where not exists (select from iris.prompt_at(v_project, i)))));
end $$;

-- The prompt with everything that it includes, read at one moment. Depth 5 is the most; one more tells of too much.
create function public.iris_prompt_get(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_name text := p_input ->> 'name';
  v_version int := (p_input ->> 'version')::int;
  v_prompt iris.prompts;
  v_other iris.prompts;
  v_includes jsonb := '{}';
  v_todo text[];
  v_next text[];
  v_reference text;
begin
  select * into v_prompt from iris.prompt_find(v_project, v_name, v_version, p_input ->> 'label');
  if v_prompt.name is null then
    perform iris.prompt_missing(v_project, v_name, v_version, p_input ->> 'label');
  end if;
  v_todo := v_prompt.includes;
  for v_depth in 1..6 loop
    v_next := '{}';
    foreach v_reference in array v_todo loop
      continue when v_includes ? v_reference;
      select * into v_other from iris.prompt_at(v_project, v_reference);
      v_includes := v_includes || jsonb_build_object(v_reference,
        case when v_other.name is not null then jsonb_build_object('name', v_other.name, 'version', v_other.version,
          'type', v_other.type, 'format', v_other.format, 'template', v_other.template,
          'variables', v_other.variables) end);
      v_next := v_next || coalesce(v_other.includes, '{}');
      if (select count(*) from jsonb_object_keys(v_includes)) > 100 then
        perform iris.fail(413, to_json(v_name) || ' includes more than 100 prompts', 'Include fewer of them.');
      end if;
    end loop;
    v_todo := v_next;
  end loop;
  -- Whoever may only read leaves no trace, and neither does a look that is no use.
  if coalesce((p_input ->> 'quiet')::boolean, false) then
    return iris.prompt_json(v_prompt) || jsonb_build_object('includes', v_includes);
  end if;
  if (select r.rolbypassrls or r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user)
     or iris.current_project('write') = v_project then
    perform iris.note(v_project, 'prompt.used', p_input, jsonb_build_object(
      'prompt.name', v_name, 'prompt.version', v_prompt.version, 'prompt.label', p_input -> 'label'));
  end if;
  return iris.prompt_json(v_prompt) || jsonb_build_object('includes', v_includes);
end $$;

create function public.iris_prompt_label(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_name text := p_input ->> 'name';
  v_label text := p_input ->> 'label';
  v_version int := (p_input ->> 'version')::int;
  v_content jsonb := p_input - array['sessionId', 'traceId'];
  v_answer jsonb := iris.replay(v_project, 'prompt_label', v_content);
  v_from int;
begin
  if v_answer is not null then
    return v_answer;
  end if;
  perform iris.prompt_lock(v_project, v_name);
  perform iris.seen(v_project, p_input ->> 'agentId');
  if not exists (select from iris.prompt_find(v_project, v_name, v_version, 'latest')) then
    perform iris.prompt_missing(v_project, v_name, v_version, null);
  end if;
  select l.version into v_from from iris.prompt_labels l
   where l.project_id = v_project and l.name = v_name and l.label = v_label;
  if p_input ? 'expectedVersion' and coalesce((p_input ->> 'expectedVersion')::int, 0) <> coalesce(v_from, 0) then
    perform iris.fail(409, 'The label ' || to_json(v_label) || ' of ' || to_json(v_name) || ' points to '
        || coalesce('version ' || v_from, 'nothing') || ', which was not expected',
      'Look at the versions and decide again.', jsonb_build_object('version', v_from));
  end if;
  perform iris.prompt_point(v_project, v_name, v_label, v_version, p_input);
  return iris.remember(v_project, 'prompt_label', v_content, jsonb_build_object(
    'name', v_name, 'label', v_label, 'version', v_version, 'previousVersion', v_from,
    'moved', v_from is distinct from v_version));
end $$;

create function public.iris_prompt_delete(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_project text := iris.writer(p_project);
  v_name text := p_input ->> 'name';
  v_version int := (p_input ->> 'version')::int;
  v_labels jsonb;
  v_deleted int[];
begin
  perform iris.prompt_lock(v_project, v_name);
  select jsonb_agg(l.label order by l.label) into v_labels from iris.prompt_labels l
   where l.project_id = v_project and l.name = v_name and l.version = coalesce(v_version, l.version);
  if v_labels is not null then
    perform iris.fail(409, 'Labels point to what would be deleted of ' || to_json(v_name),
      'Move them or take them away first: prompt_label.', jsonb_build_object('labels', v_labels));
  end if;
  with gone as (
    update iris.prompts p set deleted_at = now()
     where p.project_id = v_project and p.name = v_name and p.version = coalesce(v_version, p.version)
       and p.deleted_at is null
    returning p.version)
  select array_agg(g.version order by g.version) into v_deleted from gone g;
  if v_deleted is null then
    perform iris.prompt_missing(v_project, v_name, v_version, null);
  end if;
  perform iris.note(v_project, 'prompt.deleted', p_input,
    jsonb_build_object('prompt.name', v_name, 'prompt.versions', v_deleted));
  return jsonb_build_object('name', v_name, 'deletedVersions', v_deleted);
end $$;

create function public.iris_prompt_list(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_limit int := coalesce((p_input ->> 'limit')::int, 50);
  v_after text := convert_from(decode(coalesce(p_input ->> 'cursor', ''), 'base64'), 'UTF8');
  v_rows jsonb;
begin
  select jsonb_agg(page.prompt order by page.name) into v_rows from (
    select p.name, iris.prompt_json(p) - array['template', 'config', 'labels'] || jsonb_build_object(
        'newestVersion', p.version,
        'labels', (
          select coalesce(jsonb_object_agg(l.label, l.version), '{}') from iris.prompt_labels l
           where l.project_id = v_project and l.name = p.name)) as prompt
      from iris.prompts p
     where p.project_id = v_project and p.name > v_after and p.deleted_at is null
       and starts_with(p.name, coalesce(p_input ->> 'prefix', ''))
       and not exists (
         select from iris.prompts q
          where q.project_id = v_project and q.name = p.name and q.version > p.version and q.deleted_at is null)
       and (p_input ->> 'tag' is null or p_input ->> 'tag' = any (p.tags))
       and (p_input ->> 'label' is null or p_input ->> 'label' = 'latest' or exists (
         select from iris.prompt_labels l
          where l.project_id = v_project and l.name = p.name and l.label = p_input ->> 'label'))
     order by p.name limit v_limit + 1) page;
  return jsonb_build_object(
    'prompts', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', v_limit - 1)), '[]'),
    'nextCursor', case when jsonb_array_length(coalesce(v_rows, '[]')) > v_limit
      then replace(encode(convert_to(v_rows -> (v_limit - 1) ->> 'name', 'UTF8'), 'base64'), E'\n', '') end);
end $$;

-- The versions of one prompt, newest first, and how its labels moved.
create function public.iris_prompt_versions(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_project text := iris.require_project(p_project, 'read');
  v_name text := p_input ->> 'name';
  v_limit int := coalesce((p_input ->> 'limit')::int, 50);
  v_before int := coalesce(nullif(convert_from(decode(coalesce(p_input ->> 'cursor', ''), 'base64'), 'UTF8'), '')::int, 10001);
  v_rows jsonb;
begin
  if not exists (select from iris.prompt_newest(v_project, v_name)) then
    perform iris.prompt_missing(v_project, v_name, null, null);
  end if;
  select jsonb_agg(page.prompt order by page.version desc) into v_rows from (
    select p.version, iris.prompt_json(p) - array['template', 'config'] as prompt from iris.prompts p
     where p.project_id = v_project and p.name = v_name and p.deleted_at is null and p.version < v_before
     order by p.version desc limit v_limit + 1) page;
  return jsonb_build_object(
    'prompts', coalesce(jsonb_path_query_array(v_rows, '$[0 to $last]', jsonb_build_object('last', v_limit - 1)), '[]'),
    'nextCursor', case when jsonb_array_length(coalesce(v_rows, '[]')) > v_limit
      then encode(convert_to(v_rows -> (v_limit - 1) ->> 'version', 'UTF8'), 'base64') end,
    'labelMoves', (
      select coalesce(jsonb_agg(jsonb_build_object('label', m.label, 'from', m.from_version, 'to', m.to_version,
          'at', iris.iso(m.at), 'by', m.by, 'reason', m.reason) order by m.id desc), '[]')
        from (select * from iris.prompt_label_log g where g.project_id = v_project and g.name = v_name
               order by g.id desc limit 50) m));
end $$;

select iris.guard_table('prompts');
select iris.guard_table('prompt_labels');
select iris.guard_table('prompt_label_log');
select iris.publish('prompts');
