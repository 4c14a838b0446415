// Random expressions over sources of every kind, with more slices, windows and rechunks than people
// write: what passes make of them has to give the same elements.
import type { ChunkedArray } from "../../../src/array/index.js";
import { concatenate, matmul, slidingWindowView, stack, where } from "../../../src/array/index.js";
import type { Rng } from "../../../src/base/rng.js";
import { randomChunks } from "../../array/differential-programs.js";

/** Makes an array of that shape, cut as it likes. */
export type MakeSource = (shape: readonly number[]) => ChunkedArray;

type Step = (x: ChunkedArray, rng: Rng, other: () => ChunkedArray) => ChunkedArray | undefined;

const between = (rng: Rng, low: number, high: number) => low + rng.below(high - low + 1);

function randomEntry(rng: Rng, length: number): number | string {
  const how = rng.below(8);
  if (length === 0 || how === 0) return ":";
  if (how === 1) return rng.below(length);
  if (how === 2) return `::${rng.pick([2, 3, -1, -2])}`;
  const start = rng.below(length);
  const stop = how === 3 && rng.chance(0.3) ? start : between(rng, start + 1, length);
  return `${start}:${stop}${rng.chance(0.2) ? ":2" : ""}`;
}

export function randomSlice(x: ChunkedArray, rng: Rng): ChunkedArray {
  const entries = x.shape.map((length) => randomEntry(rng, length));
  return x.slice(...(entries as [string]));
}

const STEPS: Readonly<Record<string, Step>> = {
  slice: randomSlice,
  sliceAgain: randomSlice,
  sine: (x) => x.sin().add(1),
  double: (x) => x.multiply(2),
  callBlocks: (x) =>
    x.mapBlocks((block) => {
      const { data } = block as unknown as { data: Float64Array };
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) / 2 + 1;
      return block;
    }),
  plus: (x, rng, other) => {
    const y = other();
    return y.shape.join() === x.shape.join() && rng.chance(0.8) ? x.add(y) : undefined;
  },
  row: (x, rng) =>
    x.ndim > 0 ? x.subtract(x.mean(rng.below(x.ndim), { keepdims: true })) : undefined,
  choose: (x) => where(x.greater(0.5), x, x.multiply(3)),
  turn: (x) => x.transpose(),
  mirror: (x) => (x.ndim === 2 && x.shape[0] === x.shape[1] ? x.add(x.transpose()) : undefined),
  reduce: (x, rng) => {
    if (x.ndim === 0 || x.shape.includes(0)) return undefined;
    const keepdims = rng.chance(0.5);
    const axis = rng.below(x.ndim);
    return rng.pick([
      () => x.sum(axis, { keepdims }),
      () => x.mean(axis, { keepdims }),
      () => x.max(axis, { keepdims }),
      () => x.var(axis, { keepdims }),
    ])();
  },
  scan: (x, rng) => (x.ndim > 0 ? x.cumsum(rng.below(x.ndim)) : undefined),
  rechunk: (x, rng) => (x.shape.includes(0) ? undefined : x.rechunk(randomChunks(rng, x.shape))),
  rechunkTwice: (x, rng) =>
    x.shape.includes(0)
      ? undefined
      : x.rechunk(randomChunks(rng, x.shape)).rechunk(randomChunks(rng, x.shape)),
  join: (x, rng, other) => {
    const y = other();
    if (x.ndim === 0 || y.shape.join() !== x.shape.join()) return undefined;
    return rng.chance(0.5)
      ? stack([x, y], rng.below(x.ndim + 1))
      : concatenate([x, y], rng.below(x.ndim));
  },
  windows: (x, rng) => {
    if (x.ndim === 0 || (x.shape[0] as number) < 2) return undefined;
    const half = Math.floor((x.shape[0] as number) / 2);
    const start = rng.below((x.shape[0] as number) - half + 1);
    return x.slice(`:${half}`).multiply(x.slice(`${start}:${start + half}`));
  },
  slide: (x, rng) => {
    const axis = x.shape.findIndex((length) => length > 1);
    if (axis < 0) return undefined;
    const windows = slidingWindowView(x, between(rng, 1, x.shape[axis] as number), axis);
    const keepdims = rng.chance(0.3);
    return rng.pick([
      () => windows.sum(-1, { keepdims }),
      () => windows.std(-1),
      () => windows.min(-1, { keepdims }),
      () => windows.mean(-1),
      () => windows,
    ])();
  },
  split: (x) => {
    const at = x.shape.findIndex((length) => length % 2 === 0 && length > 2);
    return at < 0 ? undefined : x.reshape(x.shape.toSpliced(at, 1, 2, (x.shape[at] as number) / 2));
  },
  merge: (x, rng) => {
    if (x.ndim < 2) return undefined;
    const at = rng.below(x.ndim - 1);
    return x.reshape(
      x.shape.toSpliced(at, 2, (x.shape[at] as number) * (x.shape[at + 1] as number)),
    );
  },
  expand: (x, rng) => x.expandDims(rng.below(x.ndim + 1)),
  product: (x, _rng, other) => {
    const y = other();
    if (x.ndim !== 2 || y.ndim !== 2) return undefined;
    return x.shape[1] === y.shape[0] ? matmul(x, y) : matmul(x, x.transpose());
  },
  take: (x, rng) => {
    const axis = x.shape.findIndex((length) => length > 0);
    if (axis < 0) return undefined;
    const positions = Array.from({ length: between(rng, 1, 4) }, () =>
      rng.below(x.shape[axis] as number),
    );
    return x.take(positions, axis);
  },
};

const NAMES = Object.keys(STEPS);

/**
 * A random expression of `steps` steps over sources that `make` makes, and the names of its steps.
 */
export function randomExpression(
  rng: Rng,
  make: MakeSource,
  steps: number,
): { readonly array: ChunkedArray; readonly names: readonly string[] } {
  const shape = Array.from({ length: between(rng, 1, 3) }, () => between(rng, 2, 12));
  if (rng.chance(0.4) && shape.length === 2) shape[1] = shape[0] as number;
  const made = [make(shape), make(shape)];
  const names: string[] = [];
  for (let tries = 0; names.length < steps && tries < 60; tries++) {
    const name = rng.pick(NAMES);
    const x = rng.chance(0.8) ? (made.at(-1) as ChunkedArray) : rng.pick(made);
    if (x.size > 5_000 || x.ndim > 5) continue;
    const next = (STEPS[name] as Step)(x, rng, () => rng.pick(made));
    if (next === undefined) continue;
    made.push(next);
    names.push(name);
  }
  return { array: made.at(-1) as ChunkedArray, names };
}
