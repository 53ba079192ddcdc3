set local check_function_bodies = off;

CREATE POLICY "select_own_or_staff" ON "public"."appointment_garments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."appointment_notes" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."appointments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."closures" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."closures" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."closures" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."closures" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."fitting_services" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."fitting_services" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."fitting_services" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."fitting_services" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."opening_hours" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."opening_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."opening_hours" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."opening_hours" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."rooms" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."rooms" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."rooms" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "delete_manager" ON "public"."service_stylists" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."service_stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."service_stylists" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "insert_manager" ON "public"."stylists" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."stylists" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."stylists" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."stylists" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."waitlist_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('fittings.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."working_hours" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."working_hours" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."working_hours" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('calendar.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."working_hours" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('calendar.manage'::public.permission) AS my_boutique_ids)));

COMMENT ON COLUMN "public"."allocations"."note" IS 'For staff: why a resource is blocked.';

COMMENT ON COLUMN "public"."appointment_garments"."customer_id" IS 'As the appointment''s, so that the policy needs no join.';

COMMENT ON COLUMN "public"."appointments"."customer_id" IS 'Null for a walk-in without an account, and when the customer has deleted hers.';

COMMENT ON COLUMN "public"."appointments"."during" IS 'The fitting itself; the allocations are longer by the buffers of the service.';

COMMENT ON COLUMN "public"."appointments"."fee_due" IS 'What the frozen policy asks for after a late cancellation or a no-show, in minor units of the currency.';

COMMENT ON COLUMN "public"."appointments"."free_cancellation_until" IS 'Until then the customer cancels or moves it freely.';

COMMENT ON COLUMN "public"."appointments"."held_until" IS 'End of an offer; kept after that as a record.';

COMMENT ON COLUMN "public"."appointments"."price" IS 'Frozen when it was booked, in minor units of the currency; the fees and the time below likewise.';

COMMENT ON COLUMN "public"."appointments"."starts_at" IS 'Beginning of during, to filter and order by: row-level security keeps indexes on ranges from being used.';

COMMENT ON COLUMN "public"."closures"."last_day" IS 'Closed on this day too.';

COMMENT ON COLUMN "public"."fitting_services"."buffer_minutes_after" IS 'Room, stylist and gowns are taken this long after it has ended.';

COMMENT ON COLUMN "public"."fitting_services"."buffer_minutes_before" IS 'Room, stylist and gowns are taken this long before it begins.';

COMMENT ON COLUMN "public"."fitting_services"."currency" IS 'ISO 4217 code, the boutique''s; set by a trigger.';

COMMENT ON COLUMN "public"."fitting_services"."free_cancellation_hours" IS 'Until how long before it begins a customer cancels or moves it freely.';

COMMENT ON COLUMN "public"."fitting_services"."late_cancellation_fee" IS 'Due for a later cancellation, in minor units of the currency.';

COMMENT ON COLUMN "public"."fitting_services"."listed" IS 'True while it is offered and the boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."fitting_services"."max_garments" IS 'Gowns that may be asked for.';

COMMENT ON COLUMN "public"."fitting_services"."max_people" IS 'People who may come, the customer included.';

COMMENT ON COLUMN "public"."fitting_services"."no_show_fee" IS 'Due by who does not come, in minor units of the currency.';

COMMENT ON COLUMN "public"."fitting_services"."price" IS 'In minor units of the currency; 0 is free.';

COMMENT ON COLUMN "public"."fitting_services"."step_minutes" IS 'Starts are this far apart, counted from when the branch opens.';

COMMENT ON COLUMN "public"."opening_hours"."closes" IS 'Local time of the branch; not later than opens means on the next day.';

COMMENT ON COLUMN "public"."opening_hours"."opens" IS 'Local time of the branch.';

COMMENT ON COLUMN "public"."opening_hours"."weekday" IS '1 Monday to 7 Sunday (ISO 8601), of the day on which it opens.';

COMMENT ON COLUMN "public"."rooms"."capacity" IS 'People that fit in, the customer included and the stylist not.';

COMMENT ON COLUMN "public"."rooms"."retired_at" IS 'Since when it is no longer used; null while it is.';

COMMENT ON COLUMN "public"."stylists"."listed" IS 'True while she works here and the boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."stylists"."user_id" IS 'Account of the stylist, for her own calendar; null for one without.';

COMMENT ON COLUMN "public"."waitlist_entries"."appointment_id" IS 'What she was offered last.';

COMMENT ON COLUMN "public"."waitlist_entries"."garment_ids" IS 'Gowns that have to be free too.';

COMMENT ON COLUMN "public"."working_hours"."ends" IS 'Local time of the branch; not later than starts means on the next day.';

COMMENT ON COLUMN "public"."working_hours"."starts" IS 'Local time of the branch.';

COMMENT ON COLUMN "public"."working_hours"."weekday" IS '1 Monday to 7 Sunday (ISO 8601).';

COMMENT ON FUNCTION "private"."announce_appointment"(public.appointments) IS 'Enqueues confirmation and reminders, which look at the appointment anew when their time has come.';

COMMENT ON FUNCTION "private"."appointment_for_change"(uuid, boolean) IS 'Locks an appointment that the caller may change, as its customer or as staff. PT404 appointment_not_found.';

COMMENT ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) IS 'The wished gowns in the order of their ids, each once. PT400 too_many_garments, PT404 garment_not_found.';

COMMENT ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) IS 'PT400 invalid_start when opening hours and service do not let anything begin then.';

COMMENT ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) IS 'Takes gowns, a stylist and a room. stylist or room is null when there is none; the caller then gives all back by raising. exclusion_violation when a gown is taken.';

COMMENT ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) IS 'Takes the first of these resources that is free for a fitting; null when none is.';

COMMENT ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) IS 'Takes a locked resource for a time. exclusion_violation (23P01) when it is taken.';

COMMENT ON FUNCTION "private"."close_waitlist_entry"() IS 'Trigger: who cancels an offer leaves the line.';

COMMENT ON FUNCTION "private"."create_resource"() IS 'Trigger: gives a new room or stylist a place in the calendar. Argument: the kind.';

COMMENT ON FUNCTION "private"."expire_fitting_offer"(uuid) IS 'Ends an offer whose time is over and lets the next in line have it. False when there is nothing to do. Called by the job fitting.expire_offer and by whoever needs the time.';

COMMENT ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) IS 'The time that a fitting takes stylist, room and gowns for, buffers included.';

COMMENT ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) IS 'Starts that the opening hours and the service allow on these days, whether somebody is free or not.';

COMMENT ON FUNCTION "private"."fitting_terms"(uuid, uuid) IS 'A service at a branch, as the public sees both. PT404 location_not_found, PT404 service_not_found.';

COMMENT ON FUNCTION "private"."forget_customer"() IS 'Trigger: what a customer has written, who came along and why it was cancelled goes when her account goes.';

COMMENT ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) IS 'Free starts with the stylists and rooms that are free then; every gown is.';

COMMENT ON FUNCTION "private"."is_late"(public.appointments) IS 'True when the caller is bound by the policy and its time for free changes is over.';

COMMENT ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) IS 'Minutes after midnight between two local times; a second one that is not later is on the next day.';

COMMENT ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) IS 'From when to when two local times of a day are, as moments: 23 or 25 hours long where the clocks change. Empty when the clocks skip all of it.';

COMMENT ON FUNCTION "private"."offer_freed_time"(public.appointments) IS 'Lets a job look for who waits, when time has become free at a branch.';

COMMENT ON FUNCTION "private"."offer_waitlist"(uuid) IS 'Offers free time at a branch to those who wait, in the order in which they came; how many got an offer. Called by the job fitting.offer_waitlist.';

COMMENT ON FUNCTION "private"."open_periods"(uuid, date, date) IS 'When a branch is open on these days, as moments in their order. A period belongs to the day on which it begins.';

COMMENT ON FUNCTION "private"."qualified_stylist_ids"(uuid) IS 'Stylists in service who may do a service.';

COMMENT ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) IS 'PT409 slot_taken with up to three later starts that are free.';

COMMENT ON FUNCTION "private"."refuse_leaver"() IS 'Trigger: who is about to be forgotten rents and books nothing, and waits for nothing. PT409 account_leaves.';

COMMENT ON FUNCTION "private"."release_source"(uuid) IS 'Gives back all that is taken for a row.';

COMMENT ON FUNCTION "private"."set_boutique_listing"() IS 'Trigger: computes listed of a stylist or service, whatever the writer sent.';

COMMENT ON FUNCTION "private"."set_service_currency"() IS 'Trigger: a service takes its currency from the boutique, whatever the writer sent.';

COMMENT ON FUNCTION "private"."spread_status_to_fittings"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its stylists and services at once.';

COMMENT ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) IS 'When resources are taken; those that are free all the time have no row. A hold past its time does not count.';

COMMENT ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) IS 'When stylists work at a branch on these days, as moments.';

COMMENT ON FUNCTION "public"."accept_fitting_offer"(uuid) IS 'Makes a time that was offered to the caller hers. Repeating it changes nothing. PT404 appointment_not_found, PT410 hold_expired, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) IS 'Staff take a garment (repair, cleaning, show), a stylist (time_off) or a room (repair, cleaning) out of the calendar for a time. PT404 resource_not_found; PT400 invalid_period, invalid_kind; PT409 not_available (detail: what takes it).';

COMMENT ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) IS 'Books a fitting for the caller with a stylist (the least busy one unless one is named), a room and the wished gowns, all of them or nothing; confirmation and reminders are enqueued with it. The cancellation policy is frozen on it. The same idempotency key with the same input returns the same appointment. PT409 slot_taken (detail: next_free), PT400 invalid_start, too_many_garments, too_many_people, invalid_idempotency_key; PT404 location_not_found, service_not_found, garment_not_found, stylist_not_found; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) IS 'Staff book somebody who stands in the shop, at any minute. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_walk_in; PT409 slot_taken.';

COMMENT ON FUNCTION "public"."cancel_fitting"(uuid, text) IS 'The customer or staff cancel; the time is free again at once, or offered to the first of the waitlist. fee_due is what the frozen policy asks of a customer who is late. Repeating it changes nothing. PT404 appointment_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."close_fitting"(uuid, boolean) IS 'Staff note whether the customer has come; who has come may review, who has not owes the frozen no-show fee. PT404 appointment_not_found; PT409 not_begun, invalid_state.';

COMMENT ON FUNCTION "public"."delete_account"() IS 'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 open_appointments, PT409 last_owner.';

COMMENT ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) IS 'Starts at which a service can be booked at a branch on these days (of its time zone, at most a month), with the stylists who are free. All wished gowns are free then. For anybody. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period, too_many_garments; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) IS 'Puts the caller in line for a time at a branch on these days (at most a month). When one becomes free it is held for the first in line for half an hour, and she is told. Repeating it returns her place. PT404 location_not_found, service_not_found, garment_not_found; PT400 invalid_period; PT409 slots_free.';

COMMENT ON FUNCTION "public"."leave_waitlist"(uuid) IS 'Gives a place in line up. Repeating it changes nothing. PT404 entry_not_found, PT409 invalid_state.';

COMMENT ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) IS 'The customer or staff move a fitting, with its gowns, to another free start; the old time stays until the new one is had. PT404 appointment_not_found; PT409 policy_window_passed, slot_taken, invalid_state; PT400 invalid_start.';

COMMENT ON FUNCTION "public"."unblock_resource"(uuid) IS 'Staff end a block of theirs; one that has begun ends now. PT404 allocation_not_found.';

COMMENT ON TABLE "public"."appointment_garments" IS 'Gowns that are laid out for a fitting.';

COMMENT ON TABLE "public"."appointment_notes" IS 'What staff note about a fitting; the customer does not see it.';

COMMENT ON TABLE "public"."appointments" IS 'A fitting of a customer, or of somebody who walked in. Its places in the calendar are the allocations with its id as source.';

COMMENT ON TABLE "public"."closures" IS 'Days on which a branch is closed whatever its opening hours say: holidays, works.';

COMMENT ON TABLE "public"."fitting_services" IS 'What can be booked at a boutique: a first visit, a fitting, alterations; with its length, price and rules.';

COMMENT ON TABLE "public"."opening_hours" IS 'When a branch is open in a usual week; several rows a day make breaks.';

COMMENT ON TABLE "public"."rooms" IS 'Fitting rooms of a branch. A room''s id is also the id of its resource.';

COMMENT ON TABLE "public"."service_stylists" IS 'Which stylists may do a service.';

COMMENT ON TABLE "public"."stylists" IS 'People who fit customers, as the public sees them. A stylist''s id is also the id of its resource.';

COMMENT ON TABLE "public"."waitlist_entries" IS 'Somebody waits for a time at a branch. In line by the time of joining.';

COMMENT ON TABLE "public"."working_hours" IS 'When and at which branch a stylist works in a usual week. Time off is taken in the calendar (block_resource).';

COMMENT ON TYPE "public"."appointment_state" IS 'offered: held for somebody of the waitlist until held_until; booked: firm; attended, no_show: over; cancelled, expired: gave the time back.';

COMMENT ON TYPE "public"."waitlist_state" IS 'waiting: in line; offered: a time is held for her; booked: she took it; expired: she let an offer or her days pass; cancelled: she left.';

REVOKE ALL ON FUNCTION "private"."accept_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."accept_fitting_offer"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."announce_appointment"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."announce_appointment"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."appointment_for_change"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."appointment_for_change"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_fitting"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_fitting"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_gowns"(private.fitting_terms, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_start"(private.fitting_terms, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_fitting"(private.fitting_terms, uuid, timestamp with time zone, uuid[], uuid, integer, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_one_of"(uuid[], uuid, tstzrange, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."claim_resource"(uuid, uuid, tstzrange, public.allocation_kind, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."close_fitting"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_fitting"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."close_waitlist_entry"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."close_waitlist_entry"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_resource"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_resource"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."expire_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."expire_fitting_offer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_block"(public.fitting_services, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_slots"(uuid, uuid, date, date, uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_starts"(private.fitting_terms, date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fitting_terms"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fitting_terms"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_customer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_customer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."free_slots"(private.fitting_terms, date, date, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_late"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_late"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."join_waitlist"(uuid, uuid, date, date, uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."leave_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."leave_waitlist"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."minutes_of_day"(time without time zone, time without time zone) TO "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."moments_of_day"(date, time without time zone, time without time zone, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."offer_freed_time"(public.appointments) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."offer_freed_time"(public.appointments) TO "postgres";

REVOKE ALL ON FUNCTION "private"."offer_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."offer_waitlist"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_periods"(uuid, date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_periods"(uuid, date, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."qualified_stylist_ids"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."qualified_stylist_ids"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_appointment_state"(public.appointments, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_slot_taken"(private.fitting_terms, timestamp with time zone, uuid[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_leaver"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_leaver"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."release_source"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_source"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reschedule_fitting"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reschedule_fitting"(uuid, timestamp with time zone, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."set_boutique_listing"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_boutique_listing"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_service_currency"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_service_currency"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_status_to_fittings"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_status_to_fittings"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."taken_periods"(uuid[], tstzrange) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unblock_resource"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."unblock_resource"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."working_periods"(uuid, uuid[], date, date) TO "postgres";

REVOKE ALL ON FUNCTION "public"."accept_fitting_offer"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_fitting_offer"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."block_resource"(uuid, timestamp with time zone, timestamp with time zone, public.allocation_kind, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."book_fitting"(uuid, uuid, timestamp with time zone, uuid[], text, text, uuid, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."book_walk_in"(uuid, uuid, timestamp with time zone, uuid[], text, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_fitting"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_fitting"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."close_fitting"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."close_fitting"(uuid, boolean) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."fitting_slots"(uuid, uuid, date, date, uuid[]) TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."join_waitlist"(uuid, uuid, date, date, uuid[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."leave_waitlist"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."leave_waitlist"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reschedule_fitting"(uuid, timestamp with time zone, uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."unblock_resource"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."unblock_resource"(uuid) TO "authenticated", "postgres";

GRANT SELECT ON TABLE "public"."appointment_garments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointment_garments" TO "postgres", "service_role";

GRANT INSERT ("appointment_id") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT INSERT ("body"), UPDATE ("body") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."appointment_notes" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointment_notes" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."appointments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."appointments" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."closures" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("first_day"), UPDATE ("first_day") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("last_day"), UPDATE ("last_day") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."closures" TO "authenticated";

GRANT INSERT ("reason"), UPDATE ("reason") ON TABLE "public"."closures" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."closures" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."closures" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."fitting_services" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("buffer_minutes_after"), UPDATE ("buffer_minutes_after") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("buffer_minutes_before"), UPDATE ("buffer_minutes_before") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("description"), UPDATE ("description") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("duration_minutes"), UPDATE ("duration_minutes") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("free_cancellation_hours"), UPDATE ("free_cancellation_hours") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("late_cancellation_fee"), UPDATE ("late_cancellation_fee") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_days_ahead"), UPDATE ("max_days_ahead") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_garments"), UPDATE ("max_garments") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("max_people"), UPDATE ("max_people") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("min_hours_ahead"), UPDATE ("min_hours_ahead") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("no_show_fee"), UPDATE ("no_show_fee") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("price"), UPDATE ("price") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT INSERT ("step_minutes"), UPDATE ("step_minutes") ON TABLE "public"."fitting_services" TO "authenticated";

GRANT SELECT ON TABLE "public"."fitting_services" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."fitting_services" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."opening_hours" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("closes"), UPDATE ("closes") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("opens"), UPDATE ("opens") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT INSERT ("weekday"), UPDATE ("weekday") ON TABLE "public"."opening_hours" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."opening_hours" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."opening_hours" TO "postgres", "service_role";

GRANT INSERT ("boutique_id") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("capacity"), UPDATE ("capacity") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."rooms" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."rooms" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."rooms" TO "authenticated";

GRANT SELECT ON TABLE "public"."rooms" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."rooms" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."service_stylists" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT INSERT ("service_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT INSERT ("stylist_id") ON TABLE "public"."service_stylists" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."service_stylists" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."service_stylists" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."stylists" TO "anon";

GRANT INSERT ("bio"), UPDATE ("bio") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("display_name"), UPDATE ("display_name") ON TABLE "public"."stylists" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."stylists" TO "authenticated";

GRANT INSERT ("user_id"), UPDATE ("user_id") ON TABLE "public"."stylists" TO "authenticated";

GRANT SELECT ON TABLE "public"."stylists" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."stylists" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."waitlist_entries" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."waitlist_entries" TO "postgres", "service_role";

GRANT INSERT ("boutique_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("ends"), UPDATE ("ends") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("location_id"), UPDATE ("location_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("starts"), UPDATE ("starts") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("stylist_id") ON TABLE "public"."working_hours" TO "authenticated";

GRANT INSERT ("weekday"), UPDATE ("weekday") ON TABLE "public"."working_hours" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."working_hours" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."working_hours" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."fitting_terms" TO "postgres";

GRANT USAGE ON TYPE "public"."appointment_state" TO "postgres";

GRANT USAGE ON TYPE "public"."waitlist_state" TO "postgres";

ALTER TABLE "public"."appointment_notes" ADD CONSTRAINT "appointment_notes_author_id_fkey" FOREIGN KEY (author_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

CREATE INDEX appointment_notes_author_id_idx ON public.appointment_notes USING btree (author_id);

CREATE POLICY "delete_author" ON "public"."appointment_notes" FOR DELETE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "insert_staff" ON "public"."appointment_notes" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

CREATE POLICY "update_author" ON "public"."appointment_notes" FOR UPDATE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid)))) WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('fittings.write'::public.permission) AS my_boutique_ids)) AND (author_id = ( SELECT auth.uid() AS uid))));

ALTER TABLE "public"."appointment_garments" ADD CONSTRAINT "gown_is_for_an_appointment_of_the_boutique" FOREIGN KEY (appointment_id, boutique_id) REFERENCES public.appointments(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."appointment_notes" ADD CONSTRAINT "note_is_about_an_appointment_of_the_boutique" FOREIGN KEY (appointment_id, boutique_id) REFERENCES public.appointments(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "waitlist_entries_appointment_id_fkey" FOREIGN KEY (appointment_id) REFERENCES public.appointments(id) ON DELETE SET NULL;

CREATE INDEX appointments_customer_id_idx ON public.appointments USING btree (customer_id, created_at DESC, id DESC);

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_for_a_service_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."service_stylists" ADD CONSTRAINT "service_is_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."waitlist_entries" ADD CONSTRAINT "entry_is_for_a_service_of_the_boutique" FOREIGN KEY (service_id, boutique_id) REFERENCES public.fitting_services(id, boutique_id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."fitting_services" TO "authenticated";

ALTER TABLE "public"."rooms" ADD CONSTRAINT "room_is_a_resource" FOREIGN KEY (id) REFERENCES public.resources(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_in_a_room_of_the_boutique" FOREIGN KEY (room_id, boutique_id) REFERENCES public.rooms(id, boutique_id) ON DELETE RESTRICT;

GRANT INSERT ("id") ON TABLE "public"."rooms" TO "authenticated";

ALTER TABLE "public"."stylists" ADD CONSTRAINT "stylist_is_a_resource" FOREIGN KEY (id) REFERENCES public.resources(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE "public"."appointments" ADD CONSTRAINT "appointment_is_with_a_stylist_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."service_stylists" ADD CONSTRAINT "stylist_is_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."working_hours" ADD CONSTRAINT "working_hours_are_of_a_stylist_of_the_boutique" FOREIGN KEY (stylist_id, boutique_id) REFERENCES public.stylists(id, boutique_id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."stylists" TO "authenticated";

CREATE INDEX waitlist_entries_in_line_idx ON public.waitlist_entries USING btree (location_id, created_at, id) WHERE (state = 'waiting'::public.waitlist_state);

ALTER TABLE "public"."opening_hours" ADD CONSTRAINT "opening_hours_of_a_day_never_overlap" EXCLUDE USING gist (location_id WITH =, weekday WITH =, private.minutes_of_day(opens, closes) WITH &&);

ALTER TABLE "public"."working_hours" ADD CONSTRAINT "working_hours_of_a_stylist_never_overlap" EXCLUDE USING gist (stylist_id WITH =, weekday WITH =, private.minutes_of_day(starts, ends) WITH &&);

-- Storage: policies of its files; 96_buckets.sql has the buckets. A schema diff leaves the platform's schemas out, so this
-- file goes into a migration as a whole when it has changed, and may run again.

-- The bucket is public: anybody with the address of a file reads it. Listing is for the boutique's own staff, for the
-- names of files tell of drafts.
drop policy if exists select_product_media on storage.objects;
create policy select_product_media on storage.objects for select to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.read') as id));
drop policy if exists insert_product_media on storage.objects;
create policy insert_product_media on storage.objects for insert to authenticated
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists update_product_media on storage.objects;
create policy update_product_media on storage.objects for update to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id))
  with check (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));
drop policy if exists delete_product_media on storage.objects;
create policy delete_product_media on storage.objects for delete to authenticated
  using (
    bucket_id = 'product-media'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('catalog.write') as id));

-- Folders of people: the first folder of a path is the account's id. Files of avatars are public to whoever has the
-- address; the other buckets are private, and nobody but the owner of the folder gets a link.
drop policy if exists select_own_files on storage.objects;
create policy select_own_files on storage.objects for select to authenticated
  using (
    bucket_id in ('avatars', 'private-documents', 'data-exports')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists insert_own_files on storage.objects;
create policy insert_own_files on storage.objects for insert to authenticated
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists update_own_files on storage.objects;
create policy update_own_files on storage.objects for update to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text)
  with check (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
drop policy if exists delete_own_files on storage.objects;
create policy delete_own_files on storage.objects for delete to authenticated
  using (
    bucket_id in ('avatars', 'private-documents')
    and (storage.foldername(name))[1] = (select auth.uid())::text);
-- Nobody writes into data-exports but the job that builds them, with the secret key.

-- Queues. Generated from functions/_shared/jobs by npm run db:diff: change them there.

select pgboss.create_queue('unknown.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.expire_hold', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"rental.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'rental.expire_hold.dead', notify = true where name = 'rental.expire_hold';
select pgboss.create_queue('fitting.expire_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.expire_offer', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.expire_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.expire_offer.dead', notify = true where name = 'fitting.expire_offer';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.invitation.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.invitation', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.invitation.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.invitation.dead', notify = true where name = 'mail.invitation';
select pgboss.create_queue('mail.boutique_status.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.boutique_status', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.boutique_status.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.boutique_status.dead', notify = true where name = 'mail.boutique_status';
select pgboss.create_queue('privacy.build_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.build_export', '{"policy":"standard","retryLimit":8,"retryDelay":30,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":900,"deadLetter":"privacy.build_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 8, retry_delay = 30, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'privacy.build_export.dead', notify = true where name = 'privacy.build_export';
select pgboss.create_queue('mail.data_export.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.data_export', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.data_export.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.data_export.dead', notify = true where name = 'mail.data_export';
select pgboss.create_queue('mail.account_deletion.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.account_deletion', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.account_deletion.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.account_deletion.dead', notify = true where name = 'mail.account_deletion';
select pgboss.create_queue('privacy.erase_account.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.erase_account', '{"policy":"standard","retryLimit":20,"retryDelay":60,"retryBackoff":true,"retryDelayMax":21600,"expireInSeconds":600,"deadLetter":"privacy.erase_account.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 60, retry_backoff = true, retry_delay_max = 21600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.erase_account.dead', notify = true where name = 'privacy.erase_account';
select pgboss.create_queue('privacy.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('privacy.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"privacy.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'privacy.sweep.dead', notify = true where name = 'privacy.sweep';
select pgboss.create_queue('rate_limits.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rate_limits.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":300,"deadLetter":"rate_limits.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 300, heartbeat_seconds = 30, dead_letter = 'rate_limits.sweep.dead', notify = true where name = 'rate_limits.sweep';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600),
  ('mail.data_export', '{"export_id":"uuid"}', 1800),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200),
  ('privacy.sweep', '{}', 3600),
  ('rate_limits.sweep', '{}', 3600);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;
