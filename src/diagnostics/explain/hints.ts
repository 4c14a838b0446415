// Hints of explain(): chunks that are too small or too large for the cluster, and how to learn
// more.
import { formatBytes, formatCount, formatDuration } from "../../base/units.js";
import { countText } from "../../graph/model/describe-layer.js";
import type { EstimatedCost } from "../predictions/estimated-cost.js";
import { type PredictedCluster, QUICK, THOROUGH } from "../predictions/predicted-cost.js";

/** Tasks that take less cost more to hand out and report than to run. */
const SHORT_TASK_MS = 0.3;
/** With fewer tasks it does not matter. */
const MANY_TASKS = 1_000;

/** Hints on a graph, the most important first. */
export function hintsOn(
  { tasks, processorMs, widest, largestTask }: EstimatedCost,
  { workers, threads, memoryLimitBytes = Number.POSITIVE_INFINITY }: PredictedCluster,
  isMeasured: boolean,
): string[] {
  const hints: string[] = [];
  if (largestTask.bytes * threads > memoryLimitBytes) {
    const needed = formatBytes(largestTask.bytes * threads);
    hints.push(
      `${formatCount(threads, "thread")} may need ${needed} at once, of ${formatBytes(memoryLimitBytes)}: use smaller chunks`,
    );
  }
  if (tasks >= MANY_TASKS && processorMs / tasks < SHORT_TASK_MS) {
    const taken = formatDuration(processorMs / tasks);
    hints.push(`${countText(tasks)} tasks take ${taken} each: larger chunks cost less overhead`);
  }
  if (tasks > 1 && widest < workers * threads) {
    const atOnce = `${formatCount(widest, "task")} can run at once`;
    hints.push(
      `at most ${atOnce}, on ${workers * threads} threads: smaller chunks use more of them`,
    );
  }
  if (isMeasured || tasks > THOROUGH.tasksMax) return hints;
  hints.push(
    tasks > QUICK.tasksMax
      ? "explain({ measure: true }) measures this machine and simulates memory and transfers, in seconds"
      : "explain({ measure: true }) measures this machine, in seconds: then times hold within a fifth or so",
  );
  return hints;
}
