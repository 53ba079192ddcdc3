-- Sign-in: whoever guesses the password or the code of an account is slowed down, from however many addresses they come.
-- Limits per address are the Auth server's own ([auth.rate_limit] in supabase/config.toml).

create function private.draw_sign_in(account text) returns integer
language sql volatile
set search_path = ''
as $$
  -- Ten tries are enough for a person who has forgotten; then it is one a minute, 1,440 a day.
  select private.draw_token('sign_in:' || account, 10, 1)
$$;
comment on function private.draw_sign_in(text) is
  'Counts a try to sign in to an account. 0 when it may go on, otherwise the seconds to wait. `account` says what is guessed and whose, such as password:<user id>.';
grant execute on function private.draw_sign_in(text) to service_role;

create function private.return_sign_in(account text) returns void
language sql volatile
security definer -- as draw_token
set search_path = ''
as $$
  update private.rate_limits r set tokens = least(10, r.tokens + 1) where r.bucket = 'sign_in:' || account
$$;
comment on function private.return_sign_in(text) is
  'Takes back a try that was right: only wrong ones count, so nobody is slowed down for signing in often.';
grant execute on function private.return_sign_in(text) to service_role;

create function private.password_verification_attempt(event jsonb) returns jsonb
language plpgsql volatile
security definer -- the Auth server's role may call this function and nothing else here
set search_path = ''
as $$
declare
  v_account text := 'password:' || (event ->> 'user_id');
  v_wait integer := private.draw_sign_in(v_account);
begin
  if v_wait > 0 then
    -- The right password too: otherwise a guesser would only have to go on.
    return jsonb_build_object('error', jsonb_build_object('http_code', 429,
      'message', format('Too many tries. Try again in %s seconds.', v_wait)));
  end if;
  if (event ->> 'valid')::boolean then
    perform private.return_sign_in(v_account);
  end if;
  return jsonb_build_object('decision', 'continue');
end
$$;
comment on function private.password_verification_attempt(jsonb) is
  'Auth hook "password verification attempt" of the platform: refuses tries beyond the limit of the account with 429.';
-- No API role may call it: it would tell whether an account is being guessed at, and use up its tries.
grant usage on schema private to supabase_auth_admin;
grant execute on function private.password_verification_attempt(jsonb) to supabase_auth_admin;
