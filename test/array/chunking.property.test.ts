// How an array is cut never changes what is computed: random programs over random chunkings, with
// and without the passes.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChunkedArray,
  concatenate,
  fromArray,
  type IndexEntry,
  median,
  pad,
  roll,
  slice,
  slidingWindowView,
  stack,
  tril,
  where,
} from "../../src/array/index.js";
import { type Chunks, sizeOf } from "../../src/graph/model/chunks.js";
import { valuesOf } from "./table-arrays.js";

/** Block lengths of an axis. */
const axisChunks = (length: number): fc.Arbitrary<number[]> =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: Math.max(1, length - 1) }), { maxLength: 3 })
    .map((cuts) => {
      const ends = [...cuts.filter((cut) => cut < length).sort((a, b) => a - b), length];
      return ends.map((end, i) => end - (ends[i - 1] ?? 0));
    });

const chunksOf = (shape: readonly number[]): fc.Arbitrary<Chunks> =>
  fc.tuple(...shape.map(axisChunks));

/** A step from one array to another that exists for arrays of at least two axes. */
type Step = (x: ChunkedArray) => ChunkedArray;

const steps: fc.Arbitrary<{ readonly name: string; readonly step: Step }> = fc.oneof(
  named("x + x.T", (x) => x.add(x.T.reshape(x.shape))),
  named("x.T", (x) => x.T),
  named("mean of columns", (x) => x.subtract(x.mean(0))),
  named("spread of rows", (x) => x.divide(x.std(-1, { keepdims: true }).add(1))),
  named("flat and back", (x) => x.reshape(-1).reshape([...x.shape].reverse()) as ChunkedArray),
  named("every second, backwards", (x) => x.slice(slice(null, null, -2))),
  named("inner part", (x) => x.slice("...", slice(1, null)) as ChunkedArray),
  named("twice side by side", (x) => concatenate([x, x.multiply(2)], -1)),
  named("stacked", (x) => stack([x, x.sqrt()], 1).max(1)),
  named("where", (x) => where(x.greater(3), x, x.minimum(1))),
  named("square product", (x) => x.matmul(x.T) as ChunkedArray),
  named("running sums", (x) => x.cumsum(0)),
  named("sorted rows", (x) => x.sort()),
  named("rows twice, one last", (x) => x.slice([-1, 0, 0, 1]) as ChunkedArray),
  named("a corner set", (x) =>
    x.set(
      [
        [0, 1],
        [1, 0],
      ],
      [5, 6],
    ),
  ),
  named("rolled", (x) => roll(x, [1, -2], [0, 1])),
  named("framed by itself", (x) => pad(x, [1, 1], "symmetric")),
  named("lower triangle", (x) => tril(x)),
  named("medians", (x) => x.subtract(median(x, 1, { keepdims: true }))),
  named("neighbours", (x) => slidingWindowView(x, 2, 0).max(-1)),
  named("running order", (x) => x.add(x.argmax(0).astype("float64"))),
  fc
    .integer({ min: 1, max: 4 })
    .map((block) => ({ name: `rechunk ${block}`, step: (x: ChunkedArray) => x.rechunk(block) })),
);

function named(name: string, step: Step) {
  return fc.constant({ name, step });
}

const cases = fc
  .tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 }))
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      chunks: chunksOf(shape),
      data: fc.array(fc.integer({ min: 0, max: 9 }), {
        minLength: sizeOf(shape),
        maxLength: sizeOf(shape),
      }),
      program: fc.array(steps, { minLength: 1, maxLength: 4 }),
    }),
  );

describe("any program on any chunks", () => {
  it("computes what it computes on one block", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ shape, chunks, data, program }) => {
        const run = (cut: Chunks) =>
          program.reduce<ChunkedArray>(
            (x, { step }) => (x.shape.every((length) => length > 1) ? step(x) : x),
            fromArray(Float64Array.from(data), { shape, chunks: cut }),
          );
        const whole = await valuesOf(run(shape.map((length) => [length])), false);
        for (const optimizeGraph of [true, false]) {
          const values = await valuesOf(run(chunks), optimizeGraph);
          expect(values.length).toBe(whole.length);
          values.forEach((value, i) => {
            const wanted = whole[i] as number;
            if (Number.isNaN(wanted)) expect(value).toBeNaN();
            else
              expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(wanted)));
          });
        }
      }),
      { numRuns: 100, seed: 20 },
    );
  });

  it("indexes what it indexes on one block", async () => {
    const bound = fc.option(fc.integer({ min: -9, max: 9 }));
    const entry: fc.Arbitrary<IndexEntry> = fc.oneof(
      fc.constant(null),
      fc
        .tuple(bound, bound, fc.constantFrom(-3, -2, -1, 1, 2, 3))
        .map(([start, stop, step]) => slice(start, stop, step)),
      fc.integer({ min: -2, max: 1 }),
      fc.tuple(fc.integer({ min: -2, max: 1 }), fc.integer({ min: -2, max: 1 })),
    );
    const shape = [7, 2, 5];
    await fc.assert(
      fc.asyncProperty(
        chunksOf(shape),
        fc.tuple(entry, entry, entry),
        fc.constantFrom(0, 1, -1),
        async (chunks, index, axis) => {
          const take = (cut: Chunks) => {
            const data = Float64Array.from({ length: 70 }, (_, i) => i);
            const taken: ChunkedArray = fromArray(data, { shape, chunks: cut }).slice(...index);
            return taken.ndim > 1 ? (taken.sum(axis) as ChunkedArray) : taken;
          };
          expect(await valuesOf(take(chunks))).toEqual(await valuesOf(take([[7], [2], [5]])));
        },
      ),
      { numRuns: 100, seed: 21 },
    );
  });
});
