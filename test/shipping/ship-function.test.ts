// Functions of closures.mjs as this test runner compiles them: shipped, rebuilt, called.
import { createReadStream } from "node:fs";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { assert as importedAssert } from "../../src/base/assert.js";
import { fn } from "../../src/functions/declared-captures.js";
import type { AnyFunction } from "../../src/functions/shipped-function.js";
import { buildShipped, prepareShipped, shipFunction } from "../../src/shipping/ship-function.js";
import { decodeValue, prepareValue } from "../../src/shipping/values/decode-value.js";
import {
  type Any,
  adders,
  classes,
  closing,
  local,
  parity,
} from "../fixtures/functions/closures.mjs";

/** The function as another process would have it. */
async function shipped(f: AnyFunction): Promise<Any> {
  const travelled = structuredClone(shipFunction(f));
  await prepareShipped(travelled);
  return decodeValue(travelled) as Any;
}

describe("what a function captured", () => {
  it("is found without being said", async () => {
    expect((await shipped(local.scaled))(2)).toBe(6);
    expect((await shipped(local.looked))("a", 1)).toBe(2);
    expect((await shipped(local.lately))()).toBe("set once");
    expect((await shipped(local.before))()).toBe(4);
  });

  it("includes functions, and functions in objects", async () => {
    expect((await shipped(local.clamped))(55)).toBe(10);
    expect((await shipped(parity))(7)).toBe("odd");
  });

  it("is of one turn of a loop", async () => {
    const built = await Promise.all(adders.map(shipped));
    expect(built.map((add) => add(1))).toEqual([1, 2, 3]);
  });

  it("includes what modules export", async () => {
    expect((await shipped(local.imported))(2, 3)).toEqual([6, 10, 4]);
    expect((await shipped(local.builtIn))("/a/b")).toBe("bfunction");
    expect((await shipped(local.packaged))([1, 2, 3, 4])).toBe(4);
    const checks = (x: number) => importedAssert(x > 0, "positive");
    expect(await shipped(checks).then((f) => () => f(-1))).toThrow("positive");
  });

  it("includes classes and their instances", async () => {
    expect((await shipped(classes.described))()).toBe("rectangle 33");
    expect((await shipped(classes.normed))()).toBe(5);
    expect((await shipped(classes.same))()).toBe(true);
  });

  it.each<[string, unknown, unknown]>([
    ["undefined and NaN", [undefined, Number.NaN, -0], undefined],
    ["registered symbols", Symbol.for("shared"), undefined],
    ["well-known symbols", Symbol.iterator, undefined],
    ["built-in functions", Math.max, undefined],
    ["URLs", new URL("http://a/b?c=d"), undefined],
    ["dates in maps", new Map([["a", new Date(5)]]), undefined],
    ["shared memory, as a copy", new SharedArrayBuffer(8), new ArrayBuffer(8)],
  ])("may be %s", async (_what, value, expected = value) => {
    expect((await shipped(closing(value)))()).toStrictEqual(expected);
  });
});

describe("functions of every kind", () => {
  it("work elsewhere", async () => {
    expect((await shipped(local.double))(4)).toBe(8);
    expect((await shipped(local.computed))(1)).toBe(4);
    expect(await (await shipped(local.later))(2)).toBe(6);
    expect([...(await shipped(local.counting))(3)]).toEqual([0, 3, 6]);
    const both: number[] = [];
    for await (const x of (await shipped(local.both))(2)) both.push(x);
    expect(both).toEqual([0, 3]);
  });

  it("keep their names", async () => {
    expect((await shipped(local.scaled)).name).toBe("scaled");
    expect((await shipped(local.double)).name).toBe("double");
  });
});

describe("refusals", () => {
  let reassigned = 1;
  reassigned += 1;
  const _Held_value = new WeakMap();
  const { promise } = { promise: Promise.resolve(1) };
  function owner(this: unknown) {
    return () => this;
  }
  it.each<[string, AnyFunction, RegExp]>([
    ["variables that change", () => reassigned, /uses reassigned, which is reassigned, so.*fn\(f/],
    ["methods that need their object", local.own, /`this`.*wrap it/],
    ["arrows that need what is around them", owner.call(1), /`this` of what is around/],
    ["private fields", classes.held, /captures rectangle.*private fields/],
    ["promises", () => promise, /captures promise, which is a promise: await it/],
    ["sockets", closing(new Socket()), /captures value, which is a Socket/],
    ["open files", closing(createReadStream("/dev/null")), /a ReadStream/],
    [
      "what is deep inside",
      closing({ a: [new WeakMap()] }),
      /captures value\.a\.0, which is a weak/,
    ],
    ["private fields of older targets", () => _Held_value, /_Held_value, which.*ES2022/],
    ["symbols", closing(Symbol("own")), /Symbol\.for/],
    ["proxies", closing(new Proxy({}, {})), /proxy/],
    ["bound functions", closing((() => 1).bind(null)), /bound/],
    ["bound functions themselves", (() => 1).bind(null), /wrap it, as in/],
    ["running generators", closing((function* () {})()), /running generator/],
    ["odd prototypes", closing(Object.create({})), /prototype that no class has/],
  ])("name %s", (_what, f, message) => {
    expect(() => shipFunction(f)).toThrow(
      expect.objectContaining({
        code: "argument.function",
        message: expect.stringMatching(message),
      }),
    );
  });

  it("name variables that are set too late", () => {
    const early = () => unset;
    expect(() => shipFunction(early)).toThrow("uses unset before it has a value");
    const unset = 3;
    expect(buildShipped(shipFunction(early))()).toBe(unset);
  });

  it("can be answered with values", async () => {
    const f = fn(() => reassigned, { captured: { reassigned: 5 } });
    expect((await shipped(f))()).toBe(5);
    const direct = shipFunction(() => reassigned, { captured: { reassigned } });
    expect(buildShipped(direct)()).toBe(2);
  });
});

describe("shipping again", () => {
  it("costs nothing where nothing can have changed", () => {
    expect(shipFunction(local.scaled)).toBe(shipFunction(local.scaled));
    expect(buildShipped(shipFunction(local.scaled))).toBe(buildShipped(shipFunction(local.scaled)));
  });

  it("sees what changed inside captured objects", async () => {
    const list = [1];
    const f = () => list.length;
    const before = shipFunction(f);
    list.push(2);
    const after = shipFunction(f);
    expect(after.hash).not.toBe(before.hash);
    expect(shipFunction(f).hash).toBe(after.hash);
    expect(buildShipped(before)()).toBe(1);
    expect(buildShipped(after)()).toBe(2);
  });

  it("gives equal functions equal hashes wherever they stand", () => {
    const make = (n: number) => [() => n + 1, () => n + 1] as const;
    const [a, b] = make(1);
    expect(shipFunction(a).hash).toBe(shipFunction(b).hash);
    expect(shipFunction(a).hash).not.toBe(shipFunction(make(2)[0]).hash);
  });
});

it("imports nothing that is there", async () => {
  const again = shipFunction(local.scaled);
  expect(prepareValue(again)).toBeUndefined();
});
