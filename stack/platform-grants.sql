-- The second half of the platform: who owns the auth and storage schemas and what `postgres` may do there.
-- Runs after the Auth and Storage servers' own tables exist.

-- GoTrue's column that the embedded Auth server lacks; seeds that run on both fill it.
alter table auth.users add column if not exists instance_id uuid default '00000000-0000-0000-0000-000000000000';

grant usage on schema auth to anon, authenticated, service_role, postgres;
grant usage on schema storage to anon, authenticated, service_role, postgres;

do $$
declare
  item record;
begin
  for item in
    select c.oid::regclass as name, n.nspname as schema
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'storage') and c.relkind in ('r', 'p', 'v')
  loop
    -- The owner role does the work of GoTrue and of the Storage server.
    execute format('alter table %s owner to supabase_%s_admin', item.name, item.schema);
    -- The embedded server logs in as `authenticator`; it does not become the owner, it only works with the rows.
    execute format('grant select, insert, update, delete on %s to authenticator, service_role', item.name);
    -- Migrations reference auth.users and put a trigger on it; operators read both schemas.
    execute format('grant select, insert, update, delete, references, trigger on %s to postgres', item.name);
  end loop;
end
$$;

alter schema auth owner to supabase_auth_admin;
alter schema storage owner to supabase_storage_admin;
grant usage on schema auth, storage to authenticator;
-- On the platform `postgres` may write policies on storage.objects; here membership of the owner gives it that.
grant supabase_storage_admin to postgres with inherit true;
-- The embedded Storage server looks buckets and objects up as its login role, where the platform's owns the tables.
-- What a request may do is still decided by the policies for its own role.
do $$
begin
  if not exists (select from pg_policies where schemaname = 'storage' and policyname = 'server_buckets') then
    create policy server_buckets on storage.buckets for all to authenticator using (true) with check (true);
    create policy server_objects on storage.objects for all to authenticator using (true) with check (true);
  end if;
end
$$;
-- RLS decides about files, so the API roles hold the plain privileges, as on the platform.
grant select, insert, update, delete on storage.objects to anon, authenticated;
grant select on storage.buckets to anon, authenticated;

-- The embedded servers write their JSON columns as JSON strings that hold JSON; GoTrue and the Storage server write
-- objects, and so does the rest of the world read them (triggers on sign-up, policies, the generated e-mail of an identity,
-- the size of a file).
create or replace function auth.unwrap_json() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_table_name = 'users' then
    if jsonb_typeof(new.raw_user_meta_data) = 'string' then
      new.raw_user_meta_data := (new.raw_user_meta_data #>> '{}')::jsonb;
    end if;
    if jsonb_typeof(new.raw_app_meta_data) = 'string' then
      new.raw_app_meta_data := (new.raw_app_meta_data #>> '{}')::jsonb;
    end if;
  elsif tg_table_name = 'identities' then
    if jsonb_typeof(new.identity_data) = 'string' then
      new.identity_data := (new.identity_data #>> '{}')::jsonb;
    end if;
  elsif tg_table_name = 'audit_log_entries' then
    if json_typeof(new.payload) = 'string' then
      new.payload := (new.payload #>> '{}')::json;
    end if;
  else
    if jsonb_typeof(new.metadata) = 'string' then
      new.metadata := (new.metadata #>> '{}')::jsonb;
    end if;
    if jsonb_typeof(new.user_metadata) = 'string' then
      new.user_metadata := (new.user_metadata #>> '{}')::jsonb;
    end if;
  end if;
  return new;
end
$$;
alter function auth.unwrap_json() owner to supabase_auth_admin;
create or replace trigger unwrap_json before insert or update on auth.users
  for each row execute function auth.unwrap_json();
create or replace trigger unwrap_json before insert or update on auth.identities
  for each row execute function auth.unwrap_json();
create or replace trigger unwrap_json before insert or update on auth.audit_log_entries
  for each row execute function auth.unwrap_json();
create or replace trigger unwrap_json before insert or update on storage.objects
  for each row execute function auth.unwrap_json();
