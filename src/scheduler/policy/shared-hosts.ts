// Policy: workers that overload their machine together, and the warning about them.
import { formatBytes, formatCount } from "../../base/units.js";
import type { WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";

/**
 * The warning for a worker that joins a host with other workers, if it or they took all cores or
 * memory.
 */
export function decideHostWarning(state: SchedulerView, worker: WorkerView): string | undefined {
  const { host } = worker;
  if (host === undefined) return undefined;
  const others = [...state.workers.values()].filter((other) => other.host === host);
  const all = [...others, worker];
  if (others.length === 0 || !all.some(({ takesWholeHost }) => takesWholeHost)) return undefined;
  const claims = all.map(
    ({ name, threads, memoryLimitBytes }) =>
      `${name} (${formatCount(threads, "thread")}, ${formatBytes(memoryLimitBytes)})`,
  );
  return (
    `${all.length} workers share ${host} and take together more than it may have: ${claims.join(", ")}. ` +
    "Give each its part by --nthreads and --memory-limit, or start one worker for all of it"
  );
}
