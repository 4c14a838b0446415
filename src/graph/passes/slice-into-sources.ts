// Slices of sources: the part is made, read or drawn instead of the whole. If a part has a formula
// of its own it is another source; otherwise the source has a region.
import { axisSlice, sliceChunks } from "../dependencies/slice-plan.js";
import type { Chunks } from "../model/chunks.js";
import type { AxisSelection, SliceLayer, SourceLayer } from "../model/layer.js";
import type { Unnamed } from "../model/naming.js";
import type { SourceGenerator } from "../model/source-generator.js";
import { cutRegion, isRegional } from "../model/source-region.js";
import type { Passage } from "./passage.js";

/**
 * A slice with steps takes a region only where the region is no more than this of the blocks that
 * it needs.
 */
const BOUNDED_SHARE_MAX = 0.9;

/** The way of a slice into the source that it reads; undefined where that makes all or nothing. */
export function throughSource(slice: SliceLayer, layer: SourceLayer): Passage | undefined {
  const { name: _name, ...content } = layer;
  const generator = layer.region === undefined && cutGenerator(layer, slice.selection);
  if (generator) {
    const build = () => ({ ...content, chunks: slice.chunks, generator });
    return { cuts: [], build, isFree: true };
  }
  if (!isRegional(layer.generator)) return undefined;
  const box = slice.selection.map(boundsOf);
  const chunks = sliceChunks(layer.chunks, box);
  const isBox = slice.selection.every((taken) => taken.type === "index" || taken.step === 1);
  if (!isBox && !leavesOut(layer.chunks, slice.selection, box)) return undefined;
  const part = (): Unnamed<SourceLayer> => ({ ...content, chunks, region: cutRegion(layer, box) });
  return {
    cuts: [],
    build: part,
    work: { chunks: layer.chunks, selection: box },
    ...(isBox ? {} : { rest: slice.selection.flatMap((taken) => withinBounds(taken)) }),
    ...(layer.generator.type === "linspace" && isBox ? { isFree: true } : {}),
  };
}

/** Everything from the first position to the last; a single position stays one. */
function boundsOf(taken: AxisSelection): AxisSelection {
  if (taken.type === "index") return taken;
  const last = taken.start + (taken.count - 1) * taken.step;
  const start = Math.min(taken.start, last);
  return { type: "range", start, step: 1, count: Math.abs(last - taken.start) + 1 };
}

/** The selection within the bounds, which do not have the axis of a single position. */
function withinBounds(taken: AxisSelection): AxisSelection[] {
  if (taken.type === "index") return [];
  const start = taken.step > 0 ? 0 : (1 - taken.count) * taken.step;
  return [{ ...taken, start }];
}

/** Whether the bounds of a selection leave out enough of the blocks that it needs. */
function leavesOut(
  chunks: Chunks,
  selection: readonly AxisSelection[],
  box: readonly AxisSelection[],
): boolean {
  const share = chunks.reduce((product, lengths, axis) => {
    const needed = new Set(axisSlice(lengths, selection[axis] as AxisSelection).blocks);
    const { blocks, count } = axisSlice(lengths, box[axis] as AxisSelection);
    let [before, after] = [0, 0];
    for (const [row, block] of blocks.entries()) {
      if (!needed.has(block)) continue;
      before += lengths[block] as number;
      after += count[row] as number;
    }
    return (product * after) / before;
  }, 1);
  return share < BOUNDED_SHARE_MAX;
}

/** The formula of the part, where it gives the same bits. */
function cutGenerator(
  { generator }: SourceLayer,
  selection: readonly AxisSelection[],
): SourceGenerator | undefined {
  const [rows, columns] = selection;
  switch (generator.type) {
    case "full":
      return generator;
    case "arange": {
      if (rows?.type !== "range") return undefined;
      const { start, step } = generator;
      if (typeof start === "bigint" && typeof step === "bigint") {
        return {
          ...generator,
          start: start + step * BigInt(rows.start),
          step: step * BigInt(rows.step),
        };
      }
      // Fractions would be rounded elsewhere: start + step * k is not start' + step' * (k - first).
      const first = Number(start) + Number(step) * rows.start;
      const stride = Number(step) * rows.step;
      const all = [Number(start), Number(step), first, stride, first + stride * rows.count];
      return all.every(Number.isSafeInteger) && !Object.is(first, -0)
        ? { ...generator, start: first, step: stride }
        : undefined;
    }
    case "eye":
      if (rows?.type !== "range" || columns?.type !== "range") return undefined;
      if (rows.step !== 1 || columns.step !== 1) return undefined;
      return { ...generator, offset: generator.offset + rows.start - columns.start };
    default:
      return undefined;
  }
}
