// Frames of the live page: everything in the first one, then only the rows that have changed. They
// are made once for all pages, and only while one is open.
import type {
  ObservedEvent,
  ObservedLayer,
  ObservedOverview,
  ObservedSample,
} from "../../protocol/values/observation.js";
import {
  observedJobs,
  observedLayers,
  observedWorkers,
  overviewOf,
} from "../../scheduler/inspect/observe-run.js";
import type { SchedulerState } from "../../scheduler/state/scheduler-state.js";

/** Layers of the first frame. */
const ROWS_MAX = 5_000;
/** Rows of a table that are compared. */
const STAMPS_MAX = 20_000;

/** The data of one message to a page. */
interface Frame {
  readonly type: "all" | "changes";
  readonly overview: ObservedOverview;
  readonly epochMs: number | undefined;
  readonly layers: readonly object[];
  readonly workers: readonly object[];
  readonly jobs: readonly object[];
  readonly samples: readonly ObservedSample[];
  readonly events: readonly ObservedEvent[];
  readonly errors: readonly object[];
  /** Absent where they are as in the last message. */
  readonly clients?: readonly object[];
  readonly spanTotals?: readonly object[];
}

/** The rows of a table by what they were like in the last frame. */
class Stamps<Id> {
  readonly #stamps = new Map<Id, number | string>();

  /** Whether the row differs from the last frame; from now on it is known as it is. */
  hasChanged(id: Id, stamp: number | string): boolean {
    if (this.#stamps.get(id) === stamp) return false;
    this.#stamps.delete(id);
    this.#stamps.set(id, stamp);
    if (this.#stamps.size > STAMPS_MAX) {
      for (const oldest of this.#stamps.keys()) {
        this.#stamps.delete(oldest);
        break;
      }
    }
    return true;
  }
}

/** Makes the frames of one scheduler. */
export class Frames {
  readonly #state: SchedulerState;
  readonly #layers = new Stamps<number>();
  readonly #workers = new Stamps<number>();
  readonly #jobs = new Stamps<string>();
  readonly #spans = new Stamps<"spans">();
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(state: SchedulerState) {
    this.#state = state;
  }

  /** Everything, for a page that has nothing yet or has missed frames. */
  all(): string {
    const { observer } = this.#state;
    const { layers, tasks } = observedLayers(this.#state);
    return JSON.stringify({
      type: "all",
      overview: overviewOf(this.#state, tasks),
      epochMs: observer.epochMs,
      layers: latestFirst(layers),
      workers: observedWorkers(this.#state),
      jobs: observedJobs(this.#state),
      samples: observer.samples.all(),
      events: observer.events,
      errors: observer.errors,
      ...this.#namedSpans(),
    } satisfies Frame);
  }

  #namedSpans() {
    const { clients, spanTotals } = this.#state.observer;
    return { clients: clientsOf(clients.values()), spanTotals: spanTotals.all() };
  }

  /** The changes since the last call. */
  changes(): string {
    const { observer, nowMs } = this.#state;
    const { layers, tasks } = observedLayers(this.#state, (row, stamp) =>
      this.#layers.hasChanged(row, stamp),
    );
    const sinceMs = this.#sinceMs;
    const isNew = ({ atMs }: { readonly atMs: number }) => atMs > sinceMs;
    this.#sinceMs = nowMs;
    return JSON.stringify({
      type: "changes",
      overview: overviewOf(this.#state, tasks),
      epochMs: observer.epochMs,
      layers,
      workers: observedWorkers(this.#state).filter((row) =>
        this.#workers.hasChanged(row.id, JSON.stringify(row)),
      ),
      jobs: observedJobs(this.#state).filter(
        ({ id, submittedMs, state, total, done, movedBytes }) =>
          this.#jobs.hasChanged(`${id} ${submittedMs}`, `${state} ${total} ${done} ${movedBytes}`),
      ),
      samples: observer.samples.all().filter(isNew),
      events: observer.events.filter(isNew),
      errors: observer.errors.filter(isNew),
      ...(this.#spans.hasChanged("spans", observer.spanTotals.stamp) ? this.#namedSpans() : {}),
    } satisfies Frame);
  }
}

function clientsOf(clients: Iterable<{ readonly id: number; readonly name: string }>): object[] {
  return Array.from(clients, ({ id, name }) => ({ id, name }));
}

/** No more rows than a page takes, the latest ones. */
function latestFirst(layers: readonly ObservedLayer[]): readonly ObservedLayer[] {
  return layers.slice(-ROWS_MAX);
}
