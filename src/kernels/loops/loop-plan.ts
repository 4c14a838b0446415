// How a loop over strided arrays is walked: which axes become one, which is innermost, and whether
// two axes are walked together so that a transposed operand still reads whole cache lines. The plan
// is numbers; the code that follows it is loop-code.ts.

/** How a stream moves along an axis: not at all, by one element, or by some other stride. */
export type StrideClass = "none" | "unit" | "any";

/**
 * A loop over `extents`, in which every stream (an array or a counted position) moves by strides.
 */
export interface LoopSpace {
  readonly extents: readonly number[];
  /** Per axis: whether the values along it are reduced to one. */
  readonly reduced: readonly boolean[];
  /** Whether there is a reduction: it may be over no axis at all. */
  readonly reducing: boolean;
  /** Per stream, per axis. The first stream is the output; it does not move along reduced axes. */
  readonly strides: readonly (readonly number[])[];
  /** Per stream in memory: the first one that starts at the same index. */
  readonly startsWith: readonly number[];
  /** Which streams are arrays in memory; the others only count. */
  readonly inMemory: readonly boolean[];
  /** Whether reduced values must be seen in row-major order (first occurrence wins). */
  readonly ordered: boolean;
}

/**
 * Where results gather: nowhere (elementwise), in scalars (the innermost axis is reduced), or in a
 * row (the innermost axis is kept, and the one around it is reduced).
 */
export type Gathering = "none" | "scalar" | "row";

/** The inputs of the generated code: loops of equal shape share it. */
export interface LoopShape {
  readonly gathering: Gathering;
  /** Number of plain loops around the inner ones: over kept axes, then over reduced ones. */
  readonly outerKept: number;
  readonly outerReduced: number;
  /** Whether a second axis is walked several lines at a time around the innermost one. */
  readonly paired: boolean;
  /** Whether an operand is contiguous along the paired axis and jumps along the innermost one. */
  readonly transposed: boolean;
  /** Per stream: how it moves along the innermost axis, and along the paired one. */
  readonly inner: readonly StrideClass[];
  readonly pair: readonly StrideClass[];
  /**
   * Per stream: the first one that always points at the same index, so that one index serves both.
   */
  readonly sameAs: readonly number[];
}

/** A walk through a {@link LoopSpace}; axes are ordered outermost first. */
export interface LoopPlan {
  readonly shape: LoopShape;
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
  /** The innermost axis is walked in pieces of this length. */
  readonly tile: number;
}

/** Elements of a row that gathers results: two such rows stay in the fastest cache. */
export const ROW_TILE = 1024;
/** A tile's width where an operand is transposed: it stays within the pages of the TLB. */
const TRANSPOSED_TILE = 1024;
/** Scalars gather this many values before they are added to the total: blocked summation. */
const SCALAR_TILE = 512;
/** Below this many elements along an axis a transposed operand is walked plainly. */
const TRANSPOSED_MIN = 4;

/** The axes of a loop after joining: see {@link collapse}. */
export interface Axes {
  extents: number[];
  reduced: boolean[];
  strides: number[][];
}

/** The walk for `space`; no extent may be zero. */
export function planLoop(space: LoopSpace): LoopPlan {
  const axes = collapse(space);
  const { inner, pair, gathering, transposed } = chooseInner(axes, space);
  const outer = axes.extents
    .map((_, axis) => axis)
    .filter((axis) => axis !== inner && axis !== pair);
  const kept = outer.filter((axis) => axes.reduced[axis] !== true);
  const reduced = outer.filter((axis) => axes.reduced[axis] === true);
  const order = [...kept, ...reduced, ...(pair < 0 ? [] : [pair]), inner];
  return {
    shape: {
      gathering,
      outerKept: kept.length,
      outerReduced: reduced.length,
      paired: pair >= 0,
      transposed,
      inner: axes.strides.map((strides) => strideClass(strides[inner])),
      pair: axes.strides.map((strides) => (pair < 0 ? "none" : strideClass(strides[pair]))),
      sameAs: axes.strides.map((_, stream) => firstAlike(axes, space, stream)),
    },
    extents: order.map((axis) => axes.extents[axis] as number),
    strides: axes.strides.map((strides) => order.map((axis) => strides[axis] as number)),
    tile: tileOf(gathering, transposed) ?? (axes.extents[inner] as number),
  };
}

/** The length of the pieces in which the innermost axis is walked; undefined for no pieces. */
function tileOf(gathering: Gathering, transposed: boolean): number | undefined {
  if (gathering === "row") return ROW_TILE;
  if (transposed) return TRANSPOSED_TILE;
  return gathering === "scalar" ? SCALAR_TILE : undefined;
}

/** The first stream in memory that starts and moves as `stream` does. */
function firstAlike(axes: Axes, space: LoopSpace, stream: number): number {
  if (space.inMemory[stream] !== true) return stream;
  const strides = axes.strides[stream] as number[];
  return axes.strides.findIndex(
    (other, s) =>
      space.startsWith[s] === space.startsWith[stream] &&
      other.every((stride, i) => stride === strides[i]),
  );
}

function strideClass(stride: number | undefined): StrideClass {
  return stride === 0 ? "none" : stride === 1 ? "unit" : "any";
}

/** Drops axes of length 1 and joins neighbours through which every stream moves as through one. */
export function collapse(space: LoopSpace): Axes {
  const axes: Axes = { extents: [], reduced: [], strides: space.strides.map(() => []) };
  space.extents.forEach((extent, axis) => {
    if (extent === 1) return;
    const last = axes.extents.length - 1;
    const joins =
      last >= 0 &&
      axes.reduced[last] === space.reduced[axis] &&
      space.strides.every(
        (strides, s) => axes.strides[s]?.[last] === (strides[axis] as number) * extent,
      );
    if (joins) {
      axes.extents[last] = (axes.extents[last] as number) * extent;
      space.strides.forEach((strides, s) => {
        (axes.strides[s] as number[])[last] = strides[axis] as number;
      });
    } else {
      pushAxis(axes, extent, space.reduced[axis] === true, space.strides, axis);
    }
  });
  return axes;
}

/** Adds an axis of `extent` along which nothing moves, or one of `strides`; returns its place. */
export function pushAxis(
  axes: Axes,
  extent: number,
  reduced: boolean,
  strides?: readonly (readonly number[])[],
  axis = 0,
): number {
  axes.extents.push(extent);
  axes.reduced.push(reduced);
  axes.strides.forEach((own, s) => {
    own.push(strides === undefined ? 0 : (strides[s]?.[axis] as number));
  });
  return axes.extents.length - 1;
}

interface Inner {
  readonly inner: number;
  readonly pair: number;
  readonly gathering: Gathering;
  readonly transposed: boolean;
}

function chooseInner(axes: Axes, space: LoopSpace): Inner {
  const { reducing } = space;
  if (axes.extents.length === 0) pushAxis(axes, 1, reducing);
  const last = axes.extents.length - 1;
  if (!reducing) {
    const pair = transposedAxis(axes, space, last);
    return { inner: last, pair, gathering: "none", transposed: pair >= 0 };
  }
  const inner = space.ordered ? last : fastestAxis(axes, space);
  const across = space.ordered ? -1 : transposedAxis(axes, space, inner);
  if (axes.reduced[inner] === true) {
    if (across < 0 || axes.reduced[across] === true) {
      return { inner, pair: across, gathering: "scalar", transposed: across >= 0 };
    }
    return { inner: across, pair: inner, gathering: "row", transposed: true };
  }
  const lastReduced = axes.reduced.lastIndexOf(true);
  const pair = lastReduced >= 0 ? lastReduced : pushAxis(axes, 1, true);
  return { inner, pair, gathering: "row", transposed: across >= 0 };
}

/**
 * An axis along which an operand is contiguous although along `inner` it jumps; -1 if none does.
 */
export function transposedAxis(axes: Axes, space: LoopSpace, inner: number): number {
  if ((axes.extents[inner] as number) < TRANSPOSED_MIN) return -1;
  for (let s = 1; s < axes.strides.length; s++) {
    const strides = axes.strides[s] as number[];
    if (space.inMemory[s] !== true || strideClass(strides[inner]) !== "any") continue;
    const axis = strides.findIndex(
      (stride, i) => stride === 1 && (axes.extents[i] as number) >= TRANSPOSED_MIN,
    );
    if (axis >= 0) return axis;
  }
  return -1;
}

/** The axis along which most operands are contiguous; the last of those. */
export function fastestAxis(axes: Axes, space: LoopSpace): number {
  let best = axes.extents.length - 1;
  let bestCount = -1;
  for (let axis = axes.extents.length - 1; axis >= 0; axis--) {
    let count = 0;
    for (let s = 1; s < axes.strides.length; s++) {
      if (space.inMemory[s] === true && axes.strides[s]?.[axis] === 1) count++;
    }
    if (count > bestCount) {
      best = axis;
      bestCount = count;
    }
  }
  return best;
}
