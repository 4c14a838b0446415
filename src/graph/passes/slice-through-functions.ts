// Moves a slice below users' functions of blocks, where these are known to be local: called with
// elements, or declared elementwise or a stencil. Any other function stays a barrier.
import { sliceChunks } from "../dependencies/slice-plan.js";
import { blockHolding, blockOffsets } from "../model/chunks.js";
import type {
  AxisSelection,
  Layer,
  LayerName,
  MapBlocksLayer,
  Reach,
  SliceLayer,
} from "../model/layer.js";
import { AT_PLACE } from "../model/layer-functions.js";
import { type InputCut, type Passage, type RangeSelection, takesAll, whole } from "./passage.js";

/**
 * The way of a slice through a function of blocks: its operands are cut to what the taken elements
 * depend on. Positions and axes that the function may not lose are taken above it.
 */
export function throughFunction(
  slice: SliceLayer,
  layer: MapBlocksLayer,
  inputs: readonly Layer[],
): Passage | undefined {
  const { operands, margins, chunks, loopChunks } = layer;
  const along = loopReach(layer);
  if (along === undefined) return undefined;
  const kept = slice.selection.map((taken, axis) => keptRange(taken, along[axis] as Reach));
  const starts = kept.map(({ start, step, count }) =>
    step > 0 ? start : start + step * (count - 1),
  );
  const rest = restOf(slice.selection, kept);
  const wideRange = (axis: number, wide: readonly number[], reach: Reach) => {
    const own = chunks[axis] as readonly number[];
    return reachesOut(reach)
      ? widened(own, wide, kept[axis] as RangeSelection, reach)
      : (kept[axis] as RangeSelection);
  };
  const cuts = operands.map(({ input, axes }, k): InputCut => {
    const wide = (inputs[input] as Layer).chunks;
    const selection = axes.map((axis, i) => {
      const lengths = wide[i] as readonly number[];
      return axis < 0 ? whole(lengths) : wideRange(axis, lengths, reachOf(layer, k, i));
    });
    return { input: layer.inputs[input] as LayerName, selection };
  });
  const loop = loopChunks.map((lengths, axis) => wideRange(axis, lengths, along[axis] as Reach));
  return {
    cuts,
    build: (names) => {
      const distinct = [...new Set(names)];
      const { name: _name, ...content } = layer;
      const made = sliceChunks(chunks, kept);
      return {
        ...content,
        inputs: distinct,
        chunks: made,
        loopChunks: margins === undefined ? made : sliceChunks(loopChunks, loop),
        operands: operands.map((operand, k) => ({
          ...operand,
          input: distinct.indexOf(names[k] as LayerName),
        })),
        ...movedMargins(layer, starts),
      };
    },
    ...(rest === undefined ? {} : { rest }),
    work: { chunks: loopChunks, selection: loop },
  };
}

/** How far the function reaches along each axis of its loop; undefined where it is not known. */
function loopReach(layer: MapBlocksLayer): readonly Reach[] | undefined {
  const { reach, margins, perElement, loopChunks } = layer;
  if (reach !== undefined) return reach.loop;
  if (perElement !== true || margins !== undefined) return undefined;
  return loopChunks.map(() => AT_PLACE);
}

function reachOf({ reach }: MapBlocksLayer, operand: number, axis: number): Reach {
  return reach?.operands[operand]?.[axis] ?? AT_PLACE;
}

function reachesOut({ before, after }: Reach): boolean {
  return before + after > 0;
}

/** The range of which a selection is part: the function keeps its axes, and neighbours together. */
function keptRange(taken: AxisSelection, reach: Reach): RangeSelection {
  if (taken.type === "index") return { type: "range", start: taken.at, step: 1, count: 1 };
  if (taken.step === 1 || !reachesOut(reach)) return taken;
  const { start, step, count } = taken;
  const last = start + step * (count - 1);
  return {
    type: "range",
    start: Math.min(start, last),
    step: 1,
    count: Math.abs(last - start) + 1,
  };
}

/** What is taken of the kept ranges; undefined where that is all. */
function restOf(
  selection: readonly AxisSelection[],
  kept: readonly RangeSelection[],
): AxisSelection[] | undefined {
  const rest = selection.map((taken, axis): AxisSelection => {
    const { start, step, count } = kept[axis] as RangeSelection;
    if (taken.type === "index") return { type: "index", at: 0 };
    if (taken.step === step) return { type: "range", start: 0, step: 1, count };
    return { ...taken, start: taken.start - start };
  });
  const isAll = rest.every((taken, axis) => takesAll(taken, [kept[axis]?.count as number]));
  return isAll ? undefined : rest;
}

/**
 * The range of overlapping blocks that a range of their middles depends on: part of the first
 * block, whole blocks, and part of the last.
 */
function widened(
  own: readonly number[],
  wide: readonly number[],
  { start, count }: RangeSelection,
  { before, after, open, lead = 0 }: Reach,
): RangeSelection {
  const [starts, wideStarts] = [blockOffsets(own), blockOffsets(wide)];
  const [first, last] = [blockHolding(own, start), blockHolding(own, start + count - 1)];
  const marginOf = (block: number) =>
    open ? Math.min(before, lead + (starts[block] as number)) : before;
  const from = marginOf(first) + start - (starts[first] as number) - before;
  const to = marginOf(last) + start + count - (starts[last] as number) + after;
  const begin = (wideStarts[first] as number) + Math.max(0, from);
  const end = (wideStarts[last] as number) + Math.min(wide[last] as number, to);
  return { type: "range", start: begin, step: 1, count: end - begin };
}

/** Margins and reach of the part of a layer that begins at `starts`. */
function movedMargins(
  { operands, margins, reach }: MapBlocksLayer,
  starts: readonly number[],
): Pick<MapBlocksLayer, "margins" | "reach"> {
  const movedBy = <T extends { readonly open: boolean; readonly lead?: number }>(
    side: T,
    depth: number,
    start: number,
  ): T => {
    const lead = Math.min(depth, (side.lead ?? 0) + start);
    return side.open && lead > 0 ? { ...side, lead } : side;
  };
  const startOf = (axis: number) => starts[axis] ?? 0;
  return {
    ...(margins === undefined
      ? {}
      : { margins: margins.map((side, axis) => movedBy(side, side.depth, startOf(axis))) }),
    ...(reach === undefined
      ? {}
      : {
          reach: {
            loop: reach.loop.map((side, axis) => movedBy(side, side.before, startOf(axis))),
            operands: reach.operands.map((sides, k) =>
              sides.map((side, i) =>
                movedBy(side, side.before, startOf(operands[k]?.axes[i] ?? -1)),
              ),
            ),
          },
        }),
  };
}
