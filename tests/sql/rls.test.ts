import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cast, gatherCast } from "../helpers/cast.ts";
import { outcomesOf, readRights } from "../helpers/rights.ts";
import { tryVerb, verbs } from "../helpers/verbs.ts";
import { World } from "../helpers/world.ts";

/**
 * What everybody may do with one row of every table: a row of the boutique, of the customer, or of the marketplace.
 *
 * row: reads or writes it; none: sees no row, or the write meets none; 42501: refused with an error.
 * The stylist is the row's own subject in boutique_members and has made the feed of calendar_feeds, the admin is in
 * platform_admins.
 */
const expected = `
table                     verb    anon   stranger  customer  stylist  manager  owner  rivalStylist  rivalManager  rivalOwner  admin

profiles                  select  42501  none      row       none     none     none   none          none          none        none
profiles                  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
profiles                  update  42501  none      row       none     none     none   none          none          none        none
profiles                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

platform_admins           select  42501  none      none      none     none     none   none          none          none        row
platform_admins           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
platform_admins           update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
platform_admins           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

boutiques                 select  row    row       row       row      row      row    row           row           row         row
boutiques                 insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutiques                 update  42501  none      none      none     row      row    none          none          none        none
boutiques                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

boutique_members          select  42501  none      none      row      row      row    none          none          none        row
boutique_members          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutique_members          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutique_members          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

rental_policies           select  row    row       row       row      row      row    row           row           row         row
rental_policies           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rental_policies           update  42501  none      none      none     row      row    none          none          none        none
rental_policies           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

designers                 select  row    row       row       row      row      row    row           row           row         row
designers                 insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
designers                 update  42501  none      none      none     none     none   none          none          none        row
designers                 delete  42501  none      none      none     none     none   none          none          none        row

categories                select  row    row       row       row      row      row    row           row           row         row
categories                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
categories                update  42501  none      none      none     none     none   none          none          none        row
categories                delete  42501  none      none      none     none     none   none          none          none        row

products                  select  row    row       row       row      row      row    row           row           row         row
products                  insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
products                  update  42501  none      none      none     row      row    none          none          none        none
products                  delete  42501  none      none      none     row      row    none          none          none        none

product_variants          select  row    row       row       row      row      row    row           row           row         row
product_variants          insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
product_variants          update  42501  none      none      none     row      row    none          none          none        none
product_variants          delete  42501  none      none      none     row      row    none          none          none        none

product_media             select  row    row       row       row      row      row    row           row           row         row
product_media             insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
product_media             update  42501  none      none      none     row      row    none          none          none        none
product_media             delete  42501  none      none      none     row      row    none          none          none        none

attribute_definitions     select  row    row       row       row      row      row    row           row           row         row
attribute_definitions     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
attribute_definitions     update  42501  none      none      none     none     none   none          none          none        row
attribute_definitions     delete  42501  none      none      none     none     none   none          none          none        row

product_translations      select  row    row       row       row      row      row    row           row           row         row
product_translations      insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
product_translations      update  42501  none      none      none     row      row    none          none          none        none
product_translations      delete  42501  none      none      none     row      row    none          none          none        none

product_slugs             select  row    row       row       row      row      row    row           row           row         row
product_slugs             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_slugs             update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_slugs             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

collections               select  row    row       row       row      row      row    row           row           row         row
collections               insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
collections               update  42501  none      none      none     row      row    none          none          none        none
collections               delete  42501  none      none      none     row      row    none          none          none        none

collection_products       select  row    row       row       row      row      row    row           row           row         row
collection_products       insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
collection_products       update  42501  none      none      none     row      row    none          none          none        none
collection_products       delete  42501  none      none      none     row      row    none          none          none        none

size_charts               select  row    row       row       row      row      row    row           row           row         row
size_charts               insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
size_charts               update  42501  none      none      none     none     none   none          none          none        row
size_charts               delete  42501  none      none      none     none     none   none          none          none        row

size_chart_rows           select  row    row       row       row      row      row    row           row           row         row
size_chart_rows           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
size_chart_rows           update  42501  none      none      none     none     none   none          none          none        row
size_chart_rows           delete  42501  none      none      none     none     none   none          none          none        row

favorites                 select  42501  none      row       none     none     none   none          none          none        none
favorites                 insert  42501  42501     row       42501    42501    42501  42501         42501         42501       42501
favorites                 update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
favorites                 delete  42501  none      row       none     none     none   none          none          none        none

lookbooks                 select  42501  none      row       none     none     none   none          none          none        none
lookbooks                 insert  42501  42501     row       42501    42501    42501  42501         42501         42501       42501
lookbooks                 update  42501  none      row       none     none     none   none          none          none        none
lookbooks                 delete  42501  none      row       none     none     none   none          none          none        none

lookbook_items            select  42501  none      row       none     none     none   none          none          none        none
lookbook_items            insert  42501  42501     row       42501    42501    42501  42501         42501         42501       42501
lookbook_items            update  42501  none      row       none     none     none   none          none          none        none
lookbook_items            delete  42501  none      row       none     none     none   none          none          none        none

product_views             select  42501  none      none      row      row      row    none          none          none        row
product_views             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_views             update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_views             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

product_ratings           select  row    row       row       row      row      row    row           row           row         row
product_ratings           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_ratings           update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_ratings           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

fashion_shows             select  row    row       row       row      row      row    row           row           row          row
fashion_shows             insert  42501  42501     42501     42501    row      row    42501         42501         42501        42501
fashion_shows             update  42501  none      none      none     row      row    none          none          none         none
fashion_shows             delete  42501  none      none      none     none     none   none          none          none         none

show_looks                select  row    row       row       row      row      row    row           row           row          row
show_looks                insert  42501  42501     42501     42501    row      row    42501         42501         42501        42501
show_looks                update  42501  none      none      none     row      row    none          none          none         none
show_looks                delete  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501

show_rsvps                select  42501  none      row       row      row      row    none          none          none         row
show_rsvps                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
show_rsvps                update  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
show_rsvps                delete  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501

show_views                select  42501  none      none      row      row      row    none          none          none         row
show_views                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
show_views                update  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
show_views                delete  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501

reviews                   select  42501  none      row       row      row      row    none          none          none        row
reviews                   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
reviews                   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
reviews                   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

review_revisions          select  42501  none      row       row      row      row    none          none          none        row
review_revisions          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_revisions          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_revisions          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

review_photos             select  42501  none      row       row      row      row    none          none          none        row
review_photos             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_photos             update  42501  none      row       none     none     none   none          none          none        none
review_photos             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

tryon_consent_texts       select  row    row       row       row      row      row    row           row           row         row
tryon_consent_texts       insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       row
tryon_consent_texts       update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
tryon_consent_texts       delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

tryon_photos              select  42501  none      row       none     none     none   none          none          none        none
tryon_photos              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
tryon_photos              update  42501  none      row       none     none     none   none          none          none        none
tryon_photos              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

tryons                    select  42501  none      row       none     none     none   none          none          none        none
tryons                    insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
tryons                    update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
tryons                    delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

review_votes              select  42501  none      row       none     none     none   none          none          none        none
review_votes              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_votes              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_votes              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

review_reports            select  42501  none      row       none     none     none   none          none          none        row
review_reports            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_reports            update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
review_reports            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

locations                 select  row    row       row       row      row      row    row           row           row         row
locations                 insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
locations                 update  42501  none      none      none     row      row    none          none          none        none
locations                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

resources                 select  42501  none      none      row      row      row    none          none          none        row
resources                 insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
resources                 update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
resources                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

garments                  select  42501  none      none      row      row      row    none          none          none        row
garments                  insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
garments                  update  42501  none      none      none     row      row    none          none          none        none
garments                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

allocations               select  42501  none      none      row      row      row    none          none          none        row
allocations               insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
allocations               update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
allocations               delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

rentals                   select  42501  none      row       row      row      row    none          none          none        row
rentals                   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rentals                   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rentals                   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

invitations               select  42501  none      none      none     row      row    none          none          none        row
invitations               insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
invitations               update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
invitations               delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

boutique_status_changes   select  42501  none      none      row      row      row    none          none          none        row
boutique_status_changes   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutique_status_changes   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutique_status_changes   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

data_exports              select  42501  none      row       none     none     none   none          none          none        none
data_exports              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
data_exports              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
data_exports              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

account_deletions         select  42501  none      row       none     none     none   none          none          none        none
account_deletions         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
account_deletions         update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
account_deletions         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

notifications             select  42501  none      row       none     none     none   none          none          none        none
notifications             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
notifications             update  42501  none      row       none     none     none   none          none          none        none
notifications             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

notification_preferences  select  42501  none      row       none     none     none   none          none          none        none
notification_preferences  insert  42501  42501     row       42501    42501    42501  42501         42501         42501       42501
notification_preferences  update  42501  none      row       none     none     none   none          none          none        none
notification_preferences  delete  42501  none      row       none     none     none   none          none          none        none

measurements              select  42501  none      row       none     none     none   none          none          none        none
measurements              insert  42501  row       42501     42501    42501    42501  42501         42501         42501       42501
measurements              update  42501  none      row       none     none     none   none          none          none        none
measurements              delete  42501  none      row       none     none     none   none          none          none        none

fit_trainings             select  42501  none      none      none     none     none   none          none          none        row
fit_trainings             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
fit_trainings             update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
fit_trainings             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

notification_settings     select  42501  none      row       none     none     none   none          none          none        none
notification_settings     insert  42501  row       42501     42501    42501    42501  42501         42501         42501       42501
notification_settings     update  42501  none      row       none     none     none   none          none          none        none
notification_settings     delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

audit_log                 select  42501  none      none      none     none     row    none          none          none        row
audit_log                 insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
audit_log                 update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
audit_log                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

webhook_endpoints         select  42501  none      none      none     row      row    none          none          none        row
webhook_endpoints         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_endpoints         update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_endpoints         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

webhook_events            select  42501  none      none      none     row      row    none          none          none        row
webhook_events            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_events            update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_events            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

webhook_deliveries        select  42501  none      none      none     row      row    none          none          none        row
webhook_deliveries        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_deliveries        update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_deliveries        delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

webhook_attempts          select  42501  none      none      none     row      row    none          none          none        row
webhook_attempts          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_attempts          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
webhook_attempts          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

rental_events             select  42501  none      row       row      row      row    none          none          none        row
rental_events             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rental_events             update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rental_events             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

substitution_proposals    select  42501  none      none      row      row      row    none          none          none        row
substitution_proposals    insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
substitution_proposals    update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
substitution_proposals    delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

substitution_candidates   select  42501  none      none      row      row      row    none          none          none        row
substitution_candidates   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
substitution_candidates   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
substitution_candidates   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

readiness_policies        select  row    row       row       row      row      row    row           row           row         row
readiness_policies        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
readiness_policies        update  42501  none      none      none     row      row    none          none          none        none
readiness_policies        delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

opening_hours             select  row    row       row       row      row      row    row           row           row         row
opening_hours             insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
opening_hours             update  42501  none      none      none     row      row    none          none          none        none
opening_hours             delete  42501  none      none      none     row      row    none          none          none        none

closures                  select  row    row       row       row      row      row    row           row           row         row
closures                  insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
closures                  update  42501  none      none      none     row      row    none          none          none        none
closures                  delete  42501  none      none      none     row      row    none          none          none        none

rooms                     select  42501  none      none      row      row      row    none          none          none        row
rooms                     insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
rooms                     update  42501  none      none      none     row      row    none          none          none        none
rooms                     delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

stylists                  select  row    row       row       row      row      row    row           row           row         row
stylists                  insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
stylists                  update  42501  none      none      none     row      row    none          none          none        none
stylists                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

working_hours             select  42501  none      none      row      row      row    none          none          none        row
working_hours             insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
working_hours             update  42501  none      none      none     row      row    none          none          none        none
working_hours             delete  42501  none      none      none     row      row    none          none          none        none

fitting_services          select  row    row       row       row      row      row    row           row           row         row
fitting_services          insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
fitting_services          update  42501  none      none      none     row      row    none          none          none        none
fitting_services          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

service_stylists          select  row    row       row       row      row      row    row           row           row         row
service_stylists          insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
service_stylists          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
service_stylists          delete  42501  none      none      none     row      row    none          none          none        none

appointments              select  42501  none      row       row      row      row    none          none          none        row
appointments              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
appointments              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
appointments              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

appointment_garments      select  42501  none      row       row      row      row    none          none          none        row
appointment_garments      insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
appointment_garments      update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
appointment_garments      delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

appointment_notes         select  42501  none      none      row      row      row    none          none          none        row
appointment_notes         insert  42501  42501     42501     row      row      row    42501         42501         42501       42501
appointment_notes         update  42501  none      none      row      none     none   none          none          none        none
appointment_notes         delete  42501  none      none      row      none     none   none          none          none        none

waitlist_entries          select  42501  none      row       row      row      row    none          none          none        row
waitlist_entries          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
waitlist_entries          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
waitlist_entries          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

calendar_feeds            select  42501  none      none      row      row      row    none          none          none        none
calendar_feeds            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
calendar_feeds            update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
calendar_feeds            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

commerce_policies         select  row    row       row       row      row      row    row           row           row         row
commerce_policies         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
commerce_policies         update  42501  none      none      none     row      row    none          none          none        none
commerce_policies         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

tax_rules                 select  row    row       row       row      row      row    row           row           row         row
tax_rules                 insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
tax_rules                 update  42501  none      none      none     row      row    none          none          none        none
tax_rules                 delete  42501  none      none      none     row      row    none          none          none        none

payment_plan_offers       select  row    row       row       row      row      row    row           row           row         row
payment_plan_offers       insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
payment_plan_offers       update  42501  none      none      none     row      row    none          none          none        none
payment_plan_offers       delete  42501  none      none      none     row      row    none          none          none        none

shipping_methods          select  row    row       row       row      row      row    row           row           row         row
shipping_methods          insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
shipping_methods          update  42501  none      none      none     row      row    none          none          none        none
shipping_methods          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

address_formats           select  row    row       row       row      row      row    row           row           row         row
address_formats           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
address_formats           update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
address_formats           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

addresses                 select  42501  none      row       none     none     none   none          none          none        none
addresses                 insert  42501  row       row       row      row      row    row           row           row         row
addresses                 update  42501  none      row       none     none     none   none          none          none        none
addresses                 delete  42501  none      row       none     none     none   none          none          none        none

stock_levels              select  42501  none      none      row      row      row    none          none          none        row
stock_levels              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
stock_levels              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
stock_levels              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

stock_movements           select  42501  none      none      row      row      row    none          none          none        row
stock_movements           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
stock_movements           update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
stock_movements           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

carts                     select  42501  none      row       none     none     none   none          none          none        none
carts                     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
carts                     update  42501  none      row       none     none     none   none          none          none        none
carts                     delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

cart_items                select  42501  none      row       none     none     none   none          none          none        none
cart_items                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
cart_items                update  42501  none      row       none     none     none   none          none          none        none
cart_items                delete  42501  none      row       none     none     none   none          none          none        none

order_transitions         select  row    row       row       row      row      row    row           row           row         row
order_transitions         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_transitions         update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_transitions         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

order_groups              select  42501  none      row       none     none     none   none          none          none        row
order_groups              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_groups              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_groups              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

orders                    select  42501  none      row       row      row      row    none          none          none        row
orders                    insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
orders                    update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
orders                    delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

order_items               select  42501  none      row       row      row      row    none          none          none        row
order_items               insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_items               update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_items               delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

order_adjustments         select  42501  none      row       row      row      row    none          none          none        row
order_adjustments         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_adjustments         update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_adjustments         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

order_events              select  42501  none      row       row      row      row    none          none          none        row
order_events              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_events              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
order_events              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

payments                  select  42501  none      row       none     none     none   none          none          none        row
payments                  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payments                  update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payments                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

commissions               select  42501  none      none      none     none     row    none          none          none        row
commissions               insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
commissions               update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
commissions               delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

payouts                   select  42501  none      none      none     none     row    none          none          none        row
payouts                   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payouts                   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payouts                   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

payment_attempts          select  42501  none      row       row      row      row    none          none          none        row
payment_attempts          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_attempts          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_attempts          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

deposits                  select  42501  none      row       row      row      row    none          none          none        row
deposits                  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
deposits                  update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
deposits                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

payment_plans             select  42501  none      row       row      row      row    none          none          none        row
payment_plans             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_plans             update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_plans             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

refund_transfers          select  42501  none      row       row      row      row    none          none          none        row
refund_transfers          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
refund_transfers          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
refund_transfers          delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

payment_exceptions        select  42501  none      none      row      row      row    none          none          none        row
payment_exceptions        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_exceptions        update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_exceptions        delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

refunds                   select  42501  none      row       row      row      row    none          none          none        row
refunds                   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
refunds                   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
refunds                   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

discounts                 select  42501  none      none      row      row      row    none          none          none        row
discounts                 insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
discounts                 update  42501  none      none      none     row      row    none          none          none        none
discounts                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

discount_targets          select  42501  none      none      row      row      row    none          none          none        row
discount_targets          insert  42501  42501     42501     42501    row      row    42501         42501         42501       42501
discount_targets          update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discount_targets          delete  42501  none      none      none     row      row    none          none          none        none

discount_redemptions      select  42501  none      row       row      row      row    none          none          none        row
discount_redemptions      insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discount_redemptions      update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discount_redemptions      delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

shipments                 select  42501  none      row       row      row      row    none          none          none        row
shipments                 insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
shipments                 update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
shipments                 delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

shipment_items            select  42501  none      row       row      row      row    none          none          none        row
shipment_items            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
shipment_items            update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
shipment_items            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

returns                   select  42501  none      row       row      row      row    none          none          none        row
returns                   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
returns                   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
returns                   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

return_items              select  42501  none      row       row      row      row    none          none          none        row
return_items              insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
return_items              update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
return_items              delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

gift_cards                select  42501  none      none      row      row      row    none          none          none        row
gift_cards                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
gift_cards                update  42501  none      none      none     row      row    none          none          none        none
gift_cards                delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

gift_card_entries         select  42501  none      row       row      row      row    none          none          none        row
gift_card_entries         insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
gift_card_entries         update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
gift_card_entries         delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

invoices                  select  42501  none      row       row      row      row    none          none          none        row
invoices                  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
invoices                  update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
invoices                  delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

catalog_imports           select  42501  none      none      row      row      row    none          none          none        row
catalog_imports           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
catalog_imports           update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
catalog_imports           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

catalog_import_refusals   select  42501  none      none      none     row      row    none          none          none        row
catalog_import_refusals   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
catalog_import_refusals   update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
catalog_import_refusals   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
`;

/** What is left of the rights on what a boutique writes while it is suspended; everything else is as above. */
const whileSuspended = `
table                verb    anon   stranger  customer  stylist  manager  owner  rivalStylist  rivalManager  rivalOwner  admin

boutiques            select  none   none      none      row      row      row    none          none          none        row
boutiques            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
boutiques            update  42501  none      none      none     none     none   none          none          none        none
boutiques            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

rental_policies      select  row    row       row       row      row      row    row           row           row         row
rental_policies      insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rental_policies      update  42501  none      none      none     none     none   none          none          none        none
rental_policies      delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

products             select  none   none      none      row      row      row    none          none          none        row
products             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
products             update  42501  none      none      none     none     none   none          none          none        none
products             delete  42501  none      none      none     none     none   none          none          none        none

product_variants     select  none   none      none      row      row      row    none          none          none        row
product_variants     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_variants     update  42501  none      none      none     none     none   none          none          none        none
product_variants     delete  42501  none      none      none     none     none   none          none          none        none

product_media        select  none   none      none      row      row      row    none          none          none        row
product_media        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_media        update  42501  none      none      none     none     none   none          none          none        none
product_media        delete  42501  none      none      none     none     none   none          none          none        none

product_translations select  none   none      none      row      row      row    none          none          none        row
product_translations insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
product_translations update  42501  none      none      none     none     none   none          none          none        none
product_translations delete  42501  none      none      none     none     none   none          none          none        none

fashion_shows        select  none   none      none      row      row      row    none          none          none         row
fashion_shows        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
fashion_shows        update  42501  none      none      none     none     none   none          none          none         none
fashion_shows        delete  42501  none      none      none     none     none   none          none          none         none

show_looks           select  none   none      none      row      row      row    none          none          none         row
show_looks           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501
show_looks           update  42501  none      none      none     none     none   none          none          none         none
show_looks           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501        42501

collections          select  none   none      none      row      row      row    none          none          none        row
collections          insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
collections          update  42501  none      none      none     none     none   none          none          none        none
collections          delete  42501  none      none      none     none     none   none          none          none        none

collection_products  select  none   none      none      row      row      row    none          none          none        row
collection_products  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
collection_products  update  42501  none      none      none     none     none   none          none          none        none
collection_products  delete  42501  none      none      none     none     none   none          none          none        none

locations            select  none   none      none      row      row      row    none          none          none        row
locations            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
locations            update  42501  none      none      none     none     none   none          none          none        none
locations            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

garments             select  42501  none      none      row      row      row    none          none          none        row
garments             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
garments             update  42501  none      none      none     none     none   none          none          none        none
garments             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

readiness_policies   select  row    row       row       row      row      row    row           row           row         row
readiness_policies   insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
readiness_policies   update  42501  none      none      none     none     none   none          none          none        none
readiness_policies   delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

opening_hours        select  row    row       row       row      row      row    row           row           row         row
opening_hours        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
opening_hours        update  42501  none      none      none     none     none   none          none          none        none
opening_hours        delete  42501  none      none      none     none     none   none          none          none        none

closures             select  row    row       row       row      row      row    row           row           row         row
closures             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
closures             update  42501  none      none      none     none     none   none          none          none        none
closures             delete  42501  none      none      none     none     none   none          none          none        none

rooms                select  42501  none      none      row      row      row    none          none          none        row
rooms                insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
rooms                update  42501  none      none      none     none     none   none          none          none        none
rooms                delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

stylists             select  none   none      none      row      row      row    none          none          none        row
stylists             insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
stylists             update  42501  none      none      none     none     none   none          none          none        none
stylists             delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

working_hours        select  42501  none      none      row      row      row    none          none          none        row
working_hours        insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
working_hours        update  42501  none      none      none     none     none   none          none          none        none
working_hours        delete  42501  none      none      none     none     none   none          none          none        none

fitting_services     select  none   none      none      row      row      row    none          none          none        row
fitting_services     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
fitting_services     update  42501  none      none      none     none     none   none          none          none        none
fitting_services     delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

service_stylists     select  row    row       row       row      row      row    row           row           row         row
service_stylists     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
service_stylists     update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
service_stylists     delete  42501  none      none      none     none     none   none          none          none        none

appointment_notes    select  42501  none      none      row      row      row    none          none          none        row
appointment_notes    insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
appointment_notes    update  42501  none      none      none     none     none   none          none          none        none
appointment_notes    delete  42501  none      none      none     none     none   none          none          none        none

commerce_policies    select  row    row       row       row      row      row    row           row           row         row
commerce_policies    insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
commerce_policies    update  42501  none      none      none     none     none   none          none          none        none
commerce_policies    delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

tax_rules            select  row    row       row       row      row      row    row           row           row         row
tax_rules            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
tax_rules            update  42501  none      none      none     none     none   none          none          none        none
tax_rules            delete  42501  none      none      none     none     none   none          none          none        none

payment_plan_offers  select  row    row       row       row      row      row    row           row           row         row
payment_plan_offers  insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
payment_plan_offers  update  42501  none      none      none     none     none   none          none          none        none
payment_plan_offers  delete  42501  none      none      none     none     none   none          none          none        none

shipping_methods     select  none   none      none      row      row      row    none          none          none        row
shipping_methods     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
shipping_methods     update  42501  none      none      none     none     none   none          none          none        none
shipping_methods     delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

discounts            select  42501  none      none      row      row      row    none          none          none        row
discounts            insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discounts            update  42501  none      none      none     none     none   none          none          none        none
discounts            delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501

discount_targets     select  42501  none      none      row      row      row    none          none          none        row
discount_targets     insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discount_targets     update  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
discount_targets     delete  42501  none      none      none     none     none   none          none          none        none

gift_cards           select  42501  none      none      row      row      row    none          none          none        row
gift_cards           insert  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
gift_cards           update  42501  none      none      none     none     none   none          none          none        none
gift_cards           delete  42501  42501     42501     42501    42501    42501  42501         42501         42501       42501
`;

const { people, rights } = readRights(expected);
const { rights: suspended } = readRights(whileSuspended);
const cells = rights.length * people.length;
const suspendedCells = suspended.length * people.length;

let world: World;
let cast: Cast;

beforeAll(async () => {
  world = await World.create();
  cast = await gatherCast(world);
});
afterAll(() => world.close());

describe(`the rights on a row, ${cells} cells`, () => {
  it("are written down for all four verbs of every public table and view, and of no other", async () => {
    const tables = await world.sql<{ name: string }[]>`
      select c.relname as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')`;
    const all = tables.flatMap(({ name }) => verbs.map((verb) => `${name} ${verb}`));
    expect(rights.map(({ subject, act }) => `${subject} ${act}`).toSorted()).toEqual(all.toSorted());
  });

  it.each(rights)("are kept for $act on $subject", async ({ subject, act, outcomes }) => {
    expect(await outcomesOf(people, (person) => tryVerb(world, cast, person, act, subject))).toEqual(outcomes);
  });
});

describe(`the rights on a row of a suspended boutique, ${suspendedCells} cells`, () => {
  const setStatus = (status: string) =>
    world.sql`update public.boutiques set status = ${status} where id = ${cast.boutique.id}`;
  beforeAll(() => setStatus("suspended"));
  afterAll(() => setStatus("active"));

  it("are written down for every table that its staff may write", () => {
    const written = rights.filter(({ act, outcomes }) => act !== "select" && outcomes["owner"] === "row");
    // An address is the own one of whoever writes it.
    const tables = new Set(written.map(({ subject }) => subject).filter((subject) => subject !== "addresses"));
    expect([...new Set(suspended.map(({ subject }) => subject))].toSorted()).toEqual([...tables].toSorted());
  });

  it.each(suspended)("are kept for $act on $subject", async ({ subject, act, outcomes }) => {
    expect(await outcomesOf(people, (person) => tryVerb(world, cast, person, act, subject))).toEqual(outcomes);
  });
});
