-- Data of the benchmark: attempts that wait for their money, and the rows that a payment writes, without a rule.

create function bench.begin_payments(first integer, last integer) returns void language plpgsql as $$
declare
  v_group public.order_groups;
  v_cart record;
begin
  for v_cart in
    select c.id, c.customer_id from public.carts c where c.state = 'open' order by c.customer_id offset first - 1 limit last - first + 1
  loop
    perform set_config('request.jwt.claims', jsonb_build_object('sub', v_cart.customer_id, 'role', 'authenticated')::text, true),
      set_config('request.jwt.claim.sub', v_cart.customer_id::text, true);
    v_group := private.checkout(v_cart.id, v_cart.id::text, null, null, '{}');
    insert into public.payment_attempts (payment_id, customer_id, provider, amount, currency, expires_at)
    select p.id, p.customer_id, 'test', p.amount, p.currency, now() + interval '1 day' from public.payments p where p.group_id = v_group.id;
  end loop;
end
$$;

create function bench.tell_of_payment() returns trigger language plpgsql as $$
begin
  perform pg_notify('bench_paid', new.id::text);
  return null;
end
$$;

create table bench.payment_attempts (like public.payment_attempts including all);
create table bench.order_events (like public.order_events including all);
create table bench.invoices (like public.invoices including all);
create table bench.payment_events (like private.payment_events including all);
grant all on all tables in schema bench to postgres;
grant execute on all functions in schema bench to postgres;
