import { type Address, myAddresses } from "@nexus/client";
import { useRef, useState } from "preact/hooks";
import { nexus } from "../nexus.ts";
import { useData } from "../use-data.ts";
import { AddressForm } from "./address-form.tsx";
import { Problem } from "./notice.tsx";
import { SavedAddress } from "./saved-address.tsx";

/** Her saved addresses, and a form for another. */
export function AddressChoice(props: {
  goesTo(country: string): boolean;
  chosen: Address | undefined;
  onChoose(address: Address | undefined): void;
}) {
  const { goesTo, chosen, onChoose } = props;
  const saved = useData((signal) => myAddresses(nexus, { signal }), []);
  /** Which form is open: that of an address, by its id, or that of a new one. */
  const [form, setForm] = useState<string>();
  const toggle = (which: string) => setForm(form === which ? undefined : which);
  const legend = useRef<HTMLLegendElement>(null);
  /** After a change: what had the focus is gone, so it goes to the top of the list. */
  const showList = () => {
    setForm(undefined);
    saved.reload();
    legend.current?.focus();
  };
  const isFirst = saved.data?.length === 0;
  return (
    <div aria-busy={saved.isLoading}>
      <Problem error={saved.error} />
      <fieldset>
        <legend ref={legend} tabIndex={-1}>
          Where to?
        </legend>
        {saved.data?.map((address) => {
          const isChosen = address.id === chosen?.id;
          return (
            <SavedAddress
              key={address.id}
              address={address}
              goesTo={goesTo}
              isChosen={isChosen}
              isChanging={form === address.id}
              onChoose={() => onChoose(address)}
              onToggle={() => toggle(address.id)}
              onChange={(changed) => {
                if (isChosen) onChoose(changed);
                showList();
              }}
              onRemove={() => {
                if (isChosen) onChoose(undefined);
                showList();
              }}
            />
          );
        })}
      </fieldset>
      {!isFirst && (
        <button type="button" class="plain" aria-expanded={form === "new"} onClick={() => toggle("new")}>
          Another address
        </button>
      )}
      {(isFirst || form === "new") && (
        <AddressForm
          goesTo={goesTo}
          onSave={(address) => {
            onChoose(address);
            showList();
          }}
        />
      )}
    </div>
  );
}
