// The port to a system's BLAS and LAPACK: the functions that the kernels call, and whether a matrix
// is large enough for a call. Its provider is runtime/host/system-blas.ts; without one, our own
// kernels serve.
import { DTYPES, type DType, type NumberArray } from "../../../base/dtype.js";
import { provided, Service } from "../../../base/host.js";

/** The dtypes for which there are products. */
export type BlasDType = "float32" | "float64" | "complex64" | "complex128";

/** A matrix as BLAS takes it: lines one after the other, each contiguous. */
export interface BlasMatrix {
  /** From the first element on; complex numbers as (re, im) by turns. */
  readonly data: NumberArray;
  /** Whether the lines are columns, not rows. */
  readonly transposed: boolean;
  /** Elements from one line to the next. */
  readonly leading: number;
}

/** `c` becomes `a·b`, or `c + a·b`: a is rows × depth, b is depth × columns. */
export interface BlasProduct {
  readonly dtype: BlasDType;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  readonly a: BlasMatrix;
  readonly b: BlasMatrix;
  readonly c: BlasMatrix;
  /** Whether the product is added to `c`. */
  readonly accumulate: boolean;
}

/** A triangular system, row-major: `b` becomes the x of `t·x = b`. */
export interface BlasTriangle {
  readonly complex: boolean;
  readonly lower: boolean;
  /** The diagonal counts as ones. */
  readonly unit: boolean;
  readonly rows: number;
  /** Columns of `b`. */
  readonly columns: number;
  /** (re, im) by turns, if complex. */
  readonly t: Float64Array;
  /** Elements from one row of `t` to the next. */
  readonly leading: number;
  readonly b: Float64Array;
}

/**
 * The routines of LAPACK that lapack.ts calls: how many arguments are characters, which come first,
 * and how many are others, without `info`.
 */
export const LAPACK_ROUTINES = {
  dpotrf: [1, 3],
  zpotrf: [1, 3],
  dgetrf: [0, 5],
  zgetrf: [0, 5],
  dgelqf: [0, 7],
  zgelqf: [0, 7],
  dormlq: [2, 10],
  zunmlq: [2, 10],
  dgesdd: [1, 12],
  zgesdd: [1, 13],
  dsyevd: [2, 8],
  zheevd: [2, 10],
} as const satisfies Readonly<Record<string, readonly [characters: number, others: number]>>;

export type LapackRoutine = keyof typeof LAPACK_ROUTINES;

/** A character, an integer, or an array that the routine reads and writes. */
export type LapackArgument = string | number | Float64Array | Int32Array;

/** A system's BLAS and LAPACK. */
export interface SystemBlas {
  multiply(product: BlasProduct): void;
  solveTriangle(triangle: BlasTriangle): void;
  /** Calls a routine on column-major matrices, as Fortran has them; returns its `info`. */
  call(routine: LapackRoutine, ...args: readonly LapackArgument[]): number;
}

/** Matrices with fewer elements, and products with fewer multiplications, are not worth a call. */
export interface LeastWork {
  readonly elements: number;
  readonly multiplications: number;
}

const LEAST_WORK: LeastWork = { elements: 400, multiplications: 8000 };

/** Where a system's BLAS comes from. */
export interface BlasProvider {
  /** Called once, when the first matrix is large enough. */
  load(): SystemBlas | undefined;
  readonly leastWork?: LeastWork;
}

/** The system's BLAS; our own kernels serve without one. */
export const SYSTEM_BLAS = new Service<BlasProvider>("system BLAS");

let loaded: { readonly provider: BlasProvider; readonly blas: SystemBlas | undefined } | undefined;

function systemBlas(): SystemBlas | undefined {
  const provider = provided(SYSTEM_BLAS);
  if (provider === undefined) return undefined;
  if (loaded?.provider !== provider) loaded = { provider, blas: provider.load() };
  return loaded.blas;
}

function leastWork(): LeastWork {
  return provided(SYSTEM_BLAS)?.leastWork ?? LEAST_WORK;
}

/** The system's BLAS for a product of that many multiplications, if there is one and it pays. */
export function blasForProduct(multiplications: number): SystemBlas | undefined {
  return multiplications < leastWork().multiplications ? undefined : systemBlas();
}

/** The system's LAPACK for a matrix of this size, if there is one and it pays. */
export function lapackFor(a: {
  readonly rows: number;
  readonly columns: number;
}): SystemBlas | undefined {
  return a.rows * a.columns < Math.max(1, leastWork().elements) ? undefined : systemBlas();
}

/** Whether BLAS has products of this dtype. */
export function isBlasDType(dtype: DType): dtype is BlasDType {
  const { kind } = DTYPES[dtype];
  return kind === "float" || kind === "complex";
}
