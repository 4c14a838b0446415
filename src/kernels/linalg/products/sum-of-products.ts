// Sums of matrix products. Floating point goes through WebAssembly: operands are cut into tiles and
// packed into panels that its inner loop reads in order (Goto and van de Geijn 2008), or through a
// system's BLAS, where there is one (linalg/products/gemm.ts). Integers and bool are a plain loop;
// complex matrices without BLAS are real ones twice (contract-blocks.ts). Which axes make a matrix
// is contract-blocks.ts.
import { assert } from "../../../base/assert.js";
import { type Block, contiguousBlock, emptyBlock } from "../../../base/block.js";
import {
  DTYPES,
  type DType,
  isBigInt,
  isComplex,
  isInteger,
  itemBytes,
  type NumberArray,
  type TypedArray,
  typedView,
} from "../../../base/dtype.js";
import { fillElements } from "../../blocks/scalar-values.js";
import { copyBlock, subBlock } from "../../programs/copy-block.js";
import { matmulRelaxedWasm } from "../../wasm/generated/matmul-relaxed-wasm.js";
import { matmulWasm } from "../../wasm/generated/matmul-wasm.js";
import { wasmFeatures } from "../../wasm/wasm-features.js";
import { growMemory, instantiateWasm, type WasmInstance } from "../../wasm/wasm-instances.js";
import { isForBlas, multiplyBySystem } from "./gemm.js";
import { blasForProduct } from "./linalg-backend.js";
import type { Matrix } from "./strided-matrix.js";

type Multiply = (a: number, b: number, c: number, m: number, n: number, k: number) => void;
interface MatmulFunctions {
  readonly multiplyFloat64: Multiply;
  readonly multiplyFloat32: Multiply;
}

/**
 * Rows and columns of the result that are gathered at a time, and depth that is packed at a time.
 */
const TILE_ROWS = 1024;
const TILE_COLUMNS = 1024;
const TILE_DEPTH = 256;
const PANEL_ROWS = 4;
const PANEL_BYTES = 32;
const FIRST_BYTE = 1024;

let instance: WasmInstance<MatmulFunctions> | null | undefined;

/** The kernels of this thread; null where there is no WebAssembly. */
function matmulInstance(): WasmInstance<MatmulFunctions> | null {
  if (instance === undefined) {
    const module = wasmFeatures().relaxedSimd ? matmulRelaxedWasm : matmulWasm;
    instance = instantiateWasm<MatmulFunctions>(module) ?? null;
  }
  return instance;
}

/** `output` (two-dimensional) = the sum of `left × right` over all `pairs`. */
export function sumOfProducts(
  pairs: readonly (readonly [left: Matrix, right: Matrix])[],
  output: Block,
): void {
  if (output.shape.includes(0)) return;
  // Complex numbers come here only where BLAS takes them.
  const count = isComplex(output.dtype) ? Number.POSITIVE_INFINITY : multiplications(pairs);
  const blas = isForBlas(pairs, output) ? blasForProduct(count) : undefined;
  if (blas !== undefined) {
    multiplyBySystem(blas, pairs, output);
    return;
  }
  assert(
    !isComplex(output.dtype),
    "complex products without BLAS are real ones (contract-blocks.ts)",
  );
  const wasm = matmulInstance();
  if (wasm === null || DTYPES[output.dtype].kind !== "float") {
    jsSumOfProducts(pairs, output);
    return;
  }
  const [rows = 0, columns = 0] = output.shape;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      const shape = [Math.min(TILE_ROWS, rows - row), Math.min(TILE_COLUMNS, columns - column)];
      multiplyTile(wasm, pairs, row, column, subBlock(output, [row, column], shape));
    }
  }
}

function multiplications(pairs: readonly (readonly [left: Matrix, right: Matrix])[]): number {
  return pairs.reduce((sum, [a, b]) => sum + a.rows * a.columns * b.columns, 0);
}

/** Where the packed operands and the result are in the instance's memory, in bytes. */
interface TileLayout {
  readonly rows: number;
  readonly columns: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly endBytes: number;
}

function tileLayout(dtype: DType, shape: readonly number[]): TileLayout {
  const bytes = itemBytes(dtype);
  const rows = roundUp(shape[0] as number, PANEL_ROWS);
  const columns = roundUp(shape[1] as number, PANEL_BYTES / bytes);
  const b = FIRST_BYTE + rows * TILE_DEPTH * bytes;
  const c = b + columns * TILE_DEPTH * bytes;
  return { rows, columns, a: FIRST_BYTE, b, c, endBytes: c + rows * columns * bytes };
}

function roundUp(n: number, multiple: number): number {
  return Math.ceil(n / multiple) * multiple;
}

/** One tile of the output, from `row` and `column` of the whole. */
function multiplyTile(
  wasm: WasmInstance<MatmulFunctions>,
  pairs: readonly (readonly [Matrix, Matrix])[],
  row: number,
  column: number,
  output: Block,
): void {
  const { dtype } = output;
  const [height = 0, width = 0] = output.shape;
  const layout = tileLayout(dtype, output.shape);
  growMemory(wasm, layout.endBytes);
  const { buffer } = wasm.memory;
  const multiply =
    dtype === "float32" ? wasm.functions.multiplyFloat32 : wasm.functions.multiplyFloat64;
  const panelColumns = PANEL_BYTES / itemBytes(dtype);
  const panelsA = typedView(dtype, buffer, layout.a, layout.rows * TILE_DEPTH);
  const panelsB = typedView(dtype, buffer, layout.b, layout.columns * TILE_DEPTH);
  const sums = typedView(dtype, buffer, layout.c, layout.rows * layout.columns) as NumberArray;
  sums.fill(0);
  for (const [left, right] of pairs) {
    for (let from = 0; from < left.columns; from += TILE_DEPTH) {
      const depth = Math.min(TILE_DEPTH, left.columns - from);
      const startA = left.offset + row * left.rowStride + from * left.columnStride;
      pack(
        left.data,
        startA,
        left.rowStride,
        left.columnStride,
        height,
        depth,
        PANEL_ROWS,
        panelsA,
      );
      const startB = right.offset + from * right.rowStride + column * right.columnStride;
      pack(
        right.data,
        startB,
        right.columnStride,
        right.rowStride,
        width,
        depth,
        panelColumns,
        panelsB,
      );
      multiply(layout.a, layout.b, layout.c, layout.rows, layout.columns, depth);
    }
  }
  const whole = contiguousBlock(dtype, sums, [layout.rows, layout.columns]);
  copyBlock(subBlock(whole, [0, 0], output.shape), output);
}

/**
 * Copies `count` lines of `depth` elements into panels of `panel` lines, within which the lines run
 * side by side; a last panel that is not full is filled up with zeros.
 */
function pack(
  source: TypedArray,
  start: number,
  lineStride: number,
  depthStride: number,
  count: number,
  depth: number,
  panel: number,
  target: TypedArray,
): void {
  for (let line = 0; line < count; line += panel) {
    const lines = Math.min(panel, count - line);
    const base = line * depth;
    if (lines < panel) (target as NumberArray).fill(0, base, base + panel * depth);
    for (let l = 0; l < lines; l++) {
      let from = start + (line + l) * lineStride;
      let to = base + l;
      for (let k = 0; k < depth; k++) {
        target[to] = source[from] as number;
        from += depthStride;
        to += panel;
      }
    }
  }
}

/** The same by a plain loop: wrapping for integers, "any of all" for bool. */
function jsSumOfProducts(pairs: readonly (readonly [Matrix, Matrix])[], output: Block): void {
  const [rows = 0, columns = 0] = output.shape;
  const { dtype, addRow } = jsSums(output.dtype);
  const line = emptyBlock(dtype, [1, columns]);
  for (let row = 0; row < rows; row++) {
    fillElements(line, 0, 0, columns);
    for (const [left, right] of pairs) {
      for (let k = 0; k < left.columns; k++) {
        const at = left.offset + row * left.rowStride + k * left.columnStride;
        addRow(line.data, left.data[at] as never, right, right.offset + k * right.rowStride);
      }
    }
    copyBlock(line, subBlock(output, [row, 0], [1, columns]));
  }
}

/** Adds `factor` times a row of `right`, which begins at `start`, to `sums`. */
type AddRow = (sums: TypedArray, factor: never, right: Matrix, start: number) => void;

/** How products of `dtype` are added up, and in which dtype: integers wrap when they are copied. */
function jsSums(dtype: DType): { readonly dtype: DType; readonly addRow: AddRow } {
  if (dtype === "bool") return { dtype: "int32", addRow: addBoolRow };
  if (isBigInt(dtype)) return { dtype, addRow: addBigIntRow };
  return isInteger(dtype)
    ? { dtype: "int32", addRow: addIntRow }
    : { dtype: "float64", addRow: addFloatRow };
}

function addFloatRow(sums: TypedArray, factor: number, right: Matrix, start: number): void {
  const { data, columnStride } = right;
  const { length } = sums;
  for (let j = 0, at = start; j < length; j++, at += columnStride) {
    sums[j] = (sums[j] as number) + factor * (data[at] as number);
  }
}

function addIntRow(sums: TypedArray, factor: number, right: Matrix, start: number): void {
  const { data, columnStride } = right;
  const { length } = sums;
  for (let j = 0, at = start; j < length; j++, at += columnStride) {
    sums[j] = ((sums[j] as number) + Math.imul(factor, data[at] as number)) | 0;
  }
}

function addBigIntRow(sums: TypedArray, factor: bigint, right: Matrix, start: number): void {
  const { data, columnStride } = right;
  const { length } = sums;
  for (let j = 0, at = start; j < length; j++, at += columnStride) {
    sums[j] = (sums[j] as bigint) + factor * (data[at] as bigint);
  }
}

function addBoolRow(sums: TypedArray, factor: number, right: Matrix, start: number): void {
  if (factor === 0) return;
  const { data, columnStride } = right;
  const { length } = sums;
  for (let j = 0, at = start; j < length; j++, at += columnStride) {
    if (data[at] !== 0) sums[j] = 1;
  }
}
