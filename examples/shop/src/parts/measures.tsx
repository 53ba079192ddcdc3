import type { Measurements } from "@nexus/client";

/** What a person may measure, as the API takes it. */
const measures = {
  height_cm: { label: "Height, cm", least: 100, most: 250 },
  weight_kg: { label: "Weight, kg", least: 25, most: 300 },
  bust_cm: { label: "Bust, cm", least: 40, most: 250 },
  waist_cm: { label: "Waist, cm", least: 40, most: 250 },
  hips_cm: { label: "Hips, cm", least: 40, most: 250 },
} as const;
type Measure = keyof typeof measures;
const names = Object.keys(measures) as Measure[];

/** Fields for a body, each of which may stay empty. */
export function Measures({ saved }: { saved?: Readonly<Partial<Record<Measure, number | null>>> | null | undefined }) {
  return (
    <div class="fields">
      {names.map((name) => (
        <label key={name}>
          <span>{measures[name].label}</span>
          <input
            name={name}
            type="number"
            inputMode="decimal"
            step="0.1"
            min={measures[name].least}
            max={measures[name].most}
            defaultValue={saved?.[name] ?? ""}
          />
        </label>
      ))}
    </div>
  );
}

/** What was filled in. */
export function readMeasures(form: FormData): Omit<Measurements, "age"> {
  const given = names.map((name) => [name, form.get(name)] as const).filter(([, value]) => value);
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}
