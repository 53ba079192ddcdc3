import { randomUUID } from "node:crypto";
import { getDocumentProxy } from "unpdf";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invoiceContent } from "../../functions/_shared/documents/invoice-content.ts";
import { deliverNotification } from "../../functions/_shared/jobs/deliver-notification.ts";
import { renderDocument } from "../../functions/_shared/jobs/render-document.ts";
import { actAs } from "../helpers/act-as.ts";
import { type BoutiqueFixture, makeBoutique, makeVariant, period } from "../helpers/fixtures.ts";
import { fillCart, letHoldEnd, makeForSale, order, pay } from "../helpers/orders.ts";
import { jobContext, runJob, siteUrl } from "../helpers/run-job.ts";
import { type Person, World } from "../helpers/world.ts";

let world: World;
let boutique: BoutiqueFixture;
let bride: Person;
let staff: Person;

beforeAll(async () => {
  world = await World.create({ connections: 10 });
});
afterAll(() => world.close());
beforeEach(async () => {
  boutique = await makeBoutique(world.sql);
  [bride, staff] = [await world.asCustomer("Selam"), await world.asStaff(boutique.id, "manager")];
  await world.sql`
    update public.commerce_policies set order_number_prefix = 'AB-', legal_name = 'Almaz Bridal PLC', tax_number = '0012345678',
      legal_address = ${"Bole Road 12\nAddis Ababa"} where boutique_id = ${boutique.id}`;
});

interface Invoice {
  id: string;
  kind: string;
  number_text: string;
  total: string;
  content: ReturnType<typeof invoiceContent.parse>;
  storage_path: string | null;
}
const invoicesOf = (groupId: string) => world.sql<Invoice[]>`
  select i.id, i.kind, i.number_text, i.total, i.content, i.storage_path from public.invoices i join public.orders o on o.id = i.order_id
  where o.group_id = ${groupId} order by i.issued_at, i.id`;
const only = async (groupId: string): Promise<Invoice> => {
  const rows = await invoicesOf(groupId);
  expect(rows).toHaveLength(1);
  return rows[0] as Invoice;
};
const orderOf = async (groupId: string) => {
  const [row] = await world.sql<{ id: string }[]>`select id from public.orders where group_id = ${groupId}`;
  return row?.id ?? "";
};
const jobs = (name: string, key: string, id: string) =>
  world.sql`select group_id from pgboss.job where name = ${name} and data ->> ${key} = ${id}`;

/** An order of one thing, paid. */
async function paid(price = 11_500): Promise<string> {
  const veil = await makeForSale(world.sql, boutique, { stock: 1, price, name: "Veil" });
  const group = await order(bride, [{ variantId: veil.id }]);
  await pay(world.sql, group.id);
  return group.id;
}

async function addressOf(person: Person): Promise<string> {
  const address = { recipient: "ሰላም ተስፋዬ", line_1: "Churchill Avenue 4", city: "Addis Ababa", country: "ET" };
  const { data, error } = await person.client.from("addresses").insert(address).select("id").single();
  if (error !== null) throw error;
  return data.id;
}

describe("an order that becomes paid", () => {
  it("has an invoice of all that is printed, and a job for its PDF", async () => {
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${boutique.id}, 'VAT', 1500)`;
    await world.sql`
      insert into public.shipping_methods (boutique_id, kind, name, price, currency)
      values (${boutique.id}, 'delivery', 'Courier', 1150, 'XXX')`;
    const gown = await makeVariant(world.sql, boutique, { name: "Genet", pricePerDay: 1_000 });
    const veil = await makeForSale(world.sql, boutique, { stock: 5, price: 2_300, name: "Veil" });
    const cart = await fillCart(bride, [
      { variantId: gown.id, kind: "rental", period: period(10, 12) },
      { variantId: veil.id, quantity: 2 },
    ]);
    const key = { cart_id: cart, idempotency_key: randomUUID(), shipping_address_id: await addressOf(bride) };
    const { data: group, error } = await bride.client.rpc("checkout", key);
    expect(error).toBeNull();
    const groupId = group?.id ?? "";
    expect(await invoicesOf(groupId)).toHaveLength(0);
    await pay(world.sql, groupId);
    const invoice = await only(groupId);
    expect(invoice).toMatchObject({ kind: "invoice", number_text: "AB-000001", total: "8750", storage_path: null });
    const [issued] = await world.sql<{ today: string }[]>`
      select (now() at time zone timezone)::date::text as today from public.boutiques where id = ${boutique.id}`;
    expect(invoiceContent.parse(invoice.content)).toMatchObject({
      kind: "invoice",
      number: "AB-000001",
      order_number: "AB-000001",
      invoice_number: null,
      issued_on: issued?.today,
      locale: "en",
      seller: { name: "Almaz Bridal PLC", address: "Bole Road 12\nAddis Ababa", tax_number: "0012345678" },
      buyer: { name: "ሰላም ተስፋዬ", address: ["Churchill Avenue 4", "Addis Ababa"], country: "ET" },
      prices_include_tax: true,
      subtotal: 7_600,
      shipping: { name: "Courier", amount: 1_150 },
      taxes: [{ name: "VAT", basis_points: 1500, amount: 1_141 }],
      total: 8_750,
      paid_with: ["cash"],
    });
    expect(
      invoice.content.lines.map(({ name, quantity, unit_price, amount }) => [name, quantity, unit_price, amount]),
    ).toEqual(
      expect.arrayContaining([
        ["Genet", 1, 3_000, 3_000],
        ["Veil", 2, 2_300, 4_600],
      ]),
    );
    expect(invoice.content.lines.find(({ name }) => name === "Genet")).toMatchObject({
      first_day: period(10, 12).slice(1, 11),
      last_day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect([...(await jobs("document.render", "invoice_id", invoice.id))]).toEqual([{ group_id: boutique.id }]);
  });

  it("keeps it when seller, buyer and product are called something else", async () => {
    const groupId = await paid();
    const before = await only(groupId);
    await world.sql`update public.commerce_policies set legal_name = 'Other', order_number_prefix = 'X-' where boutique_id = ${boutique.id}`;
    await world.sql`update public.products set name = 'Other' where boutique_id = ${boutique.id}`;
    await bride.client.from("profiles").update({ display_name: "Other" }).eq("id", bride.id);
    await world.sql`update public.orders set state = 'fulfilled' where group_id = ${groupId}`;
    expect(await only(groupId)).toEqual(before);
    expect(before.content.buyer).toEqual({ name: "Selam", address: [], country: null });
  });

  it("of each boutique has its own, and those of one are numbered without a gap, also when many pay at once", async () => {
    const other = await makeBoutique(world.sql);
    const [veil, shoes] = [
      await makeForSale(world.sql, boutique, { stock: 40 }),
      await makeForSale(world.sql, other, { stock: 40 }),
    ];
    const groups: string[] = [];
    for (let n = 0; n < 8; n += 1) {
      groups.push((await order(bride, [{ variantId: veil.id }, { variantId: shoes.id }])).id);
    }
    // Some of the payments are taken back by what comes after them.
    const undo = new Error("undo");
    await Promise.all(
      groups.map((id, n) =>
        world.sql
          .begin(async (sql) => {
            await sql`
              select private.settle_payment(p.id, 'cash', ${id}, p.amount, p.currency::text) from public.payments p where p.group_id = ${id}`;
            if (n % 3 === 1) throw undo;
          })
          .catch((error: unknown) => expect(error).toBe(undo)),
      ),
    );
    for (const { id } of [boutique, other]) {
      const rows = await world.sql<{ number: string }[]>`
        select number from public.invoices where boutique_id = ${id} and kind = 'invoice' order by number`;
      expect(rows.map(({ number }) => Number(number))).toEqual([1, 2, 3, 4, 5]);
    }
  });

  it("has one invoice, however its state moves", async () => {
    const groupId = await paid();
    for (const state of ["part_fulfilled", "paid", "fulfilled", "completed"]) {
      await world.sql`update public.orders set state = ${state} where group_id = ${groupId}`;
    }
    expect(await invoicesOf(groupId)).toHaveLength(1);
    const row = {
      order_id: await orderOf(groupId),
      boutique_id: boutique.id,
      kind: "invoice",
      number: 99,
      number_text: "99",
    };
    const second = { ...row, currency: "ETB", total: 1, content: world.sql.json({}) };
    await expect(world.sql`insert into public.invoices ${world.sql(second)}`).rejects.toMatchObject({
      code: "23505",
      constraint_name: "one_invoice_of_an_order",
    });
  });
});

describe("money that goes back", () => {
  it("for a paid order has a credit note, numbered by itself, with its share of the tax", async () => {
    await world.sql`insert into public.tax_rules (boutique_id, name, rate_basis_points) values (${boutique.id}, 'VAT', 1500)`;
    const groupId = await paid(10_000);
    const orderId = await orderOf(groupId);
    // In three parts, which add up to the whole.
    for (const amount of [3_333, 3_333, 3_334])
      await world.sql`select private.refund(${orderId}, ${amount}, 'A stain')`;
    const [invoice, ...notes] = await invoicesOf(groupId);
    expect(notes.map(({ kind, number_text, total }) => [kind, number_text, total])).toEqual([
      ["credit_note", "AB-000001", "3333"],
      ["credit_note", "AB-000002", "3333"],
      ["credit_note", "AB-000003", "3334"],
    ]);
    const taxes = notes.map(({ content }) => content.taxes[0]?.amount ?? 0);
    expect(taxes).toEqual([435, 434, 435]);
    expect(taxes.reduce((sum, tax) => sum + tax, 0)).toBe(invoice?.content.taxes[0]?.amount);
    expect(invoiceContent.parse(notes[0]?.content)).toMatchObject({
      invoice_number: "AB-000001",
      reason: "A stain",
      lines: [],
      buyer: invoice?.content.buyer,
    });
    for (const { id } of notes) expect(await jobs("document.render", "invoice_id", id)).toHaveLength(1);
  });

  it("of a cancellation has one over what goes back, and none when it was never paid or came too late", async () => {
    const groupId = await paid();
    await world.sql`
      update public.orders set free_cancellation_hours = 0, cancellation_fee_percent = 20, paid_at = paid_at - interval '1 hour'
      where group_id = ${groupId}`;
    await bride.client.rpc("cancel_order", { order_id: await orderOf(groupId), reason: "" });
    expect((await invoicesOf(groupId)).map(({ kind, total }) => [kind, total])).toEqual([
      ["invoice", "11500"],
      ["credit_note", "9200"],
    ]);

    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const late = await order(bride, [{ variantId: veil.id }]);
    await letHoldEnd(world.sql, late.id);
    await world.sql`select private.expire_order_hold(${late.id})`;
    await order(await world.asCustomer(), [{ variantId: veil.id }]);
    await pay(world.sql, late.id);
    expect(await world.sql`select from public.refunds where order_id = ${await orderOf(late.id)}`).toHaveLength(1);
    expect(await invoicesOf(late.id)).toHaveLength(0);
  });
});

describe("an invoice", () => {
  it("is changed and deleted by nobody, and written by nobody but the triggers", async () => {
    const { id } = await only(await paid());
    for (const change of [
      "total = 1",
      "number = 7",
      "content = '{}'",
      "issued_at = now()",
      "order_id = gen_random_uuid()",
    ]) {
      await expect(
        world.sql.unsafe(`update public.invoices set ${change} where id = '${id}'`),
        change,
      ).rejects.toMatchObject({
        code: "42501",
        hint: "append_only",
      });
    }
    await expect(world.sql`delete from public.invoices where id = ${id}`).rejects.toMatchObject({ code: "42501" });
    const rival = await world.asCustomer();
    await expect(
      world.sql`update public.invoices set customer_id = ${rival.id} where id = ${id}`,
    ).rejects.toMatchObject({
      code: "42501",
    });
    for (const person of ["service_role", bride, staff] as const) {
      await expect(
        world.sql.begin(async (sql) => {
          await actAs(sql, person);
          await sql`update public.invoices set storage_path = 'x' where id = ${id}`;
        }),
      ).rejects.toMatchObject({ code: "42501" });
    }
  });
});

describe("the job that makes the PDF", () => {
  it("puts it where customer and staff, and nobody else, get a link to it, and has the customer told once", async () => {
    const { id } = await only(await paid());
    // Two workers have it at once: both have uploaded before one of them notes it.
    const { files } = jobContext(world);
    let uploads = 0;
    const both = Promise.withResolvers<void>();
    const upload = async (...args: Parameters<typeof files.upload>) => {
      uploads += 1;
      if (uploads === 1) await files.upload(...args);
      else both.resolve();
      await both.promise;
    };
    const run = () => runJob(world, renderDocument, { invoice_id: id }, { files: { ...files, upload } });
    await Promise.all([run(), run()]);
    await runJob(world, renderDocument, { invoice_id: id });
    const path = `${boutique.id}/${id}.pdf`;
    expect([...(await world.sql`select storage_path from public.invoices where id = ${id}`)]).toEqual([
      { storage_path: path },
    ]);
    expect(await world.sql`select from storage.objects where bucket_id = 'invoices' and name = ${path}`).toHaveLength(
      1,
    );
    expect([...(await jobs("notify.deliver", "subject_id", id))]).toEqual([{ group_id: boutique.id }]);

    for (const person of [bride, staff]) {
      const { data } = await person.client.from("invoices").select("storage_path").eq("id", id).single();
      const signed = await person.client.storage.from("invoices").createSignedUrl(data?.storage_path ?? "", 60);
      const response = await world.fetch(signed.data?.signedUrl ?? "");
      expect(response.headers.get("content-type")).toContain("application/pdf");
      const page = await (await getDocumentProxy(new Uint8Array(await response.arrayBuffer()))).getPage(1);
      const text = (await page.getTextContent()).items.map((item) => ("str" in item ? item.str : "")).join(" ");
      expect(text).toMatch(/Almaz Bridal PLC.*AB-000001.*Selam.*Veil.*115\.00/);
    }
    const others = [await world.asCustomer(), await world.asStaff((await makeBoutique(world.sql)).id, "owner")];
    for (const { client } of others) {
      expect((await client.from("invoices").select("id").eq("id", id)).data).toEqual([]);
      expect((await client.storage.from("invoices").createSignedUrl(path, 60)).error).not.toBeNull();
    }
    expect((await world.asAnon().storage.from("invoices").createSignedUrl(path, 60)).error).not.toBeNull();

    const mails = await runJob(world, deliverNotification, { kind: "invoice_ready", subject_id: id, occasion: "once" });
    expect(mails.map(({ to, subject }) => [to, subject])).toEqual([
      [bride.email, expect.stringMatching(/^Invoice AB-000001 of /)],
    ]);
    expect(mails[0]?.text).toContain(`${siteUrl}/invoices/${id}`);
    expect(
      await runJob(world, deliverNotification, { kind: "invoice_ready", subject_id: id, occasion: "once" }),
    ).toEqual([]);
  });

  it("makes it when its first attempt broke off after the upload", async () => {
    const { id } = await only(await paid());
    const { files } = jobContext(world);
    const broken = {
      ...files,
      upload: async (...args: Parameters<typeof files.upload>) => {
        await files.upload(...args);
        throw new Error("The worker was killed.");
      },
    };
    await expect(runJob(world, renderDocument, { invoice_id: id }, { files: broken })).rejects.toThrow("killed");
    expect([...(await world.sql`select storage_path from public.invoices where id = ${id}`)]).toEqual([
      { storage_path: null },
    ]);
    expect(await jobs("notify.deliver", "subject_id", id)).toHaveLength(0);
    await runJob(world, renderDocument, { invoice_id: id });
    expect(await jobs("notify.deliver", "subject_id", id)).toHaveLength(1);
  });

  it("does nothing for an invoice that there is not, and says what is wrong with one that it cannot print", async () => {
    await runJob(world, renderDocument, { invoice_id: randomUUID() });
    const row = {
      order_id: await orderOf(await paid()),
      boutique_id: boutique.id,
      kind: "invoice",
      number: 50,
      number_text: "50",
    };
    const odd = { ...row, currency: "ETB", total: 1, content: world.sql.json({ kind: "invoice" }) };
    // The order has an invoice already: another order's.
    const veil = await makeForSale(world.sql, boutique, { stock: 1 });
    const group = await order(bride, [{ variantId: veil.id }]);
    const [made] = await world.sql<{ id: string }[]>`
      insert into public.invoices ${world.sql({ ...odd, order_id: await orderOf(group.id) })} returning id`;
    await expect(runJob(world, renderDocument, { invoice_id: made?.id ?? "" })).rejects.toThrow("seller");
  });
});
