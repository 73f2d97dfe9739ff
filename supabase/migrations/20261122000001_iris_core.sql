-- Projects, keys, and what every other file of iris builds on. Runs on PGlite, Postgres 15 to 18 and Supabase.
-- The schema "iris" is private: it is never listed among PostgREST's exposed schemas.
create schema if not exists iris;

-- Supabase has the first three. iris_local is the role of a process that has chosen its project itself.
do $$
declare v_role text;
begin
  foreach v_role in array array['anon', 'authenticated', 'iris_local'] loop
    if not exists (select 1 from pg_catalog.pg_roles where rolname = v_role) then
      execute format('create role %I nologin', v_role);
    end if;
  end loop;
  if not exists (select 1 from pg_catalog.pg_roles where rolname = 'service_role') then
    create role service_role nologin bypassrls;
  end if;
end $$;
grant iris_local to current_user;
grant usage on schema public to anon, authenticated, iris_local, service_role;
grant usage on schema iris to anon, authenticated, iris_local, service_role;

-- The parts that are installed, whatever version numbers a user's own project gave their files.
create table iris.parts (
  name text primary key,
  installed_at timestamptz not null default now()
);

create table iris.projects (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  created_at timestamptz not null default now()
);

-- A key is 256 random bits, so that a plain hash suffices.
create table iris.api_keys (
  id uuid primary key default gen_random_uuid(),
  project_id text not null references iris.projects (id) on delete cascade,
  prefix text not null,
  key_hash bytea not null unique,
  scopes text[] not null default '{read,write}' check (scopes <@ '{read,write,admin}'),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_project_idx on iris.api_keys (project_id);

-- What was answered to a write with an idempotencyKey.
create table iris.requests (
  project_id text not null references iris.projects (id) on delete cascade,
  key text not null check (length(key) between 1 and 128),
  operation text not null,
  content_hash bytea not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  primary key (project_id, key)
);
create index requests_created_idx on iris.requests (project_id, created_at);

-- Fails with a status that PostgREST turns into the HTTP status and iris into its code.
create function iris.fail(p_status int, p_message text, p_hint text default '', p_details jsonb default '{}')
returns void language plpgsql volatile security invoker set search_path = '' as $$
begin
  raise exception using
    errcode = 'PT' || p_status, message = p_message, hint = coalesce(p_hint, ''), detail = coalesce(p_details, '{}')::text;
end $$;

-- The project of whoever calls: chosen by the process itself, or that of the key in the request's headers.
create function iris.current_project(p_need text default 'read') returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  v_key text;
  v_project text;
begin
  if pg_catalog.current_setting('role', true) = 'iris_local' then
    return nullif(pg_catalog.current_setting('iris.project_id', true), '');
  end if;
  v_key := nullif(pg_catalog.current_setting('request.headers', true), '')::json ->> 'x-iris-key';
  if v_key is null then
    return null;
  end if;
  select k.project_id into v_project from iris.api_keys k
   where k.key_hash = sha256(convert_to(v_key, 'UTF8'))
     and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > now())
     and p_need = any (k.scopes);
  return v_project;
end $$;

-- The project of a call, or a failure. Callers past row-level security (a secret key, the owner) have to name it.
create function iris.require_project(p_project text, p_need text) returns text
language plpgsql stable security invoker set search_path = '' as $$
declare v_project text;
begin
  if (select r.rolbypassrls or r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then
    if p_project is null then
      perform iris.fail(400, 'No project was named', 'Pass p_project: this role sees every project.');
    end if;
    return p_project;
  end if;
  v_project := iris.current_project(p_need);
  if v_project is null or (p_project is not null and p_project <> v_project) then
    perform iris.fail(403, 'The key is missing, revoked, or not allowed to do this in this project',
      'Send a key of this project with the scope "' || p_need || '" as x-iris-key.');
  end if;
  return v_project;
end $$;

-- What an earlier call with the same idempotencyKey was answered, or null. Two at once wait for each other.
create function iris.replay(p_project text, p_operation text, p_input jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_key text := p_input ->> 'idempotencyKey';
  v_request iris.requests;
begin
  if v_key is null then
    return null;
  end if;
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(p_project || E'\x01' || v_key, 0));
  select * into v_request from iris.requests r where r.project_id = p_project and r.key = v_key;
  if not found then
    return null;
  end if;
  if v_request.operation <> p_operation or v_request.content_hash <> iris.content_hash(p_input) then
    perform iris.fail(409, 'The idempotencyKey ' || to_json(v_key) || ' was used before with other content',
      'Use a new key for a new request.');
  end if;
  return v_request.response || '{"duplicate": true}';
end $$;

create function iris.remember(p_project text, p_operation text, p_input jsonb, p_response jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  if p_input ->> 'idempotencyKey' is not null then
    insert into iris.requests (project_id, key, operation, content_hash, response)
    values (p_project, p_input ->> 'idempotencyKey', p_operation, iris.content_hash(p_input), p_response);
  end if;
  return jsonb_build_object('duplicate', false) || p_response;
end $$;

create function iris.content_hash(p_input jsonb) returns bytea
language sql immutable security invoker set search_path = '' as $$
  select sha256(convert_to((p_input - 'idempotencyKey')::text, 'UTF8'))
$$;

-- A moment as iris writes it everywhere.
create function iris.iso(p_at timestamptz) returns text
language sql stable security invoker set search_path = '' as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- A moment as callers write it: ISO 8601, or a time ago such as 24h or 7d.
create function iris.moment(p_text text, p_name text) returns timestamptz
language plpgsql stable security invoker set search_path = '' as $$
declare v_parts text[] := regexp_match(p_text, '^(\d{1,6})(s|m|h|d)$');
begin
  if p_text is null then
    return null;
  end if;
  if v_parts is not null then
    return now() - make_interval(secs => v_parts[1]::double precision
      * case v_parts[2] when 's' then 1 when 'm' then 60 when 'h' then 3600 else 86400 end);
  end if;
  if p_text !~ '^\d{4}-\d{2}-\d{2}' then
    perform iris.fail(400, p_name || ' is neither a moment nor a time ago: ' || to_json(p_text),
      'Write it as 2026-01-31T12:00:00Z, or as 24h or 7d.');
  end if;
  return p_text::timestamptz;
exception when invalid_datetime_format or datetime_field_overflow then
  perform iris.fail(400, p_name || ' is not a moment: ' || to_json(p_text), 'Write it as 2026-01-31T12:00:00Z.');
end $$;

-- Puts a table of the schema iris behind row-level security: its first column is project_id.
create function iris.guard_table(p_table text) returns void
language plpgsql volatile security invoker set search_path = '' as $$
begin
  execute format('alter table iris.%I enable row level security', p_table);
  execute format('alter table iris.%I force row level security', p_table);
  execute format('create policy project_read on iris.%I for select to anon, authenticated, iris_local
    using (project_id = (select iris.current_project(''read'')))', p_table);
  execute format('create policy project_insert on iris.%I for insert to anon, authenticated, iris_local
    with check (project_id = (select iris.current_project(''write'')))', p_table);
  execute format('create policy project_update on iris.%I for update to anon, authenticated, iris_local
    using (project_id = (select iris.current_project(''write'')))
    with check (project_id = (select iris.current_project(''write'')))', p_table);
  execute format('create policy project_delete on iris.%I for delete to anon, authenticated, iris_local
    using (project_id = (select iris.current_project(''write'')))', p_table);
  execute format('grant select, insert, update, delete on iris.%I to anon, authenticated, iris_local', p_table);
  execute format('grant all on iris.%I to service_role', p_table);
end $$;

-- Opens the functions of iris to its callers, and nothing else. Every later file ends with it.
create function iris.publish(p_part text) returns void
language plpgsql volatile security invoker set search_path = '' as $$
declare v_function record;
begin
  for v_function in
    select p.oid::regprocedure as signature, n.nspname as place, p.proname as name
      from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'iris' or (n.nspname = 'public' and p.proname like 'iris\_%')
  loop
    execute format('revoke all on function %s from public, anon, authenticated', v_function.signature);
    continue when v_function.place = 'iris' and v_function.name in ('guard_table', 'publish', 'prune');
    execute format('grant execute on function %s to service_role', v_function.signature);
    continue when v_function.name like 'iris\_admin\_%';
    execute format('grant execute on function %s to iris_local', v_function.signature);
    continue when v_function.name = 'ensure_project';
    execute format('grant execute on function %s to anon, authenticated', v_function.signature);
  end loop;
  insert into iris.parts (name) values (p_part) on conflict (name) do nothing;
  notify pgrst, 'reload schema';
end $$;

-- A project is there as soon as somebody who may write uses it.
create function iris.ensure_project(p_project text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  if p_project !~ '^[a-z0-9][a-z0-9_-]{0,62}$' then
    perform iris.fail(400, 'A project is named ' || coalesce(to_json(p_project)::text, 'nothing'),
      'Use lower-case letters, digits, - and _, at most 63.');
  end if;
  insert into iris.projects (id) values (p_project) on conflict do nothing;
end $$;

-- The project to write into.
create function iris.writer(p_project text) returns text
language plpgsql volatile security invoker set search_path = '' as $$
declare v_project text := iris.require_project(p_project, 'write');
begin
  if current_user not in ('anon', 'authenticated') then
    perform iris.ensure_project(v_project);
  end if;
  return v_project;
end $$;

create function public.iris_status(p_input jsonb default '{}', p_project text default null) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object(
    'parts', (select coalesce(jsonb_agg(p.name order by p.name), '[]') from iris.parts p),
    'server', pg_catalog.current_setting('server_version'),
    'now', iris.iso(now()))
$$;

create function public.iris_admin_create_key(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare v_id uuid;
begin
  perform iris.ensure_project(p_project);
  insert into iris.api_keys (project_id, prefix, key_hash, scopes, expires_at)
  values (p_project, p_input ->> 'prefix', decode(p_input ->> 'hash', 'hex'),
    array(select jsonb_array_elements_text(coalesce(p_input -> 'scopes', '["read","write"]'))),
    (p_input ->> 'expiresAt')::timestamptz)
  returning id into v_id;
  return jsonb_build_object('id', v_id);
end $$;

create function public.iris_admin_revoke_key(p_input jsonb default '{}', p_project text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  update iris.api_keys set revoked_at = coalesce(revoked_at, now())
   where project_id = p_project and id = (p_input ->> 'id')::uuid;
  return jsonb_build_object('revoked', found);
end $$;

alter table iris.projects enable row level security;
alter table iris.api_keys enable row level security;
alter table iris.parts enable row level security;
create policy nobody on iris.projects for all to anon, authenticated, iris_local using (false);
create policy nobody on iris.api_keys for all to anon, authenticated, iris_local using (false);
create policy everybody on iris.parts for select to anon, authenticated, iris_local using (true);
grant select on iris.parts to anon, authenticated, iris_local;
grant all on iris.projects, iris.api_keys, iris.parts to service_role;
select iris.guard_table('requests');
select iris.publish('core');
