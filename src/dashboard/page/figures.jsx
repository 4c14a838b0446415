// Figures with their names, as a list that wraps.

/** Longer values, such as addresses, are written smaller. */
const LONG = 20;

/** @param figures pairs of a name and its value */
export function Figures({ figures }) {
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={String(value).length > LONG ? "long" : ""}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
