set local check_function_bodies = off;

DROP TRIGGER "audit_delete" ON "public"."show_rsvps";

DROP TRIGGER "audit_insert" ON "public"."show_rsvps";

DROP TRIGGER "audit_update" ON "public"."show_rsvps";

DROP FUNCTION "private"."add_product_views"(jsonb);

DROP FUNCTION "private"."add_show_views"(jsonb);

DROP FUNCTION "public"."add_product_views"(jsonb);

DROP FUNCTION "public"."add_show_views"(jsonb);

ALTER TABLE "public"."show_rsvps" ADD COLUMN "cancel_reason" text;

CREATE OR REPLACE FUNCTION private.add_views(views jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_today date := (now() at time zone 'UTC')::date;
  v_products integer;
  v_shows integer;
begin
  -- In the order of ids: two functions that write at once do not wait in a circle.
  insert into public.product_views as w (product_id, boutique_id, day, views)
  select p.id, p.boutique_id, v_today, v.number
  from private.counted_views(views) v
  join public.products p on p.id = v.id
  order by p.id
  on conflict (product_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_products = row_count;
  insert into public.show_views as w (show_id, boutique_id, day, views)
  select s.id, s.boutique_id, v_today, v.number
  from private.counted_views(views) v
  join public.fashion_shows s on s.id = v.id
  order by s.id
  on conflict (show_id, day) do update set views = w.views + excluded.views;
  get diagnostics v_shows = row_count;
  return v_products + v_shows;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_guest_rsvp(rsvp_id uuid, reason text)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows := private.show_of_guest(rsvp_id);
  v_rsvp public.show_rsvps;
begin
  if reason is null or reason !~ '\S' or length(reason) > 1000 then
    perform private.raise_error(400, 'reason_required', 'Say why, in up to 1000 letters: she reads it.');
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.id = cancel_guest_rsvp.rsvp_id;
  return private.give_back_seats(v_show, v_rsvp, reason);
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_rsvp(show_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
begin
  select * into v_show from public.fashion_shows s
  where s.id = cancel_rsvp.show_id and exists (select from public.show_rsvps r where r.show_id = s.id and r.customer_id = auth.uid())
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'You have not said that you come to this show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  return private.give_back_seats(v_show, v_rsvp);
end
$function$;

CREATE OR REPLACE FUNCTION private.check_in_rsvp(rsvp_id uuid)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows := private.show_of_guest(rsvp_id);
  v_rsvp public.show_rsvps;
begin
  select * into strict v_rsvp from public.show_rsvps r where r.id = check_in_rsvp.rsvp_id;
  if v_rsvp.state = 'attended' then
    return v_rsvp;
  elsif v_show.state not in ('scheduled', 'live') then
    perform private.refuse_show_state(v_show, 'entered');
  elsif v_rsvp.state <> 'confirmed' then
    perform private.raise_error(409, 'invalid_state', format('An RSVP that is %s has no seats.', v_rsvp.state),
      jsonb_build_object('rsvp_id', rsvp_id, 'state', v_rsvp.state));
  end if;
  perform private.refuse_before_doors(v_show);
  update public.show_rsvps r set state = 'attended' where r.id = v_rsvp.id returning * into v_rsvp;
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_guest()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.cancel_reason := null;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.give_back_seats(show public.fashion_shows, rsvp public.show_rsvps, reason text DEFAULT NULL::text)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_rsvp public.show_rsvps;
begin
  if rsvp.state = 'cancelled' then
    return rsvp;
  end if;
  perform private.refuse_closed(show);
  if rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'Who is at the show already keeps her seats.', jsonb_build_object('rsvp_id', rsvp.id, 'state', rsvp.state));
  end if;
  update public.show_rsvps r set state = 'cancelled', cancel_reason = btrim(reason) where r.id = rsvp.id returning * into v_rsvp;
  perform private.promote_rsvps(show.id);
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_to_plan(order_id uuid)
 RETURNS public.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.own_order(order_id);
begin
  perform private.lock_group(v_order.group_id);
  select * into v_order from public.orders o where o.id = order_to_plan.order_id;
  if v_order.state <> 'pending' or v_order.hold_expires_at <= now() then
    perform private.raise_error(409, 'invalid_state', 'How an order is paid is chosen while it waits for its payment.',
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.own_order(order_id uuid)
 RETURNS public.orders
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o where o.id = own_order.order_id and o.customer_id = auth.uid();
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours.', jsonb_build_object('order_id', order_id));
  end if;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.personal_data()
 RETURNS TABLE(table_name text, subject_column text, subject text, exported boolean, erasure private.erasure, reason text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'id', 'id = $1', true, 'cascade'::private.erasure, 'who she is'),
    ('public.platform_admins', 'user_id', 'user_id = $1', true, 'cascade', 'a right of hers'),
    ('public.boutique_members', 'user_id', 'user_id = $1', true, 'cascade', 'her work for a boutique; its last owner hands it over first'),
    ('public.invitations', 'email', 'email = (select lower(u.email) from auth.users u where u.id = $1)', true, 'delete', 'holds her address'),
    ('public.invitations', 'invited_by', 'invited_by = $1', true, 'detach', 'the invitation of somebody else'),
    ('public.invitations', 'accepted_by', 'accepted_by = $1', false, 'detach', 'exported by her address'),
    ('public.boutique_status_changes', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.rentals', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was rented and paid, not by whom'),
    ('public.stylists', 'user_id', 'user_id = $1', true, 'detach', 'her public face at a boutique; erase_account empties it, fittings remember that there was somebody'),
    ('public.appointments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps the fact; what she has written and who came along goes'),
    ('public.appointment_garments', 'customer_id', 'customer_id = $1', true, 'detach', 'the boutique keeps which gowns were tried on'),
    ('public.appointment_notes', 'appointment_id', 'appointment_id in (select a.id from public.appointments a where a.customer_id = $1)', true, 'delete', 'what staff have noted about her'),
    ('public.appointment_notes', 'author_id', 'author_id = $1', false, 'detach', 'her work for the boutique, about somebody else, whose export has it'),
    ('public.waitlist_entries', 'customer_id', 'customer_id = $1', true, 'cascade', 'her place in line'),
    ('public.rental_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the record of what was handed over, not to whom'),
    ('public.rental_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.substitution_proposals', 'decided_by', 'decided_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.data_exports', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.account_deletions', 'user_id', 'user_id = $1', true, 'cascade', 'her own request'),
    ('public.audit_log', 'actor_id', 'actor_id = $1', true, 'keep', 'append-only; a bare id that leads nowhere once the account is gone'),
    ('public.calendar_feeds', 'owner_id', 'owner_id = $1', true, 'cascade', 'her link; without her there is nobody with whose rights it is read'),
    ('public.notifications', 'user_id', 'user_id = $1', true, 'cascade', 'what she was told'),
    ('public.notification_preferences', 'user_id', 'user_id = $1', true, 'cascade', 'what she wants to hear'),
    ('public.notification_settings', 'user_id', 'user_id = $1', true, 'cascade', 'when and how she wants to hear it'),
    ('public.webhook_events', 'payload', 'payload #>> ''{data,customer_id}'' = $1::text', false, 'keep', 'what a boutique''s own systems were told: a bare id that leads nowhere once the account is gone; removed after 90 days'),
    ('private.messages', 'user_id', 'user_id = $1', true, 'cascade', 'what was sent to her'),
    ('private.messages', 'recipient_hash',
      'user_id is null and recipient_hash = private.recipient_hash((select u.email from auth.users u where u.id = $1))',
      true, 'delete', 'invitations to her address, sent before she had an account'),
    ('public.favorites', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she likes'),
    ('public.lookbooks', 'customer_id', 'customer_id = $1', true, 'cascade', 'her own selection; who has its token finds nothing any more'),
    ('public.lookbook_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the look-book'),
    ('public.reviews', 'customer_id', 'customer_id = $1', true, 'detach', 'the stars of a gown are a sum of what many found; a trigger takes her name, her texts and what answers them'),
    ('public.reviews', 'hidden_by', 'hidden_by = $1', false, 'detach', 'her work for the marketplace, about what somebody else has written'),
    ('public.reviews', 'replied_by', 'replied_by = $1', false, 'detach', 'her work for the boutique, about what somebody else has written'),
    ('public.review_revisions', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she had written before'),
    ('private.review_measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('public.review_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'her photos; the files are in a personal bucket'),
    ('public.review_votes', 'customer_id', 'customer_id = $1', true, 'cascade', 'what helped her'),
    ('public.review_reports', 'reporter_id', 'reporter_id = $1', true, 'detach', 'what admins have decided stays; a trigger empties her note'),
    ('public.review_reports', 'resolved_by', 'resolved_by = $1', false, 'detach', 'her work for the marketplace'),
    ('public.show_rsvps', 'customer_id', 'customer_id = $1', true, 'detach', 'seats of shows to come are given back by erase_account; of the others the boutique keeps how many came; a trigger empties what staff have written to her'),
    ('public.tryon_photos', 'customer_id', 'customer_id = $1', true, 'cascade', 'photos of her, with her consent; the files are in a personal bucket'),
    ('public.tryons', 'customer_id', 'customer_id = $1', true, 'cascade', 'gowns on her photos; the files are in a personal bucket'),
    ('private.tryon_uses', 'customer_id', 'customer_id = $1', true, 'cascade', 'how many looks she has had made within a day'),
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note and reasons that somebody has written'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders; a trigger takes what somebody has written'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.payment_attempts', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refund_transfers', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payouts', 'decided_by', 'decided_by = $1', true, 'detach', 'her work for the marketplace'),
    ('public.payment_exceptions', 'resolved_by', 'resolved_by = $1', true, 'detach', 'her work for a boutique or the marketplace'),
    ('public.deposits', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.payment_plans', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger takes a reason that somebody has written'),
    ('public.invoices', 'customer_id', 'customer_id = $1', true, 'detach', 'tax law wants them kept as they were issued'),
    ('public.invoices', 'content', 'customer_id = $1', false, 'keep', 'the same, with name and address of the buyer: without them it is no invoice. Read by the staff of its boutique and admins alone; exported by customer_id'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.catalog_imports', 'started_by', 'started_by = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.measurements', 'customer_id', 'customer_id = $1', true, 'cascade', 'her body'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.quote_payment_plans(order_id uuid)
 RETURNS SETOF public.payment_plan_quote
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.own_order(order_id);
begin
  return query
    select q.* from public.payment_plan_offers f
    cross join lateral private.quote_payment_plan(f, v_order) q
    where f.boutique_id = v_order.boutique_id and f.is_active and v_order.state = 'pending' and v_order.hold_expires_at > now() and q.offer_id is not null
    order by q.down_payment, f.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_unpaid(order_row public.orders)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if order_row.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave. %s', order_row.state,
        case order_row.state
          when 'pending' then 'Wait until its customer has paid.'
          when 'cancelled' then 'Ask her for a new order.'
          else 'All that was to leave has left.'
        end),
      jsonb_build_object('order_id', order_row.id, 'state', order_row.state));
  elsif private.payment_is_due(order_row) then
    perform private.raise_error(409, 'payment_due',
      'A change of this order, or an instalment of its plan, is not paid yet. Wait until its customer has paid it online, or take the money with take_payment.', (
      select jsonb_build_object('order_id', p.order_id, 'payment_id', p.id, 'amount', p.amount, 'currency', p.currency)
      from public.payments p where p.order_id = order_row.id and p.state = 'pending' order by p.due_at nulls first, p.id limit 1));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.rsvp_show(show_id uuid, party_size integer)
 RETURNS public.show_rsvps
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
  v_rsvp public.show_rsvps;
  v_fits boolean;
begin
  perform from public.profiles p where p.id = auth.uid() for key share;
  if not found then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to come to a show.');
  end if;
  -- All who want seats of a show wait here for each other.
  select * into v_show from public.fashion_shows s where s.id = rsvp_show.show_id and s.listed for no key update;
  if not found then
    perform private.raise_error(404, 'show_not_found', 'There is no such show.', jsonb_build_object('show_id', show_id));
  end if;
  select * into v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  if v_rsvp.state <> 'cancelled' and v_rsvp.party_size = rsvp_show.party_size then
    return v_rsvp;
  end if;
  perform private.refuse_closed(v_show);
  if party_size is null or party_size not between 1 and v_show.max_party_size then
    perform private.raise_error(400, 'invalid_party_size', format('party_size is 1 to %s.', v_show.max_party_size),
      jsonb_build_object('max_party_size', v_show.max_party_size));
  elsif party_size > v_show.capacity then
    perform private.raise_error(409, 'party_too_large', 'The show has not that many seats in all.', jsonb_build_object('capacity', v_show.capacity));
  elsif v_rsvp.state = 'attended' then
    perform private.raise_error(409, 'rsvp_closed', 'You are at the show already.', jsonb_build_object('rsvp_id', v_rsvp.id, 'state', v_rsvp.state));
  end if;
  v_fits := (party_size - private.seats_of(v_rsvp) <= v_show.capacity - v_show.seats_taken) is not false;

  if v_rsvp.state = 'confirmed' and not v_fits then
    perform private.raise_error(409, 'show_full', 'There are not that many more seats. You keep those that you have.',
      jsonb_build_object('rsvp_id', v_rsvp.id, 'party_size', v_rsvp.party_size, 'seats_free', v_show.capacity - v_show.seats_taken));
  elsif v_rsvp.state in ('confirmed', 'waitlisted') then
    update public.show_rsvps r set party_size = rsvp_show.party_size where r.id = v_rsvp.id;
  else
    insert into public.show_rsvps as r (show_id, boutique_id, customer_id, party_size, state, place)
    values (v_show.id, v_show.boutique_id, auth.uid(), rsvp_show.party_size, case when v_fits then 'confirmed' else 'waitlisted' end::public.show_rsvp_state,
      1 + coalesce((select max(x.place) from public.show_rsvps x where x.show_id = v_show.id), 0))
    on conflict on constraint one_rsvp_of_a_customer_to_a_show do update
      set party_size = excluded.party_size, state = excluded.state, place = excluded.place, cancel_reason = null;
  end if;
  -- A smaller party leaves seats, or fits now into those that are left.
  perform private.promote_rsvps(v_show.id);
  select * into strict v_rsvp from public.show_rsvps r where r.show_id = v_show.id and r.customer_id = auth.uid();
  return v_rsvp;
end
$function$;

CREATE OR REPLACE FUNCTION private.show_of_guest(rsvp_id uuid)
 RETURNS public.fashion_shows
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  select * into v_show from public.fashion_shows s
  where s.id = (select r.show_id from public.show_rsvps r where r.id = show_of_guest.rsvp_id)
    and s.boutique_id in (select private.my_boutique_ids('fittings.write'))
  for no key update;
  if not found then
    perform private.raise_error(404, 'rsvp_not_found', 'There is no such RSVP to a show of a boutique you work for.', jsonb_build_object('rsvp_id', rsvp_id));
  end if;
  return v_show;
end
$function$;

CREATE OR REPLACE FUNCTION private.sitemap(boutique text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid := (select b.id from public.boutiques b where b.slug = boutique);
begin
  if boutique is null then
    return (
      select coalesce(jsonb_agg(jsonb_build_object('slug', x.slug) order by x.slug), '[]') from (
        select b.slug from public.boutiques b
        where b.status = 'active' and (
          exists (select from private.product_documents d where d.boutique_id = b.id)
          or exists (select from public.fashion_shows s where s.boutique_id = b.id and s.listed))
        order by b.slug limit 50000) x);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'slug', x.slug, 'changed_at', x.updated_at) order by x.kind desc, x.since desc), '[]') from (
      select 'show' as kind, s.slug, s.updated_at, s.starts_at as since from public.fashion_shows s where s.boutique_id = v_boutique and s.listed
      union all
      select 'product', p.slug, p.updated_at, p.published_at from public.products p where p.boutique_id = v_boutique and p.listed
      order by kind desc, since desc limit 50000) x);
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_of_rsvp()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_show public.fashion_shows;
begin
  if new.state = 'confirmed' then
    select * into v_show from public.fashion_shows s where s.id = new.show_id;
    perform private.notify(
      case when tg_op = 'UPDATE' and old.state = 'waitlisted' then 'show_promoted' else 'show_confirmed' end, new.id,
      -- Who comes back after she has cancelled has another place.
      jsonb_build_object('group', new.boutique_id, 'occasion', 'place-' || new.place));
    perform private.remind_of_show(v_show, array[new.id]);
  elsif new.cancel_reason is not null then
    perform private.notify('show_rsvp_cancelled', new.id, jsonb_build_object('group', new.boutique_id, 'occasion', 'place-' || new.place));
  end if;
  if new.state in ('confirmed', 'cancelled') then
    perform private.emit_event(new.boutique_id, 'show.rsvp_' || new.state, 'show_rsvps', new.id, jsonb_build_object(
      'rsvp_id', new.id, 'state', new.state, 'show_id', new.show_id, 'customer_id', new.customer_id, 'party_size', new.party_size));
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION public.add_views(views jsonb)
 RETURNS integer
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.add_views(views) $function$;

CREATE OR REPLACE FUNCTION public.cancel_guest_rsvp(rsvp_id uuid, reason text)
 RETURNS public.show_rsvps
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_guest_rsvp(rsvp_id, reason) $function$;

ALTER TABLE "public"."show_rsvps" ADD CONSTRAINT "cancel_reason_is_given" CHECK (((cancel_reason ~ '\S'::text) AND (length(cancel_reason) <= 1000)));

ALTER TABLE "public"."show_rsvps" ADD CONSTRAINT "only_what_is_cancelled_says_why" CHECK (((cancel_reason IS NULL) OR (state = 'cancelled'::public.show_rsvp_state)));

CREATE TRIGGER audit_delete AFTER DELETE ON public.show_rsvps REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'cancel_reason');

CREATE TRIGGER audit_insert AFTER INSERT ON public.show_rsvps REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'cancel_reason');

CREATE TRIGGER audit_update AFTER UPDATE ON public.show_rsvps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'cancel_reason');

CREATE TRIGGER forget_guest BEFORE UPDATE ON public.show_rsvps FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_guest();

COMMENT ON COLUMN "public"."show_rsvps"."cancel_reason" IS 'Told to her by the staff who have cancelled it; null when she did so herself.';

COMMENT ON FUNCTION "private"."forget_guest"() IS 'Trigger: what staff have written to a customer goes when her account goes.';

COMMENT ON FUNCTION "private"."give_back_seats"(public.fashion_shows, public.show_rsvps, text) IS 'Cancels an RSVP, whose show the caller has locked; those who wait move up. PT409 rsvp_closed.';

COMMENT ON FUNCTION "private"."own_order"(uuid) IS 'An order of the caller, not locked. PT404 order_not_found.';

COMMENT ON FUNCTION "private"."show_of_guest"(uuid) IS 'The show of an RSVP, when the caller receives its guests; locked. PT404 rsvp_not_found.';

COMMENT ON FUNCTION "private"."sitemap"(text) IS 'For search engines: boutiques that have something on show; or up to 50,000 shows and products of one, with the time of their last change.';

COMMENT ON FUNCTION "private"."tell_of_rsvp"() IS 'Trigger: a customer who has seats is told and reminded, and told when staff have cancelled them; webhooks hear of seats that are taken and given back.';

COMMENT ON FUNCTION "public"."add_views"(jsonb) IS 'For the function catalog, with the secret key: adds views of today, {"id of a product or a show": number}. Of how many of them; those that are gone are left out.';

COMMENT ON FUNCTION "public"."cancel_guest_rsvp"(uuid, text) IS 'Staff cancel the RSVP of a customer who has called, or does not come: she is told the reason, and her seats go to the first who waits and whose party they hold. Until the show begins. She may come back, as the last in the line. Repeating it changes nothing. PT404 rsvp_not_found; PT409 rsvp_closed; PT400 reason_required.';

COMMENT ON FUNCTION "public"."sitemap"(text) IS 'For the function catalog, with the secret key: [{"slug"}] of boutiques that have something on show; or of one, [{"kind": "show" or "product", "slug", "changed_at"}] of what it has.';

COMMENT ON TYPE "public"."show_rsvp_state" IS 'confirmed: has seats; waitlisted: gets them when they become free; cancelled: by herself, or by staff, who have said why; attended: staff have seen her at the door.';

REVOKE ALL ON FUNCTION "private"."add_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."cancel_guest_rsvp"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_guest_rsvp"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."forget_guest"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_guest"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."give_back_seats"(public.fashion_shows, public.show_rsvps, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."give_back_seats"(public.fashion_shows, public.show_rsvps, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."own_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."own_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."show_of_guest"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."show_of_guest"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_views"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_views"(jsonb) TO "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."cancel_guest_rsvp"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_guest_rsvp"(uuid, text) TO "authenticated", "postgres";
