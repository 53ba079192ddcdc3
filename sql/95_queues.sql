-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';
