// Mistakes that new users made, typed as they typed them, in a program without types: each message
// names what was given, what was expected, and what to do. Options are options.test.ts, sizes
// sizes.test.ts, silent conversions values.test.ts, clusters without workers waiting.test.ts.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type * as Tilework from "../../src/index.js";
import { freshDirectory } from "../e2e/command.js";

const BUNDLE = new URL("../../dist/bundle/main/index.js", import.meta.url).href;
// biome-ignore lint/suspicious/noExplicitAny: what programs have that are not typed
const tw: any = (await import(BUNDLE)) as typeof Tilework;
const executor = new tw.SerialExecutor();
const x = tw.random([4, 4], { chunks: 2, seed: 1 });
const v = tw.arange(5);

/** The message of a call, or of computing what it gives, in this thread. */
async function messageOf(call: () => unknown): Promise<string> {
  try {
    const given = (await call()) as { compute?: (options: object) => unknown } | undefined;
    await given?.compute?.({ executor });
  } catch (error) {
    return (error as Error).message;
  }
  return "no error";
}

type Typed = readonly [typed: string, call: () => unknown, message: string];

const CHUNKS_AND_TYPES: readonly Typed[] = [
  [
    "ones([4, 4], { chunks: 0 })",
    () => tw.ones([4, 4], { chunks: 0 }),
    "a block length must be a whole number from 1, got 0 (use -1 for the whole axis)",
  ],
  [
    "chunks that do not add up",
    () =>
      tw.ones([4, 4], {
        chunks: [
          [2, 1],
          [2, 2],
        ],
      }),
    "chunks [2,1] of axis 0 add up to 3, the shape (4, 4) needs 4 there",
  ],
  [
    "chunks of one axis",
    () => tw.ones([4, 4], { chunks: [2] }),
    "chunks are for 1 axis, the shape (4, 4) has 2: give a length or a list for each axis",
  ],
  [
    "chunks of an axis that there is not",
    () => v.rechunk({ 2: 1 }),
    "chunks name axis 2, the shape (5,) has 1 axis",
  ],
  [
    'rechunk("autoo")',
    () => v.rechunk("autoo"),
    'chunks are "autoo": expected lengths, "auto", or the bytes of a block, such as "64MiB"',
  ],
  ['dtype: "float"', () => tw.ones([4], { dtype: "float" }), "(did you mean float64?)"],
  ['dtype: "f4"', () => tw.ones([4], { dtype: "f4" }), "(did you mean float32?)"],
  ['dtype: "<i8"', () => tw.ones([4], { dtype: "<i8" }), "(did you mean int64?)"],
  ['dtype: "boolean"', () => tw.ones([4], { dtype: "boolean" }), "(did you mean bool?)"],
  ['dtype: "flaot64"', () => tw.ones([4], { dtype: "flaot64" }), "(did you mean float64?)"],
  ["dtype: Float32Array", () => tw.ones([4], { dtype: Float32Array }), "(did you mean float32?)"],
  ["astype(Number)", () => v.astype(Number), "unknown dtype Number (did you mean float64?)"],
  [
    "300 as uint8",
    () => tw.asarray([1, 300], { dtype: "uint8" }),
    "element 1 is 300, and uint8 holds 0 to 255: leave dtype out, or convert by astype",
  ],
  [
    "-1n as uint64",
    () => tw.asarray([-1n], { dtype: "uint64" }),
    "element 0 is -1, and uint64 holds 0 to 18446744073709551615",
  ],
  ['zeros("4")', () => tw.zeros("4"), 'a shape is a list of whole numbers from 0, got "4"'],
  ['arange("4")', () => tw.arange("4"), "arange takes one to three numbers"],
  ['random([2], { seed: "a" })', () => tw.random([2], { seed: "a" }), "a seed is a whole number"],
];

const SHAPES_AND_INDICES: readonly Typed[] = [
  ["sum(2)", () => x.sum(2), "axis 2 is out of range for 2 axes: expected -2 to 1"],
  ["sum(1) of one axis", () => v.sum(1), "axis 1 is out of range for 1 axis: expected -1 to 0"],
  ["sum({ axis: 0 })", () => x.sum({ axis: 0 }), 'axis of sum is the object {"axis":0}: write'],
  [
    'mean("rows")',
    () => x.mean("rows"),
    'an axis is a number, a list of numbers or null for all, got "rows"',
  ],
  [
    "[3, 4] + [3, 5]",
    () => tw.ones([3, 4]).add(tw.ones([3, 5])),
    "shapes (3, 4) and (3, 5) do not broadcast: axis 1 of the result would be 4 and 5 long",
  ],
  [
    "matmul of two that do not fit",
    () => tw.ones([3, 4]).matmul(tw.ones([3, 4])),
    "matmul of shapes (3, 4) and (3, 4): the last axis of the first, 4, is not the last but one of the second, 3",
  ],
  [
    "matmul with a vector that does not fit",
    () => tw.ones([3, 4]).matmul(tw.ones([3])),
    "the last axis of the first, 4, is not the last of the second, 3",
  ],
  ['slice("1;3")', () => v.slice("1;3"), 'expected something like "2:10", "::2" or "5:0:-1"'],
  [
    "slice({ start: 1, end: 2 })",
    () => v.slice({ start: 1, end: 2 }),
    "there is no part end of a slice (did you mean stop?): expected start, stop, step",
  ],
  ["slice(7)", () => v.slice(7), "index 7 is out of range for axis 0 of length 5"],
  ["take([1, 9])", () => v.take([1, 9]), "index 9 is out of range for axis 0 of length 5"],
  [
    "slice(0, 0) of one axis",
    () => v.slice(0, 0),
    "got 2 indices for an array of 1 axis, shape (5,): give one for each axis at most",
  ],
  ["reshape", () => tw.arange(6).reshape([4, 2]), "cannot reshape (6,) with 6 elements to (4, 2)"],
  ["transpose([0, 1, 2])", () => x.transpose([0, 1, 2]), "axis 2 is out of range for 2 axes"],
  [
    "concatenate(a, b)",
    () => tw.concatenate(v, v),
    "concatenate takes a list of chunked arrays, as in concatenate([x, y]), got a chunked array",
  ],
  [
    "concat(a, b)",
    () => tw.concat(v, v),
    "concat takes a list of chunked arrays, as in concat([x, y]), got a chunked array",
  ],
  [
    "stack(xs, { axis: 1 })",
    () => tw.stack([v, v], { axis: 1 }),
    'axis of stack is the object {"axis":1}: write stack(arrays, axis)',
  ],
  [
    "a ragged list",
    () => tw.asarray([[1, 2], [3]]),
    "nested lists are ragged: [1] is a list of 1, expected a list of 2, for the shape (2, 2)",
  ],
  [
    "a list among numbers",
    () => tw.asarray([1, [2]]),
    "nested lists are ragged: [1] is a list of 1, expected a single value",
  ],
  [
    "texts",
    () => tw.asarray(["a", "b"]),
    "element 0 is the string a: expected numbers, BigInts, booleans or { re, im }",
  ],
  [
    "where(condition, 1)",
    () => tw.where(x.greater(0), 1),
    "argument 3 of where is undefined: write where(condition, x, y)",
  ],
  ['add("3")', () => x.add("3"), "an operand is a string: expected a chunked array, a number"],
  ["sum([1, 2])", () => tw.sum([1, 2]), "asarray(…) makes one of values"],
  ["quantile(x, 50)", () => tw.quantile(x, 50), "a quantile is a share from 0 to 1, got 50"],
  [
    "einsum",
    () => tw.einsum("ij,jk->il", x, x),
    'einsum cannot read "ij,jk->il": "l" of the result is in no array, or is listed twice',
  ],
];

let n = 1;
n += 1;
const out = process.stdout;
const FUNCTIONS: readonly Typed[] = [
  [
    "a block function without return",
    () =>
      x.mapBlocks((block: { data: Float64Array }) => {
        block.data.map((value) => value);
      }),
    "returned nothing (is there a `return`?): expected an ndarray or typed array of shape [2, 2], whose values become float64",
  ],
  [
    "a block function that returns too many",
    () => tw.arange(4, { chunks: 2 }).mapBlocks(() => [1, 2, 3]),
    "returned 3 elements: expected an ndarray or typed array of shape [2], whose values become int32",
  ],
  [
    "nested lists of mapOverlap",
    () => x.mapOverlap(() => [[1, 2]], { depth: 1 }),
    "expected an ndarray or typed array of shape [3, 3], whose values become float64",
  ],
  [
    "a block function that throws",
    () =>
      x.mapBlocks(() => {
        throw new Error("bad pixel");
      }),
    "bad pixel",
  ],
  [
    "a captured let",
    () => x.mapBlocks((block: { data: Float64Array }) => block.data.map((value) => value * n)),
    "Copy it to a const, or give the value at the call: fn(f, { captured: { n } })",
  ],
  [
    "a captured stream",
    () =>
      x.mapBlocks((block: unknown) => {
        out.write("here");
        return block;
      }),
    "represents a resource of this process: open or create it inside the function",
  ],
  ["mapBlocks(3)", () => x.mapBlocks(3), "a function was expected, but a number was given"],
  [
    "join(b) without a key",
    () => tw.fromSequence([1]).join(tw.fromSequence([2])),
    "the key of join is undefined: expected a function of an element, as in join(other, (element) => element.id)",
  ],
  [
    'distinct("id")',
    () => tw.fromSequence([{ id: 1 }]).distinct("id"),
    'distinct was given "id" as its key: expected a function of an element, such as (element) =>',
  ],
  ["pluck()", () => tw.fromSequence([{ id: 1 }]).pluck(), "pluck: undefined is no key: expected"],
  [
    'config.set("log.level", "debug")',
    () => tw.config.set("log.level", "debug"),
    'config.set was given "log.level": expected keys with their values, as in config.set({ "log.level"',
  ],
  [
    "topk()",
    () => tw.fromSequence([1]).topk(),
    "topk: count is undefined: expected a whole number",
  ],
  [
    "compute(5)",
    () => tw.compute(5),
    "argument 1 of compute is no collection: expected chunked arrays, bags and delayed calls",
  ],
];

const MADE: readonly Typed[] = [
  ["new ChunkedArray([1])", () => new tw.ChunkedArray([1]), "by `new`: write asarray([1, 2])"],
  ["new Bag([1])", () => new tw.Bag([1]), "a Bag is not made by `new`: write fromSequence([1, 2])"],
  ["new Item(1)", () => new tw.Item(1), "an Item is not made by `new`: write bag.sum()"],
  ["new Delayed(f)", () => new tw.Delayed(() => 1), "by `new`: write delayed(f)(1, 2)"],
  ["new Table([])", () => new tw.Table([]), "a Table is not made by `new`: write fromRecords("],
  ['new Expr("a")', () => new tw.Expr("a"), 'an Expr is not made by `new`: write col("a")'],
  [
    'new Future("a")',
    () => new tw.Future("a"),
    "a Future is not made by `new`: write client.submit",
  ],
];

const inFolder = (name: string) => join(freshDirectory(), name);
const RESULTS_AND_FILES: readonly Typed[] = [
  [
    "solve of a singular matrix",
    () => tw.linalg.solve(tw.zeros([2, 2]), tw.ones([2])),
    "the matrix is singular: pivot 1 is 0, so there is no one solution (lstsq and pinv take such",
  ],
  [
    "cholesky of a matrix that has none",
    () => tw.linalg.cholesky(tw.asarray([[-1, 0], [0, 1]])), // biome-ignore format: one matrix
    'the matrix is not positive definite: pivot 0 is not above 0 (solve with assume "gen" takes others)',
  ],
  [
    "a result of 671 GiB",
    () => tw.ones([300_000, 300_000]),
    "takes 671 GiB, more than one buffer can hold: reduce or slice it, or write it with toZarr",
  ],
  [
    "a picture in .jpg",
    () => x.visualize({ file: "a.jpg" }),
    'cannot choose a format for "a.jpg": expected a name ending in .svg, .png, .html',
  ],
  [
    "compute({ worker })",
    () => x.compute({ worker: 2 }),
    "there is no option worker of compute (did you mean workers?): expected",
  ],
  [
    "explain({ worker })",
    () => x.explain({ worker: 2 }),
    "there is no option worker of explain (did you mean workers?): expected",
  ],
  [
    "fromNpy of a file that there is not",
    () => tw.fromNpy(inFolder("none.npy")),
    "none.npy: ENOENT: no such file or directory",
  ],
  [
    "fromNpy of a URL",
    () => tw.fromNpy("https://example.com/x.npy"),
    "no URLs such as https://example.com/x.npy: await fromRemoteNpy(address) reads those",
  ],
  [
    "fromZarr of a folder that there is not",
    () => tw.fromZarr(inFolder("none.zarr")),
    "there is no such folder: check the path and { component }",
  ],
  [
    "fromZarr of a group",
    async () => {
      const group = inFolder("climate.zarr");
      await tw.toZarrGroup(
        group,
        { arrays: { air: tw.ones([2]), ice: tw.ones([2]) } },
        { executor },
      );
      return tw.fromZarr(group);
    },
    "there is a group of air, ice: name the array in it by { component }",
  ],
  [
    "toZarr over data",
    async () => {
      const place = inFolder("twice.zarr");
      await tw.toZarr(v, place, { executor });
      await tw.toZarr(v, place, { executor });
    },
    "pass { overwrite: true } to replace it, or { region } to write into it",
  ],
  [
    "readText of files that there are not",
    () => tw.readText(inFolder("none-*.txt")),
    "readText: there is no file",
  ],
  [
    "a column that there is not",
    () => tw.fromRecords([{ a: 1 }]).groupBy("b"),
    'groupBy: there is no column "b": did you mean a?',
  ],
];

const CLUSTERS: readonly Typed[] = [
  [
    'memoryLimit: "4 gigs"',
    () => tw.LocalCluster.start({ memoryLimit: "4 gigs" }),
    'cannot read "4 gigs" as a number of bytes: write it like "1GB", "512MiB" or "1000"',
  ],
  [
    'connect("127.0.0.1:8786")',
    () => tw.Client.connect("127.0.0.1:8786"),
    'malformed address "127.0.0.1:8786": expected tcp://host:port',
  ],
  [
    "connect where nothing listens",
    () => tw.Client.connect("tcp://127.0.0.1:9", { timeoutMs: 3_000 }),
    "(nothing listens at tcp://127.0.0.1:9): check the address, or start one with `tilework scheduler`",
  ],
];

describe.each([
  ["chunks and dtypes", CHUNKS_AND_TYPES],
  ["shapes and indices", SHAPES_AND_INDICES],
  ["functions", FUNCTIONS],
  ["classes", MADE],
  ["results and files", RESULTS_AND_FILES],
  ["clusters", CLUSTERS],
])("a mistake with %s", (_, mistakes) => {
  it.each(mistakes)("says what to do: %s", async (_, call, message) => {
    expect(await messageOf(call)).toContain(message);
  });
});
