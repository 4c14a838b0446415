// The optimiser: passes in a fixed order, each a function from graph to graph.
import { expandLayers } from "../expand.js";
import type { LayerGraph } from "../layer-graph.js";
import { cull } from "./cull.js";
import { fuseBlockwise, fuseReductions } from "./fuse.js";
import { fusePartitions } from "./fuse-partitions.js";
import { inlineSources } from "./inline-sources.js";
import { mergeRechunks } from "./merge-rechunks.js";
import { pushSlices } from "./push-slices.js";
import { pushTakes } from "./push-takes.js";
import { remakeSources } from "./remake-sources.js";
import { simplify } from "./simplify.js";

/** The passes by name, in the order in which they run. */
const PASSES = {
  cull,
  pushSlices,
  pushTakes,
  mergeRechunks,
  inlineSources,
  fuseBlockwise,
  fuseReductions,
  fusePartitions,
  simplify,
  remakeSources,
} as const satisfies Record<string, (graph: LayerGraph) => LayerGraph>;

/** The name of a pass. */
export type PassName = keyof typeof PASSES;

/** Names of the passes, in the order in which they run. */
export const PASS_NAMES = Object.keys(PASSES) as readonly PassName[];

/** Options of {@link optimize}. */
export interface OptimizeOptions {
  /** Passes to leave out, by name: `{ fuseBlockwise: false }`. */
  readonly passes?: Partial<Readonly<Record<PassName, boolean>>>;
  /** Called after each pass with the graph that it made. */
  readonly trace?: (pass: PassName, graph: LayerGraph) => void;
}

/** The graph after all passes. `outputs` keep their positions and values; a rewritten layer has a new name. */
export function optimize(graph: LayerGraph, options: OptimizeOptions = {}): LayerGraph {
  let current = graph;
  for (const name of PASS_NAMES) {
    if (options.passes?.[name] === false) continue;
    current = PASSES[name](current);
    options.trace?.(name, current);
  }
  return current;
}

/** The size of a graph after a pass; the first entry is the graph as it was given. */
export interface PassEffect {
  readonly pass: PassName | "given";
  readonly layers: number;
  readonly tasks: number;
}

/** What each pass does to the graph, in numbers. */
export function explainPasses(graph: LayerGraph, options: OptimizeOptions = {}): PassEffect[] {
  const effects: PassEffect[] = [measure("given", graph)];
  optimize(graph, {
    ...options,
    trace: (pass, after) => {
      effects.push(measure(pass, after));
      options.trace?.(pass, after);
    },
  });
  return effects;
}

function measure(pass: PassEffect["pass"], graph: LayerGraph): PassEffect {
  const { layerOf, persisted } = expandLayers(graph.topological(), graph.outputs);
  return { pass, layers: graph.size, tasks: layerOf.length - persisted.length };
}
