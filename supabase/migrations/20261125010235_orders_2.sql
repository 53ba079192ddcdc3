set local check_function_bodies = off;

DROP TRIGGER "set_service_currency" ON "public"."fitting_services";

DROP FUNCTION "private"."masked"(jsonb, text[]);

DROP FUNCTION "private"."set_service_currency"();

ALTER TABLE "private"."alerts" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "private"."fit_records" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."allocations" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."appointment_notes" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."appointments" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."audit_log" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."boutique_status_changes" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."boutiques" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."calendar_feeds" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."categories" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."closures" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."data_exports" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."designers" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."fitting_services" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."garments" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."invitations" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."locations" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."notifications" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."opening_hours" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."product_media" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."product_variants" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."products" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."rental_events" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."rentals" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."resources" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."rooms" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."stylists" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."substitution_proposals" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."waitlist_entries" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."webhook_deliveries" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."webhook_endpoints" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."webhook_events" ALTER COLUMN "id" DROP DEFAULT;

ALTER TABLE "public"."working_hours" ALTER COLUMN "id" DROP DEFAULT;

DROP FUNCTION "private"."uuid_v7"();

CREATE TABLE "private"."document_counters" ("boutique_id" uuid NOT NULL, "last" bigint NOT NULL);

ALTER TABLE "private"."document_counters" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "private"."gift_card_codes" ("gift_card_id" uuid NOT NULL, "code_hash" bytea NOT NULL, CONSTRAINT "gift_card_codes_code_hash_key" UNIQUE (code_hash), CONSTRAINT "gift_card_codes_pkey" PRIMARY KEY (gift_card_id), CONSTRAINT "hash_is_sha_256" CHECK ((length(code_hash) = 32)));

ALTER TABLE "private"."gift_card_codes" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."address_formats" ("country" character(2) NOT NULL, "needs_region" boolean NOT NULL DEFAULT false, "postal_code_pattern" text, "postal_code_example" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "address_formats_pkey" PRIMARY KEY (country), CONSTRAINT "country_is_iso_3166" CHECK ((country ~ '^[A-Z]{2}$'::text)), CONSTRAINT "example_fits_the_pattern" CHECK ((postal_code_example ~ (('^('::text || postal_code_pattern) || ')$'::text))), CONSTRAINT "pattern_has_an_example" CHECK (((postal_code_pattern IS NULL) = (postal_code_example IS NULL))));

ALTER TABLE "public"."address_formats" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."addresses" ("recipient" text NOT NULL, "phone" text NOT NULL DEFAULT ''::text, "line_1" text NOT NULL, "line_2" text NOT NULL DEFAULT ''::text, "city" text NOT NULL, "region" text NOT NULL DEFAULT ''::text, "postal_code" text NOT NULL DEFAULT ''::text, "country" character(2) NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "city_is_given" CHECK (((city ~ '\S'::text) AND (length(city) <= 120))), CONSTRAINT "country_is_iso_3166" CHECK ((country ~ '^[A-Z]{2}$'::text)), CONSTRAINT "lines_are_given" CHECK (((line_1 ~ '\S'::text) AND (length(line_1) <= 200) AND (length(line_2) <= 200))), CONSTRAINT "phone_is_a_number" CHECK ((phone ~ '^(\+?[0-9 ()/-]{5,25})?$'::text)), CONSTRAINT "postal_code_has_capitals_and_a_digit" CHECK (((length(postal_code) <= 20) AND (postal_code ~ '^([A-Z0-9 -]*[0-9][A-Z0-9 -]*)?$'::text))), CONSTRAINT "recipient_is_given" CHECK (((recipient ~ '\S'::text) AND (length(recipient) <= 200))), CONSTRAINT "region_is_bounded" CHECK ((length(region) <= 120)), "customer_id" uuid NOT NULL DEFAULT auth.uid());

ALTER TABLE "public"."addresses" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."cart_items" ("cart_id" uuid NOT NULL, "customer_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "quantity" integer NOT NULL DEFAULT 1, "period" daterange, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "period_is_some_days" CHECK (((NOT isempty(period)) AND isfinite(lower(period)) AND isfinite(upper(period)))), CONSTRAINT "quantity_is_1_to_100" CHECK (((quantity >= 1) AND (quantity <= 100))));

ALTER TABLE "public"."cart_items" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."carts" ("customer_id" uuid NOT NULL, "wear_date" date, "country" character(2), "discount_codes" text[] NOT NULL DEFAULT '{}'::text[], "shipping_method_ids" uuid[] NOT NULL DEFAULT '{}'::uuid[], "reminded_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "codes_are_few_and_short" CHECK (((cardinality(discount_codes) <= 10) AND (length(array_to_string(discount_codes, ''::text)) <= 400))), CONSTRAINT "country_is_iso_3166" CHECK ((country ~ '^[A-Z]{2}$'::text)), CONSTRAINT "shipping_methods_are_few" CHECK ((cardinality(shipping_method_ids) <= 50)), CONSTRAINT "wear_date_is_a_day" CHECK (isfinite(wear_date)));

ALTER TABLE "public"."carts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."commerce_policies" ("boutique_id" uuid NOT NULL, "prices_include_tax" boolean NOT NULL DEFAULT true, "hold_minutes" integer NOT NULL DEFAULT 30, "return_days" integer NOT NULL DEFAULT 14, "free_cancellation_hours" integer NOT NULL DEFAULT 24, "cancellation_fee_percent" integer NOT NULL DEFAULT 0, "order_number_prefix" text NOT NULL DEFAULT ''::text, "legal_name" text NOT NULL DEFAULT ''::text, "legal_address" text NOT NULL DEFAULT ''::text, "tax_number" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "cancellation_fee_is_a_share" CHECK (((cancellation_fee_percent >= 0) AND (cancellation_fee_percent <= 100))), CONSTRAINT "commerce_policies_pkey" PRIMARY KEY (boutique_id), CONSTRAINT "free_cancellation_is_up_to_60_days" CHECK (((free_cancellation_hours >= 0) AND (free_cancellation_hours <= 1440))), CONSTRAINT "hold_is_a_minute_to_three_days" CHECK (((hold_minutes >= 1) AND (hold_minutes <= 4320))), CONSTRAINT "prefix_is_short_and_ends_with_a_hyphen" CHECK ((order_number_prefix ~ '^([A-Z0-9-]{1,11}-)?$'::text)), CONSTRAINT "return_is_up_to_a_year" CHECK (((return_days >= 0) AND (return_days <= 366))), CONSTRAINT "texts_are_bounded" CHECK (((length(legal_name) <= 200) AND (length(legal_address) <= 500) AND (length(tax_number) <= 60))));

ALTER TABLE "public"."commerce_policies" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."discount_redemptions" ("discount_id" uuid NOT NULL, "order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "amount" bigint NOT NULL, "given_back_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_not_negative" CHECK ((amount >= 0)), CONSTRAINT "discount_redemptions_discount_id_order_id_key" UNIQUE (discount_id, order_id));

ALTER TABLE "public"."discount_redemptions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."discount_targets" ("discount_id" uuid NOT NULL, "boutique_id" uuid, "product_id" uuid, "category_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "discount_targets_discount_id_product_id_category_id_key" UNIQUE NULLS NOT DISTINCT (discount_id, product_id, category_id), CONSTRAINT "target_is_a_product_or_a_category" CHECK ((num_nonnulls(product_id, category_id) = 1)));

ALTER TABLE "public"."discount_targets" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."discounts" ("boutique_id" uuid, "code" text, "name" text NOT NULL, "percent_basis_points" integer, "amount" bigint, "currency" character(3), "minimum_subtotal" bigint NOT NULL DEFAULT 0, "first_order_only" boolean NOT NULL DEFAULT false, "stackable" boolean NOT NULL DEFAULT false, "limited_to_targets" boolean NOT NULL DEFAULT false, "starts_at" timestamp with time zone NOT NULL DEFAULT now(), "ends_at" timestamp with time zone, "usage_limit" integer, "usage_limit_per_customer" integer, "used_count" integer NOT NULL DEFAULT 0, "retired_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "code_is_capitals_and_digits" CHECK ((code ~ '^[A-Z0-9-]{3,40}$'::text)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "discount_ends_after_it_starts" CHECK ((ends_at > starts_at)), CONSTRAINT "it_is_not_used_more_than_its_limit" CHECK (((used_count >= 0) AND ((usage_limit IS NULL) OR (used_count <= usage_limit)))), CONSTRAINT "limits_are_positive" CHECK (((usage_limit > 0) AND (usage_limit_per_customer > 0))), CONSTRAINT "minimum_is_not_negative" CHECK ((minimum_subtotal >= 0)), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 120))), CONSTRAINT "share_is_up_to_100_percent" CHECK (((percent_basis_points >= 1) AND (percent_basis_points <= 10000))));

ALTER TABLE "public"."discounts" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."gift_card_entries" ("gift_card_id" uuid NOT NULL, "boutique_id" uuid, "customer_id" uuid, "order_id" uuid, "change" bigint NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "actor_id" uuid DEFAULT auth.uid());

ALTER TABLE "public"."gift_card_entries" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."gift_cards" ("boutique_id" uuid, "last_four" text NOT NULL, "initial_amount" bigint NOT NULL, "balance" bigint NOT NULL DEFAULT 0, "currency" character(3) NOT NULL, "note" text NOT NULL DEFAULT ''::text, "expires_at" timestamp with time zone, "blocked_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "balance_is_not_negative" CHECK ((balance >= 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "initial_amount_is_positive" CHECK (((initial_amount >= 1) AND (initial_amount <= '1000000000000'::bigint))), CONSTRAINT "last_four_are_four" CHECK ((last_four ~ '^[0-9A-Z]{4}$'::text)), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 500)));

ALTER TABLE "public"."gift_cards" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."order_adjustments" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "label" text NOT NULL, "amount" bigint NOT NULL, "tax_basis_points" integer NOT NULL DEFAULT 0, "tax" bigint NOT NULL DEFAULT 0, "source_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_not_negative" CHECK (((amount >= 0) AND (tax >= 0))), CONSTRAINT "label_is_bounded" CHECK ((length(label) <= 200)));

ALTER TABLE "public"."order_adjustments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."order_events" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "reason" text NOT NULL DEFAULT ''::text, "detail" jsonb NOT NULL DEFAULT '{}'::jsonb, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "detail_is_an_object" CHECK ((jsonb_typeof(detail) = 'object'::text)), "actor_id" uuid DEFAULT auth.uid());

ALTER TABLE "public"."order_events" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."order_groups" ("customer_id" uuid, "cart_id" uuid, "currency" character(3) NOT NULL, "total" bigint NOT NULL, "gift_card_total" bigint NOT NULL DEFAULT 0, "hold_expires_at" timestamp with time zone NOT NULL, "paid_at" timestamp with time zone, "wear_date" date, "shipping_address" jsonb, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "money_is_not_negative" CHECK (((total >= 0) AND ((gift_card_total >= 0) AND (gift_card_total <= total)))), CONSTRAINT "order_groups_cart_id_key" UNIQUE (cart_id), CONSTRAINT "shipping_address_is_an_object" CHECK ((jsonb_typeof(shipping_address) = 'object'::text)), CONSTRAINT "wear_date_is_a_day" CHECK (isfinite(wear_date)));

ALTER TABLE "public"."order_groups" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."order_items" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "variant_id" uuid NOT NULL, "serialised" boolean NOT NULL DEFAULT false, "product_name" text NOT NULL, "size" text NOT NULL, "color" text NOT NULL, "sku" text NOT NULL, "quantity" integer NOT NULL, "unit_price" bigint NOT NULL, "discount" bigint NOT NULL DEFAULT 0, "tax_name" text NOT NULL DEFAULT ''::text, "tax_basis_points" integer NOT NULL DEFAULT 0, "tax" bigint NOT NULL DEFAULT 0, "period" daterange, "rental_id" uuid, "deposit" bigint NOT NULL DEFAULT 0, "promised_date" date, "fulfilled_quantity" integer NOT NULL DEFAULT 0, "cancelled_quantity" integer NOT NULL DEFAULT 0, "returned_quantity" integer NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "money_is_not_negative" CHECK (((LEAST(unit_price, discount, tax, deposit) >= 0) AND (discount <= (unit_price * quantity)))), CONSTRAINT "order_items_rental_id_key" UNIQUE (rental_id), CONSTRAINT "quantity_is_1_to_100" CHECK (((quantity >= 1) AND (quantity <= 100))), CONSTRAINT "tax_rate_is_up_to_100_percent" CHECK (((tax_basis_points >= 0) AND (tax_basis_points <= 10000))), CONSTRAINT "what_came_back_had_left" CHECK (((returned_quantity >= 0) AND (returned_quantity <= fulfilled_quantity))), CONSTRAINT "what_left_and_what_was_cancelled_was_ordered" CHECK (((fulfilled_quantity >= 0) AND (cancelled_quantity >= 0) AND ((fulfilled_quantity + cancelled_quantity) <= quantity))));

ALTER TABLE "public"."order_items" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."order_transitions" ("description" text NOT NULL);

ALTER TABLE "public"."order_transitions" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."orders" ("group_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "number" bigint, "number_text" text, "state_reason" text NOT NULL DEFAULT ''::text, "currency" character(3) NOT NULL, "prices_include_tax" boolean NOT NULL, "subtotal" bigint NOT NULL, "discount_total" bigint NOT NULL DEFAULT 0, "shipping_total" bigint NOT NULL DEFAULT 0, "tax_total" bigint NOT NULL DEFAULT 0, "total" bigint NOT NULL, "deposit_total" bigint NOT NULL DEFAULT 0, "refunded_total" bigint NOT NULL DEFAULT 0, "fee_total" bigint NOT NULL DEFAULT 0, "shipping_method_id" uuid, "hold_expires_at" timestamp with time zone NOT NULL, "expired_at" timestamp with time zone, "paid_at" timestamp with time zone, "fulfilled_at" timestamp with time zone, "wear_date" date, "return_days" integer NOT NULL, "free_cancellation_hours" integer NOT NULL, "cancellation_fee_percent" integer NOT NULL, "customer_note" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_number_is_given_with_the_payment" CHECK ((((number IS NULL) = (paid_at IS NULL)) AND ((number IS NULL) = (number_text IS NULL)))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "money_is_not_negative" CHECK ((LEAST(subtotal, discount_total, shipping_total, tax_total, total, deposit_total, refunded_total, fee_total) >= 0)), CONSTRAINT "no_more_is_refunded_than_was_paid" CHECK (((refunded_total + fee_total) <= total)), CONSTRAINT "number_is_the_boutiques" UNIQUE (boutique_id, number), CONSTRAINT "one_order_of_a_boutique_in_a_group" UNIQUE (group_id, boutique_id), CONSTRAINT "texts_are_bounded" CHECK (((length(state_reason) <= 500) AND (length(customer_note) <= 2000))), CONSTRAINT "total_is_the_sum" CHECK ((total = (((subtotal - discount_total) + shipping_total) +
CASE
    WHEN prices_include_tax THEN (0)::bigint
    ELSE tax_total
END))));

ALTER TABLE "public"."orders" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."payments" ("group_id" uuid NOT NULL, "customer_id" uuid, "order_id" uuid, "amount" bigint NOT NULL, "currency" character(3) NOT NULL, "method" text, "reference" text, "settled_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "a_reference_settles_one_payment" UNIQUE (method, reference), CONSTRAINT "amount_is_positive" CHECK ((amount > 0)), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "texts_are_bounded" CHECK (((length(method) <= 60) AND (length(reference) <= 200))));

ALTER TABLE "public"."payments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."refunds" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "amount" bigint NOT NULL, "to_gift_cards" bigint NOT NULL DEFAULT 0, "currency" character(3) NOT NULL, "reason" text NOT NULL, "reference" text, "paid_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "amount_is_positive" CHECK (((amount > 0) AND ((to_gift_cards >= 0) AND (to_gift_cards <= amount)))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "texts_are_bounded" CHECK (((reason ~ '\S'::text) AND (length(reason) <= 500) AND (length(reference) <= 200))));

ALTER TABLE "public"."refunds" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."return_items" ("return_id" uuid NOT NULL, "order_item_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "quantity" integer NOT NULL, "refund" bigint NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "quantity_is_1_to_100" CHECK (((quantity >= 1) AND (quantity <= 100))), CONSTRAINT "return_items_pkey" PRIMARY KEY (return_id, order_item_id));

ALTER TABLE "public"."return_items" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."returns" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "note" text NOT NULL DEFAULT ''::text, "answer" text NOT NULL DEFAULT ''::text, "refund_id" uuid, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "texts_are_bounded" CHECK (((length(note) <= 2000) AND (length(answer) <= 2000))));

ALTER TABLE "public"."returns" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."shipment_items" ("shipment_id" uuid NOT NULL, "order_item_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "quantity" integer NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "quantity_is_1_to_100" CHECK (((quantity >= 1) AND (quantity <= 100))), CONSTRAINT "shipment_items_pkey" PRIMARY KEY (shipment_id, order_item_id));

ALTER TABLE "public"."shipment_items" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."shipments" ("order_id" uuid NOT NULL, "boutique_id" uuid NOT NULL, "customer_id" uuid, "carrier" text NOT NULL DEFAULT ''::text, "tracking_number" text NOT NULL DEFAULT ''::text, "tracking_url" text, "delivered_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "texts_are_bounded" CHECK (((length(carrier) <= 120) AND (length(tracking_number) <= 120))), CONSTRAINT "tracking_url_is_https" CHECK (((tracking_url ~ '^https://[^\s]+$'::text) AND (length(tracking_url) <= 500))));

ALTER TABLE "public"."shipments" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."shipping_methods" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "location_id" uuid, "price" bigint NOT NULL DEFAULT 0, "free_from" bigint, "currency" character(3) NOT NULL, "countries" text[] NOT NULL DEFAULT '{}'::text[], "days" integer NOT NULL DEFAULT 3, "position" integer NOT NULL DEFAULT 0, "retired_at" timestamp with time zone, "listed" boolean NOT NULL DEFAULT false, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "countries_are_iso_3166" CHECK (((cardinality(countries) <= 250) AND (array_to_string(countries, ''::text) ~ '^([A-Z]{2})*$'::text))), CONSTRAINT "currency_is_iso_4217" CHECK ((currency ~ '^[A-Z]{3}$'::text)), CONSTRAINT "days_are_up_to_a_quarter" CHECK (((days >= 0) AND (days <= 92))), CONSTRAINT "money_is_not_negative" CHECK (((price >= 0) AND (free_from >= 0))), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 120))), CONSTRAINT "position_is_not_negative" CHECK (("position" >= 0)));

ALTER TABLE "public"."shipping_methods" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."stock_levels" ("boutique_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "location_id" uuid NOT NULL, "on_hand" integer NOT NULL DEFAULT 0, "reserved" integer NOT NULL DEFAULT 0, "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "no_more_is_reserved_than_on_hand" CHECK (((reserved >= 0) AND (reserved <= on_hand))), CONSTRAINT "on_hand_is_not_negative" CHECK ((on_hand >= 0)), CONSTRAINT "stock_levels_variant_id_location_id_key" UNIQUE (variant_id, location_id));

ALTER TABLE "public"."stock_levels" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."stock_movements" ("boutique_id" uuid NOT NULL, "variant_id" uuid NOT NULL, "location_id" uuid NOT NULL, "on_hand_change" integer NOT NULL DEFAULT 0, "reserved_change" integer NOT NULL DEFAULT 0, "source_id" uuid, "note" text NOT NULL DEFAULT ''::text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "movement_changes_something" CHECK (((on_hand_change <> 0) OR (reserved_change <> 0))), CONSTRAINT "note_is_bounded" CHECK ((length(note) <= 500)), "actor_id" uuid DEFAULT auth.uid());

ALTER TABLE "public"."stock_movements" ENABLE ROW LEVEL SECURITY;

CREATE TABLE "public"."tax_rules" ("boutique_id" uuid NOT NULL, "name" text NOT NULL, "rate_basis_points" integer NOT NULL, "category_id" uuid, "country" character(2), "created_at" timestamp with time zone NOT NULL DEFAULT now(), "updated_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "country_is_iso_3166" CHECK ((country ~ '^[A-Z]{2}$'::text)), CONSTRAINT "name_is_given" CHECK (((name ~ '\S'::text) AND (length(name) <= 60))), CONSTRAINT "rate_is_up_to_100_percent" CHECK (((rate_basis_points >= 0) AND (rate_basis_points <= 10000))));

ALTER TABLE "public"."tax_rules" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "public"."order_groups" ADD COLUMN "amount_due" bigint GENERATED ALWAYS AS ((total - gift_card_total)) STORED NOT NULL;

ALTER TABLE "public"."product_variants" ADD COLUMN "serialised" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."products" ADD COLUMN "made_to_order" boolean NOT NULL DEFAULT false;

CREATE TYPE "private"."document_kind" AS ENUM ('order', 'invoice', 'credit_note');

ALTER TABLE "private"."document_counters" ADD COLUMN "kind" private.document_kind NOT NULL;

CREATE TYPE "private"."tax_rate" AS ("name" text, "basis_points" integer);

CREATE TYPE "private"."wanted_piece" AS ("order_item_id" uuid, "quantity" integer);

CREATE TYPE "public"."cart_state" AS ENUM ('open', 'ordered');

ALTER TABLE "public"."carts" ADD COLUMN "state" public.cart_state NOT NULL DEFAULT 'open'::public.cart_state;

CREATE TYPE "public"."cart_summary" AS ("cart_id" uuid, "wear_date" date, "lines" jsonb, "boutiques" jsonb, "discounts" jsonb, "can_be_ordered" boolean);

CREATE TYPE "public"."discount_kind" AS ENUM ('percent', 'amount', 'free_shipping');

ALTER TABLE "public"."discounts" ADD COLUMN "kind" public.discount_kind NOT NULL;

CREATE TYPE "public"."cart_discount" AS ("discount_id" uuid, "boutique_id" uuid, "code" text, "name" text, "kind" public.discount_kind, "amount" bigint, "problem" text);

CREATE TYPE "public"."gift_card_entry_kind" AS ENUM ('issued', 'redeemed', 'given_back');

ALTER TABLE "public"."gift_card_entries" ADD COLUMN "kind" public.gift_card_entry_kind NOT NULL;

CREATE TYPE "public"."gift_card_state" AS ("boutique_id" uuid, "balance" bigint, "currency" text, "expires_at" timestamp with time zone, "problem" text);

CREATE TYPE "public"."issued_gift_card" AS ("gift_card_id" uuid, "code" text, "amount" bigint, "currency" text, "expires_at" timestamp with time zone);

CREATE TYPE "public"."merged_line" AS ("variant_id" uuid, "item_id" uuid, "problem" text, "message" text);

CREATE TYPE "public"."order_adjustment_kind" AS ENUM ('discount', 'shipping', 'tax', 'fee');

ALTER TABLE "public"."order_adjustments" ADD COLUMN "kind" public.order_adjustment_kind NOT NULL;

CREATE TYPE "public"."order_line_kind" AS ENUM ('sale', 'rental', 'made_to_order');

ALTER TABLE "public"."cart_items" ADD COLUMN "kind" public.order_line_kind NOT NULL;

ALTER TABLE "public"."order_items" ADD COLUMN "kind" public.order_line_kind NOT NULL;

CREATE TYPE "private"."guest_line" AS ("variant_id" uuid, "kind" public.order_line_kind, "quantity" integer, "period" text);

CREATE TYPE "private"."wanted_line" AS ("item_id" uuid, "variant_id" uuid, "kind" public.order_line_kind, "quantity" integer, "period" daterange);

CREATE TYPE "public"."cart_line" AS ("item_id" uuid, "boutique_id" uuid, "product_id" uuid, "variant_id" uuid, "category_id" uuid, "product_name" text, "product_slug" text, "size" text, "color" text, "sku" text, "kind" public.order_line_kind, "serialised" boolean, "quantity" integer, "first_day" date, "last_day" date, "unit_price" bigint, "subtotal" bigint, "discount" bigint, "tax_name" text, "tax_basis_points" integer, "tax" bigint, "deposit" bigint, "currency" text, "available" integer, "promised_date" date, "problem" text);

CREATE TYPE "public"."order_state" AS ENUM ('pending', 'paid', 'part_fulfilled', 'fulfilled', 'completed', 'cancelled', 'part_refunded', 'refunded');

ALTER TABLE "public"."order_events" ADD COLUMN "from_state" public.order_state;

ALTER TABLE "public"."order_events" ADD COLUMN "to_state" public.order_state NOT NULL;

ALTER TABLE "public"."order_transitions" ADD COLUMN "from_state" public.order_state NOT NULL;

ALTER TABLE "public"."order_transitions" ADD COLUMN "to_state" public.order_state NOT NULL;

ALTER TABLE "public"."orders" ADD COLUMN "state" public.order_state NOT NULL DEFAULT 'pending'::public.order_state;

CREATE TYPE "public"."payment_state" AS ENUM ('pending', 'succeeded', 'failed', 'cancelled');

ALTER TABLE "public"."payments" ADD COLUMN "state" public.payment_state NOT NULL DEFAULT 'pending'::public.payment_state;

CREATE TYPE "public"."refund_state" AS ENUM ('due', 'paid');

ALTER TABLE "public"."refunds" ADD COLUMN "state" public.refund_state NOT NULL DEFAULT 'due'::public.refund_state;

CREATE TYPE "public"."return_outcome" AS ENUM ('restock', 'damaged', 'missing');

ALTER TABLE "public"."return_items" ADD COLUMN "outcome" public.return_outcome;

CREATE TYPE "public"."return_reason" AS ENUM ('does_not_fit', 'damaged', 'not_as_described', 'changed_mind', 'late', 'other');

ALTER TABLE "public"."returns" ADD COLUMN "reason" public.return_reason NOT NULL;

CREATE TYPE "public"."return_state" AS ENUM ('requested', 'approved', 'rejected', 'received', 'closed', 'cancelled');

ALTER TABLE "public"."returns" ADD COLUMN "state" public.return_state NOT NULL DEFAULT 'requested'::public.return_state;

CREATE TYPE "public"."shipment_state" AS ENUM ('sent', 'delivered');

ALTER TABLE "public"."shipments" ADD COLUMN "state" public.shipment_state NOT NULL DEFAULT 'sent'::public.shipment_state;

CREATE TYPE "public"."shipping_kind" AS ENUM ('delivery', 'pickup');

ALTER TABLE "public"."shipments" ADD COLUMN "kind" public.shipping_kind NOT NULL;

ALTER TABLE "public"."shipping_methods" ADD COLUMN "kind" public.shipping_kind NOT NULL;

CREATE TYPE "public"."cart_boutique" AS ("boutique_id" uuid, "boutique_name" text, "currency" text, "prices_include_tax" boolean, "subtotal" bigint, "discount" bigint, "shipping_method_id" uuid, "shipping_name" text, "shipping_kind" public.shipping_kind, "shipping" bigint, "shipping_tax_basis_points" integer, "shipping_tax" bigint, "tax" bigint, "total" bigint, "deposit" bigint, "problem" text);

CREATE TYPE "public"."priced_cart" AS ("cart_id" uuid, "wear_date" date, "lines" public.cart_line[], "boutiques" public.cart_boutique[], "discounts" public.cart_discount[], "can_be_ordered" boolean);

CREATE TYPE "public"."stock_movement_kind" AS ENUM ('received', 'counted', 'damaged', 'transferred', 'reserved', 'released', 'fulfilled', 'restocked', 'repaired');

ALTER TABLE "public"."stock_movements" ADD COLUMN "kind" public.stock_movement_kind NOT NULL;

CREATE TYPE "public"."taxed_thing" AS ENUM ('everything', 'sale', 'rental', 'made_to_order', 'shipping');

ALTER TABLE "public"."tax_rules" ADD COLUMN "applies_to" public.taxed_thing NOT NULL DEFAULT 'everything'::public.taxed_thing;

CREATE OR REPLACE FUNCTION private.add_to_cart(variant_id uuid, kind public.order_line_kind, quantity integer, period text)
 RETURNS public.cart_items
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return private.put_in_cart(private.open_cart(), variant_id, kind, quantity, period, true);
end
$function$;

CREATE OR REPLACE FUNCTION private.answer_return(return_id uuid, approved boolean, answer text)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
  v_state public.return_state := case when approved then 'approved' else 'rejected' end;
begin
  if approved is null or length(answer) > 2000 or (not approved and coalesce(answer, '') !~ '\S') then
    perform private.raise_error(400, 'invalid_answer', 'Say whether it is approved; who rejects it says why, in at most 2000 characters.');
  elsif v_return.state = v_state then
    return v_return;
  elsif v_return.state <> 'requested' then
    perform private.raise_invalid_return_state(v_return, v_state::text);
  end if;
  update public.returns t set state = v_state, answer = coalesce(answer_return.answer, '') where t.id = v_return.id returning * into v_return;
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_discounts(boutique public.cart_boutique, customer_id uuid, codes text[], earlier public.cart_discount[], INOUT lines public.cart_line[], OUT applied public.cart_discount[], OUT ships_free boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_discount public.discounts;
  v_problem text;
  v_usable public.discounts[] := '{}';
  v_subtotals bigint[] := array(select l.subtotal from unnest(lines) with ordinality l order by l.ordinality);
  v_left bigint[];
  v_shares bigint[];
  v_saved bigint;
  v_best bigint := 0;
  v_chosen public.discounts[] := '{}';
begin
  applied := '{}';
  ships_free := false;
  for v_discount in select * from private.candidate_discounts(boutique.boutique_id, codes) loop
    v_problem := private.discount_problem(v_discount, boutique.boutique_id, customer_id, lines,
      (select count(*) from unnest(earlier) e where e.discount_id = v_discount.id and e.problem is null)::integer);
    if v_problem is null then
      v_usable := v_usable || v_discount;
    elsif v_discount.code is not null then
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, 0, v_problem)::public.cart_discount;
    end if;
  end loop;

  -- All that stack, percentages first.
  v_usable := array(select u from unnest(v_usable) u order by u.kind, u.id);
  v_left := v_subtotals;
  foreach v_discount in array v_usable loop
    continue when not v_discount.stackable;
    v_chosen := v_chosen || v_discount;
    v_shares := private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_left);
    v_best := v_best + (select sum(s) from unnest(v_shares) s)
      + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
    v_left := array(select l - s from unnest(v_left, v_shares) with ordinality x (l, s, n) order by x.n);
  end loop;
  -- Or one of them alone.
  foreach v_discount in array v_usable loop
    v_saved := (select sum(s) from unnest(private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_subtotals)) s)
      + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
    if v_saved > v_best then
      v_best := v_saved;
      v_chosen := array[v_discount];
    end if;
  end loop;

  v_left := v_subtotals;
  foreach v_discount in array v_usable loop
    if exists (select from unnest(v_chosen) c where c.id = v_discount.id) then
      v_shares := private.discount_of_lines(v_discount, boutique.boutique_id, lines, v_left);
      for v_n in 1..cardinality(lines) loop
        lines[v_n].discount := lines[v_n].discount + v_shares[v_n];
        v_left[v_n] := v_left[v_n] - v_shares[v_n];
      end loop;
      ships_free := ships_free or v_discount.kind = 'free_shipping';
      v_saved := (select sum(s) from unnest(v_shares) s) + case when v_discount.kind = 'free_shipping' then boutique.shipping else 0 end;
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, v_saved, null)::public.cart_discount;
    elsif v_discount.code is not null then
      applied := applied || row(v_discount.id, boutique.boutique_id, v_discount.code, v_discount.name, v_discount.kind, 0, 'another_saves_more')::public.cart_discount;
    end if;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_gift_card_entry()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.gift_cards c set balance = c.balance + new.change where c.id = new.gift_card_id;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.apply_stock_movement()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.stock_levels s
  set on_hand = s.on_hand + new.on_hand_change, reserved = s.reserved + new.reserved_change
  where s.variant_id = new.variant_id and s.location_id = new.location_id;
  if not found then
    insert into public.stock_levels (boutique_id, variant_id, location_id, on_hand, reserved)
    values (new.boutique_id, new.variant_id, new.location_id, new.on_hand_change, new.reserved_change)
    on conflict (variant_id, location_id) do update
    set on_hand = stock_levels.on_hand + excluded.on_hand, reserved = stock_levels.reserved + excluded.reserved;
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.available_stock(variant_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- What is reserved for an order whose hold is over can be had: checkout takes it.
  return coalesce((
      select sum(s.on_hand - s.reserved) from public.stock_levels s where s.variant_id = available_stock.variant_id), 0)
    + coalesce((
      select sum(r.quantity) from private.expired_reservations(array[available_stock.variant_id]) r), 0);
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_order(order_id uuid, reason text)
 RETURNS public.orders
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', true);
  v_by_staff boolean := v_order.boutique_id in (select private.my_boutique_ids('orders.write'));
  v_fee bigint := 0;
  v_by_cards bigint := private.paid_by_gift_cards(v_order.id);
  v_group public.order_groups;
begin
  if v_order.state = 'cancelled' then
    return v_order;
  elsif v_order.state not in ('pending', 'paid') then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s cannot be cancelled. What has left is returned.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  if v_order.state = 'paid' and not v_by_staff
    and now() > v_order.paid_at + make_interval(hours => v_order.free_cancellation_hours) then
    v_fee := round((v_order.total - v_order.refunded_total)::numeric * v_order.cancellation_fee_percent / 100);
  end if;
  perform private.end_order(v_order.id,
    coalesce(nullif(btrim(reason), ''), case when v_by_staff then 'cancelled_by_boutique' else 'cancelled_by_customer' end), v_fee);
  -- What is left to pay of the group has become less.
  if v_order.state = 'pending' then
    update public.payments p set amount = p.amount - (v_order.total - v_by_cards)
    where p.group_id = v_order.group_id and p.order_id is null and p.state = 'pending' and p.amount > v_order.total - v_by_cards;
    if not found then
      update public.payments p set state = 'cancelled' where p.group_id = v_order.group_id and p.order_id is null and p.state = 'pending';
    end if;
    update public.order_groups g set total = g.total - v_order.total, gift_card_total = g.gift_card_total - v_by_cards
    where g.id = v_order.group_id returning * into v_group;
    if v_group.amount_due = 0 and exists (select from public.orders o where o.group_id = v_group.id and o.state = 'pending') then
      -- What is left costs nothing.
      perform private.confirm_group(v_group.id, 0);
    end if;
  end if;
  select * into v_order from public.orders o where o.id = v_order.id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = cancel_rental.rental_id
    and (r.customer_id = auth.uid() or r.boutique_id in (select private.my_boutique_ids('rentals.write')))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental of yours.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state in ('cancelled', 'expired') then
    return v_rental;
  end if;
  perform private.refuse_ordered_rental(v_rental.id);
  if v_rental.state not in ('held', 'reserved') then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be cancelled.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  perform private.end_rental(v_rental.id, 'cancelled');
  select * into v_rental from public.rentals r where r.id = v_rental.id;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.cancel_return(return_id uuid)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, true);
begin
  if v_return.state = 'cancelled' then
    return v_return;
  elsif v_return.state not in ('requested', 'approved') then
    perform private.raise_invalid_return_state(v_return, 'cancelled');
  end if;
  update public.returns t set state = 'cancelled' where t.id = v_return.id returning * into v_return;
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.candidate_discounts(boutique_id uuid, codes text[])
 RETURNS SETOF public.discounts
 LANGUAGE plpgsql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
begin
  return query
  select * from public.discounts d
  where (d.boutique_id = candidate_discounts.boutique_id or d.boutique_id is null)
    and d.retired_at is null
    and (d.code is null or d.code = any (codes))
  order by d.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_lines(cart_id uuid)
 RETURNS private.wanted_line[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select row(i.id, i.variant_id, i.kind, i.quantity, i.period)::private.wanted_line
    from public.cart_items i where i.cart_id = cart_lines.cart_id
    order by i.id);
end
$function$;

CREATE OR REPLACE FUNCTION private.cart_summary(cart public.priced_cart)
 RETURNS public.cart_summary
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return row(cart.cart_id, cart.wear_date, to_jsonb(cart.lines), to_jsonb(cart.boutiques), to_jsonb(cart.discounts), cart.can_be_ordered)::public.cart_summary;
end
$function$;

CREATE OR REPLACE FUNCTION private.change_stock(variant_id uuid, location_id uuid, kind public.stock_movement_kind, quantity integer, note text)
 RETURNS public.stock_levels
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid := private.stock_place(variant_id, location_id);
  v_level public.stock_levels;
begin
  select * into v_level from public.stock_levels s where s.variant_id = change_stock.variant_id and s.location_id = change_stock.location_id;
  if quantity is null or kind is null or kind not in ('received', 'counted', 'damaged')
    or quantity not between (case kind when 'counted' then 0 else 1 end) and 1000000 then
    perform private.raise_error(400, 'invalid_quantity',
      'kind is received, damaged (each with how many, from 1) or counted (with how many there are, from 0).');
  end if;
  if kind = 'counted' then
    quantity := quantity - coalesce(v_level.on_hand, 0);
    if quantity = 0 then
      return v_level;
    end if;
  elsif kind = 'damaged' then
    quantity := -quantity;
  end if;
  if coalesce(v_level.on_hand, 0) + quantity < coalesce(v_level.reserved, 0) then
    perform private.raise_error(409, 'out_of_stock', 'So many are promised to orders. Cancel or change these first.',
      jsonb_build_object('variant_id', variant_id, 'location_id', location_id, 'on_hand', coalesce(v_level.on_hand, 0),
        'reserved', coalesce(v_level.reserved, 0)));
  end if;
  insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, note)
  values (v_boutique, change_stock.variant_id, change_stock.location_id, change_stock.kind, quantity, coalesce(change_stock.note, ''));
  select * into strict v_level from public.stock_levels s where s.variant_id = change_stock.variant_id and s.location_id = change_stock.location_id;
  return v_level;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_address()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_format public.address_formats;
begin
  new.postal_code := upper(btrim(new.postal_code));
  select * into v_format from public.address_formats f where f.country = new.country;
  if v_format.postal_code_pattern is not null and new.postal_code !~ ('^(' || v_format.postal_code_pattern || ')$') then
    perform private.raise_error(400, 'invalid_postal_code',
      format('A postal code of this country looks like %s.', v_format.postal_code_example),
      jsonb_build_object('country', new.country, 'postal_code', left(new.postal_code, 20), 'example', v_format.postal_code_example));
  elsif v_format.needs_region and new.region !~ '\S' then
    perform private.raise_error(400, 'region_required', 'Addresses of this country need a region: the state, province or emirate.',
      jsonb_build_object('country', new.country));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_cart_line(variant_id uuid, kind public.order_line_kind, quantity integer, period text, OUT boutique_id uuid, OUT days daterange)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_variant public.product_variants;
  v_product public.products;
begin
  select * into v_variant from public.product_variants v where v.id = check_cart_line.variant_id and v.listed;
  if not found then
    perform private.raise_error(404, 'variant_not_found', 'There is no such variant, or it is not on show.',
      jsonb_build_object('variant_id', variant_id));
  end if;
  select * into v_product from public.products p where p.id = v_variant.product_id;
  if kind is null or quantity is null or quantity not between 1 and 100 or (kind = 'rental') <> (period is not null) then
    perform private.raise_error(400, 'invalid_line',
      'A line has a kind (sale, rental, made_to_order), a quantity of 1 to 100, and a period if it is a rental, and only then.');
  elsif kind = 'rental' then
    -- Raises for days that the boutique does not rent out.
    days := (private.rental_terms(variant_id, period)).period;
  elsif v_variant.sale_price is null or not v_product.for_sale then
    perform private.raise_error(409, 'not_for_sale', 'This variant is not for sale.', jsonb_build_object('variant_id', variant_id));
  elsif kind = 'made_to_order' and not v_product.made_to_order then
    perform private.raise_error(409, 'not_made_to_order', 'This product is not made to order.', jsonb_build_object('variant_id', variant_id));
  end if;
  boutique_id := v_variant.boutique_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.check_gift_cards()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'gift_card', c.id, format('The card has %s, its entries make %s.', c.balance, coalesce(e.balance, 0))
  from public.gift_cards c
  left join (select x.gift_card_id, sum(x.change) as balance from public.gift_card_entries x group by x.gift_card_id) e on e.gift_card_id = c.id
  where c.balance <> coalesce(e.balance, 0)
$function$;

CREATE OR REPLACE FUNCTION private.check_order_states()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with moves as (
    select e.order_id, e.id, e.from_state, e.to_state, lag(e.to_state) over w as before, lead(e.id) over w is null as is_last
    from public.order_events e
    window w as (partition by e.order_id order by e.id)
  )
  select 'order_state', o.id, format('The order is %s, its log says %s.', o.state, coalesce(m.to_state::text, 'nothing'))
  from public.orders o
  left join moves m on m.order_id = o.id and m.is_last
  where m.to_state is distinct from o.state
  union all
  -- The job that ends holds has not come.
  select 'stale_order', o.id, format('The hold ended at %s, and the order still waits.', o.hold_expires_at)
  from public.orders o where o.state = 'pending' and o.hold_expires_at < now() - interval '1 hour'
  union all
  select 'order_log', m.order_id, format('From %s the log goes on with %s to %s.', coalesce(m.before::text, 'nothing'), m.from_state, m.to_state)
  from moves m
  where m.from_state is distinct from m.before
    or (m.from_state <> m.to_state and not exists (
      select from public.order_transitions t where t.from_state = m.from_state and t.to_state = m.to_state))
  union all
  select 'order_number', n.boutique_id, format('%s orders are paid, their numbers go from %s to %s, and the counter is at %s.', n.paid, n.first, n.last, c.last)
  from (
    select o.boutique_id, count(*) as paid, min(o.number) as first, max(o.number) as last
    from public.orders o where o.number is not null group by o.boutique_id
  ) n
  left join private.document_counters c on c.boutique_id = n.boutique_id and c.kind = 'order'
  where n.first <> 1 or n.last <> n.paid or c.last is distinct from n.last
$function$;

CREATE OR REPLACE FUNCTION private.check_order_totals()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with lines as (
    select i.order_id, sum(i.unit_price * (i.quantity - i.cancelled_quantity)) as subtotal, sum(i.discount) as discount, sum(i.tax) as tax, sum(i.deposit) as deposit
    from public.order_items i
    group by i.order_id
  ),
  ways as (
    select a.order_id, sum(a.amount) as shipping, sum(a.tax) as tax
    from public.order_adjustments a
    where a.kind = 'shipping'
    group by a.order_id
  )
  select 'order_total', o.id, format('The order says %s - %s + %s, with a tax of %s; its lines make %s - %s + %s and %s.',
    o.subtotal, o.discount_total, o.shipping_total, o.tax_total, coalesce(l.subtotal, 0), coalesce(l.discount, 0), coalesce(w.shipping, 0),
    coalesce(l.tax, 0) + coalesce(w.tax, 0))
  from public.orders o
  left join lines l on l.order_id = o.id
  left join ways w on w.order_id = o.id
  where (o.subtotal, o.discount_total, o.shipping_total, o.tax_total, o.deposit_total)
    is distinct from (coalesce(l.subtotal, 0), coalesce(l.discount, 0), coalesce(w.shipping, 0), coalesce(l.tax, 0) + coalesce(w.tax, 0), coalesce(l.deposit, 0))
  union all
  select 'refund_total', o.id, format('The order says that %s go back, its refunds %s.', o.refunded_total, coalesce(r.amount, 0))
  from public.orders o
  left join (select f.order_id, sum(f.amount) as amount from public.refunds f group by f.order_id) r on r.order_id = o.id
  where o.refunded_total <> coalesce(r.amount, 0)
$function$;

CREATE OR REPLACE FUNCTION private.check_ordered_rentals()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'rental_line', i.id, format('The order is %s, its rental %s.', o.state, r.state)
  from public.order_items i
  join public.orders o on o.id = i.order_id
  join public.rentals r on r.id = i.rental_id
  where case
    when o.state = 'cancelled' or i.cancelled_quantity > 0 then r.state not in ('cancelled', 'expired')
    when o.state = 'pending' then r.state <> 'held' and (o.hold_expires_at > now() or r.state <> 'expired')
    else r.state in ('held', 'expired', 'cancelled')
  end
$function$;

CREATE OR REPLACE FUNCTION private.check_payments()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with asked as (
    select g.id, g.paid_at, g.amount_due,
      (select p.amount from public.payments p where p.group_id = g.id and p.order_id is null and p.state = 'pending') as pending,
      (select p.amount from public.payments p where p.group_id = g.id and p.order_id is null and p.state = 'succeeded') as succeeded,
      exists (select from public.orders o where o.group_id = g.id and o.state = 'pending') as waits
    from public.order_groups g
  )
  select 'payment', a.id, case
    when a.paid_at is null then format('The group waits for %s, its payment is of %s.', a.amount_due, coalesce(a.pending::text, 'nothing'))
    else format('The group is paid, and nothing of %s has arrived.', a.amount_due) end
  from asked a
  where (a.paid_at is null and a.waits and a.pending is distinct from a.amount_due)
    or (a.paid_at is not null and a.amount_due > 0 and a.succeeded is null)
    or (a.paid_at is null and a.succeeded is not null)
  union all
  -- What has arrived is what paid orders cost, less their gift cards, and what went back for those that were never paid.
  select 'payment', a.id, format('%s have arrived, for orders of %s.', a.succeeded, x.amount)
  from asked a
  cross join lateral (
    select sum(case
      when o.paid_at is not null then o.total + coalesce((
        select sum(e.change) from public.gift_card_entries e where e.order_id = o.id and e.kind = 'redeemed'), 0)
      else o.refunded_total end) as amount
    from public.orders o where o.group_id = a.id
  ) x
  where a.succeeded is not null and a.succeeded is distinct from x.amount
  union all
  select 'payment', o.id, format('The order is %s, and its group is not paid.', o.state)
  from public.orders o join public.order_groups g on g.id = o.group_id
  where o.paid_at is not null and g.paid_at is null
$function$;

CREATE OR REPLACE FUNCTION private.check_reservations()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with lines as (
    select i.id, o.state,
      case
        when i.kind <> 'sale' or i.serialised or o.state = 'cancelled' then 0
        else i.quantity - i.cancelled_quantity - i.fulfilled_quantity
      end as most,
      -- What an order keeps whose hold is over may have gone to whoever needed it.
      o.state = 'pending' and o.hold_expires_at <= now() as gives_way
    from public.order_items i join public.orders o on o.id = i.order_id
  ),
  reserved as (
    select m.source_id, sum(m.reserved_change) as quantity
    from public.stock_movements m
    where m.source_id is not null and m.reserved_change <> 0
    group by m.source_id
  )
  select 'reservation', coalesce(l.id, r.source_id),
    format('%s are reserved for a line that needs %s.', coalesce(r.quantity, 0), coalesce(l.most, 0))
  from lines l
  full join reserved r on r.source_id = l.id
  where case when l.gives_way then coalesce(r.quantity, 0) not between 0 and l.most
    else coalesce(r.quantity, 0) <> coalesce(l.most, 0) end
$function$;

CREATE OR REPLACE FUNCTION private.check_sold_garments()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with lines as (
    select i.id, o.state,
      case when o.state = 'cancelled' then 0 else i.quantity - i.cancelled_quantity end as most,
      -- What came back may hang in the shop again.
      case
        when o.state = 'cancelled' or (o.state = 'pending' and o.hold_expires_at <= now()) then 0
        else i.quantity - i.cancelled_quantity - i.returned_quantity
      end as least,
      count(a.id) as sold, count(a.id) filter (where a.state = 'held') as held
    from public.order_items i
    join public.orders o on o.id = i.order_id
    left join public.allocations a on a.source_id = i.id and a.kind = 'sale' and a.state <> 'released'
    where i.serialised and i.kind = 'sale'
    group by i.id, o.id
  )
  select 'sold_garments', l.id, format('%s garments are sold with a line that is %s and needs %s.', l.sold, l.state, l.most)
  from lines l
  where l.sold not between l.least and l.most or (l.held > 0 and l.state <> 'pending')
  union all
  select 'sold_without_order', a.id, 'The garment is sold with a line that does not exist.'
  from public.allocations a
  where a.kind = 'sale' and a.state <> 'released' and a.source_id is not null
    and not exists (select from public.order_items i where i.id = a.source_id)
$function$;

CREATE OR REPLACE FUNCTION private.check_stock()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with ledger as (
    select m.variant_id, m.location_id, sum(m.on_hand_change) as on_hand, sum(m.reserved_change) as reserved
    from public.stock_movements m
    group by m.variant_id, m.location_id
  )
  select 'stock_level', coalesce(s.id, l.variant_id),
    format('The shelf has %s, %s of them reserved; its movements make %s and %s.', s.on_hand, s.reserved, coalesce(l.on_hand, 0), coalesce(l.reserved, 0))
  from public.stock_levels s
  full join ledger l on l.variant_id = s.variant_id and l.location_id = s.location_id
  where (s.on_hand, s.reserved) is distinct from (coalesce(l.on_hand, 0), coalesce(l.reserved, 0))
$function$;

CREATE OR REPLACE FUNCTION private.checkout(cart_id uuid, idempotency_key text, shipping_address_id uuid, wear_date date, gift_card_codes text[])
 RETURNS public.order_groups
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_cart public.carts;
  v_address public.addresses;
  v_priced public.priced_cart;
  v_boutique public.cart_boutique;
  v_line public.cart_line;
  v_discount public.cart_discount;
  v_policy public.commerce_policies;
  v_location uuid;
  v_group public.order_groups;
  v_order public.orders;
  v_item public.order_items;
  v_cards uuid[];
  v_spent bigint := 0;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to order.');
  end if;
  v_earlier := private.claim_idempotency_key('checkout', idempotency_key,
    jsonb_build_object('cart_id', cart_id, 'shipping_address_id', shipping_address_id, 'wear_date', wear_date,
      'gift_cards', array(select encode(private.gift_card_hash(c), 'hex') from unnest(gift_card_codes) c)));
  if v_earlier is not null then
    select * into strict v_group from public.order_groups g where g.id = v_earlier;
    return v_group;
  end if;

  select * into v_cart from public.carts c where c.id = checkout.cart_id and c.customer_id = v_customer for update;
  if not found then
    perform private.raise_error(404, 'cart_not_found', 'There is no such cart of yours.', jsonb_build_object('cart_id', cart_id));
  elsif v_cart.state <> 'open' then
    perform private.raise_error(409, 'cart_is_ordered', 'This cart was ordered already.', jsonb_build_object('cart_id', cart_id,
      'order_group_id', (select g.id from public.order_groups g where g.cart_id = v_cart.id)));
  end if;
  if shipping_address_id is not null then
    select * into v_address from public.addresses a where a.id = checkout.shipping_address_id and a.customer_id = v_customer;
    if not found then
      perform private.raise_error(404, 'address_not_found', 'There is no such address of yours.',
        jsonb_build_object('shipping_address_id', shipping_address_id));
    end if;
  end if;
  wear_date := coalesce(wear_date, v_cart.wear_date);
  if wear_date < current_date - 1 or not isfinite(wear_date) then
    perform private.raise_error(400, 'invalid_date', 'wear_date has to be a day from today on.', jsonb_build_object('wear_date', wear_date));
  end if;

  -- Aggregates first, locks second, writes third: what is priced under the locks is what is taken.
  perform private.lock_discounts(array(
    select d.id
    from (select distinct i.boutique_id from public.cart_items i where i.cart_id = v_cart.id) b
    cross join lateral private.candidate_discounts(b.boutique_id, array(select upper(btrim(c)) from unnest(v_cart.discount_codes) c)) d));
  v_cards := private.lock_gift_cards(gift_card_codes);
  perform private.lock_goods(array(
    select distinct i.variant_id from public.cart_items i where i.cart_id = v_cart.id and i.kind <> 'made_to_order'));
  v_priced := private.price_cart(
    private.cart_lines(v_cart.id), v_customer, v_cart.discount_codes, v_cart.shipping_method_ids, coalesce(v_address.country, v_cart.country));
  v_priced.cart_id := v_cart.id;
  if not v_priced.can_be_ordered then
    perform private.raise_cart_changed(v_priced);
  elsif (select count(distinct b.currency) from unnest(v_priced.boutiques) b) > 1 then
    perform private.raise_error(409, 'mixed_currencies', 'The boutiques of this cart have different currencies. Order from one currency at a time.',
      jsonb_build_object('boutiques', (select jsonb_agg(jsonb_build_object('boutique_id', b.boutique_id, 'currency', b.currency)) from unnest(v_priced.boutiques) b)));
  elsif v_address.id is null and exists (select from unnest(v_priced.boutiques) b where b.shipping_kind = 'delivery') then
    perform private.raise_error(400, 'address_required', 'Something has to be delivered: send shipping_address_id, or choose a pickup.');
  end if;
  -- A code that she has entered and that does nothing in any boutique is not passed over in silence.
  for v_discount in
    select * from unnest(v_priced.discounts) d
    where d.problem <> 'another_saves_more'
      and not exists (select from unnest(v_priced.discounts) o where o.code = d.code and (o.problem is null or o.problem = 'another_saves_more'))
  loop
    perform private.raise_error(409, 'discount_not_applicable', 'A code cannot be used for this order. Take it off the cart, or see why it does not apply.',
      jsonb_build_object('code', v_discount.code, 'problem', v_discount.problem));
  end loop;
  for v_line in select * from unnest(v_priced.lines) l where l.promised_date > checkout.wear_date loop
    perform private.raise_error(409, 'not_ready_in_time', 'What is made to order would not be ready on the day it is worn. See will_it_be_ready.',
      jsonb_build_object('variant_id', v_line.variant_id, 'promised_date', v_line.promised_date, 'wear_date', wear_date));
  end loop;

  insert into public.order_groups (customer_id, cart_id, currency, total, hold_expires_at, wear_date, shipping_address)
  select v_customer, v_cart.id, max(b.currency), sum(b.total), now() + min(p.hold_minutes) * interval '1 minute', checkout.wear_date,
    case when v_address.id is not null then to_jsonb(v_address) - '{id,customer_id,created_at,updated_at}'::text[] end
  from unnest(v_priced.boutiques) b join public.commerce_policies p on p.boutique_id = b.boutique_id
  returning * into v_group;

  for v_boutique in select * from unnest(v_priced.boutiques) b order by b.boutique_id loop
    select * into v_policy from public.commerce_policies p where p.boutique_id = v_boutique.boutique_id;
    select s.location_id into v_location from public.shipping_methods s where s.id = v_boutique.shipping_method_id;
    insert into public.orders (
      group_id, boutique_id, customer_id, currency, prices_include_tax, subtotal, discount_total, shipping_total, tax_total, total,
      deposit_total, shipping_method_id, hold_expires_at, wear_date, return_days, free_cancellation_hours, cancellation_fee_percent)
    values (
      v_group.id, v_boutique.boutique_id, v_customer, v_boutique.currency, v_boutique.prices_include_tax, v_boutique.subtotal,
      v_boutique.discount, v_boutique.shipping, v_boutique.tax, v_boutique.total, v_boutique.deposit, v_boutique.shipping_method_id,
      v_group.hold_expires_at, checkout.wear_date, v_policy.return_days, v_policy.free_cancellation_hours, v_policy.cancellation_fee_percent)
    returning * into v_order;
    for v_line in select * from unnest(v_priced.lines) l where l.boutique_id = v_boutique.boutique_id order by l.variant_id, l.item_id loop
      v_item := null;
      v_item.id := private.uuid_v7();
      v_item.boutique_id := v_order.boutique_id;
      v_item.customer_id := v_customer;
      v_item.variant_id := v_line.variant_id;
      v_item.kind := v_line.kind;
      v_item.serialised := v_line.serialised;
      v_item.quantity := v_line.quantity;
      v_item.period := case when v_line.kind = 'rental' then daterange(v_line.first_day, v_line.last_day, '[]') end;
      for v_piece in 1..(case v_line.kind when 'rental' then v_line.quantity else 1 end) loop
        -- Rentals are of one garment each.
        if v_line.kind = 'rental' then
          v_item.quantity := 1;
          v_item.id := private.uuid_v7();
        end if;
        v_item.rental_id := private.take_goods(v_item, v_location, v_group.hold_expires_at);
        insert into public.order_items (
          id, order_id, boutique_id, customer_id, variant_id, kind, serialised, product_name, size, color, sku, quantity, unit_price,
          discount, tax_name, tax_basis_points, tax, period, rental_id, deposit, promised_date)
        values (
          v_item.id, v_order.id, v_order.boutique_id, v_customer, v_line.variant_id, v_line.kind, v_line.serialised, v_line.product_name,
          v_line.size, v_line.color, v_line.sku, v_item.quantity, v_line.unit_price,
          private.share_of(v_line.discount, v_piece, v_line.quantity, v_item.quantity), v_line.tax_name, v_line.tax_basis_points,
          private.share_of(v_line.tax, v_piece, v_line.quantity, v_item.quantity), v_item.period, v_item.rental_id,
          v_line.deposit, v_line.promised_date);
      end loop;
    end loop;
    v_spent := v_spent + private.spend_gift_cards(v_order, v_cards);
    if v_boutique.shipping_method_id is not null then
      insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, tax_basis_points, tax, source_id)
      values (v_order.id, v_order.boutique_id, v_customer, 'shipping', v_boutique.shipping_name, v_boutique.shipping,
        v_boutique.shipping_tax_basis_points, v_boutique.shipping_tax, v_boutique.shipping_method_id);
    end if;
    for v_discount in
      select * from unnest(v_priced.discounts) d where d.boutique_id = v_boutique.boutique_id and d.problem is null
    loop
      insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, source_id)
      values (v_order.id, v_order.boutique_id, v_customer, 'discount', v_discount.name, v_discount.amount, v_discount.discount_id);
      insert into public.discount_redemptions (discount_id, order_id, boutique_id, customer_id, amount)
      values (v_discount.discount_id, v_order.id, v_order.boutique_id, v_customer, v_discount.amount);
    end loop;
    insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount, tax_basis_points)
    select v_order.id, v_order.boutique_id, v_customer, 'tax', max(t.name), sum(t.tax), t.basis_points
    from (
      select l.tax_name as name, l.tax_basis_points as basis_points, l.tax
      from unnest(v_priced.lines) l where l.boutique_id = v_boutique.boutique_id
      union all
      select '', v_boutique.shipping_tax_basis_points, v_boutique.shipping_tax
    ) t
    where t.basis_points > 0
    group by t.basis_points;
  end loop;

  if v_spent > 0 then
    update public.order_groups g set gift_card_total = v_spent where g.id = v_group.id returning * into v_group;
  end if;
  update public.carts c set state = 'ordered' where c.id = v_cart.id;
  if v_group.amount_due > 0 then
    insert into public.payments (group_id, customer_id, amount, currency) values (v_group.id, v_customer, v_group.amount_due, v_group.currency);
    perform private.enqueue('order.expire_hold', jsonb_build_object('order_group_id', v_group.id),
      jsonb_build_object('start_after', v_group.hold_expires_at));
  else
    perform private.confirm_group(v_group.id, 0);
    select * into v_group from public.order_groups g where g.id = v_group.id;
  end if;
  perform private.settle_idempotency_key('checkout', idempotency_key, v_group.id);
  return v_group;
end
$function$;

CREATE OR REPLACE FUNCTION private.choose_shipping(boutique public.cart_boutique, shipping_method_ids uuid[], country text)
 RETURNS public.cart_boutique
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_method public.shipping_methods;
  v_tax private.tax_rate;
begin
  select * into v_method
  from public.shipping_methods s
  where s.boutique_id = boutique.boutique_id and s.listed
    and (s.kind = 'pickup' or country is null or cardinality(s.countries) = 0 or country = any (s.countries))
  order by s.id = any (shipping_method_ids) desc, s.position, s.id
  limit 1;
  boutique.shipping := 0;
  boutique.shipping_tax_basis_points := 0;
  boutique.shipping_tax := 0;
  if not found then
    -- A boutique that has set up none hands everything over itself.
    if exists (select from public.shipping_methods s where s.boutique_id = boutique.boutique_id and s.listed) then
      boutique.problem := 'no_shipping_method';
    end if;
    return boutique;
  end if;
  boutique.shipping_method_id := v_method.id;
  boutique.shipping_name := v_method.name;
  boutique.shipping_kind := v_method.kind;
  if v_method.free_from is null or boutique.subtotal - boutique.discount < v_method.free_from then
    v_tax := private.tax_rate(boutique.boutique_id, 'shipping', null, country);
    boutique.shipping := v_method.price;
    boutique.shipping_tax_basis_points := v_tax.basis_points;
    boutique.shipping_tax := private.tax_of(v_method.price, v_tax.basis_points, boutique.prices_include_tax);
  end if;
  return boutique;
end
$function$;

CREATE OR REPLACE FUNCTION private.complete_orders(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_done integer := 0;
begin
  for v_order in
    select * from public.orders o
    where o.state in ('fulfilled', 'part_refunded')
      and o.fulfilled_at + make_interval(days => o.return_days) <= now()
      and not exists (
        select from public.order_items i join public.rentals r on r.id = i.rental_id
        where i.order_id = o.id and r.state not in ('closed', 'lost', 'cancelled', 'expired'))
      and not exists (select from public.shipments s where s.order_id = o.id and s.state = 'sent')
      and not exists (select from public.returns t where t.order_id = o.id and t.state in ('requested', 'approved', 'received'))
    order by o.fulfilled_at
    limit batch
    for no key update of o skip locked
  loop
    update public.orders o set state = 'completed', state_reason = 'returns_closed' where o.id = v_order.id;
    v_done := v_done + 1;
  end loop;
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_group(group_id uuid, arrived bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_by_cards bigint;
  v_left bigint := arrived;
begin
  -- The caller has locked goods, group and orders.
  update public.order_groups g set paid_at = coalesce(g.paid_at, now()) where g.id = confirm_group.group_id;
  -- What was called off is not paid for: the payment was made less when that happened.
  for v_order in
    select * from public.orders o
    where o.group_id = confirm_group.group_id and o.paid_at is null and (o.state = 'pending' or o.expired_at is not null)
    order by o.boutique_id
  loop
    v_by_cards := -coalesce((
      select sum(e.change) from public.gift_card_entries e where e.order_id = v_order.id and e.kind = 'redeemed'), 0);
    v_left := v_left - (v_order.total - v_by_cards);
    begin
      perform private.confirm_order(v_order.id);
    exception when sqlstate 'PT409' or sqlstate 'PT404' or sqlstate 'PT400' or exclusion_violation or check_violation then
      -- Fulfilled or paid back, never both, never neither. What gift cards had paid is with them again.
      if v_order.state = 'pending' then
        perform private.end_order(v_order.id, 'sold_out_before_payment');
      end if;
      perform private.refund(v_order.id, v_order.total - v_by_cards, 'sold_out_before_payment');
    end;
  end loop;
  -- All was called off, and the money came nevertheless.
  if v_left > 0 then
    select * into v_order from public.orders o
    where o.group_id = confirm_group.group_id and o.state = 'cancelled' and o.paid_at is null
    order by o.updated_at desc, o.total desc limit 1;
    perform private.refund(v_order.id, least(v_left, v_order.total - v_order.refunded_total), 'cancelled_before_payment');
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_order(order_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_item public.order_items;
  v_location uuid;
  v_found integer;
  v_missing integer;
  v_rental uuid;
  v_number bigint;
begin
  -- The caller has locked goods, group and order. The ledger and the calendar are asked, not the clock: whoever needed
  -- something of an order whose hold was over has taken it.
  select * into v_order from public.orders o where o.id = confirm_order.order_id;
  select s.location_id into v_location from public.shipping_methods s where s.id = v_order.shipping_method_id;
  for v_item in select * from public.order_items i where i.order_id = v_order.id order by i.variant_id, i.id loop
    if v_item.kind = 'rental' then
      update public.rentals r set state = 'reserved' where r.id = v_item.rental_id and r.state = 'held';
      if found then
        update public.allocations a set state = 'confirmed', held_until = null
        from public.rentals r where r.id = v_item.rental_id and a.id = r.allocation_id;
      elsif not exists (select from public.rentals r where r.id = v_item.rental_id and r.state = 'reserved') then
        v_rental := private.take_goods(v_item, null, now() + interval '1 minute');
        update public.order_items i set rental_id = v_rental where i.id = v_item.id;
        update public.rentals r set state = 'reserved' where r.id = v_rental;
        update public.allocations a set state = 'confirmed', held_until = null
        from public.rentals r where r.id = v_rental and a.id = r.allocation_id;
      end if;
    elsif v_item.kind = 'sale' and v_item.serialised then
      update public.allocations a set state = 'confirmed', held_until = null
      where a.source_id = v_item.id and a.kind = 'sale' and a.state in ('held', 'confirmed');
      get diagnostics v_found = row_count;
      v_missing := private.hold_garments_for_sale(v_item, v_item.quantity - v_item.cancelled_quantity - v_found, null);
      if v_missing > 0 then
        perform private.raise_out_of_stock(v_item.variant_id, v_item.quantity, v_found);
      end if;
    elsif v_item.kind = 'sale' then
      select coalesce(sum(r.quantity), 0) into v_found from private.reserved_for(v_item.id) r;
      v_missing := private.reserve_stock(v_item, v_item.quantity - v_item.cancelled_quantity - v_found, v_location);
      if v_missing > 0 then
        perform private.raise_out_of_stock(v_item.variant_id, v_item.quantity, v_found);
      end if;
    end if;
  end loop;
  -- What its gift cards had paid went back to them when the hold ended, and may be spent: her payment alone is not all.
  if exists (select from public.gift_card_entries e where e.order_id = v_order.id and e.kind = 'given_back') then
    perform private.raise_error(409, 'gift_card_given_back', 'The money of its gift cards has been given back.');
  end if;
  update public.discount_redemptions r set given_back_at = null where r.order_id = v_order.id and r.given_back_at is not null;
  v_number := private.next_number(v_order.boutique_id, 'order');
  update public.orders o set state = 'paid', state_reason = '', paid_at = now(), number = v_number,
    number_text = private.number_text(o.boutique_id, v_number)
  where o.id = v_order.id;
end
$function$;

CREATE OR REPLACE FUNCTION private.confirm_rental(rental_id uuid)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_rental public.rentals;
begin
  select * into v_rental from public.rentals r
  where r.id = confirm_rental.rental_id
    and r.boutique_id in (select private.my_boutique_ids('rentals.write'))
  for update;
  if not found then
    perform private.raise_error(404, 'rental_not_found', 'There is no such rental in a boutique you work for.',
      jsonb_build_object('rental_id', rental_id));
  end if;
  if v_rental.state = 'reserved' then
    return v_rental;
  end if;
  perform private.refuse_ordered_rental(v_rental.id);
  if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
    perform private.raise_error(410, 'hold_expired', 'The hold has ended. Reserve the days again.',
      jsonb_build_object('rental_id', rental_id, 'held_until', v_rental.held_until));
  end if;
  if v_rental.state <> 'held' then
    perform private.raise_error(409, 'invalid_state', format('A rental that is %s cannot be confirmed.', v_rental.state),
      jsonb_build_object('rental_id', rental_id, 'state', v_rental.state));
  end if;
  update public.allocations a set state = 'confirmed', held_until = null where a.id = v_rental.allocation_id;
  update public.rentals r set state = 'reserved' where r.id = v_rental.id returning * into v_rental;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_earlier_redemptions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  new.used_count := (select count(*) from public.discount_redemptions r where r.discount_id = new.id and r.given_back_at is null);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.count_redemption()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Where there is no limit nobody waits for the row of the discount.
  update public.discounts d
  set used_count = d.used_count + (new.given_back_at is null)::integer
    - case tg_op when 'UPDATE' then (old.given_back_at is null)::integer else 0 end
  where d.id = new.discount_id and d.usage_limit is not null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.create_commerce_policy()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.commerce_policies (boutique_id) values (new.id);
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.discount_of_lines(discount public.discounts, boutique_id uuid, lines public.cart_line[], remaining bigint[])
 RETURNS bigint[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_products uuid[] := array(select t.product_id from public.discount_targets t where t.discount_id = discount.id and t.product_id is not null);
  v_categories uuid[] := array(select t.category_id from public.discount_targets t where t.discount_id = discount.id and t.category_id is not null);
  v_for_all boolean := not discount.limited_to_targets;
  v_base bigint[] := '{}';
  v_sum numeric := 0;
  v_before numeric := 0;
  v_total numeric;
  v_shares bigint[] := '{}';
begin
  for v_n in 1..cardinality(lines) loop
    v_base[v_n] := case
      when lines[v_n].boutique_id = discount_of_lines.boutique_id and lines[v_n].problem is null
        and (v_for_all or lines[v_n].product_id = any (v_products) or coalesce(lines[v_n].category_id = any (v_categories), false))
      then remaining[v_n] else 0 end;
    v_sum := v_sum + v_base[v_n];
  end loop;
  v_total := case discount.kind
    when 'percent' then round(v_sum * discount.percent_basis_points / 10000)
    when 'amount' then least(discount.amount, v_sum)
    else 0 end;
  -- In proportion, each line the difference of two rounded sums: together they are the whole.
  for v_n in 1..cardinality(lines) loop
    v_shares[v_n] := case when v_sum = 0 then 0
      else floor(v_total * (v_before + v_base[v_n]) / v_sum) - floor(v_total * v_before / v_sum) end;
    v_before := v_before + v_base[v_n];
  end loop;
  return v_shares;
end
$function$;

CREATE OR REPLACE FUNCTION private.discount_problem(discount public.discounts, boutique_id uuid, customer_id uuid, lines public.cart_line[], uses_in_cart integer)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_eligible bigint := 0;
  v_currency text;
begin
  select coalesce(sum(l.subtotal), 0), max(l.currency) into v_eligible, v_currency
  from unnest(lines) l
  where l.boutique_id = discount_problem.boutique_id and l.problem is null
    and (not discount.limited_to_targets
      or exists (
        select from public.discount_targets t
        where t.discount_id = discount.id and (t.product_id = l.product_id or t.category_id = l.category_id)));
  return case
    when discount.starts_at > now() then 'not_started'
    when discount.ends_at <= now() then 'ended'
    when discount.used_count + uses_in_cart >= discount.usage_limit then 'used_up'
    when (
      select count(*) from public.discount_redemptions r
      where r.discount_id = discount.id and r.customer_id = discount_problem.customer_id and r.given_back_at is null
    ) + uses_in_cart >= discount.usage_limit_per_customer then 'used_up_by_you'
    when discount.first_order_only and exists (
      select from public.orders o
      where o.customer_id = discount_problem.customer_id and o.paid_at is not null
        and (discount.boutique_id is null or o.boutique_id = discount.boutique_id)) then 'not_first_order'
    when v_eligible = 0 or discount.currency <> v_currency then 'nothing_eligible'
    when v_eligible < discount.minimum_subtotal then 'minimum_not_reached'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.emit_order_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.emit_event(new.boutique_id, 'order.' || case new.state when 'pending' then 'placed' else new.state::text end, 'orders', new.id,
    jsonb_build_object('order_id', new.id, 'number', new.number_text, 'state', new.state, 'customer_id', new.customer_id,
      'total', new.total, 'currency', new.currency));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.end_order(order_id uuid, reason text, fee bigint DEFAULT 0, expired boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_item public.order_items;
begin
  -- The caller has locked goods, group and order.
  for v_item in select * from public.order_items i where i.order_id = end_order.order_id order by i.id loop
    if v_item.kind = 'rental' then
      perform private.end_rental(v_item.rental_id, case when expired then 'expired' else 'cancelled' end::public.rental_state);
    elsif v_item.kind = 'sale' and v_item.serialised then
      update public.allocations a set state = 'released', held_until = null
      where a.source_id = v_item.id and a.kind = 'sale' and a.state <> 'released';
    elsif v_item.kind = 'sale' then
      perform private.release_stock(v_item.id);
    end if;
  end loop;
  update public.discount_redemptions r set given_back_at = now() where r.order_id = end_order.order_id and r.given_back_at is null;
  update public.orders o set state = 'cancelled', state_reason = left(end_order.reason, 500), fee_total = fee,
    expired_at = case when expired then now() end
  where o.id = end_order.order_id
  returning * into v_order;
  if fee > 0 then
    insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount)
    values (v_order.id, v_order.boutique_id, v_order.customer_id, 'fee', 'Cancellation fee', fee);
  end if;
  if v_order.paid_at is not null then
    perform private.refund(v_order.id, v_order.total - fee - v_order.refunded_total, reason);
  else
    perform private.give_back_gift_cards(v_order, private.paid_by_gift_cards(v_order.id));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.erase_account(user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group uuid;
  v_rental uuid;
  v_appointment uuid;
  v_item record;
begin
  perform from public.profiles p where p.id = erase_account.user_id for update;
  if not found then
    return 'gone';
  end if;
  perform from public.account_deletions d where d.user_id = erase_account.user_id and d.due_at <= now() for update;
  if not found then
    return 'not_due';
  end if;
  for v_group in
    select distinct o.group_id from public.orders o where o.customer_id = erase_account.user_id and o.state = 'pending' order by o.group_id loop
    perform private.expire_order_hold(v_group);
  end loop;
  for v_rental in select r.id from public.rentals r where r.customer_id = erase_account.user_id and r.state = 'held' order by r.id loop
    perform private.expire_rental_hold(v_rental);
  end loop;
  for v_appointment in
    select a.id from public.appointments a where a.customer_id = erase_account.user_id and a.state = 'offered' order by a.id loop
    perform private.expire_fitting_offer(v_appointment);
  end loop;
  if exists (select from private.erasure_blockers(erase_account.user_id)) then
    update public.account_deletions d set due_at = now() + interval '1 day' where d.user_id = erase_account.user_id;
    perform private.enqueue('privacy.erase_account', jsonb_build_object('user_id', erase_account.user_id),
      jsonb_build_object('start_after', now() + interval '1 day'));
    return 'blocked';
  end if;
  -- Nobody has noted whether she came; she has no account to charge any more.
  update public.appointments a set state = 'attended' where a.customer_id = erase_account.user_id and a.state = 'booked';
  -- Her membership goes too, so that she fits nobody any more. Fittings that she was to do keep their stylist.
  update public.stylists s set display_name = 'Former stylist', bio = '', retired_at = coalesce(s.retired_at, now())
  where s.user_id = erase_account.user_id;
  for v_item in select * from private.personal_data() d where d.erasure = 'delete' loop
    execute format('delete from %s where %s', v_item.table_name, v_item.subject) using erase_account.user_id;
  end loop;
  -- What the Auth server keeps without a foreign key: its log and sign-ins that were begun.
  delete from auth.audit_log_entries a where a.payload ->> 'actor_id' = erase_account.user_id::text;
  delete from auth.flow_state f where f.user_id = erase_account.user_id;
  -- Sessions, tokens, identities, the profile and all that hangs on it go along; rentals and appointments lose
  -- their customer.
  delete from auth.users u where u.id = erase_account.user_id;
  return 'erased';
end
$function$;

CREATE OR REPLACE FUNCTION private.erasure_blockers(user_id uuid)
 RETURNS TABLE(code text, message text, detail jsonb)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select 'open_rentals', 'A rental is not over yet. Bring it to its end or cancel it, then delete the account.',
    jsonb_build_object('rental_ids', jsonb_agg(r.id order by r.id))
  from public.rentals r
  where r.customer_id = erasure_blockers.user_id
    and r.state not in ('closed', 'lost', 'cancelled', 'expired')
    and not (r.state = 'held' and r.held_until <= now())
  having count(*) > 0
  union all
  select 'open_orders', 'An order is not over yet, or money is still to come back. Cancel it or wait until it is over, then delete the account.',
    jsonb_build_object('order_ids', jsonb_agg(o.id order by o.id))
  from public.orders o
  where o.customer_id = erasure_blockers.user_id
    and (o.state in ('paid', 'part_fulfilled') or (o.state = 'pending' and o.hold_expires_at > now())
      or exists (select from public.refunds r where r.order_id = o.id and r.state = 'due'))
  having count(*) > 0
  union all
  select 'open_appointments', 'An appointment is still to come. Cancel it, or wait until it is over, then delete the account.',
    jsonb_build_object('appointment_ids', jsonb_agg(a.id order by a.id))
  from public.appointments a
  where a.customer_id = erasure_blockers.user_id
    and upper(a.during) > now()
    and (a.state = 'booked' or (a.state = 'offered' and a.held_until > now()))
  having count(*) > 0
  union all
  select 'last_owner', 'You are the only owner of a boutique. Transfer the ownership, then delete the account.',
    jsonb_build_object('boutique_ids', jsonb_agg(m.boutique_id order by m.boutique_id))
  from public.boutique_members m
  where m.user_id = erasure_blockers.user_id and m.role = 'owner'
    and not exists (
      select from public.boutique_members o
      where o.boutique_id = m.boutique_id and o.role = 'owner' and o.user_id <> m.user_id)
  having count(*) > 0
$function$;

CREATE OR REPLACE FUNCTION private.expire_order_hold(group_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group public.order_groups;
  v_order uuid;
  v_done boolean := false;
begin
  if not exists (
    select from public.orders o where o.group_id = expire_order_hold.group_id and o.state = 'pending' and o.hold_expires_at <= now()) then
    return false;
  end if;
  v_group := private.lock_group(group_id);
  if v_group.paid_at is not null then
    return false;
  end if;
  for v_order in
    select o.id from public.orders o
    where o.group_id = v_group.id and o.state = 'pending' and o.hold_expires_at <= now()
    order by o.id
  loop
    perform private.end_order(v_order, 'hold_expired', expired => true);
    v_done := true;
  end loop;
  update public.payments p set state = 'cancelled' where p.group_id = v_group.id and p.state = 'pending';
  return v_done;
end
$function$;

CREATE OR REPLACE FUNCTION private.expired_reservations(variant_ids uuid[])
 RETURNS TABLE(order_item_id uuid, boutique_id uuid, variant_id uuid, location_id uuid, quantity bigint)
 LANGUAGE plpgsql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
begin
  return query
  select i.id, i.boutique_id, i.variant_id, m.location_id, sum(m.reserved_change)
  from public.orders o
  join public.order_items i on i.order_id = o.id and i.kind = 'sale' and i.variant_id = any (variant_ids)
  join public.stock_movements m on m.source_id = i.id
  where o.state = 'pending' and o.hold_expires_at <= now()
  group by i.id, m.location_id
  having sum(m.reserved_change) > 0;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_discount()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  select d.boutique_id into new.boutique_id from public.discounts d where d.id = new.discount_id;
  if not found then
    -- The policy for the marketplace's discounts must not take it.
    perform private.raise_error(404, 'discount_not_found', 'There is no such discount.', jsonb_build_object('discount_id', new.discount_id));
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.follow_ordered_rental()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_item public.order_items;
begin
  update public.order_items i set fulfilled_quantity = 1
  where i.rental_id = new.id and i.fulfilled_quantity = 0
  returning * into v_item;
  if found then
    -- The row lock of the order comes after that of the rental here, and nobody who holds the order waits for a rental that has left.
    perform from public.orders o where o.id = v_item.order_id for no key update;
    perform private.move_order(v_item.order_id, 'handed_over');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_buyer()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_table_name = 'order_groups' then
    new.shipping_address := null;
  else
    new.customer_note := '';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.forget_return()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.note := '';
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.fulfil_order(order_id uuid, kind public.shipping_kind, items jsonb, carrier text, tracking_number text, tracking_url text, idempotency_key text)
 RETURNS public.shipments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', false);
  v_earlier uuid;
  v_shipment public.shipments;
  v_wanted private.wanted_piece;
  v_item public.order_items;
  v_any boolean := false;
begin
  v_earlier := private.claim_idempotency_key('fulfil_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'kind', kind, 'items', items));
  if v_earlier is not null then
    select * into strict v_shipment from public.shipments s where s.id = v_earlier;
    return v_shipment;
  elsif v_order.state not in ('paid', 'part_fulfilled') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can leave.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  elsif private.payment_is_due(v_order) then
    perform private.raise_error(409, 'payment_due', 'A change of this order is not paid yet.', jsonb_build_object('order_id', order_id));
  elsif tracking_url !~ '^https://[^\s]+$' or length(tracking_url) > 500 or length(carrier) > 120 or length(tracking_number) > 120 then
    perform private.raise_error(400, 'invalid_tracking', 'tracking_url is an https address of at most 500 characters; carrier and number have at most 120.');
  end if;
  insert into public.shipments (order_id, boutique_id, customer_id, kind, state, carrier, tracking_number, tracking_url, delivered_at)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, fulfil_order.kind,
    case fulfil_order.kind when 'pickup' then 'delivered' else 'sent' end::public.shipment_state, coalesce(fulfil_order.carrier, ''),
    coalesce(fulfil_order.tracking_number, ''), fulfil_order.tracking_url, case fulfil_order.kind when 'pickup' then now() end)
  returning * into v_shipment;
  for v_wanted in select * from private.wanted_pieces(v_order.id, items) loop
    v_any := true;
    select * into v_item from public.order_items i where i.id = v_wanted.order_item_id and i.order_id = v_order.id for update;
    if not found then
      perform private.raise_error(404, 'order_item_not_found', 'There is no such line in this order.',
        jsonb_build_object('order_item_id', v_wanted.order_item_id));
    elsif v_item.kind = 'rental' then
      perform private.raise_error(409, 'hand_over_rental', 'A rental leaves by hand_over_rental, which notes its condition and its time.',
        jsonb_build_object('order_item_id', v_item.id, 'rental_id', v_item.rental_id));
    elsif v_wanted.quantity is null or v_wanted.quantity < 1
      or v_wanted.quantity > v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity then
      perform private.raise_error(409, 'nothing_left', 'So many of this line have not to leave any more.',
        jsonb_build_object('order_item_id', v_item.id, 'left', v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity));
    end if;
    if v_item.kind = 'sale' and not v_item.serialised then
      perform private.take_off_shelf(v_item, v_wanted.quantity);
    elsif v_item.kind = 'sale' then
      update public.garments g set retired_at = now()
      where g.retired_at is null and g.id in (
        select a.resource_id from public.allocations a
        join public.garments x on x.id = a.resource_id
        where a.source_id = v_item.id and a.kind = 'sale' and a.state = 'confirmed' and x.retired_at is null
        order by a.resource_id limit v_wanted.quantity);
    end if;
    update public.order_items i set fulfilled_quantity = i.fulfilled_quantity + v_wanted.quantity where i.id = v_item.id;
    insert into public.shipment_items (shipment_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_shipment.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
  end loop;
  if not v_any then
    perform private.raise_error(409, 'nothing_left', 'Nothing of this order is left to leave.', jsonb_build_object('order_id', order_id));
  end if;
  perform private.move_order(v_order.id, case kind when 'pickup' then 'handed_over' else 'shipped' end);
  if kind = 'delivery' then
    perform private.notify('shipment_sent', v_shipment.id, jsonb_build_object('group', v_order.boutique_id));
  end if;
  perform private.settle_idempotency_key('fulfil_order', idempotency_key, v_shipment.id);
  return v_shipment;
end
$function$;

CREATE OR REPLACE FUNCTION private.gift_card_balance(code text)
 RETURNS public.gift_card_state
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_card public.gift_cards;
begin
  if code is null or code !~ '\S' then
    perform private.raise_error(400, 'invalid_gift_card', 'Send the code of the card.');
  end if;
  select c.* into v_card from public.gift_cards c join private.gift_card_codes k on k.gift_card_id = c.id
  where k.code_hash = private.gift_card_hash(gift_card_balance.code);
  if not found then
    perform private.raise_error(404, 'gift_card_not_found', 'There is no such gift card. Look at the code again.');
  end if;
  return row(v_card.boutique_id, v_card.balance, v_card.currency, v_card.expires_at, private.gift_card_problem(v_card))::public.gift_card_state;
end
$function$;

CREATE OR REPLACE FUNCTION private.gift_card_hash(code text)
 RETURNS bytea
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return extensions.digest(regexp_replace(upper(code), '[^0-9A-Z]', '', 'g'), 'sha256');
end
$function$;

CREATE OR REPLACE FUNCTION private.gift_card_problem(card public.gift_cards)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when card.blocked_at is not null then 'blocked'
    when card.expires_at <= now() then 'expired'
    when card.balance = 0 then 'empty'
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.give_back_gift_cards(order_row public.orders, amount bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_spent record;
  v_left bigint := amount;
begin
  for v_spent in
    select e.gift_card_id, e.boutique_id, -sum(e.change) as spent
    from public.gift_card_entries e
    where e.order_id = order_row.id
    group by e.gift_card_id, e.boutique_id
    having sum(e.change) < 0
    order by e.gift_card_id
  loop
    exit when v_left = 0;
    insert into public.gift_card_entries (gift_card_id, boutique_id, customer_id, order_id, kind, change)
    values (v_spent.gift_card_id, v_spent.boutique_id, order_row.customer_id, order_row.id, 'given_back', least(v_left, v_spent.spent));
    -- Nobody loses money because it came back too late.
    update public.gift_cards c set expires_at = now() + interval '90 days' where c.id = v_spent.gift_card_id and c.expires_at < now() + interval '90 days';
    v_left := v_left - least(v_left, v_spent.spent);
  end loop;
  return amount - v_left;
end
$function$;

CREATE OR REPLACE FUNCTION private.guard_order_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'pending' then
      perform private.raise_error(409, 'invalid_state', 'An order begins as pending.');
    end if;
    insert into public.order_events (order_id, boutique_id, customer_id, to_state, reason)
    values (new.id, new.boutique_id, new.customer_id, new.state, new.state_reason);
  else
    if not exists (select from public.order_transitions t where t.from_state = old.state and t.to_state = new.state) then
      perform private.raise_error(409, 'invalid_state', format('An order that is %s does not become %s.', old.state, new.state),
        jsonb_build_object('order_id', new.id, 'state', old.state));
    end if;
    insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
    values (new.id, new.boutique_id, new.customer_id, old.state, new.state, new.state_reason);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.guest_lines(lines jsonb)
 RETURNS SETOF private.guest_line
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if jsonb_typeof(lines) is distinct from 'array' or jsonb_array_length(lines) > 100 then
    perform private.raise_error(400, 'invalid_lines', 'lines is an array of at most 100 objects with variant_id, kind, quantity and, for a rental, period.');
  end if;
  return query
  select l.variant_id, coalesce(l.kind, 'sale'), coalesce(l.quantity, 1), l.period
  from jsonb_to_recordset(lines) l (variant_id uuid, kind public.order_line_kind, quantity integer, period text);
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_lines', 'lines is an array of at most 100 objects with variant_id, kind, quantity and, for a rental, period.');
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_garments_for_sale(order_item public.order_items, quantity integer, held_until timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_garment uuid;
  v_missing integer := quantity;
begin
  -- The caller has locked all garments of the variant. One that is out, or that nobody has looked at since, is not sold.
  for v_garment in
    select g.id from private.free_garment_ids(order_item.variant_id, tstzrange(now(), null)) g (id)
    where not exists (select from public.rentals r where r.garment_id = g.id and r.state in ('picked_up', 'returned', 'inspecting'))
    order by g.id
    limit quantity
  loop
    perform private.release_expired_holds(v_garment, tstzrange(now(), null));
    insert into public.allocations (resource_id, boutique_id, during, kind, state, held_until, source_id)
    values (v_garment, order_item.boutique_id, tstzrange(now(), null), 'sale',
      case when held_until is null then 'confirmed' else 'held' end::public.allocation_state, held_until, order_item.id);
    v_missing := v_missing - 1;
  end loop;
  return v_missing;
end
$function$;

CREATE OR REPLACE FUNCTION private.hold_rental(terms private.rental_terms, customer_id uuid, held_until timestamp with time zone)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_during tstzrange := private.allocation_of_period(
    terms.period, terms.buffer_days_before, terms.buffer_days_after, terms.timezone);
  v_garment uuid;
  v_tried uuid[] := '{}';
  v_rental public.rentals;
begin
  v_rental.id := private.uuid_v7();
  v_rental.allocation_id := private.uuid_v7();

  -- Every writer of the calendar locks the resource first, so two of them queue up instead of meeting inside the
  -- exclusion index, where each would wait for the other. A garment that somebody is just taking is passed over
  -- while there are others; when none is left, we wait for one and look again. The array keeps the plan on the index:
  -- joined as a set, the planner walks all resources of all boutiques.
  loop
    -- A failed attempt gives its lock back with the savepoint of this block.
    begin
      select r.id into v_garment
      from public.resources r
      where r.id = any (array(select private.free_garment_ids(terms.variant_id, v_during)))
        and r.id <> all (v_tried)
      order by r.id
      limit 1
      for no key update of r skip locked;

      if not found then
        select r.id into v_garment
        from public.resources r
        where r.id = any (array(select private.free_garment_ids(terms.variant_id, v_during)))
          and r.id <> all (v_tried)
        order by r.id
        limit 1
        for no key update of r;
      end if;

      exit when not found;
      perform private.release_expired_holds(v_garment, v_during);
      insert into public.allocations (id, resource_id, boutique_id, during, kind, state, held_until, source_id)
      values (v_rental.allocation_id, v_garment, terms.boutique_id, v_during, 'rental', 'held', hold_rental.held_until, v_rental.id);
      v_rental.garment_id := v_garment;
      exit;
    exception when exclusion_violation then
      -- Taken while we waited for the lock. We look on among the others, each of which is tried once.
      v_tried := v_tried || v_garment;
      continue;
    end;
  end loop;
  if v_rental.garment_id is null then
    return null;
  end if;

  insert into public.rentals (
    id, boutique_id, customer_id, variant_id, garment_id, allocation_id, period, state, held_until, price, deposit, currency)
  values (
    v_rental.id, terms.boutique_id, hold_rental.customer_id, terms.variant_id, v_garment, v_rental.allocation_id, terms.period,
    'held', hold_rental.held_until, terms.price_per_day * (upper(terms.period) - lower(terms.period)), terms.deposit, terms.currency)
  returning * into v_rental;
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.inspect_return(return_id uuid, outcomes jsonb)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
  v_order public.orders;
  v_given record;
  v_item public.order_items;
  v_most bigint;
  v_refund bigint;
  v_total bigint := 0;
begin
  if v_return.state = 'closed' then
    return v_return;
  elsif v_return.state <> 'received' then
    perform private.raise_invalid_return_state(v_return, 'inspected');
  elsif jsonb_typeof(outcomes) is distinct from 'array' or jsonb_array_length(outcomes) > 100 then
    perform private.raise_error(400, 'invalid_items', 'outcomes is an array of objects with order_item_id, outcome and, for less than was paid, refund.');
  end if;
  select * into v_order from public.orders o where o.id = v_return.order_id;
  for v_given in
    select x.order_item_id, x.quantity, w.outcome, w.refund
    from public.return_items x
    left join jsonb_to_recordset(outcomes) w (order_item_id uuid, outcome public.return_outcome, refund bigint) on w.order_item_id = x.order_item_id
    where x.return_id = v_return.id
    order by x.order_item_id
  loop
    select * into v_item from public.order_items i where i.id = v_given.order_item_id for update;
    v_most := private.paid_for(v_item, v_order.prices_include_tax, v_given.quantity);
    v_refund := case when v_given.outcome = 'missing' then 0 else coalesce(v_given.refund, v_most) end;
    if v_given.outcome is null or v_refund not between 0 and v_most then
      perform private.raise_error(400, 'invalid_items', 'Every line of the return has an outcome (restock, damaged, missing), and a refund of at most what was paid.',
        jsonb_build_object('order_item_id', v_item.id, 'paid', v_most));
    end if;
    update public.return_items x set outcome = v_given.outcome, refund = v_refund
    where x.return_id = v_return.id and x.order_item_id = v_item.id;
    if v_given.outcome = 'restock' then
      perform private.restock(v_item, v_given.quantity);
    end if;
    if v_given.outcome <> 'missing' then
      update public.order_items i set returned_quantity = i.returned_quantity + v_given.quantity where i.id = v_item.id;
    end if;
    v_total := v_total + v_refund;
  end loop;
  -- Less may be left to pay back than the lines were worth: something went back before.
  v_total := least(v_total, v_order.total - v_order.refunded_total - v_order.fee_total);
  update public.returns t set state = 'closed', refund_id = private.refund(v_order.id, v_total, 'returned')
  where t.id = v_return.id returning * into v_return;
  if v_total > 0 then
    perform private.move_refunded_order(v_order.id, 'returned');
  end if;
  return v_return;
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_items', 'outcomes is an array of objects with order_item_id, outcome (restock, damaged, missing) and refund.');
end
$function$;

CREATE OR REPLACE FUNCTION private.issue_gift_card(boutique_id uuid, amount bigint, currency text, expires_at timestamp with time zone, note text)
 RETURNS public.issued_gift_card
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_currency text;
  v_raw text := '';
  v_bytes bytea := extensions.gen_random_bytes(16);
  v_card public.gift_cards;
begin
  if issue_gift_card.boutique_id is null then
    if not (select private.is_admin()) then
      perform private.raise_error(403, 'not_allowed', 'Cards of the marketplace are issued by its admins.');
    end if;
    v_currency := issue_gift_card.currency;
  else
    select b.currency into v_currency from public.boutiques b
    where b.id = issue_gift_card.boutique_id and b.id in (select private.my_boutique_ids('discounts.write'));
    if not found then
      perform private.raise_error(404, 'boutique_not_found', 'There is no such boutique that you manage.', jsonb_build_object('boutique_id', boutique_id));
    end if;
  end if;
  if amount is null or amount not between 1 and 1000000000000 or v_currency is null or v_currency !~ '^[A-Z]{3}$'
    or (expires_at is not null and (not isfinite(expires_at) or expires_at <= now())) or length(note) > 500 then
    perform private.raise_error(400, 'invalid_gift_card',
      'A card has an amount in minor units, a currency such as ETB if it is of the marketplace, and an end to come if it has one.');
  end if;
  -- 16 of 32 letters and digits (Crockford's, without I, L, O and U): 80 bits.
  for v_n in 0..15 loop
    v_raw := v_raw || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + get_byte(v_bytes, v_n) % 32, 1);
  end loop;
  insert into public.gift_cards (boutique_id, last_four, initial_amount, currency, expires_at, note)
  values (issue_gift_card.boutique_id, right(v_raw, 4), amount, v_currency, issue_gift_card.expires_at, coalesce(issue_gift_card.note, ''))
  returning * into v_card;
  insert into private.gift_card_codes (gift_card_id, code_hash) values (v_card.id, private.gift_card_hash(v_raw));
  insert into public.gift_card_entries (gift_card_id, boutique_id, kind, change) values (v_card.id, v_card.boutique_id, 'issued', amount);
  return row(v_card.id, regexp_replace(v_raw, '(.{4})(?=.)', '\1-', 'g'), amount, v_currency, v_card.expires_at)::public.issued_gift_card;
end
$function$;

CREATE OR REPLACE FUNCTION private.limit_to_targets()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.discounts d set limited_to_targets = true where d.id = new.discount_id and not d.limited_to_targets;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_discounts(discount_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.discounts d
  where d.id = any (discount_ids) and (d.usage_limit is not null or d.usage_limit_per_customer is not null)
  order by d.id for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_gift_cards(codes text[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_code text;
  v_ids uuid[] := '{}';
  v_card public.gift_cards;
begin
  if cardinality(codes) > 10 then
    perform private.raise_error(400, 'invalid_gift_card', 'An order is paid with at most 10 gift cards.');
  end if;
  foreach v_code in array coalesce(codes, '{}') loop
    select k.gift_card_id into v_card.id from private.gift_card_codes k where k.code_hash = private.gift_card_hash(v_code);
    if not found then
      perform private.raise_error(404, 'gift_card_not_found', 'There is no such gift card. Look at the code again.',
        jsonb_build_object('last_four', right(regexp_replace(upper(v_code), '[^0-9A-Z]', '', 'g'), 4)));
    end if;
    v_ids := v_ids || v_card.id;
  end loop;
  for v_card in select * from public.gift_cards c where c.id = any (v_ids) order by c.id for no key update loop
    if private.gift_card_problem(v_card) is not null then
      perform private.raise_error(409, 'gift_card_not_usable', 'A gift card cannot be spent.',
        jsonb_build_object('last_four', v_card.last_four, 'problem', private.gift_card_problem(v_card)));
    end if;
  end loop;
  return v_ids;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_goods(variant_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.lock_stock(variant_ids);
  perform from public.resources r
  where r.id = any (array(select g.id from public.garments g where g.variant_id = any (variant_ids) and g.retired_at is null))
  order by r.id for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_group(group_id uuid)
 RETURNS public.order_groups
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_group public.order_groups;
begin
  perform private.lock_discounts(array(
    select r.discount_id from public.discount_redemptions r join public.orders o on o.id = r.order_id
    where o.group_id = lock_group.group_id));
  perform from public.gift_cards c
  where c.id = any (array(
    select e.gift_card_id from public.gift_card_entries e join public.orders o on o.id = e.order_id where o.group_id = lock_group.group_id))
  order by c.id for no key update;
  perform private.lock_goods(array(
    select distinct i.variant_id from public.orders o join public.order_items i on i.order_id = o.id
    where o.group_id = lock_group.group_id and i.kind <> 'made_to_order'));
  select * into v_group from public.order_groups g where g.id = lock_group.group_id for no key update;
  perform from public.orders o where o.group_id = lock_group.group_id order by o.id for no key update;
  return v_group;
end
$function$;

CREATE OR REPLACE FUNCTION private.lock_stock(variant_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform from public.stock_levels s where s.variant_id = any (variant_ids) order by s.id for no key update;
end
$function$;

CREATE OR REPLACE FUNCTION private.mark_delivered(shipment_id uuid)
 RETURNS public.shipments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_shipment public.shipments;
begin
  update public.shipments s set state = 'delivered', delivered_at = coalesce(s.delivered_at, now())
  where s.id = mark_delivered.shipment_id and s.boutique_id in (select private.my_boutique_ids('orders.write'))
  returning * into v_shipment;
  if not found then
    perform private.raise_error(404, 'shipment_not_found', 'There is no such shipment of a boutique that you work for.',
      jsonb_build_object('shipment_id', shipment_id));
  end if;
  return v_shipment;
end
$function$;

CREATE OR REPLACE FUNCTION private.masked(row_data jsonb, columns text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if columns is null or row_data is null then
    return coalesce(row_data, '{}');
  end if;
  return (
    select coalesce(jsonb_object_agg(e.key, case
      when e.key = any (columns) and e.value <> 'null'::jsonb then '"***"'::jsonb else e.value end), '{}')
    from jsonb_each(row_data) e);
end
$function$;

CREATE OR REPLACE FUNCTION private.merge_cart(lines jsonb)
 RETURNS SETOF public.merged_line
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 10
 SET search_path TO ''
AS $function$
declare
  v_cart uuid;
  v_line private.guest_line;
  v_answer public.merged_line;
begin
  for v_line in select * from private.guest_lines(lines) loop
    v_answer := row(v_line.variant_id, null, null, null);
    begin
      v_cart := private.open_cart();
      v_answer.item_id := (private.put_in_cart(v_cart, v_line.variant_id, v_line.kind, v_line.quantity, v_line.period, false)).id;
    exception when sqlstate 'PT404' or sqlstate 'PT400' or sqlstate 'PT409' then
      get stacked diagnostics v_answer.problem = pg_exception_hint, v_answer.message = message_text;
    end;
    return next v_answer;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.minimum_role(permission public.permission)
 RETURNS public.member_role
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return (case permission
    when 'boutique.transfer' then 'owner'
    when 'audit.read' then 'owner'
    when 'boutique.update' then 'manager'
    when 'members.invite' then 'manager'
    when 'members.manage' then 'manager'
    when 'catalog.write' then 'manager'
    when 'garments.write' then 'manager'
    when 'calendar.manage' then 'manager'
    when 'webhooks.read' then 'manager'
    when 'webhooks.manage' then 'manager'
    when 'refunds.write' then 'manager'
    when 'stock.write' then 'manager'
    when 'discounts.write' then 'manager'
    else 'stylist'
  end)::public.member_role;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_order(order_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_left integer;
  v_gone integer;
  v_state public.order_state;
begin
  select * into v_order from public.orders o where o.id = move_order.order_id;
  select sum(i.quantity - i.cancelled_quantity - i.fulfilled_quantity), sum(i.fulfilled_quantity) into v_left, v_gone
  from public.order_items i where i.order_id = move_order.order_id;
  v_state := case when v_left = 0 then 'fulfilled' when v_gone > 0 then 'part_fulfilled' else 'paid' end;
  -- Money that went back after something had left stays the state of the order, unless something leaves again.
  if v_state is distinct from v_order.state and v_order.state in ('paid', 'part_fulfilled') then
    update public.orders o set state = v_state, state_reason = move_order.reason,
      fulfilled_at = case when v_state = 'fulfilled' then now() end
    where o.id = v_order.id;
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.move_refunded_order(order_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.orders o
  set state = case when o.refunded_total + o.fee_total >= o.total then 'refunded' else 'part_refunded' end::public.order_state,
    state_reason = left(move_refunded_order.reason, 500)
  where o.id = move_refunded_order.order_id
    and o.state is distinct from case when o.refunded_total + o.fee_total >= o.total then 'refunded' else 'part_refunded' end::public.order_state;
end
$function$;

CREATE OR REPLACE FUNCTION private.my_cart()
 RETURNS public.cart_summary
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_cart public.carts;
  v_priced public.priced_cart;
begin
  select * into v_cart from public.carts c where c.customer_id = auth.uid() and c.state = 'open';
  v_priced := private.price_cart(
    private.cart_lines(v_cart.id), auth.uid(), coalesce(v_cart.discount_codes, '{}'), coalesce(v_cart.shipping_method_ids, '{}'), v_cart.country);
  v_priced.cart_id := v_cart.id;
  v_priced.wear_date := v_cart.wear_date;
  return private.cart_summary(v_priced);
end
$function$;

CREATE OR REPLACE FUNCTION private.next_number(boutique_id uuid, kind private.document_kind)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_number bigint;
begin
  insert into private.document_counters as c (boutique_id, kind, last) values (next_number.boutique_id, next_number.kind, 1)
  on conflict on constraint document_counters_pkey do update set last = c.last + 1
  returning c.last into v_number;
  return v_number;
end
$function$;

CREATE OR REPLACE FUNCTION private.note_order_event(order_row public.orders, reason text, detail jsonb DEFAULT '{}'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason, detail)
  values (order_row.id, order_row.boutique_id, order_row.customer_id, order_row.state, order_row.state, reason, detail);
end
$function$;

CREATE OR REPLACE FUNCTION private.notify_of_order()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.notify(case new.state when 'paid' then 'order_paid' else 'order_cancelled' end, new.id,
    jsonb_build_object('group', new.boutique_id));
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.number_text(boutique_id uuid, number bigint)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select p.order_number_prefix || case when number < 1000000 then lpad(number::text, 6, '0') else number::text end
    from public.commerce_policies p where p.boutique_id = number_text.boutique_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.open_cart()
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_cart uuid;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to have a cart. Until then keep it in the client and show it with quote_cart.');
  end if;
  -- Locked: two lines that arrive at once follow each other. A cart that is just being ordered is none any more when we get it.
  loop
    insert into public.carts (customer_id) values (v_customer)
    on conflict (customer_id) where state = 'open' do nothing;
    select c.id into v_cart from public.carts c where c.customer_id = v_customer and c.state = 'open' for no key update;
    exit when found;
  end loop;
  if (select count(*) from public.cart_items i where i.cart_id = v_cart) >= 100 then
    perform private.raise_error(409, 'cart_is_full', 'A cart has at most 100 lines.');
  end if;
  return v_cart;
end
$function$;

CREATE OR REPLACE FUNCTION private.order_check()
 RETURNS SETOF private.calendar_finding
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select * from private.check_stock()
  union all select * from private.check_reservations()
  union all select * from private.check_sold_garments()
  union all select * from private.check_ordered_rentals()
  union all select * from private.check_order_totals()
  union all select * from private.check_payments()
  union all select * from private.check_order_states()
  union all select * from private.check_gift_cards()
$function$;

CREATE OR REPLACE FUNCTION private.order_for_change(order_id uuid, permission public.permission, customer_too boolean)
 RETURNS public.orders
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  select * into v_order from public.orders o
  where o.id = order_for_change.order_id
    and ((customer_too and o.customer_id = auth.uid()) or o.boutique_id in (select private.my_boutique_ids(permission)));
  if not found then
    perform private.raise_error(404, 'order_not_found', 'There is no such order of yours, or of a boutique that you work for.',
      jsonb_build_object('order_id', order_id));
  end if;
  perform private.lock_group(v_order.group_id);
  select * into v_order from public.orders o where o.id = order_for_change.order_id;
  return v_order;
end
$function$;

CREATE OR REPLACE FUNCTION private.paid_by_gift_cards(order_id uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (select -coalesce(sum(e.change), 0) from public.gift_card_entries e where e.order_id = paid_by_gift_cards.order_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.paid_for(order_item public.order_items, prices_include_tax boolean, quantity integer)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_pieces integer := order_item.quantity - order_item.cancelled_quantity;
  v_paid bigint := order_item.unit_price * v_pieces - order_item.discount + case when prices_include_tax then 0 else order_item.tax end;
begin
  return v_paid * (order_item.returned_quantity + quantity) / v_pieces - v_paid * order_item.returned_quantity / v_pieces;
end
$function$;

CREATE OR REPLACE FUNCTION private.payment_is_due(order_row public.orders)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return exists (select from public.payments p where p.order_id = order_row.id and p.state = 'pending');
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
    ('public.addresses', 'customer_id', 'customer_id = $1', true, 'cascade', 'where she has things sent'),
    ('public.carts', 'customer_id', 'customer_id = $1', true, 'cascade', 'what she meant to order'),
    ('public.cart_items', 'customer_id', 'customer_id = $1', true, 'cascade', 'goes with the cart'),
    ('public.order_groups', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom; a trigger empties the address'),
    ('public.orders', 'customer_id', 'customer_id = $1', true, 'detach', 'the same; a trigger empties her note'),
    ('public.order_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_adjustments', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.order_events', 'customer_id', 'customer_id = $1', true, 'detach', 'the log of what was done with her orders'),
    ('public.order_events', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.payments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was paid, not by whom'),
    ('public.refunds', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.discount_redemptions', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.shipments', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was sent, not to whom'),
    ('public.shipment_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.returns', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what came back; a trigger empties her note'),
    ('public.return_items', 'customer_id', 'customer_id = $1', true, 'detach', 'the same'),
    ('public.gift_card_entries', 'customer_id', 'customer_id = $1', true, 'detach', 'the books need what was spent, not by whom'),
    ('public.gift_card_entries', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('public.stock_movements', 'actor_id', 'actor_id = $1', true, 'detach', 'belongs to the boutique''s history'),
    ('private.idempotency_keys', 'user_id', 'user_id = $1', false, 'delete', 'technical: her retries')
$function$;

CREATE OR REPLACE FUNCTION private.price_cart(wanted private.wanted_line[], customer_id uuid, discount_codes text[], shipping_method_ids uuid[], country text)
 RETURNS public.priced_cart
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_cart public.priced_cart;
  v_line public.cart_line;
  v_boutique public.cart_boutique;
  v_codes text[] := array(select distinct upper(btrim(c)) from unnest(discount_codes) c where c ~ '\S');
  v_taken record;
  v_wanted integer;
begin
  v_cart.lines := '{}';
  v_cart.boutiques := '{}';
  v_cart.discounts := '{}';
  for v_n in 1..cardinality(wanted) loop
    v_cart.lines := v_cart.lines || private.price_line(wanted[v_n], country);
  end loop;
  -- Lines that share stock are summed: three and three of five cannot both be had.
  for v_n in 1..cardinality(v_cart.lines) loop
    v_line := v_cart.lines[v_n];
    select sum(l.quantity) into v_wanted
    from unnest(v_cart.lines) l
    where l.variant_id = v_line.variant_id and l.kind = v_line.kind and l.first_day is not distinct from v_line.first_day
      and l.last_day is not distinct from v_line.last_day;
    if v_line.problem is null and v_wanted > v_line.available then
      v_cart.lines[v_n].problem := case v_line.kind when 'rental' then 'not_available' else 'out_of_stock' end;
    end if;
  end loop;

  for v_boutique in
    select b.id, b.name, b.currency::text, p.prices_include_tax, 0, 0, null, null, null, 0, 0, 0, 0, 0, 0, null
    from (select distinct l.boutique_id from unnest(v_cart.lines) l where l.boutique_id is not null) d
    join public.boutiques b on b.id = d.boutique_id
    join public.commerce_policies p on p.boutique_id = b.id
    order by b.name, b.id
  loop
    v_boutique.subtotal := coalesce((
      select sum(l.subtotal) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    v_boutique.deposit := coalesce((
      select sum(l.deposit * l.quantity) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    v_boutique := private.choose_shipping(v_boutique, shipping_method_ids, country);
    select * into v_taken from private.apply_discounts(v_boutique, customer_id, v_codes, v_cart.discounts, v_cart.lines);
    v_cart.lines := v_taken.lines;
    v_cart.discounts := v_cart.discounts || v_taken.applied;
    v_boutique.discount := coalesce((
      select sum(l.discount) from unnest(v_cart.lines) l where l.boutique_id = v_boutique.boutique_id and l.problem is null), 0);
    if v_boutique.discount > 0 then
      -- It may be too little now for free shipping.
      v_boutique := private.choose_shipping(v_boutique, shipping_method_ids, country);
    end if;
    if v_taken.ships_free then
      v_boutique.shipping := 0;
      v_boutique.shipping_tax := 0;
    end if;
    for v_n in 1..cardinality(v_cart.lines) loop
      v_line := v_cart.lines[v_n];
      continue when v_line.boutique_id is distinct from v_boutique.boutique_id or v_line.problem is not null;
      v_cart.lines[v_n].tax := private.tax_of(v_line.subtotal - v_line.discount, v_line.tax_basis_points, v_boutique.prices_include_tax);
      v_boutique.tax := v_boutique.tax + v_cart.lines[v_n].tax;
    end loop;
    v_boutique.tax := v_boutique.tax + v_boutique.shipping_tax;
    v_boutique.total := v_boutique.subtotal - v_boutique.discount + v_boutique.shipping
      + case when v_boutique.prices_include_tax then 0 else v_boutique.tax end;
    v_cart.boutiques := v_cart.boutiques || v_boutique;
  end loop;
  v_cart.discounts := v_cart.discounts || array(
    select row(null, null, c, '', null, 0, 'not_found')::public.cart_discount
    from unnest(v_codes) c where not exists (select from unnest(v_cart.discounts) d where d.code = c));
  v_cart.can_be_ordered := cardinality(v_cart.lines) > 0
    and not exists (select from unnest(v_cart.lines) l where l.problem is not null)
    and not exists (select from unnest(v_cart.boutiques) b where b.problem is not null);
  return v_cart;
end
$function$;

CREATE OR REPLACE FUNCTION private.price_line(wanted private.wanted_line, country text)
 RETURNS public.cart_line
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_variant public.product_variants;
  v_product public.products;
  v_terms private.rental_terms;
  v_tax private.tax_rate;
  v_line public.cart_line;
begin
  v_line.item_id := wanted.item_id;
  v_line.variant_id := wanted.variant_id;
  v_line.kind := wanted.kind;
  v_line.quantity := wanted.quantity;
  v_line.first_day := lower(wanted.period);
  v_line.last_day := upper(wanted.period) - 1;
  v_line.unit_price := 0;
  v_line.deposit := 0;
  select * into v_variant from public.product_variants v where v.id = wanted.variant_id;
  if not found or not v_variant.listed then
    v_line.problem := 'variant_not_found';
  end if;
  select * into v_product from public.products p where p.id = v_variant.product_id;
  v_line.boutique_id := v_variant.boutique_id;
  v_line.product_id := v_product.id;
  v_line.category_id := v_product.category_id;
  v_line.product_name := v_product.name;
  v_line.product_slug := v_product.slug;
  v_line.size := v_variant.size;
  v_line.color := v_variant.color;
  v_line.sku := v_variant.sku;
  v_line.serialised := coalesce(v_variant.serialised, false);
  v_line.currency := v_variant.currency;
  if v_line.problem is null then
    if wanted.kind = 'rental' then
      begin
        v_terms := private.rental_terms(wanted.variant_id, wanted.period::text);
        v_line.unit_price := v_terms.price_per_day * (upper(wanted.period) - lower(wanted.period));
        v_line.deposit := v_terms.deposit;
        v_line.available := (select count(*) from private.free_garment_ids(wanted.variant_id, private.allocation_of_period(
          v_terms.period, v_terms.buffer_days_before, v_terms.buffer_days_after, v_terms.timezone)));
        if v_line.available = 0 then
          v_line.problem := 'not_available';
        end if;
      exception when sqlstate 'PT400' or sqlstate 'PT404' or sqlstate 'PT409' then
        get stacked diagnostics v_line.problem = pg_exception_hint;
      end;
    elsif v_variant.sale_price is null or not v_product.for_sale then
      v_line.problem := 'not_for_sale';
    elsif wanted.kind = 'made_to_order' and not v_product.made_to_order then
      v_line.problem := 'not_made_to_order';
    else
      v_line.unit_price := v_variant.sale_price;
      if wanted.kind = 'made_to_order' then
        v_line.promised_date := private.promised_date(v_product);
      elsif v_variant.serialised then
        v_line.available := (select count(*) from private.free_garment_ids(v_variant.id, tstzrange(now(), null)));
      else
        v_line.available := private.available_stock(v_variant.id);
      end if;
      if v_line.available < wanted.quantity then
        v_line.problem := 'out_of_stock';
      end if;
    end if;
  end if;
  v_line.subtotal := v_line.unit_price * wanted.quantity;
  v_line.discount := 0;
  v_tax := private.tax_rate(v_variant.boutique_id, wanted.kind::text::public.taxed_thing, v_product.category_id, country);
  v_line.tax_name := v_tax.name;
  v_line.tax_basis_points := v_tax.basis_points;
  v_line.tax := 0;
  return v_line;
end
$function$;

CREATE OR REPLACE FUNCTION private.promised_date(product public.products)
 RETURNS date
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    select s.expected_date from private.readiness_steps(product, private.today_of(product.boutique_id)) s
    where s.variant = 'usual' and s.step = 'done');
end
$function$;

CREATE OR REPLACE FUNCTION private.put_in_cart(cart_id uuid, variant_id uuid, kind public.order_line_kind, quantity integer, period text, adding boolean)
 RETURNS public.cart_items
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid;
  v_days daterange;
  v_item public.cart_items;
begin
  select l.boutique_id, l.days into v_boutique, v_days from private.check_cart_line(variant_id, kind, quantity, period) l;
  insert into public.cart_items as i (cart_id, customer_id, boutique_id, variant_id, kind, quantity, period)
  values (put_in_cart.cart_id, auth.uid(), v_boutique, put_in_cart.variant_id, put_in_cart.kind, put_in_cart.quantity, v_days)
  on conflict on constraint cart_items_cart_id_variant_id_kind_period_key do update
  set quantity = least(100, case when adding then i.quantity + excluded.quantity else greatest(i.quantity, excluded.quantity) end)
  returning * into v_item;
  return v_item;
end
$function$;

CREATE OR REPLACE FUNCTION private.quote_cart(lines jsonb, discount_codes text[], shipping_method_ids uuid[], country text)
 RETURNS public.cart_summary
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.limit_rate('quote_cart', 300, 300);
  if cardinality(discount_codes) > 10 or cardinality(shipping_method_ids) > 50 or country !~ '^[A-Z]{2}$' then
    perform private.raise_error(400, 'invalid_cart', 'A cart has at most 10 codes and 50 ways to deliver; country is an ISO 3166-1 code such as ET.');
  end if;
  return private.cart_summary(private.price_cart(
    array(
      select row(null, l.variant_id, l.kind, least(greatest(l.quantity, 1), 100),
        case when l.kind = 'rental' then private.parse_period(l.period) end)::private.wanted_line
      from private.guest_lines(lines) l),
    auth.uid(), coalesce(discount_codes, '{}'), coalesce(shipping_method_ids, '{}'), country));
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_cart_changed(cart public.priced_cart)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_line public.cart_line;
begin
  if cardinality(cart.lines) = 0 then
    perform private.raise_error(409, 'cart_is_empty', 'There is nothing in this cart.', jsonb_build_object('cart_id', cart.cart_id));
  end if;
  for v_line in select * from unnest(cart.lines) l where l.problem = 'out_of_stock' loop
    perform private.raise_out_of_stock(v_line.variant_id, v_line.quantity, v_line.available);
  end loop;
  for v_line in select * from unnest(cart.lines) l where l.problem = 'not_available' loop
    perform private.raise_not_available(private.rental_terms(v_line.variant_id, daterange(v_line.first_day, v_line.last_day, '[]')::text));
  end loop;
  perform private.raise_error(409, 'cart_changed', 'Something in the cart can no longer be had as it is. Look at my_cart.',
    jsonb_build_object('cart_id', cart.cart_id,
      'lines', (select jsonb_agg(jsonb_build_object('item_id', l.item_id, 'variant_id', l.variant_id, 'problem', l.problem))
        from unnest(cart.lines) l where l.problem is not null),
      'boutiques', (select jsonb_agg(jsonb_build_object('boutique_id', b.boutique_id, 'problem', b.problem))
        from unnest(cart.boutiques) b where b.problem is not null)));
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_invalid_return_state(return_row public.returns, verb text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'invalid_state', format('A return that is %s cannot be %s.', return_row.state, verb),
    jsonb_build_object('return_id', return_row.id, 'state', return_row.state));
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_not_available(terms private.rental_terms)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_next daterange := private.next_free_period(terms);
begin
  perform private.raise_error(409, 'not_available',
    case
      when v_next is null then 'No garment of this variant is free on these days, nor later as far as can be booked.'
      else format('No garment of this variant is free on these days. The next free period is %s to %s.',
        lower(v_next), upper(v_next) - 1)
    end,
    jsonb_build_object('variant_id', terms.variant_id, 'next_free', case when v_next is not null then
      jsonb_build_object('first_day', lower(v_next), 'last_day', upper(v_next) - 1) end));
end
$function$;

CREATE OR REPLACE FUNCTION private.raise_out_of_stock(variant_id uuid, wanted integer, remaining integer)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.raise_error(409, 'out_of_stock',
    case when remaining = 0 then 'Nothing is left of this.' else format('Only %s are left of this.', remaining) end,
    jsonb_build_object('variant_id', variant_id, 'wanted', wanted, 'left', remaining));
end
$function$;

CREATE OR REPLACE FUNCTION private.readiness_steps(product public.products, wear_date date)
 RETURNS SETOF public.readiness_step
 LANGUAGE plpgsql
 STABLE ROWS 20
 SET search_path TO ''
AS $function$
declare
  v_product public.products := product;
  v_boutique public.boutiques;
  v_policy public.readiness_policies;
  v_variant text;
  v_steps public.readiness_step[];
  v_names text[];
  v_days integer[];
  v_day date;
  v_broken boolean;
begin
  select * into v_boutique from public.boutiques b where b.id = v_product.boutique_id;
  select * into v_policy from public.readiness_policies r where r.boutique_id = v_product.boutique_id;
  foreach v_variant in array array['usual', 'rush'] loop
    continue when v_variant = 'rush' and v_policy.rush_lead_percent is null;
    v_names := array['order', 'make', 'ship'] || array_fill('fitting'::text, array[v_policy.fittings]) || array['alterations', 'done'];
    -- How long each step takes after the one before.
    v_days := array[
        0,
        case v_variant when 'rush' then ceil(coalesce(v_product.lead_days, v_policy.lead_days) * v_policy.rush_lead_percent / 100.0)::integer
          else coalesce(v_product.lead_days, v_policy.lead_days) end,
        case v_variant when 'rush' then v_policy.rush_shipping_days else v_policy.shipping_days end]
      || array_fill(v_policy.fitting_gap_days, array[v_policy.fittings])
      || array[v_policy.alteration_days, 0];

    -- Forwards from today: when each step is over.
    v_steps := '{}';
    v_day := private.today_of(v_product.boutique_id);
    for v_n in 1..cardinality(v_names) loop
      v_day := v_day + v_days[v_n];
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, 1);
      end if;
      v_steps := v_steps || row(v_variant, v_n, v_names[v_n], case when v_names[v_n] = 'fitting' then v_n - 3 end, v_day, null, false,
        case v_variant when 'rush' then v_policy.rush_fee else 0 end, v_boutique.currency)::public.readiness_step;
    end loop;

    -- Backwards from the day it is worn: when each has to be.
    v_day := wear_date - v_policy.spare_days;
    for v_n in reverse cardinality(v_names)..1 loop
      if v_names[v_n] = 'fitting' then
        v_day := private.fitting_day(v_product.boutique_id, v_day, -1);
      end if;
      v_steps[v_n].latest_date := v_day;
      v_day := v_day - v_days[v_n];
    end loop;

    v_broken := false;
    for v_n in 1..cardinality(v_names) loop
      v_steps[v_n].breaks := not v_broken and v_steps[v_n].expected_date > v_steps[v_n].latest_date;
      v_broken := v_broken or v_steps[v_n].breaks;
      return next v_steps[v_n];
    end loop;
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.receive_return(return_id uuid)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_return public.returns := private.return_for_change(return_id, false);
begin
  if v_return.state = 'received' then
    return v_return;
  elsif v_return.state not in ('requested', 'approved') then
    perform private.raise_invalid_return_state(v_return, 'received');
  end if;
  update public.returns t set state = 'received' where t.id = v_return.id returning * into v_return;
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_payment uuid;
begin
  -- Who takes cash for a group takes it for all boutiques in it.
  if not exists (select from public.orders o where o.group_id = record_payment.order_group_id)
    or (not (select private.is_admin()) and exists (
      select from public.orders o
      where o.group_id = record_payment.order_group_id and o.boutique_id not in (select private.my_boutique_ids('orders.write')))) then
    perform private.raise_error(404, 'order_group_not_found', 'There is no such order group of boutiques that you all work for.',
      jsonb_build_object('order_group_id', order_group_id));
  elsif method is null or method !~ '^[a-z_]{2,40}$' or reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'A payment has a method such as cash or bank_transfer, and a reference such as the number of the receipt.');
  end if;
  select p.id into v_payment from public.payments p
  where p.group_id = record_payment.order_group_id
  order by p.state = 'succeeded', p.order_id is not null, p.created_at limit 1;
  if v_payment is null then
    perform private.raise_error(409, 'nothing_to_pay', 'Nothing is to be paid for this.', jsonb_build_object('order_group_id', order_group_id));
  end if;
  return private.settle_payment(v_payment, method, btrim(reference), amount, currency);
end
$function$;

CREATE OR REPLACE FUNCTION private.record_refund(refund_id uuid, reference text)
 RETURNS public.refunds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_refund public.refunds;
begin
  if reference is null or reference !~ '\S' or length(reference) > 200 then
    perform private.raise_error(400, 'invalid_payment', 'Say how it was paid back: a reference of at most 200 characters.');
  end if;
  select * into v_refund from public.refunds f
  where f.id = record_refund.refund_id and f.boutique_id in (select private.my_boutique_ids('refunds.write')) for update;
  if not found then
    perform private.raise_error(404, 'refund_not_found', 'There is no such refund of a boutique that you manage.', jsonb_build_object('refund_id', refund_id));
  elsif v_refund.state = 'due' then
    update public.refunds f set state = 'paid', paid_at = now(), reference = btrim(record_refund.reference)
    where f.id = v_refund.id returning * into v_refund;
  end if;
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION private.refund(order_id uuid, amount bigint, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
  v_refund uuid;
  v_to_cards bigint;
begin
  if amount <= 0 then
    return null;
  end if;
  update public.orders o set refunded_total = o.refunded_total + refund.amount
  where o.id = refund.order_id
  returning * into v_order;
  v_to_cards := private.give_back_gift_cards(v_order, least(refund.amount, private.paid_by_gift_cards(v_order.id)));
  insert into public.refunds (order_id, boutique_id, customer_id, amount, to_gift_cards, currency, reason, state, paid_at, reference)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, refund.amount, v_to_cards, v_order.currency, left(refund.reason, 500),
    case when v_to_cards = refund.amount then 'paid' else 'due' end::public.refund_state,
    case when v_to_cards = refund.amount then now() end, case when v_to_cards = refund.amount then 'gift cards' end)
  returning id into v_refund;
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION private.refund_order(order_id uuid, amount bigint, reason text, idempotency_key text)
 RETURNS public.refunds
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'refunds.write', false);
  v_earlier uuid;
  v_refund public.refunds;
begin
  v_earlier := private.claim_idempotency_key('refund_order', idempotency_key,
    jsonb_build_object('order_id', order_id, 'amount', amount, 'reason', reason));
  if v_earlier is not null then
    select * into strict v_refund from public.refunds f where f.id = v_earlier;
    return v_refund;
  elsif v_order.state not in ('part_fulfilled', 'fulfilled', 'completed', 'part_refunded') then
    perform private.raise_error(409, 'invalid_state', format('An order that is %s is not refunded; one that has not left is cancelled.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  elsif amount is null or amount not between 1 and v_order.total - v_order.refunded_total - v_order.fee_total or coalesce(reason, '') !~ '\S' then
    perform private.raise_error(400, 'invalid_refund', 'A refund has a reason, and an amount of at most what was paid and has not gone back.',
      jsonb_build_object('order_id', order_id, 'left', v_order.total - v_order.refunded_total - v_order.fee_total));
  end if;
  v_earlier := private.refund(v_order.id, amount, reason);
  select * into strict v_refund from public.refunds f where f.id = v_earlier;
  perform private.move_refunded_order(v_order.id, reason);
  perform private.settle_idempotency_key('refund_order', idempotency_key, v_refund.id);
  return v_refund;
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  raise exception '% is append-only.', tg_table_name using errcode = '42501', hint = 'append_only';
end
$function$;

CREATE OR REPLACE FUNCTION private.refuse_ordered_rental(rental_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_order uuid;
begin
  select i.order_id into v_order from public.order_items i where i.rental_id = refuse_ordered_rental.rental_id;
  if found then
    perform private.raise_error(409, 'belongs_to_order', 'This rental is a line of an order: pay, change or cancel the order.',
      jsonb_build_object('rental_id', rental_id, 'order_id', v_order));
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.release_stock(order_item_id uuid, quantity integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_left integer := quantity;
  v_reserved record;
begin
  for v_reserved in
    select r.location_id, r.quantity, i.boutique_id, i.variant_id
    from private.reserved_for(order_item_id) r cross join public.order_items i
    where i.id = release_stock.order_item_id and r.quantity > 0
  loop
    exit when v_left = 0;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
    values (v_reserved.boutique_id, v_reserved.variant_id, v_reserved.location_id, 'released',
      -least(coalesce(v_left, v_reserved.quantity), v_reserved.quantity), order_item_id);
    v_left := v_left - least(v_left, v_reserved.quantity);
  end loop;
end
$function$;

CREATE OR REPLACE FUNCTION private.remind_of_carts()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_cart uuid;
  v_count integer := 0;
begin
  for v_cart in
    update public.carts c set reminded_at = now()
    where c.id = any (array(
      select x.id from public.carts x
      where x.state = 'open' and x.reminded_at is null
        and x.updated_at between now() - interval '3 days' and now() - interval '4 hours'
        and exists (select from public.cart_items i where i.cart_id = x.id)
      order by x.updated_at
      limit 1000
      for update skip locked))
    returning c.id
  loop
    perform private.notify('cart_abandoned', v_cart);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_order_drift(kind text, id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_order public.orders;
begin
  case kind
    when 'stock_level' then
      return private.repair_stock_level(id);
    when 'reservation' then
      return private.repair_reservation(id);
    when 'sold_without_order' then
      update public.allocations a set state = 'released', held_until = null where a.id = repair_order_drift.id;
      return 'Mended: the garment is free. Take retired_at off it if it is still there.';
    when 'sold_garments' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: a garment is missing, or too many are sold. Look at the allocations of the line, and cancel the order or give her another piece.';
      end if;
      update public.allocations a set state = 'released', held_until = null
      where a.source_id = repair_order_drift.id and a.kind = 'sale' and a.state <> 'released';
      return 'Mended: the garments of the cancelled line are free.';
    when 'rental_line' then
      select o.* into v_order from public.orders o join public.order_items i on i.order_id = o.id where i.id = repair_order_drift.id;
      if v_order.state <> 'cancelled' then
        return 'By hand: cancel the order, or reserve the days again.';
      end if;
      perform private.end_rental(i.rental_id, 'cancelled') from public.order_items i where i.id = repair_order_drift.id;
      return 'Mended: the days of the cancelled order are free.';
    when 'order_total' then
      return 'By hand: what was agreed with the customer is not for a machine to change. See order_events, and edit or refund the order.';
    when 'refund_total' then
      update public.orders o set refunded_total = coalesce((select sum(f.amount) from public.refunds f where f.order_id = o.id), 0)
      where o.id = repair_order_drift.id;
      return 'Mended: the order says what its refunds do.';
    when 'stale_order' then
      perform private.expire_order_hold(o.group_id) from public.orders o where o.id = repair_order_drift.id;
      return 'Mended: the order is cancelled, and what it kept is free. See why no worker does order.expire_hold.';
    when 'gift_card' then
      update public.gift_cards c set balance = coalesce((select sum(e.change) from public.gift_card_entries e where e.gift_card_id = c.id), 0)
      where c.id = repair_order_drift.id;
      return 'Mended: the balance is what its entries make.';
    when 'order_state' then
      insert into public.order_events (order_id, boutique_id, customer_id, from_state, to_state, reason)
      select o.id, o.boutique_id, u.id,
        (select e.to_state from public.order_events e where e.order_id = o.id order by e.id desc limit 1), o.state, 'repaired'
      from public.orders o left join auth.users u on u.id = o.customer_id
      where o.id = repair_order_drift.id;
      return 'Mended: the log ends with the state of the order.';
    else
      return format('By hand: nothing mends %s.', kind);
  end case;
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_reservation(order_item_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_item public.order_items;
  v_order public.orders;
  v_reserved integer;
  v_needed integer;
  v_movement public.stock_movements;
begin
  select * into v_item from public.order_items i where i.id = order_item_id;
  if not found then
    -- Reserved for nobody.
    perform private.lock_stock(array(select m.variant_id from public.stock_movements m where m.source_id = order_item_id));
    for v_movement in
      select m.* from public.stock_movements m where m.source_id = order_item_id order by m.id limit 1
    loop
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id, note)
      select v_movement.boutique_id, v_movement.variant_id, r.location_id, 'repaired', -r.quantity, order_item_id, 'order_check'
      from private.reserved_for(order_item_id) r;
    end loop;
    return 'Mended: what was reserved for nobody is free.';
  end if;
  select * into v_order from public.orders o where o.id = v_item.order_id;
  perform private.lock_group(v_order.group_id);
  select * into v_item from public.order_items i where i.id = order_item_id;
  select * into v_order from public.orders o where o.id = v_item.order_id;
  select coalesce(sum(r.quantity), 0) into v_reserved from private.reserved_for(order_item_id) r;
  v_needed := case when v_item.kind <> 'sale' or v_item.serialised or v_order.state = 'cancelled' then 0
    else v_item.quantity - v_item.cancelled_quantity - v_item.fulfilled_quantity end;
  if v_reserved > v_needed then
    perform private.release_stock(order_item_id, v_reserved - v_needed);
    return 'Mended: what was reserved too much is free.';
  elsif v_reserved < v_needed and private.reserve_stock(v_item, v_needed - v_reserved, null) > 0 then
    return 'By hand: there is not enough to reserve. Get more, or cancel the order.';
  end if;
  return 'Mended: the line has what it needs.';
end
$function$;

CREATE OR REPLACE FUNCTION private.repair_stock_level(level_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_level public.stock_levels;
begin
  select * into v_level from public.stock_levels s where s.id = level_id;
  if not found then
    return 'By hand: there is no shelf for these movements. Make its row with the sums of the ledger.';
  end if;
  perform private.lock_stock(array[v_level.variant_id]);
  update public.stock_levels s set on_hand = l.on_hand, reserved = l.reserved
  from (
    select coalesce(sum(m.on_hand_change), 0) as on_hand, coalesce(sum(m.reserved_change), 0) as reserved
    from public.stock_movements m where m.variant_id = v_level.variant_id and m.location_id = v_level.location_id) l
  where s.id = level_id;
  return 'Mended: the level is what its movements make.';
exception when check_violation then
  return 'By hand: the movements make less than nothing. Count the shelf, and write a movement of kind repaired.';
end
$function$;

CREATE OR REPLACE FUNCTION private.request_return(order_id uuid, items jsonb, reason public.return_reason, note text, idempotency_key text)
 RETURNS public.returns
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_order public.orders := private.order_for_change(order_id, 'orders.write', true);
  v_by_staff boolean := v_order.boutique_id in (select private.my_boutique_ids('orders.write'));
  v_earlier uuid;
  v_return public.returns;
  v_wanted private.wanted_piece;
  v_item public.order_items;
  v_delivered timestamptz;
  v_open integer;
begin
  v_earlier := private.claim_idempotency_key('request_return', idempotency_key,
    jsonb_build_object('order_id', order_id, 'items', items, 'reason', reason));
  if v_earlier is not null then
    select * into strict v_return from public.returns t where t.id = v_earlier;
    return v_return;
  elsif items is null or reason is null then
    perform private.raise_error(400, 'invalid_items', 'A return has a reason, and items: an array of objects with order_item_id and quantity.');
  elsif length(note) > 2000 then
    perform private.raise_error(400, 'invalid_note', 'A note has at most 2000 characters.');
  elsif v_order.state not in ('part_fulfilled', 'fulfilled', 'completed', 'part_refunded') then
    perform private.raise_error(409, 'invalid_state', format('Nothing of an order that is %s can come back.', v_order.state),
      jsonb_build_object('order_id', order_id, 'state', v_order.state));
  end if;
  insert into public.returns (order_id, boutique_id, customer_id, reason, note)
  values (v_order.id, v_order.boutique_id, v_order.customer_id, request_return.reason, coalesce(request_return.note, ''))
  returning * into v_return;
  for v_wanted in select * from private.wanted_pieces(v_order.id, items) loop
    select * into v_item from public.order_items i where i.id = v_wanted.order_item_id and i.order_id = v_order.id for update;
    if not found then
      perform private.raise_error(404, 'order_item_not_found', 'There is no such line in this order.',
        jsonb_build_object('order_item_id', v_wanted.order_item_id));
    elsif v_item.kind = 'rental' or (v_item.kind = 'made_to_order' and not v_by_staff) or (v_order.return_days = 0 and not v_by_staff) then
      perform private.raise_error(409, 'not_returnable', 'Rentals come back by return_rental; what was made for her, and what was sold without a right of return, is kept.',
        jsonb_build_object('order_item_id', v_item.id));
    end if;
    select coalesce(sum(x.quantity), 0) into v_open
    from public.return_items x join public.returns t on t.id = x.return_id
    where x.order_item_id = v_item.id and t.state in ('requested', 'approved', 'received');
    if v_wanted.quantity is null or v_wanted.quantity < 1 or v_wanted.quantity > v_item.fulfilled_quantity - v_item.returned_quantity - v_open then
      perform private.raise_error(409, 'nothing_left', 'So many of this line are not with the customer, or are coming back already.',
        jsonb_build_object('order_item_id', v_item.id, 'left', v_item.fulfilled_quantity - v_item.returned_quantity - v_open));
    end if;
    select max(coalesce(s.delivered_at, now())) into v_delivered
    from public.shipments s join public.shipment_items x on x.shipment_id = s.id where x.order_item_id = v_item.id;
    if not v_by_staff and now() > v_delivered + make_interval(days => v_order.return_days) then
      perform private.raise_error(409, 'return_window_passed', format('It could be sent back for %s days.', v_order.return_days),
        jsonb_build_object('order_item_id', v_item.id, 'until', v_delivered + make_interval(days => v_order.return_days)));
    end if;
    insert into public.return_items (return_id, order_item_id, boutique_id, customer_id, quantity)
    values (v_return.id, v_item.id, v_order.boutique_id, v_order.customer_id, v_wanted.quantity);
  end loop;
  perform private.note_order_event(v_order, 'return_requested', jsonb_build_object('return_id', v_return.id));
  perform private.settle_idempotency_key('request_return', idempotency_key, v_return.id);
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.reserve_rental(variant_id uuid, period text, idempotency_key text)
 RETURNS public.rentals
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_customer uuid := auth.uid();
  v_earlier uuid;
  v_terms private.rental_terms;
  v_rental public.rentals;
begin
  if v_customer is null or not exists (select from public.profiles p where p.id = v_customer) then
    perform private.raise_error(401, 'sign_in_required', 'Sign in to reserve.');
  end if;

  v_earlier := private.claim_idempotency_key('reserve_rental', idempotency_key,
    jsonb_build_object('variant_id', variant_id, 'period', private.parse_period(period)));
  if v_earlier is not null then
    select * into strict v_rental from public.rentals r where r.id = v_earlier;
    if v_rental.state = 'expired' or (v_rental.state = 'held' and v_rental.held_until <= now()) then
      perform private.raise_error(410, 'hold_expired',
        'The hold made with this idempotency key has ended. Reserve again with a new key.',
        jsonb_build_object('rental_id', v_rental.id, 'held_until', v_rental.held_until));
    end if;
    return v_rental;
  end if;

  v_terms := private.rental_terms(variant_id, period);
  v_rental := private.hold_rental(v_terms, v_customer, now() + v_terms.hold_minutes * interval '1 minute');
  if v_rental.id is null then
    perform private.raise_not_available(v_terms);
  end if;
  perform private.enqueue('mail.rental_reserved', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id));
  perform private.enqueue('rental.expire_hold', jsonb_build_object('rental_id', v_rental.id),
    jsonb_build_object('group', v_rental.boutique_id, 'start_after', v_rental.held_until));
  perform private.settle_idempotency_key('reserve_rental', idempotency_key, v_rental.id);
  return v_rental;
end
$function$;

CREATE OR REPLACE FUNCTION private.reserve_stock(order_item public.order_items, quantity integer, location_id uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_missing integer := quantity;
  v_level public.stock_levels;
  v_expired record;
  v_tries integer := 0;
begin
  -- The caller has locked the levels of the variant. At the wished branch first, then where one branch has all, then where most is.
  loop
    for v_level in
      select * from public.stock_levels s
      where s.variant_id = order_item.variant_id and s.on_hand > s.reserved
      order by s.location_id is not distinct from reserve_stock.location_id desc, s.on_hand - s.reserved >= v_missing desc,
        s.on_hand - s.reserved desc, s.id
    loop
      exit when v_missing = 0;
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id)
      values (v_level.boutique_id, v_level.variant_id, v_level.location_id, 'reserved',
        least(v_missing, v_level.on_hand - v_level.reserved), order_item.id);
      v_missing := v_missing - least(v_missing, v_level.on_hand - v_level.reserved);
    end loop;
    exit when v_missing = 0 or v_tries = 1;
    v_tries := 1;
    -- Orders whose hold is over give way at once. The orders themselves are not touched: their job ends them, and a payment
    -- that comes late looks at the ledger.
    for v_expired in
      select * from private.expired_reservations(array[order_item.variant_id]) e where e.order_item_id <> order_item.id
    loop
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, reserved_change, source_id, note)
      values (v_expired.boutique_id, v_expired.variant_id, v_expired.location_id, 'released', -v_expired.quantity::integer,
        v_expired.order_item_id, 'hold_expired');
    end loop;
  end loop;
  return v_missing;
end
$function$;

CREATE OR REPLACE FUNCTION private.reserved_for(order_item_id uuid)
 RETURNS TABLE(location_id uuid, quantity integer)
 LANGUAGE plpgsql
 STABLE ROWS 2
 SET search_path TO ''
AS $function$
begin
  return query
  select m.location_id, sum(m.reserved_change)::integer
  from public.stock_movements m
  where m.source_id = reserved_for.order_item_id
  group by m.location_id
  having sum(m.reserved_change) <> 0
  order by m.location_id;
end
$function$;

CREATE OR REPLACE FUNCTION private.restock(order_item public.order_items, quantity integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_location uuid;
  v_garments uuid[];
begin
  if order_item.serialised then
    v_garments := array(
      select a.resource_id from public.allocations a
      where a.source_id = order_item.id and a.kind = 'sale' and a.state = 'confirmed' order by a.resource_id limit quantity);
    update public.allocations a set state = 'released' where a.source_id = order_item.id and a.kind = 'sale' and a.resource_id = any (v_garments);
    update public.garments g set retired_at = null where g.id = any (v_garments);
  elsif order_item.kind = 'sale' then
    -- Back to where it came from.
    select m.location_id into v_location from public.stock_movements m
    where m.source_id = order_item.id and m.kind = 'fulfilled' order by m.id desc limit 1;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, source_id)
    values (order_item.boutique_id, order_item.variant_id, v_location, 'restocked', quantity, order_item.id);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.return_for_change(return_id uuid, customer_too boolean)
 RETURNS public.returns
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_return public.returns;
begin
  select * into v_return from public.returns t
  where t.id = return_for_change.return_id
    and ((customer_too and t.customer_id = auth.uid()) or t.boutique_id in (select private.my_boutique_ids('orders.write')));
  if not found then
    perform private.raise_error(404, 'return_not_found', 'There is no such return of yours, or of a boutique that you work for.',
      jsonb_build_object('return_id', return_id));
  end if;
  perform private.lock_group(o.group_id) from public.orders o where o.id = v_return.order_id;
  select * into v_return from public.returns t where t.id = return_for_change.return_id for update;
  return v_return;
end
$function$;

CREATE OR REPLACE FUNCTION private.set_boutique_currency()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  select b.currency into new.currency from public.boutiques b where b.id = new.boutique_id;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION private.settle_payment(payment_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_payment public.payments;
begin
  select * into v_payment from public.payments p where p.id = settle_payment.payment_id;
  if not found then
    perform private.raise_error(404, 'payment_not_found', 'There is no such payment.', jsonb_build_object('payment_id', payment_id));
  end if;
  perform private.lock_group(v_payment.group_id);
  select * into v_payment from public.payments p where p.id = settle_payment.payment_id for update;
  if v_payment.state = 'succeeded' then
    if v_payment.method is distinct from settle_payment.method or v_payment.reference is distinct from settle_payment.reference then
      perform private.raise_error(409, 'already_paid', 'This was paid another way already.',
        jsonb_build_object('payment_id', payment_id, 'method', v_payment.method, 'reference', v_payment.reference));
    end if;
    return v_payment;
  elsif settle_payment.amount is distinct from v_payment.amount or settle_payment.currency is distinct from v_payment.currency::text then
    perform private.raise_error(409, 'amount_differs', 'Another amount or currency is to be paid.',
      jsonb_build_object('payment_id', payment_id, 'amount', v_payment.amount, 'currency', v_payment.currency));
  end if;
  update public.payments p set state = 'succeeded', settled_at = now(), method = settle_payment.method, reference = settle_payment.reference
  where p.id = v_payment.id
  returning * into v_payment;
  if v_payment.order_id is null then
    perform private.confirm_group(v_payment.group_id, v_payment.amount);
  end if;
  return v_payment;
exception when unique_violation then
  perform private.raise_error(409, 'reference_used', 'This reference settled another payment already.',
    jsonb_build_object('method', method, 'reference', reference));
end
$function$;

CREATE OR REPLACE FUNCTION private.share_of(amount bigint, part integer, parts integer, pieces integer)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  -- All of it when the line stays whole; else what the first `part` of the parts have, less what those before had.
  return case when pieces = parts then amount else amount * part / parts - amount * (part - 1) / parts end;
end
$function$;

CREATE OR REPLACE FUNCTION private.spend_gift_cards(order_row public.orders, card_ids uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_card public.gift_cards;
  v_left bigint := order_row.total;
begin
  -- The caller has locked the cards. Those of the boutique first: they pay for nothing else.
  for v_card in
    select * from public.gift_cards c
    where c.id = any (card_ids) and c.balance > 0 and c.currency = order_row.currency
      and (c.boutique_id is null or c.boutique_id = order_row.boutique_id)
    order by c.boutique_id is null, c.expires_at nulls last, c.id
  loop
    exit when v_left = 0;
    insert into public.gift_card_entries (gift_card_id, boutique_id, customer_id, order_id, kind, change)
    values (v_card.id, v_card.boutique_id, order_row.customer_id, order_row.id, 'redeemed', -least(v_left, v_card.balance));
    v_left := v_left - least(v_left, v_card.balance);
  end loop;
  return order_row.total - v_left;
end
$function$;

CREATE OR REPLACE FUNCTION private.spread_status_to_shipping()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- The trigger of the table computes the new value.
  update public.shipping_methods s set listed = not s.listed where s.boutique_id = new.id and s.retired_at is null;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.stock_place(variant_id uuid, location_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid;
begin
  select v.boutique_id into v_boutique
  from public.product_variants v
  join public.locations l on l.boutique_id = v.boutique_id
  where v.id = stock_place.variant_id and l.id = stock_place.location_id
    and v.boutique_id in (select private.my_boutique_ids('stock.write'));
  if not found then
    perform private.raise_error(404, 'stock_place_not_found', 'There is no such variant and branch of one boutique that you work for.',
      jsonb_build_object('variant_id', variant_id, 'location_id', location_id));
  end if;
  perform private.lock_stock(array[variant_id]);
  return v_boutique;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_goods(order_item public.order_items, location_id uuid, held_until timestamp with time zone)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_missing integer := 0;
  v_terms private.rental_terms;
  v_rental public.rentals;
begin
  if order_item.kind = 'rental' then
    v_terms := private.rental_terms(order_item.variant_id, order_item.period::text);
    v_rental := private.hold_rental(v_terms, order_item.customer_id, held_until);
    if v_rental.id is null then
      perform private.raise_not_available(v_terms);
    end if;
    return v_rental.id;
  elsif order_item.kind = 'sale' and order_item.serialised then
    v_missing := private.hold_garments_for_sale(order_item, order_item.quantity, held_until);
  elsif order_item.kind = 'sale' then
    v_missing := private.reserve_stock(order_item, order_item.quantity, location_id);
  end if;
  if v_missing > 0 then
    perform private.raise_out_of_stock(order_item.variant_id, order_item.quantity, order_item.quantity - v_missing);
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.take_off_shelf(order_item public.order_items, quantity integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_left integer := quantity;
  v_reserved record;
begin
  for v_reserved in select * from private.reserved_for(order_item.id) r where r.quantity > 0 loop
    exit when v_left = 0;
    insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, reserved_change, source_id)
    values (order_item.boutique_id, order_item.variant_id, v_reserved.location_id, 'fulfilled',
      -least(v_left, v_reserved.quantity), -least(v_left, v_reserved.quantity), order_item.id);
    v_left := v_left - least(v_left, v_reserved.quantity);
  end loop;
  if v_left > 0 then
    perform private.raise_out_of_stock(order_item.variant_id, quantity, quantity - v_left);
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION private.tax_of(amount bigint, basis_points integer, included boolean)
 RETURNS bigint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when included then round(amount::numeric * basis_points / (10000 + basis_points))
    else round(amount::numeric * basis_points / 10000)
  end;
end
$function$;

CREATE OR REPLACE FUNCTION private.tax_rate(boutique_id uuid, thing public.taxed_thing, category_id uuid, country text)
 RETURNS private.tax_rate
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  v_rate private.tax_rate;
begin
  select t.name, t.rate_basis_points into v_rate
  from public.tax_rules t
  where t.boutique_id = tax_rate.boutique_id
    and t.applies_to in ('everything', thing)
    and (t.category_id is null or t.category_id = tax_rate.category_id)
    and (t.country is null or t.country = tax_rate.country)
  order by t.category_id is null, t.applies_to = 'everything', t.country is null
  limit 1;
  if not found then
    return row('', 0)::private.tax_rate;
  end if;
  return v_rate;
end
$function$;

CREATE OR REPLACE FUNCTION private.tell_findings(area text, findings private.calendar_finding[], kinds text[])
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_kind text;
  v_findings private.calendar_finding[];
begin
  foreach v_kind in array kinds loop
    v_findings := array(select f from unnest(findings) f where f.kind = v_kind);
    if cardinality(v_findings) > 0 then
      -- Into the log too: ids and no names.
      raise warning '%_check: % of kind %, the first of them %: %', area, cardinality(v_findings), v_kind, v_findings[1].id, v_findings[1].message;
      perform private.raise_alert(area || '.' || v_kind, area,
        format('%s times something is wrong with the %s: %s', cardinality(v_findings), area, v_kind),
        jsonb_build_object('count', cardinality(v_findings),
          'first', (select jsonb_agg(jsonb_build_object('id', f.id, 'message', f.message)) from unnest(v_findings[:20]) f)));
    else
      perform private.resolve_alert(area || '.' || v_kind, area);
    end if;
  end loop;
  return cardinality(findings);
end
$function$;

CREATE OR REPLACE FUNCTION private.touch_cart()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- A checkout that is under way is waited for.
  update public.carts c set updated_at = now() where c.id = coalesce(new.cart_id, old.cart_id) and c.state = 'open';
  if not found then
    perform private.raise_error(409, 'cart_is_ordered', 'This cart was ordered. Its order is changed instead.');
  end if;
  return null;
end
$function$;

CREATE OR REPLACE FUNCTION private.transfer_stock(variant_id uuid, from_location_id uuid, to_location_id uuid, quantity integer, note text)
 RETURNS SETOF public.stock_levels
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  v_boutique uuid := private.stock_place(variant_id, from_location_id);
  v_free integer;
  v_transfer uuid := private.uuid_v7();
begin
  perform private.stock_place(variant_id, to_location_id);
  if quantity is null or quantity not between 1 and 1000000 or from_location_id = to_location_id then
    perform private.raise_error(400, 'invalid_quantity', 'Transfer at least one piece, to another branch.');
  end if;
  select s.on_hand - s.reserved into v_free
  from public.stock_levels s where s.variant_id = transfer_stock.variant_id and s.location_id = from_location_id;
  if coalesce(v_free, 0) < quantity then
    perform private.raise_error(409, 'out_of_stock', format('Only %s can be sent; the others are promised to orders or not there.', coalesce(v_free, 0)),
      jsonb_build_object('variant_id', variant_id, 'location_id', from_location_id, 'left', coalesce(v_free, 0)));
  end if;
  insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change, source_id, note)
  values (v_boutique, variant_id, from_location_id, 'transferred', -quantity, v_transfer, coalesce(note, '')),
    (v_boutique, variant_id, to_location_id, 'transferred', quantity, v_transfer, coalesce(note, ''));
  return query
  select s.* from public.stock_levels s
  where s.variant_id = transfer_stock.variant_id and s.location_id in (from_location_id, to_location_id);
end
$function$;

CREATE OR REPLACE FUNCTION private.uuid_v7()
 RETURNS uuid
 LANGUAGE plpgsql
 PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  v_microseconds bigint := extract(epoch from clock_timestamp()) * 1000000;
begin
  -- RFC 9562, section 5.7: 48 bits of milliseconds, the version, then random bits; the first 12 of these are the fraction of the
  -- millisecond (section 6.2, method 3), so that the rows of one transaction keep their order.
  return encode(
    overlay(
      uuid_send(gen_random_uuid())
      placing substring(int8send(v_microseconds / 1000) from 3) || int2send((28672 + v_microseconds % 1000 * 4096 / 1000)::smallint)
      from 1 for 8),
    'hex')::uuid;
end
$function$;

CREATE OR REPLACE FUNCTION private.wanted_pieces(order_id uuid, items jsonb)
 RETURNS SETOF private.wanted_piece
 LANGUAGE plpgsql
 STABLE ROWS 5
 SET search_path TO ''
AS $function$
begin
  if items is null then
    return query
    select i.id, i.quantity - i.cancelled_quantity - i.fulfilled_quantity
    from public.order_items i
    where i.order_id = wanted_pieces.order_id and i.kind <> 'rental' and i.quantity > i.cancelled_quantity + i.fulfilled_quantity
    order by i.id;
    return;
  elsif jsonb_typeof(items) <> 'array' or jsonb_array_length(items) not between 1 and 100 then
    perform private.raise_error(400, 'invalid_items', 'items is an array of at most 100 objects with order_item_id and quantity.');
  end if;
  return query
  select w.order_item_id, sum(w.quantity)::integer
  from jsonb_to_recordset(items) w (order_item_id uuid, quantity integer)
  group by w.order_item_id
  order by w.order_item_id;
exception when data_exception or datatype_mismatch then
  perform private.raise_error(400, 'invalid_items', 'items is an array of at most 100 objects with order_item_id and quantity.');
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_calendar()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.tell_findings('calendar', array(select f from private.calendar_check(now() - interval '7 days') f order by f.kind, f.id),
    array['overlap', 'rental_allocation', 'rental_time', 'rental_state', 'fitting_allocation', 'fitting_time', 'fitting_state', 'no_source',
      'still_taken', 'stale_hold', 'resource', 'listed']);
end
$function$;

CREATE OR REPLACE FUNCTION private.watch_orders()
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  v_all private.calendar_finding[] := array(select f from private.order_check() f order by f.kind, f.id);
begin
  return private.tell_findings('orders', v_all, array['stock_level', 'reservation', 'sold_garments', 'sold_without_order', 'rental_line',
    'order_total', 'refund_total', 'payment', 'order_state', 'order_log', 'order_number', 'gift_card', 'stale_order']);
end
$function$;

CREATE OR REPLACE FUNCTION private.webhook_event_types()
 RETURNS TABLE(type text, description text, example jsonb)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- The example is what stands in `data`. Ids and plain facts: no name, address or number of a customer ever.
  with rental (example) as (
    values ('{"rental_id": "0193a1b2-0000-7000-8000-000000000001", "state": "held", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "variant_id": "0193a1b2-0000-7000-8000-000000000003", "garment_id": "0193a1b2-0000-7000-8000-000000000004", "first_day": "2027-06-04", "last_day": "2027-06-06", "held_until": "2027-05-01T09:15:00.000000Z", "price": 25500, "deposit": 40000, "currency": "GBP"}'::jsonb)
  ),
  purchase (example) as (
    values ('{"order_id": "0193a1b2-0000-7000-8000-000000000005", "number": "AB-000042", "state": "pending", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "total": 189000, "currency": "GBP"}'::jsonb)
  ),
  fitting (example) as (
    values ('{"fitting_id": "0193a1b2-0000-7000-8000-000000000006", "state": "booked", "customer_id": "0193a1b2-0000-7000-8000-000000000002", "location_id": "0193a1b2-0000-7000-8000-000000000007", "starts_at": "2027-05-08T10:00:00.000000Z", "ends_at": "2027-05-08T11:00:00.000000Z", "garment_ids": ["0193a1b2-0000-7000-8000-000000000004"]}'::jsonb)
  ),
  review (example) as (
    values ('{"review_id": "0193a1b2-0000-7000-8000-000000000008", "state": "published", "product_id": "0193a1b2-0000-7000-8000-000000000009", "rating": 5, "fit": "true"}'::jsonb)
  )
  select t.type, t.description, coalesce(
    case split_part(t.type, '.', 1)
      when 'rental' then r.example
      when 'order' then p.example
      when 'fitting' then f.example
      when 'review' then v.example
    end || t.difference, t.difference)
  from (values
    ('rental.held', 'A garment is held for a customer until held_until.', '{}'::jsonb),
    ('rental.reserved', 'The boutique has confirmed the rental: it is firm.', '{"state": "reserved"}'),
    ('rental.picked_up', 'The customer has the garment.', '{"state": "picked_up"}'),
    ('rental.returned', 'The garment is back.', '{"state": "returned"}'),
    ('rental.inspecting', 'The garment is being looked at and cleaned.', '{"state": "inspecting"}'),
    ('rental.closed', 'The rental is over and settled.', '{"state": "closed"}'),
    ('rental.lost', 'The garment has not come back.', '{"state": "lost"}'),
    ('rental.cancelled', 'The customer or the boutique has given the days back.', '{"state": "cancelled"}'),
    ('rental.expired', 'The hold has ended without a confirmation; the days are free.', '{"state": "expired"}'),
    ('boutique.activated', 'The marketplace shows the boutique.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "active"}'),
    ('boutique.suspended', 'The marketplace has hidden the boutique; its people can only read.', '{"boutique_id": "0193a1b2-0000-7000-8000-00000000000a", "status": "suspended"}'),
    ('order.placed', 'A customer has ordered and is about to pay.', '{"number": null}'),
    ('order.paid', 'The order is paid.', '{"state": "paid"}'),
    ('order.fulfilled', 'Everything in the order has been handed over or shipped.', '{"state": "fulfilled"}'),
    ('order.completed', 'The order is over.', '{"state": "completed"}'),
    ('order.cancelled', 'The order was called off.', '{"state": "cancelled"}'),
    ('order.refunded', 'The order was paid back.', '{"state": "refunded"}'),
    ('fitting.booked', 'A fitting has a time, a stylist and a room.', '{}'),
    ('fitting.rescheduled', 'The fitting has another time.', '{"starts_at": "2027-05-09T10:00:00.000000Z", "ends_at": "2027-05-09T11:00:00.000000Z"}'),
    ('fitting.cancelled', 'The fitting was called off.', '{"state": "cancelled"}'),
    ('fitting.completed', 'The fitting has taken place.', '{"state": "attended"}'),
    ('fitting.missed', 'The customer did not come.', '{"state": "no_show"}'),
    ('review.published', 'A review of a product can be seen.', '{}'),
    ('review.hidden', 'A review was taken off the page.', '{"state": "hidden"}'),
    ('webhook.test', 'Somebody of the boutique has asked for a test. Sent to one endpoint, whatever it listens to.', '{"message": "This is a test."}')
  ) as t (type, description, difference)
  cross join rental r cross join purchase p cross join fitting f cross join review v
$function$;

CREATE OR REPLACE FUNCTION private.will_it_be_ready(product_id uuid, wear_date date)
 RETURNS SETOF public.readiness_step
 LANGUAGE plpgsql
 SECURITY DEFINER ROWS 20
 SET search_path TO ''
AS $function$
declare
  v_product public.products;
  v_today date;
begin
  perform private.limit_rate('will_it_be_ready', 300, 300);
  select * into v_product from public.products p where p.id = will_it_be_ready.product_id and p.listed;
  if not found then
    perform private.raise_error(404, 'product_not_found', 'There is no such product, or it is not on show.',
      jsonb_build_object('product_id', product_id));
  end if;
  v_today := private.today_of(v_product.boutique_id);
  if wear_date is null or not isfinite(wear_date) or wear_date < v_today or wear_date > v_today + 3660 then
    perform private.raise_error(400, 'invalid_date', 'wear_date has to be a day from today on, within ten years.',
      jsonb_build_object('wear_date', wear_date, 'today', v_today));
  end if;
  return query select * from private.readiness_steps(v_product, wear_date);
end
$function$;

CREATE OR REPLACE FUNCTION public.add_to_cart(variant_id uuid, kind public.order_line_kind DEFAULT 'sale'::public.order_line_kind, quantity integer DEFAULT 1, period text DEFAULT NULL::text)
 RETURNS public.cart_items
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.add_to_cart(variant_id, kind, quantity, period) $function$;

CREATE OR REPLACE FUNCTION public.answer_return(return_id uuid, approved boolean, answer text DEFAULT ''::text)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.answer_return(return_id, approved, answer) $function$;

CREATE OR REPLACE FUNCTION public.cancel_order(order_id uuid, reason text DEFAULT ''::text)
 RETURNS public.orders
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_order(order_id, reason) $function$;

CREATE OR REPLACE FUNCTION public.cancel_return(return_id uuid)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.cancel_return(return_id) $function$;

CREATE OR REPLACE FUNCTION public.change_stock(variant_id uuid, location_id uuid, kind public.stock_movement_kind, quantity integer, note text DEFAULT ''::text)
 RETURNS public.stock_levels
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.change_stock(variant_id, location_id, kind, quantity, note) $function$;

CREATE OR REPLACE FUNCTION public.checkout(cart_id uuid, idempotency_key text, shipping_address_id uuid DEFAULT NULL::uuid, wear_date date DEFAULT NULL::date, gift_card_codes text[] DEFAULT '{}'::text[])
 RETURNS public.order_groups
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.checkout(cart_id, idempotency_key, shipping_address_id, wear_date, gift_card_codes) $function$;

CREATE OR REPLACE FUNCTION public.fulfil_order(order_id uuid, kind public.shipping_kind, idempotency_key text, items jsonb DEFAULT NULL::jsonb, carrier text DEFAULT ''::text, tracking_number text DEFAULT ''::text, tracking_url text DEFAULT NULL::text)
 RETURNS public.shipments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.fulfil_order(order_id, kind, items, carrier, tracking_number, tracking_url, idempotency_key) $function$;

CREATE OR REPLACE FUNCTION public.gift_card_balance(code text)
 RETURNS public.gift_card_state
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.gift_card_balance(code) $function$;

CREATE OR REPLACE FUNCTION public.inspect_return(return_id uuid, outcomes jsonb)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.inspect_return(return_id, outcomes) $function$;

CREATE OR REPLACE FUNCTION public.issue_gift_card(boutique_id uuid, amount bigint, currency text DEFAULT NULL::text, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, note text DEFAULT ''::text)
 RETURNS public.issued_gift_card
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.issue_gift_card(boutique_id, amount, currency, expires_at, note) $function$;

CREATE OR REPLACE FUNCTION public.mark_delivered(shipment_id uuid)
 RETURNS public.shipments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.mark_delivered(shipment_id) $function$;

CREATE OR REPLACE FUNCTION public.merge_cart(lines jsonb)
 RETURNS SETOF public.merged_line
 LANGUAGE sql
 ROWS 10
 SET search_path TO ''
AS $function$ select * from private.merge_cart(lines) $function$;

CREATE OR REPLACE FUNCTION public.my_cart()
 RETURNS public.cart_summary
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$ select private.my_cart() $function$;

CREATE OR REPLACE FUNCTION public.quote_cart(lines jsonb, discount_codes text[] DEFAULT '{}'::text[], shipping_method_ids uuid[] DEFAULT '{}'::uuid[], country text DEFAULT NULL::text)
 RETURNS public.cart_summary
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.quote_cart(lines, discount_codes, shipping_method_ids, country) $function$;

CREATE OR REPLACE FUNCTION public.receive_return(return_id uuid)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.receive_return(return_id) $function$;

CREATE OR REPLACE FUNCTION public.record_payment(order_group_id uuid, method text, reference text, amount bigint, currency text)
 RETURNS public.payments
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.record_payment(order_group_id, method, reference, amount, currency) $function$;

CREATE OR REPLACE FUNCTION public.record_refund(refund_id uuid, reference text)
 RETURNS public.refunds
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.record_refund(refund_id, reference) $function$;

CREATE OR REPLACE FUNCTION public.refund_order(order_id uuid, amount bigint, reason text, idempotency_key text)
 RETURNS public.refunds
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.refund_order(order_id, amount, reason, idempotency_key) $function$;

CREATE OR REPLACE FUNCTION public.request_return(order_id uuid, items jsonb, reason public.return_reason, idempotency_key text, note text DEFAULT ''::text)
 RETURNS public.returns
 LANGUAGE sql
 SET search_path TO ''
AS $function$ select private.request_return(order_id, items, reason, note, idempotency_key) $function$;

CREATE OR REPLACE FUNCTION public.transfer_stock(variant_id uuid, from_location_id uuid, to_location_id uuid, quantity integer, note text DEFAULT ''::text)
 RETURNS SETOF public.stock_levels
 LANGUAGE sql
 ROWS 2
 SET search_path TO ''
AS $function$ select * from private.transfer_stock(variant_id, from_location_id, to_location_id, quantity, note) $function$;

ALTER TABLE "private"."document_counters" ADD CONSTRAINT "document_counters_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "private"."document_counters" ADD CONSTRAINT "document_counters_pkey" PRIMARY KEY (boutique_id, kind);

ALTER TABLE "public"."cart_items" ADD CONSTRAINT "cart_items_cart_id_variant_id_kind_period_key" UNIQUE NULLS NOT DISTINCT (cart_id, variant_id, kind, period);

ALTER TABLE "public"."cart_items" ADD CONSTRAINT "item_is_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."cart_items" ADD CONSTRAINT "only_a_rental_has_a_period" CHECK (((kind = 'rental'::public.order_line_kind) = (period IS NOT NULL)));

ALTER TABLE "public"."carts" ADD CONSTRAINT "carts_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."commerce_policies" ADD CONSTRAINT "commerce_policies_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."discount_redemptions" ADD CONSTRAINT "discount_redemptions_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."discount_targets" ADD CONSTRAINT "discount_targets_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."discount_targets" ADD CONSTRAINT "discount_targets_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE CASCADE;

ALTER TABLE "public"."discount_targets" ADD CONSTRAINT "discount_targets_product_id_fkey" FOREIGN KEY (product_id) REFERENCES public.products(id) ON DELETE CASCADE;

ALTER TABLE "public"."discounts" ADD CONSTRAINT "amount_has_a_currency" CHECK ((((kind = 'amount'::public.discount_kind) = (amount IS NOT NULL)) AND ((kind = 'amount'::public.discount_kind) = (currency IS NOT NULL))));

ALTER TABLE "public"."discounts" ADD CONSTRAINT "discounts_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."discounts" ADD CONSTRAINT "percent_has_a_share" CHECK (((kind = 'percent'::public.discount_kind) = (percent_basis_points IS NOT NULL)));

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "an_order_is_named" CHECK (((kind = 'issued'::public.gift_card_entry_kind) = (order_id IS NULL)));

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "entry_fits_its_kind" CHECK (
CASE kind
    WHEN 'redeemed'::public.gift_card_entry_kind THEN (change < 0)
    ELSE (change > 0)
END);

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "gift_card_entries_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."gift_cards" ADD CONSTRAINT "gift_cards_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_adjustments" ADD CONSTRAINT "only_shipping_is_taxed" CHECK (((tax = 0) OR (kind = 'shipping'::public.order_adjustment_kind)));

ALTER TABLE "public"."order_adjustments" ADD CONSTRAINT "order_adjustments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."order_events" ADD CONSTRAINT "order_events_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES auth.users(id) ON DELETE SET NULL;

ALTER TABLE "public"."order_groups" ADD CONSTRAINT "order_groups_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."order_items" ADD CONSTRAINT "a_promised_date_is_of_what_is_made" CHECK (((kind = 'made_to_order'::public.order_line_kind) OR (promised_date IS NULL)));

ALTER TABLE "public"."order_items" ADD CONSTRAINT "a_rental_is_of_one_garment" CHECK (((kind <> 'rental'::public.order_line_kind) OR (quantity = 1)));

ALTER TABLE "public"."order_items" ADD CONSTRAINT "item_is_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_items" ADD CONSTRAINT "only_a_rental_has_a_period" CHECK ((((kind = 'rental'::public.order_line_kind) = (period IS NOT NULL)) AND ((kind = 'rental'::public.order_line_kind) = (rental_id IS NOT NULL))));

ALTER TABLE "public"."order_items" ADD CONSTRAINT "order_items_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."order_items" ADD CONSTRAINT "order_items_rental_id_fkey" FOREIGN KEY (rental_id) REFERENCES public.rentals(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_transitions" ADD CONSTRAINT "a_move_goes_somewhere" CHECK ((from_state <> to_state));

ALTER TABLE "public"."order_transitions" ADD CONSTRAINT "order_transitions_pkey" PRIMARY KEY (from_state, to_state);

ALTER TABLE "public"."orders" ADD CONSTRAINT "a_paid_order_says_since_when" CHECK (((paid_at IS NOT NULL) OR (state = ANY (ARRAY['pending'::public.order_state, 'cancelled'::public.order_state]))));

ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."payments" ADD CONSTRAINT "a_settled_payment_says_when_and_how" CHECK ((((state = 'succeeded'::public.payment_state) = (settled_at IS NOT NULL)) AND ((state <> 'succeeded'::public.payment_state) OR (method IS NOT NULL))));

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."refunds" ADD CONSTRAINT "a_paid_refund_says_when" CHECK (((state = 'paid'::public.refund_state) = (paid_at IS NOT NULL)));

ALTER TABLE "public"."refunds" ADD CONSTRAINT "refunds_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."return_items" ADD CONSTRAINT "refund_is_not_negative" CHECK (((refund >= 0) AND ((outcome IS DISTINCT FROM 'missing'::public.return_outcome) OR (refund = 0))));

ALTER TABLE "public"."return_items" ADD CONSTRAINT "return_items_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."returns" ADD CONSTRAINT "only_a_closed_return_has_a_refund" CHECK (((refund_id IS NULL) OR (state = 'closed'::public.return_state)));

ALTER TABLE "public"."returns" ADD CONSTRAINT "returns_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."shipment_items" ADD CONSTRAINT "shipment_items_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."shipments" ADD CONSTRAINT "a_pickup_is_delivered" CHECK (((kind <> 'pickup'::public.shipping_kind) OR (state = 'delivered'::public.shipment_state)));

ALTER TABLE "public"."shipments" ADD CONSTRAINT "shipments_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE SET NULL;

ALTER TABLE "public"."shipments" ADD CONSTRAINT "what_is_delivered_says_when" CHECK (((state = 'delivered'::public.shipment_state) = (delivered_at IS NOT NULL)));

ALTER TABLE "public"."shipping_methods" ADD CONSTRAINT "only_a_pickup_has_a_branch" CHECK (((kind = 'pickup'::public.shipping_kind) = (location_id IS NOT NULL)));

ALTER TABLE "public"."shipping_methods" ADD CONSTRAINT "pickup_is_at_a_branch_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."shipping_methods" ADD CONSTRAINT "shipping_methods_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE RESTRICT;

ALTER TABLE "public"."stock_levels" ADD CONSTRAINT "level_is_at_a_location_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."stock_levels" ADD CONSTRAINT "level_is_of_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "an_order_is_named" CHECK (((kind <> ALL (ARRAY['reserved'::public.stock_movement_kind, 'released'::public.stock_movement_kind, 'fulfilled'::public.stock_movement_kind, 'restocked'::public.stock_movement_kind])) OR (source_id IS NOT NULL)));

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "movement_fits_its_kind" CHECK (
CASE kind
    WHEN 'received'::public.stock_movement_kind THEN ((on_hand_change > 0) AND (reserved_change = 0))
    WHEN 'damaged'::public.stock_movement_kind THEN ((on_hand_change < 0) AND (reserved_change = 0))
    WHEN 'restocked'::public.stock_movement_kind THEN ((on_hand_change > 0) AND (reserved_change = 0))
    WHEN 'reserved'::public.stock_movement_kind THEN ((on_hand_change = 0) AND (reserved_change > 0))
    WHEN 'released'::public.stock_movement_kind THEN ((on_hand_change = 0) AND (reserved_change < 0))
    WHEN 'fulfilled'::public.stock_movement_kind THEN ((on_hand_change < 0) AND (reserved_change = on_hand_change))
    WHEN 'repaired'::public.stock_movement_kind THEN true
    ELSE (reserved_change = 0)
END);

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "movement_is_at_a_location_of_the_boutique" FOREIGN KEY (location_id, boutique_id) REFERENCES public.locations(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "movement_is_of_a_variant_of_the_boutique" FOREIGN KEY (variant_id, boutique_id) REFERENCES public.product_variants(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."tax_rules" ADD CONSTRAINT "shipping_has_no_category" CHECK (((applies_to <> 'shipping'::public.taxed_thing) OR (category_id IS NULL)));

ALTER TABLE "public"."tax_rules" ADD CONSTRAINT "tax_rules_boutique_id_applies_to_category_id_country_key" UNIQUE NULLS NOT DISTINCT (boutique_id, applies_to, category_id, country);

ALTER TABLE "public"."tax_rules" ADD CONSTRAINT "tax_rules_boutique_id_fkey" FOREIGN KEY (boutique_id) REFERENCES public.boutiques(id) ON DELETE CASCADE;

ALTER TABLE "public"."tax_rules" ADD CONSTRAINT "tax_rules_category_id_fkey" FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE CASCADE;

CREATE INDEX cart_items_cart_id_idx ON public.cart_items USING btree (cart_id, customer_id);

CREATE INDEX cart_items_customer_id_idx ON public.cart_items USING btree (customer_id);

CREATE INDEX cart_items_variant_id_idx ON public.cart_items USING btree (variant_id, boutique_id);

CREATE INDEX carts_abandoned_idx ON public.carts USING btree (updated_at) WHERE ((state = 'open'::public.cart_state) AND (reminded_at IS NULL));

CREATE INDEX carts_customer_id_idx ON public.carts USING btree (customer_id, created_at DESC);

CREATE INDEX discount_redemptions_boutique_id_idx ON public.discount_redemptions USING btree (boutique_id, created_at DESC);

CREATE INDEX discount_redemptions_customer_id_idx ON public.discount_redemptions USING btree (customer_id, discount_id);

CREATE INDEX discount_redemptions_order_id_idx ON public.discount_redemptions USING btree (order_id, boutique_id);

CREATE INDEX discount_targets_boutique_id_idx ON public.discount_targets USING btree (boutique_id);

CREATE INDEX discount_targets_category_id_idx ON public.discount_targets USING btree (category_id);

CREATE INDEX discount_targets_product_id_idx ON public.discount_targets USING btree (product_id);

CREATE INDEX discounts_boutique_id_idx ON public.discounts USING btree (boutique_id);

CREATE INDEX gift_card_entries_customer_id_idx ON public.gift_card_entries USING btree (customer_id);

CREATE INDEX gift_card_entries_order_id_idx ON public.gift_card_entries USING btree (order_id);

CREATE INDEX gift_cards_boutique_id_idx ON public.gift_cards USING btree (boutique_id, created_at DESC);

CREATE UNIQUE INDEX one_discount_per_code ON public.discounts USING btree (boutique_id, code) NULLS NOT DISTINCT WHERE (code IS NOT NULL);

CREATE UNIQUE INDEX one_open_cart_per_customer ON public.carts USING btree (customer_id) WHERE (state = 'open'::public.cart_state);

CREATE UNIQUE INDEX one_payment_of_a_checkout ON public.payments USING btree (group_id) WHERE ((order_id IS NULL) AND (state = ANY (ARRAY['pending'::public.payment_state, 'succeeded'::public.payment_state])));

CREATE INDEX order_adjustments_customer_id_idx ON public.order_adjustments USING btree (customer_id);

CREATE INDEX order_adjustments_order_id_idx ON public.order_adjustments USING btree (order_id, boutique_id);

CREATE INDEX order_events_customer_id_idx ON public.order_events USING btree (customer_id);

CREATE INDEX order_events_order_id_idx ON public.order_events USING btree (order_id, boutique_id, created_at);

CREATE INDEX order_items_customer_id_idx ON public.order_items USING btree (customer_id, created_at DESC);

CREATE INDEX order_items_order_id_idx ON public.order_items USING btree (order_id, boutique_id);

CREATE INDEX order_items_variant_id_idx ON public.order_items USING btree (variant_id, boutique_id);

CREATE INDEX orders_fulfilled_at_idx ON public.orders USING btree (fulfilled_at) WHERE (state = ANY (ARRAY['fulfilled'::public.order_state, 'part_refunded'::public.order_state]));

CREATE INDEX orders_hold_expires_at_idx ON public.orders USING btree (hold_expires_at) WHERE (state = 'pending'::public.order_state);

CREATE INDEX orders_shipping_method_id_idx ON public.orders USING btree (shipping_method_id, boutique_id);

CREATE INDEX orders_state_idx ON public.orders USING btree (boutique_id, state, created_at DESC);

CREATE INDEX payments_customer_id_idx ON public.payments USING btree (customer_id, created_at DESC);

CREATE INDEX payments_group_id_idx ON public.payments USING btree (group_id);

CREATE INDEX payments_order_id_idx ON public.payments USING btree (order_id);

CREATE INDEX refunds_boutique_id_idx ON public.refunds USING btree (boutique_id, created_at DESC);

CREATE INDEX refunds_customer_id_idx ON public.refunds USING btree (customer_id);

CREATE INDEX refunds_due_idx ON public.refunds USING btree (created_at) WHERE (state = 'due'::public.refund_state);

CREATE INDEX refunds_order_id_idx ON public.refunds USING btree (order_id, boutique_id);

CREATE INDEX return_items_customer_id_idx ON public.return_items USING btree (customer_id);

CREATE INDEX return_items_order_item_id_idx ON public.return_items USING btree (order_item_id, boutique_id);

CREATE INDEX return_items_return_id_idx ON public.return_items USING btree (return_id, boutique_id);

CREATE INDEX returns_boutique_id_idx ON public.returns USING btree (boutique_id, created_at DESC);

CREATE INDEX returns_customer_id_idx ON public.returns USING btree (customer_id, created_at DESC);

CREATE INDEX returns_order_id_idx ON public.returns USING btree (order_id, boutique_id);

CREATE INDEX returns_refund_id_idx ON public.returns USING btree (refund_id);

CREATE INDEX shipment_items_customer_id_idx ON public.shipment_items USING btree (customer_id);

CREATE INDEX shipment_items_order_item_id_idx ON public.shipment_items USING btree (order_item_id, boutique_id);

CREATE INDEX shipment_items_shipment_id_idx ON public.shipment_items USING btree (shipment_id, boutique_id);

CREATE INDEX shipments_boutique_id_idx ON public.shipments USING btree (boutique_id, created_at DESC);

CREATE INDEX shipments_customer_id_idx ON public.shipments USING btree (customer_id, created_at DESC);

CREATE INDEX shipments_order_id_idx ON public.shipments USING btree (order_id, boutique_id);

CREATE INDEX shipping_methods_boutique_id_idx ON public.shipping_methods USING btree (boutique_id, "position");

CREATE INDEX shipping_methods_location_id_idx ON public.shipping_methods USING btree (location_id, boutique_id);

CREATE INDEX stock_levels_location_id_idx ON public.stock_levels USING btree (location_id, boutique_id);

CREATE INDEX stock_levels_variant_id_idx ON public.stock_levels USING btree (variant_id, boutique_id);

CREATE INDEX stock_movements_location_id_idx ON public.stock_movements USING btree (location_id, boutique_id);

CREATE INDEX stock_movements_source_id_idx ON public.stock_movements USING btree (source_id) WHERE (source_id IS NOT NULL);

CREATE INDEX stock_movements_variant_boutique_idx ON public.stock_movements USING btree (variant_id, boutique_id);

CREATE INDEX stock_movements_variant_id_idx ON public.stock_movements USING btree (variant_id, location_id, created_at DESC);

CREATE INDEX tax_rules_category_id_idx ON public.tax_rules USING btree (category_id);

CREATE TRIGGER audit_delete AFTER DELETE ON public.address_formats REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('country', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.address_formats REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('country', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.address_formats REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('country', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.addresses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'recipient,phone,line_1,line_2,city,region,postal_code');

CREATE TRIGGER audit_insert AFTER INSERT ON public.addresses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'recipient,phone,line_1,line_2,city,region,postal_code');

CREATE TRIGGER audit_update AFTER UPDATE ON public.addresses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'recipient,phone,line_1,line_2,city,region,postal_code');

CREATE TRIGGER check_address BEFORE INSERT OR UPDATE ON public.addresses FOR EACH ROW EXECUTE FUNCTION private.check_address();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.addresses FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER create_commerce_policy AFTER INSERT ON public.boutiques FOR EACH ROW EXECUTE FUNCTION private.create_commerce_policy();

CREATE TRIGGER spread_status_to_shipping AFTER UPDATE ON public.boutiques FOR EACH ROW WHEN (((old.status = 'active'::public.boutique_status) IS DISTINCT FROM (new.status = 'active'::public.boutique_status))) EXECUTE FUNCTION private.spread_status_to_shipping();

CREATE TRIGGER touch_cart AFTER INSERT OR DELETE OR UPDATE OF quantity ON public.cart_items FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.touch_cart();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.cart_items FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.carts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.commerce_policies REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.commerce_policies REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.commerce_policies REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('boutique_id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.commerce_policies FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER count_redemption AFTER INSERT OR UPDATE OF given_back_at ON public.discount_redemptions FOR EACH ROW EXECUTE FUNCTION private.count_redemption();

CREATE TRIGGER audit_delete AFTER DELETE ON public.discount_targets REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.discount_targets REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.discount_targets REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER follow_discount BEFORE INSERT ON public.discount_targets FOR EACH ROW EXECUTE FUNCTION private.follow_discount();

CREATE TRIGGER limit_to_targets AFTER INSERT ON public.discount_targets FOR EACH ROW EXECUTE FUNCTION private.limit_to_targets();

CREATE TRIGGER audit_delete AFTER DELETE ON public.discounts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.discounts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.discounts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER count_earlier_redemptions BEFORE UPDATE OF usage_limit ON public.discounts FOR EACH ROW WHEN (((old.usage_limit IS NULL) AND (new.usage_limit IS NOT NULL))) EXECUTE FUNCTION private.count_earlier_redemptions();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.discounts FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER set_boutique_currency BEFORE INSERT OR UPDATE ON public.fitting_services FOR EACH ROW EXECUTE FUNCTION private.set_boutique_currency();

CREATE TRIGGER apply_gift_card_entry AFTER INSERT ON public.gift_card_entries FOR EACH ROW EXECUTE FUNCTION private.apply_gift_card_entry();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.gift_card_entries FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER audit_delete AFTER DELETE ON public.gift_cards REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_insert AFTER INSERT ON public.gift_cards REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER audit_update AFTER UPDATE ON public.gift_cards REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.gift_cards FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.order_events FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER audit_delete AFTER DELETE ON public.order_groups REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'shipping_address');

CREATE TRIGGER audit_insert AFTER INSERT ON public.order_groups REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'shipping_address');

CREATE TRIGGER audit_update AFTER UPDATE ON public.order_groups REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'shipping_address');

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.order_groups FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_buyer();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.order_groups FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.order_items REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.order_items REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.order_items REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.order_items FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.order_transitions REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('from_state,to_state', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.order_transitions REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('from_state,to_state', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.order_transitions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('from_state,to_state', '');

CREATE TRIGGER audit_delete AFTER DELETE ON public.orders REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note');

CREATE TRIGGER audit_insert AFTER INSERT ON public.orders REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note');

CREATE TRIGGER audit_update AFTER UPDATE ON public.orders REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'customer_note');

CREATE TRIGGER emit_order_made AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION private.emit_order_event();

CREATE TRIGGER emit_order_moved AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND (new.state = ANY (ARRAY['paid'::public.order_state, 'fulfilled'::public.order_state, 'completed'::public.order_state, 'cancelled'::public.order_state, 'refunded'::public.order_state])))) EXECUTE FUNCTION private.emit_order_event();

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.orders FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_buyer();

CREATE TRIGGER guard_new_order AFTER INSERT ON public.orders FOR EACH ROW EXECUTE FUNCTION private.guard_order_state();

CREATE TRIGGER guard_order_state AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN ((old.state IS DISTINCT FROM new.state)) EXECUTE FUNCTION private.guard_order_state();

CREATE TRIGGER notify_of_order AFTER UPDATE OF state ON public.orders FOR EACH ROW WHEN (((old.state IS DISTINCT FROM new.state) AND ((new.state = 'cancelled'::public.order_state) OR ((new.state = 'paid'::public.order_state) AND (old.state = ANY (ARRAY['pending'::public.order_state, 'cancelled'::public.order_state])))))) EXECUTE FUNCTION private.notify_of_order();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.payments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.payments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.payments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.payments FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.refunds REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.refunds REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.refunds REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.refunds FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER follow_ordered_rental AFTER UPDATE OF state ON public.rentals FOR EACH ROW WHEN (((old.state = 'reserved'::public.rental_state) AND (new.state = 'picked_up'::public.rental_state))) EXECUTE FUNCTION private.follow_ordered_rental();

CREATE TRIGGER audit_delete AFTER DELETE ON public.returns REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note,answer');

CREATE TRIGGER audit_insert AFTER INSERT ON public.returns REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note,answer');

CREATE TRIGGER audit_update AFTER UPDATE ON public.returns REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'note,answer');

CREATE TRIGGER forget_customer BEFORE UPDATE ON public.returns FOR EACH ROW WHEN (((old.customer_id IS NOT NULL) AND (new.customer_id IS NULL))) EXECUTE FUNCTION private.forget_return();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.returns FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.shipments REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'tracking_number,tracking_url');

CREATE TRIGGER audit_insert AFTER INSERT ON public.shipments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'tracking_number,tracking_url');

CREATE TRIGGER audit_update AFTER UPDATE ON public.shipments REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', 'tracking_number,tracking_url');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.shipments FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER audit_delete AFTER DELETE ON public.shipping_methods REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.shipping_methods REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.shipping_methods REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER set_boutique_currency BEFORE INSERT OR UPDATE ON public.shipping_methods FOR EACH ROW EXECUTE FUNCTION private.set_boutique_currency();

CREATE TRIGGER set_boutique_listing BEFORE INSERT OR UPDATE ON public.shipping_methods FOR EACH ROW EXECUTE FUNCTION private.set_boutique_listing();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.shipping_methods FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.stock_levels FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE TRIGGER apply_stock_movement AFTER INSERT ON public.stock_movements FOR EACH ROW EXECUTE FUNCTION private.apply_stock_movement();

CREATE TRIGGER refuse_change BEFORE DELETE OR UPDATE ON public.stock_movements FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION private.refuse_change();

CREATE TRIGGER audit_delete AFTER DELETE ON public.tax_rules REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_insert AFTER INSERT ON public.tax_rules REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER audit_update AFTER UPDATE ON public.tax_rules REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION private.audit('id', '');

CREATE TRIGGER touch_updated_at BEFORE UPDATE ON public.tax_rules FOR EACH ROW EXECUTE FUNCTION private.touch_updated_at();

CREATE POLICY "select_all" ON "public"."address_formats" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "delete_own" ON "public"."cart_items" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."cart_items" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."cart_items" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."carts" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."carts" FOR UPDATE TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) AND (state = 'open'::public.cart_state))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_all" ON "public"."commerce_policies" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."commerce_policies" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_own_or_staff" ON "public"."discount_redemptions" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."discount_targets" FOR DELETE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "insert_manager" ON "public"."discount_targets" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_staff" ON "public"."discount_targets" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."discounts" FOR INSERT TO "authenticated" WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_staff" ON "public"."discounts" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."discounts" FOR UPDATE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin)))) WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_own_or_staff" ON "public"."gift_card_entries" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."gift_cards" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "update_manager" ON "public"."gift_cards" FOR UPDATE TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin)))) WITH CHECK (((boutique_id IN ( SELECT private.my_boutique_ids('discounts.write'::public.permission) AS my_boutique_ids)) OR ((boutique_id IS NULL) AND ( SELECT private.is_admin() AS is_admin))));

CREATE POLICY "select_own_or_staff" ON "public"."order_adjustments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_events" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."order_groups" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."order_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_all" ON "public"."order_transitions" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "select_own_or_staff" ON "public"."orders" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own" ON "public"."payments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."refunds" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."return_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."returns" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."shipment_items" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_own_or_staff" ON "public"."shipments" FOR SELECT TO "authenticated" USING (((customer_id = ( SELECT auth.uid() AS uid)) OR (boutique_id IN ( SELECT private.my_boutique_ids('orders.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "insert_manager" ON "public"."shipping_methods" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_listed_or_staff" ON "public"."shipping_methods" FOR SELECT TO "authenticated" USING ((listed OR (boutique_id IN ( SELECT private.my_boutique_ids('boutique.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_listed" ON "public"."shipping_methods" FOR SELECT TO "anon" USING (listed);

CREATE POLICY "update_manager" ON "public"."shipping_methods" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_staff" ON "public"."stock_levels" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('stock.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "select_staff" ON "public"."stock_movements" FOR SELECT TO "authenticated" USING (((boutique_id IN ( SELECT private.my_boutique_ids('stock.read'::public.permission) AS my_boutique_ids)) OR ( SELECT private.is_admin() AS is_admin)));

CREATE POLICY "delete_manager" ON "public"."tax_rules" FOR DELETE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "insert_manager" ON "public"."tax_rules" FOR INSERT TO "authenticated" WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

CREATE POLICY "select_all" ON "public"."tax_rules" FOR SELECT TO "anon", "authenticated" USING (true);

CREATE POLICY "update_manager" ON "public"."tax_rules" FOR UPDATE TO "authenticated" USING ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids))) WITH CHECK ((boutique_id IN ( SELECT private.my_boutique_ids('boutique.update'::public.permission) AS my_boutique_ids)));

COMMENT ON COLUMN "public"."address_formats"."needs_region" IS 'State, province or emirate has to be given.';

COMMENT ON COLUMN "public"."address_formats"."postal_code_pattern" IS 'Regular expression that a whole postal code fits, in capitals; null: there is none, or nobody needs it.';

COMMENT ON COLUMN "public"."addresses"."country" IS 'ISO 3166-1 alpha-2 code.';

COMMENT ON COLUMN "public"."addresses"."postal_code" IS 'In capitals; checked with address_formats.';

COMMENT ON COLUMN "public"."addresses"."recipient" IS 'Name on the parcel.';

COMMENT ON COLUMN "public"."addresses"."region" IS 'State, province or emirate.';

COMMENT ON COLUMN "public"."cart_items"."period" IS 'Rental days, first included and last excluded.';

COMMENT ON COLUMN "public"."carts"."country" IS 'Where it will go, for taxes and shipping until there is an address; ISO 3166-1 alpha-2.';

COMMENT ON COLUMN "public"."carts"."discount_codes" IS 'Codes that the customer has entered.';

COMMENT ON COLUMN "public"."carts"."reminded_at" IS 'When she was reminded of it; once only.';

COMMENT ON COLUMN "public"."carts"."shipping_method_ids" IS 'Her choice, at most one of each boutique; without one the first that fits is taken.';

COMMENT ON COLUMN "public"."carts"."wear_date" IS 'The day of the wedding: what is made to order has to be ready then.';

COMMENT ON COLUMN "public"."commerce_policies"."cancellation_fee_percent" IS 'What a later cancellation costs, in percent of the order''s total. Frozen in every order.';

COMMENT ON COLUMN "public"."commerce_policies"."free_cancellation_hours" IS 'Until how many hours after payment an order is cancelled freely. Frozen in every order.';

COMMENT ON COLUMN "public"."commerce_policies"."hold_minutes" IS 'How long an order waits for its payment, in minutes; stock and garments are kept for it.';

COMMENT ON COLUMN "public"."commerce_policies"."legal_name" IS 'Seller as on invoices; empty: the boutique''s name.';

COMMENT ON COLUMN "public"."commerce_policies"."order_number_prefix" IS 'Stands before the numbers of orders, invoices and credit notes.';

COMMENT ON COLUMN "public"."commerce_policies"."prices_include_tax" IS 'True: prices are what is paid, and the tax is part of them. False: the tax is added at checkout.';

COMMENT ON COLUMN "public"."commerce_policies"."return_days" IS 'Until how many days after delivery a sale may be sent back; 0: no returns. Frozen in every order.';

COMMENT ON COLUMN "public"."commerce_policies"."tax_number" IS 'TIN or VAT number, as on invoices.';

COMMENT ON COLUMN "public"."discount_redemptions"."amount" IS 'What it took off, in minor units of the order''s currency.';

COMMENT ON COLUMN "public"."discount_redemptions"."given_back_at" IS 'The order was called off: the use does not count.';

COMMENT ON COLUMN "public"."discount_targets"."boutique_id" IS 'As the discount''s; set by a trigger.';

COMMENT ON COLUMN "public"."discounts"."amount" IS 'In minor units of its currency; taken off each order of a boutique once.';

COMMENT ON COLUMN "public"."discounts"."boutique_id" IS 'Null: of the marketplace, for the orders of every boutique.';

COMMENT ON COLUMN "public"."discounts"."code" IS 'In capitals; null: for everybody, without a code.';

COMMENT ON COLUMN "public"."discounts"."first_order_only" IS 'For who has paid no order of this boutique yet, or none at all for one of the marketplace.';

COMMENT ON COLUMN "public"."discounts"."limited_to_targets" IS 'True: for its targets alone, and for nothing when the last of them is gone; set by a trigger with the first target. False: for everything.';

COMMENT ON COLUMN "public"."discounts"."minimum_subtotal" IS 'What the lines that it is for have to make, in minor units.';

COMMENT ON COLUMN "public"."discounts"."percent_basis_points" IS 'Hundredths of a percent: 1000 is 10 %.';

COMMENT ON COLUMN "public"."discounts"."used_count" IS 'Orders that have it and were not called off; counted by a trigger where there is a limit.';

COMMENT ON COLUMN "public"."gift_card_entries"."boutique_id" IS 'As the card''s, so that the policy needs no join.';

COMMENT ON COLUMN "public"."gift_card_entries"."change" IS 'In minor units of the card''s currency.';

COMMENT ON COLUMN "public"."gift_card_entries"."customer_id" IS 'Whose order it is.';

COMMENT ON COLUMN "public"."gift_cards"."blocked_at" IS 'Since when nobody may spend it; null: it can be spent.';

COMMENT ON COLUMN "public"."gift_cards"."boutique_id" IS 'Pays for orders of this boutique; null: of the marketplace, for all.';

COMMENT ON COLUMN "public"."gift_cards"."initial_amount" IS 'In minor units of the currency, as balance.';

COMMENT ON COLUMN "public"."gift_cards"."last_four" IS 'End of the code, by which people tell cards apart.';

COMMENT ON COLUMN "public"."order_adjustments"."amount" IS 'In minor units of the order''s currency, never negative: a discount is taken off.';

COMMENT ON COLUMN "public"."order_adjustments"."source_id" IS 'The discount or shipping method.';

COMMENT ON COLUMN "public"."order_adjustments"."tax_basis_points" IS 'Rate of a tax or of shipping.';

COMMENT ON COLUMN "public"."order_events"."from_state" IS 'Null for the beginning; equal to to_state for what moved no state.';

COMMENT ON COLUMN "public"."order_groups"."amount_due" IS 'What is to be paid until hold_expires_at, in minor units.';

COMMENT ON COLUMN "public"."order_groups"."customer_id" IS 'Null when the customer has deleted her account.';

COMMENT ON COLUMN "public"."order_groups"."gift_card_total" IS 'Paid with gift cards, in minor units.';

COMMENT ON COLUMN "public"."order_groups"."hold_expires_at" IS 'Until when stock and garments wait for the payment.';

COMMENT ON COLUMN "public"."order_groups"."shipping_address" IS 'Copy of the address, without its id; emptied when the customer deletes her account.';

COMMENT ON COLUMN "public"."order_groups"."total" IS 'Of all its orders, in minor units of the currency.';

COMMENT ON COLUMN "public"."order_items"."deposit" IS 'Of a rental, in minor units.';

COMMENT ON COLUMN "public"."order_items"."discount" IS 'Off the whole line, in minor units.';

COMMENT ON COLUMN "public"."order_items"."promised_date" IS 'When what is made to order is done, as was said at checkout.';

COMMENT ON COLUMN "public"."order_items"."serialised" IS 'One of the garments of the variant is sold; see allocations of kind sale whose source is this line.';

COMMENT ON COLUMN "public"."order_items"."tax" IS 'Of the whole line after its discount, in minor units, rounded half up.';

COMMENT ON COLUMN "public"."order_items"."unit_price" IS 'Of one piece, or of a rental for all its days, in minor units of the order''s currency, before discounts.';

COMMENT ON COLUMN "public"."orders"."customer_id" IS 'Null when the customer has deleted her account.';

COMMENT ON COLUMN "public"."orders"."deposit_total" IS 'Security deposits of its rentals; taken at pickup, not part of the total.';

COMMENT ON COLUMN "public"."orders"."expired_at" IS 'When it was cancelled because nobody had paid in time; a payment that comes later may revive it. Null for what was called off.';

COMMENT ON COLUMN "public"."orders"."fee_total" IS 'Kept when it was cancelled, by the frozen policy, in minor units.';

COMMENT ON COLUMN "public"."orders"."number" IS 'Counted per boutique among its paid orders, without a gap; null until it is paid.';

COMMENT ON COLUMN "public"."orders"."number_text" IS 'The number as it is printed: prefix and at least six digits.';

COMMENT ON COLUMN "public"."orders"."refunded_total" IS 'Given back or about to be, in minor units; see refunds.';

COMMENT ON COLUMN "public"."orders"."return_days" IS 'Frozen from commerce_policies, as the two after it.';

COMMENT ON COLUMN "public"."orders"."state_reason" IS 'Why it is in its state.';

COMMENT ON COLUMN "public"."orders"."subtotal" IS 'Sum of the lines before discounts, in minor units of the currency.';

COMMENT ON COLUMN "public"."orders"."tax_total" IS 'Sum of the taxes of lines and shipping; part of the total, or added to it when prices are without tax.';

COMMENT ON COLUMN "public"."payments"."method" IS 'How it was paid: a provider, cash, bank transfer.';

COMMENT ON COLUMN "public"."payments"."order_id" IS 'The order whose change it pays for; null: the whole group.';

COMMENT ON COLUMN "public"."payments"."reference" IS 'The provider''s id, or the number on the receipt; settles one payment only.';

COMMENT ON COLUMN "public"."product_variants"."serialised" IS 'True: what is sold is one of the garments of the variant, whose calendar ends with it. False: it is counted in stock_levels.';

COMMENT ON COLUMN "public"."products"."made_to_order" IS 'Can be ordered to be made, with the lead time of lead_days, for the sale price of the variant.';

COMMENT ON COLUMN "public"."refunds"."to_gift_cards" IS 'The part that went back to the gift cards it came from, at once; the rest goes the way of the payment.';

COMMENT ON COLUMN "public"."return_items"."outcome" IS 'Of the inspection; null before it.';

COMMENT ON COLUMN "public"."return_items"."refund" IS 'What goes back for it, in minor units of the order''s currency.';

COMMENT ON COLUMN "public"."returns"."answer" IS 'What staff write, such as why it is rejected.';

COMMENT ON COLUMN "public"."returns"."note" IS 'What she writes; emptied when she deletes her account.';

COMMENT ON COLUMN "public"."shipping_methods"."countries" IS 'ISO 3166-1 alpha-2 codes that it goes to; empty: anywhere.';

COMMENT ON COLUMN "public"."shipping_methods"."currency" IS 'ISO 4217 code, the boutique''s; set by a trigger.';

COMMENT ON COLUMN "public"."shipping_methods"."days" IS 'How long it takes, in days.';

COMMENT ON COLUMN "public"."shipping_methods"."free_from" IS 'Free when goods for so much are ordered, after discounts, in minor units; null: never.';

COMMENT ON COLUMN "public"."shipping_methods"."listed" IS 'True while it is offered and the boutique is active. Kept by triggers.';

COMMENT ON COLUMN "public"."shipping_methods"."location_id" IS 'The branch where a pickup takes place.';

COMMENT ON COLUMN "public"."shipping_methods"."position" IS 'Order in which they are offered; the first that fits is taken when none is chosen.';

COMMENT ON COLUMN "public"."shipping_methods"."price" IS 'In minor units of the currency.';

COMMENT ON COLUMN "public"."stock_levels"."on_hand" IS 'Pieces in the branch, reserved ones included.';

COMMENT ON COLUMN "public"."stock_levels"."reserved" IS 'Pieces that an order waits for or has paid, and that have not left yet. on_hand - reserved can be sold.';

COMMENT ON COLUMN "public"."stock_movements"."on_hand_change" IS 'Pieces that came (positive) or left (negative).';

COMMENT ON COLUMN "public"."stock_movements"."reserved_change" IS 'Pieces that were reserved (positive) or are no longer (negative).';

COMMENT ON COLUMN "public"."stock_movements"."source_id" IS 'The order item that it is for; both halves of a transfer have one id.';

COMMENT ON COLUMN "public"."tax_rules"."category_id" IS 'For products of this category only; null: of all.';

COMMENT ON COLUMN "public"."tax_rules"."country" IS 'For orders that go to this country (ISO 3166-1 alpha-2); null: to all.';

COMMENT ON COLUMN "public"."tax_rules"."rate_basis_points" IS 'Hundredths of a percent: 1500 is 15 %.';

COMMENT ON FUNCTION "private"."apply_discounts"(public.cart_boutique, uuid, text[], public.cart_discount[], public.cart_line[]) IS 'Takes the discounts of a boutique''s order off its lines, by the rule at the head of 74_discounts. The boutique''s shipping is the price without them; earlier: what the boutiques before it have.';

COMMENT ON FUNCTION "private"."apply_gift_card_entry"() IS 'Trigger: the balance follows the ledger. check_violation (23514) when it would be less than nothing.';

COMMENT ON FUNCTION "private"."apply_stock_movement"() IS 'Trigger: the level follows the ledger. check_violation (23514) when there would be less than none, or less than is reserved.';

COMMENT ON FUNCTION "private"."available_stock"(uuid) IS 'Pieces of a variant that can be sold now, at all branches together.';

COMMENT ON FUNCTION "private"."candidate_discounts"(uuid, text[]) IS 'Discounts that the order of a boutique may have: those without a code, and those of these codes (in capitals).';

COMMENT ON FUNCTION "private"."cart_lines"(uuid) IS 'What is in a cart.';

COMMENT ON FUNCTION "private"."cart_summary"(public.priced_cart) IS 'A priced cart as the API shows it: arrays of rows are read by few clients, JSON by all.';

COMMENT ON FUNCTION "private"."check_address"() IS 'Trigger: PT400 invalid_postal_code or region_required, by address_formats.';

COMMENT ON FUNCTION "private"."check_cart_line"(uuid, public.order_line_kind, integer, text) IS 'PT404 variant_not_found; PT400 invalid_line, invalid_period; PT409 not_for_sale, not_for_rent, not_made_to_order.';

COMMENT ON FUNCTION "private"."check_gift_cards"() IS 'gift_card: a balance that is not what its entries make.';

COMMENT ON FUNCTION "private"."check_order_states"() IS 'order_state: the log ends elsewhere; stale_order: a hold that ended more than an hour ago; order_log: it has a gap or a move that is not allowed; order_number: numbers of a boutique with a gap.';

COMMENT ON FUNCTION "private"."check_order_totals"() IS 'order_total: an order that is not the sum of its lines and shipping; refund_total: one that is not the sum of its refunds.';

COMMENT ON FUNCTION "private"."check_ordered_rentals"() IS 'rental_line: an order and its rental that disagree.';

COMMENT ON FUNCTION "private"."check_payments"() IS 'payment: a group whose payment disagrees with its state or with its orders.';

COMMENT ON FUNCTION "private"."check_reservations"() IS 'reservation: stock that is reserved for no open line, or a line that has none.';

COMMENT ON FUNCTION "private"."check_sold_garments"() IS 'sold_garments: a line whose garments are not all sold, or are although it was cancelled; sold_without_order: a garment that is sold for nothing.';

COMMENT ON FUNCTION "private"."check_stock"() IS 'stock_level: a level that is not what its movements make.';

COMMENT ON FUNCTION "private"."choose_shipping"(public.cart_boutique, uuid[], text) IS 'The chosen way to deliver, or the first that fits, with its price and tax.';

COMMENT ON FUNCTION "private"."complete_orders"(integer) IS 'Orders are over whose time for returns has passed, whose rentals are back and whose parcels have arrived. How many; called by the job order.complete.';

COMMENT ON FUNCTION "private"."confirm_group"(uuid, bigint) IS 'Makes the orders of a group firm that is paid; those that cannot be had any more are cancelled and paid back, and so is money for what was called off. arrived: the money of the payment, without gift cards.';

COMMENT ON FUNCTION "private"."confirm_order"(uuid) IS 'Makes an order firm that is paid, with a number; takes again what its hold has lost. PT409 out_of_stock, not_available when that cannot be had.';

COMMENT ON FUNCTION "private"."count_earlier_redemptions"() IS 'Trigger: a limit that is set later counts the orders that have the discount already.';

COMMENT ON FUNCTION "private"."count_redemption"() IS 'Trigger: counts the uses of a discount with a limit. check_violation (23514) beyond it.';

COMMENT ON FUNCTION "private"."create_commerce_policy"() IS 'Trigger: gives every new boutique a commerce policy with the defaults.';

COMMENT ON FUNCTION "private"."discount_of_lines"(public.discounts, uuid, public.cart_line[], bigint[]) IS 'What a discount takes off each line, of what is left of it; zeros for lines that it is not for.';

COMMENT ON FUNCTION "private"."discount_problem"(public.discounts, uuid, uuid, public.cart_line[], integer) IS 'Why a discount does nothing for the order of a boutique; null when it does. uses_in_cart: orders of other boutiques of the same cart that have it.';

COMMENT ON FUNCTION "private"."emit_order_event"() IS 'Trigger: an order that is placed, paid, fulfilled, completed, cancelled or refunded is an event, order.<state>.';

COMMENT ON FUNCTION "private"."end_order"(uuid, text, bigint, boolean) IS 'Cancels an order of which nothing has left: gives everything back, and money less the fee if it was paid. expired: nobody has paid in time.';

COMMENT ON FUNCTION "private"."expire_order_hold"(uuid) IS 'Cancels the orders of a group that nobody has paid in time. False when there is nothing to do. Called by the job order.expire_hold.';

COMMENT ON FUNCTION "private"."expired_reservations"(uuid[]) IS 'Stock that is still reserved for orders whose hold is over.';

COMMENT ON FUNCTION "private"."follow_discount"() IS 'Trigger: a target belongs to whom its discount belongs to. PT404 discount_not_found.';

COMMENT ON FUNCTION "private"."follow_ordered_rental"() IS 'Trigger: a rental that is picked up fulfils its order line.';

COMMENT ON FUNCTION "private"."forget_buyer"() IS 'Trigger: when the account of a customer goes, so does what she has written and where she lives.';

COMMENT ON FUNCTION "private"."forget_return"() IS 'Trigger: when the account of a customer goes, so does what she has written.';

COMMENT ON FUNCTION "private"."gift_card_hash"(text) IS 'By which a card is found: case, spaces and hyphens of the code do not matter.';

COMMENT ON FUNCTION "private"."gift_card_problem"(public.gift_cards) IS 'Why a card cannot be spent; null when it can.';

COMMENT ON FUNCTION "private"."give_back_gift_cards"(public.orders, bigint) IS 'Puts money back on the cards that an order was paid with, as far as they paid, for 90 days at least; how much. The caller has locked the cards.';

COMMENT ON FUNCTION "private"."guard_order_state"() IS 'Trigger: an order moves along order_transitions only, and every move is logged with actor and reason. PT409 invalid_state.';

COMMENT ON FUNCTION "private"."guest_lines"(jsonb) IS 'Lines that a client has kept: [{"variant_id": …, "kind": "rental", "quantity": 1, "period": "[2027-06-04,2027-06-06]"}]. PT400 invalid_lines.';

COMMENT ON FUNCTION "private"."hold_garments_for_sale"(public.order_items, integer, timestamp with time zone) IS 'Ends the calendar of garments for an order item, for good when held_until is null; how many could not be had.';

COMMENT ON FUNCTION "private"."hold_rental"(private.rental_terms, uuid, timestamp with time zone) IS 'Takes a free garment of the variant for the period; null when there is none.';

COMMENT ON FUNCTION "private"."limit_to_targets"() IS 'Trigger: a discount with a target is never for everything any more.';

COMMENT ON FUNCTION "private"."lock_discounts"(uuid[]) IS 'Locks those of these discounts that have a limit, in the order of their ids.';

COMMENT ON FUNCTION "private"."lock_gift_cards"(text[]) IS 'The cards of these codes, locked in the order of their ids. PT404 gift_card_not_found, PT409 gift_card_not_usable, PT400 invalid_gift_card.';

COMMENT ON FUNCTION "private"."lock_goods"(uuid[]) IS 'Locks stock levels and garments of these variants, each in the order of ids.';

COMMENT ON FUNCTION "private"."lock_group"(uuid) IS 'Locks a group, its orders and the goods they want, in the order that everybody keeps.';

COMMENT ON FUNCTION "private"."lock_stock"(uuid[]) IS 'Locks every level of these variants, in the order of their ids: whoever needs several never waits in a circle.';

COMMENT ON FUNCTION "private"."masked"(jsonb, text[]) IS 'The row with *** in place of these columns'' values.';

COMMENT ON FUNCTION "private"."move_order"(uuid, text) IS 'An order that is paid becomes part_fulfilled or fulfilled with what has left. The caller has locked it.';

COMMENT ON FUNCTION "private"."move_refunded_order"(uuid, text) IS 'An order of which money went back after something had left is part_refunded or refunded.';

COMMENT ON FUNCTION "private"."next_number"(uuid, private.document_kind) IS 'The next number of a boutique, without gaps. Take it last: others wait for it until the transaction ends.';

COMMENT ON FUNCTION "private"."note_order_event"(public.orders, text, jsonb) IS 'Logs something that was done with an order and moved no state.';

COMMENT ON FUNCTION "private"."notify_of_order"() IS 'Trigger: tells the customer that her order is paid, or cancelled.';

COMMENT ON FUNCTION "private"."number_text"(uuid, bigint) IS 'A number as it is printed: the boutique''s prefix and at least six digits.';

COMMENT ON FUNCTION "private"."open_cart"() IS 'The open cart of the caller, made if there is none, and locked. PT401 sign_in_required; PT409 cart_is_full.';

COMMENT ON FUNCTION "private"."order_check"() IS 'Everything that is wrong with orders, stock and their calendar; no row when nothing is. For operators: select * from private.order_check().';

COMMENT ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean) IS 'An order that the caller may change, locked with its group and goods. PT404 order_not_found.';

COMMENT ON FUNCTION "private"."paid_by_gift_cards"(uuid) IS 'What gift cards have paid for an order and was not given back to them.';

COMMENT ON FUNCTION "private"."paid_for"(public.order_items, boolean, integer) IS 'What was paid for the next pieces of a line that come back: their share of its price after the discount, with its tax. The shares of all pieces are what was paid for the line; the way to the customer is not paid back.';

COMMENT ON FUNCTION "private"."payment_is_due"(public.orders) IS 'True while a change that made an order dearer is not paid.';

COMMENT ON FUNCTION "private"."price_cart"(private.wanted_line[], uuid, text[], uuid[], text) IS 'Prices, discounts, shipping, taxes and availability of lines, as they are now, for each boutique.';

COMMENT ON FUNCTION "private"."price_line"(private.wanted_line, text) IS 'A line with its price of now, and what is wrong with it. Discounts and taxes come after.';

COMMENT ON FUNCTION "private"."promised_date"(public.products) IS 'When a gown that is ordered today is done, alterations included.';

COMMENT ON FUNCTION "private"."put_in_cart"(uuid, uuid, public.order_line_kind, integer, text, boolean) IS 'Puts a line into a cart; one that is there gets more (adding), or at least so many.';

COMMENT ON FUNCTION "private"."raise_cart_changed"(public.priced_cart) IS 'Why a cart cannot be ordered: PT409 cart_is_empty, out_of_stock, not_available, cart_changed.';

COMMENT ON FUNCTION "private"."raise_invalid_return_state"(public.returns, text) IS 'PT409 invalid_state.';

COMMENT ON FUNCTION "private"."raise_not_available"(private.rental_terms) IS 'PT409 not_available with the next free period.';

COMMENT ON FUNCTION "private"."raise_out_of_stock"(uuid, integer, integer) IS 'PT409 out_of_stock with what is left.';

COMMENT ON FUNCTION "private"."readiness_steps"(public.products, date) IS 'The steps of will_it_be_ready.';

COMMENT ON FUNCTION "private"."refund"(uuid, bigint, text) IS 'Notes that money of an order is to go back, to the gift cards that paid for it first and at once. check_violation (23514) for more than was paid. Null when there is nothing to pay back.';

COMMENT ON FUNCTION "private"."refuse_change"() IS 'Trigger: rows of a ledger are neither changed nor deleted, by nobody. SQLSTATE 42501. Erasing who did it is no change.';

COMMENT ON FUNCTION "private"."refuse_ordered_rental"(uuid) IS 'PT409 belongs_to_order for a rental that is a line of an order.';

COMMENT ON FUNCTION "private"."release_stock"(uuid, integer) IS 'Gives back what is reserved for an order item: so many pieces, or all. The caller has locked the levels.';

COMMENT ON FUNCTION "private"."remind_of_carts"() IS 'Tells of carts that were left for four hours, each once; whether its customer wants to hear of it is looked at when the mail leaves. How many; called by the job cart.remind.';

COMMENT ON FUNCTION "private"."repair_order_drift"(text, uuid) IS 'Mends a finding of order_check, or says what a person has to do: its answer begins with Mended or By hand. For operators, as the owner of the database: select f.*, private.repair_order_drift(f.kind, f.id) from private.order_check() f.';

COMMENT ON FUNCTION "private"."repair_reservation"(uuid) IS 'A line has reserved what it needs, and nothing is reserved for none.';

COMMENT ON FUNCTION "private"."repair_stock_level"(uuid) IS 'The level is what its movements make.';

COMMENT ON FUNCTION "private"."reserve_stock"(public.order_items, integer, uuid) IS 'Reserves pieces for an order item; how many could not be had. location_id: the branch to take from if it can be.';

COMMENT ON FUNCTION "private"."reserved_for"(uuid) IS 'What is reserved for an order item, by branch, as the ledger says.';

COMMENT ON FUNCTION "private"."restock"(public.order_items, integer) IS 'Pieces that came back can be sold again: counted ones lie on the shelf, garments are in service. The caller has locked the goods.';

COMMENT ON FUNCTION "private"."return_for_change"(uuid, boolean) IS 'A return that the caller may change, locked with its order. PT404 return_not_found.';

COMMENT ON FUNCTION "private"."set_boutique_currency"() IS 'Trigger: prices are in the boutique''s currency, whatever the writer sent.';

COMMENT ON FUNCTION "private"."settle_payment"(uuid, text, text, bigint, text) IS 'The one place where money arrives. A repetition is a success. Amount and currency have to match. PT404 payment_not_found; PT409 already_paid, amount_differs, reference_used.';

COMMENT ON FUNCTION "private"."share_of"(bigint, integer, integer, integer) IS 'A part of an amount, so that the parts add up to it.';

COMMENT ON FUNCTION "private"."spend_gift_cards"(public.orders, uuid[]) IS 'Pays an order with gift cards, as far as they go; how much they paid.';

COMMENT ON FUNCTION "private"."spread_status_to_shipping"() IS 'Trigger: a boutique that becomes active or is suspended shows or hides its ways to deliver at once.';

COMMENT ON FUNCTION "private"."stock_place"(uuid, uuid) IS 'The boutique of a variant and a branch whose stock the caller may change; locks the levels. PT404 stock_place_not_found.';

COMMENT ON FUNCTION "private"."take_goods"(public.order_items, uuid, timestamp with time zone) IS 'Takes what an order line promises: stock, garments or a rental, whose id it answers. PT409 out_of_stock, not_available.';

COMMENT ON FUNCTION "private"."take_off_shelf"(public.order_items, integer) IS 'Pieces that are reserved for a line leave. The caller has locked the levels.';

COMMENT ON FUNCTION "private"."tax_of"(bigint, integer, boolean) IS 'Tax of one line in minor units, rounded half up; the tax of an order is the sum of those of its lines. included: the amount has it in it.';

COMMENT ON FUNCTION "private"."tax_rate"(uuid, public.taxed_thing, uuid, text) IS 'The rule that holds for a line; rate 0 when there is none.';

COMMENT ON FUNCTION "private"."tell_findings"(text, private.calendar_finding[], text[]) IS 'Raises an alert per kind of finding, and ends those of kinds that are not found any more. How many findings there are.';

COMMENT ON FUNCTION "private"."touch_cart"() IS 'Trigger: a cart that is changed is not abandoned; one that was ordered does not change (PT409 cart_is_ordered).';

COMMENT ON FUNCTION "private"."uuid_v7"() IS 'A time-ordered UUID (version 7, RFC 9562): new rows land at the end of their index.';

COMMENT ON FUNCTION "private"."wanted_pieces"(uuid, jsonb) IS 'What a call speaks of: [{"order_item_id", "quantity"}]; null: all that has not left, but for rentals. PT400 invalid_items.';

COMMENT ON FUNCTION "private"."watch_orders"() IS 'Raises an alert per kind of finding of order_check, and ends those of what is mended. How many findings there are. Called by the job order.check.';

COMMENT ON FUNCTION "private"."webhook_event_types"() IS 'Every type of event with an example of its data. Those of reviews are sent from the day on which Nexus has these.';

COMMENT ON FUNCTION "public"."add_to_cart"(uuid, public.order_line_kind, integer, text) IS 'Puts a line into the caller''s cart, or more of one that is there. period as in quote_rental, for a rental. Nothing is reserved. PT401 sign_in_required; PT404 variant_not_found; PT400 invalid_line, invalid_period; PT409 not_for_sale, not_for_rent, not_made_to_order, cart_is_full.';

COMMENT ON FUNCTION "public"."answer_return"(uuid, boolean, text) IS 'Staff approve a return, or reject it and say why. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state; PT400 invalid_answer.';

COMMENT ON FUNCTION "public"."cancel_order"(uuid, text) IS 'The customer or staff call off an order of which nothing has left. Everything is free again at once; what was paid goes back, less the fee of the frozen policy when the customer is late. Repeating it changes nothing. PT404 order_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."cancel_rental"(uuid) IS 'The customer or staff give the days of a held or reserved rental back. Repeating it changes nothing. PT404 rental_not_found, PT409 invalid_state, belongs_to_order.';

COMMENT ON FUNCTION "public"."cancel_return"(uuid) IS 'The customer or staff call a return off that has not arrived. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."change_stock"(uuid, uuid, public.stock_movement_kind, integer, text) IS 'Managers note what came (received), what was thrown away (damaged) or how many there are (counted). PT404 stock_place_not_found; PT400 invalid_quantity; PT409 out_of_stock (so many are promised to orders).';

COMMENT ON FUNCTION "public"."checkout"(uuid, text, uuid, date, text[]) IS 'Orders what is in the caller''s cart: one order per boutique, with stock, garments and rentals held until hold_expires_at, a payment of amount_due, and the jobs, in one transaction. Gift cards pay first. The same idempotency key with the same input returns the same group. PT401 sign_in_required; PT404 cart_not_found, address_not_found; PT400 address_required, invalid_date, invalid_idempotency_key; PT409 out_of_stock (detail: left), not_available, cart_is_empty, cart_is_ordered, cart_changed, mixed_currencies, not_ready_in_time, discount_not_applicable (detail: code, problem), gift_card_not_usable (detail: last_four, problem); PT404 gift_card_not_found; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."confirm_rental"(uuid) IS 'Staff make a held rental firm (state reserved). Repeating it changes nothing. PT404 rental_not_found, PT410 hold_expired, PT409 invalid_state, belongs_to_order.';

COMMENT ON FUNCTION "public"."delete_account"() IS 'Deletes the caller''s account in 14 days; until then undo_account_deletion takes it back. Repeating it changes nothing. PT409 open_rentals, PT409 open_orders, PT409 open_appointments, PT409 last_owner.';

COMMENT ON FUNCTION "public"."fulfil_order"(uuid, public.shipping_kind, text, jsonb, text, text, text) IS 'Staff send a paid order, or hand it over in the shop (pickup): all that is left but for rentals, or items [{"order_item_id", "quantity"}]. Stock leaves the shelf, sold garments are retired. The same idempotency key with the same input returns the same shipment. PT404 order_not_found, order_item_not_found; PT409 invalid_state, payment_due, nothing_left, hand_over_rental; PT400 invalid_items, invalid_tracking, invalid_idempotency_key; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."gift_card_balance"(text) IS 'What a gift card is worth, for who has its code. PT404 gift_card_not_found; PT400 invalid_gift_card.';

COMMENT ON FUNCTION "public"."inspect_return"(uuid, jsonb) IS 'Staff have looked at what came back: it is on the shelf again (restock), kept (damaged) or was not there (missing), and the money goes back. outcomes: [{"order_item_id", "outcome", "refund"}]; without a refund all that was paid for it. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state; PT400 invalid_items (detail: paid).';

COMMENT ON FUNCTION "public"."issue_gift_card"(uuid, bigint, text, timestamp with time zone, text) IS 'Managers issue a card of their boutique, in its currency; admins one of the marketplace (boutique_id null). The code is in the answer and nowhere else. PT404 boutique_not_found; PT403 not_allowed; PT400 invalid_gift_card.';

COMMENT ON FUNCTION "public"."mark_delivered"(uuid) IS 'Staff note that a parcel has arrived. Repeating it changes nothing. PT404 shipment_not_found.';

COMMENT ON FUNCTION "public"."merge_cart"(jsonb) IS 'Takes the lines of a cart that a guest''s client has kept into the caller''s own, after she has signed in; those that cannot be had any more are named. Repeating it changes nothing. lines: [{"variant_id", "kind", "quantity", "period"}]. PT400 invalid_lines; PT401 sign_in_required.';

COMMENT ON FUNCTION "public"."my_cart"() IS 'The caller''s open cart with the prices, discounts, taxes, shipping and availability of this moment. Without a cart: no lines.';

COMMENT ON FUNCTION "public"."quote_cart"(jsonb, text[], uuid[], text) IS 'As my_cart, for lines that the client keeps: the cart of a guest. lines as in merge_cart. For anybody. PT400 invalid_lines, invalid_period, invalid_cart; PT429 too_many_requests.';

COMMENT ON FUNCTION "public"."receive_return"(uuid) IS 'Staff note that a return has arrived. Repeating it changes nothing. PT404 return_not_found; PT409 invalid_state.';

COMMENT ON FUNCTION "public"."record_payment"(uuid, text, text, bigint, text) IS 'Staff note money that came in cash or by transfer for a group whose boutiques they all work for, or an admin does. A repetition with the same reference is a success. PT404 order_group_not_found; PT400 invalid_payment; PT409 amount_differs, already_paid, reference_used, nothing_to_pay.';

COMMENT ON FUNCTION "public"."record_refund"(uuid, text) IS 'Managers note that a refund was paid back, and how. Repeating it changes nothing. PT404 refund_not_found; PT400 invalid_payment.';

COMMENT ON FUNCTION "public"."refund_order"(uuid, bigint, text, text) IS 'Managers give money back for what has left, as a courtesy. amount in minor units. PT404 order_not_found; PT409 invalid_state; PT400 invalid_refund (detail: left), invalid_idempotency_key; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text) IS 'The customer wants to send something back, within the days that are frozen in the order; staff may any time. items: [{"order_item_id", "quantity"}]. PT404 order_not_found, order_item_not_found; PT409 invalid_state, not_returnable, return_window_passed, nothing_left; PT400 invalid_items, invalid_note, invalid_idempotency_key; PT422 idempotency_key_reused.';

COMMENT ON FUNCTION "public"."transfer_stock"(uuid, uuid, uuid, integer, text) IS 'Managers send pieces of a variant to another branch. Answers both levels. PT404 stock_place_not_found; PT400 invalid_quantity; PT409 out_of_stock.';

COMMENT ON TABLE "private"."document_counters" IS 'The last number of each kind of document of a boutique. Its lock is held until the transaction ends: a number that is rolled back is given again, so there are no gaps.';

COMMENT ON TABLE "private"."gift_card_codes" IS 'SHA-256 of the code without its hyphens. The code has 80 random bits: nobody guesses it from its hash.';

COMMENT ON TABLE "public"."address_formats" IS 'What an address needs in a country, for the check and for forms. A country without a row needs street and city. After the addressing guides of the Universal Postal Union (POST*CODE).';

COMMENT ON TABLE "public"."addresses" IS 'Where a customer has things sent. Orders keep a copy: changing or deleting an address changes no order.';

COMMENT ON TABLE "public"."cart_items" IS 'Line of a cart.';

COMMENT ON TABLE "public"."carts" IS 'What a customer means to order. One is open per customer; it is made by the first add_to_cart.';

COMMENT ON TABLE "public"."commerce_policies" IS 'How a boutique sells. Made with the boutique, changed by its managers; read by everyone, for front ends show it and invoices print it.';

COMMENT ON TABLE "public"."discount_redemptions" IS 'An order that has a discount.';

COMMENT ON TABLE "public"."discount_targets" IS 'What a discount is for: products, and those of categories (not of the categories below them).';

COMMENT ON TABLE "public"."discounts" IS 'What is taken off an order. The rule for several of them is at the head of sql/74_discounts.sql and in docs/api.md.';

COMMENT ON TABLE "public"."gift_card_entries" IS 'Every change of the balance of a gift card, with the order it was for. Append-only.';

COMMENT ON TABLE "public"."gift_cards" IS 'Money that was paid in before. The balance follows from gift_card_entries, which nothing else may write.';

COMMENT ON TABLE "public"."order_adjustments" IS 'What an order has beside its lines, for showing and for the invoice: discounts, shipping, taxes, fees.';

COMMENT ON TABLE "public"."order_events" IS 'Log of an order: every move of its state, and what was done with it, with who did it and why. Append-only; states are logged by a trigger.';

COMMENT ON TABLE "public"."order_groups" IS 'One checkout: what a customer pays at once, with an order for each boutique.';

COMMENT ON TABLE "public"."order_items" IS 'Line of an order, with name, prices and tax as they were when it was ordered.';

COMMENT ON TABLE "public"."order_transitions" IS 'Moves that an order may make. A trigger refuses every other, whoever tries.';

COMMENT ON TABLE "public"."orders" IS 'What one boutique was asked for in a checkout. Staff of a boutique see theirs and nothing of the others.';

COMMENT ON TABLE "public"."payments" IS 'Money that is to come or has come for an order group. Made at checkout, and when an order is changed to cost more.';

COMMENT ON TABLE "public"."refunds" IS 'Money that goes back for an order.';

COMMENT ON TABLE "public"."return_items" IS 'What comes back with a return.';

COMMENT ON TABLE "public"."returns" IS 'A customer sends something of an order back.';

COMMENT ON TABLE "public"."shipment_items" IS 'What is in a shipment.';

COMMENT ON TABLE "public"."shipments" IS 'A parcel, or what was handed over in the shop. An order may have several.';

COMMENT ON TABLE "public"."shipping_methods" IS 'Ways in which an order of a boutique gets to the customer.';

COMMENT ON TABLE "public"."stock_levels" IS 'How many pieces of a variant a branch has. Follows from stock_movements, which nothing else may write.';

COMMENT ON TABLE "public"."stock_movements" IS 'Ledger of stock: every change of a level, with its reason. Append-only.';

COMMENT ON TABLE "public"."tax_rules" IS 'Taxes of a boutique. Of the rules that fit a line the most specific holds: one for its category before one for all, then one for its kind, then one for the country that it goes to. Without a rule there is no tax.';

COMMENT ON TYPE "public"."cart_boutique" IS 'What a cart would be as an order of one boutique. total = subtotal - discount + shipping, + tax when prices do not include it. Lines with a problem are not counted. problem: no_shipping_method when none goes there, or null.';

COMMENT ON TYPE "public"."cart_discount" IS 'What a discount does for the order of a boutique. amount: what it saves, in minor units. problem: not_found, not_started, ended, used_up, used_up_by_you, minimum_not_reached, not_first_order, nothing_eligible, another_saves_more, or null.';

COMMENT ON TYPE "public"."cart_line" IS 'Line of a cart as it would be ordered now. Money in minor units of the currency; subtotal is before the discount, tax after it. available: pieces that can be had (null: made to order). problem: variant_not_found, not_for_sale, not_for_rent, not_made_to_order, invalid_period, out_of_stock, not_available, or null. promised_date: when what is made to order is done.';

COMMENT ON TYPE "public"."cart_state" IS 'open: is being filled; ordered: became an order group.';

COMMENT ON TYPE "public"."cart_summary" IS 'Answer of my_cart and quote_cart: lines is an array of cart_line, boutiques one of cart_boutique, discounts one of cart_discount: those that are taken off, and codes that are not with the reason. can_be_ordered: there is a line, and nothing has a problem.';

COMMENT ON TYPE "public"."discount_kind" IS 'percent: a share of the lines; amount: a sum off the lines; free_shipping: the way costs nothing.';

COMMENT ON TYPE "public"."gift_card_entry_kind" IS 'issued: paid in; redeemed: spent by an order; given_back: the order was called off or paid back.';

COMMENT ON TYPE "public"."gift_card_state" IS 'Answer of gift_card_balance. problem: blocked, expired, empty, or null when it can be spent.';

COMMENT ON TYPE "public"."issued_gift_card" IS 'Answer of issue_gift_card. The code is shown this once and kept nowhere.';

COMMENT ON TYPE "public"."merged_line" IS 'Row of merge_cart: a line of the guest''s cart with the item that it is now, or why it was left out.';

COMMENT ON TYPE "public"."order_adjustment_kind" IS 'discount: taken off the lines; shipping: the way to the customer; tax: one row per rate; fee: kept at a cancellation.';

COMMENT ON TYPE "public"."order_line_kind" IS 'sale: out of stock; rental: one garment for some days; made_to_order: made for the customer after she has ordered.';

COMMENT ON TYPE "public"."order_state" IS 'pending: waits for its payment until hold_expires_at; paid; part_fulfilled, fulfilled: some or all of it has left the boutique; completed: over, nothing can come back; cancelled: called off before it left; part_refunded, refunded: paid back after it left.';

COMMENT ON TYPE "public"."payment_state" IS 'pending: is to be paid; succeeded: has arrived; failed, cancelled: will not.';

COMMENT ON TYPE "public"."priced_cart" IS 'Lines, a total for each boutique, and what discounts do. can_be_ordered: there is a line, and nothing has a problem.';

COMMENT ON TYPE "public"."refund_state" IS 'due: has to be paid back; paid: was.';

COMMENT ON TYPE "public"."return_outcome" IS 'restock: can be sold again; damaged: is kept and not sold again; missing: was not in the parcel, and is not paid back.';

COMMENT ON TYPE "public"."return_reason" IS 'Why something comes back.';

COMMENT ON TYPE "public"."return_state" IS 'requested: by the customer; approved: she may send it; rejected: she may not; received: it is here; closed: inspected and paid back; cancelled: she keeps it.';

COMMENT ON TYPE "public"."shipment_state" IS 'sent: with the carrier; delivered: the customer has it. What is fetched in the shop is delivered at once.';

COMMENT ON TYPE "public"."shipping_kind" IS 'delivery: sent to an address; pickup: fetched at a branch.';

COMMENT ON TYPE "public"."stock_movement_kind" IS 'received: came from a supplier; counted: corrected after counting; damaged: thrown away; transferred: to or from another branch; reserved, released, fulfilled: for an order; restocked: came back from a customer; repaired: an operator has mended drift.';

COMMENT ON TYPE "public"."taxed_thing" IS 'What a tax rule is about: a kind of line, shipping, or everything.';

REVOKE ALL ON FUNCTION "private"."add_to_cart"(uuid, public.order_line_kind, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."add_to_cart"(uuid, public.order_line_kind, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."answer_return"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."answer_return"(uuid, boolean, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."apply_discounts"(public.cart_boutique, uuid, text[], public.cart_discount[], public.cart_line[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_discounts"(public.cart_boutique, uuid, text[], public.cart_discount[], public.cart_line[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_gift_card_entry"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_gift_card_entry"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."apply_stock_movement"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."apply_stock_movement"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."available_stock"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."available_stock"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_order"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_order"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."cancel_return"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cancel_return"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."candidate_discounts"(uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."candidate_discounts"(uuid, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cart_lines"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cart_lines"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cart_summary"(public.priced_cart) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cart_summary"(public.priced_cart) TO "postgres";

REVOKE ALL ON FUNCTION "private"."change_stock"(uuid, uuid, public.stock_movement_kind, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."change_stock"(uuid, uuid, public.stock_movement_kind, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."check_address"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_address"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_cart_line"(uuid, public.order_line_kind, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_cart_line"(uuid, public.order_line_kind, integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_gift_cards"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_gift_cards"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_order_states"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_order_states"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_order_totals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_order_totals"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_ordered_rentals"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_ordered_rentals"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_payments"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_payments"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_reservations"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_reservations"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_sold_garments"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_sold_garments"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_stock"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_stock"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."checkout"(uuid, text, uuid, date, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."checkout"(uuid, text, uuid, date, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."choose_shipping"(public.cart_boutique, uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."choose_shipping"(public.cart_boutique, uuid[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."complete_orders"(integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."complete_orders"(integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."confirm_group"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."confirm_group"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."confirm_order"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."confirm_order"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_earlier_redemptions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_earlier_redemptions"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_redemption"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."count_redemption"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."create_commerce_policy"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."create_commerce_policy"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."discount_of_lines"(public.discounts, uuid, public.cart_line[], bigint[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."discount_of_lines"(public.discounts, uuid, public.cart_line[], bigint[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."discount_problem"(public.discounts, uuid, uuid, public.cart_line[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."discount_problem"(public.discounts, uuid, uuid, public.cart_line[], integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."emit_order_event"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."emit_order_event"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_order"(uuid, text, bigint, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."end_order"(uuid, text, bigint, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expire_order_hold"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."expire_order_hold"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expired_reservations"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."expired_reservations"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_discount"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_discount"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."follow_ordered_rental"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."follow_ordered_rental"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_buyer"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_buyer"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."forget_return"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."forget_return"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."fulfil_order"(uuid, public.shipping_kind, jsonb, text, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fulfil_order"(uuid, public.shipping_kind, jsonb, text, text, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."gift_card_balance"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gift_card_balance"(text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."gift_card_hash"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gift_card_hash"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."gift_card_problem"(public.gift_cards) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."gift_card_problem"(public.gift_cards) TO "postgres";

REVOKE ALL ON FUNCTION "private"."give_back_gift_cards"(public.orders, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."give_back_gift_cards"(public.orders, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."guard_order_state"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."guard_order_state"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."guest_lines"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."guest_lines"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_garments_for_sale"(public.order_items, integer, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_garments_for_sale"(public.order_items, integer, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."hold_rental"(private.rental_terms, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."hold_rental"(private.rental_terms, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."inspect_return"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."inspect_return"(uuid, jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."issue_gift_card"(uuid, bigint, text, timestamp with time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."issue_gift_card"(uuid, bigint, text, timestamp with time zone, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."limit_to_targets"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."limit_to_targets"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_discounts"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_discounts"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_gift_cards"(text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_gift_cards"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_goods"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_goods"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_group"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_group"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_stock"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."lock_stock"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."mark_delivered"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."mark_delivered"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."masked"(jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."masked"(jsonb, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."merge_cart"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."merge_cart"(jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."move_order"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."move_order"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."move_refunded_order"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."move_refunded_order"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."my_cart"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."my_cart"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."next_number"(uuid, private.document_kind) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."next_number"(uuid, private.document_kind) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_order_event"(public.orders, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."note_order_event"(public.orders, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."notify_of_order"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."notify_of_order"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."number_text"(uuid, bigint) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."number_text"(uuid, bigint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."open_cart"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."open_cart"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_check"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_check"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."order_for_change"(uuid, public.permission, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."paid_by_gift_cards"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."paid_by_gift_cards"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."paid_for"(public.order_items, boolean, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."paid_for"(public.order_items, boolean, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."payment_is_due"(public.orders) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."payment_is_due"(public.orders) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_cart"(private.wanted_line[], uuid, text[], uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."price_cart"(private.wanted_line[], uuid, text[], uuid[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."price_line"(private.wanted_line, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."price_line"(private.wanted_line, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."promised_date"(public.products) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."promised_date"(public.products) TO "postgres";

REVOKE ALL ON FUNCTION "private"."put_in_cart"(uuid, uuid, public.order_line_kind, integer, text, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."put_in_cart"(uuid, uuid, public.order_line_kind, integer, text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."quote_cart"(jsonb, text[], uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."quote_cart"(jsonb, text[], uuid[], text) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."raise_cart_changed"(public.priced_cart) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_cart_changed"(public.priced_cart) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_invalid_return_state"(public.returns, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_invalid_return_state"(public.returns, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_not_available"(private.rental_terms) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_not_available"(private.rental_terms) TO "postgres";

REVOKE ALL ON FUNCTION "private"."raise_out_of_stock"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."raise_out_of_stock"(uuid, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."readiness_steps"(public.products, date) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."readiness_steps"(public.products, date) TO "postgres";

REVOKE ALL ON FUNCTION "private"."receive_return"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."receive_return"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."record_payment"(uuid, text, text, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_payment"(uuid, text, text, bigint, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."record_refund"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."record_refund"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."refund"(uuid, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refund"(uuid, bigint, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refund_order"(uuid, bigint, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refund_order"(uuid, bigint, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_change"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_change"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_ordered_rental"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."refuse_ordered_rental"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."release_stock"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."release_stock"(uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remind_of_carts"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."remind_of_carts"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_order_drift"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_order_drift"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_reservation"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_reservation"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."repair_stock_level"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."repair_stock_level"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_return"(uuid, jsonb, public.return_reason, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_return"(uuid, jsonb, public.return_reason, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."reserve_stock"(public.order_items, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reserve_stock"(public.order_items, integer, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reserved_for"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."reserved_for"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."restock"(public.order_items, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."restock"(public.order_items, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."return_for_change"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."return_for_change"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_boutique_currency"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."set_boutique_currency"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."settle_payment"(uuid, text, text, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."settle_payment"(uuid, text, text, bigint, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."share_of"(bigint, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."share_of"(bigint, integer, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spend_gift_cards"(public.orders, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spend_gift_cards"(public.orders, uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spread_status_to_shipping"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."spread_status_to_shipping"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."stock_place"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."stock_place"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_goods"(public.order_items, uuid, timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_goods"(public.order_items, uuid, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_off_shelf"(public.order_items, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."take_off_shelf"(public.order_items, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tax_of"(bigint, integer, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tax_of"(bigint, integer, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tax_rate"(uuid, public.taxed_thing, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tax_rate"(uuid, public.taxed_thing, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_findings"(text, private.calendar_finding[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."tell_findings"(text, private.calendar_finding[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."touch_cart"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."touch_cart"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."transfer_stock"(uuid, uuid, uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."transfer_stock"(uuid, uuid, uuid, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "private"."uuid_v7"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."uuid_v7"() TO "anon", "authenticated", "postgres", "service_role";

REVOKE ALL ON FUNCTION "private"."wanted_pieces"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wanted_pieces"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."watch_orders"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."watch_orders"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_to_cart"(uuid, public.order_line_kind, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_to_cart"(uuid, public.order_line_kind, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."answer_return"(uuid, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."answer_return"(uuid, boolean, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_order"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_order"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."cancel_return"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."cancel_return"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."change_stock"(uuid, uuid, public.stock_movement_kind, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."change_stock"(uuid, uuid, public.stock_movement_kind, integer, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."checkout"(uuid, text, uuid, date, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."checkout"(uuid, text, uuid, date, text[]) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."fulfil_order"(uuid, public.shipping_kind, text, jsonb, text, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."fulfil_order"(uuid, public.shipping_kind, text, jsonb, text, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."gift_card_balance"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."gift_card_balance"(text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."inspect_return"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."inspect_return"(uuid, jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."issue_gift_card"(uuid, bigint, text, timestamp with time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."issue_gift_card"(uuid, bigint, text, timestamp with time zone, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."mark_delivered"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."mark_delivered"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."merge_cart"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."merge_cart"(jsonb) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."my_cart"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."my_cart"() TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."quote_cart"(jsonb, text[], uuid[], text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."quote_cart"(jsonb, text[], uuid[], text) TO "anon", "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."receive_return"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."receive_return"(uuid) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."record_payment"(uuid, text, text, bigint, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_payment"(uuid, text, text, bigint, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."record_refund"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_refund"(uuid, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."refund_order"(uuid, bigint, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."refund_order"(uuid, bigint, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_return"(uuid, jsonb, public.return_reason, text, text) TO "authenticated", "postgres";

REVOKE ALL ON FUNCTION "public"."transfer_stock"(uuid, uuid, uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."transfer_stock"(uuid, uuid, uuid, integer, text) TO "authenticated", "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."document_counters" TO "postgres";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "private"."gift_card_codes" TO "postgres";

GRANT SELECT ON TABLE "public"."address_formats" TO "anon", "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."address_formats" TO "postgres", "service_role";

GRANT INSERT ("city"), UPDATE ("city") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("country"), UPDATE ("country") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("line_1"), UPDATE ("line_1") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("line_2"), UPDATE ("line_2") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("phone"), UPDATE ("phone") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("postal_code"), UPDATE ("postal_code") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("recipient"), UPDATE ("recipient") ON TABLE "public"."addresses" TO "authenticated";

GRANT INSERT ("region"), UPDATE ("region") ON TABLE "public"."addresses" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."addresses" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."addresses" TO "postgres", "service_role";

GRANT UPDATE ("quantity") ON TABLE "public"."cart_items" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."cart_items" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."cart_items" TO "postgres", "service_role";

GRANT UPDATE ("country") ON TABLE "public"."carts" TO "authenticated";

GRANT UPDATE ("discount_codes") ON TABLE "public"."carts" TO "authenticated";

GRANT UPDATE ("shipping_method_ids") ON TABLE "public"."carts" TO "authenticated";

GRANT UPDATE ("wear_date") ON TABLE "public"."carts" TO "authenticated";

GRANT SELECT ON TABLE "public"."carts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."carts" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."commerce_policies" TO "anon";

GRANT UPDATE ("cancellation_fee_percent") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("free_cancellation_hours") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("hold_minutes") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("legal_address") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("legal_name") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("order_number_prefix") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("prices_include_tax") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("return_days") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT UPDATE ("tax_number") ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT SELECT ON TABLE "public"."commerce_policies" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."commerce_policies" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."discount_redemptions" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."discount_redemptions" TO "postgres", "service_role";

GRANT INSERT ("category_id") ON TABLE "public"."discount_targets" TO "authenticated";

GRANT INSERT ("discount_id") ON TABLE "public"."discount_targets" TO "authenticated";

GRANT INSERT ("product_id") ON TABLE "public"."discount_targets" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."discount_targets" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."discount_targets" TO "postgres", "service_role";

GRANT INSERT ("amount") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("code") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("currency") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("ends_at"), UPDATE ("ends_at") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("first_order_only") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("kind") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("limited_to_targets") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("minimum_subtotal"), UPDATE ("minimum_subtotal") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("percent_basis_points") ON TABLE "public"."discounts" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("stackable"), UPDATE ("stackable") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("starts_at") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("usage_limit_per_customer"), UPDATE ("usage_limit_per_customer") ON TABLE "public"."discounts" TO "authenticated";

GRANT INSERT ("usage_limit"), UPDATE ("usage_limit") ON TABLE "public"."discounts" TO "authenticated";

GRANT SELECT ON TABLE "public"."discounts" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."discounts" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."gift_card_entries" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."gift_card_entries" TO "postgres";

GRANT SELECT ON TABLE "public"."gift_card_entries" TO "service_role";

GRANT UPDATE ("blocked_at") ON TABLE "public"."gift_cards" TO "authenticated";

GRANT UPDATE ("expires_at") ON TABLE "public"."gift_cards" TO "authenticated";

GRANT UPDATE ("note") ON TABLE "public"."gift_cards" TO "authenticated";

GRANT SELECT ON TABLE "public"."gift_cards" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."gift_cards" TO "postgres";

GRANT SELECT ON TABLE "public"."gift_cards" TO "service_role";

GRANT SELECT ON TABLE "public"."order_adjustments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."order_adjustments" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."order_events" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."order_events" TO "postgres";

GRANT INSERT, SELECT ON TABLE "public"."order_events" TO "service_role";

GRANT SELECT ON TABLE "public"."order_groups" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."order_groups" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."order_items" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."order_items" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."order_transitions" TO "anon", "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."order_transitions" TO "postgres";

GRANT SELECT ON TABLE "public"."order_transitions" TO "service_role";

GRANT SELECT ON TABLE "public"."orders" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."orders" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."payments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."payments" TO "postgres", "service_role";

REVOKE ALL ("serialised") ON TABLE "public"."product_variants" FROM "authenticated";

GRANT INSERT ("serialised"), UPDATE ("serialised") ON TABLE "public"."product_variants" TO "authenticated";

REVOKE ALL ("made_to_order") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("made_to_order"), UPDATE ("made_to_order") ON TABLE "public"."products" TO "authenticated";

GRANT SELECT ON TABLE "public"."refunds" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."refunds" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."return_items" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."return_items" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."returns" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."returns" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."shipment_items" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."shipment_items" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."shipments" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."shipments" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."shipping_methods" TO "anon";

GRANT INSERT ("boutique_id") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("countries"), UPDATE ("countries") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("days"), UPDATE ("days") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("free_from"), UPDATE ("free_from") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("kind") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("location_id") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("position"), UPDATE ("position") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT INSERT ("price"), UPDATE ("price") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT UPDATE ("retired_at") ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT SELECT ON TABLE "public"."shipping_methods" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."shipping_methods" TO "postgres", "service_role";

GRANT SELECT ON TABLE "public"."stock_levels" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."stock_levels" TO "postgres";

GRANT SELECT ON TABLE "public"."stock_levels" TO "service_role";

GRANT SELECT ON TABLE "public"."stock_movements" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."stock_movements" TO "postgres";

GRANT SELECT ON TABLE "public"."stock_movements" TO "service_role";

GRANT SELECT ON TABLE "public"."tax_rules" TO "anon";

GRANT INSERT ("applies_to"), UPDATE ("applies_to") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT INSERT ("boutique_id") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT INSERT ("category_id"), UPDATE ("category_id") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT INSERT ("country"), UPDATE ("country") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT INSERT ("name"), UPDATE ("name") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT INSERT ("rate_basis_points"), UPDATE ("rate_basis_points") ON TABLE "public"."tax_rules" TO "authenticated";

GRANT DELETE, SELECT ON TABLE "public"."tax_rules" TO "authenticated";

GRANT DELETE, INSERT, MAINTAIN, REFERENCES, SELECT, TRIGGER, TRUNCATE, UPDATE ON TABLE "public"."tax_rules" TO "postgres", "service_role";

GRANT USAGE ON TYPE "private"."document_kind" TO "postgres";

GRANT USAGE ON TYPE "private"."guest_line" TO "postgres";

GRANT USAGE ON TYPE "private"."tax_rate" TO "postgres";

GRANT USAGE ON TYPE "private"."wanted_line" TO "postgres";

GRANT USAGE ON TYPE "private"."wanted_piece" TO "postgres";

GRANT USAGE ON TYPE "public"."cart_boutique" TO "postgres";

GRANT USAGE ON TYPE "public"."cart_discount" TO "postgres";

GRANT USAGE ON TYPE "public"."cart_line" TO "postgres";

GRANT USAGE ON TYPE "public"."cart_state" TO "postgres";

GRANT USAGE ON TYPE "public"."cart_summary" TO "postgres";

GRANT USAGE ON TYPE "public"."discount_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."gift_card_entry_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."gift_card_state" TO "postgres";

GRANT USAGE ON TYPE "public"."issued_gift_card" TO "postgres";

GRANT USAGE ON TYPE "public"."merged_line" TO "postgres";

GRANT USAGE ON TYPE "public"."order_adjustment_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."order_line_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."order_state" TO "postgres";

GRANT USAGE ON TYPE "public"."payment_state" TO "postgres";

GRANT USAGE ON TYPE "public"."priced_cart" TO "postgres";

GRANT USAGE ON TYPE "public"."refund_state" TO "postgres";

GRANT USAGE ON TYPE "public"."return_outcome" TO "postgres";

GRANT USAGE ON TYPE "public"."return_reason" TO "postgres";

GRANT USAGE ON TYPE "public"."return_state" TO "postgres";

GRANT USAGE ON TYPE "public"."shipment_state" TO "postgres";

GRANT USAGE ON TYPE "public"."shipping_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."stock_movement_kind" TO "postgres";

GRANT USAGE ON TYPE "public"."taxed_thing" TO "postgres";

ALTER TABLE "public"."addresses" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."addresses" ADD CONSTRAINT "addresses_pkey" PRIMARY KEY (id);

GRANT INSERT ("id") ON TABLE "public"."addresses" TO "authenticated";

ALTER TABLE "public"."addresses" ADD CONSTRAINT "addresses_customer_id_fkey" FOREIGN KEY (customer_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

CREATE INDEX addresses_customer_id_idx ON public.addresses USING btree (customer_id, created_at DESC);

CREATE POLICY "delete_own" ON "public"."addresses" FOR DELETE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "insert_own" ON "public"."addresses" FOR INSERT TO "authenticated" WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "select_own" ON "public"."addresses" FOR SELECT TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid)));

CREATE POLICY "update_own" ON "public"."addresses" FOR UPDATE TO "authenticated" USING ((customer_id = ( SELECT auth.uid() AS uid))) WITH CHECK ((customer_id = ( SELECT auth.uid() AS uid)));

ALTER TABLE "public"."cart_items" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."cart_items" ADD CONSTRAINT "cart_items_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."carts" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."carts" ADD CONSTRAINT "carts_id_customer_id_key" UNIQUE (id, customer_id);

ALTER TABLE "public"."cart_items" ADD CONSTRAINT "item_is_in_a_cart_of_the_customer" FOREIGN KEY (cart_id, customer_id) REFERENCES public.carts(id, customer_id) ON DELETE CASCADE;

ALTER TABLE "public"."carts" ADD CONSTRAINT "carts_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."order_groups" ADD CONSTRAINT "order_groups_cart_id_fkey" FOREIGN KEY (cart_id) REFERENCES public.carts(id) ON DELETE SET NULL;

ALTER TABLE "public"."discount_redemptions" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."discount_redemptions" ADD CONSTRAINT "discount_redemptions_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."discount_targets" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."discount_targets" ADD CONSTRAINT "discount_targets_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."discounts" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."discounts" ADD CONSTRAINT "discounts_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."discount_redemptions" ADD CONSTRAINT "discount_redemptions_discount_id_fkey" FOREIGN KEY (discount_id) REFERENCES public.discounts(id) ON DELETE RESTRICT;

ALTER TABLE "public"."discount_targets" ADD CONSTRAINT "discount_targets_discount_id_fkey" FOREIGN KEY (discount_id) REFERENCES public.discounts(id) ON DELETE CASCADE;

GRANT INSERT ("id") ON TABLE "public"."discounts" TO "authenticated";

ALTER TABLE "public"."gift_card_entries" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "gift_card_entries_pkey" PRIMARY KEY (id);

CREATE INDEX gift_card_entries_boutique_id_idx ON public.gift_card_entries USING btree (boutique_id, id DESC);

CREATE INDEX gift_card_entries_gift_card_id_idx ON public.gift_card_entries USING btree (gift_card_id, id);

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "gift_card_entries_actor_id_fkey" FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE SET NULL;

CREATE INDEX gift_card_entries_actor_id_idx ON public.gift_card_entries USING btree (actor_id);

ALTER TABLE "public"."gift_cards" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."gift_cards" ADD CONSTRAINT "gift_cards_pkey" PRIMARY KEY (id);

ALTER TABLE "private"."gift_card_codes" ADD CONSTRAINT "gift_card_codes_gift_card_id_fkey" FOREIGN KEY (gift_card_id) REFERENCES public.gift_cards(id) ON DELETE CASCADE;

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "gift_card_entries_gift_card_id_fkey" FOREIGN KEY (gift_card_id) REFERENCES public.gift_cards(id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_adjustments" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."order_adjustments" ADD CONSTRAINT "order_adjustments_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."order_events" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."order_events" ADD CONSTRAINT "order_events_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."order_events" ADD CONSTRAINT "order_events_actor_id_fkey" FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE SET NULL;

CREATE INDEX order_events_actor_id_idx ON public.order_events USING btree (actor_id);

COMMENT ON COLUMN "public"."order_events"."actor_id" IS 'Null for a job, and when the account is gone.';

ALTER TABLE "public"."order_groups" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."order_groups" ADD CONSTRAINT "order_groups_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_group_id_fkey" FOREIGN KEY (group_id) REFERENCES public.order_groups(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_group_id_fkey" FOREIGN KEY (group_id) REFERENCES public.order_groups(id) ON DELETE RESTRICT;

CREATE INDEX order_groups_customer_id_idx ON public.order_groups USING btree (customer_id, created_at DESC, id DESC);

ALTER TABLE "public"."order_items" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."order_items" ADD CONSTRAINT "order_items_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."order_items" ADD CONSTRAINT "order_items_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."return_items" ADD CONSTRAINT "item_is_a_line_of_the_boutique" FOREIGN KEY (order_item_id, boutique_id) REFERENCES public.order_items(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."shipment_items" ADD CONSTRAINT "item_is_a_line_of_the_boutique" FOREIGN KEY (order_item_id, boutique_id) REFERENCES public.order_items(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."discount_redemptions" ADD CONSTRAINT "redemption_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_adjustments" ADD CONSTRAINT "adjustment_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_events" ADD CONSTRAINT "event_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."order_items" ADD CONSTRAINT "item_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."orders" ADD CONSTRAINT "orders_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."gift_card_entries" ADD CONSTRAINT "gift_card_entries_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_order_id_fkey" FOREIGN KEY (order_id) REFERENCES public.orders(id) ON DELETE RESTRICT;

ALTER TABLE "public"."refunds" ADD CONSTRAINT "refund_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."returns" ADD CONSTRAINT "return_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."shipments" ADD CONSTRAINT "shipment_is_of_an_order_of_the_boutique" FOREIGN KEY (order_id, boutique_id) REFERENCES public.orders(id, boutique_id) ON DELETE RESTRICT;

CREATE INDEX orders_boutique_id_idx ON public.orders USING btree (boutique_id, created_at DESC, id DESC);

CREATE INDEX orders_customer_id_idx ON public.orders USING btree (customer_id, created_at DESC, id DESC);

ALTER TABLE "public"."payments" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."payments" ADD CONSTRAINT "payments_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."refunds" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."refunds" ADD CONSTRAINT "refunds_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."refunds" ADD CONSTRAINT "refunds_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."returns" ADD CONSTRAINT "returns_refund_id_fkey" FOREIGN KEY (refund_id) REFERENCES public.refunds(id) ON DELETE RESTRICT;

ALTER TABLE "public"."returns" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."returns" ADD CONSTRAINT "returns_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."return_items" ADD CONSTRAINT "item_is_in_a_return_of_the_boutique" FOREIGN KEY (return_id, boutique_id) REFERENCES public.returns(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."returns" ADD CONSTRAINT "returns_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."shipments" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."shipments" ADD CONSTRAINT "shipments_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."shipment_items" ADD CONSTRAINT "item_is_in_a_shipment_of_the_boutique" FOREIGN KEY (shipment_id, boutique_id) REFERENCES public.shipments(id, boutique_id) ON DELETE CASCADE;

ALTER TABLE "public"."shipments" ADD CONSTRAINT "shipments_pkey" PRIMARY KEY (id);

ALTER TABLE "public"."shipping_methods" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."shipping_methods" ADD CONSTRAINT "shipping_methods_id_boutique_id_key" UNIQUE (id, boutique_id);

ALTER TABLE "public"."orders" ADD CONSTRAINT "order_ships_by_a_method_of_the_boutique" FOREIGN KEY (shipping_method_id, boutique_id) REFERENCES public.shipping_methods(id, boutique_id) ON DELETE RESTRICT;

ALTER TABLE "public"."shipping_methods" ADD CONSTRAINT "shipping_methods_pkey" PRIMARY KEY (id);

GRANT INSERT ("id") ON TABLE "public"."shipping_methods" TO "authenticated";

ALTER TABLE "public"."stock_levels" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."stock_levels" ADD CONSTRAINT "stock_levels_pkey" PRIMARY KEY (id);

CREATE INDEX stock_levels_boutique_id_idx ON public.stock_levels USING btree (boutique_id, id);

ALTER TABLE "public"."stock_movements" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "stock_movements_pkey" PRIMARY KEY (id);

CREATE INDEX stock_movements_boutique_id_idx ON public.stock_movements USING btree (boutique_id, id DESC);

ALTER TABLE "public"."stock_movements" ADD CONSTRAINT "stock_movements_actor_id_fkey" FOREIGN KEY (actor_id) REFERENCES auth.users(id) ON DELETE SET NULL;

CREATE INDEX stock_movements_actor_id_idx ON public.stock_movements USING btree (actor_id);

ALTER TABLE "public"."tax_rules" ADD COLUMN "id" uuid NOT NULL DEFAULT private.uuid_v7();

ALTER TABLE "public"."tax_rules" ADD CONSTRAINT "tax_rules_pkey" PRIMARY KEY (id);

GRANT INSERT ("id") ON TABLE "public"."tax_rules" TO "authenticated";

ALTER TABLE "private"."alerts" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "private"."fit_records" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."allocations" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."appointment_notes" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."appointments" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."audit_log" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."boutique_status_changes" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."boutiques" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."calendar_feeds" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."categories" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."closures" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."data_exports" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."designers" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."fitting_services" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."garments" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."invitations" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."locations" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."notifications" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."opening_hours" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."product_media" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."product_variants" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."products" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."rental_events" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."rentals" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."resources" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."rooms" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."stylists" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."substitution_proposals" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."waitlist_entries" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."webhook_deliveries" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."webhook_endpoints" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."webhook_events" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

ALTER TABLE "public"."working_hours" ALTER COLUMN "id" SET DEFAULT private.uuid_v7();

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

-- What a garment looked like when it was handed over and came back. Private to the staff of the boutique, whose id is the
-- first folder.
drop policy if exists select_condition_photos on storage.objects;
create policy select_condition_photos on storage.objects for select to authenticated
  using (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.read') as id));
drop policy if exists insert_condition_photos on storage.objects;
create policy insert_condition_photos on storage.objects for insert to authenticated
  with check (
    bucket_id = 'condition-photos'
    and (storage.foldername(name))[1] in (select id::text from private.my_boutique_ids('rentals.write') as id));
-- update and delete are nobody's: photos are the record in a dispute, as rental_events are.

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
select pgboss.create_queue('order.expire_hold.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.expire_hold', '{"policy":"standard","retryLimit":20,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"order.expire_hold.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 20, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'order.expire_hold.dead', notify = true where name = 'order.expire_hold';
select pgboss.create_queue('fitting.offer_waitlist.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('fitting.offer_waitlist', '{"policy":"standard","retryLimit":10,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":60,"deadLetter":"fitting.offer_waitlist.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'fitting.offer_waitlist.dead', notify = true where name = 'fitting.offer_waitlist';
select pgboss.create_queue('rental.watch_returns.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('rental.watch_returns', '{"policy":"standard","retryLimit":3,"retryDelay":30,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":600,"deadLetter":"rental.watch_returns.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 30, retry_backoff = true, retry_delay_max = 300, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'rental.watch_returns.dead', notify = true where name = 'rental.watch_returns';
select pgboss.create_queue('mail.rental_reserved.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_reserved', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_reserved.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_reserved.dead', notify = true where name = 'mail.rental_reserved';
select pgboss.create_queue('mail.rental_changed.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.rental_changed', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.rental_changed.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.rental_changed.dead', notify = true where name = 'mail.rental_changed';
select pgboss.create_queue('mail.fitting_booked.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_booked', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_booked.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_booked.dead', notify = true where name = 'mail.fitting_booked';
select pgboss.create_queue('mail.fitting_reminder.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_reminder', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_reminder.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_reminder.dead', notify = true where name = 'mail.fitting_reminder';
select pgboss.create_queue('mail.fitting_cancelled.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_cancelled', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.fitting_cancelled.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_cancelled.dead', notify = true where name = 'mail.fitting_cancelled';
select pgboss.create_queue('mail.fitting_offer.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.fitting_offer', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":300,"expireInSeconds":120,"deadLetter":"mail.fitting_offer.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 300, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.fitting_offer.dead', notify = true where name = 'mail.fitting_offer';
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
select pgboss.create_queue('calendar.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('calendar.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"calendar.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'calendar.check.dead', notify = true where name = 'calendar.check';
select pgboss.create_queue('order.check.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.check', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.check.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.check.dead', notify = true where name = 'order.check';
select pgboss.create_queue('order.complete.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('order.complete', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"order.complete.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'order.complete.dead', notify = true where name = 'order.complete';
select pgboss.create_queue('cart.remind.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('cart.remind', '{"policy":"standard","retryLimit":5,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":120,"deadLetter":"cart.remind.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 5, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'cart.remind.dead', notify = true where name = 'cart.remind';
select pgboss.create_queue('jobs.watch.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('jobs.watch', '{"policy":"standard","retryLimit":3,"retryDelay":10,"retryBackoff":true,"retryDelayMax":60,"expireInSeconds":120,"deadLetter":"jobs.watch.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 10, retry_backoff = true, retry_delay_max = 60, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'jobs.watch.dead', notify = true where name = 'jobs.watch';
select pgboss.create_queue('notify.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('notify.deliver', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"notify.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'notify.deliver.dead', notify = true where name = 'notify.deliver';
select pgboss.create_queue('housekeeping.prune.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('housekeeping.prune', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":900,"deadLetter":"housekeeping.prune.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 900, heartbeat_seconds = 30, dead_letter = 'housekeeping.prune.dead', notify = true where name = 'housekeeping.prune';
select pgboss.create_queue('webhook.deliver.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.deliver', '{"policy":"standard","retryLimit":10,"retryDelay":30,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":60,"deadLetter":"webhook.deliver.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 10, retry_delay = 30, retry_backoff = true, retry_delay_max = 600, expire_seconds = 60, heartbeat_seconds = 30, dead_letter = 'webhook.deliver.dead', notify = true where name = 'webhook.deliver';
select pgboss.create_queue('mail.webhook_failing.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('mail.webhook_failing', '{"policy":"standard","retryLimit":12,"retryDelay":5,"retryBackoff":true,"retryDelayMax":3600,"expireInSeconds":120,"deadLetter":"mail.webhook_failing.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 12, retry_delay = 5, retry_backoff = true, retry_delay_max = 3600, expire_seconds = 120, heartbeat_seconds = 30, dead_letter = 'mail.webhook_failing.dead', notify = true where name = 'mail.webhook_failing';
select pgboss.create_queue('webhook.sweep.dead', '{"policy":"standard","retryLimit":0,"deleteAfterSeconds":0,"retentionSeconds":31536000}');
select pgboss.create_queue('webhook.sweep', '{"policy":"standard","retryLimit":3,"retryDelay":60,"retryBackoff":true,"retryDelayMax":600,"expireInSeconds":600,"deadLetter":"webhook.sweep.dead","heartbeatSeconds":30,"notify":true}');
update pgboss.queue set retry_limit = 3, retry_delay = 60, retry_backoff = true, retry_delay_max = 600, expire_seconds = 600, heartbeat_seconds = 30, dead_letter = 'webhook.sweep.dead', notify = true where name = 'webhook.sweep';

delete from private.queue_rules;
insert into private.queue_rules (queue, payload, overdue_seconds, schedule_seconds) values
  ('rental.expire_hold', '{"rental_id":"uuid"}', 120, null),
  ('fitting.expire_offer', '{"appointment_id":"uuid"}', 120, null),
  ('order.expire_hold', '{"order_group_id":"uuid"}', 120, null),
  ('fitting.offer_waitlist', '{"location_id":"uuid"}', 300, null),
  ('rental.watch_returns', '{}', 1800, 900),
  ('mail.rental_reserved', '{"rental_id":"uuid"}', 600, null),
  ('mail.rental_changed', '{"rental_id":"uuid"}', 600, null),
  ('mail.fitting_booked', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_reminder', '{"appointment_id":"uuid","hours":"integer"}', 600, null),
  ('mail.fitting_cancelled', '{"appointment_id":"uuid"}', 600, null),
  ('mail.fitting_offer', '{"appointment_id":"uuid"}', 120, null),
  ('mail.invitation', '{"invitation_id":"uuid"}', 600, null),
  ('mail.boutique_status', '{"change_id":"uuid"}', 1800, null),
  ('privacy.build_export', '{"export_id":"uuid"}', 3600, null),
  ('mail.data_export', '{"export_id":"uuid"}', 1800, null),
  ('mail.account_deletion', '{"user_id":"uuid"}', 1800, null),
  ('privacy.erase_account', '{"user_id":"uuid"}', 7200, null),
  ('privacy.sweep', '{}', 3600, 3600),
  ('rate_limits.sweep', '{}', 3600, 3600),
  ('calendar.check', '{}', 3600, 3600),
  ('order.check', '{}', 3600, 3600),
  ('order.complete', '{}', 3600, 3600),
  ('cart.remind', '{}', 3600, 900),
  ('jobs.watch', '{}', 600, 300),
  ('notify.deliver', '{"kind":"text","subject_id":"uuid","occasion":"text"}', 600, null),
  ('housekeeping.prune', '{}', 3600, 86400),
  ('webhook.deliver', '{"delivery_id":"uuid"}', 600, null),
  ('mail.webhook_failing', '{"endpoint_id":"uuid"}', 1800, null),
  ('webhook.sweep', '{}', 3600, 3600);

-- Buckets of the Storage server; no SVG, which could carry scripts. Rows, not objects: `npm run db:diff` puts this file into the migration when they change.

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('product-media', 'product-media', true, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('avatars', 'avatars', true, 2097152, array['image/jpeg', 'image/png', 'image/webp', 'image/avif']),
  ('private-documents', 'private-documents', false, 20971520, array['application/pdf', 'image/jpeg', 'image/png', 'image/webp']),
  ('data-exports', 'data-exports', false, 52428800, array['application/zip']),
  ('condition-photos', 'condition-photos', false, 10485760, array['image/jpeg', 'image/png', 'image/webp', 'image/avif'])
on conflict (id) do update set
  public = excluded.public,
  file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- Does nothing where there is no pg_cron.
select private.schedule_wake_up();

-- Rows that the schema comes with. This file may run again: what is there is brought up to date.

-- Moves of an order.
insert into public.order_transitions (from_state, to_state, description) values
  ('pending', 'paid', 'The payment has arrived, or nothing was to pay.'),
  ('pending', 'cancelled', 'Called off, or the hold has ended without a payment.'),
  ('cancelled', 'paid', 'The payment came after the hold had ended, and everything could still be had.'),
  ('paid', 'part_fulfilled', 'Something has been handed over or shipped.'),
  ('paid', 'fulfilled', 'Everything has been handed over or shipped.'),
  ('paid', 'cancelled', 'Called off before anything left.'),
  ('part_fulfilled', 'paid', 'What had left came back before the rest did.'),
  ('part_fulfilled', 'fulfilled', 'The rest has left, or was called off.'),
  ('part_fulfilled', 'part_refunded', 'Something was paid back.'),
  ('part_fulfilled', 'refunded', 'All of it was paid back.'),
  ('fulfilled', 'completed', 'The time for returns is over.'),
  ('fulfilled', 'part_fulfilled', 'Something was added to the order, or goes out again as an exchange.'),
  ('fulfilled', 'part_refunded', 'Something came back and was paid back.'),
  ('fulfilled', 'refunded', 'Everything came back and was paid back.'),
  ('completed', 'part_refunded', 'Paid back as a courtesy.'),
  ('completed', 'refunded', 'Paid back as a courtesy, all of it.'),
  ('part_refunded', 'part_fulfilled', 'Something goes out again as an exchange.'),
  ('part_refunded', 'fulfilled', 'The rest has left.'),
  ('part_refunded', 'refunded', 'The rest was paid back, too.'),
  ('part_refunded', 'completed', 'The time for returns is over.')
on conflict (from_state, to_state) do update set description = excluded.description;

-- What an address needs in a country.
insert into public.address_formats (country, needs_region, postal_code_pattern, postal_code_example) values
  ('ET', false, null, null), ('KE', false, null, null), ('UG', false, null, null), ('GH', false, null, null),
  ('DJ', false, null, null), ('SO', false, null, null), ('ER', false, null, null), ('RW', false, null, null),
  ('SD', false, '\d{5}', '11042'), ('EG', false, '\d{5}', '12411'), ('ZA', false, '\d{4}', '8001'),
  ('NG', true, '\d{6}', '900241'), ('MA', false, '\d{5}', '53000'),
  ('AE', true, null, null), ('QA', false, null, null), ('SA', false, '\d{5}(-\d{4})?', '12345'),
  ('IL', false, '\d{7}', '9614303'), ('TR', false, '\d{5}', '34433'), ('LB', false, null, null),
  ('US', true, '\d{5}(-\d{4})?', '90210'), ('CA', true, '[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d', 'K1A 0B1'),
  ('MX', true, '\d{5}', '06060'), ('BR', true, '\d{5}-?\d{3}', '70150-900'),
  ('GB', false, 'GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}', 'SW1A 2AA'), ('IE', false, '[A-Z\d]{3} ?[A-Z\d]{4}', 'D02 AF30'),
  ('FR', false, '\d{5}', '75008'), ('DE', false, '\d{5}', '10557'), ('IT', true, '\d{5}', '00187'),
  ('ES', true, '\d{5}', '28071'), ('PT', false, '\d{4}-\d{3}', '1249-068'), ('NL', false, '\d{4} ?[A-Z]{2}', '2513 AA'),
  ('BE', false, '\d{4}', '1000'), ('LU', false, '\d{4}', '1728'), ('CH', false, '\d{4}', '3003'), ('AT', false, '\d{4}', '1010'),
  ('SE', false, '\d{3} ?\d{2}', '103 33'), ('NO', false, '\d{4}', '0030'), ('DK', false, '\d{4}', '1218'), ('FI', false, '\d{5}', '00170'),
  ('PL', false, '\d{2}-\d{3}', '00-583'), ('CZ', false, '\d{3} ?\d{2}', '118 01'), ('GR', false, '\d{3} ?\d{2}', '106 71'),
  ('IN', true, '[1-9]\d{5}', '110011'), ('CN', true, '\d{6}', '100017'), ('JP', true, '\d{3}-?\d{4}', '100-8968'),
  ('AU', true, '\d{4}', '2600'), ('NZ', false, '\d{4}', '6011')
on conflict (country) do update set needs_region = excluded.needs_region, postal_code_pattern = excluded.postal_code_pattern,
  postal_code_example = excluded.postal_code_example;

-- Boutiques that were there before.

insert into public.commerce_policies (boutique_id) select b.id from public.boutiques b on conflict do nothing;
