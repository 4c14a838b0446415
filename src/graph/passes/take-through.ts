// Moves a take of listed positions along one axis through its input: rows of a sum are the sum of
// rows. Values and the take's grid stay the same; push-takes.ts decides whether it pays. Slices are
// slice-through.ts.
import type { TypedArray } from "../../base/dtype.js";
import { type Chunks, hasUnknownLengths, sameChunks, shapeOf } from "../model/chunks.js";
import type {
  BlockwiseLayer,
  ConcatenateLayer,
  Layer,
  LayerName,
  RechunkLayer,
  SliceLayer,
  TakeLayer,
  TreeReduceLayer,
} from "../model/layer.js";
import type { Unnamed } from "../model/naming.js";
import { readsPositions } from "../model/program.js";
import { stateFields } from "../model/reduction.js";

/** A take along one axis, whose position does not change. */
export interface AxisTake {
  readonly axis: number;
  /** Number n of the result is number `positions[n]` of the input. */
  readonly positions: TypedArray;
  /** How the axis of the result is cut. */
  readonly lengths: readonly number[];
}

/** An input of a take, and the axis along which it is taken; undefined for the whole input. */
export interface TakeCut {
  readonly input: LayerName;
  readonly axis: number | undefined;
}

/** A take on the other side of the layer that it read. */
export interface TakePassage {
  readonly cuts: readonly TakeCut[];
  /** The layer that replaces the take and reads the cuts; `names` are their names. */
  readonly build: (names: readonly LayerName[]) => Unnamed<Layer>;
  /**
   * The grid of the layer's work, and the axis of it that gets shorter; undefined if there is no
   * work.
   */
  readonly work?: { readonly chunks: Chunks; readonly axis: number };
}

/** The take as one along an axis; undefined where it takes points of several, or moves the axis. */
export function axisTake({ axes, place, indices, chunks }: TakeLayer): AxisTake | undefined {
  const [axis] = axes;
  const [positions] = indices;
  if (axes.length !== 1 || axis !== place || positions === undefined) return undefined;
  return { axis, positions, lengths: chunks[place] as readonly number[] };
}

/** The grid of the result of a take. */
export function takenChunks(chunks: Chunks, axis: number, lengths: readonly number[]): Chunks {
  return chunks.with(axis, lengths);
}

/**
 * The way of `take` through `layer`, which it reads; undefined where there is none.
 *
 * @param inputs the layers that `layer` reads
 */
export function takePassageOf(
  take: TakeLayer,
  layer: Layer,
  inputs: readonly Layer[],
): TakePassage | undefined {
  const along = axisTake(take);
  if (along === undefined || along.positions.length === 0) return undefined;
  const isOdd = ({ chunks }: Layer) =>
    hasUnknownLengths(chunks) || chunks.some((axis) => axis.includes(0));
  if ([take, layer, ...inputs].some(isOdd)) return undefined;
  switch (layer.kind) {
    case "take":
      return throughTake(take, along, layer);
    case "slice":
      return throughSlice(take, along, layer, inputs);
    case "concatenate":
      return throughConcatenate(take, along, layer, inputs);
    case "rechunk":
      return throughRechunk(take, along, layer, inputs);
    case "blockwise":
      return throughBlockwise(take, along, layer);
    case "treeReduce":
      return throughTree(take, along, layer, inputs);
    case "source":
      if (layer.generator.type !== "full") return undefined;
      return { cuts: [], build: () => ({ ...unnamed(layer), chunks: take.chunks }) };
    default:
      return undefined;
  }
}

function unnamed<L extends Layer>({ name: _name, ...rest }: L): Omit<L, "name"> {
  return rest;
}

/** The take of the layer below, with positions in that layer. */
function directly(take: TakeLayer, input: LayerName, positions: TypedArray): TakePassage {
  return {
    cuts: [{ input, axis: undefined }],
    build: (inputs) => ({ ...unnamed(take), inputs, indices: [positions] }),
  };
}

/** Positions as doubles, which hold every length there is. */
function moved(positions: TypedArray, move: (position: number) => number): Float64Array {
  return Float64Array.from(positions as ArrayLike<number | bigint>, (at) => move(Number(at)));
}

function throughTake(take: TakeLayer, along: AxisTake, layer: TakeLayer): TakePassage | undefined {
  const inner = axisTake(layer);
  if (inner === undefined || inner.axis !== along.axis) return undefined;
  const positions = moved(along.positions, (at) => Number(inner.positions[at]));
  return directly(take, layer.inputs[0] as LayerName, positions);
}

/** Only if the slice leaves the other axes whole. */
function throughSlice(
  take: TakeLayer,
  { axis, positions }: AxisTake,
  layer: SliceLayer,
  [input]: readonly Layer[],
): TakePassage | undefined {
  const taken = layer.selection[axis];
  if (input === undefined || taken?.type !== "range") return undefined;
  if (layer.selection.some(({ type }) => type === "index")) return undefined;
  const others = (chunks: Chunks) => chunks.toSpliced(axis, 1);
  const startsAtZero = layer.selection.every(
    (other, i) => i === axis || (other.type === "range" && other.step === 1 && other.start === 0),
  );
  if (!startsAtZero || !sameChunks(others(input.chunks), others(layer.chunks))) return undefined;
  return directly(
    take,
    layer.inputs[0] as LayerName,
    moved(positions, (at) => taken.start + at * taken.step),
  );
}

/** Through parts along another axis, or to the one part that has all positions. */
function throughConcatenate(
  take: TakeLayer,
  { axis, positions }: AxisTake,
  layer: ConcatenateLayer,
  inputs: readonly Layer[],
): TakePassage | undefined {
  const partName = (part: number) => layer.inputs[part] as LayerName;
  if (layer.axis !== axis) {
    return {
      cuts: layer.parts.map((part) => ({ input: partName(part), axis })),
      build: (names) => {
        const distinct = [...new Set(names)];
        const parts = names.map((name) => distinct.indexOf(name));
        return { ...unnamed(layer), inputs: distinct, chunks: take.chunks, parts };
      },
    };
  }
  const all = moved(positions, (at) => at);
  const first = all.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const last = all.reduce((most, at) => Math.max(most, at), 0);
  let begin = 0;
  for (const part of layer.parts) {
    const length = shapeOf((inputs[part] as Layer).chunks)[axis] as number;
    if (first >= begin && last < begin + length) {
      const from = begin;
      return directly(
        take,
        partName(part),
        moved(positions, (at) => at - from),
      );
    }
    begin += length;
  }
  return undefined;
}

/**
 * Positions are the same in any chunks: the other axes are cut afterwards, where they have to be.
 */
function throughRechunk(
  take: TakeLayer,
  { axis, lengths, positions }: AxisTake,
  layer: RechunkLayer,
  [input]: readonly Layer[],
): TakePassage | undefined {
  if (input === undefined) return undefined;
  const name = layer.inputs[0] as LayerName;
  if (sameChunks(takenChunks(input.chunks, axis, lengths), take.chunks)) {
    return directly(take, name, positions);
  }
  return {
    cuts: [{ input: name, axis }],
    build: (names) => ({ ...unnamed(layer), inputs: names, chunks: take.chunks }),
    work: { chunks: layer.chunks, axis },
  };
}

/** Elementwise, transposes, broadcasts, and the first step of a reduction over other axes. */
function throughBlockwise(
  take: TakeLayer,
  { axis, lengths, positions }: AxisTake,
  layer: BlockwiseLayer,
): TakePassage | undefined {
  // Positions count in the whole loop, which a take would shuffle.
  if (readsPositions(layer.program)) return undefined;
  const { reduction, loopChunks } = layer;
  const loopAxis = reduction === undefined ? axis : keptAxis(axis, layer, loopChunks.length);
  if (loopAxis === undefined) return undefined;
  const uses = layer.operands.map(({ axes }) => axes.filter((each) => each === loopAxis).length);
  if (uses.some((count) => count > 1)) return undefined;
  return {
    cuts: layer.operands.map(({ input, axes }) => {
      const at = axes.indexOf(loopAxis);
      return { input: layer.inputs[input] as LayerName, axis: at < 0 ? undefined : at };
    }),
    build: (names) => {
      const distinct = [...new Set(names)];
      return {
        ...unnamed(layer),
        inputs: distinct,
        chunks: take.chunks,
        loopChunks: takenChunks(loopChunks, loopAxis, lengths),
        operands: layer.operands.map(({ axes }, k) => ({
          input: distinct.indexOf(names[k] as LayerName),
          axes,
        })),
        ...(reduction === undefined
          ? {}
          : { reduction: shortened(reduction, loopAxis, positions.length) }),
      };
    },
    work: { chunks: loopChunks, axis: loopAxis },
  };
}

/** One level of a reduction's tree: of the states are taken those of the results. */
function throughTree(
  take: TakeLayer,
  { axis, positions }: AxisTake,
  layer: TreeReduceLayer,
  [input]: readonly Layer[],
): TakePassage | undefined {
  if (input === undefined) return undefined;
  const { reduction, final } = layer;
  const fields = fieldAxes(reduction);
  const loopAxis = keptAxis(axis, { reduction, final }, input.chunks.length - fields);
  if (loopAxis === undefined) return undefined;
  return {
    cuts: [{ input: layer.inputs[0] as LayerName, axis: loopAxis + fields }],
    build: (names) => ({
      ...unnamed(layer),
      inputs: names,
      chunks: take.chunks,
      reduction: shortened(reduction, loopAxis, positions.length),
    }),
    work: { chunks: input.chunks, axis: loopAxis + fields },
  };
}

function fieldAxes({ name, count }: TreeReduceLayer["reduction"]): number {
  return stateFields(name, count) > 1 ? 1 : 0;
}

/** The axis of the loop behind an axis of results or states; undefined where that is reduced. */
function keptAxis(
  axis: number,
  { reduction, final }: Pick<BlockwiseLayer, "reduction" | "final">,
  loopRank: number,
): number | undefined {
  if (reduction === undefined) return undefined;
  const isResult = final === true;
  const dropsAxes = isResult && !reduction.keepdims;
  const loopAxes = Array.from({ length: loopRank }, (_, each) => each);
  const standing = dropsAxes ? loopAxes.filter((each) => !reduction.axes.includes(each)) : loopAxes;
  const loopAxis = standing[axis - (isResult ? 0 : fieldAxes(reduction))];
  return loopAxis === undefined || reduction.axes.includes(loopAxis) ? undefined : loopAxis;
}

function shortened(
  reduction: TreeReduceLayer["reduction"],
  axis: number,
  length: number,
): TreeReduceLayer["reduction"] {
  return { ...reduction, shape: reduction.shape.with(axis, length) };
}
