// An array in groups, as its reductions and arithmetic take it: the axes of the groups follow one
// another, and the group of each position is known, or computed.
import { ArgumentError } from "../../base/errors.js";
import type { GroupPlaces } from "../../graph/model/group-routine.js";
import type { ChunkedArray } from "../chunked-array.js";
import { rechunkTo } from "../layers/rechunk-layer.js";
import { dataNode } from "../layers/source-layer.js";
import { transpose } from "../manipulation/transpose.js";
import type { Grouping } from "./group-labels.js";
import { placesOf } from "./group-places.js";

/** An array in groups. */
export interface Grouped extends Grouping {
  /** The array, with the axes of the groups from `axis` on. */
  readonly x: ChunkedArray;
  readonly axis: number;
  /** How many axes the groups have. */
  readonly span: number;
  /** The axes as the user named them. */
  readonly axes: readonly number[];
  readonly skipNaN: boolean;
}

/** The array in groups along `axes`; several come together where the first of them is. */
export function groupedAlong(
  given: ChunkedArray,
  axes: readonly number[],
  grouping: Grouping,
  skipNaN: boolean,
): Grouped {
  const axis = Math.min(...axes);
  const x = transpose(given, broughtTogether(axes, given.ndim)) as ChunkedArray;
  return { ...grouping, x, axis, span: axes.length, axes, skipNaN };
}

/** A result in the shape of the array in groups, with its axes as the user has them. */
export function withOwnAxes({ axes }: Grouped, result: ChunkedArray): ChunkedArray {
  const order = broughtTogether(axes, result.ndim);
  return transpose(
    result,
    order.map((_, axis) => order.indexOf(axis)),
  ) as ChunkedArray;
}

function broughtTogether(axes: readonly number[], ndim: number): number[] {
  const others = Array.from({ length: ndim }, (_, axis) => axis).filter((a) => !axes.includes(a));
  return others.toSpliced(Math.min(...axes), 0, ...axes);
}

/** The groups of the blocks of an array with the axes of the groups, for a routine. */
export interface GroupedRows {
  readonly rows: { readonly axis: number; readonly span?: number; readonly places?: GroupPlaces };
  /** The operand that holds them, where they are computed. */
  readonly operands: readonly { readonly node: ChunkedArray["node"]; readonly axes: number[] }[];
}

/** How routines find the groups of the blocks of `x`, an array with the axes of the groups. */
export function rowsOf({ axis, span, groups, codes }: Grouped, x: ChunkedArray): GroupedRows {
  if (codes === undefined) {
    const places = placesOf(x.chunks, axis, groups as Int32Array);
    return { rows: { axis, places }, operands: [] };
  }
  const { node } = rechunkTo(codes, x.chunks.slice(axis, axis + span));
  const axes = Array.from({ length: span }, (_, k) => axis + k);
  return { rows: { axis, span }, operands: [{ node, axes }] };
}

/** The known groups of positions along several axes as an array, cut as `x` is there. */
export function codesAlong(
  x: ChunkedArray,
  axes: readonly number[],
  groups: Int32Array,
): ChunkedArray {
  const shape = axes.map((axis) => x.shape[axis] as number);
  const chunks = axes.map((axis) => x.chunks[axis] as readonly number[]);
  return x.derive(dataNode({ data: groups, shape, dtype: "int32" }, { chunks })) as ChunkedArray;
}

/**
 * The groups of all positions.
 *
 * @throws ArgumentError `argument.value` where they are computed
 */
export function knownGroups({ groups }: Grouping, what: string): Int32Array {
  if (groups !== undefined) return groups;
  const text = `${what} needs labels that are known before it runs: pass \`await labels.compute()\``;
  throw new ArgumentError("value", text);
}
