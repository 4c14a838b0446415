// Futures in order of completion: one by one or in batches, with more to come on the way.
import { ClusterError } from "../../base/errors.js";
import { checkOptions, type Expectations, MILLISECONDS } from "../../base/option-schema.js";
import { whileWaiting } from "../../context/task-context.js";
import { Future } from "./future.js";
import { checkedFutures } from "./future-sets.js";

/**
 * A call that has ended, as {@link asCompleted} gives it: futures by themselves would be awaited.
 */
export interface Completed<T> {
  readonly future: Future<T>;
  /** Its position in the list, and behind it among those that were added. */
  readonly position: number;
}

/** Options of {@link asCompleted}. */
export interface AsCompletedOptions {
  /** How long all of them may take; default: no limit. */
  readonly timeoutMs?: number;
}

/**
 * The result of {@link asCompleted}: ended calls one by one, or by `batches()` all that there are.
 */
export interface Completions<T> extends AsyncGenerator<Completed<T>, void, undefined> {
  /** Has the loop go on until these have ended, too. */
  add(futures: Future<T> | Iterable<Future<T>>): void;
  /** Lists of calls that have ended since the last: at least one each time. */
  batches(): AsyncGenerator<readonly Completed<T>[], void, undefined>;
}

const EXPECTED: Expectations<AsCompletedOptions> = { timeoutMs: MILLISECONDS };

/**
 * Yields futures as their calls end, whether they succeed or fail. More can be added while the loop
 * goes on.
 *
 * @param futures a list of futures
 * @throws ArgumentError `argument.value` when an element is not a future, or an option is not what
 * it may be
 * @throws ClusterError `cluster.timeout` in the loop, when the calls have not all ended in time
 * @see https://distributed.dask.org/en/stable/api.html#distributed.as_completed
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const double = (x: number) => 2 * x;
 * const completed = asCompleted([cluster.client.submit(double, 1)]);
 * let last = 0;
 * for await (const { future } of completed) {
 *   last = await future;
 *   if (last < 10) completed.add(cluster.client.submit(double, last));
 * }
 * last; // → 16
 * await cluster.close();
 */
export function asCompleted<T>(
  futures: Iterable<Future<T>>,
  options: AsCompletedOptions = {},
): Completions<T> {
  checkOptions("asCompleted()", options, EXPECTED);
  const ends = new Ends<T>(options.timeoutMs);
  ends.add(checkedFutures("asCompleted", futures));
  return Object.assign(ends.each(), {
    add: (more: Future<T> | Iterable<Future<T>>) =>
      ends.add(checkedFutures("add", more instanceof Future ? [more] : more)),
    batches: () => ends.batches(),
  }) as Completions<T>;
}

/** The ends of calls, in order. */
class Ends<T> {
  readonly #dueMs: number;
  readonly #timeoutMs: number | undefined;
  readonly #ended: Completed<T>[] = [];
  #total = 0;
  #given = 0;
  #wake = () => {};

  constructor(timeoutMs: number | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#dueMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  }

  add(futures: readonly Future<T>[]): void {
    for (const future of futures) {
      const position = this.#total++;
      Future.whenEnded(future, () => {
        this.#ended.push({ future, position });
        this.#wake();
      });
    }
    this.#wake();
  }

  async *each(): AsyncGenerator<Completed<T>, void, undefined> {
    while (await this.#isThereOne()) yield this.#ended[this.#given++] as Completed<T>;
  }

  async *batches(): AsyncGenerator<readonly Completed<T>[], void, undefined> {
    while (await this.#isThereOne()) {
      const batch = this.#ended.slice(this.#given);
      this.#given = this.#ended.length;
      yield batch;
    }
  }

  /** Waits for the end of a call that was not given yet; false when all have been. */
  async #isThereOne(): Promise<boolean> {
    while (this.#given < this.#total && this.#given >= this.#ended.length) {
      const leftMs = this.#dueMs - performance.now();
      if (leftMs <= 0) throw this.#late();
      await whileWaiting(this.#news(leftMs));
    }
    return this.#given < this.#total;
  }

  #news(leftMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(leftMs) ? setTimeout(resolve, leftMs) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #late(): ClusterError {
    const open = this.#total - this.#ended.length;
    const text = `asCompleted(): ${open} of ${this.#total} calls have not ended within ${this.#timeoutMs} ms`;
    return new ClusterError("timeout", text, { open, timeoutMs: this.#timeoutMs });
  }
}
