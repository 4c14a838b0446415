// Slices through layers of other axes: reshapes that leave the first axes of a block together, and
// contractions, whose axes have labels.
import { sliceChunks } from "../dependencies/slice-plan.js";
import { shapeOf, sizeOf } from "../model/chunks.js";
import type {
  AxisSelection,
  ContractLayer,
  Layer,
  LayerName,
  ReshapeLayer,
  SliceLayer,
} from "../model/layer.js";
import { type Passage, takesAll, whole } from "./passage.js";

/**
 * Axes of a reshape's result and of its input that have the same elements: those from `start` to
 * before `end`.
 */
interface AxisGroup {
  readonly out: readonly [start: number, end: number];
  readonly in: readonly [start: number, end: number];
}

/**
 * Where only the first axis of each group is cut, and at whole rows of the input, the input is cut
 * along the first axis of its group.
 */
export function throughReshape(
  slice: SliceLayer,
  layer: ReshapeLayer,
  [input]: readonly Layer[],
): Passage | undefined {
  if (input === undefined) return undefined;
  const [shape, given] = [shapeOf(layer.chunks), shapeOf(input.chunks)];
  const selection: AxisSelection[] = input.chunks.map(whole);
  for (const group of axisGroups(shape, given)) {
    const [first] = group.out;
    for (let axis = first + 1; axis < group.out[1]; axis++) {
      if (!takesAll(slice.selection[axis] as AxisSelection, layer.chunks[axis] ?? []))
        return undefined;
    }
    const taken = slice.selection[first];
    if (taken === undefined || takesAll(taken, layer.chunks[first] ?? [])) continue;
    const rows = rowsOf(taken, rowSize(shape, group.out), rowSize(given, group.in));
    if (rows === undefined || group.in[0] >= group.in[1]) return undefined;
    selection[group.in[0]] = rows;
  }
  const cut = sliceChunks(input.chunks, selection);
  if (!haveEqualBlocks(cut, slice.chunks)) return undefined;
  const { name: _name, ...content } = layer;
  return {
    cuts: [{ input: input.name, selection }],
    build: (inputs) => ({ ...content, inputs, chunks: slice.chunks }),
    work: { chunks: layer.chunks, selection: slice.selection },
  };
}

/** The finest groups of consecutive axes with as many elements on both sides. */
function axisGroups(out: readonly number[], given: readonly number[]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [i, k] = [0, 0];
  while (i < out.length || k < given.length) {
    const [firstOut, firstIn] = [i, k];
    let [size, sizeIn] = [1, 1];
    if (i < out.length) size = out[i++] as number;
    if (k < given.length) sizeIn = given[k++] as number;
    while (size !== sizeIn && (i < out.length || k < given.length)) {
      if (size < sizeIn && i < out.length) size *= out[i++] as number;
      else if (k < given.length) sizeIn *= given[k++] as number;
      else break;
    }
    groups.push({ out: [firstOut, i], in: [firstIn, k] });
  }
  return groups;
}

/** Elements for each position along the first axis of a group. */
function rowSize(shape: readonly number[], [first, end]: readonly [number, number]): number {
  return sizeOf(shape.slice(first + 1, end));
}

/** The same elements in rows of another size; undefined where they are no whole rows. */
function rowsOf(taken: AxisSelection, size: number, sizeIn: number): AxisSelection | undefined {
  if (size === sizeIn)
    return taken.type === "index" ? { type: "range", start: taken.at, step: 1, count: 1 } : taken;
  const { start, step, count } =
    taken.type === "index" ? { start: taken.at, step: 1, count: 1 } : taken;
  const [from, rows] = [(start * size) / sizeIn, (count * size) / sizeIn];
  if (step !== 1 || !Number.isInteger(from) || !Number.isInteger(rows)) return undefined;
  return { type: "range", start: from, step: 1, count: rows };
}

/**
 * Whether the blocks of two grids pair up, cheaply: axes of several blocks are proportional, one by
 * one.
 */
function haveEqualBlocks(a: Layer["chunks"], b: Layer["chunks"]): boolean {
  const cutAxes = (chunks: Layer["chunks"]) => chunks.filter((axis) => axis.length > 1);
  const [some, others] = [cutAxes(a), cutAxes(b)];
  if (some.length !== others.length || sizeOf(shapeOf(a)) !== sizeOf(shapeOf(b))) return false;
  return some.every((axis, i) => {
    const other = others[i] as readonly number[];
    const [first, otherFirst] = [axis[0] as number, other[0] as number];
    return (
      axis.length === other.length &&
      axis.every((length, k) => length * otherFirst === (other[k] as number) * first)
    );
  });
}

/** Axes that are summed over stay whole; the others are cut in the operands that have them. */
export function throughContract(
  slice: SliceLayer,
  layer: ContractLayer,
  inputs: readonly Layer[],
): Passage | undefined {
  const { operands, leftLabels, rightLabels, outputLabels, chunks } = layer;
  const groups = outputLabels.length;
  if (!takesAll(slice.selection[groups] as AxisSelection, chunks[groups] ?? [])) return undefined;
  // Labels must stay: a single position is a range of one, of which the slice above takes the axis.
  const kept = slice.selection.map(
    (taken): AxisSelection =>
      taken.type === "index" ? { type: "range", start: taken.at, step: 1, count: 1 } : taken,
  );
  const cuts = [leftLabels, rightLabels].map((labels, side) => {
    const input = inputs[operands[side] as number] as Layer;
    const selection = labels.map((label, axis) => {
      const own = input.chunks[axis] as readonly number[];
      const out = outputLabels.indexOf(label);
      const isBroadcast = out >= 0 && shapeOf([own])[0] !== shapeOf([chunks[out] ?? []])[0];
      return out < 0 || isBroadcast ? whole(own) : (kept[out] as AxisSelection);
    });
    return { input: input.name, selection };
  });
  const isWhole = slice.selection.every(({ type }) => type === "range");
  return {
    cuts,
    build: (names) => {
      const distinct = [...new Set(names)];
      const { name: _name, ...content } = layer;
      return {
        ...content,
        inputs: distinct,
        chunks: sliceChunks(chunks, kept),
        operands: names.map((name: LayerName) => distinct.indexOf(name)) as [number, number],
      };
    },
    work: { chunks, selection: kept },
    ...(isWhole ? {} : { rest: slice.selection.map(onlyPosition) }),
  };
}

/** The selection of an axis that has been cut. */
function onlyPosition(taken: AxisSelection): AxisSelection {
  return taken.type === "index" ? { type: "index", at: 0 } : { ...taken, start: 0, step: 1 };
}
