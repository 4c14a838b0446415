// The blocks in which windows are reduced. Windows are many times their elements, so that their
// blocks are cut smaller, and joined again after a reduction. Where the windows are never built, a
// block of elements is reduced at once: slide-windows.ts asks.
import { blockOffsets, type Chunks, sameChunks } from "../model/chunks.js";
import type {
  ConcatenateLayer,
  Layer,
  LayerName,
  RechunkLayer,
  RoutineLayer,
  TakeLayer,
} from "../model/layer.js";
import type { Workspace } from "./workspace.js";

/** The layer of windows that slide along an axis. */
export type WindowLayer = RoutineLayer & {
  readonly routine: Extract<RoutineLayer["routine"], { readonly name: "window" }>;
};

/** A reduction of windows in the blocks of the elements. */
export interface WholeBlocks {
  /** The layer that joins what was reduced in smaller blocks. */
  readonly joined: LayerName;
  readonly grid: Pick<RoutineLayer, "kind" | "inputs" | "operands" | "loopChunks" | "chunks">;
}

/** The blocks of the elements, if those of the windows are smaller and joined after `reduction`. */
export function wholeBlocks(
  space: Workspace,
  reduction: Layer,
  windows: WindowLayer,
): WholeBlocks | undefined {
  const [reader] = space.usersOf(reduction.name);
  if (reader?.kind !== "rechunk" || !space.hasOneUser(reduction.name)) return undefined;
  const { axis } = windows.routine;
  const [first, after] = windows.operands;
  const cut = space.layer(windows.inputs[first?.input as number] as LayerName);
  if (first === undefined || cut.kind !== "rechunk") return undefined;
  const elements = cut.inputs[0] as LayerName;
  const lengths = space.layer(elements).chunks[axis] as readonly number[];
  if (!isJoined(reader, reduction, cut.chunks[axis] as readonly number[], lengths))
    return undefined;
  const { loopChunks } = windows;
  const own = loopChunks.with(axis, lengths);
  if (!sameChunks(space.layer(elements).chunks, own)) return undefined;
  const inputs = [elements];
  const operands = [{ ...first, input: 0 }];
  if (after !== undefined) {
    const name = windows.inputs[after.input] as LayerName;
    inputs.push(blocksAlong(space, name, axis, sameEnds(loopChunks[axis] ?? [], lengths)));
    operands.push({ ...after, input: 1 });
  }
  const { chunks } = reader;
  return {
    joined: reader.name,
    grid: { kind: "routine", inputs, operands, loopChunks: own, chunks },
  };
}

/** Whether a rechunk only joins blocks of these lengths along an axis. */
function isJoined(
  { chunks, planned }: RechunkLayer,
  { chunks: from }: Layer,
  own: readonly number[],
  lengths: readonly number[],
): boolean {
  if (planned === true) return false;
  const changed = chunks.filter((each, i) => !sameChunks([each], [from[i] ?? []]));
  const before = from.filter((each, i) => !sameChunks([each], [chunks[i] ?? []]));
  return changed.length === 1 && sameChunks(changed, [lengths]) && sameChunks(before, [own]);
}

/** The numbers of the smaller blocks at whose ends larger ones end, too. */
function sameEnds(smaller: readonly number[], larger: readonly number[]): number[] {
  const ends = new Set([...blockOffsets(larger)].slice(1));
  return [...blockOffsets(smaller)].slice(1).flatMap((end, block) => (ends.has(end) ? block : []));
}

/** A layer of those blocks along an axis; positions that it takes itself are fewer then. */
function blocksAlong(
  space: Workspace,
  name: LayerName,
  axis: number,
  blocks: readonly number[],
): LayerName {
  const layer = space.layer(name);
  const lengths = layer.chunks[axis] as readonly number[];
  if (blocks.length === lengths.length) return name;
  const chunks = layer.chunks.with(
    axis,
    blocks.map((block) => lengths[block] as number),
  );
  if (layer.kind === "concatenate" && layer.axis === axis) {
    return partsAlong(space, layer, chunks, blocks);
  }
  const offsets = blockOffsets(lengths);
  const positions = blocks.flatMap((block) =>
    Array.from({ length: lengths[block] as number }, (_, k) => (offsets[block] as number) + k),
  );
  const isTake = layer.kind === "take" && layer.axes.join() === `${axis}` && layer.place === axis;
  const taken = isTake ? (layer.indices[0] as TakeLayer["indices"][number]) : undefined;
  const indices = [
    Float64Array.from(positions, (at) => (taken === undefined ? at : Number(taken[at]))),
  ];
  const inputs = isTake ? layer.inputs : [name];
  const { dtype } = layer;
  const take = { kind: "take", inputs, chunks, dtype, axes: [axis], indices, place: axis } as const;
  return space.add(take, "take");
}

/** The same of each part of a concatenation. */
function partsAlong(
  space: Workspace,
  { axis, inputs, parts, dtype }: ConcatenateLayer,
  chunks: Chunks,
  blocks: readonly number[],
): LayerName {
  let begin = 0;
  const names: LayerName[] = [];
  for (const part of parts) {
    const name = inputs[part] as LayerName;
    const end = begin + (space.layer(name).chunks[axis] as readonly number[]).length;
    const own = blocks.filter((block) => block >= begin && block < end);
    const from = begin;
    if (own.length > 0) {
      names.push(
        blocksAlong(
          space,
          name,
          axis,
          own.map((block) => block - from),
        ),
      );
    }
    begin = end;
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  const distinct = [...new Set(names)];
  return space.add(
    {
      kind: "concatenate",
      inputs: distinct,
      chunks,
      dtype,
      axis,
      parts: names.map((name) => distinct.indexOf(name)),
    },
    "concatenate",
  );
}
