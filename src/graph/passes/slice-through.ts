// Moves a slice through the layer that it reads: the slice of a sum is the sum of slices. Values
// and the slice's grid stay the same; push-slices.ts decides whether it pays.
import { sliceChunks } from "../dependencies/slice-plan.js";
import {
  blockHolding,
  type Chunks,
  hasUnknownLengths,
  sameChunks,
  shapeOf,
} from "../model/chunks.js";
import type {
  AxisSelection,
  BlockwiseLayer,
  ConcatenateLayer,
  Layer,
  LayerName,
  SliceLayer,
  TakeLayer,
  TreeReduceLayer,
} from "../model/layer.js";
import { readsPositions } from "../model/program.js";
import { type Reduction, stateFields } from "../model/reduction.js";
import { type InputCut, type Passage, type RangeSelection, takesAll, whole } from "./passage.js";
import { throughSource } from "./slice-into-sources.js";
import { throughFunction } from "./slice-through-functions.js";
import { throughRoutine } from "./slice-through-routines.js";
import { throughContract, throughReshape } from "./slice-through-shapes.js";
import { axisTake } from "./take-through.js";

/**
 * The way of `slice` through `layer`, which it reads; undefined where there is none.
 *
 * @param inputs the layers that `layer` reads
 */
export function passageOf(
  slice: SliceLayer,
  layer: Layer,
  inputs: readonly Layer[],
): Passage | undefined {
  // Slices stay above layers with blocks of unknown length or without elements.
  if ([layer, ...inputs].some(({ chunks }) => hasUnknownLengths(chunks) || hasEmpty(chunks))) {
    return undefined;
  }
  if (slice.selection.some((taken) => taken.type === "range" && taken.count === 0)) {
    return undefined;
  }
  switch (layer.kind) {
    case "slice":
      return throughSlice(slice, layer, inputs);
    case "take":
      return throughTake(slice, layer, inputs);
    case "concatenate":
      return throughConcatenate(slice, layer, inputs);
    case "rechunk":
      return {
        cuts: cutsOf(layer.inputs, () => slice.selection),
        build: (names) => ({ ...unnamed(layer), inputs: names, chunks: slice.chunks }),
        work: { chunks: layer.chunks, selection: slice.selection },
      };
    case "blockwise":
      return throughBlockwise(slice, layer, inputs);
    case "treeReduce":
      return throughTree(slice, layer, inputs);
    case "reshape":
      return throughReshape(slice, layer, inputs);
    case "contract":
      return throughContract(slice, layer, inputs);
    case "routine":
      return throughRoutine(slice, layer, inputs);
    case "mapBlocks":
      return throughFunction(slice, layer, inputs);
    case "source":
      return throughSource(slice, layer);
    default:
      return undefined;
  }
}

function hasEmpty(chunks: Chunks): boolean {
  return chunks.some((axis) => axis.includes(0));
}

function cutsOf(
  inputs: readonly LayerName[],
  selection: (at: number) => readonly AxisSelection[],
): InputCut[] {
  return inputs.map((input, at) => ({ input, selection: selection(at) }));
}

function unnamed<L extends Layer>({ name: _name, ...rest }: L): Omit<L, "name"> {
  return rest;
}

/** Slices of slices are slices: positions of the outer one count in the inner one. */
function throughSlice(
  slice: SliceLayer,
  inner: SliceLayer,
  [input]: readonly Layer[],
): Passage | undefined {
  let axis = 0;
  const selection = inner.selection.map((taken): AxisSelection => {
    if (taken.type === "index") return taken;
    return compose(taken, slice.selection[axis++] as AxisSelection);
  });
  if (input === undefined || !sameChunks(sliceChunks(input.chunks, selection), slice.chunks)) {
    return undefined;
  }
  return {
    cuts: cutsOf(inner.inputs, () => input.chunks.map(whole)),
    build: (inputs) => ({ ...unnamed(slice), inputs, selection }),
  };
}

function compose(inner: RangeSelection, outer: AxisSelection): AxisSelection {
  const at = (position: number) => inner.start + position * inner.step;
  return outer.type === "index"
    ? { type: "index", at: at(outer.at) }
    : { ...outer, start: at(outer.start), step: outer.step * inner.step };
}

/** Fewer of the positions, or the one itself; the other axes are cut below. */
function throughTake(
  slice: SliceLayer,
  layer: TakeLayer,
  [input]: readonly Layer[],
): Passage | undefined {
  const along = axisTake(layer);
  if (input === undefined || along === undefined) return undefined;
  const { axis, positions } = along;
  const taken = slice.selection[axis] as AxisSelection;
  if (taken.type === "index") {
    const at = Number(positions[taken.at]);
    const selection = slice.selection.with(axis, { type: "index", at });
    return {
      cuts: cutsOf(layer.inputs, () => input.chunks.map(whole)),
      build: (inputs) => ({ ...unnamed(slice), inputs, selection }),
    };
  }
  const place = slice.selection.slice(0, axis).filter(({ type }) => type === "range").length;
  const left = Float64Array.from({ length: taken.count }, (_, k) =>
    Number(positions[taken.start + k * taken.step]),
  );
  const lengths = input.chunks[axis] as readonly number[];
  const extent = boundsOf(left);
  const straight = slice.selection.with(axis, extent);
  if (isStraight(left) && sameChunks(sliceChunks(input.chunks, straight), slice.chunks)) {
    return {
      cuts: cutsOf(layer.inputs, () => input.chunks.map(whole)),
      build: (inputs) => ({ ...unnamed(slice), inputs, selection: straight }),
    };
  }
  const bounds = leavesMuch(lengths, extent) ? extent : whole(lengths);
  return {
    cuts: cutsOf(layer.inputs, () => slice.selection.with(axis, bounds)),
    build: (inputs) => ({
      ...unnamed(layer),
      inputs,
      chunks: slice.chunks,
      axes: [place],
      indices: [left.map((at) => at - bounds.start)],
      place,
    }),
    work: { chunks: layer.chunks, selection: slice.selection },
  };
}

/** All positions from the least to the greatest. */
function boundsOf(positions: Float64Array): RangeSelection {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const at of positions) [least, most] = [Math.min(least, at), Math.max(most, at)];
  return { type: "range", start: least, step: 1, count: most - least + 1 };
}

/** Whether each position is the one after the last. */
function isStraight(positions: Float64Array): boolean {
  return positions.every((at, k) => at === (positions[0] as number) + k);
}

/** Whether a range is less than half of the blocks along the axis that it is in. */
function leavesMuch(axis: readonly number[], { start, count }: RangeSelection): boolean {
  const [first, last] = [blockHolding(axis, start), blockHolding(axis, start + count - 1)];
  const length = axis.slice(first, last + 1).reduce((sum, each) => sum + each, 0);
  return 2 * count <= length;
}

/** Only the parts that are hit, in the order in which they are hit. */
function throughConcatenate(
  slice: SliceLayer,
  layer: ConcatenateLayer,
  inputs: readonly Layer[],
): Passage | undefined {
  const { axis, parts } = layer;
  const lengths = parts.map((part) => shapeOf((inputs[part] as Layer).chunks)[axis] as number);
  const hits = partHits(lengths, slice.selection[axis] as AxisSelection);
  const cuts = hits.map(({ part, taken }) => ({
    input: layer.inputs[parts[part] as number] as LayerName,
    selection: slice.selection.map((other, i) => (i === axis ? taken : other)),
  }));
  const [only] = cuts;
  if (only !== undefined && cuts.length === 1) {
    const input = inputs[layer.inputs.indexOf(only.input)] as Layer;
    return {
      cuts: [{ input: only.input, selection: input.chunks.map(whole) }],
      build: (names) => ({ ...unnamed(slice), inputs: names, selection: only.selection }),
    };
  }
  const place = slice.selection.slice(0, axis).filter(({ type }) => type === "range").length;
  return {
    cuts,
    build: (names) => {
      const distinct = [...new Set(names)];
      return {
        ...unnamed(layer),
        inputs: distinct,
        chunks: slice.chunks,
        axis: place,
        parts: names.map((name) => distinct.indexOf(name)),
      };
    },
  };
}

/** The parts of an axis that a selection overlaps, with the selection of each. */
function partHits(lengths: readonly number[], taken: AxisSelection) {
  const { start, step, count } =
    taken.type === "range" ? taken : { start: taken.at, step: 1, count: 1 };
  const hits: { readonly part: number; readonly taken: AxisSelection }[] = [];
  let begin = 0;
  lengths.forEach((length, part) => {
    // Element k of the selection is in the part when begin <= start + k * step < begin + length.
    const ends = [(begin - start) / step, (begin + length - 1 - start) / step];
    const first = Math.max(0, Math.ceil(Math.min(...ends)));
    const last = Math.min(count - 1, Math.floor(Math.max(...ends)));
    const at = start + first * step - begin;
    if (first <= last && taken.type === "index") hits.push({ part, taken: { type: "index", at } });
    else if (first <= last) {
      hits.push({ part, taken: { type: "range", start: at, step, count: last - first + 1 } });
    }
    begin += length;
  });
  return step > 0 ? hits : hits.reverse();
}

/** Elementwise, transposes, broadcasts, and the first step of a reduction over other axes. */
function throughBlockwise(
  slice: SliceLayer,
  layer: BlockwiseLayer,
  inputs: readonly Layer[],
): Passage | undefined {
  // Positions count in the whole loop, which a slice would shift.
  if (readsPositions(layer.program)) return undefined;
  const { loopChunks, reduction } = layer;
  const selection =
    reduction === undefined
      ? slice.selection
      : loopSelection(slice.selection, layer.chunks, loopChunks, layer);
  if (selection === undefined) return undefined;
  const places = placesAfter(selection);
  const cuts = layer.operands.map(({ input, axes }) => ({
    input: layer.inputs[input] as LayerName,
    selection: axes.map((axis, i) =>
      axis < 0
        ? whole((inputs[input] as Layer).chunks[i] as readonly number[])
        : (selection[axis] as AxisSelection),
    ),
  }));
  return {
    cuts,
    build: (names) => {
      const distinct = [...new Set(names)];
      return {
        ...unnamed(layer),
        inputs: distinct,
        chunks: slice.chunks,
        loopChunks: sliceChunks(loopChunks, selection),
        operands: layer.operands.map(({ axes }, k) => ({
          input: distinct.indexOf(names[k] as LayerName),
          axes: axes
            .filter((axis) => axis < 0 || selection[axis]?.type === "range")
            .map((axis) => (axis < 0 ? -1 : (places[axis] as number))),
        })),
        ...(reduction === undefined
          ? {}
          : { reduction: cutReduction({ ...layer, reduction }, selection, slice) }),
      };
    },
    work: { chunks: loopChunks, selection },
  };
}

/** One level of a reduction's tree: states are cut as results are. */
function throughTree(
  slice: SliceLayer,
  layer: TreeReduceLayer,
  [input]: readonly Layer[],
): Passage | undefined {
  if (input === undefined) return undefined;
  const fields = fieldAxes(layer);
  const states = input.chunks.slice(fields);
  const selection = loopSelection(slice.selection, layer.chunks, states, layer);
  if (selection === undefined) return undefined;
  return {
    cuts: cutsOf(layer.inputs, () => [...input.chunks.slice(0, fields).map(whole), ...selection]),
    build: (names) => ({
      ...unnamed(layer),
      inputs: names,
      chunks: slice.chunks,
      reduction: cutReduction(layer, selection, slice),
      groups: layer.groups.filter((_, axis) => selection[axis]?.type === "range"),
    }),
    work: { chunks: states, selection },
  };
}

type Reducing = Pick<BlockwiseLayer, "reduction" | "final">;

/** How many leading axes the states have for their fields. */
function fieldAxes({ reduction }: Pick<TreeReduceLayer, "reduction">): number {
  return stateFields(reduction.name, reduction.count) > 1 ? 1 : 0;
}

/**
 * The selection of the loop (of the states below) that a selection of results or states needs: all
 * of the reduced axes. Undefined if the selection cuts a reduced axis.
 */
function loopSelection(
  selection: readonly AxisSelection[],
  resultChunks: Chunks,
  loop: Chunks,
  layer: Reducing,
): AxisSelection[] | undefined {
  const { reduction, final } = layer;
  if (reduction === undefined) return undefined;
  let axis = final === true ? 0 : fieldAxes({ reduction });
  const keeps = final !== true || reduction.keepdims;
  const isWhole = (at: number) =>
    takesAll(selection[at] as AxisSelection, resultChunks[at] as readonly number[]);
  if (axis === 1 && !isWhole(0)) return undefined;
  const taken: AxisSelection[] = [];
  for (const [loopAxis, lengths] of loop.entries()) {
    if (!reduction.axes.includes(loopAxis)) {
      taken.push(selection[axis++] as AxisSelection);
      continue;
    }
    if (keeps && !isWhole(axis++) && !dropsReduced(selection, layer)) return undefined;
    taken.push(whole(lengths));
  }
  return taken;
}

/** Whether a slice drops any of the reduced axes, which have length 1. */
function dropsReduced(
  selection: readonly AxisSelection[],
  { reduction, final }: Reducing,
): boolean {
  if (final !== true || reduction?.keepdims !== true) return false;
  return reduction.axes.every((axis) => selection[axis]?.type === "index");
}

/** The reduction of the selected part of the loop, whose results a slice takes. */
function cutReduction(
  layer: Reducing & { readonly reduction: Reduction },
  selection: readonly AxisSelection[],
  slice: SliceLayer,
): Reduction {
  const { reduction } = layer;
  const places = placesAfter(selection);
  return {
    ...reduction,
    keepdims: reduction.keepdims && !dropsReduced(slice.selection, layer),
    axes: reduction.axes.map((axis) => places[axis] as number),
    shape: reduction.shape.flatMap((length, axis) => {
      const taken = selection[axis] as AxisSelection;
      if (taken.type === "index") return [];
      return [reduction.axes.includes(axis) ? length : taken.count];
    }),
  };
}

/** Per axis, its place among the axes that a selection keeps. */
function placesAfter(selection: readonly AxisSelection[]): number[] {
  let place = 0;
  return selection.map(({ type }) => (type === "range" ? place++ : -1));
}
