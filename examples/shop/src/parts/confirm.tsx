import { useState } from "preact/hooks";
import { useAction } from "../use-data.ts";
import { Problem } from "./notice.tsx";

/** What takes the place of the element that had the focus takes the focus. */
const takeFocus = (element: HTMLElement | null) => element?.focus();

/** A button that asks once more before it does something. What is done then says where the focus goes. */
export function Confirm(props: { label: string; about: string; question: string; onConfirm(): Promise<void> }) {
  const { label, about, question, onConfirm } = props;
  const [step, setStep] = useState<"begin" | "asking" | "declined">("begin");
  const act = useAction(async () => {
    await onConfirm();
    setStep("begin");
  });
  if (step !== "asking") {
    return (
      <button
        type="button"
        class="plain"
        aria-label={`${label}: ${about}`}
        ref={step === "declined" ? takeFocus : null}
        onClick={() => setStep("asking")}
      >
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
      <button type="button" class="plain" ref={takeFocus} onClick={() => setStep("declined")}>
        No
      </button>
      <Problem error={act.error} />
    </fieldset>
  );
}
