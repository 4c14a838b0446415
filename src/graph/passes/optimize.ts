// The optimiser: passes in a fixed order, each rewriting the graph of layers in place, then the
// user's passes, and last those that join functions of blocks, sources and stores with their
// neighbours.
import { ArgumentError, GraphError } from "../../base/errors.js";
import { withoutAnnotations } from "../model/annotations.js";
import type { Layer } from "../model/layer.js";
import { copyOf, type LayerGraph, layersOf, outputsOf } from "../model/layer-graph.js";
import { countTasks, type NeededLayer } from "../tasks/count-tasks.js";
import { alignOperands, type MeetingChoice } from "./align-operands.js";
import { isAnnotated, passByParts } from "./annotated-parts.js";
import { cull } from "./cull.js";
import { drawInside } from "./draw-inside.js";
import { fuseBlockwise, fuseReductions } from "./fuse.js";
import { fuseFunctions } from "./fuse-functions.js";
import { fusePartitions } from "./fuse-partitions.js";
import { fuseSources } from "./fuse-sources.js";
import { fuseStores } from "./fuse-stores.js";
import { inlineSources } from "./inline-sources.js";
import { mergeRechunks } from "./merge-rechunks.js";
import { mirrorReductions } from "./mirror-reductions.js";
import { pushSlices } from "./push-slices.js";
import { pushTakes } from "./push-takes.js";
import { remakeSources } from "./remake-sources.js";
import { simplify } from "./simplify.js";
import { slideWindows } from "./slide-windows.js";
import { splitReductions } from "./split-reductions.js";
import { type LayerPass, runUserPass } from "./user-pass.js";

/** The passes by name, in the order in which they run. */
const PASSES = {
  cull,
  pushSlices,
  pushTakes,
  splitReductions,
  slideWindows,
  alignOperands,
  mergeRechunks,
  inlineSources,
  fuseBlockwise,
  fuseReductions,
  fusePartitions,
  simplify,
  drawInside,
  mirrorReductions,
  remakeSources,
  fuseFunctions,
  fuseSources,
  fuseStores,
} as const satisfies Record<PassName, (graph: LayerGraph) => void>;

/** The name of a pass. */
export type PassName =
  | "cull"
  | "pushSlices"
  | "pushTakes"
  | "splitReductions"
  | "slideWindows"
  | "alignOperands"
  | "mergeRechunks"
  | "inlineSources"
  | "fuseBlockwise"
  | "fuseReductions"
  | "fusePartitions"
  | "simplify"
  | "drawInside"
  | "mirrorReductions"
  | "remakeSources"
  | "fuseFunctions"
  | "fuseSources"
  | "fuseStores";

/** Names of the passes, in the order in which they run. */
export const PASS_NAMES = Object.keys(PASSES) as readonly PassName[];

/** Users' passes find functions and sources in layers of their own, to which they may add terms. */
const AFTER_USERS: ReadonlySet<PassName> = new Set(["fuseFunctions", "fuseSources", "fuseStores"]);

/** Passes to leave out, by name: `{ fuseBlockwise: false }`. */
export type PassSwitches = Partial<Readonly<Record<PassName, boolean>>>;

/**
 * Passes to leave out, by name, and passes of yours, under names of yours:
 * `{ cull: false, mine: (graph) => { … } }`.
 */
export type Passes = PassSwitches & { readonly [name: string]: boolean | LayerPass | undefined };

/** Options of {@link optimize}. */
export interface OptimizeOptions {
  readonly passes?: Passes | undefined;
  /** Whether the passes of the library run, or only those of the user; true by default. */
  readonly builtIn?: boolean;
  /** Whether the given graph itself is rewritten, and returned; a copy of it by default. */
  readonly inPlace?: boolean;
  /** Called after each pass with the current graph, on which the next passes continue. */
  readonly trace?: (pass: string, graph: LayerGraph) => void;
}

/**
 * The graph after all passes. `outputs` keep their positions and values; a rewritten layer has a
 * new name.
 *
 * @throws ArgumentError `argument.value` when `passes` has an unknown name, or a value that is not
 * a boolean
 * @throws GraphError as a pass of the user leaves it: `graph.cycle`, `graph.missingLayer`,
 * `graph.invalidPass`
 */
export function optimize(graph: LayerGraph, options: OptimizeOptions = {}): LayerGraph {
  const { passes = {}, builtIn = true, inPlace = false, trace } = options;
  checkPasses(passes);
  const optimized = inPlace ? graph : copyOf(graph);
  if (!inPlace) checkUnaltered(graph, optimized);
  const hasParts = () => layersOf(optimized).some(isAnnotated);
  const run = (name: PassName, byParts: boolean) => {
    if (!builtIn || passes[name] === false) return;
    withoutAnnotations(() => {
      if (byParts) passByParts(optimized, PASSES[name]);
      else PASSES[name](optimized);
    });
    trace?.(name, optimized);
  };
  const byParts = hasParts();
  for (const name of PASS_NAMES) if (!AFTER_USERS.has(name)) run(name, byParts);
  for (const [name, pass] of Object.entries(passes)) {
    if (typeof pass !== "function") continue;
    runUserPass(optimized, name, pass);
    trace?.(name, optimized);
  }
  const byPartsAfter = hasParts();
  for (const name of AFTER_USERS) run(name, byPartsAfter);
  return optimized;
}

/** A graph that was edited by hand has other edges than its layers imply. */
function checkUnaltered(graph: LayerGraph, copy: LayerGraph): void {
  if (graph.size === copy.size && copy.everyEdge((edge) => graph.hasEdge(edge))) return;
  const text =
    "the graph is no longer that of its layers: change graphs in a pass of yours, as in compute({ passes: { mine: (graph) => … } })";
  throw new GraphError("invalidPass", text);
}

/**
 * Checks which passes are switched, and those of the user.
 *
 * @throws ArgumentError `argument.value` when there is no such pass or it is neither switched nor a
 * function
 */
export function checkPasses(passes: Passes = {}): void {
  if (typeof passes !== "object" || passes === null) {
    const text = `passes is a value of type ${typeof passes}: expected an object such as { cull: false }`;
    throw new ArgumentError("value", text, { passes });
  }
  for (const [name, value] of Object.entries(passes)) {
    const problem = problemOf(name, value);
    if (problem !== undefined) throw new ArgumentError("value", problem, { passes });
  }
}

function problemOf(name: string, value: unknown): string | undefined {
  const isFunction = typeof value === "function";
  if (!Object.hasOwn(PASSES, name)) {
    if (isFunction || value === undefined) return undefined;
    return `there is no pass ${name}: expected ${PASS_NAMES.join(", ")}, or a function`;
  }
  if (isFunction) return `${name} is a pass of the library: give yours another name`;
  if (typeof value === "boolean" || value === undefined) return undefined;
  return `pass ${name} is switched by a value of type ${typeof value}: expected a boolean`;
}

/** A graph after a pass, and its size; the first entry is the graph as it was given. */
export interface PassEffect {
  readonly pass: string;
  readonly graph: LayerGraph;
  /** Whether the pass did anything. */
  readonly isChange: boolean;
  readonly layers: number;
  readonly tasks: number;
  /** Bytes of the blocks of all tasks. */
  readonly bytes: number;
  /** The same layer by layer. */
  readonly needed: readonly NeededLayer[];
  /** Of `alignOperands`: where operands met, the grid that was taken and the others. */
  readonly choices?: readonly MeetingChoice[];
}

/** The effect of each pass on the graph, in numbers. */
export function explainPasses(graph: LayerGraph, options: OptimizeOptions = {}): PassEffect[] {
  const given = measure("given", graph);
  const effects = [given];
  optimize(graph, {
    ...options,
    trace: (pass, after) => {
      const before = effects.at(-1) ?? given;
      const isChange = !hasSameLayers(before.graph, after);
      const { choices: _, ...same } = before;
      const effect = isChange ? measure(pass, after) : { ...same, pass, isChange };
      effects.push(pass === "alignOperands" ? { ...effect, choices: choicesIn(before) } : effect);
      options.trace?.(pass, after);
    },
  });
  return effects;
}

/** What the pass that aligns operands chooses. */
function choicesIn({ graph }: PassEffect): MeetingChoice[] {
  const choices: MeetingChoice[] = [];
  const align = (part: LayerGraph) => alignOperands(part, (choice) => choices.push(choice));
  const copy = copyOf(graph);
  if (layersOf(copy).some(isAnnotated)) passByParts(copy, align);
  else align(copy);
  return choices;
}

/** Whether a pass left the graph as it was. */
function hasSameLayers(before: LayerGraph, after: LayerGraph): boolean {
  const [layers, others] = [layersOf(before), layersOf(after)];
  const [outputs, wanted] = [outputsOf(before), outputsOf(after)];
  return (
    layers.length === others.length &&
    layers.every((layer, at) => isSameLayer(layer, others[at] as Layer)) &&
    outputs.every((output, at) => output === wanted[at])
  );
}

/** Names depend on the computation only; resources and terms say where and when it runs. */
function isSameLayer(layer: Layer, other: Layer): boolean {
  if (layer === other) return true;
  const placeOf = ({ resources, terms }: Layer) => JSON.stringify([resources, terms]);
  const isSamePlace = placeOf(layer) === placeOf(other);
  return layer.name === other.name && isSamePlace;
}

function measure(pass: string, graph: LayerGraph): PassEffect {
  const needed = countTasks(layersOf(graph), outputsOf(graph));
  return {
    pass,
    graph: copyOf(graph),
    isChange: true,
    layers: graph.order,
    tasks: needed.reduce((sum, { tasks }) => sum + tasks, 0),
    bytes: needed.reduce((sum, { bytes }) => sum + bytes, 0),
    needed,
  };
}
