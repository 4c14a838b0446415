// Linear algebra against NumPy's results (test/fixtures/linalg.json), in the chunks of the table
// and others.
import { expect, it } from "vitest";
import {
  type ChunkedArray,
  conj,
  fromArray,
  linalg,
  matmul,
  real,
} from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import type { Chunks } from "../../../src/graph/model/chunks.js";
import table from "../../fixtures/linalg.json" with { type: "json" };
import { describeBackends } from "../../kernels/backends.js";
import { chunkings, numberOf, type TableNumber, tableArray, valuesOf } from "../table-arrays.js";

interface Table {
  readonly shape: number[];
  readonly dtype: DType;
  readonly values: TableNumber[];
}

interface Case {
  readonly group: string;
  readonly a: Table;
  readonly b?: Table;
  readonly args?: {
    readonly chunks?: Chunks;
    readonly n?: number;
    readonly ord?: number | "fro" | "nuc" | "inf" | null;
    readonly axis?: number | number[] | null;
    readonly keepdims?: boolean;
  };
  readonly cond?: number | string;
  readonly error?: boolean;
  readonly [field: string]: unknown;
}

type Check = (c: Case, a: ChunkedArray, b: ChunkedArray, what: string) => Promise<void>;

/** What a case's condition and dtype let results differ by, relative to the largest element. */
function toleranceOf(c: Case): number {
  const cond = Number(c.cond ?? 1);
  return exactnessOf(c) * (Number.isFinite(cond) ? Math.min(Math.max(cond, 10), 1e4) : 10);
}

function exactnessOf(c: Case): number {
  return ["float32", "complex64"].includes(c.a.dtype) ? 1e-6 : 1e-13;
}

function expectNear(
  got: readonly number[],
  wanted: readonly number[],
  tolerance: number,
  what: string,
) {
  expect(got.length, what).toBe(wanted.length);
  const scale = Math.max(1, ...wanted.filter(Number.isFinite).map(Math.abs));
  const isNear = (value: number, expected: number) =>
    value === expected || Math.abs(value - expected) <= tolerance * scale;
  if (got.every((value, i) => isNear(value, wanted[i] as number))) return;
  expect.fail(`${got} for ${wanted} in ${what}`);
}

/** The numbers of an array of the table or of a plain list, complex ones as parts. */
const numbers = (x: unknown): number[] =>
  (Array.isArray(x) ? (x as TableNumber[]) : (x as Table).values)
    .flat()
    .map((value) => numberOf(value as TableNumber));

const adjoint = (x: ChunkedArray): ChunkedArray => conj(x.T) as ChunkedArray;

/** A check of one result against one field. */
const equals =
  (field: string, compute: (a: ChunkedArray, b: ChunkedArray, c: Case) => ChunkedArray): Check =>
  async (c, a, b, what) => {
    const result = compute(a, b, c);
    const wanted = c[field];
    const shape = (wanted as Table | undefined)?.shape;
    if (shape !== undefined) expect(result.shape, what).toEqual(shape);
    const got = await valuesOf(result);
    const values = typeof wanted === "number" ? [wanted] : numbers(wanted);
    expectNear(got, values, toleranceOf(c), what);
  };

async function expectOrthonormal(q: ChunkedArray, c: Case, what: string): Promise<void> {
  const products = await valuesOf(real(matmul(adjoint(q), q)) as ChunkedArray);
  const n = q.shape[1] as number;
  expectNear(
    products,
    products.map((_, i) => (i % (n + 1) === 0 ? 1 : 0)),
    exactnessOf(c),
    what,
  );
}

const CHECKS: Readonly<Record<string, Check>> = {
  svd: async (c, a, _b, what) => {
    for (const fullMatrices of [false, true]) {
      const { U, S, Vh } = linalg.svd(a, { fullMatrices });
      const k = S.shape[0] as number;
      await equals("singular", () => S)(c, a, a, what);
      await expectOrthonormal(U, c, what);
      await expectOrthonormal(adjoint(Vh), c, what);
      const product = matmul(U.slice(null, `:${k}`).multiply(S) as ChunkedArray, Vh.slice(`:${k}`));
      expectNear(await valuesOf(product as ChunkedArray), numbers(c.a), exactnessOf(c), what);
    }
    await equals("singular", () => linalg.svdvals(a))(c, a, a, what);
  },
  qr: async (c, a, _b, what) => {
    const [m, n] = a.shape as [number, number];
    for (const mode of ["reduced", "complete"] as const) {
      const { Q, R } = linalg.qr(a, { mode });
      const k = mode === "reduced" ? Math.min(m, n) : m;
      expect([Q.shape, R.shape], what).toEqual([
        [m, k],
        [k, n],
      ]);
      await expectOrthonormal(Q, c, what);
      expectNear(await valuesOf(matmul(Q, R) as ChunkedArray), numbers(c.a), exactnessOf(c), what);
      if (R.dtype !== "float64") continue; // unique but for a phase there
      const r = await valuesOf(R);
      const positive = numbers(c.r_positive).map((_, at) => {
        const row = Math.floor(at / n);
        return (r[at] as number) * ((r[row * n + row] as number) < 0 ? -1 : 1);
      });
      expectNear(positive, numbers(c.r_positive), toleranceOf(c), what);
    }
  },
  cholesky: async (c, a, b, what) => {
    await equals("lower", (x) => linalg.cholesky(x))(c, a, b, what);
    if (!c.error) {
      await equals("lower", (x) => adjoint(linalg.cholesky(x, { upper: true })))(c, a, b, what);
    }
  },
  lu: async (c, a, b, what) => {
    const { P, L, U } = linalg.lu(a);
    await equals("l", () => L)(c, a, b, what);
    await equals("u", () => U)(c, a, b, what);
    const [m] = a.shape as [number];
    const ones = (c.perm as number[]).flatMap((row, i) => [row * m + i]);
    expectNear(
      await valuesOf(P),
      Array.from({ length: m * m }, (_, at) => Number(ones.includes(at))),
      0,
      what,
    );
    expectNear(
      await valuesOf(matmul(matmul(P, L) as ChunkedArray, U) as ChunkedArray),
      numbers(c.a),
      exactnessOf(c),
      what,
    );
  },
  inv: equals("inverse", (a) => linalg.inv(a)),
  det: async (c, a, b, what) => {
    await equals("det", () => linalg.det(a))(c, a, b, what);
    const { sign, logabsdet } = linalg.slogdet(a);
    const wanted = c.slogdet as { sign: number; logabsdet: TableNumber };
    expectNear(await valuesOf(sign), [wanted.sign], 1e-15, what);
    const [log] = await valuesOf(logabsdet);
    if (Number.isFinite(log))
      expectNear([log as number], [numberOf(wanted.logabsdet)], 1e-11, what);
    else expect(log, what).toBe(numberOf(wanted.logabsdet));
  },
  pinv: equals("pinv", (a) => linalg.pinv(a)),
  matrix_rank: equals("rank", (a) => linalg.matrixRank(a) as ChunkedArray),
  eigvalsh: async (c, a, b, what) => {
    await equals("eigenvalues", () => linalg.eigvalsh(a))(c, a, b, what);
    const { eigenvalues, eigenvectors } = linalg.eigh(a);
    await equals("eigenvalues", () => eigenvalues)(c, a, b, what);
    await expectOrthonormal(eigenvectors, c, what);
    const product = matmul(
      eigenvectors.multiply(eigenvalues) as ChunkedArray,
      adjoint(eigenvectors),
    );
    expectNear(await valuesOf(product as ChunkedArray), numbers(c.a), exactnessOf(c), what);
  },
  eigvals: async (c, a, _b, what) => {
    const { eigenvalues, eigenvectors } = linalg.eig(a);
    for (const values of [eigenvalues, linalg.eigvals(a)]) {
      const parts = await valuesOf(values);
      const pairs = Array.from({ length: parts.length / 2 }, (_, i) =>
        parts.slice(2 * i, 2 * i + 2),
      );
      // By real part, but for rounding of those that are conjugate.
      const key = ([re, im]: number[]) => Math.round((re as number) * 1e9) * 1e6 + (im as number);
      const sorted = pairs.sort((x, y) => key(x) - key(y)).flat();
      expectNear(sorted, numbers(c.eigenvalues), 10 * toleranceOf(c), what);
    }
    const left = await valuesOf(matmul(a, eigenvectors) as ChunkedArray);
    const right = await valuesOf(eigenvectors.multiply(eigenvalues) as ChunkedArray);
    expectNear(left, right, 1e-12, what);
  },
  matrix_power: equals("result", (a, _b, c) => linalg.matrixPower(a, c.args?.n as number)),
  solve: async (c, a, b, what) => {
    await equals("x", () => linalg.solve(a, b))(c, a, b, what);
  },
  solve_triangular_lower: equals("x", (a, b) => linalg.solveTriangular(a, b, { lower: true })),
  solve_triangular_upper: equals("x", (a, b) => linalg.solveTriangular(a, b)),
  lstsq: async (c, a, b, what) => {
    const { x, residuals, rank, singularValues } = linalg.lstsq(a, b);
    await equals("x", () => x)(c, a, b, what);
    await equals("rank", () => rank as ChunkedArray)(c, a, b, what);
    await equals("singular", () => singularValues)(c, a, b, what);
    const sums = (c.residuals as number[]).length === 0 ? [0] : (c.residuals as number[]);
    expectNear(await valuesOf(residuals), sums, toleranceOf(c), what);
  },
  norm: equals("result", (a, _b, { args }) => {
    const { ord, axis, keepdims } = args as NonNullable<Case["args"]>;
    const which = ord === "inf" ? Infinity : ord;
    return linalg.norm(a, {
      axis: axis ?? null,
      keepdims: keepdims ?? false,
      ...(which === null || which === undefined ? {} : { ord: which }),
    });
  }),
};

const cases = table.cases as unknown as Case[];

describeBackends("linear algebra is NumPy's in several chunkings", (backend) => {
  it("knows all groups of the table", () => {
    expect(new Set(cases.map((c) => c.group))).toEqual(new Set(Object.keys(CHECKS)));
  });

  it.each(Object.keys(CHECKS))("%s", async (group) => {
    const check = CHECKS[group] as Check;
    for (const c of cases.filter((each) => each.group === group)) {
      const cuts = [...(c.args?.chunks ? [c.args.chunks] : []), ...chunkings(c.a.shape)].filter(
        (_, i) => i === 0 || i === 0 || c.a.values.length < 20 || (i === 2 && c.group !== "svd"),
      );
      // Chunks decide which matrices there are, not what becomes of one.
      const used = backend === "own kernels" ? cuts : cuts.slice(0, 2);
      for (const [i, chunks] of used.entries()) {
        const what = JSON.stringify({ group, a: c.a.shape, chunks, args: c.args });
        const a = tableArray(c.a.values, c.a.dtype, c.a.shape, chunks);
        const other = c.b ?? c.a;
        const cut = chunkings(other.shape)[i % 4] as Chunks;
        const b = tableArray(other.values, other.dtype, other.shape, cut);
        if (c.error) await expectRefused(() => check(c, a, b, what), c, what);
        else await check(c, a, b, what);
      }
    }
  });
});

/** Shapes that do not fit are refused at once; values when they are computed. */
async function expectRefused(run: () => Promise<void>, c: Case, what: string): Promise<void> {
  const [rows, columns] = c.a.shape;
  const code = c.group === "norm" ? "value" : rows === columns ? "value" : "shape";
  const error = await run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error, what).toBeInstanceOf(ArgumentError);
  expect((error as ArgumentError).code, what).toBe(`argument.${code}`);
}

it("names results as the standard does, and in lower case", () => {
  const a = fromArray([
    [2, 1],
    [1, 3],
  ]);
  const { Q, q, R, r, ...more } = linalg.qr(a);
  expect([q, r]).toEqual([Q, R]);
  expect(Object.keys(more)).toEqual(["0", "1"]);
  const { U, u, S, s, Vh, vh } = linalg.svd(a);
  expect([u, s, vh]).toEqual([U, S, Vh]);
  expect(Object.keys(linalg.lu(a))).toEqual(["0", "1", "2", "P", "L", "U"]);
  expect(Object.keys(linalg.eigh(a))).toEqual(["0", "1", "eigenvalues", "eigenvectors"]);
});
