// Users' functions of blocks run in the task of their neighbours: the source or the elementwise
// layer that makes their block, and the elementwise layer or the first step of a reduction that
// reads it. The function itself stays a barrier: it is called with the same blocks as before.
// Reductions of sliding windows join their neighbours likewise.
import { readsSameBlock } from "../dependencies/dependencies.js";
import { blockCount, hasUnknownLengths } from "../model/chunks.js";
import type {
  FusedLayer,
  FusedStep,
  FusedStepLayer,
  Layer,
  LayerName,
  StoreLayer,
} from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import { type Unnamed, wordOf } from "../model/naming.js";
import { reducesWindows } from "../model/routine.js";
import { joinWords, Workspace } from "./workspace.js";

/** All blocks of a task's steps are in memory together, so it may not have many. */
const STEPS_MAX = 12;

/** The same of blocks that it reads. */
const INPUTS_MAX = 12;

/** Joins users' functions of blocks, and reductions of windows, with their neighbours. */
export function fuseFunctions(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const { name } of layersOf(graph)) {
    // Those below have become steps of a layer with functions.
    if (!space.has(name)) continue;
    const layer = space.layer(name);
    if (!isInnerStep(layer) || !isCalled(layer, space)) continue;
    const steps = stepsTo(layer, space);
    const fused = steps.length === 1 ? undefined : fusedLayer(layer, steps);
    if (fused === undefined) continue;
    const words = steps.map((step) => wordOf(step.layer.name)).reverse();
    space.replace(name, fused, words.reduce(joinWords));
  }
  space.finish();
}

/** A step that another one may read. */
type InnerStep = Exclude<FusedStepLayer, StoreLayer>;

/** Whether a layer can be a step that another one reads, by itself. */
export function isInnerStep(layer: Layer): layer is InnerStep {
  if (hasUnknownLengths(layer.chunks)) return false;
  if (layer.kind === "source") return layer.generator.type !== "held";
  return layer.kind === "blockwise" || isFunction(layer);
}

/** Whether a layer works on whole blocks, one after another. */
function isFunction(layer: Layer): boolean {
  return layer.kind === "mapBlocks" || (layer.kind === "routine" && reducesWindows(layer.routine));
}

/** Whether a layer calls functions of blocks, or may join one below that does. */
function isCalled(layer: InnerStep, space: Workspace): boolean {
  if (isFunction(layer)) return true;
  return layer.inputs.some((name) => {
    const below = space.layer(name);
    return (isFunction(below) || below.kind === "fused") && joins(space, layer, name);
  });
}

/** Whether a layer can be computed in the task of the only one that reads it. */
function joins(space: Workspace, reader: InnerStep, name: LayerName): boolean {
  const layer = space.layer(name);
  return (
    reader.kind !== "source" &&
    (layer.kind === "fused" || isInnerStep(layer)) &&
    space.hasOneUser(name) &&
    blockCount(layer.chunks) === blockCount(reader.chunks) &&
    readsSameBlock(reader, reader.inputs.indexOf(name), layer)
  );
}

/** A step with the names of what it reads: layers, and layers that are steps. */
interface NamedStep {
  readonly layer: FusedStepLayer;
  readonly inputs: readonly LayerName[];
}

/** A layer as the last step after all that join it from below, directly or not. */
function stepsTo(layer: InnerStep, space: Workspace): NamedStep[] {
  const steps: NamedStep[] = [];
  for (const name of layer.inputs) {
    if (!joins(space, layer, name)) continue;
    const below = space.layer(name);
    if (below.kind !== "fused") steps.push(...stepsTo(below as InnerStep, space));
    else {
      for (const step of below.steps)
        steps.push({ layer: step.layer, inputs: namesOf(below, step) });
    }
  }
  return [...steps, { layer, inputs: layer.inputs }];
}

/** The layer of these steps; undefined where that would be too much for a task. */
function fusedLayer(
  { chunks, dtype }: FusedStepLayer,
  steps: readonly NamedStep[],
): Unnamed<FusedLayer> | undefined {
  const stepOf = new Map(steps.map((step, k) => [step.layer.name, k]));
  const read = steps.flatMap((step) => step.inputs.filter((name) => !stepOf.has(name)));
  const inputs = [...new Set(read)];
  if (steps.length > STEPS_MAX || inputs.length > INPUTS_MAX) return undefined;
  const readOf = (name: LayerName) => {
    const step = stepOf.get(name);
    return step === undefined ? inputs.indexOf(name) : inputs.length + step;
  };
  return {
    kind: "fused",
    inputs,
    chunks,
    dtype,
    steps: steps.map((step) => ({ layer: step.layer, reads: step.inputs.map(readOf) })),
  };
}

/** The names of what a step of a fused layer reads: layers, and layers that are steps. */
function namesOf({ inputs, steps }: FusedLayer, { reads }: FusedStep): LayerName[] {
  return reads.map(
    (read) => (inputs[read] ?? steps[read - inputs.length]?.layer.name) as LayerName,
  );
}
