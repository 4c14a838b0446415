import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assert as importedAssert } from "../../src/base/assert.js";
import { currentHost, Host, installHost } from "../../src/base/host.js";
import { buildFunction } from "../../src/functions/build-function.js";
import { functionRef } from "../../src/functions/function-ref.js";

// A file that ran before in this process may have loaded all of tilework, which ships functions
// otherwise.
const host = currentHost();
beforeAll(() => installHost(new Host()));
afterAll(() => installHost(host));

type AnyFunction = (...args: never) => unknown;
const run = (f: AnyFunction, captured: Record<string, unknown>, ...args: unknown[]) =>
  buildFunction(functionRef(f, { captured }))(...args);

/** A function whose text is what a compiler or another module system would have left. */
const fromText = (text: string): AnyFunction => new Function(`return (${text})`)() as AnyFunction;

describe("functionRef", () => {
  it("takes arrows, functions, methods and static methods", () => {
    const object = {
      double(x: number) {
        return 2 * x;
      },
      "odd name": (x: number) => x + 1,
      [`computed${1}`](x: number) {
        return x - 1;
      },
      delete(x: number) {
        return x * x;
      },
    };
    class Holder {
      readonly n = 1;
      static half(x: number) {
        return x / 2;
      }
    }
    function factorial(n: number): number {
      return n < 2 ? 1 : n * factorial(n - 1);
    }
    expect(run((x: number) => x + 1, {}, 1)).toBe(2);
    expect(run(object.double, {}, 4)).toBe(8);
    expect(run(object["odd name"], {}, 4)).toBe(5);
    expect(run(object.computed1, {}, 4)).toBe(3);
    expect(run(object.delete, {}, 4)).toBe(16);
    expect(run(Holder.half, {}, 4)).toBe(2);
    expect(run(factorial, {}, 5)).toBe(120);
  });

  it("takes the values of captured variables along", () => {
    const factor = 3;
    const table = new Float64Array([1, 2, 4]);
    const f = (x: number) => factor * x + (table[2] as number);
    expect(run(f, { factor, table }, 10)).toBe(34);
  });

  it("knows every way in which a function declares its variables", () => {
    const f = (
      a: number,
      { b, c: [d = 1, ...e] }: { b: number; c: number[] },
      ...rest: number[]
    ) => {
      const inner = function named(n: number): number {
        return n === 0 ? 0 : named(n - 1) + 1;
      };
      let sum = a + b + d + e.length + rest.length + inner(2);
      for (const x of [1, 2]) sum += x;
      for (let i = 0; i < 2; i++) sum += i;
      for (const key in { p: 1 }) sum += key.length;
      try {
        throw new Error("1");
      } catch (error) {
        sum += Number((error as Error).message);
      }
      switch (a) {
        case 1: {
          const q = 1;
          sum += q;
          break;
        }
      }
      class Local {
        value = 1;
        read() {
          return this.value;
        }
      }
      for (;;) break;
      const n1 = 1;
      return Math.round(sum + new Local().read() + late());
      function late() {
        return n1 + 1;
      }
    };
    expect(run(f, {}, 1, { b: 2, c: [3, 4] }, 5)).toBe(f(1, { b: 2, c: [3, 4] }, 5));
  });

  it("names the variable that is missing, and what to do", () => {
    const factor = 3;
    const f = (x: number) => x * factor;
    expect(() => functionRef(f)).toThrow(
      expect.objectContaining({
        code: "argument.function",
        message: expect.stringMatching(
          /function f uses factor from outside.*captured: \{ factor \}/,
        ),
      }),
    );
    expect(() => functionRef(fromText("(x) => { missing = x; }"))).toThrow("uses missing");
    expect(() => functionRef(fromText("(x) => { { const y = 1; } return y; }"))).toThrow("uses y");
    expect(() =>
      functionRef(fromText("(x) => { const g = () => { var z = 1; }; return z; }")),
    ).toThrow("uses z");
  });

  it("recognises imports behind what compilers made of them", () => {
    const f = (x: number) => importedAssert(x > 0, "positive");
    expect(() => functionRef(f)).toThrow(/uses assert, which its module imports/);
    const commonJs = fromText("(x) => (0, math_1.cube)(x)");
    expect(() => functionRef(commonJs)).toThrow(
      /uses cube, which its module imports \(as math_1.cube/,
    );
  });

  it("runs what esbuild makes of inner functions", () => {
    const f = fromText(
      '(x) => { const g = /* @__PURE__ */ __name((y) => y + 1, "g"); return g(x); }',
    );
    expect(run(f, {}, 1)).toBe(2);
  });

  it.each<[string, unknown, string]>([
    ["no function", 3, "a number was given"],
    ["built-in functions", Math.max, "wrap it, as in (x) => f(x)"],
    ["bound functions", ((x: number) => x).bind(null), "built in or bound"],
    ["classes", class Point {}, "is a class"],
    ["async functions", async (x: number) => x, "is async"],
    ["async methods", { async f() {} }.f, "is async"],
    ["asynchronous generators", async function* g() {}, "is a generator"],
    ["generators", function* g() {}, "is a generator"],
    ["generator methods", { *f() {} }.f, "is a generator"],
    [
      "getters",
      Object.getOwnPropertyDescriptor(
        {
          get a() {
            return 1;
          },
        },
        "a",
      )?.get,
      "getter or setter",
    ],
    [
      "this",
      function f(this: { n: number }) {
        return this.n;
      },
      "`this`",
    ],
    ["this in a nested arrow", fromText("() => () => this.x"), "`this`"],
    [
      "super",
      {
        f() {
          return super.toString();
        },
      }.f,
      "cannot be sent",
    ],
    ["import()", fromText("() => import('node:fs')"), "`import()`"],
    ["sloppy code", fromText("function () { with (Math) { return abs(1); } }"), "strict mode"],
  ])("refuses %s", (_what, f, message) => {
    expect(() => functionRef(f as AnyFunction)).toThrow(message);
  });

  it("takes async functions and methods where they are waited for", async () => {
    const build = (f: unknown) => buildFunction(functionRef(f as AnyFunction, { mayWait: true }));
    expect(await build(async (x: number) => x + 1)(2)).toBe(3);
    const { twice } = {
      async twice(x: number) {
        return 2 * x;
      },
    };
    expect(await build(twice)(2)).toBe(4);
    expect(() => build(async function* g() {})).toThrow("is a generator");
  });

  it("lets functions have a `this` of their own inside", () => {
    const f = fromText("(x) => { const o = { n: x, get() { return this.n; } }; return o.get(); }");
    expect(run(f, {}, 7)).toBe(7);
  });

  it.each<[string, unknown, string]>([
    ["functions", { f: () => 1 }, "captures f, a function"],
    ["undefined", { u: undefined }, "captures u, which is undefined"],
    ["instances", { d: new Date(0) }, "an object of class Date"],
    [
      "what is deep inside",
      { a: { b: [1, new Map()] } },
      "captures a.b[1], an object of class Map",
    ],
    ["names that are none", { "a b": 1 }, "not a variable's name"],
  ])("refuses to capture %s", (_what, captured, message) => {
    const f = () => 1;
    expect(() => functionRef(f, { captured: captured as Record<string, unknown> })).toThrow(
      message,
    );
  });

  it("refuses to capture what contains itself", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => functionRef(() => 1, { captured: { loop } })).toThrow("contains itself");
  });
});

describe("hashes", () => {
  const f = fromText("(x) => x + y");
  const hashOf = (captured: Record<string, unknown>) => functionRef(f, { captured }).hash;

  it("are equal for equal sources and values, in whatever order", () => {
    expect(hashOf({ y: 1, z: [1, { a: null }] })).toBe(hashOf({ z: [1, { a: null }], y: 1 }));
    expect(hashOf({ y: new Float64Array([1]) })).toBe(hashOf({ y: new Float64Array([1]) }));
  });

  it("differ for different ones", () => {
    const values = [
      0,
      -0,
      1,
      "1",
      true,
      null,
      [1],
      [[1]],
      { a: 1 },
      Number.NaN,
      new Float64Array([1]),
      new Float32Array([1]),
    ];
    expect(new Set(values.map((y) => hashOf({ y }))).size).toBe(values.length);
  });
});

describe("buildFunction", () => {
  it("builds once, in strict mode, and names the function in stacks", () => {
    const ref = functionRef(function explode(this: unknown) {
      throw new Error("boom");
    });
    expect(buildFunction(ref)).toBe(buildFunction({ ...ref }));
    let stack = "";
    try {
      buildFunction(ref)();
    } catch (error) {
      stack = (error as Error).stack ?? "";
    }
    expect(stack).toContain("tilework-function/explode");
  });
});
