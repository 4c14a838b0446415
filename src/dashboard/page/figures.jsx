// Figures with their names, as a list that wraps.

/** @param figures pairs of a name and its value */
export function Figures({ figures }) {
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
