set local check_function_bodies = off;

DROP POLICY "select_own_or_staff" ON "public"."appointment_garments";

DROP POLICY "delete_author" ON "public"."appointment_notes";

DROP POLICY "insert_staff" ON "public"."appointment_notes";

DROP POLICY "update_author" ON "public"."appointment_notes";

DROP POLICY "select_own_or_staff" ON "public"."appointments";

DROP POLICY "select_active_or_member" ON "public"."boutiques";

DROP POLICY "update_manager" ON "public"."boutiques";

DROP POLICY "select_own_or_manager" ON "public"."calendar_feeds";

DROP POLICY "delete_manager" ON "public"."closures";

DROP POLICY "insert_manager" ON "public"."closures";

DROP POLICY "update_manager" ON "public"."closures";

DROP POLICY "delete_manager" ON "public"."collection_products";

DROP POLICY "insert_manager" ON "public"."collection_products";

DROP POLICY "select_listed_or_staff" ON "public"."collection_products";

DROP POLICY "update_manager" ON "public"."collection_products";

DROP POLICY "delete_manager" ON "public"."collections";

DROP POLICY "insert_manager" ON "public"."collections";

DROP POLICY "select_listed_or_staff" ON "public"."collections";

DROP POLICY "update_manager" ON "public"."collections";

DROP POLICY "update_manager" ON "public"."commerce_policies";

DROP POLICY "select_own_or_staff" ON "public"."deposits";

DROP POLICY "select_own_or_staff" ON "public"."discount_redemptions";

DROP POLICY "delete_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discount_targets";

DROP POLICY "insert_manager" ON "public"."discounts";

DROP POLICY "update_manager" ON "public"."discounts";

DROP POLICY "delete_draft" ON "public"."fashion_shows";

DROP POLICY "insert_manager" ON "public"."fashion_shows";

DROP POLICY "select_listed_or_staff" ON "public"."fashion_shows";

DROP POLICY "update_manager" ON "public"."fashion_shows";

DROP POLICY "insert_manager" ON "public"."fitting_services";

DROP POLICY "select_listed_or_staff" ON "public"."fitting_services";

DROP POLICY "update_manager" ON "public"."fitting_services";

DROP POLICY "insert_manager" ON "public"."garments";

DROP POLICY "update_manager" ON "public"."garments";

DROP POLICY "select_own_or_staff" ON "public"."gift_card_entries";

DROP POLICY "update_manager" ON "public"."gift_cards";

DROP POLICY "select_own_or_staff" ON "public"."invoices";

DROP POLICY "insert_manager" ON "public"."locations";

DROP POLICY "select_listed_or_staff" ON "public"."locations";

DROP POLICY "update_manager" ON "public"."locations";

DROP POLICY "delete_manager" ON "public"."opening_hours";

DROP POLICY "insert_manager" ON "public"."opening_hours";

DROP POLICY "update_manager" ON "public"."opening_hours";

DROP POLICY "select_own_or_staff" ON "public"."order_adjustments";

DROP POLICY "select_own_or_staff" ON "public"."order_events";

DROP POLICY "select_own_or_staff" ON "public"."order_items";

DROP POLICY "select_own_or_staff" ON "public"."orders";

DROP POLICY "select_own_or_staff" ON "public"."payment_attempts";

DROP POLICY "delete_manager" ON "public"."payment_plan_offers";

DROP POLICY "insert_manager" ON "public"."payment_plan_offers";

DROP POLICY "update_manager" ON "public"."payment_plan_offers";

DROP POLICY "select_own_or_staff" ON "public"."payment_plans";

DROP POLICY "select_own_or_staff" ON "public"."payments";

DROP POLICY "delete_manager" ON "public"."product_media";

DROP POLICY "insert_manager" ON "public"."product_media";

DROP POLICY "select_listed_or_staff" ON "public"."product_media";

DROP POLICY "update_manager" ON "public"."product_media";

DROP POLICY "delete_manager" ON "public"."product_translations";

DROP POLICY "insert_manager" ON "public"."product_translations";

DROP POLICY "select_listed_or_staff" ON "public"."product_translations";

DROP POLICY "update_manager" ON "public"."product_translations";

DROP POLICY "delete_manager" ON "public"."product_variants";

DROP POLICY "insert_manager" ON "public"."product_variants";

DROP POLICY "select_listed_or_staff" ON "public"."product_variants";

DROP POLICY "update_manager" ON "public"."product_variants";

DROP POLICY "delete_manager" ON "public"."products";

DROP POLICY "insert_manager" ON "public"."products";

DROP POLICY "select_listed_or_staff" ON "public"."products";

DROP POLICY "update_manager" ON "public"."products";

DROP POLICY "update_manager" ON "public"."readiness_policies";

DROP POLICY "select_own_or_staff" ON "public"."refund_transfers";

DROP POLICY "select_own_or_staff" ON "public"."refunds";

DROP POLICY "select_own_or_staff" ON "public"."rental_events";

DROP POLICY "update_manager" ON "public"."rental_policies";

DROP POLICY "select_own_or_staff" ON "public"."rentals";

DROP POLICY "select_own_or_staff" ON "public"."return_items";

DROP POLICY "select_own_or_staff" ON "public"."returns";

DROP POLICY "select_own_or_staff" ON "public"."review_photos";

DROP POLICY "select_own_or_staff" ON "public"."review_revisions";

DROP POLICY "select_own_or_staff" ON "public"."reviews";

DROP POLICY "insert_manager" ON "public"."rooms";

DROP POLICY "update_manager" ON "public"."rooms";

DROP POLICY "delete_manager" ON "public"."service_stylists";

DROP POLICY "insert_manager" ON "public"."service_stylists";

DROP POLICY "select_own_or_staff" ON "public"."shipment_items";

DROP POLICY "select_own_or_staff" ON "public"."shipments";

DROP POLICY "insert_manager" ON "public"."shipping_methods";

DROP POLICY "select_listed_or_staff" ON "public"."shipping_methods";

DROP POLICY "update_manager" ON "public"."shipping_methods";

DROP POLICY "insert_manager" ON "public"."show_looks";

DROP POLICY "select_listed_or_staff" ON "public"."show_looks";

DROP POLICY "update_manager" ON "public"."show_looks";

DROP POLICY "select_own_or_staff" ON "public"."show_rsvps";

DROP POLICY "insert_manager" ON "public"."stylists";

DROP POLICY "select_listed_or_staff" ON "public"."stylists";

DROP POLICY "update_manager" ON "public"."stylists";

DROP POLICY "delete_manager" ON "public"."tax_rules";

DROP POLICY "insert_manager" ON "public"."tax_rules";

DROP POLICY "update_manager" ON "public"."tax_rules";

DROP POLICY "select_own_or_staff" ON "public"."waitlist_entries";

DROP POLICY "delete_manager" ON "public"."working_hours";

DROP POLICY "insert_manager" ON "public"."working_hours";

DROP POLICY "update_manager" ON "public"."working_hours";

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when permission in ('boutique.transfer', 'audit.read') then 'owner'::public.member_role
    when permission in (
      'boutique.update', 'members.invite', 'members.manage', 'catalog.write', 'garments.write', 'calendar.manage',
      'webhooks.read', 'webhooks.manage', 'refunds.write', 'stock.write', 'discounts.write', 'reviews.reply'
    ) then 'manager'::public.member_role
    else 'stylist'::public.member_role
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_boutique_ids(permission public.permission)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO ''
AS $function$
begin
  if permission::text like '%.read' then
    -- Whatever the status of the boutique: no need to look at it.
    return query
      select m.boutique_id
      -- `offset 0`: her rows first. Who works nowhere, as most callers, needs no role to compare with.
      from (select * from private.my_memberships offset 0) m
      where m.role >= (select private.minimum_role(permission));
  else
    return query
      select m.boutique_id
      from private.my_memberships m
      join public.boutiques b on b.id = m.boutique_id
      where m.role >= (select private.minimum_role(permission)) and b.status <> 'suspended';
  end if;
end
$function$;

CREATE POLICY "select_own_or_staff" ON "public"."appointment_garments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_author" ON "public"."appointment_notes" FOR DELETE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "insert_staff" ON "public"."appointment_notes" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "update_author" ON "public"."appointment_notes" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids))) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "select_own_or_staff" ON "public"."appointments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_active_or_member" ON "public"."boutiques" FOR SELECT TO "authenticated" USING (((status = 'active'::public.boutique_status) OR (id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."boutiques" FOR UPDATE TO "authenticated" USING ((id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_manager" ON "public"."calendar_feeds" FOR SELECT TO "authenticated" USING (((owner_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))));

CREATE POLICY "delete_manager" ON "public"."closures" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."closures" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."closures" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."collection_products" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."collection_products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."collection_products" FOR SELECT TO "authenticated" USING (((EXISTS ( SELECT
   FROM public.collections c
  WHERE ((c.id = collection_products.collection_id) AND c.listed))) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."collection_products" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."collections" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."collections" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."collections" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."collections" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."commerce_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."deposits" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."discount_redemptions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."discount_targets" FOR DELETE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "insert_manager" ON "public"."discount_targets" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "insert_manager" ON "public"."discounts" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "update_manager" ON "public"."discounts" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "delete_draft" ON "public"."fashion_shows" FOR DELETE TO "authenticated" USING (((state = 'draft'::public.show_state) AND (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))));

CREATE POLICY "insert_manager" ON "public"."fashion_shows" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."fashion_shows" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."fashion_shows" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."fitting_services" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."fitting_services" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."fitting_services" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."garments" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."garments" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('garments.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."gift_card_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."gift_cards" FOR UPDATE TO "authenticated" USING (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin)))) WITH CHECK (((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids))) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_own_or_staff" ON "public"."invoices" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."locations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."locations" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."locations" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."opening_hours" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."opening_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."opening_hours" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."order_adjustments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."orders" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payment_attempts" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."payment_plan_offers" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."payment_plan_offers" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."payment_plan_offers" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."payment_plans" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."payments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."product_media" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_media" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_media" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_media" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."product_translations" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_translations" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_translations" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_translations" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."product_variants" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."product_variants" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."product_variants" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."product_variants" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."products" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."products" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."products" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."products" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."readiness_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."refund_transfers" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."refunds" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."rental_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."rental_policies" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."rentals" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('rentals.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."return_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."returns" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_photos" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."review_revisions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."reviews" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."rooms" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."rooms" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."service_stylists" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."service_stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."shipment_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."shipments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."shipping_methods" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."shipping_methods" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."shipping_methods" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."show_looks" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."show_looks" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."show_looks" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('catalog.write'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."show_rsvps" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_listed_or_staff" ON "public"."stylists" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."stylists" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "delete_manager" ON "public"."tax_rules" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."tax_rules" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."tax_rules" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))));

CREATE POLICY "select_own_or_staff" ON "public"."waitlist_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids))) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."working_hours" FOR DELETE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "insert_manager" ON "public"."working_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

CREATE POLICY "update_manager" ON "public"."working_hours" FOR UPDATE TO "authenticated" USING ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)))) WITH CHECK ((boutique_id = ANY (ARRAY( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))));

COMMENT ON FUNCTION "private"."my_boutique_ids"(public.permission) IS 'Boutiques for which the caller has the permission now. In policies: boutique_id = any (array(select private.my_boutique_ids(''catalog.write''))), which runs once per statement.';
