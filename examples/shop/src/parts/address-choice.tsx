import { type Address, myAddresses } from "@nexus/client";
import { useState } from "preact/hooks";
import { countryName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useData } from "../use-data.ts";
import { AddressForm } from "./address-form.tsx";
import { Problem } from "./notice.tsx";

/** Her saved addresses, and a form for another. */
export function AddressChoice(props: {
  goesTo(country: string): boolean;
  chosen: Address | undefined;
  onChoose(address: Address): void;
}) {
  const { goesTo, chosen, onChoose } = props;
  const saved = useData((signal) => myAddresses(nexus, { signal }), []);
  const [isAdding, setAdding] = useState(false);
  const addresses = saved.data ?? [];
  const isFirst = saved.data?.length === 0;
  return (
    <div aria-busy={saved.isLoading}>
      <Problem error={saved.error} />
      <fieldset>
        <legend>Where to?</legend>
        {addresses.map((address) => (
          <label key={address.id} class="choice">
            <input
              type="radio"
              name="address"
              checked={address.id === chosen?.id}
              disabled={!goesTo(address.country)}
              onChange={() => onChoose(address)}
            />
            <span>
              {address.recipient}
              <span class="quiet">
                {[address.line_1, address.line_2, `${address.postal_code} ${address.city}`.trim(), address.region]
                  .filter(Boolean)
                  .join(", ")}
                , {countryName(address.country)}
                {!goesTo(address.country) && ": nothing is sent there this way"}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {!isFirst && (
        <button type="button" class="plain" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          Another address
        </button>
      )}
      {(isFirst || isAdding) && (
        <AddressForm
          goesTo={goesTo}
          onSave={(address) => {
            setAdding(false);
            saved.reload();
            onChoose(address);
          }}
        />
      )}
    </div>
  );
}
