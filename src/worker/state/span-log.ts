// Spans of this worker since its last report: the time of its threads, transfers and disk. There is
// room for a fixed number. When it is full, every other span is left out and from then on every
// second, fourth, eighth is kept: those that are left are spread like all of them.
import { everyOther, packSpanCode, SPAN_FIELDS } from "../../protocol/values/span-rows.js";

/** Spans of one report. */
const SPANS_MAX = 512;

/** The content of a report. */
export interface TakenSpans {
  /** Rows as in span-rows.ts. */
  readonly rows: Float64Array;
  /** How many spans each row stands for. */
  readonly weight: number;
}

/** The log of spans. */
export class SpanLog {
  #rows = new Float64Array(0);
  #count = 0;
  #weight = 1;
  /** Spans that were seen since the last one that was kept. */
  #passed = 0;

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

  /** The notes since the last call. */
  take(): TakenSpans {
    const taken = { rows: this.#rows.slice(0, this.#count * SPAN_FIELDS), weight: this.#weight };
    this.#count = 0;
    this.#weight = 1;
    this.#passed = 0;
    return taken;
  }

  #thin(): void {
    const kept = everyOther(this.#rows, SPAN_FIELDS);
    this.#rows.set(kept);
    this.#count = kept.length / SPAN_FIELDS;
    this.#weight *= 2;
  }
}
