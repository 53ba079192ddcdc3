-- What the Supabase platform has and the embedded parts lack. Runs as the superuser at every start,
-- before the migrations; every statement may run again. Placeholders in :colons: are filled in by
-- platform.ts. Nothing of the product lives here: a hosted project must not need this file.

-- Roles of the Data API. A request runs as one of the first three, chosen by its key and token.
do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;
  -- The login role of PostgREST on the platform. Here it is the login role of the embedded Data API too.
  if not exists (select from pg_roles where rolname = 'authenticator') then
    create role authenticator login noinherit;
  end if;
  -- Owners of the auth and storage schemas, as on the platform.
  if not exists (select from pg_roles where rolname = 'supabase_auth_admin') then
    create role supabase_auth_admin nologin noinherit createrole;
  end if;
  if not exists (select from pg_roles where rolname = 'supabase_storage_admin') then
    create role supabase_storage_admin nologin noinherit createrole;
  end if;
  -- The owner of the product's objects and the role of the migrations: no superuser, as on the platform,
  -- so that a migration that needs one fails here and not on the day of the deploy.
  if not exists (select from pg_roles where rolname = 'postgres') then
    create role postgres login createrole createdb bypassrls replication;
  end if;
end
$$;

alter role authenticator password :'api_password';
alter role postgres password :'postgres_password';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
grant anon, authenticated, service_role to postgres;
-- With inheritance, unlike on the platform: the embedded Data API learns of the tables through
-- information_schema, which shows a role only what it has rights on. Requests run as one of the three all the same.
grant anon, authenticated, service_role to authenticator with inherit true;
-- Hosted projects let `postgres` read the statistics views and the settings of the server.
grant pg_monitor, pg_read_all_settings, pg_signal_backend to postgres;

-- Extensions live in a schema of their own, which is on the search path of every session.
create schema if not exists extensions authorization postgres;
grant usage on schema extensions to anon, authenticated, service_role;
alter role postgres in database :"database" set search_path = "$user", public, extensions;
alter role authenticator in database :"database" set search_path = public, extensions;
create extension if not exists pg_stat_statements with schema extensions;
create extension if not exists pgcrypto with schema extensions;

grant create, connect, temporary on database :"database" to postgres;
grant usage, create on schema public to postgres;
grant usage on schema public to anon, authenticated, service_role;

-- The platform's default privileges: a new table of `postgres` is open to the API roles, which is why
-- every migration of the product revokes first and grants back.
alter default privileges for role postgres in schema public grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public grant all on functions to postgres, anon, authenticated, service_role;

-- Realtime publishes the tables of this publication; without Realtime it is only a name that migrations use.
do $$
begin
  if not exists (select from pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
    alter publication supabase_realtime owner to postgres;
  end if;
end
$$;
