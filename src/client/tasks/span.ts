// span(): parts of users' code by name, in the timeline of a run.
import { ArgumentError } from "../../base/errors.js";
import { isThenable } from "../../base/thenable.js";
import { taskContext } from "../../context/task-context.js";
import { currentExecutor } from "../../graph/ports/executor.js";

/** An executor that takes spans of the program. */
export interface SpanTaker {
  /** @param startMs of `performance.now()` */
  noteSpan(name: string, startMs: number, durationMs: number): void;
}

/**
 * Calls a function and notes how long it took, under a name: in functions that workers run, in
 * methods of actors, and in the program. The dashboard's task stream, `report`, `traceRun` and
 * `client.taskStream()` show it in its place; `client.observe()` has the totals of each name. If
 * the function returns a promise, the span lasts until it is settled.
 *
 * A span takes about a microsecond. Keep the number of names small, as they are what you look for.
 *
 * @param name what the page and the reports show
 * @param body a function that computes; it may be asynchronous
 * @returns the function's result
 * @throws ArgumentError `argument.value` when the name is no string or empty, or no function is
 * given
 * @throws what the function throws; the span is noted then, too
 * @see https://distributed.dask.org/en/stable/spans.html
 * @example
 * import { LocalCluster, span } from "tilework";
 *
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const stream = await cluster.client.taskStream(async () => {
 *   await cluster.client.submit((n: number) => span("square", () => n * n), 3); // → 9
 * });
 * stream.some(({ name }) => name === "square"); // → true
 * await cluster.close();
 */
export function span<T>(name: string, body: () => T): T {
  if (typeof name !== "string" || name === "" || typeof body !== "function") {
    const text = 'span() needs a name and a function: span("read", () => …)';
    throw new ArgumentError("value", text, { name });
  }
  const startMs = performance.now();
  const end = () => noteSpan(name, startMs, performance.now() - startMs);
  let result: T;
  try {
    result = body();
  } catch (error) {
    end();
    throw error;
  }
  if (!isThenable(result)) {
    end();
    return result;
  }
  return Promise.resolve(result).finally(end) as T;
}

function noteSpan(name: string, startMs: number, durationMs: number): void {
  const scope = taskContext();
  if (scope !== undefined) {
    scope.noteSpan?.(name, performance.timeOrigin + startMs, durationMs);
    return;
  }
  const executor = currentExecutor() as Partial<SpanTaker>;
  executor.noteSpan?.(name, startMs, durationMs);
}
