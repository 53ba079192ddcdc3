import { useState } from "preact/hooks";
import { useAction } from "../use-data.ts";
import { Problem } from "./notice.tsx";

/** A button that asks once more before it does something. */
export function Confirm(props: { label: string; about: string; question: string; onConfirm(): Promise<void> }) {
  const { label, about, question, onConfirm } = props;
  const [isAsking, setAsking] = useState(false);
  const act = useAction(async () => {
    await onConfirm();
    setAsking(false);
  });
  if (!isAsking) {
    return (
      <button type="button" class="plain" aria-label={`${label}: ${about}`} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  return (
    <fieldset class="confirm">
      <legend>{question}</legend>
      <button type="button" class="small" disabled={act.isBusy} onClick={() => void act.run()}>
        Yes
      </button>
      <button type="button" class="plain" onClick={() => setAsking(false)}>
        No
      </button>
      <Problem error={act.error} />
    </fieldset>
  );
}
