// Layers whose arrays have no elements: nothing below them is needed. A source makes one block of
// each shape, of which the array has copies, so that there is one task and not one for each block.
import type { DType } from "../../base/dtype.js";
import { type Chunks, hasUnknownLengths } from "../model/chunks.js";
import type { Layer, LayerKind } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import type { Unnamed } from "../model/naming.js";
import { Workspace } from "./workspace.js";

/** Kinds whose blocks follow from those below them, without functions of users. */
const PLAIN: ReadonlySet<LayerKind> = new Set<LayerKind>([
  "blockwise",
  "treeReduce",
  "rechunk",
  "slice",
  "concatenate",
  "reshape",
  "contract",
  "take",
  "routine",
]);

/** Makes layers without elements from nothing. */
export function emptyLayers(graph: LayerGraph): void {
  const empty = layersOf(graph).filter(isEmpty);
  if (empty.length === 0) return;
  const space = new Workspace(graph);
  for (const { name, chunks, dtype } of empty) {
    if (space.has(name)) space.replace(name, emptyLayer(space, chunks, dtype), "empty");
  }
  space.finish();
}

function isEmpty({ kind, chunks, holds }: Layer): boolean {
  if (!PLAIN.has(kind) || holds === "values") return false;
  const isNone = chunks.some((axis) => axis.every((length) => length === 0));
  return isNone && !hasUnknownLengths(chunks);
}

/** An array without elements: blocks of equal shapes are one, side by side with itself. */
function emptyLayer(space: Workspace, chunks: Chunks, dtype: DType): Unnamed<Layer> {
  const axis = chunks.findLastIndex((lengths) => lengths.length > 1);
  if (axis < 0) {
    const generator = { type: "full", value: 0 } as const;
    return { kind: "source", inputs: [], chunks, dtype, generator };
  }
  const lengths = chunks[axis] as readonly number[];
  const distinct = [...new Set(lengths)];
  const inputs = distinct.map((length) =>
    space.add(emptyLayer(space, chunks.with(axis, [length]), dtype), "empty"),
  );
  const parts = lengths.map((length) => distinct.indexOf(length));
  return { kind: "concatenate", inputs, chunks, dtype, axis, parts };
}
