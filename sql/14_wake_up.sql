-- Wake-up: on projects without a worker, the database calls the function `jobs`, which does the jobs.

create function private.wake_up() returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  v_url text;
  v_secret text;
begin
  if to_regclass('vault.decrypted_secrets') is null or to_regnamespace('net') is null then
    return;
  end if;
  select s.decrypted_secret into v_url from vault.decrypted_secrets s where s.name = 'nexus_jobs_url';
  select s.decrypted_secret into v_secret from vault.decrypted_secrets s where s.name = 'nexus_jobs_secret';
  if v_url is not null and v_secret is not null then
    perform net.http_post(
      url := v_url,
      body := '{}'::jsonb,
      headers := jsonb_build_object('content-type', 'application/json', 'x-jobs-secret', v_secret),
      timeout_milliseconds := 60000);
  end if;
end
$$;
comment on function private.wake_up() is
  'Calls the function that does the jobs. Its address (https://PROJECT.supabase.co/functions/v1/jobs/drain) and secret (JOBS_SECRET) are in Supabase Vault as nexus_jobs_url and nexus_jobs_secret; without them, or without pg_net, it does nothing.';

create function private.schedule_wake_up() returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  v_extension text;
begin
  for v_extension in
    select a.name from pg_available_extensions a where a.name in ('pg_cron', 'pg_net') and a.installed_version is null
  loop
    begin
      -- pg_cron has a schema of its own.
      execute format('create extension %I %s', v_extension, case v_extension when 'pg_net' then 'with schema extensions' end);
    exception when others then
      -- Available and still not to be had, such as pg_cron on a server that does not preload it. A worker does without.
      raise warning 'The extension % cannot be used: %', v_extension, sqlerrm;
    end;
  end loop;
  if to_regprocedure('cron.schedule(text, text, text)') is null then
    return false;
  end if;
  -- Jobs of the same name are replaced.
  perform cron.schedule('nexus-wake-up', '30 seconds', 'select private.wake_up()');
  -- Also while nothing takes jobs: the alert is there for whoever looks.
  perform cron.schedule('nexus-watch-jobs', '*/5 * * * *', 'select private.watch_jobs()');
  return true;
end
$$;
comment on function private.schedule_wake_up() is
  'Has pg_cron call private.wake_up every 30 seconds and private.watch_jobs every 5 minutes. False, and nothing done, where there is no pg_cron. May run again, such as after pg_cron was turned on.';
