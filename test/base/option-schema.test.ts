import { describe, expect, it } from "vitest";
import {
  A_BOOLEAN,
  A_FUNCTION,
  A_TEXT,
  checkOption,
  checkOptions,
  type Expectations,
  MILLISECONDS,
  oneOf,
  wholeNumber,
} from "../../src/base/option-schema.js";

interface Options {
  readonly depth?: number;
  readonly order?: string;
  readonly free?: unknown;
}
const EXPECTED: Expectations<Options> = {
  depth: wholeNumber(1, 3),
  order: oneOf(["C", "F"]),
  free: undefined,
};

describe("checkOptions", () => {
  it("takes what is known and as expected, what is not given, and what another checks", () => {
    checkOptions("a walk", {}, EXPECTED);
    checkOptions("a walk", { depth: 3, order: "F", free: Symbol("any") }, EXPECTED);
    checkOptions("a walk", { depth: undefined } as unknown as Options, EXPECTED);
  });

  it.each<[unknown, string]>([
    [{ depth: 4 }, "depth is 4: expected a whole number from 1 to 3"],
    [{ depth: Number.NaN }, "depth is NaN: expected a whole number"],
    [{ depth: 2n }, "depth is 2n: expected a whole number"],
    [{ order: "A" }, 'order is "A": expected C or F'],
    [{ toString: 1 }, "there is no option toString of a walk: expected depth, order, free"],
    [null, "a walk takes options in an object, got null"],
    ["F", 'a walk takes options in an object, got "F"'],
  ])("refuses %o", (options, message) => {
    expect(() => checkOptions("a walk", options as Options, EXPECTED)).toThrow(
      expect.objectContaining({
        code: "argument.value",
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe("checkOption", () => {
  it("shows the beginning of a long value, and what contains itself by its kind", () => {
    const long = "x".repeat(10_000);
    const message = /^name is "x{99}…: expected true or false$/;
    expect(() => checkOption("name", long, A_BOOLEAN)).toThrow(message);
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(() => checkOption("name", circle, A_TEXT)).toThrow("name is [object Object]: expected");
  });

  it.each([
    [A_BOOLEAN, [true, false], [0, "true", null]],
    [A_FUNCTION, [() => 1, class {}], [{}, "f"]],
    [A_TEXT, ["a"], ["", 1, []]],
    [MILLISECONDS, [0.5, 2 ** 31 - 1], [0, -1, Number.NaN, 2 ** 31, "5"]],
    [wholeNumber(0), [0, 2 ** 53 - 1], [-1, 0.5, Number.POSITIVE_INFINITY, "1"]],
  ] as const)("knows %o", (expectation, good, bad) => {
    for (const value of good) checkOption("x", value, expectation);
    for (const value of bad) expect(() => checkOption("x", value, expectation)).toThrow(/^x is /);
  });
});
