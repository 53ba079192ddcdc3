import { type Address, addressFormats, saveAddress } from "@nexus/client";
import { useState } from "preact/hooks";
import { countryName } from "../format.ts";
import { nexus } from "../nexus.ts";
import { useSession } from "../session.tsx";
import { useAction, useData } from "../use-data.ts";
import { Problem } from "./notice.tsx";

/** A new address, with the fields that its country asks for. */
export function AddressForm(props: { goesTo(country: string): boolean; onSave(address: Address): void }) {
  const { user } = useSession();
  const formats = useData((signal) => addressFormats(nexus, { signal }), []);
  const countries = (formats.data ?? [])
    .filter(({ country }) => props.goesTo(country))
    .map((format) => ({ ...format, name: countryName(format.country) }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
  const [chosen, setChosen] = useState<string>();
  const format = countries.find(({ country }) => country === chosen) ?? countries[0];
  const save = useAction(async (form: FormData) => {
    const field = (name: string) => String(form.get(name) ?? "").trim();
    const address = await saveAddress(nexus, {
      recipient: field("recipient"),
      line1: field("line_1"),
      line2: field("line_2"),
      city: field("city"),
      region: field("region"),
      postalCode: field("postal_code"),
      country: field("country"),
      phone: field("phone"),
    });
    props.onSave(address);
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
          defaultValue={user?.user_metadata["display_name"] ?? ""}
        />
      </label>
      <label>
        <span>Country</span>
        <select
          name="country"
          autocomplete="country"
          value={format.country}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {countries.map(({ country, name }) => (
            <option key={country} value={country}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Street and number</span>
        <input name="line_1" autocomplete="address-line1" required maxLength={200} />
      </label>
      <label>
        <span>Flat, floor, landmark (optional)</span>
        <input name="line_2" autocomplete="address-line2" maxLength={200} />
      </label>
      <div class="pair">
        {format.postal_code_example && (
          <label>
            <span>Postal code, such as {format.postal_code_example}</span>
            <input name="postal_code" autocomplete="postal-code" required maxLength={20} />
          </label>
        )}
        <label>
          <span>City</span>
          <input name="city" autocomplete="address-level2" required maxLength={120} />
        </label>
      </div>
      {format.needs_region && (
        <label>
          <span>State, province or emirate</span>
          <input name="region" autocomplete="address-level1" required maxLength={120} />
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
        />
      </label>
      <Problem error={save.error} />
      <button type="submit" disabled={save.isBusy}>
        Keep this address
      </button>
    </form>
  );
}
