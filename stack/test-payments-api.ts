import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { captureInput, chargeInput, refundInput, sessionInput } from "../functions/_shared/payments/test-protocol.ts";
import { BankRefusal, type TestBank } from "./test-payments-bank.ts";
import { checkoutPages } from "./test-payments-page.ts";

/** How the server misbehaves, for tests of those who call it. */
export const faultInput = z.object({
  mode: z.enum(["ok", "slow", "500", "wrong_json", "down"]),
  /** How slow, in milliseconds. */
  ms: z.number().int().min(0).max(600_000).default(1_000),
});
export type Fault = z.infer<typeof faultInput>;

/**
 * The test provider's own protocol under /v1, its pages under /checkout, and /control.
 *
 * @param secret of whoever may call all but the pages
 */
export function testPaymentsApp(bank: TestBank, secret: string, setFault: (fault: Fault) => void) {
  const app = new Hono();
  app.onError((error, context) => {
    if (error instanceof BankRefusal) return context.json({ code: error.code, message: error.message }, error.status);
    if (error instanceof z.ZodError)
      return context.json({ code: "invalid_input", message: z.prettifyError(error) }, 400);
    if (error instanceof SyntaxError) return context.json({ code: "invalid_input", message: "Send JSON." }, 400);
    console.error(error);
    return context.json({ code: "internal_error", message: "The test provider has failed." }, 500);
  });
  app.notFound((context) => context.json({ code: "no_such_route", message: "There is nothing here." }, 404));
  app.get("/", (context) => context.text("The test provider of payments. No money moves here.\n"));
  app.route("/checkout", checkoutPages(bank));

  app.use(async (context, next) => {
    const given = /^Bearer (.+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const digest = (text: string) => createHash("sha256").update(text).digest();
    if (timingSafeEqual(digest(given), digest(secret))) return next();
    return context.json({ code: "invalid_key", message: "Send the secret: Authorization: Bearer ..." }, 401);
  });
  app.post("/control", async (context) => {
    setFault(faultInput.parse(await context.req.json()));
    return context.body(null, 204);
  });
  app.post("/v1/sessions", async (context) =>
    context.json(await bank.open(sessionInput.parse(await context.req.json()))),
  );
  app.get("/v1/sessions/:reference", async (context) => context.json(await bank.find(context.req.param("reference"))));
  app.post("/v1/sessions/:reference/close", async (context) =>
    context.json(await bank.close(context.req.param("reference"))),
  );
  app.post("/v1/payments/:id/capture", async (context) => {
    const { amount } = captureInput.parse(await context.req.json());
    return context.json(await bank.capture(context.req.param("id"), amount));
  });
  app.post("/v1/payments/:id/release", async (context) => context.json(await bank.release(context.req.param("id"))));
  app.post("/v1/refunds", async (context) =>
    context.json(await bank.refund(refundInput.parse(await context.req.json()))),
  );
  app.get("/v1/refunds/:id", (context) => context.json(bank.findRefund(context.req.param("id"))));
  app.post("/v1/charges", async (context) =>
    context.json(await bank.charge(chargeInput.parse(await context.req.json()))),
  );
  return app;
}
