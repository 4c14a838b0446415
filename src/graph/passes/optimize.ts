// The optimiser: passes in a fixed order, each of which rewrites a graph of layers in its place.
import { ArgumentError } from "../../base/errors.js";
import type { Layer } from "../model/layer.js";
import { copyOf, type LayerGraph, layersOf, outputsOf } from "../model/layer-graph.js";
import { outputBytes } from "../model/output-bytes.js";
import { expandLayers } from "../tasks/expand.js";
import { cull } from "./cull.js";
import { drawInside } from "./draw-inside.js";
import { fuseBlockwise, fuseReductions } from "./fuse.js";
import { fusePartitions } from "./fuse-partitions.js";
import { inlineSources } from "./inline-sources.js";
import { mergeRechunks } from "./merge-rechunks.js";
import { mirrorReductions } from "./mirror-reductions.js";
import { pushSlices } from "./push-slices.js";
import { pushTakes } from "./push-takes.js";
import { remakeSources } from "./remake-sources.js";
import { simplify } from "./simplify.js";
import { splitReductions } from "./split-reductions.js";

/** The passes by name, in the order in which they run. */
const PASSES = {
  cull,
  pushSlices,
  pushTakes,
  splitReductions,
  mergeRechunks,
  inlineSources,
  fuseBlockwise,
  fuseReductions,
  fusePartitions,
  simplify,
  drawInside,
  mirrorReductions,
  remakeSources,
} as const satisfies Record<PassName, (graph: LayerGraph) => void>;

/** The name of a pass. */
export type PassName =
  | "cull"
  | "pushSlices"
  | "pushTakes"
  | "splitReductions"
  | "mergeRechunks"
  | "inlineSources"
  | "fuseBlockwise"
  | "fuseReductions"
  | "fusePartitions"
  | "simplify"
  | "drawInside"
  | "mirrorReductions"
  | "remakeSources";

/** Names of the passes, in the order in which they run. */
export const PASS_NAMES = Object.keys(PASSES) as readonly PassName[];

/** Passes to leave out, by name: `{ fuseBlockwise: false }`. */
export type PassSwitches = Partial<Readonly<Record<PassName, boolean>>>;

/** Options of {@link optimize}. */
export interface OptimizeOptions {
  readonly passes?: PassSwitches | undefined;
  /** Called after each pass with the graph as it is then: passes to come go on with it. */
  readonly trace?: (pass: PassName, graph: LayerGraph) => void;
}

/**
 * The graph after all passes. `outputs` keep their positions and values; a rewritten layer has a new name.
 *
 * @throws ArgumentError `argument.value` when `passes` names none, or says neither true nor false
 */
export function optimize(graph: LayerGraph, options: OptimizeOptions = {}): LayerGraph {
  checkSwitches(options.passes);
  const optimized = copyOf(graph);
  for (const name of PASS_NAMES) {
    if (options.passes?.[name] === false) continue;
    PASSES[name](optimized);
    options.trace?.(name, optimized);
  }
  return optimized;
}

/**
 * Checks which passes are switched.
 *
 * @throws ArgumentError `argument.value` when there is no such pass or it is switched by no boolean
 */
export function checkSwitches(passes: PassSwitches = {}): void {
  if (typeof passes !== "object" || passes === null) {
    const text = `passes is a value of type ${typeof passes}: expected an object such as { cull: false }`;
    throw new ArgumentError("value", text, { passes });
  }
  for (const [name, value] of Object.entries(passes)) {
    if (Object.hasOwn(PASSES, name) && typeof value === "boolean") continue;
    const text = Object.hasOwn(PASSES, name)
      ? `pass ${name} is switched by a value of type ${typeof value}: expected a boolean`
      : `there is no pass ${name}: expected ${PASS_NAMES.join(", ")}`;
    throw new ArgumentError("value", text, { passes });
  }
}

/** A graph after a pass, and its size; the first entry is the graph as it was given. */
export interface PassEffect {
  readonly pass: PassName | "given";
  readonly graph: LayerGraph;
  readonly layers: number;
  readonly tasks: number;
  /** Of the blocks of all tasks. */
  readonly bytes: number;
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
  const { layers, layerOf, blockOf, persisted } = expandLayers(layersOf(graph), outputsOf(graph));
  const bytes = layerOf.reduce((sum, at, task) => {
    const layer = layers[at] as Layer;
    return sum + (layer.kind === "persisted" ? 0 : outputBytes(layer, blockOf[task] as number));
  }, 0);
  return {
    pass,
    graph: copyOf(graph),
    layers: graph.order,
    tasks: layerOf.length - persisted.length,
    bytes,
  };
}
