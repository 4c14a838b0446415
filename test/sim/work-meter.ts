// How much work something is, counted and not timed: how often blocks of our code are executed
// meanwhile. The engine counts the same however fast the machine is and whatever else it does. To
// be imported before the code that is looked at: the engine counts blocks only in what is compiled
// from then on.
import { Session } from "node:inspector";

interface Counted {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

const session = new Session();
session.connect();
post("Profiler.enable");
post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

function post<T>(method: string, parameters: object = {}): T {
  let answer: unknown;
  let failure: unknown = null;
  session.post(method, parameters, (error, result) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw failure;
  return answer as T;
}

/** Blocks of our code that were executed since this was asked last. */
function counted(): number {
  let count = 0;
  for (const { url, functions } of post<Counted>("Profiler.takePreciseCoverage").result) {
    if (!/\/(?:src|dist)\//.test(url) || url.includes("/node_modules/")) continue;
    for (const { ranges } of functions) for (const range of ranges) count += range.count;
  }
  return count;
}

/** Blocks of our code that are executed while `body` runs. */
export function workOf(body: () => void): number {
  counted();
  body();
  return counted();
}
