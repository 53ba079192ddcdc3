import { type myFittings, rescheduleFitting } from "@nexus/client";
import { useState } from "preact/hooks";
import { momentIn } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useAction } from "../use-data.ts";
import { Good, Problem } from "./notice.tsx";
import { Slots } from "./slots.tsx";

type Fitting = Awaited<ReturnType<typeof myFittings>>[number];

/** Another time for a fitting, with the same gowns. She keeps the one that she has until she has the other. */
export function MoveFitting(props: {
  fitting: Fitting & { readonly [Place in "location" | "service"]: NonNullable<Fitting[Place]> };
  about: string;
  /** The boutique does not move it any more. */
  isLate: boolean;
  onMove(): void;
}) {
  const { fitting, about, isLate, onMove } = props;
  const { location, service, garments } = fitting;
  const [isOpen, setOpen] = useState(false);
  const [startsAt, setStartsAt] = useState<string>();
  const [movedTo, setMovedTo] = useState<string>();
  const [round, setRound] = useState(0);
  const move = useAction(async () => {
    if (startsAt === undefined) return;
    try {
      await rescheduleFitting(nexus, { appointmentId: fitting.id, startsAt });
      setMovedTo(startsAt);
      setOpen(false);
      onMove();
    } finally {
      // Whether she has it or somebody else: it is not free any more.
      setStartsAt(undefined);
      setRound(round + 1);
    }
  });
  return (
    <>
      {!isLate && (
        <button
          type="button"
          class="plain"
          aria-label={`Move: ${about}`}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          Move
        </button>
      )}
      {movedTo && !isOpen && (
        <Good>
          <p>It is on {momentIn(location.timezone, movedTo)} now. A mail is on its way.</p>
        </Good>
      )}
      {isOpen && (
        <form
          class="fitting-form"
          onSubmit={(event) => {
            event.preventDefault();
            void move.run();
          }}
        >
          <Slots
            place={{
              locationId: location.id,
              serviceId: service.id,
              garmentIds: garments.map(({ garment_id }) => garment_id),
            }}
            timezone={location.timezone}
            round={round}
            chosen={startsAt}
            onChoose={setStartsAt}
          />
          <Problem error={move.error} />
          <button type="submit" class="wide" disabled={startsAt === undefined || move.isBusy}>
            {startsAt === undefined ? "Choose a time" : `Move it to ${momentIn(location.timezone, startsAt)}`}
          </button>
        </form>
      )}
    </>
  );
}
