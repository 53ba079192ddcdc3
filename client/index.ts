/** Typed client of Nexus: `createNexusClient`, one function per call, and errors with stable codes. */
export * from "./addresses.ts";
export * from "./bookings.ts";
export type { CallOptions } from "./call.ts";
export * from "./cart.ts";
export * from "./catalog.ts";
export * from "./client.ts";
export * from "./errors.ts";
export * from "./fittings.ts";
export { newIdempotencyKey, type OnceOptions } from "./idempotency.ts";
export * from "./payments.ts";
export * from "./people.ts";
export * from "./rentals.ts";
export * from "./reviews.ts";
export * from "./sizes.ts";
export * from "./staff.ts";
export * from "./values.ts";
