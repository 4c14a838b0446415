// The same call once on each of some workers.
import type { CallResult } from "../base/iterators.js";
import { PRIORITY_MAX } from "../graph/job-options.js";
import type { CallOptions, Calls, Given } from "./calls.js";
import { gatherFutures } from "./gather-futures.js";

/** What each worker's call returned, by the worker's name; rejects with the first error. */
export async function runOnWorkers<A extends readonly unknown[], R>(
  workers: readonly { readonly name: string }[],
  callsWith: (options: CallOptions) => Calls,
  f: (...args: A) => R,
  args: Given<A>,
): Promise<Record<string, CallResult<R>>> {
  const calls = workers.map(({ name }) => {
    const here = callsWith({ workers: [name], priority: PRIORITY_MAX });
    return [name, here.submit<A, R>(f, ...args)] as const;
  });
  return (await gatherFutures(Object.fromEntries(calls), {})) as Record<string, CallResult<R>>;
}
