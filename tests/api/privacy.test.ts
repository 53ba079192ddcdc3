import { randomUUID } from "node:crypto";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountDeletionMail } from "../../functions/_shared/jobs/account-deletion-mail.ts";
import { buildExport } from "../../functions/_shared/jobs/build-export.ts";
import { dataExportMail } from "../../functions/_shared/jobs/data-export-mail.ts";
import { eraseAccount } from "../../functions/_shared/jobs/erase-account.ts";
import { sweepPrivacy } from "../../functions/_shared/jobs/sweep-privacy.ts";
import { formatFor } from "../../functions/_shared/notifications/language.ts";
import { actAs } from "../helpers/act-as.ts";
import { everyRow } from "../helpers/every-row.ts";
import { book, bookFitting, makeSalon, type Salon } from "../helpers/fittings.ts";
import { type BoutiqueFixture, day, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { deliver, lineOf, paidOrder } from "../helpers/fulfilment.ts";
import { choosePlan, fillCart, letHoldEnd, makeForSale, order, pay } from "../helpers/orders.ts";
import { hold } from "../helpers/rentals.ts";
import { attendedFitting } from "../helpers/reviews.ts";
import { runJob } from "../helpers/run-job.ts";
import { makeShow } from "../helpers/shows.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let salon: Salon;

let manager: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
  boutique = await makeBoutique(world.sql);
  salon = await makeSalon(world.sql, boutique, { stylists: 8, rooms: 8 });
  manager = await world.asStaff(boutique.id, "manager");
  await world.sql`insert into public.discounts (boutique_id, code, name, kind) values (${boutique.id}, 'SPRING', 'Spring', 'free_shipping')`;
});
afterAll(() => world.close());

/** 10 o'clock in Addis Ababa. */
const at = (fromToday: number) => `${day(fromToday)}T07:00:00Z`;

/** A fitting of somebody with a friend, which is over; the stylist has noted something. Answers with its id. */
async function attended(person: Person, name: string): Promise<string> {
  const [garment = ""] = (await makeVariant(world.sql, boutique)).garmentIds;
  const { data, error } = await person.client.rpc("book_fitting", {
    location_id: boutique.locationId,
    service_id: salon.serviceId,
    starts_at: at(3),
    garment_ids: [garment],
    notes: `${name} is 182 cm tall`,
    guest_names: [`Mother of ${name}`],
    idempotency_key: crypto.randomUUID(),
  });
  if (error !== null) throw error;
  await world.sql`
    update public.appointments set state = 'attended', during = tstzrange(now() - interval '3 hours', now() - interval '2 hours')
    where id = ${data.id}`;
  await world.sql`
    insert into public.appointment_notes (appointment_id, boutique_id, body)
    values (${data.id}, ${boutique.id}, ${`${name} wants a longer veil`})`;
  return data.id;
}

const picture = new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])], { type: "image/jpeg" });
const passport = new Blob(["%PDF-1.7 passport"], { type: "application/pdf" });

/** Somebody with a row in every table that may speak of a person, and files in every bucket. */
async function somebody(name = "Selam Tesfaye"): Promise<Person> {
  const person = await world.asCustomer(name);
  const { client, id, email } = person;
  const path = `${id}/portrait.jpg`;
  expect((await client.storage.from("avatars").upload(path, picture)).error).toBeNull();
  expect((await client.storage.from("private-documents").upload(`${id}/passport.pdf`, passport)).error).toBeNull();
  const change = { display_name: name, phone: "+251911234567", avatar_path: path };
  expect((await client.from("profiles").update(change).eq("id", id)).error).toBeNull();
  const gown = await makeVariant(world.sql, boutique);
  const rental = await hold(person, gown.id, period(5, 6));
  expect((await manager.client.rpc("confirm_rental", { rental_id: rental.id })).error).toBeNull();
  expect((await client.rpc("cancel_rental", { rental_id: rental.id })).error).toBeNull();
  await world.sql`insert into public.boutique_members (boutique_id, user_id, role) values (${boutique.id}, ${id}, 'stylist')`;
  await world.sql`
    insert into public.invitations (boutique_id, email, role, expires_at, accepted_at, accepted_by) values
      (${boutique.id}, ${email}, 'stylist', now(), now(), ${id})`;
  await world.sql`
    insert into public.invitations (boutique_id, email, role, expires_at, invited_by) values
      (${boutique.id}, ${`of-${id}@nexus.test`}, 'stylist', now(), ${id})`;
  await world.sql`
    insert into public.boutique_status_changes (boutique_id, to_status, reason, actor_id) values (${boutique.id}, 'active', 'Yes', ${id})`;
  await world.sql`
    insert into public.catalog_imports (boutique_id, started_by, storage_path, file_id, format, bytes_total, state, ended_at)
    values (${boutique.id}, ${id}, ${`${boutique.id}/a.csv`}, gen_random_uuid(), 'csv', 1, 'cancelled', now())`;
  await world.sql`
    insert into public.rental_events (rental_id, boutique_id, customer_id, garment_id, kind, actor_id)
    values (${rental.id}, ${boutique.id}, ${id}, ${rental.garment_id}, 'handed_over', ${id})`;
  await world.sql`
    insert into public.substitution_proposals (rental_id, boutique_id, garment_id, reason, state, decided_by, decided_at)
    values (${rental.id}, ${boutique.id}, ${rental.garment_id}, 'overdue', 'dismissed', ${id}, now())`;
  await world.sql`
    insert into private.messages (send_key, channel, template, user_id) values (${`x:${id}`}, 'email', 'x', ${id})`;
  await world.sql`
    insert into private.messages (send_key, channel, template, recipient_hash)
    values (${`y:${id}`}, 'email', 'invitation', private.recipient_hash(${email}))`;
  await world.sql`
    insert into public.notifications (user_id, topic, kind, title, body) values (${id}, 'bookings', 'x', ${name}, ${email})`;
  const quiet = { user_id: id, quiet_from: "22:00", quiet_until: "07:00", sms_consent: true };
  expect((await client.from("notification_settings").upsert(quiet)).error).toBeNull();
  const preference = { user_id: id, topic: "news", channel: "email", enabled: false } as const;
  expect((await client.from("notification_preferences").upsert(preference)).error).toBeNull();
  await world.sql`insert into public.platform_admins (user_id) values (${id})`;
  const fitting = await attended(person, name);
  const cancelled = await bookFitting(person, boutique, salon, { startsAt: at(4) });
  await client.rpc("cancel_fitting", { appointment_id: cancelled.id, reason: `${name} is ill` });
  await world.sql`
    insert into public.appointment_notes (appointment_id, boutique_id, author_id, body)
    values (${fitting}, ${boutique.id}, ${id}, 'Bring pins')`;
  await world.sql`
    insert into public.stylists (boutique_id, user_id, display_name, bio) values (${boutique.id}, ${id}, ${name}, ${`${name} sews`})`;
  await world.sql`
    insert into public.waitlist_entries (boutique_id, customer_id, location_id, service_id, from_date, to_date)
    values (${boutique.id}, ${id}, ${boutique.locationId}, ${salon.serviceId}, ${day(3)}, ${day(4)})`;
  const feed = { kind: "customer", subject_id: id, label: name } as const;
  expect((await client.rpc("create_calendar_feed", feed)).error).toBeNull();
  const liked = { customer_id: id, product_id: gown.productId };
  expect((await client.from("favorites").insert(liked)).error).toBeNull();
  expect((await client.from("measurements").insert({ customer_id: id, weight_kg: 61 })).error).toBeNull();
  const title = `Gowns of ${name}`;
  const book = await client.from("lookbooks").insert({ customer_id: id, title }).select("id").single();
  const lookbook_id = book.data?.id ?? "";
  const item = { ...liked, lookbook_id, note: `${name} loves it` };
  expect((await client.from("lookbook_items").insert(item)).error).toBeNull();
  expect((await client.rpc("share_lookbook", { lookbook_id })).error).toBeNull();
  await reviewed(person, name);
  const show_id = await makeShow(world.sql, boutique, { title: "Spring" });
  expect((await client.rpc("rsvp_show", { show_id })).error).toBeNull();
  await triedOn(person);
  await boughtAndSentBack(person, name);
  await paidTooMuch(person);
  await client.auth.resetPasswordForEmail(email);
  return person;
}

/** She has reviewed a gown of a boutique that she does not work for, with a photo, and has changed her mind. */
async function reviewed({ client, id }: Person, name: string): Promise<void> {
  const elsewhere = await makeBoutique(world.sql);
  const gown = await makeVariant(world.sql, elsewhere);
  const tried = await attendedFitting(world.sql, elsewhere, await makeSalon(world.sql, elsewhere), id, gown.garmentIds);
  const path = `${id}/fit.jpg`;
  expect((await client.storage.from("review-photos").upload(path, picture)).error).toBeNull();
  const said = { rating: 5, title: `${name} is happy`, body: `${name} tried it on`, measurements: { height_cm: 182 } };
  const { data, error } = await client.rpc("write_review", {
    ...{ ...said, kind: "fitted", subject_id: tried, product_id: gown.productId, photo_paths: [path] },
  });
  if (error !== null) throw error;
  await client.rpc("edit_review", { review_id: data.id, rating: 4, title: `${name} is less happy` });
  await world.sql`insert into public.review_votes (review_id, customer_id) values (${data.id}, ${id})`;
  await world.sql`
    insert into public.review_reports (review_id, boutique_id, reporter_id, reason, note)
    values (${data.id}, ${elsewhere.id}, ${id}, 'other', ${`by ${name}`})`;
  await world.sql`update public.reviews set reply = ${`Dear ${name}`}, replied_at = now() where id = ${data.id}`;
}

/** She has a photo of herself, and a look on it. */
async function triedOn({ client, id }: Person): Promise<void> {
  const path = `${id}/me.jpg`;
  expect((await client.storage.from("tryon").upload(path, picture)).error).toBeNull();
  const { data, error } = await client.rpc("add_tryon_photo", { storage_path: path, consent_version: 1 });
  if (error !== null) throw error;
  const gown = await makeVariant(world.sql, boutique);
  const [look] = await world.sql<{ id: string }[]>`
    insert into public.tryons (customer_id, photo_id, product_id, expires_at)
    values (${id}, ${data.id}, ${gown.productId}, now() + interval '1 day') returning id`;
  await world.sql`insert into private.tryon_uses (tryon_id, customer_id) values (${look?.id ?? ""}, ${id})`;
}

/** She has ordered something with a discount, which came, went back and was paid back, and something else is in her cart. */
async function boughtAndSentBack({ client, id }: Person, name: string): Promise<void> {
  const { sql } = world;
  const veil = await makeForSale(sql, boutique, { stock: 5 });
  const address = { recipient: name, line_1: `House of ${name}`, city: "Addis Ababa", country: "ET" };
  const written = await client.from("addresses").insert(address).select("id").single();
  const group = await order({ client, id } as Person, [{ variantId: veil.id }], {
    shippingAddressId: written.data?.id ?? "",
  });
  const [offer] = await sql<{ id: string }[]>`
    insert into public.payment_plan_offers (boutique_id, name, down_payment_percent, instalments)
    values (${boutique.id}, ${`Plan ${group.id}`}, 50, 1) returning id`;
  await choosePlan(sql, { client, id } as Person, group.id, offer?.id ?? "");
  await pay(sql, group.id);
  await sql`
    select private.settle_payment(p.id, 'cash', 'instalment ' || p.id, p.amount, p.currency::text)
    from public.payments p where p.group_id = ${group.id} and p.purpose = 'instalment'`;
  await sql`update public.orders set customer_note = ${`${name} is in a hurry`} where group_id = ${group.id}`;
  await sql`select private.note_order_event(o, ${`${name} has called`}) from public.orders o where o.group_id = ${group.id}`;
  await sql`
    select private.refund(o.id, 1, ${`${name} was sad`}) from public.orders o where o.group_id = ${group.id}`;
  const [row] = await sql<{ order: string; item: string }[]>`
    select o.id as order, i.id as item from public.orders o join public.order_items i on i.order_id = o.id where o.group_id = ${group.id}`;
  const { order: orderId = "", item = "" } = row ?? {};
  await sql`
    insert into public.order_adjustments (order_id, boutique_id, customer_id, kind, label, amount)
    values (${orderId}, ${boutique.id}, ${id}, 'discount', 'Spring', 0)`;
  await sql`
    insert into public.discount_redemptions (discount_id, order_id, boutique_id, customer_id, amount)
    select d.id, ${orderId}, ${boutique.id}, ${id}, 0 from public.discounts d limit 1`;
  // As herself, for the ledgers name who wrote them.
  await sql.begin(async (tx) => {
    await actAs(tx, { id });
    await tx`select set_config('role', 'postgres', true)`;
    await tx`
      insert into public.stock_movements (boutique_id, variant_id, location_id, kind, on_hand_change)
      values (${boutique.id}, ${veil.id}, ${boutique.locationId}, 'received', 1)`;
  });
  const asManager = manager.client;
  const sent = await asManager.rpc("fulfil_order", { order_id: orderId, kind: "pickup", idempotency_key: orderId });
  if (sent.error !== null) throw sent.error;
  const back = await client.rpc("request_return", {
    order_id: orderId,
    items: [{ order_item_id: item, quantity: 1 }],
    reason: "other",
    idempotency_key: orderId,
    note: `${name} has changed her mind`,
  });
  if (back.error !== null) throw back.error;
  await asManager.rpc("receive_return", { return_id: back.data.id });
  const outcomes = [{ order_item_id: item, outcome: "restock" }];
  const inspected = await asManager.rpc("inspect_return", { return_id: back.data.id, outcomes });
  if (inspected.error !== null) throw inspected.error;
  await asManager.rpc("record_refund", { refund_id: inspected.data.refund_id ?? "", reference: "Receipt 1" });
  await sql`update public.refunds set state = 'paid', paid_at = now() where order_id = ${orderId} and state = 'due'`;
  await fillCart({ client, id } as Person, [{ variantId: veil.id }]);
  const card = await asManager.rpc("issue_gift_card", { boutique_id: boutique.id, amount: 5 });
  await sql`
    insert into public.gift_card_entries (gift_card_id, boutique_id, customer_id, order_id, kind, change, actor_id)
    values (${card.data?.gift_card_id ?? ""}, ${boutique.id}, ${id}, ${orderId}, 'redeemed', -1, ${id})`;
}

/** She has paid too much through a provider, and has worked for the marketplace. */
async function paidTooMuch({ id }: Person): Promise<void> {
  const { sql } = world;
  const [attempt] = await sql<{ id: string }[]>`
    insert into public.payment_attempts (payment_id, customer_id, provider, amount, currency, expires_at)
    select p.id, ${id}, 'test', p.amount, p.currency, now() from public.payments p where p.customer_id = ${id} limit 1 returning id`;
  const attemptId = attempt?.id ?? "";
  await sql`select private.settle_attempt(id, 'succeeded', 'pay_' || id, amount, 'ETB') from public.payment_attempts where id = ${attemptId}`;
  await sql`
    insert into public.payment_exceptions (kind, provider, attempt_id, resolution, resolved_at, resolved_by)
    values ('disputed', 'test', ${attemptId}, 'handled', now(), ${id})`;
  await sql`
    insert into public.payouts (boutique_id, state, amount, currency, note, decided_by)
    values (${boutique.id}, 'cancelled', 1, 'ETB', 'No', ${id})`;
}

async function exportOf(person: Person) {
  const { data, error } = await person.client.rpc("request_data_export");
  if (error !== null) throw error;
  await runJob(world, buildExport, { export_id: data.id });
  return data.id;
}

const exportRow = async (id: string) => {
  const [row] =
    await world.sql`select state, storage_paths, size_bytes, expires_at from public.data_exports where id = ${id}`;
  return row;
};

/** Makes the time of a request be over, as if two weeks had passed. */
const makeDue = (person: Person) =>
  world.sql`update public.account_deletions set due_at = now() - interval '1 second' where user_id = ${person.id}`;

const jobsOf = async (queue: string, key: string, id: string) =>
  (await world.sql`select 1 from pgboss.job where name = ${queue} and data ->> ${key} = ${id}`).length;

describe("the data of a person", () => {
  it("come as an archive with her rows and her files, by a link in a mail", async () => {
    const person = await somebody();
    const id = await exportOf(person);
    expect(await exportRow(id)).toMatchObject({ state: "ready", storage_paths: [`${person.id}/${id}-1.zip`] });
    expect(await jobsOf("privacy.build_export", "export_id", id)).toBe(1);
    expect(await jobsOf("mail.data_export", "export_id", id)).toBe(1);

    const [mail] = await runJob(world, dataExportMail, { export_id: id });
    expect(mail?.to).toBe(person.email);
    const link = /https?:\/\/\S+/.exec(mail?.text ?? "")?.[0] ?? "";
    const response = await world.fetch(link);
    expect(response.status).toBe(200);
    const archive = unzipSync(new Uint8Array(await response.arrayBuffer()));
    expect(Object.keys(archive).sort()).toEqual([
      "data.json",
      "files/avatars/portrait.jpg",
      "files/private-documents/passport.pdf",
      "files/review-photos/fit.jpg",
      "files/tryon/me.jpg",
    ]);
    expect(Buffer.from(archive["files/private-documents/passport.pdf"] ?? []).toString()).toBe("%PDF-1.7 passport");
    const data = JSON.parse(Buffer.from(archive["data.json"] ?? []).toString());
    expect(data.account).toMatchObject({ id: person.id, email: person.email, sign_in_with: ["email"] });
    expect(data.tables.profiles).toMatchObject([{ display_name: "Selam Tesfaye", phone: "+251911234567" }]);
    expect(data.tables.rentals).toMatchObject([{ customer_id: person.id, state: "cancelled" }]);
    // But for the one that she has reviewed.
    const here = (row: { boutique_id: string }) => row.boutique_id === boutique.id;
    const fittings = data.tables.appointments
      .filter(here)
      .toSorted((a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id));
    expect(fittings).toMatchObject([
      { state: "attended", customer_notes: "Selam Tesfaye is 182 cm tall", guest_names: ["Mother of Selam Tesfaye"] },
      { state: "cancelled", reason: "Selam Tesfaye is ill" },
    ]);
    expect(data.tables.appointment_garments.filter(here)).toMatchObject([{ appointment_id: fittings[0].id }]);
    expect(data.tables.appointment_notes.map(({ body }: { body: string }) => body).sort()).toEqual([
      "Bring pins",
      "Selam Tesfaye wants a longer veil",
    ]);
    expect(data.tables.reviews).toMatchObject([{ title: "Selam Tesfaye is less happy", author_name: "Selam" }]);
    expect(data.tables.review_revisions).toMatchObject([{ title: "Selam Tesfaye is happy" }]);
    expect(data.tables.review_measurements).toMatchObject([{ height_cm: 182 }]);
    for (const [table, rows] of Object.entries<object[]>(data.tables)) {
      if (table !== "account_deletions") expect(rows.length, table).toBeGreaterThan(0);
    }
    // A key of somebody's is no data of hers, and nothing of anybody else is in it.
    expect(JSON.stringify(data)).not.toContain("encrypted_password");
    // The other invitation is hers too: she has sent it.
    expect(data.tables.invitations).toHaveLength(2);
  });

  it("are downloaded by her alone", async () => {
    const [person, stranger] = [await world.asCustomer("Selam"), await world.asCustomer("Hannah")];
    const id = await exportOf(person);
    const path = String((await exportRow(id))?.["storage_paths"][0]);
    expect((await person.client.storage.from("data-exports").download(path)).error).toBeNull();
    for (const client of [stranger.client, (await world.asAdmin()).client, world.asAnon()]) {
      expect((await client.storage.from("data-exports").download(path)).error).not.toBeNull();
      expect((await client.storage.from("data-exports").createSignedUrl(path, 60)).error).not.toBeNull();
    }
    expect((await stranger.client.from("data_exports").select()).data).toEqual([]);
    // She may not put files there, nor make the archive another one.
    const forged = new Blob(["PK"], { type: "application/zip" });
    expect(
      (await person.client.storage.from("data-exports").upload(path, forged, { upsert: true })).error,
    ).not.toBeNull();
    expect((await person.client.storage.from("data-exports").remove([path])).data).toEqual([]);
  });

  it("are asked for once, however often she clicks, and three times a day", async () => {
    const person = await world.asCustomer();
    const clicks = await Promise.all(Array.from({ length: 5 }, () => person.client.rpc("request_data_export")));
    expect(new Set(clicks.map(({ data }) => data?.id)).size).toBe(1);
    for (let more = 1; more <= 2; more += 1) {
      await world.sql`update public.data_exports set state = 'expired' where user_id = ${person.id}`;
      expect((await person.client.rpc("request_data_export")).error).toBeNull();
    }
    await world.sql`update public.data_exports set state = 'expired' where user_id = ${person.id}`;
    const { error } = await person.client.rpc("request_data_export");
    expect(error).toMatchObject({ code: "PT429", hint: "too_many_requests" });
  });

  it("are built once when the job runs again, and again when it broke off", async () => {
    const person = await world.asCustomer();
    const id = await exportOf(person);
    const before = await exportRow(id);
    await runJob(world, buildExport, { export_id: id });
    expect(await exportRow(id)).toEqual(before);
    expect(await jobsOf("mail.data_export", "export_id", id)).toBe(1);
    await world.sql`update public.data_exports set state = 'requested' where id = ${id}`;
    await runJob(world, buildExport, { export_id: id });
    expect(await exportRow(id)).toMatchObject({ state: "ready" });
  });

  it("come in several archives when there are many files, each of which the bucket takes", async () => {
    const person = await world.asCustomer();
    const scan = new Blob([new Uint8Array(19 * 1024 * 1024)], { type: "application/pdf" });
    for (const name of ["a", "b", "c"]) {
      const { error } = await person.client.storage.from("private-documents").upload(`${person.id}/${name}.pdf`, scan);
      expect(error).toBeNull();
    }
    const id = await exportOf(person);
    const paths = (await exportRow(id))?.["storage_paths"] as string[];
    expect(paths).toHaveLength(2);
    const names: string[] = [];
    for (const path of paths) {
      const { data } = await person.client.storage.from("data-exports").download(path);
      names.push(...Object.keys(unzipSync(new Uint8Array((await data?.arrayBuffer()) ?? []))));
    }
    expect(names.sort()).toEqual(
      ["a", "b", "c"].map((name) => `files/private-documents/${name}.pdf`).toSpliced(0, 0, "data.json"),
    );
  });

  it("are gone when their week is over, and no mail leads to them any more", async () => {
    const person = await world.asCustomer();
    const id = await exportOf(person);
    const path = String((await exportRow(id))?.["storage_paths"][0]);
    await world.sql`update public.data_exports set expires_at = now() where id = ${id}`;
    await runJob(world, sweepPrivacy, {});
    expect(await exportRow(id)).toMatchObject({ state: "expired", storage_paths: [] });
    expect((await person.client.storage.from("data-exports").download(path)).error).not.toBeNull();
    expect(await runJob(world, dataExportMail, { export_id: id })).toEqual([]);
  });
});

describe("an account that its owner deletes", () => {
  it("is there for 14 days, in which that can be taken back", async () => {
    const person = await world.asCustomer();
    const { data } = await person.client.rpc("delete_account");
    const days = (Date.parse(data?.due_at ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(13.9);
    expect(days).toBeLessThan(14.1);
    expect((await person.client.rpc("delete_account")).data).toEqual(data);
    const [mail] = await runJob(world, accountDeletionMail, { user_id: person.id });
    expect(mail?.text).toContain(formatFor("en").dayOf(new Date(data?.due_at ?? "")));
    await runJob(world, eraseAccount, { user_id: person.id });
    expect((await person.client.from("profiles").select("id")).data).toHaveLength(1);

    expect((await person.client.rpc("undo_account_deletion")).data).toBe(true);
    expect((await person.client.rpc("undo_account_deletion")).data).toBe(false);
    await runJob(world, eraseAccount, { user_id: person.id });
    expect((await person.client.from("profiles").select("id")).data).toHaveLength(1);
    expect(await runJob(world, accountDeletionMail, { user_id: person.id })).toEqual([]);
  });

  it("leaves nothing behind that says who she was", async () => {
    const person = await somebody("Zenebech Worku");
    await world.sql`update public.profiles set phone = '+251955555555' where id = ${person.id}`;
    await exportOf(person);
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });

    const tables = Object.keys(await everyRow(world.sql));
    const auth = await world.sql<{ name: string }[]>`
      select c.oid::regclass::text as name from pg_class c
      where c.relkind = 'r' and c.relnamespace::regnamespace::text in ('auth', 'storage')`;
    const traces: Record<string, number> = {};
    for (const table of [...tables, ...auth.map(({ name }) => name)]) {
      for (const mark of ["Zenebech Worku", "+251955555555", person.email, person.id]) {
        const [row] = await world.sql.unsafe<{ n: number }[]>(
          `select count(*)::int as n from ${table} t where t::text ilike $1`,
          [`%${mark}%`],
        );
        if (row !== undefined && row.n > 0) traces[`${table}: ${mark === person.id ? "id" : mark}`] = row.n;
      }
    }
    // Her bare id, in the log that nobody can change, in jobs that are done, in buckets of rate limits for an hour, and in
    // the address that the invitation of another was given by this test.
    // And her name on her invoice, which is kept.
    const kept = ["invoices: Zenebech Worku"];
    const expected = ["audit_log: id", "invitations: id", "pgboss.job: id", "private.rate_limits: id", ...kept];
    expect(Object.keys(traces).filter((trace) => !expected.includes(trace))).toEqual([]);
    expect(traces["audit_log: id"]).toBeGreaterThan(0);
    const { error } = await person.client.auth.signInWithPassword({ email: person.email, password: "a-long-password" });
    expect(error?.code).toBe("invalid_credentials");
  });

  it("leaves the rental to the books, and its garment's calendar as it was", async () => {
    const person = await world.asCustomer();
    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(person, gown.id, period(5, 6));
    await world.sql`update public.rentals set state = 'closed' where id = ${rental.id}`;
    await person.client.rpc("delete_account");
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    const [row] = await world.sql`select customer_id, price, state from public.rentals where id = ${rental.id}`;
    expect(row).toMatchObject({ customer_id: null, price: "20000", state: "closed" });
  });

  it("leaves the fitting to the boutique, without what it said of her", async () => {
    const person = await world.asCustomer("Hirut");
    const id = await attended(person, "Hirut");
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    const [row] = await world.sql`
      select a.customer_id, a.customer_notes, a.guest_names, a.state, a.stylist_id is not null as with_stylist,
        (select count(*)::int from public.appointment_garments g where g.appointment_id = a.id and g.customer_id is null) as gowns,
        (select count(*)::int from public.appointment_notes n where n.appointment_id = a.id) as notes
      from public.appointments a where a.id = ${id}`;
    expect(row).toEqual({
      customer_id: null,
      customer_notes: "",
      guest_names: [],
      state: "attended",
      with_stylist: true,
      gowns: 1,
      notes: 0,
    });
  });

  it("leaves the boutique a stylist without a name, who is booked no more", async () => {
    const person = await somebody("Rahel");
    const stylist = () => world.sql`
      select display_name, bio, user_id, listed from public.stylists where boutique_id = ${boutique.id} and user_id is not null`;
    expect(await stylist()).toContainEqual({
      display_name: "Rahel",
      bio: "Rahel sews",
      user_id: person.id,
      listed: true,
    });
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    expect(
      await world.sql`select from public.stylists where display_name = 'Rahel' or user_id = ${person.id}`,
    ).toHaveLength(0);
    const left = await world.sql`select bio, listed from public.stylists where display_name = 'Former stylist'`;
    expect(left.length).toBeGreaterThan(0);
    expect(left.every(({ bio, listed }) => bio === "" && listed === false)).toBe(true);
  });

  it("takes its files along, also when the job had broken off before that", async () => {
    const person = await world.asCustomer();
    await person.client.storage.from("avatars").upload(`${person.id}/portrait.jpg`, picture);
    await person.client.rpc("delete_account");
    await makeDue(person);
    await world.sql`select private.erase_account(${person.id})`;
    const left = () => world.sql`select name from storage.objects where name like ${`${person.id}/%`}`;
    expect(await left()).toHaveLength(1);
    await runJob(world, eraseAccount, { user_id: person.id });
    expect(await left()).toHaveLength(0);
    const url = person.client.storage.from("avatars").getPublicUrl(`${person.id}/portrait.jpg`).data.publicUrl;
    expect((await world.fetch(url)).ok).toBe(false);
  });

  it.each(["held", "reserved", "picked_up", "returned", "inspecting"])("stays while a rental is %s", async (state) => {
    const person = await world.asCustomer();
    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(person, gown.id, period(5, 6));
    await world.sql`update public.rentals set state = ${state} where id = ${rental.id}`;
    const { error } = await person.client.rpc("delete_account");
    expect(error).toMatchObject({ code: "PT409", hint: "open_rentals" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ rental_ids: [rental.id] });
    // Whatever code came to delete it: the database does not let go of who has the gown.
    await expect(world.sql`delete from auth.users where id = ${person.id}`).rejects.toMatchObject({
      code: "23514",
      constraint_name: "only_a_rental_that_is_over_loses_its_customer",
    });
  });

  it("stays while an order is not fulfilled or money is to come back; then the books keep what was ordered", async () => {
    const person = await world.asCustomer("Tsehay");
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const written = await person.client
      .from("addresses")
      .insert({ recipient: "Tsehay", line_1: "Her house", city: "Adama", country: "ET" })
      .select("id")
      .single();
    const group = await order(person, [{ variantId: veil.id }], { shippingAddressId: written.data?.id ?? "" });
    const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${group.id}`;
    const id = row?.id ?? "";
    const staysFor = async (why: string) => {
      const { error } = await person.client.rpc("delete_account");
      expect(error, why).toMatchObject({ code: "PT409", hint: "open_orders" });
      expect(JSON.parse(error?.details ?? ""), why).toEqual({ order_ids: [id] });
    };
    await staysFor("pending");
    await pay(world.sql, group.id);
    for (const state of ["part_fulfilled", "paid"]) {
      await world.sql`update public.orders set state = ${state} where id = ${id}`;
      await staysFor(state);
      await expect(world.sql`delete from auth.users where id = ${person.id}`, state).rejects.toMatchObject({
        code: "23514",
        constraint_name: "only_an_order_that_is_over_loses_its_customer",
      });
    }
    expect((await person.client.rpc("cancel_order", { order_id: id, reason: "Tsehay is ill" })).error).toBeNull();
    await staysFor("refund is due");
    await world.sql`update public.refunds set state = 'paid', paid_at = now() where order_id = ${id}`;
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    const [left] = await world.sql`
      select o.customer_id, o.state, o.state_reason, o.total > 0 as total, g.customer_id as group_customer_id, g.shipping_address,
        f.customer_id as refund_customer_id, f.reason,
        (select array_agg(distinct e.reason order by e.reason) from public.order_events e where e.order_id = o.id) as reasons
      from public.orders o
      join public.order_groups g on g.id = o.group_id
      join public.refunds f on f.order_id = o.id
      where o.id = ${id}`;
    expect(left).toEqual({
      customer_id: null,
      state: "cancelled",
      state_reason: "",
      total: true,
      group_customer_id: null,
      shipping_address: null,
      refund_customer_id: null,
      reason: "removed",
      reasons: [""],
    });
    // The books: as they were issued, and read by the boutique alone.
    const invoices = await manager.client.from("invoices").select("kind, customer_id, content").eq("order_id", id);
    expect(invoices.data?.map(({ kind, customer_id }) => [kind, customer_id]).sort()).toEqual([
      ["credit_note", null],
      ["invoice", null],
    ]);
    for (const { content } of invoices.data ?? []) {
      expect(content).toMatchObject({ buyer: { name: "Tsehay", address: ["Her house", "Adama"] } });
    }
  });

  it("stays while something of an order is on its way back, asked for before the deletion or after", async () => {
    const person = await world.asCustomer("Tsehay");
    const small = await makeForSale(world.sql, boutique, { stock: 1 });
    const large = await makeForSale(world.sql, boutique, { stock: 1 });
    const bought = await paidOrder(world, person, boutique.id, [{ variantId: small.id }]);
    await deliver(manager, bought.id);
    const piece = { order_item_id: lineOf(bought, small.id).id };
    const exchange = async () => {
      const { data, error } = await person.client.rpc("request_return", {
        order_id: bought.id,
        items: [{ ...piece, quantity: 1 }],
        reason: "does_not_fit",
        idempotency_key: randomUUID(),
        exchange_variant_id: large.id,
      });
      if (error !== null) throw error;
      return data.id;
    };
    const first = await exchange();
    const { error } = await person.client.rpc("delete_account");
    expect(error).toMatchObject({ code: "PT409", hint: "open_orders" });
    expect(JSON.parse(error?.details ?? "")).toEqual({ order_ids: [bought.id] });
    await person.client.rpc("cancel_return", { return_id: first });
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    const second = await exchange();
    await makeDue(person);
    expect(await world.sql`select private.erase_account(${person.id}) as outcome`).toMatchObject([
      { outcome: "blocked" },
    ]);
    // What comes back is inspected, and what replaces it leaves.
    await manager.client.rpc("receive_return", { return_id: second });
    const inspected = await manager.client.rpc("inspect_return", {
      return_id: second,
      outcomes: [{ ...piece, outcome: "restock" }],
    });
    expect(inspected.error).toBeNull();
    await deliver(manager, bought.id);
    await makeDue(person);
    expect(await world.sql`select private.erase_account(${person.id}) as outcome`).toMatchObject([
      { outcome: "erased" },
    ]);
  });

  it("is not in the way of a payment that comes after all: the money goes back", async () => {
    const person = await world.asCustomer();
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const group = await order(person, [{ variantId: veil.id }]);
    await letHoldEnd(world.sql, group.id);
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    await pay(world.sql, group.id);
    const [row] = await world.sql`
      select o.state, o.customer_id, f.amount = o.total as all, (select state from public.payments where group_id = o.group_id) as payment
      from public.orders o join public.refunds f on f.order_id = o.id where o.group_id = ${group.id}`;
    expect(row).toEqual({ state: "cancelled", customer_id: null, all: true, payment: "succeeded" });
  });

  it("orders nothing any more, also when both are asked for at the same moment", async () => {
    const veil = await makeForSale(world.sql, boutique, { stock: 20 });
    const checkout = async (person: Person, cart: string) =>
      person.client.rpc("checkout", { cart_id: cart, idempotency_key: cart });
    const leaver = await world.asCustomer();
    const cart = await fillCart(leaver, [{ variantId: veil.id }]);
    await leaver.client.rpc("delete_account");
    expect((await checkout(leaver, cart)).error).toMatchObject({ code: "PT409", hint: "account_leaves" });
    for (let round = 1; round <= 8; round += 1) {
      const person = await world.asCustomer();
      const hers = await fillCart(person, [{ variantId: veil.id }]);
      await Promise.all([checkout(person, hers), person.client.rpc("delete_account")]);
      const [row] = await world.sql`
        select exists (select from public.orders where customer_id = ${person.id}) as orders,
          exists (select from public.account_deletions where user_id = ${person.id}) as leaves`;
      expect(row?.["orders"] && row["leaves"], JSON.stringify(row)).toBe(false);
    }
  });

  it("stays while a fitting is to come, booked or offered", async () => {
    const person = await world.asCustomer();
    const appointment = await bookFitting(person, boutique, salon, { startsAt: at(5) });
    for (const state of ["booked", "offered"]) {
      await world.sql`
        update public.appointments set state = ${state}, held_until = now() + interval '30 minutes' where id = ${appointment.id}`;
      const { error } = await person.client.rpc("delete_account");
      expect(error, state).toMatchObject({ code: "PT409", hint: "open_appointments" });
      expect(JSON.parse(error?.details ?? "")).toEqual({ appointment_ids: [appointment.id] });
      await expect(world.sql`delete from auth.users where id = ${person.id}`).rejects.toMatchObject({
        code: "23514",
        constraint_name: "only_an_appointment_that_is_over_loses_its_customer",
      });
    }
    await person.client.rpc("cancel_fitting", { appointment_id: appointment.id });
    expect((await person.client.rpc("delete_account")).error).toBeNull();
  });

  it("goes although an offer was never taken, and nobody noted whether she came", async () => {
    const person = await world.asCustomer();
    const offer = await bookFitting(person, boutique, salon, { startsAt: at(6) });
    await world.sql`
      update public.appointments set state = 'offered', held_until = now() - interval '1 minute' where id = ${offer.id}`;
    const forgotten = await bookFitting(person, boutique, salon, { startsAt: at(7) });
    await world.sql`
      update public.appointments set during = tstzrange(now() - interval '2 days', now() - interval '47 hours')
      where id = ${forgotten.id}`;
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    const rows = await world.sql`
      select customer_id, state, fee_due from public.appointments where id = any(${[offer.id, forgotten.id]}) order by created_at`;
    expect([...rows]).toEqual([
      { customer_id: null, state: "expired", fee_due: "0" },
      { customer_id: null, state: "attended", fee_due: "0" },
    ]);
  });

  it("goes although a hold was never confirmed", async () => {
    const person = await world.asCustomer();
    const gown = await makeVariant(world.sql, boutique);
    const rental = await hold(person, gown.id, period(5, 6));
    await world.sql`update public.rentals set held_until = now() - interval '1 minute' where id = ${rental.id}`;
    expect((await person.client.rpc("delete_account")).error).toBeNull();
    await makeDue(person);
    await runJob(world, eraseAccount, { user_id: person.id });
    expect([...(await world.sql`select state from public.rentals where id = ${rental.id}`)]).toEqual([
      { state: "expired" },
    ]);
  });

  it("stays while it is the only owner of a boutique, and waits a day when it has become so", async () => {
    const owned = await makeBoutique(world.sql);
    const [owner, second] = [await world.asStaff(owned.id, "owner"), await world.asStaff(owned.id, "owner")];
    await world.sql`delete from public.boutique_members where user_id = ${second.id}`;
    expect((await owner.client.rpc("delete_account")).error).toMatchObject({ code: "PT409", hint: "last_owner" });
    await world.sql`insert into public.boutique_members (boutique_id, user_id, role) values (${owned.id}, ${second.id}, 'owner')`;
    expect((await owner.client.rpc("delete_account")).error).toBeNull();
    await world.sql`delete from public.boutique_members where user_id = ${second.id}`;
    await makeDue(owner);
    await runJob(world, eraseAccount, { user_id: owner.id });
    const [row] =
      await world.sql`select due_at > now() + interval '23 hours' as later from public.account_deletions where user_id = ${owner.id}`;
    expect(row).toEqual({ later: true });
    expect(await jobsOf("privacy.erase_account", "user_id", owner.id)).toBe(2);
  });

  it("rents nothing any more, also when both are asked for at the same moment", async () => {
    const leaver = await world.asCustomer();
    const gown = await makeVariant(world.sql, boutique, { garments: 12 });
    await leaver.client.rpc("delete_account");
    const call = (person: Person, n: number) =>
      person.client.rpc("reserve_rental", { variant_id: gown.id, period: period(5, 6), idempotency_key: `${n}` });
    expect((await call(leaver, 0)).error).toMatchObject({ code: "PT409", hint: "account_leaves" });

    for (let round = 1; round <= 8; round += 1) {
      const person = await world.asCustomer();
      await Promise.all([call(person, round), person.client.rpc("delete_account")]);
      const [row] = await world.sql`
        select exists (select from public.rentals where customer_id = ${person.id}) as rents,
          exists (select from public.account_deletions where user_id = ${person.id}) as leaves`;
      expect(row?.["rents"] && row["leaves"], JSON.stringify(row)).toBe(false);
    }
  });

  it("books no fitting any more and waits for none, also when both are asked for at the same moment", async () => {
    const leaver = await world.asCustomer();
    await leaver.client.rpc("delete_account");
    const refusal = { code: "PT409", hint: "account_leaves" };
    expect((await book(leaver, boutique, salon, { startsAt: at(8) })).error).toMatchObject(refusal);
    const closed = { boutique_id: boutique.id, location_id: boutique.locationId };
    await world.sql`
      insert into public.closures ${world.sql({ ...closed, first_day: day(20), last_day: day(20), reason: "Timket" })}`;
    const wait = (person: Person) =>
      person.client.rpc("join_waitlist", {
        location_id: boutique.locationId,
        service_id: salon.serviceId,
        from_date: day(20),
        to_date: day(20),
      });
    expect((await wait(leaver)).error).toMatchObject(refusal);

    for (let round = 1; round <= 8; round += 1) {
      const person = await world.asCustomer();
      await Promise.all([book(person, boutique, salon, { startsAt: at(8) }), person.client.rpc("delete_account")]);
      const [row] = await world.sql`
        select exists (select from public.appointments where customer_id = ${person.id}) as comes,
          exists (select from public.account_deletions where user_id = ${person.id}) as leaves`;
      expect(row?.["comes"] && row["leaves"], JSON.stringify(row)).toBe(false);
    }
  });

  it("is offered nothing from the waitlist, and is in nobody's way there", async () => {
    const shop = await makeBoutique(world.sql);
    const small = await makeSalon(world.sql, shop);
    const [first, second] = [await world.asCustomer(), await world.asCustomer()];
    for (const { id } of [first, second]) {
      await world.sql`
        insert into public.waitlist_entries (boutique_id, customer_id, location_id, service_id, from_date, to_date)
        values (${shop.id}, ${id}, ${shop.locationId}, ${small.serviceId}, ${day(3)}, ${day(3)})`;
    }
    expect((await first.client.rpc("delete_account")).error).toBeNull();
    const offers = () => world.sql`select private.offer_waitlist(${shop.locationId}) as n`;
    expect([...(await offers())]).toEqual([{ n: 1 }]);
    const states = async () =>
      (
        await world.sql`select state from public.waitlist_entries where boutique_id = ${shop.id} order by created_at`
      ).map(({ state }) => state);
    expect(await states()).toEqual(["waiting", "offered"]);
    // She stays after all, and has kept her place.
    await first.client.rpc("undo_account_deletion");
    await offers();
    expect(await states()).toEqual(["offered", "offered"]);
  });

  it("is asked for again when its job was lost", async () => {
    const person = await world.asCustomer();
    await person.client.rpc("delete_account");
    await world.sql`delete from pgboss.job where name = 'privacy.erase_account' and data ->> 'user_id' = ${person.id}`;
    await world.sql`update public.account_deletions set due_at = now() - interval '2 hours' where user_id = ${person.id}`;
    await runJob(world, sweepPrivacy, {});
    expect(await jobsOf("privacy.erase_account", "user_id", person.id)).toBe(1);
  });
});
