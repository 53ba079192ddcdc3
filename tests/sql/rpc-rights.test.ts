import { randomUUID } from "node:crypto";
import type { TransactionSql } from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Example } from "../../scripts/docs/examples.ts";
import { attempt } from "../helpers/act-as.ts";
import { actorOf, type Cast, gatherCast } from "../helpers/cast.ts";
import { expectExamples } from "../helpers/example-files.ts";
import { day, period } from "../helpers/fixtures.ts";
import { choosePlan, order, pay } from "../helpers/orders.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { outcomesOf, type Right, readRights } from "../helpers/rights.ts";
import { World } from "../helpers/world.ts";

/**
 * What comes of every function of the API, called by everybody about the boutique and the customer of the cast.
 *
 * ok: it does it; 42501: it is not for this role; a word: the hint of the refusal. A function whose answer depends
 * on what it is asked for has several lines; `sent` below has the arguments of each.
 */
const expected = `
function                   about               anon   stranger               customer               stylist                manager                owner                  rivalStylist           rivalManager           rivalOwner             admin                  service_role

quote_rental               gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
product_availability       gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
reserve_rental             gown                42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501

confirm_rental             rental              42501  rental_not_found       rental_not_found       ok                     ok                     ok                     rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
cancel_rental              rental              42501  rental_not_found       ok                     ok                     ok                     ok                     rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501

my_permissions             herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
apply_for_boutique         new_boutique        42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
set_boutique_status        boutique            42501  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501

invite_member              as_stylist          42501  not_allowed            not_allowed            not_allowed            ok                     ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
invite_member              as_manager          42501  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
invite_member              as_owner            42501  not_allowed            not_allowed            not_allowed            owner_by_transfer      owner_by_transfer      not_allowed            not_allowed            not_allowed            not_allowed            42501
revoke_invitation          invitation          42501  invitation_not_found   invitation_not_found   invitation_not_found   ok                     ok                     invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   42501
accept_invitation          strangers_token     42501  ok                     other_address          other_address          other_address          other_address          other_address          other_address          other_address          other_address          42501
accept_invitation          guessed_token       42501  invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   42501

change_member_role         stylist_to_stylist  42501  not_allowed            not_allowed            not_allowed            ok                     ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
change_member_role         stylist_to_manager  42501  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
change_member_role         manager_to_owner    42501  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
change_member_role         owner_to_stylist    42501  not_allowed            not_allowed            not_allowed            not_allowed            last_owner             not_allowed            not_allowed            not_allowed            not_allowed            42501
change_member_role         stranger_to_owner   42501  not_allowed            not_allowed            not_allowed            member_not_found       member_not_found       not_allowed            not_allowed            not_allowed            not_allowed            42501
remove_member              stylist             42501  member_not_found       member_not_found       ok                     ok                     ok                     member_not_found       member_not_found       member_not_found       member_not_found       42501
remove_member              manager             42501  member_not_found       member_not_found       not_allowed            ok                     ok                     member_not_found       member_not_found       member_not_found       member_not_found       42501
remove_member              owner               42501  member_not_found       member_not_found       not_allowed            not_allowed            last_owner             member_not_found       member_not_found       member_not_found       member_not_found       42501
transfer_ownership         to_manager          42501  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
transfer_ownership         to_rivalOwner       42501  not_allowed            not_allowed            not_allowed            not_allowed            member_not_found       not_allowed            not_allowed            not_allowed            not_allowed            42501

request_data_export        herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
delete_account             herself             42501  ok                     open_rentals           ok                     ok                     last_owner             ok                     ok                     last_owner             ok                     42501
undo_account_deletion      herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
draw_token                 bucket              42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

webhook_event_types        all                 42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
create_webhook_endpoint    boutique            42501  not_allowed            not_allowed            not_allowed            ok                     ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
update_webhook_endpoint    endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
delete_webhook_endpoint    endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
rotate_webhook_secret      endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
show_webhook_secret        endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
send_test_webhook          endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
replay_webhook_delivery    delivery            42501  delivery_not_found     delivery_not_found     delivery_not_found     ok                     ok                     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     42501
replay_webhook_deliveries  endpoint            42501  endpoint_not_found     endpoint_not_found     endpoint_not_found     ok                     ok                     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501

note_message_event         unknown             42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

find_garments              gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
will_it_be_ready           gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok

hand_over_rental           held_rental         42501  rental_not_found       rental_not_found       invalid_state          invalid_state          invalid_state          rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
return_rental              held_rental         42501  rental_not_found       rental_not_found       invalid_state          invalid_state          invalid_state          rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
start_inspection           held_rental         42501  rental_not_found       rental_not_found       invalid_state          invalid_state          invalid_state          rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
inspect_rental             held_rental         42501  rental_not_found       rental_not_found       invalid_state          invalid_state          invalid_state          rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
mark_rental_lost           held_rental         42501  rental_not_found       rental_not_found       invalid_state          invalid_state          invalid_state          rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
sell_garment               reserved_garment    42501  garment_not_found      garment_not_found      garment_not_found      not_available          not_available          garment_not_found      garment_not_found      garment_not_found      garment_not_found      42501
accept_substitution        of_held_rental      42501  proposal_not_found     proposal_not_found     invalid_state          invalid_state          invalid_state          proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     42501
dismiss_substitution       proposal            42501  proposal_not_found     proposal_not_found     ok                     ok                     ok                     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     42501
calendar_view              branch              42501  location_not_found     location_not_found     ok                     ok                     ok                     location_not_found     location_not_found     location_not_found     ok                     42501
utilisation                boutique            42501  boutique_not_found     boutique_not_found     ok                     ok                     ok                     boutique_not_found     boutique_not_found     boutique_not_found     ok                     42501

fitting_slots              gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
book_fitting               gown                42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
cancel_fitting             fitting             42501  appointment_not_found  ok                     ok                     ok                     ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
reschedule_fitting         fitting             42501  appointment_not_found  ok                     ok                     ok                     ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
close_fitting              fitting             42501  appointment_not_found  appointment_not_found  not_begun              not_begun              not_begun              appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
close_fitting              begun_fitting       42501  appointment_not_found  appointment_not_found  ok                     ok                     ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
book_walk_in               gown                42501  location_not_found     location_not_found     ok                     ok                     ok                     location_not_found     location_not_found     location_not_found     location_not_found     42501
block_resource             gown                42501  resource_not_found     resource_not_found     ok                     ok                     ok                     resource_not_found     resource_not_found     resource_not_found     resource_not_found     42501
unblock_resource           block               42501  allocation_not_found   allocation_not_found   ok                     ok                     ok                     allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   42501
unblock_resource           rental              42501  allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   42501
join_waitlist              closed_days         42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
join_waitlist              free_days           42501  slots_free             ok                     slots_free             slots_free             slots_free             slots_free             slots_free             slots_free             slots_free             42501
leave_waitlist             entry               42501  entry_not_found        ok                     ok                     ok                     ok                     entry_not_found        entry_not_found        entry_not_found        entry_not_found        42501
accept_fitting_offer       offer               42501  appointment_not_found  ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501

create_calendar_feed       customer            42501  subject_not_found      ok                     subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      42501
create_calendar_feed       branch              42501  subject_not_found      subject_not_found      ok                     ok                     ok                     subject_not_found      subject_not_found      subject_not_found      subject_not_found      42501
revoke_calendar_feed       stylists_feed       42501  feed_not_found         feed_not_found         ok                     ok                     ok                     feed_not_found         feed_not_found         feed_not_found         feed_not_found         42501
read_calendar_feed         guessed_token       42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

category_attributes        veils               ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
size_chart                 gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
search_products            veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
product_facets             veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
suggest_products           veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
related_products           gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
list_products              veil                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
sitemap                    boutiques           42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
add_views                  gown                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
share_lookbook             lookbook            42501  lookbook_not_found     ok                     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     42501
shared_lookbook            shared_token        ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
shared_lookbook            guessed_token       lookbook_not_found  lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     42501

add_to_cart                ring                42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
merge_cart                 lines               42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
my_cart                    herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
quote_cart                 lines               ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
checkout                   cart                42501  cart_not_found         ok                     cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found  42501
cancel_order               order               42501  order_not_found        ok                     ok                     ok                     ok                     order_not_found        order_not_found        order_not_found        order_not_found  42501
record_payment             group               42501  order_group_not_found  order_group_not_found  ok                     ok                     ok                     order_group_not_found  order_group_not_found  order_group_not_found  ok  42501
set_commission             boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
approve_payout             payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
record_payout              payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            invalid_state          42501
cancel_payout              payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
boutique_statement         boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            ok                     42501
start_payment              payment             42501                  payment_not_found      ok                     payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      42501
take_payment               payment             42501                  payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      ok                     42501
resolve_payment_exception  exception           42501                  exception_not_found    exception_not_found    exception_not_found    ok                     ok                     exception_not_found    exception_not_found    exception_not_found    ok                     42501
provider_accounts          boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
disable_provider_account   boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            not_allowed            42501
attempt_for_server         attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
account_for_server         account             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  account_not_found
opened_checkout            attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
settle_attempt             attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
receive_payment_event      event               42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
save_provider_account      boutique            42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
change_stock               ring                42501  stock_place_not_found  stock_place_not_found  stock_place_not_found  ok                     ok                     stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  42501
transfer_stock             to_same_branch      42501  stock_place_not_found  stock_place_not_found  stock_place_not_found  invalid_quantity       invalid_quantity       stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  42501

fulfil_order               order               42501  order_not_found        order_not_found        invalid_state          invalid_state          invalid_state          order_not_found        order_not_found        order_not_found        order_not_found        42501
mark_delivered             shipment            42501  shipment_not_found     shipment_not_found     ok                     ok                     ok                     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     42501
request_return             order               42501  order_not_found        invalid_state          invalid_state          invalid_state          invalid_state          order_not_found        order_not_found        order_not_found        order_not_found        42501
answer_return              return              42501  return_not_found       return_not_found       ok                     ok                     ok                     return_not_found       return_not_found       return_not_found       return_not_found       42501
receive_return             return              42501  return_not_found       return_not_found       ok                     ok                     ok                     return_not_found       return_not_found       return_not_found       return_not_found       42501
cancel_return              return              42501  return_not_found       ok                     ok                     ok                     ok                     return_not_found       return_not_found       return_not_found       return_not_found       42501
inspect_return             return              42501  return_not_found       return_not_found       invalid_state          invalid_state          invalid_state          return_not_found       return_not_found       return_not_found       return_not_found       42501
refund_order               order               42501  order_not_found        order_not_found        order_not_found        invalid_state          invalid_state          order_not_found        order_not_found        order_not_found        order_not_found        42501
record_refund              refund              42501  refund_not_found       refund_not_found       refund_not_found       ok                     ok                     refund_not_found       refund_not_found       refund_not_found       refund_not_found       42501
record_deposit_return      deposit             42501  deposit_not_found      deposit_not_found      ok                     ok                     ok                     deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      42501
waive_payment              payment             42501  payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      not_waivable           42501
reorder_media              all                 42501  product_not_found      product_not_found      product_not_found      ok                     ok                     product_not_found      product_not_found      product_not_found      product_not_found      42501
edit_order                 order               42501  order_not_found        order_not_found        ok                     ok                     ok                     order_not_found        order_not_found        order_not_found        order_not_found        42501
start_catalog_import       boutique            42501  not_allowed            not_allowed            not_allowed            file_not_found         file_not_found         not_allowed            not_allowed            not_allowed            not_allowed            42501
cancel_catalog_import      import              42501  import_not_found       import_not_found       import_not_found       import_ended           import_ended           import_not_found       import_not_found       import_not_found       import_not_found       42501

quote_payment_plans        order               42501  order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
choose_payment_plan        order               42501  order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
choose_payment_plan        by_rivals_offer     42501  order_not_found        plan_not_offered       order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
leave_payment_plan         planned_order       42501  order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
forget_payment_method      plan                42501  plan_not_found         ok                     ok                     ok                     ok                     plan_not_found         plan_not_found         plan_not_found         plan_not_found         42501
end_payment_plan           plan                42501  plan_not_found         plan_not_found         plan_not_found         invalid_state          invalid_state          plan_not_found         plan_not_found         plan_not_found         plan_not_found         42501
end_payment_plan           overdue_plan        42501  plan_not_found         plan_not_found         plan_not_found         ok                     ok                     plan_not_found         plan_not_found         plan_not_found         plan_not_found         42501

issue_gift_card            of_boutique         42501  boutique_not_found     boutique_not_found     boutique_not_found     ok                     ok                     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     42501
issue_gift_card            of_marketplace      42501  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
gift_card_balance          guessed_code        42501  gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    42501

schedule_show              show                42501  show_not_found         show_not_found         show_not_found         ok                     ok                     show_not_found         show_not_found         show_not_found         show_not_found         42501
start_show                 show                42501  show_not_found         show_not_found         show_not_found         ok                     ok                     show_not_found         show_not_found         show_not_found         show_not_found         42501
finish_show                show                42501  show_not_found         show_not_found         show_not_found         invalid_state          invalid_state          show_not_found         show_not_found         show_not_found         show_not_found         42501
cancel_show                show                42501  show_not_found         show_not_found         show_not_found         ok                     ok                     show_not_found         show_not_found         show_not_found         show_not_found         42501
dress_look                 look                42501  look_not_found         look_not_found         look_not_found         ok                     ok                     look_not_found         look_not_found         look_not_found         look_not_found         42501
remove_look                look                42501  look_not_found         look_not_found         look_not_found         ok                     ok                     look_not_found         look_not_found         look_not_found         look_not_found         42501
rsvp_show                  show                42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
cancel_rsvp                show                42501  rsvp_not_found         ok                     rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
check_in_rsvp              rsvp                42501  rsvp_not_found         rsvp_not_found         ok                     ok                     ok                     rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
cancel_guest_rsvp          rsvp                42501  rsvp_not_found         rsvp_not_found         ok                     ok                     ok                     rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
show_guests                show                42501  show_not_found         show_not_found         ok                     ok                     ok                     show_not_found         show_not_found         show_not_found         ok                     42501
show_figures               show                42501  show_not_found         show_not_found         ok                     ok                     ok                     show_not_found         show_not_found         show_not_found         ok                     42501
hold_look                  look                42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
read_show_calendar         show                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

reviewable_experiences     herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
my_review_measurements     herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
write_review               own_fitting         42501  experience_not_found   ok                     experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   42501
write_review               reviewed_fitting    42501  experience_not_found   already_reviewed       experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   42501
edit_review                review              42501  review_not_found       ok                     review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
delete_review              review              42501  review_not_found       ok                     review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
vote_review                review              42501  ok                     own_review             own_boutique           own_boutique           own_boutique           ok                     ok                     ok                     ok                     42501
report_review              review              42501  ok                     own_review             ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
reply_to_review            review              42501  review_not_found       review_not_found       review_not_found       ok                     ok                     review_not_found       review_not_found       review_not_found       review_not_found       42501
review_queue               herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
review_queue               boutique            42501  boutique_not_found     boutique_not_found     ok                     ok                     ok                     boutique_not_found     boutique_not_found     boutique_not_found     ok                     42501
hide_review                review              42501  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
show_review                review              42501  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
resolve_review_report      report              42501  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
product_reviews            gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
review_summary             gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501

add_tryon_photo            no_file             42501  invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          42501
delete_tryon_photo         photo               42501  photo_not_found        ok                     photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        42501
withdraw_tryon_consent     herself             42501  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
request_tryon              gown                42501  photo_not_found        photo_not_ready        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        42501
delete_tryon               look                42501  tryon_not_found        ok                     tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        42501
tryon_next_steps           look                42501  tryon_not_found        ok                     tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        42501
products_to_try_on         gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
recommend_size             gown                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
`;

/** The same while the boutique is suspended: its people read and may leave; an invitation that is out still counts. */
const whileSuspended = `
function                   about               anon                stranger               customer               stylist                manager                owner                  rivalStylist           rivalManager           rivalOwner             admin                  service_role

quote_rental               gown                variant_not_found   variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found
product_availability       gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found
reserve_rental             gown                42501               variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      42501
confirm_rental             rental              42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
cancel_rental              rental              42501               rental_not_found       ok                     rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
my_permissions             herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
apply_for_boutique         new_boutique        42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
set_boutique_status        boutique            42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
invite_member              as_stylist          42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
revoke_invitation          invitation          42501               invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   invitation_not_found   42501
accept_invitation          strangers_token     42501               ok                     other_address          other_address          other_address          other_address          other_address          other_address          other_address          other_address          42501
change_member_role         stylist_to_stylist  42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
remove_member              stylist             42501               member_not_found       member_not_found       ok                     not_allowed            not_allowed            member_not_found       member_not_found       member_not_found       member_not_found       42501
transfer_ownership         to_manager          42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
request_data_export        herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
delete_account             herself             42501               ok                     open_rentals           ok                     ok                     last_owner             ok                     ok                     last_owner             ok                     42501
undo_account_deletion      herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
draw_token                 bucket              42501               42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

webhook_event_types        all                 42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok
create_webhook_endpoint    boutique            42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
update_webhook_endpoint    endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
delete_webhook_endpoint    endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
rotate_webhook_secret      endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
show_webhook_secret        endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
send_test_webhook          endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501
replay_webhook_delivery    delivery            42501               delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     delivery_not_found     42501
replay_webhook_deliveries  endpoint            42501               endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     endpoint_not_found     42501

note_message_event         unknown             42501               42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

find_garments              gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found
will_it_be_ready           gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found
hand_over_rental           held_rental         42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
return_rental              held_rental         42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
start_inspection           held_rental         42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
inspect_rental             held_rental         42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
mark_rental_lost           held_rental         42501               rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       rental_not_found       42501
sell_garment               reserved_garment    42501               garment_not_found      garment_not_found      garment_not_found      garment_not_found      garment_not_found      garment_not_found      garment_not_found      garment_not_found      garment_not_found      42501
accept_substitution        of_held_rental      42501               proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     42501
dismiss_substitution       proposal            42501               proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     proposal_not_found     42501
calendar_view              branch              42501               location_not_found     location_not_found     ok                     ok                     ok                     location_not_found     location_not_found     location_not_found     ok                     42501
utilisation                boutique            42501               boutique_not_found     boutique_not_found     ok                     ok                     ok                     boutique_not_found     boutique_not_found     boutique_not_found     ok                     42501

fitting_slots              gown                location_not_found  location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found
book_fitting               gown                42501               location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     42501
cancel_fitting             fitting             42501               appointment_not_found  ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
reschedule_fitting         fitting             42501               appointment_not_found  location_not_found     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
close_fitting              begun_fitting       42501               appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
book_walk_in               gown                42501               location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     42501
block_resource             gown                42501               resource_not_found     resource_not_found     resource_not_found     resource_not_found     resource_not_found     resource_not_found     resource_not_found     resource_not_found     resource_not_found     42501
unblock_resource           block               42501               allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   allocation_not_found   42501
join_waitlist              closed_days         42501               location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     location_not_found     42501
leave_waitlist             entry               42501               entry_not_found        ok                     entry_not_found        entry_not_found        entry_not_found        entry_not_found        entry_not_found        entry_not_found        entry_not_found        42501
accept_fitting_offer       offer               42501               appointment_not_found  ok                     appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  appointment_not_found  42501
create_calendar_feed       customer            42501               subject_not_found      ok                     subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      subject_not_found      42501
create_calendar_feed       branch              42501               subject_not_found      subject_not_found      ok                     ok                     ok                     subject_not_found      subject_not_found      subject_not_found      subject_not_found      42501
revoke_calendar_feed       stylists_feed       42501               feed_not_found         feed_not_found         ok                     feed_not_found         feed_not_found         feed_not_found         feed_not_found         feed_not_found         feed_not_found         42501
read_calendar_feed         guessed_token       42501               42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

category_attributes        veils               ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
size_chart                 gown                product_not_found  product_not_found      product_not_found      ok                     ok                     ok                     product_not_found      product_not_found      product_not_found      ok                     42501
search_products            veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
product_facets             veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
suggest_products           veil                ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
related_products           gown                product_not_found  product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      42501
list_products              veil                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
sitemap                    boutiques           42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
add_views                  gown                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
share_lookbook             lookbook            42501  lookbook_not_found     ok                     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     42501
shared_lookbook            shared_token        ok     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
shared_lookbook            guessed_token       lookbook_not_found  lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     lookbook_not_found     42501

add_to_cart                ring                42501               variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found      variant_not_found  42501
merge_cart                 lines               42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
my_cart                    herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
quote_cart                 lines               ok                  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok  42501
checkout                   cart                42501               cart_not_found         cart_changed           cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found         cart_not_found  42501
cancel_order               order               42501               order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found  42501
record_payment             group               42501               order_group_not_found  order_group_not_found  order_group_not_found  order_group_not_found  order_group_not_found  order_group_not_found  order_group_not_found  order_group_not_found  ok  42501
set_commission             boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
approve_payout             payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
record_payout              payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            invalid_state          42501
cancel_payout              payout              42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
boutique_statement         boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            ok                     not_allowed            not_allowed            not_allowed            ok                     42501
start_payment              payment             42501                  payment_not_found      ok                     payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      42501
take_payment               payment             42501                  payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      ok                     42501
resolve_payment_exception  exception           42501                  exception_not_found    exception_not_found    exception_not_found    exception_not_found    exception_not_found    exception_not_found    exception_not_found    exception_not_found    ok                     42501
provider_accounts          boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
disable_provider_account   boutique            42501                  not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
attempt_for_server         attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
account_for_server         account             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  account_not_found
opened_checkout            attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
settle_attempt             attempt             42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
receive_payment_event      event               42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok
save_provider_account      boutique            42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  boutique_not_found
change_stock               ring                42501               stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  42501
transfer_stock             to_same_branch      42501               stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  stock_place_not_found  42501

fulfil_order               order               42501               order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
mark_delivered             shipment            42501               shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     shipment_not_found     42501
request_return             order               42501               order_not_found        invalid_state          order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
answer_return              return              42501               return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       42501
receive_return             return              42501               return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       42501
cancel_return              return              42501               return_not_found       ok                     return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       42501
inspect_return             return              42501               return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       return_not_found       42501
refund_order               order               42501               order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
record_refund              refund              42501               refund_not_found       refund_not_found       refund_not_found       refund_not_found       refund_not_found       refund_not_found       refund_not_found       refund_not_found       refund_not_found       42501
record_deposit_return      deposit             42501               deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      deposit_not_found      42501
waive_payment              payment             42501               payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      payment_not_found      not_waivable           42501
reorder_media              all                 42501  product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      42501
edit_order                 order               42501               order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
start_catalog_import       boutique            42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            42501
cancel_catalog_import      import              42501               import_not_found       import_not_found       import_not_found       import_not_found       import_not_found       import_not_found       import_not_found       import_not_found       import_not_found       42501

quote_payment_plans        order               42501               order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
choose_payment_plan        order               42501               order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
leave_payment_plan         planned_order       42501               order_not_found        ok                     order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        order_not_found        42501
forget_payment_method      plan                42501               plan_not_found         ok                     plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         42501
end_payment_plan           overdue_plan        42501               plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         plan_not_found         42501

issue_gift_card            of_boutique         42501               boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     boutique_not_found     42501
issue_gift_card            of_marketplace      42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
gift_card_balance          guessed_code        42501               gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    gift_card_not_found    42501

schedule_show              show                42501  show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         42501
start_show                 show                42501  show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         42501
finish_show                show                42501  show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         42501
cancel_show                show                42501  show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         42501
dress_look                 look                42501  look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         42501
remove_look                look                42501  look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         42501
rsvp_show                  show                42501  show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         show_not_found         42501
cancel_rsvp                show                42501  rsvp_not_found         ok                     rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
check_in_rsvp              rsvp                42501  rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
cancel_guest_rsvp          rsvp                42501  rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         rsvp_not_found         42501
show_guests                show                42501  show_not_found         show_not_found         ok                     ok                     ok                     show_not_found         show_not_found         show_not_found         ok                     42501
show_figures               show                42501  show_not_found         show_not_found         ok                     ok                     ok                     show_not_found         show_not_found         show_not_found         ok                     42501
hold_look                  look                42501  look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         look_not_found         42501
read_show_calendar         show                42501  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  42501                  ok

reviewable_experiences     herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
my_review_measurements     herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
write_review               own_fitting         42501               experience_not_found   ok                     experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   42501
write_review               reviewed_fitting    42501               experience_not_found   already_reviewed       experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   experience_not_found   42501
edit_review                review              42501               review_not_found       ok                     review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
delete_review              review              42501               review_not_found       ok                     review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
vote_review                review              42501               review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
report_review              review              42501               review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
reply_to_review            review              42501               review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       review_not_found       42501
review_queue               herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
review_queue               boutique            42501               boutique_not_found     boutique_not_found     ok                     ok                     ok                     boutique_not_found     boutique_not_found     boutique_not_found     ok                     42501
hide_review                review              42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
show_review                review              42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
resolve_review_report      report              42501               not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            not_allowed            ok                     42501
product_reviews            gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      42501
review_summary             gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      42501
add_tryon_photo            no_file             42501               invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          invalid_photo          42501
delete_tryon_photo         photo               42501               photo_not_found        ok                     photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        42501
withdraw_tryon_consent     herself             42501               ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
request_tryon              gown                42501               photo_not_found        photo_not_ready        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        photo_not_found        42501
delete_tryon               look                42501               tryon_not_found        ok                     tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        42501
tryon_next_steps           look                42501               tryon_not_found        product_not_found      tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        tryon_not_found        42501
products_to_try_on         gown                ok                  ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     ok                     42501
recommend_size             gown                product_not_found   product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      product_not_found      42501
`;

const { people, rights } = readRights(expected);
const { rights: suspended } = readRights(whileSuspended);
const cells = rights.length * people.length;
const suspendedCells = suspended.length * people.length;

type Arguments = Readonly<Record<string, string | object | null>>;

function theRental({ rows }: Cast): Arguments {
  return { rental_id: rows["rentals"]?.["id"] ?? "" };
}

function theTryonPhoto({ rows }: Cast): Arguments {
  return { photo_id: rows["tryon_photos"]?.["id"] ?? "" };
}

function theTryon({ rows }: Cast): Arguments {
  return { tryon_id: rows["tryons"]?.["id"] ?? "" };
}

function theReview({ rows }: Cast): Arguments {
  return { review_id: rows["reviews"]?.["id"] ?? "" };
}

function theShow({ rows }: Cast) {
  return { show_id: rows["fashion_shows"]?.["id"] ?? "" };
}

function theLook({ rows }: Cast) {
  return { look_id: rows["show_looks"]?.["id"] ?? "" };
}

/** What each line of the table sends. */
const sent: Readonly<Record<string, (cast: Cast) => Arguments>> = {
  "quote_rental gown": ({ gown }) => ({ variant_id: gown.id, period: period(40, 41) }),
  "product_availability gown": ({ gown }) => ({ product_id: gown.productId, from_date: day(1), to_date: day(2) }),
  "reserve_rental gown": ({ gown }) => ({
    variant_id: gown.id,
    period: period(40, 41),
    idempotency_key: randomUUID(),
  }),
  "confirm_rental rental": ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  "cancel_rental rental": ({ rows }) => ({ rental_id: rows["rentals"]?.["id"] ?? "" }),
  "fitting_slots gown": (cast) => ({ ...fitting(cast), from_date: day(9), to_date: day(9) }),
  "book_fitting gown": (cast) => ({ ...fitting(cast), starts_at: at(9), notes: "", idempotency_key: randomUUID() }),
  "cancel_fitting fitting": ({ rows }) => ({ appointment_id: rows["appointments"]?.["id"] ?? "" }),
  "reschedule_fitting fitting": ({ rows }) => ({
    appointment_id: rows["appointments"]?.["id"] ?? "",
    starts_at: at(10),
  }),
  "close_fitting fitting": ({ rows }) => ({ appointment_id: rows["appointments"]?.["id"] ?? "", attended: "true" }),
  "close_fitting begun_fitting": () => ({ appointment_id: begun, attended: "true" }),
  "book_walk_in gown": (cast) => ({ ...fitting(cast), starts_at: at(9), name: "Ruth" }),
  "block_resource gown": ({ gown }) => ({
    resource_id: gown.garmentIds[0] ?? "",
    from_time: at(60),
    until_time: at(61),
    kind: "repair",
  }),
  "unblock_resource block": () => ({ allocation_id: block }),
  "unblock_resource rental": ({ rows }) => ({ allocation_id: rows["allocations"]?.["id"] ?? "" }),
  "join_waitlist closed_days": (cast) => ({ ...fitting(cast), from_date: day(20), to_date: day(21) }),
  "join_waitlist free_days": (cast) => ({ ...fitting(cast), from_date: day(9), to_date: day(9) }),
  "leave_waitlist entry": ({ rows }) => ({ entry_id: rows["waitlist_entries"]?.["id"] ?? "" }),
  "accept_fitting_offer offer": () => ({ appointment_id: offer }),
  "find_garments gown": ({ gown }) => ({ product_id: gown.productId, size: "38", period: period(40, 41) }),
  "will_it_be_ready gown": ({ gown }) => ({ product_id: gown.productId, wear_date: day(200) }),
  "hand_over_rental held_rental": theRental,
  "return_rental held_rental": theRental,
  "start_inspection held_rental": theRental,
  "inspect_rental held_rental": (cast) => ({ ...theRental(cast), outcome: "ok", condition: "good" }),
  "mark_rental_lost held_rental": theRental,
  "sell_garment reserved_garment": ({ gown }) => ({ garment_id: gown.garmentIds[0] ?? "" }),
  "accept_substitution of_held_rental": ({ rows }) => rows["substitution_candidates"] ?? {},
  "dismiss_substitution proposal": ({ rows }) => ({ proposal_id: rows["substitution_proposals"]?.["id"] ?? "" }),
  "calendar_view branch": ({ boutique }) => ({ location_id: boutique.locationId, from_time: day(1), to_time: day(8) }),
  "utilisation boutique": ({ boutique }) => ({ boutique_id: boutique.id, from_date: day(1), to_date: day(8) }),
  "my_permissions herself": () => ({}),
  "request_data_export herself": () => ({}),
  "delete_account herself": () => ({}),
  "undo_account_deletion herself": () => ({}),
  "draw_token bucket": () => ({ bucket: "x", capacity: "2", per_minute: "1", tokens: "1" }),
  "create_calendar_feed customer": ({ customer }) => ({ kind: "customer", subject_id: customer.id }),
  "create_calendar_feed branch": ({ boutique }) => ({ kind: "location", subject_id: boutique.locationId }),
  "revoke_calendar_feed stylists_feed": ({ rows }) => ({ feed_id: rows["calendar_feeds"]?.["id"] ?? "" }),
  "read_calendar_feed guessed_token": () => ({ token: "guess" }),
  "note_message_event unknown": () => ({
    provider: "resend",
    provider_message_id: "unknown",
    event: "bounced",
    reason: "",
  }),
  "apply_for_boutique new_boutique": () => ({
    slug: "new-boutique",
    name: "New",
    currency: "ETB",
    timezone: "Africa/Addis_Ababa",
    message: "We open in Bole.",
  }),
  "set_boutique_status boutique": ({ boutique }) => ({
    boutique_id: boutique.id,
    status: "suspended",
    reason: "Complaints",
  }),
  "invite_member as_stylist": (cast) => invitation(cast, "stylist"),
  "invite_member as_manager": (cast) => invitation(cast, "manager"),
  "invite_member as_owner": (cast) => invitation(cast, "owner"),
  "revoke_invitation invitation": ({ rows }) => ({ invitation_id: rows["invitations"]?.["id"] ?? "" }),
  "accept_invitation strangers_token": () => ({ token: "the token of the mail" }),
  "accept_invitation guessed_token": () => ({ token: "guess" }),
  "change_member_role stylist_to_stylist": (cast) => role(cast, cast.stylist, "stylist"),
  "change_member_role stylist_to_manager": (cast) => role(cast, cast.stylist, "manager"),
  "change_member_role manager_to_owner": (cast) => role(cast, cast.manager, "owner"),
  "change_member_role owner_to_stylist": (cast) => role(cast, cast.owner, "stylist"),
  "change_member_role stranger_to_owner": (cast) => role(cast, cast.stranger, "owner"),
  "remove_member stylist": (cast) => member(cast, cast.stylist),
  "remove_member manager": (cast) => member(cast, cast.manager),
  "remove_member owner": (cast) => member(cast, cast.owner),
  "webhook_event_types all": () => ({}),
  "create_webhook_endpoint boutique": ({ boutique }) => ({
    boutique_id: boutique.id,
    url: "https://shop.example/",
    event_types: "{*}",
    description: "",
  }),
  "update_webhook_endpoint endpoint": (cast) => ({ ...endpoint(cast), description: "The till" }),
  "delete_webhook_endpoint endpoint": (cast) => endpoint(cast),
  "rotate_webhook_secret endpoint": (cast) => ({ ...endpoint(cast), overlap_hours: "24" }),
  "show_webhook_secret endpoint": (cast) => endpoint(cast),
  "send_test_webhook endpoint": (cast) => endpoint(cast),
  "replay_webhook_delivery delivery": ({ rows }) => ({ delivery_id: rows["webhook_deliveries"]?.["id"] ?? "" }),
  "replay_webhook_deliveries endpoint": (cast) => ({
    ...endpoint(cast),
    from_time: day(-1),
    until_time: day(1),
    states: "{dead}",
  }),
  "category_attributes veils": ({ rows }) => ({ category_id: rows["categories"]?.["id"] ?? "" }),
  "size_chart gown": ({ gown }) => ({ product_id: gown.productId }),
  "search_products veil": () => ({ q: "veil" }),
  "product_facets veil": () => ({ q: "veil" }),
  "suggest_products veil": () => ({ q: "ve" }),
  "related_products gown": ({ gown }) => ({ product_id: gown.productId }),
  "list_products veil": () => ({ q: "veil" }),
  "sitemap boutiques": () => ({}),
  "add_views gown": ({ gown }) => ({ views: { [gown.productId]: 1 } }),
  "share_lookbook lookbook": ({ rows }) => ({ lookbook_id: rows["lookbooks"]?.["id"] ?? "" }),
  "shared_lookbook shared_token": () => ({ share_token: shared }),
  "shared_lookbook guessed_token": () => ({ share_token: randomUUID() }),
  "add_to_cart ring": ({ ring }) => ({ variant_id: ring.id }),
  "merge_cart lines": (cast) => lines(cast),
  "my_cart herself": () => ({}),
  "quote_cart lines": (cast) => lines(cast),
  "checkout cart": ({ rows }) => ({
    cart_id: rows["carts"]?.["id"] ?? "",
    idempotency_key: randomUUID(),
    shipping_address_id: rows["addresses"]?.["id"] ?? "",
  }),
  "cancel_order order": ({ rows }) => ({ order_id: rows["orders"]?.["id"] ?? "" }),
  "record_payment group": ({ rows }) => ({
    order_group_id: rows["order_groups"]?.["id"] ?? "",
    method: "cash",
    reference: "Receipt 1",
    amount: "20500",
    currency: "ETB",
  }),
  "set_commission boutique": ({ boutique }) => ({ boutique_id: boutique.id, basis_points: "500" }),
  "approve_payout payout": ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "" }),
  "record_payout payout": ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "", reference: "T-1" }),
  "cancel_payout payout": ({ rows }) => ({ payout_id: rows["payouts"]?.["id"] ?? "", note: "Mistake" }),
  "boutique_statement boutique": ({ boutique }) => ({ boutique_id: boutique.id, month: "2026-01-01" }),
  "start_payment payment": ({ rows }) => ({
    payment_id: rows["payments"]?.["id"] ?? "",
    provider: "test",
    return_url: "https://shop.example/",
  }),
  "take_payment payment": ({ rows }) => ({
    payment_id: rows["payments"]?.["id"] ?? "",
    method: "cash",
    reference: "Receipt 2",
    amount: "20500",
    currency: "ETB",
  }),
  "resolve_payment_exception exception": ({ rows }) => ({
    exception_id: rows["payment_exceptions"]?.["id"] ?? "",
    resolution: "handled",
    note: "Seen",
  }),
  "provider_accounts boutique": ({ boutique }) => ({ boutique_id: boutique.id }),
  "disable_provider_account boutique": ({ boutique }) => ({ boutique_id: boutique.id, provider: "stripe" }),
  "attempt_for_server attempt": ({ rows }) => ({ attempt_id: rows["payment_attempts"]?.["id"] ?? "" }),
  "account_for_server account": () => ({ account_id: randomUUID() }),
  "opened_checkout attempt": ({ rows }) => ({
    attempt_id: rows["payment_attempts"]?.["id"] ?? "",
    checkout_url: "https://pay.example/1",
  }),
  "settle_attempt attempt": ({ rows }) => ({
    attempt_id: rows["payment_attempts"]?.["id"] ?? "",
    state: "open",
    provider_payment_id: null,
    amount: null,
    currency: null,
  }),
  "receive_payment_event event": () => ({
    provider: "test",
    event_id: "evt_1",
    type: "payment.failed",
    facts: {},
    body: "{}",
  }),
  "save_provider_account boutique": ({ boutique, owner }) => ({
    boutique_id: boutique.id,
    provider: "stripe",
    sealed_keys: "v1.sealed",
    key_hint: "cafe",
    actor_id: owner.id,
  }),
  "change_stock ring": ({ ring, boutique }) => ({
    variant_id: ring.id,
    location_id: boutique.locationId,
    kind: "received",
    quantity: "1",
  }),
  "issue_gift_card of_boutique": ({ boutique }) => ({ boutique_id: boutique.id, amount: "500" }),
  "issue_gift_card of_marketplace": () => ({ boutique_id: null, amount: "500", currency: "ETB" }),
  "gift_card_balance guessed_code": () => ({ code: "0000-0000-0000-0000" }),
  "edit_order order": (cast) => ({
    ...theOrder(cast),
    changes: [{ variant_id: cast.ring.id, quantity: 1 }],
    idempotency_key: randomUUID(),
  }),
  "fulfil_order order": (cast) => ({ ...theOrder(cast), kind: "pickup", idempotency_key: randomUUID() }),
  "mark_delivered shipment": ({ rows }) => ({ shipment_id: rows["shipments"]?.["id"] ?? "" }),
  "request_return order": (cast) => ({
    ...theOrder(cast),
    items: [{ order_item_id: cast.rows["order_items"]?.["id"], quantity: 1 }],
    reason: "damaged",
    idempotency_key: randomUUID(),
  }),
  "answer_return return": (cast) => ({ ...theReturn(cast), approved: "true", answer: "Send it" }),
  "receive_return return": (cast) => theReturn(cast),
  "cancel_return return": (cast) => theReturn(cast),
  "inspect_return return": (cast) => ({ ...theReturn(cast), outcomes: [] }),
  "refund_order order": (cast) => ({ ...theOrder(cast), amount: "1", reason: "Late", idempotency_key: randomUUID() }),
  "record_refund refund": ({ rows }) => ({ refund_id: rows["refunds"]?.["id"] ?? "", reference: "Receipt 1" }),
  "record_deposit_return deposit": ({ rows }) => ({
    deposit_id: rows["deposits"]?.["id"] ?? "",
    reference: "Receipt 1",
  }),
  "schedule_show show": theShow,
  "start_show show": theShow,
  "finish_show show": theShow,
  "cancel_show show": (cast) => ({ ...theShow(cast), reason: "No power" }),
  "dress_look look": (cast) => ({ ...theLook(cast), garment_id: null }),
  "remove_look look": theLook,
  "rsvp_show show": (cast) => ({ ...theShow(cast), party_size: "2" }),
  "cancel_rsvp show": theShow,
  "check_in_rsvp rsvp": ({ rows }) => ({ rsvp_id: rows["show_rsvps"]?.["id"] ?? "" }),
  "cancel_guest_rsvp rsvp": ({ rows }) => ({ rsvp_id: rows["show_rsvps"]?.["id"] ?? "", reason: "She has called" }),
  "show_guests show": theShow,
  "show_figures show": theShow,
  "hold_look look": (cast) => ({
    ...{ ...theLook(cast), variant_id: cast.runway.id },
    ...{ period: period(40, 41), idempotency_key: randomUUID() },
  }),
  "read_show_calendar show": ({ boutique }) => ({ boutique: boutique.slug, slug: "spring" }),
  "reviewable_experiences herself": () => ({}),
  "my_review_measurements herself": () => ({}),
  "write_review own_fitting": ({ gown }) => ({
    ...{ kind: "fitted", subject_id: tried, product_id: gown.productId, rating: "5" },
  }),
  "write_review reviewed_fitting": ({ gown }) => ({
    ...{ kind: "fitted", subject_id: reviewedFitting, product_id: gown.productId, rating: "5" },
  }),
  "edit_review review": (cast) => ({ ...theReview(cast), rating: "1" }),
  "delete_review review": theReview,
  "vote_review review": theReview,
  "report_review review": (cast) => ({ ...theReview(cast), reason: "spam" }),
  "reply_to_review review": (cast) => ({ ...theReview(cast), reply: "Thank you" }),
  "review_queue herself": () => ({}),
  "review_queue boutique": ({ boutique }) => ({ boutique_id: boutique.id }),
  "hide_review review": (cast) => ({ ...theReview(cast), reason: "It names a person" }),
  "show_review review": theReview,
  "resolve_review_report report": ({ rows }) => ({
    report_id: rows["review_reports"]?.["id"] ?? "",
    upheld: "true",
  }),
  "add_tryon_photo no_file": ({ customer }) => ({ storage_path: `${customer.id}/none.jpg`, consent_version: "9" }),
  "delete_tryon_photo photo": theTryonPhoto,
  "withdraw_tryon_consent herself": () => ({}),
  "request_tryon gown": (cast) => ({
    ...{ ...theTryonPhoto(cast), product_id: cast.gown.productId, idempotency_key: randomUUID() },
  }),
  "delete_tryon look": theTryon,
  "tryon_next_steps look": theTryon,
  "products_to_try_on gown": ({ gown }) => ({ product_ids: [gown.productId] }),
  "product_reviews gown": ({ gown }) => ({ product_id: gown.productId }),
  "review_summary gown": ({ gown }) => ({ product_id: gown.productId }),
  "recommend_size gown": ({ gown }) => ({ product_id: gown.productId, measurements: { weight_kg: 60 } }),
  "reorder_media all": ({ rows }) => ({
    product_id: rows["products"]?.["id"] ?? "",
    media_ids: [rows["product_media"]?.["id"] ?? ""],
  }),
  "start_catalog_import boutique": ({ boutique }) => ({
    boutique_id: boutique.id,
    storage_path: `${boutique.id}/none.csv`,
    format: "csv",
    idempotency_key: randomUUID(),
  }),
  "cancel_catalog_import import": ({ rows }) => ({ import_id: rows["catalog_imports"]?.["id"] ?? "" }),
  "waive_payment payment": ({ rows }) => ({ payment_id: rows["payments"]?.["id"] ?? "", reason: "She was ill" }),
  "quote_payment_plans order": (cast) => theOrder(cast),
  "choose_payment_plan order": (cast) => ({
    ...theOrder(cast),
    offer_id: cast.rows["payment_plan_offers"]?.["id"] ?? "",
  }),
  "choose_payment_plan by_rivals_offer": (cast) => ({ ...theOrder(cast), offer_id: rivalsOffer }),
  "leave_payment_plan planned_order": () => ({ order_id: planned }),
  "forget_payment_method plan": ({ rows }) => ({ plan_id: rows["payment_plans"]?.["id"] ?? "" }),
  "end_payment_plan plan": ({ rows }) => ({ plan_id: rows["payment_plans"]?.["id"] ?? "" }),
  "end_payment_plan overdue_plan": () => ({ plan_id: overdue }),
  "transfer_stock to_same_branch": ({ ring, boutique }) => ({
    variant_id: ring.id,
    from_location_id: boutique.locationId,
    to_location_id: boutique.locationId,
    quantity: "1",
  }),
  "transfer_ownership to_manager": (cast) => member(cast, cast.manager),
  "transfer_ownership to_rivalOwner": (cast) => member(cast, cast.rivalOwner),
};

const theOrder = ({ rows }: Cast) => ({ order_id: rows["orders"]?.["id"] ?? "" });
const theReturn = ({ rows }: Cast) => ({ return_id: rows["returns"]?.["id"] ?? "" });
const lines = ({ ring }: Cast) => ({ lines: [{ variant_id: ring.id, quantity: 1 }] });

/** 10 o'clock in Addis Ababa. */
const at = (fromToday: number) => `${day(fromToday)}T07:00:00Z`;
const fitting = ({ boutique, salon, gown }: Cast) => ({
  location_id: boutique.locationId,
  service_id: salon.serviceId,
  garment_ids: `{${gown.garmentIds}}`,
});
const member = ({ boutique }: Cast, { id }: { readonly id: string }) => ({ boutique_id: boutique.id, user_id: id });
const endpoint = ({ rows }: Cast) => ({ endpoint_id: rows["webhook_endpoints"]?.["id"] ?? "" });
const role = (cast: Cast, person: { readonly id: string }, name: string) => ({ ...member(cast, person), role: name });
const invitation = ({ boutique }: Cast, name: string) => ({
  boutique_id: boutique.id,
  email: "new@nexus.test",
  role: name,
});

/**
 * The functions of `private` that API roles may execute, and what they need them for: everything else there is for
 * the owner alone. A body is what a function of `public` with the same name wraps.
 */
const helpers = `
function                   needed_for  anon  authenticated  service_role

uuid_v7                    default     yes   yes            yes
raise_error                refusal     yes   yes            yes
is_timezone                check       no    yes            yes
minimum_role               policy      no    yes            yes
my_boutique_ids            policy      no    yes            yes
is_admin                   policy      no    yes            yes
acts_as_admin              policy      no    yes            yes
my_invoice_paths           policy      no    yes            no
draw_sign_in               gateway     no    no             yes
return_sign_in             gateway     no    no             yes
quote_rental               body        yes   yes            yes
product_availability       body        yes   yes            yes
reserve_rental             body        no    yes            no
confirm_rental             body        no    yes            no
cancel_rental              body        no    yes            no
my_permissions             body        no    yes            no
apply_for_boutique         body        no    yes            no
set_boutique_status        body        no    yes            no
invite_member              body        no    yes            no
revoke_invitation          body        no    yes            no
accept_invitation          body        no    yes            no
change_member_role         body        no    yes            no
remove_member              body        no    yes            no
transfer_ownership         body        no    yes            no
request_data_export        body        no    yes            no
delete_account             body        no    yes            no
undo_account_deletion      body        no    yes            no
set_commission             body        no    yes            no
approve_payout             body        no    yes            no
record_payout              body        no    yes            no
cancel_payout              body        no    yes            no
boutique_statement         body        no    yes            no
start_payment              body        no    yes            no
take_payment               body        no    yes            no
resolve_payment_exception  body        no    yes            no
provider_accounts          body        no    yes            no
disable_provider_account   body        no    yes            no
attempt_for_server         body        no    no             yes
account_for_server         body        no    no             yes
opened_checkout            body        no    no             yes
settle_attempt             body        no    no             yes
receive_payment_event      body        no    no             yes
save_provider_account      body        no    no             yes
draw_token                 body        no    no             yes

are_webhook_event_types    check       no    no             yes
is_webhook_url             check       no    no             yes
webhook_type_names         check       no    no             yes
webhook_event_types        body        no    yes            yes
create_webhook_endpoint    body        no    yes            no
update_webhook_endpoint    body        no    yes            no
delete_webhook_endpoint    body        no    yes            no
rotate_webhook_secret      body        no    yes            no
show_webhook_secret        body        no    yes            no
send_test_webhook          body        no    yes            no
replay_webhook_delivery    body        no    yes            no
replay_webhook_deliveries  body        no    yes            no

note_message_event         body        no    no             yes

paths_are_in_folder        check       no    no             yes
hand_over_rental           body        no    yes            no
return_rental              body        no    yes            no
start_inspection           body        no    yes            no
inspect_rental             body        no    yes            no
mark_rental_lost           body        no    yes            no
sell_garment               body        no    yes            no
accept_substitution        body        no    yes            no
dismiss_substitution       body        no    yes            no
calendar_view              body        no    yes            no
utilisation                body        no    yes            no
find_garments              body        yes   yes            yes
will_it_be_ready           body        yes   yes            yes

minutes_of_day             check       no    yes            yes
fitting_slots              body        yes   yes            yes
book_fitting               body        no    yes            no
cancel_fitting             body        no    yes            no
reschedule_fitting         body        no    yes            no
close_fitting              body        no    yes            no
book_walk_in               body        no    yes            no
block_resource             body        no    yes            no
unblock_resource           body        no    yes            no
join_waitlist              body        no    yes            no
leave_waitlist             body        no    yes            no
accept_fitting_offer       body        no    yes            no
create_calendar_feed       body        no    yes            no
revoke_calendar_feed       body        no    yes            no
read_calendar_feed         body        no    no             yes

are_translations           check       no    yes            yes
are_tags                   check       no    yes            yes
are_attribute_translations check       no    yes            yes
category_path              size_chart  yes   yes            no
category_attributes        body        yes   yes            no
size_chart                 body        yes   yes            no
search_products            body        yes   yes            no
product_facets             body        yes   yes            no
suggest_products           body        yes   yes            no
related_products           body        yes   yes            no
list_products              body        no    no             yes
sitemap                    body        no    no             yes
add_views                  body        no    no             yes
share_lookbook             body        no    yes            no
shared_lookbook            body        yes   yes            no

add_to_cart                body        no    yes            no
merge_cart                 body        no    yes            no
my_cart                    body        no    yes            no
quote_cart                 body        yes   yes            no
checkout                   body        no    yes            no
cancel_order               body        no    yes            no
record_payment             body        no    yes            no
change_stock               body        no    yes            no
transfer_stock             body        no    yes            no

fulfil_order               body        no    yes            no
mark_delivered             body        no    yes            no
request_return             body        no    yes            no
answer_return              body        no    yes            no
receive_return             body        no    yes            no
cancel_return              body        no    yes            no
inspect_return             body        no    yes            no
refund_order               body        no    yes            no
record_refund              body        no    yes            no
record_deposit_return      body        no    yes            no
waive_payment              body        no    yes            no
reorder_media              body        no    yes            no
start_catalog_import       body        no    yes            no
cancel_catalog_import      body        no    yes            no
reviewable_experiences     body        no    yes            no
my_review_measurements     body        no    yes            no
write_review               body        no    yes            no
edit_review                body        no    yes            no
delete_review              body        no    yes            no
vote_review                body        no    yes            no
report_review              body        no    yes            no
reply_to_review            body        no    yes            no
review_queue               body        no    yes            no
hide_review                body        no    yes            no
show_review                body        no    yes            no
resolve_review_report      body        no    yes            no
schedule_show              body        no    yes            no
start_show                 body        no    yes            no
finish_show                body        no    yes            no
cancel_show                body        no    yes            no
dress_look                 body        no    yes            no
remove_look                body        no    yes            no
rsvp_show                  body        no    yes            no
cancel_rsvp                body        no    yes            no
check_in_rsvp              body        no    yes            no
cancel_guest_rsvp          body        no    yes            no
show_guests                body        no    yes            no
show_figures               body        no    yes            no
hold_look                  body        no    yes            no
read_show_calendar         body        no    no             yes
counted_views              views       no    no             yes
is_https_url               check       no    yes            yes
product_reviews            body        yes   yes            no
review_summary             body        yes   yes            no
are_anchor_points          check       no    yes            yes
add_tryon_photo            body        no    yes            no
delete_tryon_photo         body        no    yes            no
withdraw_tryon_consent     body        no    yes            no
request_tryon              body        no    yes            no
delete_tryon               body        no    yes            no
tryon_next_steps           body        no    yes            no
products_to_try_on         body        yes   yes            no
recommend_size             body        yes   yes            no
edit_order                 body        no    yes            no
quote_payment_plans        body        no    yes            no
choose_payment_plan        body        no    yes            no
leave_payment_plan         body        no    yes            no
forget_payment_method      body        no    yes            no
end_payment_plan           body        no    yes            no
issue_gift_card            body        no    yes            no
gift_card_balance          body        no    yes            no
`;

const apiRoles = ["anon", "authenticated", "service_role"];

/** The first answer of each function, for the API docs. */
const answers: Record<string, Example> = {};

let world: World;
let cast: Cast;
/** A fitting that has begun, a time that is offered to the customer, and a repair of the gown. */
let begun = "";
let offer = "";
let block = "";
/** The order that the customer pays by a plan, a plan whose instalment did not come, and what a rival offers. */
let planned = "";
let overdue = "";
let rivalsOffer = "";
/** What the customer sends to those who may read her look-book. */
let shared = "";
/** Fittings that the customer came to: she has not reviewed the gown after the first, and has after the second. */
let tried = "";
let reviewedFitting = "";

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
  // Nobody leaves here: who does rents nothing.
  await world.sql`delete from public.account_deletions`;
  await world.sql`
    insert into private.invitation_tokens (invitation_id, token_hash)
    values (${cast.rows["invitations"]?.["id"] ?? ""}, extensions.digest('the token of the mail', 'sha256'))`;
  const { boutique, salon, customer, gown } = cast;
  tried = await attendedFitting(world.sql, boutique, salon, customer.id, gown.garmentIds);
  const [review] = await world.sql<{ subject_id: string }[]>`
    select subject_id from public.reviews where id = ${cast.rows["reviews"]?.["id"] ?? ""}`;
  reviewedFitting = review?.subject_id ?? "";
  begun = await appointment("booked", "-10 minutes");
  offer = await appointment("offered", "3 days");
  const [repair] = await world.sql<{ id: string }[]>`
    insert into public.allocations (resource_id, boutique_id, during, kind, state)
    values (${cast.gown.garmentIds[0] ?? ""}, ${cast.boutique.id}, tstzrange(now() + interval '70 days', now() + interval '71 days'),
      'repair', 'confirmed') returning id`;
  block = repair?.id ?? "";
  const [byPlan] = await world.sql<{ id: string }[]>`
    select order_id as id from public.payment_plans where id = ${cast.rows["payment_plans"]?.["id"] ?? ""}`;
  planned = byPlan?.id ?? "";
  const [offered] = await world.sql<{ id: string }[]>`
    insert into public.payment_plan_offers (boutique_id, name, down_payment_percent, instalments)
    values (${cast.rivalBoutique.id}, 'Four parts', 25, 3) returning id`;
  rivalsOffer = offered?.id ?? "";
  overdue = await overduePlan();
  const [book] = await world.sql<{ token: string }[]>`
    select share_token as token from public.lookbooks where id = ${cast.rows["lookbooks"]?.["id"] ?? ""}`;
  shared = book?.token ?? "";
});
afterAll(() => world.close());

describe(`the right to call, ${cells} cells`, () => {
  it("is written down for every function that an API role may execute, and for no other", async () => {
    const functions = await executable("public");
    const named = new Set(rights.map(({ subject }) => subject));
    expect([...named].toSorted()).toEqual([...new Set(functions.map(({ name }) => name))].toSorted());
    // Two functions of one name would hide behind one line.
    expect(functions).toHaveLength(named.size);
    expect(rights.map(({ subject, act }) => `${subject} ${act}`).toSorted()).toEqual(Object.keys(sent).toSorted());
  });

  it.each(rights)("is kept for $subject about $act", async ({ subject, act, outcomes }) => {
    expect(await outcomesOf(people, (person) => tryCall(person, subject, act))).toEqual(outcomes);
  });

  it("is shown by an example in the API docs, for each function that does something here", async () => {
    expect(Object.keys(answers).length).toBeGreaterThan(0);
    await expectExamples("rpcs", answers, cast);
  });
});

describe(`the right to call about a suspended boutique, ${suspendedCells} cells`, () => {
  const setStatus = (status: string) =>
    world.sql`update public.boutiques set status = ${status} where id = ${cast.boutique.id}`;
  beforeAll(() => setStatus("suspended"));
  afterAll(() => setStatus("active"));

  it("is written down for every function", () => {
    const names = (lines: readonly Right[]) => new Set(lines.map(({ subject }) => subject));
    expect(names(suspended)).toEqual(names(rights));
  });

  it.each(suspended)("is kept for $subject about $act", async ({ subject, act, outcomes }) => {
    expect(await outcomesOf(people, (person) => tryCall(person, subject, act))).toEqual(outcomes);
  });
});

describe("what is behind the API", () => {
  it("has no function that an API role may execute, but for the helpers that are written down", async () => {
    const { people: roles, rights: known } = readRights(helpers);
    expect(roles).toEqual(apiRoles);
    const functions = await executable("private");
    const actual = functions.map(({ name, roles: may }) => ({
      subject: name,
      outcomes: Object.fromEntries(apiRoles.map((api) => [api, may.includes(api) ? "yes" : "no"])),
    }));
    const bySubject = (a: { subject: string }, b: { subject: string }) => a.subject.localeCompare(b.subject);
    const written = known.map(({ subject, outcomes }) => ({ subject, outcomes }));
    expect(actual.toSorted(bySubject)).toEqual(written.toSorted(bySubject));
    const bodies = known.filter(({ act }) => act === "body").map(({ subject }) => subject);
    const wrappers = (await executable("public")).map(({ name }) => name);
    expect(bodies.toSorted()).toEqual(wrappers.toSorted());
  });

  it("has no table that an API role may touch but the caller's memberships, which policies read, and no queue that it may reach", async () => {
    const tables = await world.sql`
      select c.oid::regclass::text as name, r.role
      from pg_class c cross join unnest(${apiRoles}::text[]) r (role)
      where c.relnamespace::regnamespace::text in ('private', 'pgboss') and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and (case when c.relkind = 'S' then has_sequence_privilege(r.role, c.oid, 'usage, select, update')
          else has_any_column_privilege(r.role, c.oid, 'select, insert, update, references')
            or has_table_privilege(r.role, c.oid, 'delete, truncate, trigger') end)`;
    expect([...tables]).toEqual([{ name: "private.my_memberships", role: "authenticated" }]);
    const schemas = await world.sql<{ name: string }[]>`
      select n.nspname as name from pg_namespace n
      where n.nspname in ('private', 'pgboss', 'supabase_migrations')
        and has_schema_privilege('authenticated', n.oid, 'usage')`;
    expect(schemas.map(({ name }) => name)).toEqual(["private"]);
  });

  it("shows everybody her own memberships and nobody else's", async () => {
    const of = (person: { id: string }) =>
      attempt(world.sql, person, (sql) => sql`select boutique_id, role::text from private.my_memberships`);
    const [manager, customer] = [await of(cast.manager), await of(cast.customer)];
    expect([...manager]).toEqual([{ boutique_id: cast.boutique.id, role: "manager" }]);
    expect([...customer]).toEqual([]);
    await expect(attempt(world.sql, "anon", (sql) => sql`select from private.my_memberships`)).rejects.toMatchObject({
      code: "42501",
    });
  });
});

/** Another appointment of the customer, an hour long. */
async function appointment(state: string, startsIn: string): Promise<string> {
  const [row] = await world.sql<{ id: string }[]>`
    insert into public.appointments (
      boutique_id, customer_id, location_id, service_id, stylist_id, room_id, during, state, held_until, price, currency,
      free_cancellation_until, late_cancellation_fee, no_show_fee)
    select boutique_id, customer_id, location_id, service_id, stylist_id, room_id,
      tstzrange(now() + ${startsIn}::interval, now() + ${startsIn}::interval + interval '1 hour'), ${state}::public.appointment_state,
      case ${state} when 'offered' then now() + interval '30 minutes' end, 0, currency, now(), 0, 0
    from public.appointments where id = ${cast.rows["appointments"]?.["id"] ?? ""}
    returning id`;
  return row?.id ?? "";
}

/** A plan of another bride, who has paid the first part and then nothing. */
async function overduePlan(): Promise<string> {
  const bride = await world.asCustomer("bride");
  const [address] = await world.sql<{ id: string }[]>`
    insert into public.addresses (customer_id, recipient, line_1, city, country)
    values (${bride.id}, 'Hana', 'Bole Road 2', 'Addis Ababa', 'ET') returning id`;
  const group = await order(bride, [{ variantId: cast.ring.id }], { shippingAddressId: address?.id ?? "" });
  const id = await choosePlan(world.sql, bride, group.id, cast.rows["payment_plan_offers"]?.["id"] ?? "");
  await pay(world.sql, group.id);
  await world.sql`
    update public.payments set due_at = now() - interval '8 days' where id = (
      select id from public.payments where group_id = ${group.id} and purpose = 'instalment' order by due_at limit 1)`;
  await world.sql`update public.payment_plans set state = 'overdue' where id = ${id}`;
  return id;
}

/** Functions of a schema that API roles may execute. */
function executable(schema: string): Promise<{ name: string; roles: string[] }[]> {
  return world.sql<{ name: string; roles: string[] }[]>`
    select p.proname::text as name, array_agg(r.role) as roles
    from pg_proc p cross join unnest(${apiRoles}::text[]) r (role)
    where p.pronamespace = ${schema}::regnamespace and has_function_privilege(r.role, p.oid, 'execute')
    group by p.oid`;
}

/** What comes of somebody calling a function about something. It is undone. */
function tryCall(who: string, name: string, about: string): Promise<string> {
  const args = sent[`${name} ${about}`]?.(cast) ?? {};
  return attempt(world.sql, actorOf(cast, who), async (sql) => {
    const rows = await call(sql, name, args);
    const outcome = rows[0]?.answer?.hint ?? "ok";
    if (outcome === "ok")
      answers[`rpc.${name}`] ??= { by: who, status: 200, request: args, answer: rows.map((row) => row.answer) };
    return outcome;
  }).catch(refusal);
}

/** Calls a function by the names of its arguments. A refusal may also be the answer: its hint is the outcome then. */
function call(sql: TransactionSql, name: string, args: Arguments) {
  const names = Object.keys(args).map((argument, n) => `${argument} => $${n + 1}`);
  const query = `select to_jsonb(answered) as answer from public.${name}(${names.join(", ")}) answered`;
  return sql.unsafe<{ answer: { hint?: string } | null }[]>(query, Object.values(args) as string[]);
}

function refusal(error: { code?: string; hint?: string }): string {
  if (error.code === "42501") return error.code;
  if (error.code?.startsWith("PT") && error.hint !== undefined) return error.hint;
  throw error;
}
