-- In a migration of their own: a new value can be used only when it is committed.
alter type public.permission add value if not exists 'webhooks.read';
alter type public.permission add value if not exists 'webhooks.manage';
