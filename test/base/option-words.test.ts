import { describe, expect, it } from "vitest";
import { nearestOption, whyWithout } from "../../src/base/option-words.js";

describe("the option that is meant", () => {
  it.each([
    ["keepDims", ["dtype", "keepdims"], "keepdims"],
    ["split_every", ["splitEvery"], "splitEvery"],
    ["ddof", ["correction"], "correction"],
    ["correction", ["ddof"], "ddof"],
    ["descend", ["axis", "descending"], "descending"],
    ["dtpye", ["chunks", "dtype"], "dtype"],
    ["axs", ["axis"], "axis"],
    ["randomState", ["seed"], "seed"],
  ])("%s is near to one of %j", (name, known, nearest) => {
    expect(nearestOption(name, known)).toBe(nearest);
  });

  it.each([
    ["foo", ["dtype", "chunks"]],
    ["k", ["n"]],
    ["ddof", ["axis"]],
    ["constructor", ["axis"]],
  ])("%s is near to none of %j", (name, known) => {
    expect(nearestOption(name, known)).toBeUndefined();
  });

  it("tells why there is none that NumPy has", () => {
    expect(whyWithout("out")).toContain("arrays never change");
    expect(whyWithout("constructor")).toBeUndefined();
  });
});
