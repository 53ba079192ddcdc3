import { Hono } from "hono";
import { z } from "zod";
import { escapeHtml } from "../functions/_shared/escape-html.ts";
import { formatMoney } from "../functions/_shared/money.ts";
import type { TestBank } from "./test-payments-bank.ts";
import { type Session, webhookPlans } from "./test-payments-store.ts";

const choice = z.object({
  action: z.enum(["pay", "pay_slowly", "fail", "cancel"]),
  webhook: z.enum(webhookPlans).default("at_once"),
  seconds: z.coerce.number().min(0).max(3_600).default(10),
  refunds: z.enum(["paid", "pending", "refused"]).default("paid"),
  declines: z.literal("yes").optional(),
});

const plans: Record<(typeof webhookPlans)[number], string> = {
  at_once: "At once",
  before_return: "Before the browser returns",
  late: "Late, after the seconds below",
  twice: "Twice",
  out_of_order: "Out of order: first that it failed, then that it succeeded",
  never: "Never",
};
const refunds = { paid: "Paid at once", pending: "Pending, and paid after the seconds below", refused: "Refused" };

/** The page where a customer would pay. It works without JavaScript, and with a keyboard or a screen reader. */
export function checkoutPages(bank: TestBank) {
  const pages = new Hono();
  pages.use(async (context, next) => {
    await next();
    // No form-action: it would stop the browser on its way back to the shop.
    context.header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    context.header("cache-control", "no-store");
  });
  pages.get("/:page", async (context) => {
    const session = await bank.page(context.req.param("page"));
    return context.html(isPayable(session) ? paymentPage(session) : donePage(session));
  });
  pages.post("/:page", async (context) => {
    const session = await bank.page(context.req.param("page"));
    if (!isPayable(session)) return context.html(donePage(session), 409);
    const parsed = choice.safeParse(await context.req.parseBody());
    if (!parsed.success) return context.html(paymentPage(session, "Choose what happens with one of the buttons."), 400);
    await bank.choose(session, { ...parsed.data, declines: parsed.data.declines === "yes" });
    return context.redirect(session.return_url, 303);
  });
  return pages;
}

function isPayable({ state, settles_at }: Session): boolean {
  return state === "open" && settles_at === null;
}

function paymentPage(session: Session, problem?: string): string {
  const { description, capture, save_method } = session;
  const verb = capture === "manual" ? "Hold" : "Pay";
  const price = formatMoney(session.amount, session.currency);
  return layout(
    `${verb} ${price}`,
    `
    <h1>${escapeHtml(`${verb} ${price}`)}</h1>
    <p>${escapeHtml(description)}</p>
    ${session.customer === null ? "" : `<p class="quiet">${escapeHtml([session.customer.name, session.customer.email].filter(Boolean).join(", "))}</p>`}
    ${capture === "manual" ? "<p>The amount is held, and taken later or given back.</p>" : ""}
    ${save_method ? "<p>The payment method is kept for later payments.</p>" : ""}
    ${problem === undefined ? "" : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`}
    <form method="post">
      <p class="buttons">
        <button name="action" value="pay">${verb}</button>
        <button name="action" value="pay_slowly">${verb} slowly</button>
        <button name="action" value="fail" class="other">Fail</button>
        <button name="action" value="cancel" class="other">Cancel</button>
      </p>
      <p class="quiet">A slow payment is answered after the seconds below.</p>
      <fieldset><legend>How the webhook comes</legend>${radios("webhook", plans)}</fieldset>
      <fieldset><legend>Refunds of this payment are</legend>${radios("refunds", refunds)}</fieldset>
      ${
        save_method
          ? '<p><label><input type="checkbox" name="declines" value="yes"> Later payments with the kept method are declined</label></p>'
          : ""
      }
      <p><label>Seconds <input type="number" name="seconds" value="10" min="0" max="3600" step="any"></label></p>
    </form>`,
  );
}

function donePage({ state, return_url }: Session): string {
  const text = state === "open" ? "This payment is being processed." : `This payment is over: ${state}.`;
  return layout(text, `<h1>${text}</h1><p><a href="${escapeHtml(return_url)}">Back to the shop</a></p>`);
}

function radios(name: string, options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([value, label], index) => {
      const checked = index === 0 ? " checked" : "";
      return `<label><input type="radio" name="${name}" value="${value}"${checked}> ${escapeHtml(label)}</label>`;
    })
    .join("");
}

function layout(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="robots" content="noindex">
  <title>${escapeHtml(title)} (test)</title>
  <style>${style}</style>
</head>
<body>
  <p class="test"><strong>This is a test.</strong> No money moves, and no card is asked for.</p>
  <main>${content}</main>
</body>
</html>
`;
}

const style = `
  :root { color-scheme: light dark; --edge: light-dark(#d8d2cc, #4a4642); --quiet: light-dark(#5f5954, #b5aea8); }
  body { margin: 0; font: 1.05rem/1.5 system-ui, sans-serif; background: light-dark(#f7f4f1, #1d1b1a); color: light-dark(#26221f, #f2eeea); }
  main { max-width: 34rem; margin: 2rem auto; padding: 1.5rem 2rem; border: 1px solid var(--edge); border-radius: 1rem; background: light-dark(#fff, #262322); }
  .test { margin: 0; padding: .75rem; text-align: center; background: #ffd54a; color: #2b2300; }
  h1 { margin: 0; font-size: 1.8rem; }
  .quiet { color: var(--quiet); font-size: .95rem; }
  .problem { color: light-dark(#a3140d, #ff9d94); }
  .buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
  button { font: inherit; padding: .6rem 1.2rem; border: 2px solid #6b2d4f; border-radius: .6rem; background: #6b2d4f; color: #fff; cursor: pointer; }
  button.other { background: transparent; color: inherit; border-color: var(--edge); }
  :focus-visible { outline: 3px solid #2f7de1; outline-offset: 2px; }
  fieldset { margin: 1rem 0; border: 1px solid var(--edge); border-radius: .6rem; }
  fieldset label { display: block; padding: .2rem 0; }
  input[type=number] { font: inherit; width: 6rem; padding: .3rem; }
`;
