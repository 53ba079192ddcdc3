import { type Address, addressFormats, changeAddress, saveAddress } from "@nexus/client";
import { useState } from "preact/hooks";
import { countryName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { Problem } from "./notice.tsx";

/** A new address, or another in the place of a saved one, with the fields that its country asks for. */
export function AddressForm(props: {
  /** What is changed. */
  address?: Address;
  goesTo(country: string): boolean;
  onSave(address: Address): void;
}) {
  const { address, goesTo, onSave } = props;
  const { user } = useSession();
  const formats = useData((signal) => addressFormats(nexus, { signal }), []);
  const known = formats.data ?? [];
  const reached = known.map(({ country }) => country).filter(goesTo);
  // Also where nothing is sent to or no format is known of: a change of the street is none of the country.
  const countries = [...new Set(address ? [...reached, address.country] : reached)]
    .map((code) => ({ ...known.find(({ country }) => country === code), code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
  const [chosen, setChosen] = useState(address?.country);
  const format = countries.find(({ code }) => code === chosen) ?? countries[0];
  const save = useAction(async (form: FormData) => {
    // What the form does not ask for in a country stays while she stays there.
    const before = form.get("country") === address?.country ? address : undefined;
    const field = (name: keyof Address) => String(form.get(name) ?? before?.[name] ?? "").trim();
    const input = {
      recipient: field("recipient"),
      line1: field("line_1"),
      line2: field("line_2"),
      city: field("city"),
      region: field("region"),
      postalCode: field("postal_code"),
      country: field("country"),
      phone: field("phone"),
    };
    onSave(await (address ? changeAddress(nexus, address.id, input) : saveAddress(nexus, input)));
  });
  if (formats.data === undefined) return <Problem error={formats.error} />;
  if (format === undefined) {
    return <p class="nothing">There is no country that all of this is sent to. Fetch a part of it.</p>;
  }
  return (
    <form
      class="address"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run(new FormData(event.currentTarget));
      }}
    >
      <label>
        <span>Name on the parcel</span>
        <input
          name="recipient"
          autocomplete="name"
          required
          maxLength={200}
          defaultValue={address?.recipient ?? user?.user_metadata["display_name"] ?? ""}
        />
      </label>
      <label>
        <span>Country</span>
        <select
          name="country"
          autocomplete="country"
          value={format.code}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {countries.map(({ code, name }) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Street and number</span>
        <input name="line_1" autocomplete="address-line1" required maxLength={200} defaultValue={address?.line_1} />
      </label>
      <label>
        <span>Flat, floor, landmark (optional)</span>
        <input name="line_2" autocomplete="address-line2" maxLength={200} defaultValue={address?.line_2} />
      </label>
      <div class="pair">
        {format.postal_code_example && (
          <label>
            <span>Postal code, such as {format.postal_code_example}</span>
            <input
              name="postal_code"
              autocomplete="postal-code"
              required
              maxLength={20}
              defaultValue={address?.postal_code}
            />
          </label>
        )}
        <label>
          <span>City</span>
          <input name="city" autocomplete="address-level2" required maxLength={120} defaultValue={address?.city} />
        </label>
      </div>
      {format.needs_region && (
        <label>
          <span>State, province or emirate</span>
          <input name="region" autocomplete="address-level1" required maxLength={120} defaultValue={address?.region} />
        </label>
      )}
      <label>
        <span>Phone, for the courier (optional)</span>
        <input
          name="phone"
          type="tel"
          autocomplete="tel"
          pattern="\+?[0-9 \(\)\/\-]{5,25}"
          title="Digits and spaces, such as +251 91 123 4567"
          defaultValue={address?.phone}
        />
      </label>
      <Problem error={save.error} />
      <button type="submit" disabled={save.isBusy}>
        {address ? "Keep the changes" : "Keep this address"}
      </button>
    </form>
  );
}
