// Look-ups from a task: its layer, its worker, the holders of its result, its graphs and its job.
// Used by code that changes them and by code that only reads.
import { defined } from "../../base/assert.js";
import type { LayerId, WorkerId } from "../../protocol/values/ids.js";
import type { TaskView } from "./scheduler-view.js";
import type { SharedGraphs } from "./shared-graphs.js";

/** Where workers are found. */
interface Workers<Worker> {
  readonly tasks: TaskView;
  readonly workers: ReadonlyMap<WorkerId, Worker>;
}

/** Where all holders of results are found. */
interface Holders<Worker> extends Workers<Worker> {
  readonly replicas: ReadonlyMap<number, readonly Worker[]>;
}

/** Where graphs are found. */
interface Graphs<Graph> {
  readonly tasks: TaskView;
  readonly graphsByNumber: ReadonlyMap<number, Graph>;
}

/** The terms of a graph, or of some of its layers. */
interface Asking<Job> {
  readonly job: Job | undefined;
  readonly layerJobs: ReadonlyMap<LayerId, Job> | undefined;
}

/** The layer that a task belongs to. */
export function layerOf<Layer>(
  { tasks, layers }: { readonly tasks: TaskView; readonly layers: ReadonlyMap<LayerId, Layer> },
  slot: number,
): Layer {
  return layers.get(tasks.layer[slot] as number) as Layer;
}

/** The worker that holds a result, or runs a task. */
export function workerOf<Worker>({ tasks, workers }: Workers<Worker>, slot: number): Worker {
  return defined(workers.get(tasks.worker[slot] as number), "worker of a task");
}

/** All workers that hold the result of a task in memory, the one in its `worker` column first. */
export function holdersOf<Worker>(state: Holders<Worker>, slot: number): Worker[] {
  return [workerOf(state, slot), ...(state.replicas.get(slot) ?? [])];
}

/** Whether `worker` holds the result of a task in memory. */
export function holds(
  { tasks }: { readonly tasks: TaskView },
  slot: number,
  worker: { readonly id: WorkerId; readonly replicas: ReadonlySet<number> },
): boolean {
  return tasks.worker[slot] === worker.id || worker.replicas.has(slot);
}

/** The graph that leads a task: for which it is run and counted. */
export function leaderOf<Graph>(
  { tasks, graphsByNumber }: Graphs<Graph>,
  slot: number,
): Graph | undefined {
  return graphsByNumber.get(tasks.graph[slot] as number);
}

/** The job that a task belongs to; undefined for most. */
export function jobOf<Job>(
  state: Graphs<Asking<Job>> & { readonly jobs: ReadonlySet<unknown> },
  slot: number,
): Job | undefined {
  if (state.jobs.size === 0) return undefined;
  const graph = leaderOf(state, slot);
  return graph?.layerJobs?.get(state.tasks.layer[slot] as number) ?? graph?.job;
}

/** The graphs that contain a task. */
export function graphsOf<Graph>(
  state: Graphs<Graph> & { readonly sharedGraphs: Pick<SharedGraphs, "of"> },
  slot: number,
): Graph[] {
  const { tasks, graphsByNumber } = state;
  if ((tasks.graphCount[slot] as number) === 0) return [];
  const numbers = [tasks.graph[slot] as number, ...state.sharedGraphs.of(slot)];
  return numbers.map((number) => graphsByNumber.get(number) as Graph);
}
