// Dense decompositions of matrices large enough to be worked on in halves, with LAPACK's signs, and
// at the edges: rank, scale, defective matrices.
import { describe, expect, it } from "vitest";
import {
  adjoint,
  type DenseMatrix,
  identityMatrix,
  partOfMatrix,
  zeroMatrix,
} from "../../../src/kernels/linalg/dense/matrix.js";
import { dense } from "../../../src/kernels/linalg/dense-algebra.js";
import { describeBackends } from "../backends.js";

function drawn(rows: number, columns: number, complex: boolean, seed = 1): DenseMatrix {
  const a = zeroMatrix(rows, columns, complex);
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  for (let i = 0; i < a.re.length; i++) a.re[i] = next();
  if (a.im !== null) for (let i = 0; i < a.im.length; i++) a.im[i] = next();
  return a;
}

const copyOf = (a: DenseMatrix) => partOfMatrix(a, 0, 0, a.rows, a.columns);

function expectSame(a: DenseMatrix, b: DenseMatrix, tolerance: number) {
  const gap = (x: Float64Array | null, y: Float64Array | null) => {
    let most = 0;
    x?.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - (y?.[i] ?? 0)));
    });
    return most;
  };
  expect([a.rows, a.columns]).toEqual([b.rows, b.columns]);
  expect(gap(a.re, b.re)).toBeLessThanOrEqual(tolerance);
  expect(gap(a.im, b.im)).toBeLessThanOrEqual(tolerance);
}

describeBackends("dense matrices", (backend) => {
  describe.each([false, true])("matrices of 150 rows, complex: %s", (complex) => {
    const a = drawn(150, 150, complex);

    it("are solved by elimination", () => {
      const b = drawn(150, 20, complex, 2);
      const factors = copyOf(a);
      const x = copyOf(b);
      const order = dense.factorLU(factors);
      dense.permuteRows(x, order);
      dense.solveTriangle(factors, x, { lower: true, unit: true });
      dense.solveTriangle(factors, x, { lower: false, unit: false });
      expectSame(dense.multiply(a, x), b, 1e-10);
      // Partial pivoting: no factor is above 1 in |re| + |im|, so none above √2 in size.
      for (let i = 1; i < 150; i++) {
        for (let j = 0; j < i; j++) {
          const at = i * 150 + j;
          const size = Math.hypot(factors.re[at] as number, factors.im?.[at] ?? 0);
          expect(size).toBeLessThan(1.4143);
        }
      }
    });

    it("have Cholesky's factor", () => {
      const positive = dense.multiply(a, adjoint(a));
      for (let i = 0; i < 150; i++)
        positive.re[i * 150 + i] = (positive.re[i * 150 + i] as number) + 1;
      const lower = copyOf(positive);
      dense.factorCholesky(lower);
      expectSame(dense.multiply(lower, adjoint(lower)), positive, 1e-11);
      const broken = copyOf(positive);
      broken.re[100 * 150 + 100] = -1;
      expect(() => dense.factorCholesky(broken)).toThrow("pivot 100 is not above 0");
    });

    it("have Q and R", () => {
      const tall = drawn(170, 150, complex);
      const { matrix, tau } = dense.factorQR(copyOf(tall));
      const q = identityMatrix(170, 170, complex);
      dense.applyReflections({ matrix, tau }, q, false);
      expectSame(dense.multiply(adjoint(q), q), identityMatrix(170, 170, complex), 1e-13);
      const back = copyOf(q);
      dense.applyReflections({ matrix, tau }, back, true);
      expectSame(back, identityMatrix(170, 170, complex), 1e-13);
      const r = zeroMatrix(170, 150, complex);
      for (let i = 0; i < 150; i++) {
        for (let j = i; j < 150; j++) {
          r.re[i * 150 + j] = matrix.re[i * 150 + j] as number;
          if (r.im !== null) r.im[i * 150 + j] = matrix.im?.[i * 150 + j] as number;
        }
      }
      expectSame(dense.multiply(q, r), tall, 1e-12);
    });
  });

  describe("signs and edges", () => {
    it("are LAPACK's", () => {
      // numpy.linalg.qr([[3, 1], [4, 2]]): Q = [[-0.6, -0.8], [-0.8, 0.6]], R = [[-5, -2.2], [0,
      // 0.4]]
      const a: DenseMatrix = { rows: 2, columns: 2, re: Float64Array.of(3, 1, 4, 2), im: null };
      const { matrix } = dense.factorQR(a);
      const [r00 = 0, r01 = 0, , r11 = 0] = matrix.re;
      expect([r00, r01]).toEqual([-5, -2.2]);
      expect(r11).toBeCloseTo(0.4, 14);
    });

    it("keep very large and very small numbers in range", () => {
      for (const scale of [1e-200, 1e200, 5e-324]) {
        const a = drawn(4, 3, false);
        for (let i = 0; i < a.re.length; i++) a.re[i] = Math.round(4 * (a.re[i] as number)) * scale;
        const { values } = dense.singularValues(copyOf(a), "reduced");
        expect(values.every(Number.isFinite)).toBe(true);
        expect(values[0]).toBeGreaterThan(0);
      }
    });

    it.skipIf(backend === "system BLAS")(
      "find small singular values as exactly as large ones",
      () => {
        // A graded matrix: columns of 1, 1e-8 and 1e-16, orthogonal but for their lengths.
        const re = Float64Array.of(
          1,
          1e-8,
          1e-16,
          1,
          -1e-8,
          1e-16,
          1,
          1e-8,
          -1e-16,
          1,
          -1e-8,
          -1e-16,
        );
        const { values } = dense.singularValues({ rows: 4, columns: 3, re, im: null }, "none");
        for (const [i, wanted] of [2, 2e-8, 2e-16].entries()) {
          expect(Math.abs((values[i] as number) / wanted - 1)).toBeLessThan(1e-14);
        }
      },
    );

    it("complete the vectors of matrices without full rank", () => {
      for (const complex of [false, true]) {
        const { u, values, vh } = dense.singularValues(zeroMatrix(4, 3, complex), "full");
        expect([...values]).toEqual([0, 0, 0]);
        expectSame(dense.multiply(adjoint(u), u), identityMatrix(4, 4, complex), 1e-15);
        expectSame(dense.multiply(vh, adjoint(vh)), identityMatrix(3, 3, complex), 1e-15);
      }
    });

    it("find the eigenvalues of matrices without a basis of vectors", () => {
      for (const complex of [false, true]) {
        const jordan = zeroMatrix(3, 3, complex);
        jordan.re.set([2, 1, 0, 0, 2, 1, 0, 0, 2]);
        const { values, vectors } = dense.generalEigen(jordan);
        for (const value of values.re) expect(value).toBeCloseTo(2, 4);
        expect(vectors.re.every(Number.isFinite)).toBe(true);
      }
    });
  });
});
