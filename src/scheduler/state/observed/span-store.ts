// Spans of the whole run within a budget of bytes. The latest quarter is kept as it came. Older
// spans are thinned evenly: a long run is shown in less detail, from its start on.
import { Fifo } from "../../../base/fifo.js";
import type { WorkerId } from "../../../protocol/values/ids.js";
import { everyOther, SPAN_FIELDS } from "../../../protocol/values/span-rows.js";

/** Bytes of all rows, by default. */
const BYTES_MAX = 32 * 2 ** 20;
/** The bytes of a report besides its rows. */
const REPORT_BYTES = 100;

/** One worker's spans between two of its reports. */
export interface SpanReport {
  readonly worker: WorkerId;
  /** Rows as in span-rows.ts, by the worker's clock. */
  readonly rows: Float64Array;
  readonly weight: number;
  /** The position from which readers request later rows. */
  readonly sequence: number;
}

/** The spans of a run. */
export class SpanStore {
  readonly #bytesMax: number;
  #old: SpanReport[] = [];
  #oldBytes = 0;
  readonly #latest = new Fifo<SpanReport>();
  #latestBytes = 0;
  #sequence = 0;
  /** How often older spans were halved. */
  #halvings = 0;

  constructor(bytesMax = BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** The number of the next report. */
  get cursor(): number {
    return this.#sequence;
  }

  get bytes(): number {
    return this.#oldBytes + this.#latestBytes;
  }

  /** Takes a worker's report. */
  add(worker: WorkerId, rows: Float64Array, weight: number): void {
    if (rows.length === 0) return;
    const report = { worker, rows, weight, sequence: this.#sequence++ };
    this.#latest.push(report);
    this.#latestBytes += bytesOf(report);
    while (this.#latestBytes > this.#bytesMax / 4) this.#age();
    while (this.#oldBytes > (3 * this.#bytesMax) / 4) this.#halve();
  }

  /** Reports numbered `from` and later, oldest first. */
  since(from: number): readonly SpanReport[] {
    const all = [...this.#old, ...this.#latest];
    return from <= 0 ? all : all.filter(({ sequence }) => sequence >= from);
  }

  #age(): void {
    let report = this.#latest.shift();
    if (report === undefined) return;
    this.#latestBytes -= bytesOf(report);
    for (let k = 0; k < this.#halvings; k++) {
      const half = halved(report);
      if (half === undefined) return;
      report = half;
    }
    this.#old.push(report);
    this.#oldBytes += bytesOf(report);
  }

  #halve(): void {
    this.#halvings++;
    this.#old = this.#old.flatMap((report) => halved(report) ?? []);
    this.#oldBytes = this.#old.reduce((sum, report) => sum + bytesOf(report), 0);
  }
}

function bytesOf({ rows }: SpanReport): number {
  return rows.byteLength + REPORT_BYTES;
}

/** With every other span; of those that have one, every other is left out as a whole. */
function halved(report: SpanReport): SpanReport | undefined {
  const { rows, weight, sequence } = report;
  if (rows.length > SPAN_FIELDS) {
    return { ...report, rows: everyOther(rows, SPAN_FIELDS), weight: weight * 2 };
  }
  // Which one is a question of its number, and of another digit of that each time.
  const isKept = Math.floor(sequence / weight) % 2 === 0;
  return isKept ? { ...report, weight: weight * 2 } : undefined;
}
