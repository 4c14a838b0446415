// Sorted runs merged in WebAssembly, against a plain stable sort: all dtypes, NaN, zeros of both
// signs, equal elements, empty runs, notes that come along.
import { describe, expect, it } from "vitest";
import type { TypedArray } from "../../../src/base/dtype.js";
import { mergeRuns } from "../../../src/kernels/sorting/merge-sorted.js";
import { mergeSorted } from "../../../src/kernels/sorting/radix-sort.js";

const KINDS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int16: Int16Array,
} as const;
type Kind = keyof typeof KINDS;

let state = 1;
const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;

/** A number with many equals, NaN and zeros of both signs among floats. */
function draw(kind: Kind): number | bigint {
  const small = (next() % 41) - 20;
  if (kind.startsWith("float")) {
    if (next() % 7 === 0) return [NaN, 0, -0, Infinity, -Infinity][next() % 5] as number;
    return small / 4;
  }
  const signed = kind.startsWith("u") ? Math.abs(small) : small;
  return kind.endsWith("64") ? BigInt(signed) : signed;
}

/** Ascending, NaN last; equal elements, zeros of either sign among them, stay in their order. */
function before(x: number | bigint, y: number | bigint): number {
  if (x < y) return -1;
  if (x > y) return 1;
  return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
}

function runsOf(kind: Kind, lengths: readonly number[]) {
  const starts: number[] = [];
  const all: (number | bigint)[] = [];
  for (const length of lengths) {
    starts.push(all.length);
    all.push(...Array.from({ length }, () => draw(kind)).sort(before));
  }
  const kindOf = KINDS[kind] as unknown as { from(values: readonly unknown[]): TypedArray };
  const values = kindOf.from(all);
  const order = [...all.keys()].sort((a, b) => before(all[a] as number, all[b] as number) || a - b);
  return { values, starts, all, order };
}

const LENGTHS = {
  one: [1500],
  two: [700, 900],
  "three, one of them empty": [800, 0, 700],
  "eight of any length": [300, 10, 1, 700, 0, 0, 450, 90],
  "many short ones": Array.from({ length: 120 }, (_, i) => i % 23),
  "too few for WebAssembly": [10, 20, 5],
};

describe.each(Object.keys(KINDS) as Kind[])("runs of %s", (kind) => {
  it.each(Object.entries(LENGTHS))("are merged: %s", (_what, lengths) => {
    for (const withNotes of [false, true]) {
      const { values, starts, all, order } = runsOf(kind, lengths);
      const notes = withNotes ? new Uint32Array(values.length).map((_, i) => i) : undefined;
      const merged = mergeRuns({ values, starts }, values.slice(), notes);
      const wanted = order.map((at) => all[at] as number);
      expect(Array.from(merged as Float64Array)).toEqual(wanted);
      if (notes !== undefined) expect(Array.from(notes)).toEqual(order);
    }
  });
});

describe("WebAssembly", () => {
  it("merges what is long enough, and leaves short elements alone", () => {
    const { values, starts } = runsOf("float64", [1000, 1000]);
    const ends = [...starts.slice(1), values.length];
    expect(mergeSorted(values, ends, values.slice())).toBe(true);
    const shorts = runsOf("int16", [1000, 1000]);
    expect(mergeSorted(shorts.values, [1000, 2000], shorts.values.slice())).toBe(false);
  });
});
