// How far the layers of a graph have come. Nothing is counted while tasks move: a report counts
// them, seldom enough, and very many in slices.
import { inRanges, type Sliced } from "../../base/sliced.js";
import type { LayerProgressed } from "../../protocol/messages/messages.js";
import type { LayerId } from "../../protocol/values/ids.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, PROCESSING } from "../state/task-status.js";
import { sliceTasks } from "./slices.js";

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

/** What counting a task costs. */
const TASK_COST = 0.02;

/**
 * The report on the layers of a graph; of very many, those that are not done. Tasks that move
 * meanwhile are counted as they are when their slice comes.
 */
export function* layerProgress(
  state: SchedulerState,
  graph: GraphRecord,
): Sliced<LayerProgressed[]> {
  const active = new Map<LayerId, number>();
  const running = new Map<LayerId, number>();
  const note = (id: LayerId, activeCount: number, runningCount: number) => {
    if (activeCount === 0) return;
    active.set(id, (active.get(id) ?? 0) + activeCount);
    if (runningCount > 0) running.set(id, (running.get(id) ?? 0) + runningCount);
  };
  // Tasks of a layer come one after another: each run of them is noted at once.
  const count = (from: number, end: number) => {
    const { status, layer } = state.tasks;
    let [id, left, processing] = [-1, 0, 0];
    for (let at = from; at < end; at++) {
      const slot = graph.tasks[at] as number;
      if (layer[slot] !== id) {
        note(id, left, processing);
        [id, left, processing] = [layer[slot] as LayerId, 0, 0];
      }
      if (!isActive(status[slot] as number)) continue;
      left++;
      if (status[slot] === PROCESSING) processing++;
    }
    note(id, left, processing);
  };
  yield* inRanges(graph.tasks.length, count, TASK_COST, sliceTasks(state));
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
