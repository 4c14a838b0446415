import { describe, expect, it } from "vitest";
import {
  block,
  broadcastTo,
  type ChunkedArray,
  concatenate,
  diff,
  dstack,
  expandDims,
  flip,
  hstack,
  moveaxis,
  type NestedArrays,
  type PadMode,
  pad,
  ravel,
  repeat,
  roll,
  rot90,
  squeeze,
  stack,
  swapaxes,
  tile,
  transpose,
  tril,
  vstack,
  zeros,
} from "../../../src/array/index.js";
import { type DType, isDType } from "../../../src/base/dtype.js";
import { ArgumentError } from "../../../src/base/errors.js";
import { blockCount, type Chunks } from "../../../src/graph/model/chunks.js";
import broadcastTable from "../../fixtures/broadcast.json" with { type: "json" };
import table from "../../fixtures/combine.json" with { type: "json" };
import { countingArray, tasksOf } from "../table-arrays.js";

type Nest = number | Nest[];
interface Args {
  readonly axis: number;
  readonly axes: number[] | null;
  readonly a: number;
  readonly b: number;
  readonly source: number;
  readonly destination: number;
  readonly nest: Nest;
  readonly shift: number | number[];
  readonly repeats: number;
  readonly reps: number | number[];
  readonly width: [number, number][];
  readonly mode: PadMode;
  readonly k: number;
  readonly n: number;
}
interface Case {
  readonly op: string;
  readonly args: Args;
  readonly inputs: { shape: number[]; chunks: Chunks; dtype?: DType }[];
  readonly result_shape: number[];
  readonly result_chunks: Chunks;
  readonly result_dtype?: DType;
  readonly tasks: number;
  readonly error?: boolean;
}

const first = (arrays: readonly ChunkedArray[]) => arrays[0] as ChunkedArray;
const nested = (arrays: ChunkedArray[], nest: Nest): NestedArrays =>
  typeof nest === "number"
    ? (arrays[nest] as ChunkedArray)
    : nest.map((inner) => nested(arrays, inner));
const VERBS: Readonly<Record<string, (arrays: ChunkedArray[], args: Args) => ChunkedArray>> = {
  concatenate: (arrays, { axis }) => concatenate(arrays, axis),
  stack: (arrays, { axis }) => stack(arrays, axis),
  transpose: (arrays, { axes }) => transpose(first(arrays), axes),
  moveaxis: (arrays, { source, destination }) => moveaxis(first(arrays), source, destination),
  swapaxes: (arrays, { a, b }) => swapaxes(first(arrays), a, b),
  flip: (arrays, { axis }) => flip(first(arrays), axis),
  squeeze: (arrays, { axis }) => squeeze(first(arrays), axis),
  expand_dims: (arrays, { axis }) => expandDims(first(arrays), axis),
  ravel: (arrays) => ravel(first(arrays)),
  block: (arrays, { nest }) => block(nested(arrays, nest)),
  vstack: (arrays) => vstack(arrays),
  hstack: (arrays) => hstack(arrays),
  dstack: (arrays) => dstack(arrays),
  roll: (arrays, { shift, axis }) => roll(first(arrays), shift, axis),
  repeat: (arrays, { repeats, axis }) => repeat(first(arrays), repeats, axis),
  tile: (arrays, { reps }) => tile(first(arrays), reps),
  pad: (arrays, { width, mode }) => pad(first(arrays), width, mode),
  rot90: (arrays, { k, axes }) => rot90(first(arrays), k, axes as [number, number]),
  diff: (arrays, { n, axis }) => diff(first(arrays), { n, axis }),
  tril: (arrays, { k }) => tril(first(arrays), { k }),
};

/** Dask cuts what is repeated often, cannot join numbers, and mirrors block by block. */
const differs = ({ op, args, inputs }: Case) =>
  (op === "pad" && args.mode !== "constant" && args.mode !== "edge") ||
  (op === "repeat" && args.repeats > 2) ||
  (op === "hstack" && inputs[0]?.shape.length === 0);

const cases = (table.cases as unknown as Case[]).filter(
  (c) =>
    !differs(c) &&
    c.op in VERBS &&
    c.inputs.every(({ dtype = "int32" }) => isDType(dtype) && dtype !== "bool"),
);

/** Blocks of the inputs: each is made by one `add` here. */
function blocksOf(c: Case): number {
  return c.inputs.reduce((sum, { chunks }) => sum + blockCount(chunks), 0);
}

describe("moving blocks", () => {
  for (const op of Object.keys(VERBS)) {
    it(`gives Dask's shapes and chunks in no more tasks: ${op}`, () => {
      const own = cases.filter((c) => c.op === op);
      expect(own.length).toBeGreaterThan(1);
      for (const c of own) {
        const what = JSON.stringify([c.op, c.args, c.inputs]);
        const run = () =>
          VERBS[op]?.(
            // Distinct values, since equal sources are one source.
            c.inputs.map(({ shape, chunks, dtype }, i) =>
              countingArray(shape, chunks, dtype).add(i),
            ),
            c.args,
          ) as ChunkedArray;
        if (c.error) {
          expect(run, what).toThrow(ArgumentError);
          continue;
        }
        const result = run();
        expect(result.shape, what).toEqual(c.result_shape);
        expect(result.chunks, what).toEqual(c.result_chunks);
        expect(tasksOf(result) - blocksOf(c), what).toBeLessThanOrEqual(c.tasks);
      }
    });
  }

  it("needs no task for a concatenation of parts that fit", () => {
    const [a, b] = [countingArray([4, 6], [[2, 2], [6]]), countingArray([3, 6], [[3], [6]])];
    expect(tasksOf(concatenate([a, b]))).toBe(0);
    expect(concatenate([a, b, a]).node.inputs).toHaveLength(2);
  });

  it("moves several axes at once", () => {
    const x = zeros([2, 3, 4, 5]);
    expect(moveaxis(x, [0, 2], [-1, 0]).shape).toEqual([4, 3, 5, 2]);
    expect(() => moveaxis(x, [0, 0], [1, 2])).toThrow("different axes and a place for each");
    expect(() => moveaxis(x, [0, 1], 2)).toThrow("got [0,1] and 2");
  });

  it("promotes dtypes side by side", () => {
    const [a, b] = [zeros([2], { dtype: "int32" }), zeros([3], { dtype: "float32" })];
    expect(concatenate<DType, 1>([a, b]).dtype).toBe("float64");
  });

  it("names both shapes that do not fit", () => {
    expect(() => concatenate([zeros([2, 3]), zeros([2, 4])])).toThrow(
      "arrays of shape (2, 3) and (2, 4) cannot be joined along axis 0",
    );
    expect(() => stack([zeros([2, 3]), zeros([2, 4])])).toThrow("(2, 3) and (2, 4)");
  });
});

describe("broadcastTo", () => {
  interface Broadcast {
    readonly group: string;
    readonly shape: number[];
    readonly chunks: Chunks;
    readonly new_shape: number[];
    readonly new_chunks: Chunks | null;
    readonly result_chunks: Chunks;
    readonly error?: boolean;
  }
  const cases = (broadcastTable.cases as unknown as Broadcast[]).filter(
    (c) => c.group === "broadcast_to",
  );

  it("stretches in Dask's chunks", () => {
    expect(cases.length).toBeGreaterThan(8);
    for (const c of cases) {
      const options = c.new_chunks === null ? {} : { chunks: c.new_chunks };
      const run = () => broadcastTo(countingArray(c.shape, c.chunks), c.new_shape, options);
      if (c.error) expect(run, JSON.stringify(c)).toThrow(ArgumentError);
      else expect(run().chunks, JSON.stringify(c)).toEqual(c.result_chunks);
    }
  });
});
