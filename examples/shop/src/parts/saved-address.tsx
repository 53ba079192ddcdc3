import { type Address, removeAddress } from "@nexus/client";
import { countryName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { AddressForm } from "./address-form.tsx";
import { Confirm } from "./confirm.tsx";

/** One of her addresses, to choose, to change or to remove. */
export function SavedAddress(props: {
  address: Address;
  goesTo(country: string): boolean;
  isChosen: boolean;
  isChanging: boolean;
  onChoose(): void;
  /** Opens the form, or closes it. */
  onToggle(): void;
  onChange(address: Address): void;
  onRemove(): void;
}) {
  const { address, goesTo, isChosen, isChanging } = props;
  const { id, recipient, line_1, line_2, postal_code, city, region, country } = address;
  const isReached = goesTo(country);
  return (
    <div>
      <label class="choice">
        <input type="radio" name="address" checked={isChosen} disabled={!isReached} onChange={props.onChoose} />
        <span>
          {recipient}
          <span class="quiet">
            {[line_1, line_2, `${postal_code} ${city}`.trim(), region].filter(Boolean).join(", ")},{" "}
            {countryName(country)}
            {!isReached && ": nothing is sent there this way"}
          </span>
        </span>
      </label>
      <div class="acts">
        <button
          type="button"
          class="plain"
          aria-label={`Change: ${line_1}`}
          aria-expanded={isChanging}
          onClick={props.onToggle}
        >
          Change
        </button>
        <Confirm
          label="Remove"
          about={line_1}
          question="Forget this address?"
          onConfirm={async () => {
            await removeAddress(nexus, id);
            props.onRemove();
          }}
        />
      </div>
      {isChanging && <AddressForm address={address} goesTo={goesTo} onSave={props.onChange} />}
    </div>
  );
}
