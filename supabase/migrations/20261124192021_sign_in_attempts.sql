set local check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.draw_sign_in(account text)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Ten tries are enough for a person who has forgotten; then it is one a minute, 1,440 a day.
  select private.draw_token('sign_in:' || account, 10, 1)
$function$;

CREATE OR REPLACE FUNCTION private.password_verification_attempt(event jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.return_sign_in(account text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update private.rate_limits r set tokens = least(10, r.tokens + 1) where r.bucket = 'sign_in:' || account
$function$;

COMMENT ON FUNCTION "private"."draw_sign_in"(text) IS 'Counts a try to sign in to an account. 0 when it may go on, otherwise the seconds to wait. `account` says what is guessed and whose, such as password:<user id>.';

COMMENT ON FUNCTION "private"."password_verification_attempt"(jsonb) IS 'Auth hook "password verification attempt" of the platform: refuses tries beyond the limit of the account with 429.';

COMMENT ON FUNCTION "private"."return_sign_in"(text) IS 'Takes back a try that was right: only wrong ones count, so nobody is slowed down for signing in often.';

REVOKE ALL ON FUNCTION "private"."draw_sign_in"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."draw_sign_in"(text) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."password_verification_attempt"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."password_verification_attempt"(jsonb) TO "postgres", "supabase_auth_admin";

REVOKE ALL ON FUNCTION "private"."return_sign_in"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."return_sign_in"(text) TO "postgres", "service_role";

REVOKE ALL ON SCHEMA "private" FROM "supabase_auth_admin";

GRANT USAGE ON SCHEMA "private" TO "supabase_auth_admin";
