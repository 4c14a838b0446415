// Functions of yours over several arrays whose axes are named, and reductions of your own. A
// function of one array's blocks is map-blocks.ts, one whose axes a signature names gufunc.ts.
import { checkDType, type DType } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { functionRef } from "../../functions/function-ref.js";
import type { Chunks } from "../../graph/model/chunks.js";
import type { LayerOperand, MapBlocksLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { BlockInfo } from "../../kernels/user-functions/map-blocks-kernel.js";
import type { ChunkedArray } from "../chunked-array.js";
import { type AxisLike, checkAxes, formatShape } from "../chunks/axes.js";
import { unifyChunks } from "../chunks/broadcast.js";
import { checkArrays } from "../layers/array-operands.js";
import { checkList } from "../layers/check-arguments.js";
import { rechunkNode, rechunkTo } from "../layers/rechunk-layer.js";
import { squeeze } from "../manipulation/expand-dims.js";
import { type BlockFunction, type BlockReturn, type BlocksOf, mapBlocks } from "./map-blocks.js";

/**
 * A function of blocks. It receives one block of each array, as ndarrays, and the position of the
 * result.
 */
// biome-ignore lint/suspicious/noExplicitAny: unknown blocks would refuse functions of blocks
export type BlocksFunction = (...blocks: any[]) => BlockReturn;

/** A function of the blocks of `O`, arrays with letters for their axes, and of their position. */
export type LetteredFunction<O extends readonly (readonly [ChunkedArray, string])[]> = (
  ...blocks: [...BlocksOf<{ readonly [K in keyof O]: O[K][0] }>, BlockInfo]
) => BlockReturn;

/** An array with a name for each of its axes. */
export interface NamedAxes {
  readonly array: ChunkedArray;
  readonly axes: readonly string[];
}

/** Options of {@link blockwise}. */
export interface BlockwiseOptions<D extends DType> {
  /** The result's dtype; default: that of the first array. */
  readonly dtype?: D;
  /** Lengths of axes of the result that no array has; each is one block. */
  readonly newAxes?: Readonly<Record<string, number>>;
  /** The length of a block of the result, by axis, from the lengths of its operands. */
  readonly adjustChunks?: Readonly<Record<string, number | ((length: number) => number)>>;
  /** Values of the variables that the function uses but does not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * Applies `f` to matching blocks: axes with the same letter match. `f` receives axes that the
 * result lacks as a whole.
 *
 * @param f called as `f(...blocks, { blockIndex, numBlocks, offset, shape })`; its source is sent,
 * as for `mapBlocks`
 * @param result a letter for each axis of the result
 * @param operands arrays, each with letters for its axes
 * @returns the axes that the letters name; the promoted dtype unless the options name one
 * @chunks those of all arrays, aligned by letter, by default; one task per block
 * @throws ArgumentError `argument.function` when `f` cannot be sent, `argument.value` for letters
 * that do not fit, `argument.shape` when axes of one letter differ in length
 * @see https://docs.dask.org/en/stable/generated/dask.array.blockwise.html
 * @example
 * const [rows, columns] = [asarray([0, 1, 2], { chunks: 2 }), asarray([0, 1])];
 * const outer = blockwise(
 *   (a, b, { shape }) => Array.from({ length: shape[0] * shape[1] }, (_, i) =>
 *     a.get(Math.floor(i / shape[1])) * b.get(i % shape[1])),
 *   "ij",
 *   [[rows, "i"], [columns, "j"]],
 * );
 * await outer.compute(); // → [[0, 0], [0, 1], [0, 2]]
 */
export function blockwise<
  const O extends readonly (readonly [ChunkedArray, string])[],
  D extends DType = DType,
>(
  f: LetteredFunction<O>,
  result: string,
  operands: O,
  options: BlockwiseOptions<D> = {},
): ChunkedArray<D> {
  checkList("blockwise takes a list of arrays with letters for their axes", operands);
  checkArrays("blockwise", ...operands.map((each) => each?.[0]));
  if (
    ![result, ...operands.map(([, letters]) => letters)].every((each) => typeof each === "string")
  ) {
    throw new ArgumentError("value", 'blockwise names axes by letters, as in "ij"');
  }
  const named = operands.map(([array, letters]): NamedAxes => ({ array, axes: [...letters] }));
  return namedBlocks(f as BlocksFunction, [...result], named, options);
}

/**
 * Blocks of arrays that run together by names; axes in `whole`, and those not in the result, uncut.
 *
 * @param calls the position in the list that `f` returns, and its arguments if these are not blocks
 */
export function namedBlocks<D extends DType>(
  f: BlocksFunction,
  result: readonly string[],
  operands: readonly NamedAxes[],
  options: BlockwiseOptions<D>,
  whole: ReadonlySet<string> = new Set(),
  calls: Pick<MapBlocksLayer, "item" | "cores"> = {},
): ChunkedArray<D> {
  const [first] = operands;
  if (first === undefined) throw new ArgumentError("value", "blockwise needs at least one array");
  const ref = functionRef(f as (...args: never) => unknown, {
    captured: options.captured,
    mayWait: true,
  });
  const { inputs, layerOperands, lengths } = alignNamed(result, operands, whole);
  const loopChunks = result.map((name): readonly number[] => {
    const added = options.newAxes?.[name];
    const known = lengths.get(name) ?? (added === undefined ? undefined : [added]);
    if (known !== undefined) return known;
    throw new ArgumentError(
      "value",
      `no array has the axis "${name}" of the result: give its length`,
    );
  });
  const chunks: Chunks = loopChunks.map((own, axis) => {
    const adjust = options.adjustChunks?.[result[axis] as string];
    if (adjust === undefined) return own;
    return own.map((length) => (typeof adjust === "number" ? adjust : adjust(length)));
  });
  const layer = nameLayer<MapBlocksLayer>(
    "blockwise",
    {
      kind: "mapBlocks",
      inputs: inputs.map((input) => input.layer.name),
      operands: layerOperands,
      loopChunks,
      chunks,
      dtype: checkDType(options.dtype ?? first.array.dtype),
      function: ref,
      ...calls,
    },
    { function: ref.hash },
  );
  return first.array.derive({ layer, inputs });
}

function alignNamed(
  result: readonly string[],
  operands: readonly NamedAxes[],
  whole: ReadonlySet<string>,
): {
  readonly inputs: readonly LayerNode[];
  readonly layerOperands: readonly LayerOperand[];
  readonly lengths: ReadonlyMap<string, readonly number[]>;
} {
  const names = [...new Set(operands.flatMap(({ axes }) => axes))];
  const misnamed = operands.find(({ array, axes }) => axes.length !== array.ndim);
  if (misnamed !== undefined) {
    throw new ArgumentError(
      "value",
      `"${misnamed.axes.join("")}" does not name the axes of shape ${formatShape(misnamed.array.shape)}`,
    );
  }
  const isWhole = (name: string) => whole.has(name) || !result.includes(name);
  const unified = unifyChunks(
    operands.map(({ array, axes }) => ({
      chunks: array.chunks.map((own, i) =>
        isWhole(axes[i] as string) ? [array.shape[i] as number] : own,
      ),
      labels: axes.map((name) => names.indexOf(name)),
    })),
  );
  const lengths = new Map(names.map((name, label) => [name, unified.get(label) ?? []]));
  const inputs = new Map<string, LayerNode>();
  const layerOperands = operands.map(({ array, axes }): LayerOperand => {
    const stretches = axes.map((name, i) => array.shape[i] === 1 && lengths.get(name)?.[0] !== 1);
    const node = rechunkNode(
      array.node,
      axes.map((name, i) => (stretches[i] ? [1] : (lengths.get(name) ?? []))),
    );
    inputs.set(node.layer.name, node);
    return {
      input: [...inputs.keys()].indexOf(node.layer.name),
      axes: axes.map((name, i) => (stretches[i] ? -1 : result.indexOf(name))),
    };
  });
  return { inputs: [...inputs.values()], layerOperands, lengths };
}

/** Options of {@link reduction}. */
export interface CustomReductionOptions<T extends DType> {
  /** The axis or axes to reduce; default: all. */
  readonly axis?: AxisLike;
  /** Joins the results of `chunk` for several blocks; default: `aggregate`. */
  readonly combine?: BlockFunction<T>;
  /** Keeps the axes with length 1. */
  readonly keepdims?: boolean;
  /** The dtype of partial results and the result; default: that of the array. */
  readonly dtype?: T;
  /** How many blocks one task joins; default: 16. */
  readonly splitEvery?: number;
  /** Values of the variables that the functions use but do not declare. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * A reduction of your own: `chunk` reduces every block, a tree joins neighbours, `aggregate` makes
 * the result of the last ones.
 *
 * @param chunk gets a block, gives its partial result, of length 1 along the axes that are reduced
 * @param aggregate gets partial results side by side along those axes, gives one of length 1
 * @returns the dtype of `x` unless the options name one, without the axis
 * @chunks kept axes keep theirs; one task per block of `x` and a tree above
 * @throws ArgumentError `argument.function` when a function cannot be sent, `argument.axis`,
 * `argument.value`
 * @see https://docs.dask.org/en/stable/generated/dask.array.reduction.html
 * @example
 * const largest = (block: { data: Float64Array }) => [Math.max(...block.data)];
 * await reduction(asarray([3, 9, 1, 4], { chunks: 2 }), largest, largest).compute(); // → 9
 */
export function reduction<D extends DType, T extends DType = D>(
  x: ChunkedArray<D>,
  chunk: BlockFunction<D>,
  aggregate: BlockFunction<T>,
  options: CustomReductionOptions<T> = {},
): ChunkedArray<T> {
  checkArrays("reduction", x);
  const { combine = aggregate, splitEvery = 16, captured } = options;
  const axes = checkAxes(options.axis, x.ndim);
  const dtype = (options.dtype ?? x.dtype) as T;
  if (!Number.isSafeInteger(splitEvery) || splitEvery < 2) {
    throw new ArgumentError("value", `splitEvery must be a whole number from 2, got ${splitEvery}`);
  }
  const reduced = <S extends DType>(from: ChunkedArray<S>, f: BlockFunction<S>) => {
    const chunks = from.chunks.map((own, i) => (axes.includes(i) ? own.map(() => 1) : own));
    return mapBlocks<S, number, T>(from, f, {
      dtype,
      chunks,
      ...(captured === undefined ? {} : { captured }),
    }) as ChunkedArray<T>;
  };
  const group = Math.max(2, Math.floor(splitEvery ** (1 / Math.max(1, axes.length)) + 1e-9));
  const isCut = (array: ChunkedArray) => axes.some((axis) => (array.numblocks[axis] ?? 1) > group);
  let partial: ChunkedArray<T> = reduced(x, chunk);
  while (isCut(partial)) partial = reduced(grouped(partial, axes, group), combine);
  const result = reduced(grouped(partial, axes, group), aggregate);
  return options.keepdims === true ? result : (squeeze(result, axes) as ChunkedArray<T>);
}

/** Neighbouring blocks of length 1 put together, `group` at a time. */
function grouped<T extends DType>(
  x: ChunkedArray<T>,
  axes: readonly number[],
  group: number,
): ChunkedArray<T> {
  const chunks = x.chunks.map((own, i) =>
    axes.includes(i)
      ? Array.from({ length: Math.ceil(own.length / group) }, (_, n) =>
          Math.min(group, own.length - n * group),
        )
      : own,
  );
  return rechunkTo(x, chunks);
}
