-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();
