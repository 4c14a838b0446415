// Spans of a worker, thread, client or scheduler since its last report. There is room for a fixed
// number. When it is full, every other span is left out and from then on every second,
// fourth, eighth is kept: those that are left are spread like all of them. Totals by name count
// every span.
import { SPAN_KINDS, type SpanKind } from "./observation.js";
import { everyOther, packSpanCode, SPAN_FIELDS } from "./span-rows.js";

/** Spans of one report. */
const SPANS_MAX = 512;
/** Names of one report; further ones are counted under the last. */
export const NAMES_MAX = 128;
/** Characters of a name. */
const NAME_LENGTH_MAX = 200;
/** The name of spans whose own there was no room for. */
export const OTHER_NAMES = "other spans";

/** Totals by name. Columns. */
export interface NamedTotals {
  /** Positions in SPAN_KINDS of observation.ts. */
  readonly kinds: readonly number[];
  /** Rows of named spans have the position of theirs in place of bytes. */
  readonly names: readonly string[];
  readonly counts: readonly number[];
  readonly totalMs: readonly number[];
  readonly longestMs: readonly number[];
}

/** All spans of a kind, those that were left out included. */
export interface KindSums {
  readonly count: number;
  readonly totalMs: number;
  /** Of spans without names. */
  readonly bytes: number;
}

/** The content of a report. */
export interface TakenSpans {
  /** Rows as in span-rows.ts. */
  readonly rows: Float64Array;
  /** How many spans each row stands for. */
  readonly weight: number;
  /** Absent if no span has a name. */
  readonly named?: NamedTotals;
}

interface Totals {
  readonly position: number;
  readonly kind: number;
  readonly name: string;
  count: number;
  totalMs: number;
  longestMs: number;
}

/** The log of spans. */
export class SpanLog {
  #rows = new Float64Array(0);
  #count = 0;
  #weight = 1;
  /** Spans that were seen since the last one that was kept. */
  #passed = 0;
  readonly #totals = new Map<string, Totals>();
  /** Per kind: how many, their time, their bytes. Reports do not reset them. */
  readonly #sums = new Float64Array(3 * SPAN_KINDS.length);

  get isEmpty(): boolean {
    return this.#count === 0 && this.#totals.size === 0;
  }

  /** Notes a span. It is left out where there are too many. */
  add(
    kind: number,
    thread: number,
    startMs: number,
    durationMs: number,
    layer: number,
    block: number,
    bytes: number,
    peer = -1,
  ): void {
    this.#sums[3 * kind] = (this.#sums[3 * kind] as number) + 1;
    this.#sums[3 * kind + 1] = (this.#sums[3 * kind + 1] as number) + durationMs;
    this.#sums[3 * kind + 2] = (this.#sums[3 * kind + 2] as number) + bytes;
    if (++this.#passed < this.#weight) return;
    this.#passed = 0;
    if (this.#count === SPANS_MAX) this.#thin();
    if (this.#rows.length === 0) this.#rows = new Float64Array(SPANS_MAX * SPAN_FIELDS);
    const rows = this.#rows;
    let at = this.#count++ * SPAN_FIELDS;
    rows[at++] = startMs;
    rows[at++] = durationMs;
    rows[at++] = layer;
    rows[at++] = block;
    rows[at++] = bytes;
    rows[at] = packSpanCode(kind, thread, peer);
  }

  /** Notes a span that has a name. All of them are counted. */
  addNamed(
    kind: number,
    thread: number,
    startMs: number,
    durationMs: number,
    layer: number,
    block: number,
    name: string,
  ): void {
    const totals = this.#totalsOf(kind, name.slice(0, NAME_LENGTH_MAX));
    totals.count++;
    totals.totalMs += durationMs;
    totals.longestMs = Math.max(totals.longestMs, durationMs);
    this.add(kind, thread, startMs, durationMs, layer, block, totals.position);
  }

  #totalsOf(kind: number, name: string): Totals {
    const key = `${kind} ${name}`;
    const known = this.#totals.get(key);
    if (known !== undefined) return known;
    const { size } = this.#totals;
    // The last places are for what has none, of each kind.
    if (size >= NAMES_MAX - 2 && name !== OTHER_NAMES) return this.#totalsOf(kind, OTHER_NAMES);
    const totals = { position: size, kind, name, count: 0, totalMs: 0, longestMs: 0 };
    this.#totals.set(key, totals);
    return totals;
  }

  /** Sums of a kind of spans since the log was made. */
  sumsOf(kind: SpanKind): KindSums {
    const at = 3 * SPAN_KINDS.indexOf(kind);
    const [count = 0, totalMs = 0, bytes = 0] = this.#sums.subarray(at, at + 3);
    return { count, totalMs, bytes };
  }

  /** The notes since the last call. */
  take(): TakenSpans {
    const rows = this.#rows.slice(0, this.#count * SPAN_FIELDS);
    const taken = { rows, weight: this.#weight };
    this.#count = 0;
    this.#weight = 1;
    this.#passed = 0;
    if (this.#totals.size === 0) return taken;
    const all = [...this.#totals.values()];
    const named = {
      kinds: all.map(({ kind }) => kind),
      names: all.map(({ name }) => name),
      counts: all.map(({ count }) => count),
      totalMs: all.map(({ totalMs }) => totalMs),
      longestMs: all.map(({ longestMs }) => longestMs),
    };
    this.#totals.clear();
    return { ...taken, named };
  }

  #thin(): void {
    const kept = everyOther(this.#rows, SPAN_FIELDS);
    this.#rows.set(kept);
    this.#count = kept.length / SPAN_FIELDS;
    this.#weight *= 2;
  }
}
