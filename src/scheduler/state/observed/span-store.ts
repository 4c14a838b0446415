// Spans of the whole run within a budget of bytes. The latest quarter is kept as it came. Older
// spans are thinned evenly: a long run is shown in less detail, from its start on.
import { Fifo } from "../../../base/fifo.js";
import { everyOther, SPAN_FIELDS } from "../../../protocol/values/span-rows.js";

/** Bytes of all rows, by default. */
const BYTES_MAX = 32 * 2 ** 20;
/** The bytes of a report besides its rows. */
const REPORT_BYTES = 100;

/** The spans of a worker or client between two of its reports, or of the scheduler. */
export interface SpanReport {
  /** A worker's number, a client's, which is negative, or that of the scheduler. */
  readonly origin: number;
  /** Names, by which rows name theirs. */
  readonly names: readonly string[];
  /** Rows as in span-rows.ts, by the clock of their origin. */
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

  /** Takes a report. */
  add(origin: number, rows: Float64Array, weight: number, names: readonly string[] = []): void {
    if (rows.length === 0) return;
    const report = { origin, rows, weight, names, sequence: this.#sequence++ };
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

function bytesOf({ rows, names }: SpanReport): number {
  const characters = names.reduce((sum, name) => sum + name.length, 0);
  return rows.byteLength + REPORT_BYTES + 2 * characters;
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
