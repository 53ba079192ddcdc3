import { type CallOptions, call } from "./call.ts";
import type { NexusClient } from "./client.ts";
import { keyOf, type OnceOptions } from "./idempotency.ts";

export interface FittingPlace {
  readonly locationId: string;
  readonly serviceId: string;
  /** Sizes of gowns of which one piece has to be there and free. */
  readonly variantIds?: readonly string[];
  /** These very pieces, as those of a fitting that is moved. */
  readonly garmentIds?: readonly string[];
}

/** When a service can be booked at a branch, both days included: stylist, room and all wished gowns are free then. For anybody. */
export function fittingSlots(
  nexus: NexusClient,
  place: FittingPlace & { readonly fromDay: string; readonly toDay: string },
  options?: CallOptions,
) {
  const args = {
    location_id: place.locationId,
    service_id: place.serviceId,
    from_date: place.fromDay,
    to_date: place.toDay,
    variant_ids: [...(place.variantIds ?? [])],
    garment_ids: [...(place.garmentIds ?? [])],
  };
  return call(() => nexus.rpc("fitting_slots", args), options);
}

export interface FittingWish extends FittingPlace {
  /** One of `fittingSlots`. */
  readonly startsAt: string;
  /** One of the slot's `stylist_ids`; left out, whoever has least to do. */
  readonly stylistId?: string;
  readonly notes?: string;
  readonly guestNames?: readonly string[];
}

/**
 * Takes a stylist, a room and the gowns for one time: all of them, or nothing. For signed-in customers.
 *
 * @throws NexusError `slot_taken` with `details.next_free`, and those of docs/api.md
 */
export function bookFitting(nexus: NexusClient, wish: FittingWish, options: OnceOptions = {}) {
  const args = {
    location_id: wish.locationId,
    service_id: wish.serviceId,
    starts_at: wish.startsAt,
    garment_ids: [...(wish.garmentIds ?? [])],
    variant_ids: [...(wish.variantIds ?? [])],
    notes: wish.notes ?? "",
    guest_names: [...(wish.guestNames ?? [])],
    idempotency_key: keyOf(options),
    ...(wish.stylistId === undefined ? {} : { stylist_id: wish.stylistId }),
  };
  return call(() => nexus.rpc("book_fitting", args), options);
}

/**
 * Moves a fitting with its gowns; the old time stays until the new one is had.
 *
 * @throws NexusError `slot_taken` with `details.next_free`, `policy_window_passed`, `invalid_start`, `invalid_state`
 */
export function rescheduleFitting(
  nexus: NexusClient,
  { appointmentId, startsAt }: { readonly appointmentId: string; readonly startsAt: string },
  options?: CallOptions,
) {
  const args = { appointment_id: appointmentId, starts_at: startsAt };
  return call(() => nexus.rpc("reschedule_fitting", args), options);
}

/** Gives the time back. Repeating it changes nothing. */
export function cancelFitting(
  nexus: NexusClient,
  { appointmentId, reason }: { readonly appointmentId: string; readonly reason?: string },
  options?: CallOptions,
) {
  const args = { appointment_id: appointmentId, ...(reason === undefined ? {} : { reason }) };
  return call(() => nexus.rpc("cancel_fitting", args), options);
}

/** Waits for a time at a branch, when there is none; what becomes free is offered by mail. */
export function joinWaitlist(
  nexus: NexusClient,
  place: FittingPlace & { readonly fromDay: string; readonly toDay: string },
  options?: CallOptions,
) {
  const args = {
    location_id: place.locationId,
    service_id: place.serviceId,
    from_date: place.fromDay,
    to_date: place.toDay,
    variant_ids: [...(place.variantIds ?? [])],
    garment_ids: [...(place.garmentIds ?? [])],
  };
  return call(() => nexus.rpc("join_waitlist", args), options);
}

/** Takes the time that the waitlist holds for the customer. */
export function acceptFittingOffer(nexus: NexusClient, appointmentId: string, options?: CallOptions) {
  return call(() => nexus.rpc("accept_fitting_offer", { appointment_id: appointmentId }), options);
}
