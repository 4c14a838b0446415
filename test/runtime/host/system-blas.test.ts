// The system's BLAS and LAPACK against our own kernels: complex and strided products, shapes of all
// kinds for the decompositions; which library is taken, and what becomes of a bad one.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { contiguousBlock } from "../../../src/base/block.js";
import { currentHost, installHost } from "../../../src/base/host.js";
import {
  adjoint,
  type DenseMatrix,
  identityMatrix,
  partOfMatrix,
  zeroMatrix,
} from "../../../src/kernels/linalg/dense/matrix.js";
import { dense } from "../../../src/kernels/linalg/dense-algebra.js";
import { SYSTEM_BLAS } from "../../../src/kernels/linalg/products/linalg-backend.js";
import type { Matrix } from "../../../src/kernels/linalg/products/strided-matrix.js";
import { sumOfProducts } from "../../../src/kernels/linalg/products/sum-of-products.js";
import { systemBlas } from "../../kernels/backends.js";

const host = currentHost();
const withOwnKernels = host.with(SYSTEM_BLAS, { load: () => undefined });
const withSystemBlas = host.with(SYSTEM_BLAS, {
  load: () => systemBlas,
  leastWork: { elements: 0, multiplications: 0 },
});

/** `body` once by our own kernels and once by the system's. */
function byBoth<T>(body: () => T): [own: T, system: T] {
  installHost(withOwnKernels);
  const own = body();
  installHost(withSystemBlas);
  return [own, body()];
}

function drawn(rows: number, columns: number, complex: boolean, seed: number): DenseMatrix {
  const a = zeroMatrix(rows, columns, complex);
  let state = seed;
  for (const part of [a.re, a.im ?? []]) {
    for (let i = 0; i < part.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      part[i] = state / 2 ** 31 - 1;
    }
  }
  return a;
}

const copyOf = (a: DenseMatrix) => partOfMatrix(a, 0, 0, a.rows, a.columns);

function expectNear(a: Parts, b: Parts, what: string) {
  expect([a.re.length, a.im?.length], what).toEqual([b.re.length, b.im?.length]);
  for (const [x, y] of [
    [a.re, b.re],
    [a.im ?? [], b.im ?? []],
  ] as const) {
    x.forEach((value, i) => {
      expect(Math.abs(value - (y[i] as number)), what).toBeLessThan(1e-9);
    });
  }
}

type Parts = Pick<DenseMatrix, "re" | "im">;

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  complex: fc.boolean(),
  seed: fc.nat(),
});

afterEach(() => installHost(host));

describe.skipIf(systemBlas === undefined)("the system's LAPACK (if found) is as our own", () => {
  const holds = (check: (a: DenseMatrix, seed: number) => void) =>
    fc.assert(
      fc.property(shapes, ({ rows, columns, complex, seed }) => {
        check(drawn(rows, columns, complex, seed), seed);
      }),
    );

  it("reflections, and what they do to other matrices", () => {
    holds((a, seed) => {
      const [own, system] = byBoth(() => dense.factorQR(copyOf(a)));
      expectNear(own.matrix, system.matrix, "reflections and R");
      expectNear(own.tau, system.tau, "tau");
      for (const conjugate of [false, true]) {
        const [c, d] = byBoth(() => {
          const product = drawn(a.rows, 3, a.im !== null, seed + 1);
          dense.applyReflections(own, product, conjugate);
          return product;
        });
        expectNear(c, d, `Q times a matrix, conjugate: ${conjugate}`);
      }
    });
  });

  it("elimination, of a whole matrix and of a panel below its first rows", () => {
    holds((a) => {
      for (const start of [0, a.rows >> 1]) {
        const [own, system] = byBoth(() => {
          const factors = copyOf(a);
          return { factors, order: dense.factorLU(factors, start) };
        });
        expect(system.order).toEqual(own.order);
        expectNear(own.factors, system.factors, "L and U");
      }
    });
  });

  it("Cholesky's factor and triangular systems", () => {
    holds((a, seed) => {
      const positive = dense.multiply(a, adjoint(a));
      for (let i = 0; i < a.rows; i++)
        positive.re[i * (a.rows + 1)] = (positive.re[i * (a.rows + 1)] as number) + 1;
      const [own, system] = byBoth(() => {
        const lower = copyOf(positive);
        dense.factorCholesky(lower);
        return lower;
      });
      expectNear(own, system, "L");
      for (const unit of [false, true]) {
        for (const [t, lower] of [
          [own, true],
          [adjoint(own), false],
        ] as const) {
          const [x, y] = byBoth(() => {
            const b = drawn(a.rows, 3, a.im !== null, seed + 1);
            dense.solveTriangle(t, b, { lower, unit });
            return b;
          });
          expectNear(x, y, `a triangle, lower: ${lower}, unit: ${unit}`);
        }
      }
    });
  });

  it("singular values and eigenvalues", () => {
    holds((a) => {
      for (const vectors of ["none", "reduced", "full"] as const) {
        const [own, system] = byBoth(() => dense.singularValues(copyOf(a), vectors));
        expectNear({ re: own.values, im: null }, { re: system.values, im: null }, "values");
        expect([system.u.rows, system.u.columns]).toEqual([own.u.rows, own.u.columns]);
        expect([system.vh.rows, system.vh.columns]).toEqual([own.vh.rows, own.vh.columns]);
      }
      // Only the lower triangle counts.
      const square = drawn(a.rows, a.rows, a.im !== null, a.columns);
      const [own, system] = byBoth(() => dense.hermitianEigen(copyOf(square), true));
      expectNear({ re: own.values, im: null }, { re: system.values, im: null }, "eigenvalues");
      const { vectors } = system;
      const one = identityMatrix(a.rows, a.rows, a.im !== null);
      expectNear(dense.multiply(adjoint(vectors), vectors), one, "vectors");
    });
  });

  it("mistakes", () => {
    installHost(withSystemBlas);
    const a = identityMatrix(3, 3, false);
    a.re[4] = 0;
    const b = drawn(3, 1, false, 1);
    const form = { lower: true, unit: false };
    expect(() => dense.solveTriangle(a, b, form)).toThrow("pivot 1 is 0");
    expect(() => dense.factorCholesky(copyOf(a))).toThrow("pivot 1 is not above 0");
    a.re[4] = Number.NaN;
    expect(() => dense.factorCholesky(copyOf(a))).toThrow("pivot 1 is not above 0");
    expect(() => dense.singularValues(copyOf(a), "none")).toThrow("no singular values");
  });
});

describe.skipIf(systemBlas === undefined)("products by the system's BLAS (if found)", () => {
  const view = fc.record({
    transposed: fc.boolean(),
    step: fc.integer({ min: 1, max: 2 }),
    gap: fc.integer({ min: 0, max: 2 }),
    offset: fc.integer({ min: 0, max: 3 }),
  });
  const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 6 })));

  it("take views of any strides, and add up", () => {
    const pairs = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(sizes, fc.tuple(view, view, view), pairs, ([m, n, k], views, count) => {
        const make = (which: number, rows: number, columns: number): Matrix => {
          const { transposed, step, gap, offset } = views[which] as (typeof views)[0];
          const line = step * (transposed ? rows : columns) + gap;
          const data = new Float64Array(new SharedArrayBuffer(8 * 200));
          for (let i = 0; i < data.length; i++) data[i] = ((i * 7 + which) % 13) - 6;
          const [rowStride, columnStride] = transposed ? [step, line] : [line, step];
          return { data, offset, rows, columns, rowStride, columnStride };
        };
        const [own, system] = byBoth(() => {
          const { data, offset, rowStride, columnStride } = make(2, m as number, n as number);
          const stride = [rowStride, columnStride];
          const products = Array.from(
            { length: count },
            () => [make(0, m as number, k as number), make(1, k as number, n as number)] as const,
          );
          const shape = [m as number, n as number];
          sumOfProducts(products, { ...contiguousBlock("float64", data, shape), stride, offset });
          return [...data];
        });
        expect(system).toEqual(own);
      }),
    );
  });
});

describe("which library serves", () => {
  const script = resolve("dist/runtime/host/system-blas.js");
  /** What a new process finds, and what it is warned of. */
  const find = (wanted: string): { name?: string; path?: string; warnings: string[] } => {
    const source =
      `import { findSystemBlas } from ${JSON.stringify(script)};` +
      "const warnings = [];" +
      "const found = findSystemBlas((text) => warnings.push(text));" +
      "console.log(JSON.stringify({ name: found?.name, path: found?.path, warnings }));";
    const env = { ...process.env, TILEWORK_BLAS: wanted };
    const args = ["--input-type=module", "-e", source];
    return JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8" }));
  };

  it("none, when TILEWORK_BLAS is off", () => {
    expect(find("off")).toEqual({ warnings: [] });
  });

  it("none, when there is none where TILEWORK_BLAS says; and it says so", () => {
    const { name, warnings } = find("/nowhere/libblas.so");
    expect(name).toBeUndefined();
    expect(warnings).toEqual([
      "TILEWORK_BLAS names /nowhere/libblas.so, which cannot be loaded; tilework uses its own kernels",
    ]);
  });

  it.skipIf(process.platform !== "linux")("none, when the library lacks functions", () => {
    const { name, warnings } = find("libm.so.6");
    expect(name).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("libm.so.6 is not used for linear algebra");
  });

  it.skipIf(process.platform !== "linux")("learns of once, however many threads find it so", () => {
    const source =
      `import { ones } from ${JSON.stringify(resolve("dist/index.js"))};` +
      "const a = ones([60, 60], { chunks: 30 });" +
      "console.log(await a.matmul(a).sum().compute());";
    const env = { ...process.env, TILEWORK_BLAS: "libm.so.6", TILEWORK_THREADS: "2" };
    const args = ["--input-type=module", "-e", source];
    const { stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
    expect(stdout).toBe("216000\n");
    expect(stderr.match(/not used for linear algebra/g)).toHaveLength(1);
  });

  it.skipIf(systemBlas === undefined)("the system's, with its file", () => {
    const { name, path, warnings } = find("");
    expect(warnings).toEqual([]);
    expect(name).toContain("BLAS");
    if (process.platform === "linux") expect(existsSync(path as string)).toBe(true);
    expect(find(path as string)).toEqual({ name, path, warnings });
  });
});
