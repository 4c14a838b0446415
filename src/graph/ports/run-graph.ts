// The way from every call that computes to an executor: of arrays, bags, delayed calls, and into
// files. Here jobs begin and end for those who follow them, and errors of tasks get the line of the
// call.
import { uncheckedFunction } from "../../base/checked-calls.js";
import { atCallSite, callSite } from "../../base/error-text.js";
import { ArgumentError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import { A_BOOLEAN, checkOption, type Expectation } from "../../base/option-schema.js";
import type { LayerGraph } from "../model/layer-graph.js";
import {
  type BlockConsumer,
  currentExecutor,
  type Executor,
  type PersistHandle,
  type PersistRunOptions,
  type RunOptions,
} from "./executor.js";
import { beginJob, monitoredBy, noteHandle, type RunningJob } from "./running-jobs.js";

/** Shows how a job comes along. */
export const PROGRESS_DISPLAY = new Service<(job: RunningJob) => void>("progress display");

/** Who computes: the cluster opened last, or this process, by default. */
interface Choice {
  readonly executor?: Executor;
}

/** Computes all blocks of a graph's outputs: see {@link Executor.compute}. */
export function computeGraph(
  graph: LayerGraph,
  consume: BlockConsumer,
  { executor: chosen, ...given }: RunOptions & Choice,
): Promise<void> {
  const executor = executorOf(chosen);
  const { job, options } = begin(graph, given);
  // The call that leads here was checked, and has noted where it was made.
  const compute = uncheckedFunction(executor.compute);
  const run = () => compute.call(executor, graph, consume, options);
  return fromHere(job, run).then(() => job.ended());
}

/** Leaves them on the workers: see {@link Executor.persist}. */
export function persistGraph(
  graph: LayerGraph,
  { executor: chosen, ...given }: PersistRunOptions & Choice,
): Promise<PersistHandle> {
  const executor = executorOf(chosen);
  const { job, options } = begin(graph, given);
  const persist = uncheckedFunction(executor.persist);
  return fromHere(job, () => persist.call(executor, graph, options)).then((handle) => {
    noteHandle(handle, job);
    // Without waiting, the job goes on; the executor says when it ends.
    if (given.wait !== false) job.ended();
    return handle;
  });
}

const AN_EXECUTOR: Expectation = [
  "a client, as cluster.client is, or new SerialExecutor()",
  (value) => typeof (value as Partial<Executor> | null)?.compute === "function",
];

function executorOf(chosen: Executor | undefined): Executor {
  if (chosen === undefined) return currentExecutor();
  checkOption("executor", chosen, AN_EXECUTOR);
  return chosen;
}

function begin(graph: LayerGraph, given: PersistRunOptions) {
  const { progress = false, ...options } = given;
  checkOption("progress", progress, A_BOOLEAN);
  const show = progress ? display() : undefined;
  const job = beginJob(graph);
  show?.(job);
  return { job, options: monitoredBy(options, job) };
}

function display(): (job: RunningJob) => void {
  const found = provided(PROGRESS_DISPLAY);
  if (found !== undefined) return found;
  throw new ArgumentError("value", 'nothing in this program shows progress: import "tilework"');
}

function fromHere<T>(job: RunningJob, run: () => Promise<T>): Promise<T> {
  const site = callSite();
  return run().catch((error: unknown) => {
    job.ended(error);
    throw atCallSite(error, site.stack);
  });
}
