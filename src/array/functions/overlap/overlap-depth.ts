// The depth of blocks' margins along each axis, and the boundary beyond the ends of an array.
import { isScalar, type Scalar } from "../../../base/dtype.js";
import { ArgumentError } from "../../../base/errors.js";
import type { ChunkedArray } from "../../chunked-array.js";
import { checkAxis } from "../../chunks/axes.js";
import { checkLengths } from "../../chunks/unknown-lengths.js";
import { checkFinite } from "../../layers/check-arguments.js";

/** The padding beyond the ends of an array. */
export type Boundary = "none" | "reflect" | "periodic" | "nearest" | Scalar;

/**
 * How many elements of its neighbours a block sees along an axis: as many on both sides, or before
 * and after.
 */
export type Depth = number | readonly [before: number, after: number];

/** A depth for all axes, or one by axis: a list of them, or an object. */
export type DepthByAxis = number | { readonly [axis: number]: Depth };

/** A boundary for all axes, or one by axis: a list of them, or an object. */
export type BoundaryByAxis = Boundary | null | { readonly [axis: number]: Boundary };

/** How blocks overlap along one axis. */
export interface OverlapSides {
  readonly before: number;
  readonly after: number;
  readonly boundary: Boundary;
}

const KINDS: ReadonlySet<Boundary> = new Set(["none", "reflect", "periodic", "nearest"]);

/** How the blocks of `x` overlap along each of its axes. */
export function overlapsOf(
  x: ChunkedArray,
  depth: DepthByAxis,
  boundary: BoundaryByAxis | undefined,
): OverlapSides[] {
  checkLengths("blocks that see their neighbours", x.chunks);
  const boundaries = byAxis<Boundary>(x, isBoundary(boundary) ? boundary : undefined, boundary);
  if (typeof depth !== "object" || depth === null) checkFinite("a depth", depth);
  const depths = byAxis<Depth>(x, typeof depth === "number" ? depth : undefined, depth);
  return depths.map((each = 0, axis) => {
    const [before, after] = typeof each === "number" ? [each, each] : pairOf(each);
    checkDepth(before, axis, x);
    checkDepth(after, axis, x);
    return { before, after, boundary: boundaryOf(boundaries[axis]) };
  });
}

/** One value for all axes, or a value by axis; undefined if there is none. */
function byAxis<T>(x: ChunkedArray, all: T | undefined, given: unknown): (T | undefined)[] {
  const values = x.shape.map(() => all);
  if (all !== undefined || typeof given !== "object" || given === null) return values;
  for (const [axis, each] of Object.entries(given)) values[checkAxis(Number(axis), x.ndim)] = each;
  return values;
}

function isBoundary(given: unknown): given is Boundary {
  return typeof given === "string" || isScalar(given);
}

function boundaryOf(given: unknown): Boundary {
  if (given === undefined || given === null) return "none";
  if (isScalar(given) || KINDS.has(given as Boundary)) return given as Boundary;
  throw new ArgumentError(
    "value",
    `there is no boundary ${JSON.stringify(given)}: expected a number or one of ${[...KINDS].join(", ")}`,
    { boundary: given },
  );
}

function pairOf(given: unknown): readonly [number, number] {
  if (Array.isArray(given) && given.length === 2) return given as [number, number];
  throw new ArgumentError(
    "value",
    `${JSON.stringify(given)} is no depth along an axis: expected a number, or two for before and after`,
    { depth: given },
  );
}

function checkDepth(depth: number, axis: number, x: ChunkedArray): void {
  const length = x.shape[axis] as number;
  if (Number.isSafeInteger(depth) && depth >= 0 && depth <= length) return;
  throw new ArgumentError(
    "value",
    `a depth of ${depth} along axis ${axis} of length ${length}: expected a whole number up to its length`,
    { axis, depth },
  );
}
