// What the compiler knows about calls: futures and arrays among their arguments are the values that
// they become. The assertions are checked by tsc; nothing is called.
import type { NdArray } from "ndarray";
import { describe, expectTypeOf, it } from "vitest";
import { ones } from "../../src/array/index.js";
import { fromRange } from "../../src/bag/index.js";
import type { Client } from "../../src/client/client.js";
import type { Future } from "../../src/client/futures/future.js";
import { fn } from "../../src/functions/declared-captures.js";

declare const client: Client;
declare const one: Future<number>;
declare const word: Future<string>;
declare const many: Future<number>[];
// biome-ignore lint/suspicious/noExplicitAny: what programs have that are not typed
declare const any: any;

/** What a call of these arguments returns, which never runs. */
const never = (f: () => unknown) => expectTypeOf(f).toBeFunction();

interface Options {
  readonly mode: "fast" | "exact";
  readonly start: number;
}
const train = (options: Options, rate = 0.1) => options.start * rate;
const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b);
function twice<T>(value: T): [T, T] {
  return [value, value];
}

describe("arguments of submit", () => {
  it("give parameters their types", () => {
    never(() => {
      const square = client.submit((x) => {
        expectTypeOf(x).toEqualTypeOf<number>();
        return x * x;
      }, 12);
      expectTypeOf(square).toEqualTypeOf<Future<number>>();
      expectTypeOf(client.submit((x) => `${x}`, one)).toEqualTypeOf<Future<string>>();
      const total = client.submit((values) => {
        expectTypeOf(values).toEqualTypeOf<number[]>();
        return values.reduce((a, b) => a + b);
      }, many);
      expectTypeOf(total).toEqualTypeOf<Future<number>>();
      client.submit(
        (options, both, pairs) => {
          expectTypeOf(options).toEqualTypeOf<{ from: number; words: string[]; n: number }>();
          expectTypeOf(both).toEqualTypeOf<(number | string)[]>();
          expectTypeOf(pairs).toEqualTypeOf<Map<string, number>>();
        },
        { from: one, words: [word], n: 1 },
        [one, word],
        new Map([["a", one]]),
      );
      client.submit((x) => expectTypeOf(x).toBeAny(), any);
      client.submit((date) => expectTypeOf(date).toEqualTypeOf<Date>(), new Date());
    });
  });

  it("may be arrays", () => {
    never(() => {
      client.submit(
        (x, total, list) => {
          expectTypeOf(x).toEqualTypeOf<NdArray<Float64Array>>();
          expectTypeOf(total).toEqualTypeOf<number>();
          expectTypeOf(list).toEqualTypeOf<NdArray<Float64Array>[]>();
        },
        ones([2, 2]),
        ones([2]).sum(),
        [ones([2])],
      );
      client.submit((x: NdArray<Float64Array>) => x.get(0, 0), ones([2, 2]));
      client.submit((x: NdArray) => x.shape, ones([2, 2]));
    });
  });

  it("are values or futures of the types that a function says", () => {
    never(() => {
      client.submit(sumOf, [1, 2]);
      client.submit(sumOf, many);
      client.submit(sumOf, [1, one]);
      client.submit(sumOf, client.map(sumOf, [[1], [2]]));
      client.submit(train, { mode: "fast", start: 1 });
      client.submit(train, { mode: "fast", start: one }, one);
      expectTypeOf(client.submit(twice, one)).toEqualTypeOf<Future<[number, number]>>();
      expectTypeOf(client.submit(async (x: number) => [x], 1)).toEqualTypeOf<Future<number[]>>();
      client.submit(() => "done");
      const [first, ...rest] = [1, 2, 3] as [number, number, number];
      client.submit((...all: number[]) => all.length, first, ...rest);
    });
  });

  it("are refused where they are of other types", () => {
    never(() => {
      // @ts-expect-error It is a text.
      client.submit((x: number) => x, "1");
      // @ts-expect-error The future is of a text.
      client.submit((x: number) => x, word);
      // @ts-expect-error The list has futures of texts.
      client.submit(sumOf, [word]);
      // @ts-expect-error There is no such mode.
      client.submit(train, { mode: "slow", start: 1 });
      // @ts-expect-error It takes two.
      client.submit((x: number, y: number) => x + y, 1);
      // @ts-expect-error An array of one dtype is none of the other.
      client.submit((x: NdArray<Int8Array>) => x, ones([2]));
    });
  });

  it("of generic functions are passed on", () => {
    const passed = <A extends readonly unknown[], R>(f: (...args: A) => R, ...args: A) =>
      client.submit<A, R>(f, ...args);
    expectTypeOf(passed).toBeFunction();
  });
});

describe("functions with captured values", () => {
  const captured = { captured: { factor: 2 } };

  it("have the parameters of where they are given to", () => {
    never(() => {
      const blocks = ones([4], { dtype: "float32" }).mapBlocks(
        fn((block) => {
          expectTypeOf(block).toEqualTypeOf<NdArray<Float32Array>>();
          return block.data.map((value) => value * 2);
        }, captured),
      );
      expectTypeOf(blocks.ndim).toEqualTypeOf<1>();
      fromRange(4).map(fn((value) => expectTypeOf(value).toEqualTypeOf<number>(), captured));
      client.submit(
        fn((value) => expectTypeOf(value).toEqualTypeOf<number>(), captured),
        one,
      );
      client.map(
        fn((value) => value + 1, captured),
        many,
      );
    });
  });

  it("keep their own", () => {
    expectTypeOf(fn(sumOf, captured)).toEqualTypeOf<typeof sumOf>();
    never(() => {
      expectTypeOf(fn(twice, captured)("a")).toEqualTypeOf<[string, string]>();
      expectTypeOf(client.submit(fn(() => 5, captured))).toEqualTypeOf<Future<number>>();
    });
  });
});

describe("lists of map", () => {
  it("give parameters their types", () => {
    never(() => {
      expectTypeOf(client.map((x) => x * 2, [1, 2])).toEqualTypeOf<Future<number>[]>();
      expectTypeOf(client.map((x) => x * 2, many)).toEqualTypeOf<Future<number>[]>();
      client.map(
        (x, label, pair) => {
          expectTypeOf(x).toEqualTypeOf<number>();
          expectTypeOf(label).toEqualTypeOf<string>();
          expectTypeOf(pair).toEqualTypeOf<{ a: number }>();
          return x;
        },
        new Set([1]),
        ["a"],
        [{ a: one }],
      );
      client.map(sumOf, [[one], [2]]);
      client.map(train, [{ mode: "fast", start: one }]);
      expectTypeOf(client.with({ retries: 1 }).map((x) => `${x}`, [1])).toEqualTypeOf<
        Future<string>[]
      >();
    });
  });

  it("are refused where they are of other types", () => {
    never(() => {
      // @ts-expect-error They are texts.
      client.map((x: number) => x, ["1"]);
      // @ts-expect-error It is no list.
      client.map((x: number) => x, 1);
    });
  });
});
