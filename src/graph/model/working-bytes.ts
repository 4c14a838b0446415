// The memory of a running task besides its operands and result: the most that its kernel allocates
// on the way. test/diagnostics/working-bytes.test.ts checks the kernels against it.
import { itemBytes } from "../../base/dtype.js";
import { longest, sizeOf } from "./chunks.js";
import type { FusedLayer, Layer } from "./layer.js";
import type { RoutineName } from "./routine.js";

/**
 * Scratch memory that any kernel may allocate: lists of positions along axes, tables, buffers of
 * fixed size.
 */
const SCRATCH_BYTES = 2 ** 18;

/** Elements of a slide's scratch memory, if its window is not longer. */
export const SLIDE_ELEMENTS = 2 ** 14;

/** Windows whose elements get their ranks together, if a window is not longer. */
export const SLIDE_STRETCH = 2 ** 11;

/**
 * How many times the bytes of operands and result a routine allocates again, at most, whether or
 * not it is collected meanwhile; 1 for those that are not listed.
 */
const ROUTINE_SHARES: Readonly<Partial<Record<RoutineName, number>>> = {
  // Elements of each rank's bounds are gathered again.
  narrow: 16,
  pick: 16,
  quantileRanks: 16,
  sort: 2,
  argsort: 3,
  mergeOrder: 2,
  // Counts are added up for one table at a time.
  narrowDigits: 0,
  digitQuantiles: 0,
  quantile: 3,
  groupQuantile: 3,
  window: 2,
  unique: 3,
  cholesky: 3,
  reflections: 2,
  applyReflections: 2,
  solveTriangular: 4,
  solve: 14,
  inverse: 14,
  determinant: 14,
  logDeterminant: 14,
  luPanel: 8,
  luUpdate: 3,
  luFactors: 2,
  luUpper: 2,
  svd: 8,
  eigh: 5,
  eig: 6,
};

/**
 * The most bytes that a task of `layer` allocates while it runs; memory of users' functions is not
 * known.
 *
 * @param operandBytes of all operands together
 */
export function workingBytes(layer: Layer, operandBytes: number, outputBytes: number): number {
  if (layer.kind === "routine" && layer.routine.name === "slide") {
    return SCRATCH_BYTES + operandBytes + slideBytes(layer.routine.size);
  }
  if (layer.kind === "routine" && layer.routine.name === "slideQuantiles") {
    return SCRATCH_BYTES + operandBytes + stretchBytes(layer.routine.size);
  }
  const bytes = SCRATCH_BYTES + workingShare(layer) * (operandBytes + outputBytes);
  return layer.kind === "fused" ? bytes + stepBytes(layer, operandBytes) : bytes;
}

/**
 * Two numbers for each element of a window, of as many lanes as make this many at least; as doubles
 * the elements of as many windows, those after them, and the results.
 */
function slideBytes(size: number): number {
  const elements = 5 * Math.max(size, SLIDE_ELEMENTS) + 2 * SLIDE_ELEMENTS;
  return Float64Array.BYTES_PER_ELEMENT * elements;
}

/** Elements of a stretch, twice and by what sorts them, and three numbers of 32 bits for each. */
function stretchBytes(size: number): number {
  const elements = Math.max(size, SLIDE_STRETCH) + size;
  return elements * (3 * Float64Array.BYTES_PER_ELEMENT + 3 * Int32Array.BYTES_PER_ELEMENT);
}

/** Bytes of the largest blocks of all steps but the last, and what routines among them need. */
function stepBytes({ steps }: FusedLayer, operandBytes: number): number {
  let bytes = 0;
  for (const [k, { layer }] of steps.entries()) {
    const own = k === steps.length - 1 ? 0 : largestBlockBytes(layer);
    bytes += own;
    if (layer.kind === "routine") bytes += workingBytes(layer, operandBytes + bytes, own);
  }
  return bytes;
}

function largestBlockBytes({ chunks, dtype }: Layer): number {
  return sizeOf(chunks.map(longest)) * itemBytes(dtype);
}

function workingShare(layer: Layer): number {
  switch (layer.kind) {
    case "routine":
      return ROUTINE_SHARES[layer.routine.name] ?? 1;
    case "contract":
      return 1;
    default:
      return 0;
  }
}
