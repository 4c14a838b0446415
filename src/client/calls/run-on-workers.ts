// The same call once on each of some workers.
import { TaskError } from "../../base/errors.js";
import type { CallResult } from "../../base/iterators.js";
import { PRIORITY_MAX } from "../../graph/ports/job-options.js";
import type { Future } from "../futures/future.js";
import { gatherFutures } from "../futures/gather-futures.js";
import type { CallArguments } from "../futures/given-arguments.js";
import type { CallOptions, Calls } from "./submit-calls.js";

type Named = readonly { readonly name: string }[];

/**
 * How often it is looked whether the workers are still there: their calls would wait for others of
 * their names.
 */
const LOOK_INTERVAL_MS = 500;

/**
 * Runs a call on each worker and returns the results by the worker's name; rejects with the first
 * error.
 *
 * @param present returns the current workers
 */
export async function runOnWorkers<A extends readonly unknown[], R>(
  present: () => Promise<Named>,
  callsWith: (options: CallOptions) => Calls,
  f: (...args: A) => R,
  args: CallArguments<A>,
): Promise<Record<string, CallResult<R>>> {
  const calls = (await present()).map(({ name }) => {
    // A worker that is restarted in its place is not to die of the same call.
    const here = callsWith({ workers: [name], priority: PRIORITY_MAX, allowedFailures: 0 });
    return [name, here.submit<A, R>(f, ...args)] as const;
  });
  const lost = lossOf(new Map(calls), present);
  try {
    const gathered = gatherFutures(Object.fromEntries(calls), {});
    return (await Promise.race([gathered, lost.happened])) as Record<string, CallResult<R>>;
  } finally {
    lost.ignore();
    // A value that is kept would be made again when its worker is lost, wherever that one's name
    // turns up.
    for (const [, future] of calls) future.release();
  }
}

/** Rejects when a worker is not there any more whose call has not ended. */
function lossOf(
  calls: ReadonlyMap<string, Future<unknown>>,
  present: () => Promise<Named>,
): { readonly happened: Promise<never>; ignore(): void } {
  let timer: NodeJS.Timeout | undefined;
  const happened = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      present().then((workers) => {
        for (const [name, { key, status }] of calls) {
          if (status === "pending" && !workers.some((worker) => worker.name === name)) {
            reject(workerLost(name, key));
          }
        }
      }, reject);
    }, LOOK_INTERVAL_MS);
  });
  return { happened, ignore: () => clearInterval(timer) };
}

function workerLost(worker: string, key: string): TaskError {
  const text = `worker ${worker} was lost before its call ${key} ended: call the function again on the remaining workers`;
  return new TaskError("workerDied", text, { key, worker });
}
