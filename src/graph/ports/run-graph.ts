// The way from every call that computes to an executor: of arrays, bags, delayed calls, and into files. Errors of tasks
// come out with the line of the call.
import { atCallSite, callSite } from "../../base/error-text.js";
import type { LayerGraph } from "../model/layer-graph.js";
import {
  type BlockConsumer,
  currentExecutor,
  type Executor,
  type PersistHandle,
  type PersistRunOptions,
  type RunOptions,
} from "./executor.js";

/** Who computes: the cluster opened last, or this process, by default. */
interface Choice {
  readonly executor?: Executor;
}

/** Computes all blocks of a graph's outputs: see {@link Executor.compute}. */
export function computeGraph(
  graph: LayerGraph,
  consume: BlockConsumer,
  { executor = currentExecutor(), ...options }: RunOptions & Choice,
): Promise<void> {
  return fromHere(() => executor.compute(graph, consume, options));
}

/** Leaves them on the workers: see {@link Executor.persist}. */
export function persistGraph(
  graph: LayerGraph,
  { executor = currentExecutor(), ...options }: PersistRunOptions & Choice,
): Promise<PersistHandle> {
  return fromHere(() => executor.persist(graph, options));
}

function fromHere<T>(run: () => Promise<T>): Promise<T> {
  const site = callSite();
  return run().catch((error: unknown) => {
    throw atCallSite(error, site.stack);
  });
}
