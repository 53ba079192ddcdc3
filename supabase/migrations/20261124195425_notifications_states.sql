-- A value that is added to an enum cannot be used in the same transaction: the type is made anew rather than grown.
alter table private.messages drop constraint sent_message_has_a_time;
alter table private.messages alter column state drop default;
alter type private.message_state rename to message_state_before;
create type private.message_state as enum ('queued', 'sending', 'sent', 'failed', 'suppressed', 'bounced', 'complained');
alter table private.messages alter column state type private.message_state using state::text::private.message_state;
alter table private.messages alter column state set default 'sending';
drop type private.message_state_before;

-- From text to the type of all channels; what is there is e-mail.
alter table private.messages drop constraint channel_is_known;
create type public.message_channel as enum ('email', 'sms', 'in_app');
alter table private.messages alter column channel type public.message_channel using channel::public.message_channel;
