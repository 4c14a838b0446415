// Blocks are written in the task that computes them: nothing is kept in between, and the writer
// finds its block in the memory where the kernel has just made it.
import type { FusedLayer, FusedStep, Layer, StoreLayer } from "../model/layer.js";
import { type LayerGraph, outputsOf } from "../model/layer-graph.js";
import { type Unnamed, wordOf } from "../model/naming.js";
import { isInnerStep } from "./fuse-functions.js";
import { joinWords, Workspace } from "./workspace.js";

/** Joins stores with the layers whose blocks they write, where nothing else reads these. */
export function fuseStores(graph: LayerGraph): void {
  const space = new Workspace(graph);
  // Nothing reads what a store makes.
  for (const output of outputsOf(graph)) {
    const layer = space.layer(output);
    if (layer.kind !== "store") continue;
    const [name] = layer.inputs;
    if (name === undefined || !space.hasOneUser(name)) continue;
    const fused = fusedLayer(layer, space.layer(name));
    if (fused === undefined) continue;
    space.replace(layer.name, fused, joinWords(wordOf(layer.name), wordOf(name)));
  }
  space.finish();
}

/** A store as the last step after what it writes; undefined where that is no step. */
function fusedLayer(store: StoreLayer, below: Layer): Unnamed<FusedLayer> | undefined {
  const steps = stepsOf(below);
  if (steps === undefined) return undefined;
  const { inputs } = below;
  const last = { layer: store, reads: [inputs.length + steps.length - 1] };
  const { chunks, dtype } = store;
  return { kind: "fused", inputs, chunks, dtype, steps: [...steps, last] };
}

function stepsOf(layer: Layer): readonly FusedStep[] | undefined {
  if (layer.kind === "fused") return layer.steps;
  if (!isInnerStep(layer)) return undefined;
  return [{ layer, reads: [...layer.inputs.keys()] }];
}
