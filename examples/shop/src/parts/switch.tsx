/** A few ways to go on, of which one is open. */
export function Switch<Key extends string>(props: {
  legend: string;
  ways: Readonly<Record<Key, string>>;
  chosen: NoInfer<Key>;
  onChoose(key: NoInfer<Key>): void;
}) {
  const { legend, ways, chosen, onChoose } = props;
  return (
    <fieldset class="switch">
      <legend class="unseen">{legend}</legend>
      {(Object.keys(ways) as Key[]).map((key) => (
        <button key={key} type="button" aria-pressed={key === chosen} onClick={() => onChoose(key)}>
          {ways[key]}
        </button>
      ))}
    </fieldset>
  );
}
