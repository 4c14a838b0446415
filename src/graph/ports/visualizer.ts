// The port for drawing and explaining graphs: diagnostics/ implements Visualizer, src/index.ts
// installs it. diagnostics/pictures/draw-svg.ts draws.
import { ArgumentError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";
import type { LayerGraph } from "../model/layer-graph.js";
import type { Passes } from "../passes/optimize.js";

/** Options of `visualize()`. */
export interface VisualizeOptions {
  /**
   * Where to write: the ending decides the format. Pictures are `.svg`, `.png`, `.html` (a page to
   * zoom and search in) and `.mmd` (Mermaid); `.dot`, `.graphml`, `.gexf` and `.json`
   * (graphology's) are for other tools. `tilework.svg` by default.
   */
  readonly file?: string;
  /**
   * Whether the passes rewrite the graph first; default: false. `"both"` draws the graph as written
   * and as run side by side, in `.svg`, `.png` and `.html`.
   */
  readonly optimize?: boolean | "both";
  /** Whether to draw a box for each layer (the default) or for each task. */
  readonly level?: "layers" | "tasks";
  /**
   * The property that colours boxes: the kind of layer (the default), or the layer. Tasks can also
   * be coloured by their order, bytes, pressure (the memory held once they have run), or by the
   * worker and the duration that the simulator predicts.
   */
  readonly color?: "kind" | "layer" | "order" | "bytes" | "pressure" | "worker" | "duration";
  /**
   * Workers of the cluster that `worker` and `duration` are predicted for; default: as many as the
   * cluster in use has; without one 4.
   */
  readonly workers?: number;
}

/** Options of `explain()`: the cluster that the cost is predicted for, and how. */
export interface ExplainOptions {
  /**
   * Passes to leave out, and passes of yours: `{ fuseBlockwise: false, mine: (graph) => { … } }`.
   */
  readonly passes?: Passes;
  /** How many; default: as many as the cluster in use has; without one 1, as this process. */
  readonly workers?: number;
  /** Threads of each worker; default: as many as there. */
  readonly threads?: number;
  /** The memory limit of each worker, in bytes (`"4GB"`); default: as there. */
  readonly memoryLimit?: string | number;
  /**
   * Whether this machine is measured first: the kernel of each layer on one block, and the cost of
   * messages. The first time that takes some seconds. False by default: then rates are typical
   * ones, and the answer comes at once.
   */
  readonly measure?: boolean;
  /** Whether `measure` runs functions of yours (`mapBlocks` and its kin), too; default: false. */
  readonly runFunctions?: boolean;
}

/** Something that draws and explains graphs of layers. */
export interface Visualizer {
  /** Draws `graph` into a file and returns the file's path. */
  visualize(graph: LayerGraph, options: VisualizeOptions): Promise<string>;
  /** Describes the computation of `graph` and its predicted cost, as text. */
  explain(graph: LayerGraph, options: ExplainOptions): string;
}

/** The service that draws and explains graphs. */
export const VISUALIZER = new Service<Visualizer>("visualizer");

/**
 * The provider of {@link VISUALIZER}.
 *
 * @throws ArgumentError `argument.value` in a program of `tilework/array` alone
 */
export function currentVisualizer(): Visualizer {
  const visualizer = provided(VISUALIZER);
  if (visualizer !== undefined) return visualizer;
  throw new ArgumentError(
    "value",
    'nothing in this program draws or explains graphs: import "tilework" or "tilework/diagnostics" first',
  );
}
