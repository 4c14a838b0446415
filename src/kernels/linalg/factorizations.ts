// Routines on blocks that factor matrices by reflections, elimination and Cholesky's way, and solve
// with the factors. Matrices are in the last two axes. Their arithmetic is behind dense-algebra.ts;
// how blocks work together is array/linear-algebra/.
import type { Block } from "../../base/block.js";
import { isComplex } from "../../base/dtype.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { RoutineCompiler, RoutineKernel } from "../blocks/kernel.js";
import type { Reflections } from "./dense/householder-qr.js";
import {
  adjoint,
  type DenseMatrix,
  identityMatrix,
  loadMatrix,
  type Parts,
  partOfMatrix,
  placeMatrix,
  storeMatrix,
  subtractInPlace,
  zeroMatrix,
} from "./dense/matrix.js";
import { dense } from "./dense-algebra.js";
import { eachItem } from "./matrix-stacks.js";

/** A kernel that makes each matrix of the output from the same place of the operands. */
function byMatrix(
  compute: (matrices: readonly DenseMatrix[], output: Block) => DenseMatrix,
): RoutineKernel {
  return (operands, output) => {
    const blocks = [...operands, output];
    eachItem(
      blocks,
      blocks.map(() => 2),
      (items) => {
        const target = items.at(-1) as Block;
        storeMatrix(compute(items.slice(0, -1).map(loadMatrix), target), target);
      },
    );
  };
}

function only(matrices: readonly DenseMatrix[], at = 0): DenseMatrix {
  return matrices[at] as DenseMatrix;
}

/** Cholesky's factor: lower, or its adjoint. */
export const cholesky: RoutineCompiler<"cholesky"> = ({ upper }) =>
  byMatrix((matrices) => {
    const a = upper ? adjoint(only(matrices)) : only(matrices);
    dense.factorCholesky(a);
    return upper ? adjoint(a) : a;
  });

/** Reflections and R in one matrix, and a row more for τ. */
export const reflections: RoutineCompiler<"reflections"> = () =>
  byMatrix((matrices) => {
    const a = only(matrices);
    const packed = zeroMatrix(a.rows + 1, a.columns, a.im !== null);
    const { matrix, tau } = dense.factorQR(a);
    placeMatrix(matrix, packed, 0, 0);
    placeMatrix(rowOf(tau), packed, a.rows, 0);
    return packed;
  });

function rowOf(parts: Parts): DenseMatrix {
  return { rows: 1, columns: parts.re.length, ...parts };
}

function unpacked(packed: DenseMatrix): Reflections {
  const rows = packed.rows - 1;
  const count = Math.min(rows, packed.columns);
  return {
    matrix: partOfMatrix(packed, 0, 0, rows, packed.columns),
    tau: partOfMatrix(packed, rows, 0, 1, count),
  };
}

/**
 * Q, or its adjoint, times the other operands on top of each other; times an identity without any.
 */
export const applyReflections: RoutineCompiler<"applyReflections"> = ({ conjugate }) =>
  byMatrix(([packed, ...stacked], output) => {
    const factors = unpacked(packed as DenseMatrix);
    const [, columns = 0] = output.shape;
    const c =
      stacked.length === 0
        ? identityMatrix(factors.matrix.rows, columns, isComplex(output.dtype))
        : zeroMatrix(factors.matrix.rows, columns, isComplex(output.dtype));
    let row = 0;
    for (const part of stacked) {
      placeMatrix(part, c, row, 0);
      row += part.rows;
    }
    dense.applyReflections(factors, c, conjugate);
    return c;
  });

/** A part of a matrix that begins at a row and a column, or its upper triangle. */
export const matrixPart: RoutineCompiler<"matrixPart"> = ({ triangle, row, column }) =>
  byMatrix(([a], output) => {
    const [rows = 0, columns = 0] = output.shape;
    const matrix = a as DenseMatrix;
    const first = row === "last" ? matrix.rows - rows : row;
    const part = partOfMatrix(matrix, first, column, rows, columns);
    if (triangle === "upper") clearBelowDiagonal(part);
    return part;
  });

function clearBelowDiagonal(a: DenseMatrix): void {
  for (let i = 1; i < a.rows; i++) {
    const row = i * a.columns;
    const end = row + Math.min(i, a.columns);
    a.re.fill(0, row, end);
    a.im?.fill(0, row, end);
  }
}

/** `x` of triangle · x = b, or of x · triangleᴴ = b. */
export const solveTriangular: RoutineCompiler<"solveTriangular"> = ({ lower, unit, side }) =>
  byMatrix(([t, b]) => {
    const x = side === "left" ? (b as DenseMatrix) : adjoint(b as DenseMatrix);
    dense.solveTriangle(t as DenseMatrix, x, { lower, unit });
    return side === "left" ? x : adjoint(x);
  });

/** a - b·c, or a - b·cᴴ. */
export const subtractProduct: RoutineCompiler<"subtractProduct"> = ({ conjugate }) =>
  byMatrix(([a, b, c]) => {
    const right = conjugate ? adjoint(c as DenseMatrix) : (c as DenseMatrix);
    subtractInPlace(a as DenseMatrix, dense.multiply(b as DenseMatrix, right));
    return a as DenseMatrix;
  });

/** `x` of a·x = b. */
export const solve: RoutineCompiler<"solve"> = ({ assume }) =>
  byMatrix(([a, b]) => {
    const x = b as DenseMatrix;
    solveInPlace(a as DenseMatrix, x, assume);
    return x;
  });

/** The inverse: the solution for an identity. */
export const inverse: RoutineCompiler<"inverse"> = () =>
  byMatrix(([a]) => {
    const { rows, im } = a as DenseMatrix;
    const x = identityMatrix(rows, rows, im !== null);
    solveInPlace(a as DenseMatrix, x, "gen");
    return x;
  });

function solveInPlace(a: DenseMatrix, b: DenseMatrix, assume: "gen" | "pos"): void {
  if (assume === "pos") {
    dense.factorCholesky(a);
    dense.solveTriangle(a, b, { lower: true, unit: false });
    dense.solveTriangle(adjoint(a), b, { lower: false, unit: false });
    return;
  }
  const order = dense.factorLU(a);
  dense.permuteRows(b, order);
  dense.solveTriangle(a, b, { lower: true, unit: true });
  dense.solveTriangle(a, b, { lower: false, unit: false });
}

/** The determinant of each matrix. */
export const determinant: RoutineCompiler<"determinant"> = () => (operands, output) => {
  eachItem([operandOf(operands, 0), output], [2, 0], ([a, target]) => {
    const { re, im } = dense.determinant(loadMatrix(a as Block));
    writeNumber(target as Block, 0, re, im);
  });
};

/** The sign and the logarithm of the absolute value of each determinant, side by side. */
export const logDeterminant: RoutineCompiler<"logDeterminant"> = () => (operands, output) => {
  eachItem([operandOf(operands, 0), output], [2, 1], ([a, target]) => {
    const { sign, log } = dense.logDeterminant(loadMatrix(a as Block));
    writeNumber(target as Block, 0, sign.re, sign.im);
    writeNumber(target as Block, 1, log, 0);
  });
};

function writeNumber(block: Block, at: number, re: number, im: number): void {
  const place = block.offset + at * (block.stride[0] ?? 1);
  const data = block.data as Float64Array;
  if (isComplex(block.dtype)) {
    data[2 * place] = re;
    data[2 * place + 1] = im;
  } else data[place] = re;
}

/**
 * Eliminates a panel of columns from row `start` on. Two columns more: which row of the whole
 * matrix each row is, and where it was before this step.
 */
export const luPanel: RoutineCompiler<"luPanel"> = ({ start }) =>
  byMatrix(([a, before]) => {
    const panel = a as DenseMatrix;
    const { rows, columns } = panel;
    const order = dense.factorLU(panel, start);
    const packed = zeroMatrix(rows, columns + 2, panel.im !== null);
    placeMatrix(panel, packed, 0, 0);
    for (let i = 0; i < rows; i++) {
      const from = order[i] as number;
      const row = i * (columns + 2) + columns;
      packed.re[row] = before === undefined ? from : (originalRows(before)[from] as number);
      packed.re[row + 1] = from;
    }
    return packed;
  });

/** Which row of the whole matrix each row of a packed panel is. */
function originalRows(packed: DenseMatrix): Int32Array {
  return columnOf(packed, packed.columns - 2);
}

function columnOf(a: DenseMatrix, column: number): Int32Array {
  return Int32Array.from({ length: a.rows }, (_, i) => a.re[i * a.columns + column] as number);
}

/**
 * Applies a panel's elimination to other columns: permutes rows, solves for rows of U, updates the
 * rest.
 */
export const luUpdate: RoutineCompiler<"luUpdate"> = ({ start }) =>
  byMatrix(([packed, c]) => {
    const panel = packed as DenseMatrix;
    const width = panel.columns - 2;
    const eliminated = partOfMatrix(panel, 0, 0, panel.rows, width);
    dense.applyElimination(eliminated, columnOf(panel, width + 1), c as DenseMatrix, start);
    return c as DenseMatrix;
  });

/** A panel's columns of U. */
export const luUpper: RoutineCompiler<"luUpper"> = ({ start }) =>
  byMatrix(([packed], output) => {
    const [rows = 0, columns = 0] = output.shape;
    const upper = partOfMatrix(packed as DenseMatrix, 0, 0, rows, columns);
    for (let i = start; i < rows; i++) {
      const end = i * columns + Math.min(i - start, columns);
      upper.re.fill(0, i * columns, end);
      upper.im?.fill(0, i * columns, end);
    }
    return upper;
  });

/** A panel's columns of L, with rows where the last panel's exchanges have brought them. */
export const luFactors: RoutineCompiler<"luFactors"> = ({ start }) =>
  byMatrix(([packed, last], output) => {
    const panel = packed as DenseMatrix;
    const [rows = 0, columns = 0] = output.shape;
    const place = new Int32Array(rows);
    originalRows(panel).forEach((row, at) => {
      place[row] = at;
    });
    const order = originalRows(last as DenseMatrix).map((row) => place[row] as number);
    const factors = partOfMatrix(panel, 0, 0, rows, columns);
    dense.permuteRows(factors, order);
    for (let i = 0; i < rows; i++) {
      const from = Math.max(0, i - start);
      if (from >= columns) continue;
      factors.re.fill(0, i * columns + from, (i + 1) * columns);
      factors.im?.fill(0, i * columns + from, (i + 1) * columns);
      if (i >= start) factors.re[i * columns + from] = 1;
    }
    return factors;
  });

/** 1 or -1: the sign of the permutation in the last panel. */
export const luParity: RoutineCompiler<"luParity"> = () => (operands, output) => {
  const packed = loadMatrix(operandOf(operands, 0));
  writeNumber(output, 0, dense.parityOf(originalRows(packed)), 0);
};
