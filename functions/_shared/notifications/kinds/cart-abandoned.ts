import { z } from "zod";
import { brand } from "../brand.ts";
import { defineKind } from "../kind.ts";
import { accounts } from "../recipients.ts";
import { greetingAm, greetingEn } from "../words.ts";

const cartData = z.object({
  display_name: z.string(),
  names: z.array(z.string()),
  url: z.url(),
});
type CartData = z.infer<typeof cartData>;

/** Reminds a customer who wants to hear of such of what she has left in her cart; once per cart. */
export const cartAbandoned = defineKind<CartData>({
  name: "cart_abandoned",
  topic: "marketing",
  transactional: false,
  channels: ["email"],
  subject: "cart_id",
  data: cartData,
  example: { display_name: "Selam", names: ["Gabi veil", "Genet"], url: "https://shop.example/cart" },
  async recipients(sql, cartId) {
    const [cart] = await sql<{ customer_id: string }[]>`
      select customer_id from public.carts where id = ${cartId} and state = 'open'`;
    return accounts(sql, [cart?.customer_id]);
  },
  async load({ sql, siteUrl }, cartId, recipient) {
    // None when she has come back meanwhile, or nothing of it is on show any more.
    const rows = await sql<{ name: string }[]>`
      select p.name
      from public.carts c
      join public.cart_items i on i.cart_id = c.id
      join public.product_variants v on v.id = i.variant_id and v.listed
      join public.products p on p.id = v.product_id
      where c.id = ${cartId} and c.state = 'open' and c.updated_at <= c.reminded_at
      order by i.id limit 10`;
    if (rows.length === 0) return undefined;
    return { display_name: recipient.displayName, names: rows.map(({ name }) => name), url: `${siteUrl}/cart` };
  },
  texts: {
    en: {
      mail: (data) => ({
        subject: "Still thinking about it?",
        preheader: "Your cart is as you left it. Nothing in it is reserved.",
        heading: "Your cart is as you left it",
        greeting: greetingEn(data.display_name),
        paragraphs: [`${data.names.join(", ")}: still in your cart. Nothing is reserved until you order.`],
        buttons: [{ label: "To your cart", link: data.url }],
        why: `You get this mail because you want to hear of offers of ${brand}.`,
      }),
    },
    am: {
      mail: (data) => ({
        subject: "አሁንም እያሰቡበት ነው?",
        preheader: "የግዢ ቅርጫትዎ እንደተዉት ነው። በውስጡ ያለ ምንም ነገር አልተያዘም።",
        heading: "የግዢ ቅርጫትዎ እንደተዉት ነው",
        greeting: greetingAm(data.display_name),
        paragraphs: [`${data.names.join("፣ ")} አሁንም በቅርጫትዎ ውስጥ ናቸው። እስኪያዙ ድረስ ምንም አይያዝም።`],
        buttons: [{ label: "ወደ ቅርጫትዎ", link: data.url }],
        why: `ይህ መልእክት የደረሰዎት ስለ ${brand} ቅናሾች መስማት ስለፈለጉ ነው።`,
      }),
    },
  },
});
