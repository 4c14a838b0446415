// A program of a user that TypeScript checks with `strict` and without `skipLibCheck`: what it
// infers of the package as it is installed. `declaration` is on, so every inferred type has a name
// that users can import.
import { expectTypeOf } from "expect-type";
import type { NdArray } from "ndarray";
import {
  type Bag,
  type ChunkedArray,
  type Client,
  type Complex,
  type ComputedArray,
  type ComputeOptions,
  compute,
  type Delayed,
  delayed,
  Event,
  type Future,
  fromArray,
  fromRange,
  fromSequence,
  layerGraph,
  linalg,
  ma,
  type PersistOptions,
  random,
  zeros,
} from "tilework";
import * as alone from "tilework/array";
import { type PredictedCost, predict } from "tilework/diagnostics";
import { type SchedulerAction, SchedulerCore } from "tilework/scheduler";
import { type SimulationReport, simulate } from "tilework/sim";

export const x = random([10, 10], { chunks: [5, 5], seed: 42 });
export const flags = x.greater(0.5);
export const corner = x.slice("0:2", 0);
export const parts = linalg.svd(x);

// ranks and dtypes
expectTypeOf(x).toEqualTypeOf<ChunkedArray<"float64", 2>>();
expectTypeOf(x.ndim).toEqualTypeOf<2>();
expectTypeOf(corner).toEqualTypeOf<ChunkedArray<"float64", 1>>();
expectTypeOf(x.mean()).toEqualTypeOf<ChunkedArray<"float64", 0>>();
expectTypeOf(x.mean(0).ndim).toEqualTypeOf<1>();
expectTypeOf(flags.dtype).toEqualTypeOf<"bool">();
expectTypeOf(flags.sum().dtype).toEqualTypeOf<"int64">();
expectTypeOf(zeros(3, { dtype: "float32" }).add(x).dtype).toEqualTypeOf<"float64">();
expectTypeOf(ma.maskedGreater(x, 0.5)).toEqualTypeOf<ma.MaskedArray<"float64", 2>>();
expectTypeOf(fromArray([1, 2]).multiply({ re: 0, im: 1 }).dtype).toEqualTypeOf<"complex128">();

// what compute() gives
export const values = async () => ({
  mean: await x.mean().compute(),
  any: await flags.any().compute(),
  count: await flags.sum().compute(),
  corner: await corner.compute(),
  rotated: await x.sum().multiply({ re: 0, im: 1 }).compute(),
  together: await compute(x.mean(), flags),
});
type Values = Awaited<ReturnType<typeof values>>;
expectTypeOf<Values["mean"]>().toEqualTypeOf<number>();
expectTypeOf<Values["any"]>().toEqualTypeOf<boolean>();
expectTypeOf<Values["count"]>().toEqualTypeOf<bigint>();
expectTypeOf<Values["corner"]>().toEqualTypeOf<ComputedArray<"float64", 1>>();
expectTypeOf<Values["corner"]>().toExtend<NdArray<Float64Array>>();
expectTypeOf<ReturnType<Values["corner"]["toArray"]>>().toEqualTypeOf<number[]>();
expectTypeOf<Values["rotated"]>().toEqualTypeOf<Complex>();
expectTypeOf<Values["together"]>().toEqualTypeOf<[number, ComputedArray<"bool", 2>]>();
expectTypeOf<ComputeOptions>().toHaveProperty("executor");
expectTypeOf<PersistOptions>().toHaveProperty("executor");

// calls
export const calls = (client: Client) => ({
  square: client.submit((n: number) => n * n, 12),
  late: client.submit(
    async (n: number) => `${n}`,
    client.submit((n: number) => n * n, 12),
  ),
  many: client.map((n: number, unit: string) => `${n} ${unit}`, [1, 2], ["s", "ms"]),
  gathered: client.gather(client.map((n: number) => n * n, [1, 2])),
});
type Called = ReturnType<typeof calls>;
expectTypeOf<Called["square"]>().toEqualTypeOf<Future<number>>();
expectTypeOf<Called["late"]>().toEqualTypeOf<Future<string>>();
expectTypeOf<Called["many"]>().toEqualTypeOf<Future<string>[]>();
expectTypeOf<Awaited<Called["gathered"]>>().toEqualTypeOf<number[]>();
expectTypeOf<Awaited<Future<string>>>().toEqualTypeOf<string>();
export const wrongCall = (client: Client) =>
  // @ts-expect-error a number is no string
  client.submit((text: string) => text.length, 12);

// bags and delayed calls
export const lengths = fromSequence(["a", "bc"]).map((word) => word.length);
export const load = delayed((path: string) => path.length);
export const total = delayed((sizes: number[]) => sizes.length)([load("a"), load("b")]);
expectTypeOf(lengths).toEqualTypeOf<Bag<number>>();
expectTypeOf(
  fromRange(3)
    .map((n) => ({ n }))
    .pluck("n"),
).toEqualTypeOf<Bag<number>>();
expectTypeOf(load("a").compute()).resolves.toEqualTypeOf<number>();
expectTypeOf(total).toEqualTypeOf<Delayed<number>>();

// An event of the cluster, not of the DOM or Node.
expectTypeOf(new Event("ready").wait()).resolves.toEqualTypeOf<boolean>();

// the other entries: the same types, not others that look alike
expectTypeOf(alone.zeros([2])).toEqualTypeOf<ChunkedArray<"float64", 1>>();
expectTypeOf(x.add(alone.zeros([10, 10]))).toEqualTypeOf<ChunkedArray<"float64", 2>>();
export const graph = layerGraph(x.mean(), { optimize: true });
expectTypeOf(predict(graph)).toEqualTypeOf<PredictedCost>();
expectTypeOf(simulate({ graph, workers: 2, seed: 1 })).toEqualTypeOf<SimulationReport>();
expectTypeOf(new SchedulerCore().step({ type: "ticked" }, 0)).toEqualTypeOf<
  readonly SchedulerAction[]
>();
