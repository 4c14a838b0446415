// How far the layers of a graph have come. Nothing is counted while tasks move: a report counts
// them, seldom enough.
import type { LayerProgressed } from "../../protocol/messages/messages.js";
import type { LayerId } from "../../protocol/values/ids.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, PROCESSING } from "../state/task-status.js";

/** Layers in one report. */
const LAYERS_MAX = 100;

/**
 * Counting a task takes some nanoseconds: after so much time for each, counting is below 1 % of it.
 */
const PAUSE_PER_TASK_MS = 0.001;

/** How long after a report the next one may count again. */
export function pauseMs({ tasks }: GraphRecord): number {
  return tasks.length * PAUSE_PER_TASK_MS;
}

/** How many tasks of each layer are yet to be done. */
function activeByLayer(
  { tasks }: SchedulerState,
  graph: Pick<GraphRecord, "tasks">,
): Map<LayerId, number> {
  const counts = new Map<LayerId, number>();
  for (const slot of graph.tasks) {
    if (!isActive(tasks.status[slot] as number)) continue;
    const layer = tasks.layer[slot] as LayerId;
    counts.set(layer, (counts.get(layer) ?? 0) + 1);
  }
  return counts;
}

/** The report on the layers of a graph; of very many, those that are not done. */
export function layerProgress(state: SchedulerState, graph: GraphRecord): LayerProgressed[] {
  const { tasks } = state;
  const active = activeByLayer(state, graph);
  const running = new Map<LayerId, number>();
  for (const slot of graph.tasks) {
    if (tasks.status[slot] !== PROCESSING) continue;
    const layer = tasks.layer[slot] as LayerId;
    running.set(layer, (running.get(layer) ?? 0) + 1);
  }
  const all = graph.layers.flatMap(({ id, layer }) => {
    const total = graph.layerTotals.get(id);
    if (total === undefined) return [];
    const done = Math.max(0, total - (active.get(id) ?? 0));
    return [{ name: layer.name, done, running: running.get(id) ?? 0, total }];
  });
  if (all.length <= LAYERS_MAX) return all;
  const open = all.filter(({ done, total }) => done < total);
  return open.slice(0, LAYERS_MAX);
}
