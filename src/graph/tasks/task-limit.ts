// How many blocks and tasks a job may have. They are counted before anything is allocated for them:
// by the client before it sends, and again by the scheduler, where one client's mistake would be
// everyone's.
import { itemBytes } from "../../base/dtype.js";
import { GraphError } from "../../base/errors.js";
import { proposedBlock } from "../model/block-limit.js";
import { blockCount, shapeOf } from "../model/chunks.js";
import { countText, gridText, plural } from "../model/describe-layer.js";
import type { Layer } from "../model/layer.js";
import { shortName } from "../model/naming.js";

/**
 * Tasks of one job where the scheduler is not configured otherwise: about 400 MB of its memory, and
 * 2 s of its time.
 */
export const JOB_TASKS_MAX = 5_000_000;

/**
 * Tasks of all jobs of one client together, until it releases them, where the scheduler is not
 * configured otherwise.
 */
export const CLIENT_TASKS_MAX = 4 * JOB_TASKS_MAX;

/**
 * Blocks that all layers of a graph may have together, needed or not: marking them takes 5 bytes
 * each.
 */
const GRAPH_BLOCKS_MAX = 2 ** 26;

/**
 * Counts the blocks of all layers.
 *
 * @throws GraphError `graph.tooLarge` when there are too many even to look which of them are needed
 */
export function countBlocks(layers: readonly Layer[]): number {
  const blocks = layers.reduce((sum, layer) => sum + blockCount(layer.chunks), 0);
  // Counts beyond all numbers are none.
  if (!(blocks <= GRAPH_BLOCKS_MAX)) {
    throw tooLarge(layers, `${countText(blocks)} blocks`, GRAPH_BLOCKS_MAX);
  }
  return blocks;
}

/** The error for a job with more than `tasksMax` tasks. */
export function tooManyTasks(layers: readonly Layer[], tasksMax: number): GraphError {
  const remedy = ", or start the scheduler with a higher jobTasksMax";
  return tooLarge(layers, `more than ${plural(tasksMax, "task")}`, tasksMax, remedy);
}

/** The error for a job that is too much besides the `tasks` that its client has already. */
export function tooManyOfClient(tasks: number, tasksMax: number): GraphError {
  return new GraphError(
    "tooLarge",
    `this client's jobs have ${plural(tasks, "task")} already, and with this job more than ${countText(tasksMax)}, the most for one client: release results that it does not need, give larger chunks, or set scheduler.clientTasksMax higher where the scheduler starts`,
    { limit: tasksMax, tasks },
  );
}

/** @param remedy what helps besides larger chunks */
function tooLarge(layers: readonly Layer[], given: string, limit: number, remedy = ""): GraphError {
  const largest = layers.reduce((a, b) => (blockCount(b.chunks) > blockCount(a.chunks) ? b : a));
  const shape = shapeOf(largest.chunks);
  const proposed = proposedBlock(shape, itemBytes(largest.dtype));
  return new GraphError(
    "tooLarge",
    `the job has ${given}, and at most ${countText(limit)} are run: layer ${shortName(largest.name)} has ` +
      `${gridText(largest.chunks)}; give larger chunks, such as { chunks: [${proposed.join(", ")}] } or ` +
      `{ chunks: "auto" }, where the array is made${remedy}`,
    { limit, layer: largest.name, blocks: blockCount(largest.chunks), shape, proposed },
  );
}
