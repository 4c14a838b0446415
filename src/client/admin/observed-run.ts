// Observes one run: what a scheduler did while a function ran. The run is that of the cluster or
// the threads that computed most of it; clusters that the function starts and closes are observed,
// too.
import { setTimeout as delay } from "node:timers/promises";
import { currentExecutor } from "../../graph/ports/executor.js";
import type { Observation } from "../../protocol/values/observation.js";
import { noObservation, notesSinceBegin, runOf, runsIn } from "./run-window.js";

/** Which spans are wanted. */
export interface WantedSpans {
  readonly spansMax: number;
  /** The `cursor` of an earlier answer; default: all. */
  readonly spansFrom?: number;
  /** Whether the notes that stories are made of are wanted, and logs; default: no. */
  readonly withNotes?: boolean;
}

/** The parts of a run that are wanted besides its totals. */
export type WantedParts = Omit<WantedSpans, "spansFrom">;

/** Something whose work a scheduler observes: a client, or the threads of this process. */
export interface Observed {
  /** @internal undefined while nothing was computed there */
  askObservation(wanted: WantedSpans): Promise<Observation | undefined>;
}

/**
 * Workers report what took time twice a second: so long is waited for the last of it at most, and
 * asked this often.
 */
const LAST_REPORTS_MS = 5_000;
/** The same where spans were thinned or a worker is gone: then not all of them come. */
const SOME_REPORTS_MS = 1_200;
const ASKED_EVERY_MS = 100;
/** A scheduler that does not answer is not waited for any longer. */
const ANSWER_MS = 15_000;
const NO_SPANS: WantedSpans = { spansMax: 0, spansFrom: Number.MAX_SAFE_INTEGER };

/** Listeners that hear of a client before it closes; it answers no question after that. */
const beforeClosing = new Set<(closing: Observed) => Promise<void>>();

/** @internal A client is about to close; it waits for what this returns. Mostly no one observes. */
export function noticeClosing(closing: Observed): Promise<unknown> | undefined {
  if (beforeClosing.size === 0) return undefined;
  return Promise.all(Array.from(beforeClosing, (hear) => hear(closing)));
}

/** The result of a function, and what was observed while it ran. */
export interface ObservedOutcome<T> {
  readonly run: Observation;
  /** Returns the function's result, or throws its error. */
  readonly result: () => T;
}

/**
 * Runs a function and observes what it computes.
 *
 * @param begun what is observed from now on; default: the current cluster, or the threads of this
 * process
 */
export async function observeWhile<T>(
  run: () => T,
  wanted: WantedParts,
  begun?: Observed,
): Promise<ObservedOutcome<Awaited<T>>> {
  const first = begun ?? observedNow();
  const before = await first?.askObservation(NO_SPANS);
  const observedFrom = (observed: Observed) => (observed === first ? before : undefined);
  const seen = new Map<Observed, Observation>();
  const look = async (observed: Observed) => {
    if (seen.has(observed)) return;
    // One that has gone meanwhile has nothing more to say.
    const asked = runBy(observed, wanted, observedFrom(observed)).catch(() => undefined);
    const found = await Promise.race([asked, delay(ANSWER_MS, undefined, { ref: false })]);
    if (found !== undefined) seen.set(observed, found);
  };
  beforeClosing.add(look);
  let result: () => Awaited<T>;
  try {
    const value = await run();
    result = () => value;
  } catch (error) {
    result = () => {
      throw error;
    };
  } finally {
    beforeClosing.delete(look);
  }
  for (const observed of begun === undefined ? [first, observedNow()] : [begun]) {
    if (observed !== undefined) await look(observed);
  }
  return { run: largest([...seen.values()]), result };
}

/**
 * The current cluster, or the threads of this process. Executors of users' own are not observed.
 */
function observedNow(): Observed | undefined {
  const executor = currentExecutor() as Partial<Observed>;
  return typeof executor.askObservation === "function" ? (executor as Observed) : undefined;
}

async function runBy(
  observed: Observed,
  { spansMax, withNotes = false }: WantedParts,
  before: Observation | undefined,
) {
  const end = await observed.askObservation(NO_SPANS);
  if (end === undefined) return undefined;
  const endMs = end.overview.nowMs;
  const spansFrom = before?.spans.cursor ?? 0;
  const run = await allReported(async () => {
    const after = (await observed.askObservation({ spansMax, spansFrom })) ?? end;
    return runOf(after, before, endMs);
  });
  if (!withNotes) return run;
  const told = await observed.askObservation({ ...NO_SPANS, withNotes });
  return { ...run, ...(told && notesSinceBegin(told, before)) };
}

/** All that was observed since the scheduler started, with the last that workers report. */
export async function wholeRun(observed: Observed, wanted: WantedParts): Promise<Observation> {
  return (await runBy(observed, wanted, undefined)) ?? nothing();
}

/** The run that did most. */
function largest(runs: readonly Observation[]): Observation {
  const tasks = ({ overview }: Observation) => overview.tasks.done + overview.tasks.failed;
  return runs.reduce((most, run) => (tasks(run) > tasks(most) ? run : most), runs[0] ?? nothing());
}

function nothing(): Observation {
  const event = {
    atMs: 0,
    level: "warn",
    text: "nothing was observed: nothing was computed, or the scheduler was gone",
  } as const;
  return { ...noObservation(), events: [event] };
}

/**
 * The run once workers have reported all tasks that are done; its state after a while otherwise.
 */
async function allReported(observe: () => Promise<Observation>): Promise<Observation> {
  const startMs = performance.now();
  for (;;) {
    const observation = await observe();
    const { spans, overview } = observation;
    const isGone = observation.workers.some(({ goneMs }) => goneMs !== undefined);
    const isPart = isGone || spans.weights.some((weight) => weight > 1);
    const waitMs = isPart ? SOME_REPORTS_MS : LAST_REPORTS_MS;
    const isLate = performance.now() - startMs >= waitMs;
    if (runsIn(spans) >= overview.tasks.done || isLate) return observation;
    await delay(ASKED_EVERY_MS);
  }
}
