// Totals of named spans, on all workers and clients. Bounded: once there are very many names, those
// that come later are counted together.
import { type ObservedNamedSpan, SPAN_KINDS } from "../../../protocol/values/observation.js";
import { type NamedTotals, OTHER_NAMES } from "../../../protocol/values/span-log.js";

const NAMES_MAX = 500;

type Total = { -readonly [K in keyof ObservedNamedSpan]: ObservedNamedSpan[K] };

/** The totals by kind and name. */
export class SpanTotals {
  readonly #totals = new Map<string, Total>();
  #stamp = 0;

  /** A number that differs when a total does. */
  get stamp(): number {
    return this.#stamp;
  }

  /** Takes a report. */
  add({ kinds, names, counts, totalMs, longestMs }: NamedTotals): void {
    this.#stamp++;
    names.forEach((name, k) => {
      const total = this.#totalOf(SPAN_KINDS[kinds[k] as number] === "client", name);
      total.count += counts[k] as number;
      total.totalMs += totalMs[k] as number;
      total.longestMs = Math.max(total.longestMs, longestMs[k] as number);
    });
  }

  #totalOf(isClient: boolean, name: string): Total {
    const kind = isClient ? "client" : "span";
    const key = `${kind} ${name}`;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    if (this.#totals.size >= NAMES_MAX && name !== OTHER_NAMES) {
      return this.#totalOf(isClient, OTHER_NAMES);
    }
    const total: Total = { name, kind, count: 0, totalMs: 0, longestMs: 0 };
    this.#totals.set(key, total);
    return total;
  }

  /** Those that took most time come first. */
  all(): ObservedNamedSpan[] {
    const totals = Array.from(this.#totals.values(), (total) => ({ ...total }));
    return totals.sort((a, b) => b.totalMs - a.totalMs);
  }
}
