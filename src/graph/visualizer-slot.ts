// The door through which a collection has its graph drawn without knowing how: diagnostics/
// implements Visualizer, src/index.ts sets it. How pictures look is diagnostics/dot.ts.
import { InvariantError } from "../base/errors.js";
import type { LayerGraph } from "./layer-graph.js";

/** Options of `visualize()`. */
export interface VisualizeOptions {
  /**
   * Where to write: the ending decides the format. Pictures are `.svg`, `.png`, `.html` (a page to zoom
   * and search in) and `.mmd` (Mermaid); `.dot`, `.graphml`, `.gexf` and `.json` (graphology's) are for
   * other tools. `tilework.svg` unless given.
   */
  readonly file?: string;
  /** Whether the passes rewrite the graph first; false unless said otherwise. */
  readonly optimize?: boolean;
  /** Whether to draw a box for each layer (the default) or for each task. */
  readonly level?: "layers" | "tasks";
  /**
   * What boxes are coloured by: the kind of layer (the default), the layer, and for tasks their order,
   * bytes, the memory held once they have run, or the worker and duration that the simulator predicts.
   */
  readonly color?: "kind" | "layer" | "order" | "bytes" | "pressure" | "worker" | "duration";
  /** Workers of the cluster that `worker` and `duration` are predicted for; 4 unless given. */
  readonly workers?: number;
}

/** Something that draws graphs of layers. */
export interface Visualizer {
  /** Draws `graph` into a file and returns the file's path. */
  visualize(graph: LayerGraph, options: VisualizeOptions): Promise<string>;
}

let visualizer: Visualizer | undefined;

/** Says what draws graphs; called once, by src/index.ts. */
export function setVisualizer(given: Visualizer): void {
  visualizer = given;
}

/** What draws graphs now. */
export function currentVisualizer(): Visualizer {
  if (visualizer === undefined) throw new InvariantError("no visualizer was set");
  return visualizer;
}
