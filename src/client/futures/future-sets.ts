// Waits for some of many futures. as-completed.ts has each in order of completion, future.ts a
// single one.
import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { checkOption, wholeNumber } from "../../base/option-schema.js";
import { whileWaiting } from "../../context/task-context.js";
import { Future } from "./future.js";

/** When {@link wait} returns, besides when all calls have ended. */
export type ReturnWhen = "allCompleted" | "firstCompleted" | "firstException";

/** Options of {@link wait}. */
export interface WaitOptions {
  /** The condition to wait for; default: `allCompleted`. */
  readonly returnWhen?: ReturnWhen;
  /** How many calls have to end, whichever they are; default: as `returnWhen` says. */
  readonly count?: number;
  /** The longest wait; default: no limit. */
  readonly timeoutMs?: number;
}

/**
 * The futures of ended calls, whether they succeeded or failed, and of the others; each in the
 * order given.
 */
export interface Waited<T> {
  readonly done: readonly Future<T>[];
  readonly notDone: readonly Future<T>[];
}

const RETURN_WHEN: readonly unknown[] = ["allCompleted", "firstCompleted", "firstException"];

/**
 * Waits until calls have ended; their values stay on the workers.
 *
 * @param futures a list of futures
 * @returns which have, and which have not
 * @throws ArgumentError `argument.value` when an option has an illegal value, or an element is not
 * a future
 * @see https://distributed.dask.org/en/stable/api.html#distributed.wait
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const futures = cluster.client.map((x: number) => x + 1, [1, 2, 3]);
 * const { done } = await wait(futures);
 * done.length; // → 3
 * await cluster.close();
 */
export function wait<T>(
  futures: Iterable<Future<T>>,
  { returnWhen = "allCompleted", timeoutMs, count }: WaitOptions = {},
): Promise<Waited<T>> {
  if (!RETURN_WHEN.includes(returnWhen)) {
    const text = `returnWhen is ${JSON.stringify(returnWhen)}: expected ${RETURN_WHEN.join(", ")}`;
    throw new ArgumentError("value", text, { returnWhen });
  }
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    const text = `timeoutMs is ${timeoutMs}: expected a number of milliseconds`;
    throw new ArgumentError("value", text, { timeoutMs });
  }
  const all = checkedFutures("wait", futures);
  if (count !== undefined) checkOption("count", count, wholeNumber(0, all.length));
  return whileWaiting(enough(all, returnWhen, timeoutMs, count));
}

/** Resolves when as many have ended as are waited for. */
function enough<T>(
  all: readonly Future<T>[],
  returnWhen: ReturnWhen,
  timeoutMs: number | undefined,
  count = all.length,
): Promise<Waited<T>> {
  return new Promise((resolve) => {
    let open = count;
    const isDone = (future: Future<T>) => future.status !== "pending";
    const end = () => {
      clearTimeout(timer);
      resolve({ done: all.filter(isDone), notDone: all.filter((future) => !isDone(future)) });
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(end, timeoutMs);
    if (open === 0) end();
    for (const future of all) {
      Future.whenEnded(future, () => {
        const isEnough =
          returnWhen === "firstCompleted" ||
          (returnWhen === "firstException" && future.status !== "finished");
        if (--open === 0 || isEnough) end();
      });
    }
  });
}

const underWay = new Set<Future>();

/**
 * Keeps calls running even if their futures are dropped.
 *
 * @param futures a future, or a list of them
 * @throws ArgumentError `argument.value` when an element is not a future
 * @see https://distributed.dask.org/en/stable/api.html#distributed.fire_and_forget
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * fireAndForget(cluster.client.submit(() => "written somewhere"));
 * await cluster.close();
 */
export function fireAndForget(futures: Future | Iterable<Future>): void {
  const all = futures instanceof Future ? [futures] : futures;
  for (const future of checkedFutures("fireAndForget", all)) {
    underWay.add(future);
    Future.whenEnded(future, () => void underWay.delete(future));
  }
}

/** @throws ArgumentError `argument.value` where one is no future */
export function checkedFutures<T>(name: string, futures: Iterable<Future<T>>): Future<T>[] {
  if (typeof futures?.[Symbol.iterator] !== "function") {
    const text = `${name}() was given ${kindOf(futures)}: expected a list of what submit() and map() return`;
    throw new ArgumentError("value", text);
  }
  const all = [...futures];
  const wrong = all.findIndex((future) => !(future instanceof Future));
  if (wrong < 0) return all;
  const text = `${name}() was given something else than a future at position ${wrong}: expected a list of what submit() and map() return`;
  throw new ArgumentError("value", text, { position: wrong });
}
