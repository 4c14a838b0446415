// Options of `client.observe()` and `client.trace()`, and what waits for the last reports of workers.
import { setTimeout as delay } from "node:timers/promises";
import { ArgumentError } from "../../base/errors.js";
import { checkOptions, wholeNumber } from "../../base/option-schema.js";
import { type Observation, SPAN_KINDS } from "../../protocol/values/observation.js";

/** Options of {@link Client.observe}. */
export interface ObserveOptions {
  /** The most rows of what took time; more are thinned evenly; default: 100,000. */
  readonly spansMax?: number;
  /** A file that it is written to, as JSON. */
  readonly file?: string;
}

/** Options of {@link Client.trace}. */
export interface TraceOptions {
  /** Where the trace is written. */
  readonly file: string;
  /** The most rows of what took time; more are thinned evenly; default: 100,000. */
  readonly spansMax?: number;
}

const SPANS_MAX = 100_000;

/**
 * The options given, with defaults for the others.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or has an illegal value
 */
export function readObserveOptions(options: ObserveOptions) {
  checkOptions("observe()", options, {
    spansMax: wholeNumber(0),
    file: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  });
  return { spansMax: SPANS_MAX, ...options };
}

/**
 * The options of a trace, likewise.
 *
 * @throws ArgumentError `argument.value` when no file is named, too
 */
export function readTraceOptions(options: TraceOptions) {
  checkOptions("trace()", options ?? {}, {
    spansMax: wholeNumber(0),
    file: ["the path of a file", (value) => typeof value === "string" && value !== ""],
  });
  if (options?.file !== undefined) return { spansMax: SPANS_MAX, ...options };
  throw new ArgumentError("value", 'trace() needs a file to write: trace({ file: "run.json" })');
}

/** Workers report what took time twice a second: so long is waited for the last of it, and asked this often. */
const LAST_REPORTS_MS = 2_000;
const ASKED_EVERY_MS = 100;

/** What is observed once workers have reported all tasks that are done; what there is after two seconds. */
export async function allReported(observe: () => Promise<Observation>): Promise<Observation> {
  const untilMs = performance.now() + LAST_REPORTS_MS;
  for (;;) {
    const observation = await observe();
    const { spans, overview } = observation;
    const runs = spans.kinds.reduce(
      (sum, kind, row) =>
        SPAN_KINDS[kind] === "task" ? sum + (spans.weights[row] as number) : sum,
      0,
    );
    if (runs >= overview.tasks.done || performance.now() >= untilMs) return observation;
    await delay(ASKED_EVERY_MS);
  }
}
