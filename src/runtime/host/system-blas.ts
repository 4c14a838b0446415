// Finds and binds a system's BLAS and LAPACK on request. kernels/linalg/dense/ calls them;
// linalg-backend.ts there decides for which matrices. OpenBLAS has threads of its own, which are
// not used: each call stays on its thread.
import { readFileSync } from "node:fs";
import type { LibraryHandle } from "koffi";
import { defined } from "../../base/assert.js";
import { reasonOf } from "../../base/reason.js";
import {
  type BlasDType,
  type BlasProduct,
  type BlasTriangle,
  LAPACK_ROUTINES,
  type LapackArgument,
  type LapackRoutine,
  type SystemBlas,
} from "../../kernels/linalg/products/linalg-backend.js";
import { loadLibrary } from "../../system/native-library.js";

/** File names of the libraries, in the order in which they are tried. */
const LIBRARY_NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ["libopenblas.so.0", "libopenblas.so.3", "libopenblasp.so.0", "libopenblas.so"],
  darwin: [
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
    "libopenblas.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll"],
};

// cblas.h
const ROW_MAJOR = 101;
const COLUMN_MAJOR = 102;
const AS_IT_IS = 111;
const TRANSPOSED = 112;
const [UPPER, LOWER] = [121, 122];
const [NON_UNIT, UNIT] = [131, 132];
const LEFT = 141;

/** Which library serves. */
export interface BlasFound {
  readonly blas: SystemBlas;
  /** The library's own name and version, such as `OpenBLAS 0.3.21`. */
  readonly name: string;
  /** Its file, if the system lists it; otherwise the name by which it was found. */
  readonly path: string;
}

let found: BlasFound | null | undefined;

/**
 * The library that `TILEWORK_BLAS` names, or the first that is there; undefined when none is, or
 * when that variable is `off`. It is looked for once per thread.
 *
 * @param warn called when the variable names a library that does not exist, or one lacks a function
 */
export function findSystemBlas(warn: (text: string) => void): BlasFound | undefined {
  if (found === undefined) found = search(process.env.TILEWORK_BLAS ?? "", warn) ?? null;
  return found ?? undefined;
}

function search(wanted: string, warn: (text: string) => void): BlasFound | undefined {
  if (wanted === "off") return undefined;
  const names = wanted === "" ? (LIBRARY_NAMES[process.platform] ?? []) : [wanted];
  for (const name of names) {
    const library = loadLibrary(name);
    if (library === undefined) continue;
    try {
      return bindLibrary(library, name);
    } catch (error) {
      const reason = reasonOf(error);
      warn(`${name} is not used for linear algebra (${reason}); tilework uses its own kernels`);
      return undefined;
    }
  }
  if (wanted !== "") {
    warn(`TILEWORK_BLAS names ${wanted}, which cannot be loaded; tilework uses its own kernels`);
  }
  return undefined;
}

/** @throws Error when the library lacks a function, or uses 64-bit integers */
function bindLibrary(library: LibraryHandle, name: string): BlasFound {
  const config = tryFunction(library, "openblas_get_config", "str", [])?.() as string | undefined;
  if (config?.includes("USE64BITINT")) throw new Error(`${name} uses 64-bit integers`);
  // OpenBLAS, Intel's library and BLIS.
  for (const setter of [
    "openblas_set_num_threads",
    "MKL_Set_Num_Threads",
    "bli_thread_set_num_threads",
  ]) {
    tryFunction(library, setter, "void", ["int"])?.(1);
  }
  const gemm = bindProducts(library);
  const trsm = bindTriangles(library);
  const routines = bindRoutines(library);
  return {
    blas: {
      multiply: gemm,
      solveTriangle: trsm,
      call: (routine, ...args) => callRoutine(defined(routines.get(routine), routine), args),
    },
    name: config?.split(" ").slice(0, 2).join(" ") ?? "BLAS",
    path: fileOf(name) ?? name,
  };
}

type NativeFunction = (...args: readonly unknown[]) => unknown;

function tryFunction(
  library: LibraryHandle,
  name: string,
  result: string,
  parameters: readonly string[],
): NativeFunction | undefined {
  try {
    return library.func(name, result, [...parameters]);
  } catch {
    return undefined;
  }
}

function bindProducts(library: LibraryHandle): (product: BlasProduct) => void {
  const bind = (name: string, scalar: string): NativeFunction => {
    const sizes = ["int", "int", "int", "int", "int", "int"];
    const operands = [scalar, "void *", "int", "void *", "int", scalar, "void *", "int"];
    return library.func(name, "void", [...sizes, ...operands]);
  };
  const functions: Readonly<Record<BlasDType, NativeFunction>> = {
    float32: bind("cblas_sgemm", "float"),
    float64: bind("cblas_dgemm", "double"),
    complex64: bind("cblas_cgemm", "void *"),
    complex128: bind("cblas_zgemm", "void *"),
  };
  const scalars: Readonly<Record<BlasDType, readonly [zero: unknown, one: unknown]>> = {
    float32: [0, 1],
    float64: [0, 1],
    complex64: [Float32Array.of(0, 0), Float32Array.of(1, 0)],
    complex128: [Float64Array.of(0, 0), Float64Array.of(1, 0)],
  };
  return ({ dtype, rows, columns, depth, a, b, c, accumulate }) => {
    const [zero, one] = scalars[dtype];
    // A transposed result is a plain one in column order; so are operands like it.
    const order = c.transposed ? COLUMN_MAJOR : ROW_MAJOR;
    const form = (m: typeof a) => (m.transposed === c.transposed ? AS_IT_IS : TRANSPOSED);
    const left = [a.data, a.leading];
    const right = [b.data, b.leading];
    const result = [accumulate ? one : zero, c.data, c.leading];
    functions[dtype](
      order,
      form(a),
      form(b),
      rows,
      columns,
      depth,
      one,
      ...left,
      ...right,
      ...result,
    );
  };
}

function bindTriangles(library: LibraryHandle): (triangle: BlasTriangle) => void {
  const bind = (name: string, scalar: string): NativeFunction => {
    const forms = ["int", "int", "int", "int", "int", "int", "int"];
    return library.func(name, "void", [...forms, scalar, "void *", "int", "void *", "int"]);
  };
  const [real, complex] = [bind("cblas_dtrsm", "double"), bind("cblas_ztrsm", "void *")];
  const one = Float64Array.of(1, 0);
  return ({ complex: isComplex, lower, unit, rows, columns, t, leading, b }) => {
    const form = [lower ? LOWER : UPPER, AS_IT_IS, unit ? UNIT : NON_UNIT, rows, columns];
    const solve = isComplex ? complex : real;
    solve(ROW_MAJOR, LEFT, ...form, isComplex ? one : 1, t, leading, b, columns);
  };
}

function bindRoutines(library: LibraryHandle): ReadonlyMap<LapackRoutine, NativeFunction> {
  const bound = new Map<LapackRoutine, NativeFunction>();
  for (const name of Object.keys(LAPACK_ROUTINES) as LapackRoutine[]) {
    const [characters, others] = LAPACK_ROUTINES[name];
    const pointers = new Array<string>(characters + others + 1).fill("void *");
    // Fortran receives the lengths of characters after all other arguments.
    const lengths = new Array<string>(characters).fill("size_t");
    bound.set(name, library.func(`${name}_`, "void", [...pointers, ...lengths]));
  }
  return bound;
}

/** Fortran takes everything by reference. */
function callRoutine(routine: NativeFunction, args: readonly LapackArgument[]): number {
  const info = new Int32Array(1);
  const lengths: number[] = [];
  const pointers = args.map((arg) => {
    if (typeof arg === "number") return Int32Array.of(arg);
    if (typeof arg !== "string") return arg;
    lengths.push(arg.length);
    return Uint8Array.of(arg.charCodeAt(0));
  });
  routine(...pointers, info, ...lengths);
  return info[0] as number;
}

/**
 * The file behind a library's name, from the system's list of the files that this process has
 * loaded.
 */
function fileOf(name: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const stem = (name.split("/").at(-1) as string).split(".so")[0] as string;
  try {
    const maps = readFileSync("/proc/self/maps", "utf8").split("\n");
    return maps
      .map((line) => line.slice(line.indexOf("/")))
      .find((path) => path.split("/").at(-1)?.startsWith(stem) && path.startsWith("/"));
  } catch {
    return undefined;
  }
}
