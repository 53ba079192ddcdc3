// npm run demo: one bride's story against a running stack, through supabase-js alone.

import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { inspect } from "node:util";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../functions/_shared/database.types.ts";
import { formatMoney } from "../functions/_shared/money.ts";
import { DataDir, type Status } from "../stack/data-dir.ts";
import { describeFailure, StackError } from "../stack/errors.ts";
import { readDataDir } from "../stack/options.ts";

type Client = SupabaseClient<Database>;

const searchAnswer = z.object({
  products: z.array(z.object({ name: z.string(), boutique: z.object({ name: z.string() }) })),
  corrected: z.string().nullable(),
});

try {
  const dataDir = new DataDir(readDataDir(process.argv.slice(2)));
  const status = await dataDir.readStatus();
  if (status === undefined) {
    throw new StackError(
      `No Nexus runs on ${dataDir.path}.`,
      "Start it with npm start, or name its folder with --data-dir DIR.",
    );
  }
  await tell(status);
} catch (error) {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exitCode = 1;
}

async function tell(status: Status): Promise<void> {
  const selam = connect(status);
  const email = `selam-${randomUUID().slice(0, 8)}@example.test`;

  step("Selam signs up");
  const signedUp = await selam.auth.signUp({
    email,
    password: "a-long-password",
    options: { data: { display_name: "Selam" } },
  });
  show({ user: signedUp.data.user?.email, error: signedUp.error });
  show((await selam.from("profiles").select("display_name, locale")).data);

  step("She browses what boutiques show");
  const { data: products } = await selam
    .from("products")
    .select("name, for_rent, boutiques(name), designers(label)")
    .order("published_at", { ascending: false })
    .limit(4);
  show(products);

  step("She searches, with a typo, and in Amharic");
  for (const q of ["mermiad lace", "የሀበሻ ቀሚስ"]) {
    const { data: found, error } = await selam.rpc("search_products", { q, page_size: 3 });
    const { products: cards, corrected } = searchAnswer.parse(found ?? { products: [], corrected: null });
    show(error ?? { q, corrected, found: cards.map(({ name, boutique }) => `${name} at ${boutique.name}`) });
  }

  step("She looks for size 38 in Addis Ababa");
  const { data: variants } = await selam
    .from("product_variants")
    .select("id, size, rental_price_per_day, currency, products!inner(id, name, boutiques!inner(slug))")
    .eq("size", "38")
    .eq("products.boutiques.slug", "almaz-bridal")
    .order("rental_price_per_day");
  show(
    variants?.map((row) => `${row.products.name}: ${formatMoney(row.rental_price_per_day ?? 0, row.currency)} a day`),
  );
  const gown = variants?.find((row) => row.products.name === "Genet") ?? variants?.[0];
  if (gown === undefined) throw new StackError("The demo data is not there.", "Start without --no-demo.");

  const { first, last, period } = await freeWeekend(selam, gown.products.id, gown.id);
  step(`She wants ${gown.products.name} from ${first} to ${last}: how many are free on these days?`);
  const { data: days } = await selam.rpc("product_availability", {
    product_id: gown.products.id,
    from_date: first,
    to_date: last,
  });
  const ofHerSize = days?.filter((row) => row.variant_id === gown.id) ?? [];
  show(ofHerSize.map((row) => `${row.day}: ${row.free} of ${row.total} free`));

  step("What would it cost?");
  show((await selam.rpc("quote_rental", { variant_id: gown.id, period })).data);

  step("She reserves");
  const reservation = await selam.rpc("reserve_rental", {
    variant_id: gown.id,
    period,
    idempotency_key: randomUUID(),
  });
  show(reservation.error ?? reservation.data);

  step("A moment later the confirmation is in her inbox");
  const mail = await findMail(status, email);
  show(mail === undefined ? "No mail yet: does the worker run?" : { subject: mail.subject, text: mail.text });
  process.stdout.write(`  See it at ${status.inbox_url}\n`);

  step("She wants to try it on: when is a stylist free, and a room, and this very gown?");
  const visit = await firstSlots(selam, reservation.data?.boutique_id ?? "", reservation.data?.garment_id ?? "");
  show(visit.slots.map(({ starts_at, stylist_ids }) => `${starts_at}: ${stylist_ids.length} stylists`));

  step("She books the first of these times, all three with one call, and brings her mother");
  const booking = await selam.rpc("book_fitting", {
    ...visit.where,
    starts_at: visit.slots[0]?.starts_at ?? "",
    notes: "I bring my own shoes.",
    guest_names: ["Almaz"],
    idempotency_key: randomUUID(),
  });
  show(booking.error ?? booking.data);

  step("Hannah takes the last one in this size ...");
  const hannah = connect(status);
  await hannah.auth.signInWithPassword({ email: "other-bride@demo.nexus.test", password: "demo-password" });
  for (let piece = 1; piece < (ofHerSize[0]?.total ?? 1); piece += 1) {
    const taken = await hannah.rpc("reserve_rental", { variant_id: gown.id, period, idempotency_key: randomUUID() });
    show(taken.error ?? { state: taken.data.state, garment_id: taken.data.garment_id });
  }

  step("... and Ruth is refused for the same days, with the next free period");
  const ruth = connect(status);
  await ruth.auth.signUp({ email: `ruth-${randomUUID().slice(0, 8)}@example.test`, password: "a-long-password" });
  const refused = await ruth.rpc("reserve_rental", { variant_id: gown.id, period, idempotency_key: randomUUID() });
  show({ status: refused.status, ...refused.error });

  step("Selam reads her own rentals");
  show((await selam.from("rentals").select("period, state, price, currency, held_until")).data);

  step("She asks for Hannah's, too, and gets nothing; nor may she write the calendar");
  show(
    (
      await selam
        .from("rentals")
        .select("id")
        .neq("customer_id", signedUp.data.user?.id ?? "")
    ).data,
  );
  const intrusion = await selam.from("rentals").update({ price: 1 }).neq("price", 1);
  show({ status: intrusion.status, ...intrusion.error });

  step("She puts a veil into her cart, and a gown to be made for her");
  const { data: choice } = await selam
    .from("product_variants")
    .select("id, sku")
    .in("sku", ["GABI-VEIL-one-size", "CELESTINE-38"])
    .order("sku", { ascending: false });
  const [veil, dress] = choice ?? [];
  await selam.rpc("add_to_cart", { variant_id: veil?.id ?? "" });
  await selam.rpc("add_to_cart", { variant_id: dress?.id ?? "", kind: "made_to_order" });
  const { data: cart } = await selam.rpc("my_cart");
  show({ lines: cart?.lines, boutiques: cart?.boutiques });

  step("She orders: stock is kept for her until the payment is there");
  const ordered = await selam.rpc("checkout", { cart_id: cart?.cart_id ?? "", idempotency_key: randomUUID() });
  show(
    ordered.error ?? {
      to_pay: formatMoney(ordered.data.amount_due, ordered.data.currency),
      until: ordered.data.hold_expires_at,
    },
  );

  const groupId = ordered.data?.id ?? "";

  step("She chooses to pay a quarter now, and the rest in three instalments");
  const { data: placed } = await selam.from("orders").select("id").eq("group_id", groupId).single();
  const order_id = placed?.id ?? "";
  const { data: plans } = await selam.rpc("quote_payment_plans", { order_id });
  show(plans?.map(({ name, instalments, terms }) => ({ name, instalments, terms })));
  const chosen = await selam.rpc("choose_payment_plan", { order_id, offer_id: plans?.[0]?.offer_id ?? "" });
  show(chosen.error ?? { now: formatMoney(chosen.data.down_payment, chosen.data.currency) });

  step("She pays on the provider's page, comes back, and the order has a number");
  const { data: payment } = await selam.from("payments").select("id").eq("group_id", groupId).single();
  const begun = await selam.functions.invoke("payments/start", {
    body: { payment_id: payment?.id, provider: "test", return_url: "http://localhost:3000/thanks" },
  });
  show(begun.error ?? { page: begun.data.checkout_url });
  show({ back_in_the_shop: await payOnPage(begun.data.checkout_url) });

  step("Almaz, the owner, takes the first instalment in cash");
  const almaz = connect(status);
  await almaz.auth.signInWithPassword({ email: "owner@demo.nexus.test", password: "demo-password" });
  const { data: next } = await almaz
    .from("payments")
    .select("id, amount, currency, due_at")
    .eq("order_id", order_id)
    .eq("purpose", "instalment")
    .order("due_at")
    .limit(1)
    .single();
  const paid = await almaz.rpc("take_payment", {
    payment_id: next?.id ?? "",
    method: "cash",
    reference: `Receipt ${randomUUID().slice(0, 8)}`,
    amount: next?.amount ?? 0,
    currency: next?.currency ?? "",
  });
  show(paid.error ?? { state: paid.data.state, was_due_at: next?.due_at });
  const { data: orders } = await selam
    .from("orders")
    .select("id, number_text, state, total, paid_total, order_items(product_name, quantity, promised_date)")
    .eq("group_id", groupId);
  show(orders);

  step("She has changed her mind within the day, and the boutique owes her all of it");
  for (const { id } of orders ?? []) {
    const off = await selam.rpc("cancel_order", { order_id: id, reason: "Another gown" });
    show(
      off.error ?? { state: off.data.state, to_be_refunded: formatMoney(off.data.refunded_total, off.data.currency) },
    );
  }

  step("Selam cancels the fitting, in time and for free");
  const cancelled = await selam.rpc("cancel_fitting", { appointment_id: booking.data?.id ?? "" });
  show(cancelled.error ?? { state: cancelled.data.state, fee_due: cancelled.data.fee_due });

  step("Selam and Hannah give the days back, so that the story can be told again");
  for (const bride of [selam, hannah]) {
    const { data: held } = await bride.from("rentals").select("id").eq("state", "held");
    for (const { id } of held ?? []) show((await bride.rpc("cancel_rental", { rental_id: id })).data?.state);
  }
}

function connect(status: Status): Client {
  return createClient<Database>(status.api_url, status.publishable_key, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

/** What a browser does with the page of the test provider when the customer presses Pay; where it ends. */
async function payOnPage(page: string): Promise<string> {
  const pressed = await fetch(page, {
    method: "POST",
    body: new URLSearchParams({ action: "pay" }),
    redirect: "manual",
  });
  const onward = await fetch(pressed.headers.get("location") ?? "", { redirect: "manual" });
  return onward.headers.get("location") ?? `the page answered ${onward.status}`;
}

/** The first Friday to Sunday, two months ahead or later, on which every garment of the variant is free. */
async function freeWeekend(client: Client, productId: string, variantId: string) {
  for (let week = 9; week < 60; week += 1) {
    const friday = new Date(Date.now() + week * 7 * 86_400_000);
    friday.setUTCDate(friday.getUTCDate() + ((5 - friday.getUTCDay() + 7) % 7));
    const first = friday.toISOString().slice(0, 10);
    const last = new Date(friday.getTime() + 2 * 86_400_000).toISOString().slice(0, 10);
    const period = `[${first},${last}]`;
    const { data } = await client.rpc("product_availability", {
      product_id: productId,
      from_date: new Date(friday.getTime() - 7 * 86_400_000).toISOString().slice(0, 10),
      to_date: new Date(friday.getTime() + 9 * 86_400_000).toISOString().slice(0, 10),
    });
    if (data?.every((row) => row.variant_id !== variantId || row.free === row.total)) return { first, last, period };
  }
  throw new StackError("The demo gown is taken for a year.", "Begin anew with npm run db:reset.");
}

/** A few free times for a first visit with a gown, at the branch where it hangs, in the next four weeks. */
async function firstSlots(client: Client, boutiqueId: string, garmentId: string) {
  const { data: services } = await client
    .from("fitting_services")
    .select("id")
    .eq("boutique_id", boutiqueId)
    .eq("name", "First visit");
  const { data: branches } = await client.from("locations").select("id").eq("boutique_id", boutiqueId);
  for (const branch of branches ?? []) {
    const where = { location_id: branch.id, service_id: services?.[0]?.id ?? "", garment_ids: [garmentId] };
    const { data: slots } = await client
      .rpc("fitting_slots", { ...where, from_date: dayFromToday(2), to_date: dayFromToday(29) })
      .limit(3);
    // A branch where the gown does not hang answers garment_not_found.
    if (slots !== null && slots.length > 0) return { where, slots };
  }
  throw new StackError("No time is free for a fitting.", "Begin anew with npm run db:reset.");
}

function dayFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

interface InboxMail {
  readonly subject: string;
  readonly text: string;
  readonly to: { readonly address: string }[];
}

/** Asks the inbox until the mail is there, for up to ten seconds. */
async function findMail(status: Status, address: string): Promise<InboxMail | undefined> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    const mails = (await (await fetch(`${status.inbox_url}/email`)).json()) as InboxMail[];
    const mail = mails.find(({ to }) => to.some((recipient) => recipient.address === address));
    if (mail !== undefined) return mail;
    await pause(100);
  }
  return undefined;
}

function step(title: string): void {
  process.stdout.write(`\n${title}\n`);
}

function show(value: unknown): void {
  const text = inspect(value, { depth: 5, colors: process.stdout.isTTY, breakLength: 110 });
  process.stdout.write(`${text.replace(/^/gm, "  ")}\n`);
}
