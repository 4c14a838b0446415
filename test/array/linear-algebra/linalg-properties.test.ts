// What holds for any matrices: factors multiply to what they were made of, orthonormal columns are,
// chunks and stacks change nothing. Shapes, dtypes, empty stacks, NaN and rank are all drawn.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  abs,
  type ChunkedArray,
  conj,
  fromArray,
  linalg,
  matmul,
  matrixTranspose,
  max,
  random,
  subtract,
  tril,
  triu,
} from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { type Chunks, sizeOf } from "../../../src/graph/model/chunks.js";
import { describeBackends } from "../../kernels/backends.js";
import { tasksOf, valuesOf } from "../table-arrays.js";

const adjoint = (x: ChunkedArray): ChunkedArray => conj(matrixTranspose(x)) as ChunkedArray;
const times = (a: ChunkedArray, b: ChunkedArray): ChunkedArray => matmul(a, b) as ChunkedArray;

/** The largest difference, to be compared with rounding of `dtype`. */
async function expectSame(a: ChunkedArray, b: ChunkedArray, what: string, scale = 1) {
  expect(a.shape, what).toEqual(b.shape);
  if (a.size === 0) return;
  const [most] = await valuesOf(max(abs(subtract(a, b)) as ChunkedArray) as ChunkedArray);
  const rounding = ["float32", "complex64"].includes(a.dtype) ? 2e-5 : 2e-12;
  expect(most, what).toBeLessThanOrEqual(rounding * scale);
}

function identityLike(x: ChunkedArray): ChunkedArray {
  const n = x.shape.at(-1) as number;
  return linalg.matrixPower(fromArray(new Float64Array(n * n), { shape: [n, n] }), 0);
}

async function expectOrthonormal(q: ChunkedArray, what: string) {
  const products = times(adjoint(q), q);
  const eye = identityLike(products).broadcastTo(products.shape) as ChunkedArray;
  await expectSame(products, eye.astype(q.dtype) as ChunkedArray, what);
}

const dtypes = fc.constantFrom<DType>("float32", "float64", "complex64", "complex128");
const sides = fc.integer({ min: 0, max: 5 });
const stacks = fc.constantFrom<number[]>([], [2], [0], [1, 3]);

/** Matrices of drawn numbers, in blocks of up to `block` along every axis. */
function matrices(
  shape: readonly number[],
  dtype: DType,
  seed: number,
  block: number,
): ChunkedArray {
  const parts = dtype.startsWith("complex") ? 2 : 1;
  let state = seed;
  const numbers = Float64Array.from({ length: parts * sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const data =
    parts === 1
      ? numbers
      : Array.from({ length: sizeOf(shape) }, (_, i) => ({
          re: numbers[2 * i] as number,
          im: numbers[2 * i + 1] as number,
        }));
  const chunks: Chunks = shape.map((length) =>
    length === 0
      ? [0]
      : Array.from({ length: Math.ceil(length / block) }, (_, i) =>
          Math.min(block, length - i * block),
        ),
  );
  return fromArray({ data, shape }, { dtype, chunks });
}

const drawn = fc.record({
  stack: stacks,
  m: sides,
  n: sides,
  dtype: dtypes,
  seed: fc.nat(),
  block: fc.constantFrom(1, 2, 9),
});

const RUNS = { numRuns: 15, seed: 20_251 } as const;

describeBackends("factors multiply to what they were made of", (backend) => {
  const runs = { ...RUNS, numRuns: backend === "own kernels" ? RUNS.numRuns : 10 };

  it("qr", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.boolean(), async (d, complete) => {
        const a = matrices([...d.stack, d.m, d.n], d.dtype, d.seed, d.block);
        const { Q, R } = linalg.qr(a, { mode: complete ? "complete" : "reduced" });
        const k = complete ? d.m : Math.min(d.m, d.n);
        expect(Q.shape).toEqual([...d.stack, d.m, k]);
        expect([Q.dtype, R.dtype]).toEqual([d.dtype, d.dtype]);
        await expectSame(times(Q, R), a, "Q · R");
        await expectOrthonormal(Q, "Q");
        await expectSame(R, triu(R), "R");
      }),
      runs,
    );
  });

  it("svd", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.boolean(), async (d, fullMatrices) => {
        const a = matrices([...d.stack, d.m, d.n], d.dtype, d.seed, d.block);
        const { U, S, Vh } = linalg.svd(a, { fullMatrices });
        const k = Math.min(d.m, d.n);
        const [left, right] = fullMatrices ? [d.m, d.n] : [k, k];
        expect(U.shape).toEqual([...d.stack, d.m, left]);
        expect(Vh.shape).toEqual([...d.stack, right, d.n]);
        await expectOrthonormal(U, "U");
        await expectOrthonormal(adjoint(Vh), "Vh");
        const all = a.shape.map(() => null);
        const scaled = U.slice(...all.slice(1), `:${k}`).multiply(S.expandDims(S.ndim - 1));
        const rows = Vh.slice(...all.slice(2), `:${k}`);
        await expectSame(times(scaled as ChunkedArray, rows), a, "U · S · Vh");
        const values = await valuesOf(linalg.svdvals(a));
        (await valuesOf(S)).forEach((value, i) => {
          expect(Math.abs(value - (values[i] as number))).toBeLessThan(1e-5);
          if (k > 0 && i % k > 0) expect(values[i - 1]).toBeGreaterThanOrEqual(values[i] as number);
        });
      }),
      runs,
    );
  });

  it("eigh and eig", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (d) => {
        const a = matrices([...d.stack, d.n, d.n], d.dtype, d.seed, d.block);
        const hermitian = a.add(adjoint(a)) as ChunkedArray;
        const { eigenvalues, eigenvectors } = linalg.eigh(hermitian);
        await expectOrthonormal(eigenvectors, "eigenvectors");
        const scaled = eigenvectors.multiply(
          eigenvalues.expandDims(d.stack.length),
        ) as ChunkedArray;
        await expectSame(times(hermitian, eigenvectors), scaled, "A · V");
        await expectSame(linalg.eigvalsh(hermitian), eigenvalues, "eigvalsh");
        const general = linalg.eig(a);
        expect(general.eigenvalues.dtype).toBe(
          d.dtype === "float32" || d.dtype === "complex64" ? "complex64" : "complex128",
        );
        await expectSame(
          times(a, general.eigenvectors),
          general.eigenvectors.multiply(
            general.eigenvalues.expandDims(d.stack.length),
          ) as ChunkedArray,
          "A · V of eig",
        );
        const lengths = linalg.vectorNorm(general.eigenvectors, { axis: -2 });
        await expectSame(lengths, lengths.multiply(0).add(1) as ChunkedArray, "lengths");
      }),
      runs,
    );
  });

  it("cholesky, solve, inv and det", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (d) => {
        const a = matrices([...d.stack, d.n, d.n], d.dtype, d.seed, d.block);
        const eye = identityLike(a).astype(d.dtype) as ChunkedArray;
        const positive = times(a, adjoint(a)).add(eye) as ChunkedArray;
        const lower = linalg.cholesky(positive) as ChunkedArray;
        await expectSame(times(lower, adjoint(lower)), positive, "L · Lᴴ", 10);
        await expectSame(lower, tril(lower), "L");
        const upper = linalg.cholesky(positive, { upper: true }) as ChunkedArray;
        await expectSame(upper, adjoint(lower), "U");
        const b = matrices([d.n, 3], d.dtype, d.seed + 1, d.block);
        for (const assume of ["gen", "pos"] as const) {
          const x = linalg.solve(positive, b, { assume }) as ChunkedArray;
          await expectSame(times(positive, x), b.broadcastTo(x.shape) as ChunkedArray, assume, 100);
        }
        const inverse = linalg.inv(positive) as ChunkedArray;
        await expectSame(
          times(positive, inverse),
          eye.broadcastTo(a.shape) as ChunkedArray,
          "inv",
          100,
        );
        const { sign, logabsdet } = linalg.slogdet(positive);
        await expectSame(
          sign.multiply(logabsdet.exp()) as ChunkedArray,
          linalg.det(positive),
          "det",
          1e5,
        );
      }),
      runs,
    );
  });

  it("lu", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (d) => {
        const a = matrices([d.m, d.n], d.dtype, d.seed, d.block);
        const { P, L, U } = linalg.lu(a);
        await expectSame(times(times(P.astype(d.dtype) as ChunkedArray, L), U), a, "P · L · U");
        await expectSame(L, tril(L), "L");
        await expectSame(U, triu(U), "U");
        const most = (await valuesOf(abs(L) as ChunkedArray)).reduce((x, y) => Math.max(x, y), 0);
        // |re| + |im| of a pivot is the largest: the absolute value may be less by √2.
        expect(most).toBeLessThanOrEqual(1.5);
      }),
      runs,
    );
  });

  it("pinv and lstsq, whatever the rank", async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.integer({ min: 1, max: 3 }), async (d, rank) => {
        const left = matrices([d.m + 1, rank], "float64", d.seed, d.block);
        const a = times(left, matrices([rank, d.n + 1], "float64", d.seed + 9, d.block));
        const inverse = linalg.pinv(a, { rtol: 1e-10 }) as ChunkedArray;
        await expectSame(times(times(a, inverse), a), a, "A · A⁺ · A");
        await expectSame(times(a, inverse), adjoint(times(a, inverse)), "A · A⁺", 1e4);
        const most = Math.min(rank, d.m + 1, d.n + 1);
        expect(await valuesOf(linalg.matrixRank(a, { rtol: 1e-10 }))).toEqual([most]);
        const b = matrices([d.m + 1], "float64", d.seed + 7, d.block);
        const { x, rank: found } = linalg.lstsq(a, b, { rcond: 1e-10 });
        expect(await valuesOf(found)).toEqual([most]);
        await expectSame(x, times(inverse, b), "x", 1e4);
      }),
      runs,
    );
  });
});

describe("mistakes", () => {
  const square = random([4, 4], { chunks: 2, seed: 1 });
  const oblong = random([4, 3], { chunks: 2, seed: 1 });

  it("are notified at the call", () => {
    const { det, inv, slogdet, eigh, eig, cholesky } = linalg;
    for (const f of [det, inv, slogdet, eigh, eig, cholesky] as ((x: ChunkedArray) => unknown)[]) {
      expect(() => f(oblong), f.name).toThrow(
        `${f.name} needs square matrices, the shape is (4, 3)`,
      );
    }
    expect(() => linalg.qr(random([3], { seed: 1 }))).toThrow(ArgumentError);
    expect(() => linalg.qr(square, { mode: "R" as "reduced" })).toThrow("reduced");
    expect(() => linalg.solve(square, random([3], { seed: 1 }))).toThrow("as many rows");
    expect(() => linalg.solve(square, square, { assume: "her" as "gen" })).toThrow("assume");
    expect(() => linalg.lstsq(square, random([3], { seed: 1 }))).toThrow("as many rows");
    expect(() => linalg.lu(random([2, 2, 2], { seed: 1 }))).toThrow("(2, 2, 2)");
    expect(() => linalg.svdCompressed(square, 5)).toThrow("k is a whole number from 1 to 4");
    expect(() => linalg.matrixPower(square, 0.5)).toThrow("whole number");
    expect(() => linalg.outer(square, square)).toThrow("vectors");
    expect(() => linalg.matrixNorm(square, { ord: 3 })).toThrow("norm 3");
  });

  it("learn when values show them, cut or not", async () => {
    for (const chunks of [4, 2]) {
      const zeros = square.multiply(0).rechunk(chunks) as ChunkedArray;
      await expect(valuesOf(linalg.inv(zeros) as ChunkedArray)).rejects.toThrow("singular: pivot");
      await expect(valuesOf(linalg.cholesky(zeros) as ChunkedArray)).rejects.toThrow(
        "not positive",
      );
      const nan = zeros.add(Number.NaN) as ChunkedArray;
      await expect(valuesOf(linalg.svdvals(nan))).rejects.toThrow("NaN");
      await expect(valuesOf(linalg.eigvalsh(nan))).rejects.toThrow("NaN");
      await expect(valuesOf(linalg.eigvals(nan))).rejects.toThrow("NaN");
      expect((await valuesOf(linalg.det(nan))).map(Number.isNaN)).toEqual([true]);
      expect((await valuesOf(linalg.qr(nan).R)).some(Number.isNaN)).toBe(true);
    }
  });
});

describe("large matrices", () => {
  it("svdCompressed finds the largest values", async () => {
    const left = random([60, 3], { chunks: 20, seed: 1 });
    const x = times(left, random([3, 40], { chunks: 20, seed: 2 }));
    const { U, S, Vh } = linalg.svdCompressed(x, 3, { seed: 3 });
    await expectSame(times(U.multiply(S) as ChunkedArray, Vh), x, "U · S · Vh", 10);
    const again = linalg.svdCompressed(x, 3, { seed: 3, powerIterations: 2 });
    await expectSame(again.S, S, "S", 10);
  });

  it("a tall matrix takes a tree of tasks", () => {
    const x = random([4096, 8], { chunks: [16, 8], seed: 1 });
    const { R } = linalg.qr(x);
    // 256 leaves and 255 pairs above them: each is factored and its triangle cut off; pairs are
    // joined.
    expect(tasksOf(R)).toBe(511 * 2 + 255);
    expect(R.chunks).toEqual([[8], [8]]);
  });

  it("Cholesky's factor leaves out the blocks above the diagonal", () => {
    const n = 8;
    const x = random([n * 4, n * 4], { chunks: 4, seed: 1 });
    const products = ((n - 1) * n * (n + 1)) / 6;
    const sources = (n * (n - 1)) / 2;
    const tasks = tasksOf(linalg.cholesky(x) as ChunkedArray);
    expect(tasks - sources).toBeLessThanOrEqual(products + (n * (n + 1)) / 2);
  });

  it("blocks without rows or columns change nothing", async () => {
    const whole = random([3, 3], { chunks: 3, seed: 1 });
    const a = whole.rechunk([
      [1, 0, 2],
      [0, 2, 1],
    ]) as ChunkedArray;
    const b = random([3, 2], { chunks: 3, seed: 2 }).rechunk([
      [2, 1, 0],
      [1, 0, 1],
    ]) as ChunkedArray;
    await expectSame(times(a, linalg.solve(a, b)), b, "solve", 100);
    await expectSame(linalg.inv(a), linalg.inv(whole), "inv", 100);
    const positive = times(a, adjoint(a)).add(identityLike(whole)).rechunk(a.chunks);
    const lower = linalg.cholesky(positive as ChunkedArray) as ChunkedArray;
    await expectSame(times(lower, adjoint(lower)), positive as ChunkedArray, "cholesky", 10);
  });
});
