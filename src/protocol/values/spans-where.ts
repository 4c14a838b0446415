// Some of the rows of an observation's spans.
import type { ObservedSpans } from "./observation.js";

/** The spans of the rows that are kept, in all columns. */
export function spansWhere(
  { cursor, ...columns }: ObservedSpans,
  isKept: (row: number) => boolean,
): ObservedSpans {
  const areKept = columns.kinds.map((_, row) => isKept(row));
  const kept = Object.entries(columns).map(([name, column]) => [
    name,
    column.filter((_, row) => areKept[row]),
  ]);
  return { ...(Object.fromEntries(kept) as Omit<ObservedSpans, "cursor">), cursor };
}
