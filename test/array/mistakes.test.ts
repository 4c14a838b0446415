// Mistakes in calls are found where they are made, before anything is computed, and say what to do.
import { describe, expect, it } from "vitest";
import * as t from "../../src/array/index.js";
import { ArgumentError } from "../../src/base/errors.js";

const x = t.zeros([3, 4]);
const v = t.arange(5);

const MISTAKES: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => t.roll(x, [1, 2], 0.5), "axis 0.5 is out of range"],
  [() => t.roll(x, [1], [0, 1]), "roll needs a whole number for each of 2 axes, got [1]"],
  [() => t.rot90(x, 1, [0, -2]), "rot90 turns in a plane"],
  [() => t.rot90(x, 1, [0, 1, 2] as unknown as [0, 1]), "a plane of two axes, got 3"],
  [() => t.meshgrid([v], { indexing: "yx" as "xy" }), 'indexing of meshgrid is "xy" or "ij"'],
  [() => t.deleteAt(v, v as unknown as number), "positions that are known before it runs"],
  [() => t.gradient(v, { edgeOrder: 3 as 2 }), "edgeOrder of gradient is 1 or 2, got 3"],
  [() => t.gradient(v.slice(":2"), { edgeOrder: 2 }), "axis 0 needs three elements for a slope"],
  [() => t.interp(v, [0, 1], [0, 1], { left: { re: 0, im: 1 } }), "left of interp is complex"],
  [() => t.repeat(v, [1, 2]), "repeat needs a whole number from 0, or 5 of them, got 1, 2"],
  [() => t.repeat(v, -1), "got -1"],
  [() => t.tile(v, 1.5), "tile needs whole numbers from 0, got 1.5"],
  [() => t.meshgrid([x]), "meshgrid takes arrays of one dimension, got 2"],
  [() => t.block([]), "block was given an empty list"],
  [() => t.block([v, [v]]), "block needs lists of equal depth"],
  [() => t.block([[x, t.zeros([2, 4])]]), "cannot be joined"],
  [() => t.append(x, [1, 2], 0), "cannot be joined"],
  [() => t.insert(v, 7, 1), "insert at 7 is out of range for axis 0 of length 5"],
  [() => t.insert(v, [0, 1], [1, 2, 3]), "do not broadcast"],
  [() => t.deleteAt(v, 5), "index 5 is out of range for axis 0 of length 5"],
  [() => t.pad(v, -1), "pad needs whole numbers from 0, got -1"],
  [
    () =>
      t.pad(x, [
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    "such a pair for each of 2 axes",
  ],
  [() => t.pad(v, 1, "bounce" as "wrap"), 'pad has no mode "bounce"'],
  [() => t.pad(t.zeros([0]), 1, "wrap"), "axis 0 is empty"],
  [() => t.tril(v), "tril needs at least two axes, the shape is (5,)"],
  [() => t.triu(x, { k: 0.5 }), "a diagonal is a whole number"],
  [() => t.diagonal(x, { axis1: 1, axis2: -1 }), "a diagonal needs two axes, got 1 twice"],
  [() => t.diag(t.zeros([1, 1, 1])), "diag takes vectors and matrices, not 3 axes"],
  [() => t.diff(v, { n: -1 }), "diff is taken a whole number of times, got -1"],
  [() => t.gradient(t.zeros([1])), "axis 0 needs two elements for a slope, has 1"],
  [() => t.gradient(x, { spacing: [1] }), "2 axes need as many spacings"],
  [() => t.topk(v, 0), "topk needs a whole number other than 0, got 0"],
  [() => t.sort(v, { axis: 1 }), "axis 1 is out of range for 1 axis"],
  [() => t.quantile(v, 0.5, 0, { method: "best" as "linear" }), '"midpoint", got "best"'],
  [() => t.quantile(v, 1.5), "a quantile is a share from 0 to 1, got 1.5"],
  [() => t.searchsorted(v, 2, { sorter: [0, 1] }), "got 2 positions for 5 elements"],
  [() => t.zeros([2n, 3] as unknown as number[]), "whole numbers from 0, got [2n,3]"],
  [() => t.searchsorted(x, v), "searchsorted needs one axis, got (3, 4)"],
  [() => t.digitize(v, [1, 3, 2]), "the edges of bins must ascend or descend"],
  [() => t.histogram(v, 0), "a histogram of 0 bins"],
  [
    () => t.histogram(v, 5, { range: [1, 0] }),
    "expected two finite numbers, the smaller one first",
  ],
  [() => t.histogram(v, "stone" as "auto"), 'the bins of a histogram is "stone"'],
  [() => t.histogram(v, [2, 1]), "two or more edges, ascending"],
  [
    () => t.histogram(v, [0, 1], { weights: x }),
    "weights of shape (3, 4) for an array of shape (5,)",
  ],
  [() => t.bincount(v, { minlength: -1 }), "minlength of bincount is -1"],
  [() => t.average(x, 0, { weights: [1, 2] }), "weights of shape (2,) fit neither (3, 4)"],
  [() => t.cov(t.zeros([1, 1, 1])), "cov takes up to two axes, got (1, 1, 1)"],
  [() => t.coarsen(t.sum, v, { 0: 2 }), "axis 0 of length 5 is not made of boxes of 2"],
  [() => t.norm(v, { ord: "fro" }), "the norm fro is not one of 1 axes"],
  [() => t.einsum("ij->i", v), '"ij" does not name the 1 axes of array 0'],
  [() => t.einsum("i,i", v), "it names 2 arrays, 1 were given"],
  [() => t.einsum("i->k", v), '"k" of the result is in no array'],
  [() => t.cross(v, v), "cross needs vectors of three elements"],
  [() => t.choose(v, []), "choose was given no choices"],
  [
    () => t.piecewise(v, [v.less(1)], []),
    "piecewise needs 1 pieces, or one more for the rest, got 0",
  ],
];

describe("mistakes", () => {
  it.each(MISTAKES)("are named: %s", (call, message) => {
    expect(call).toThrow(ArgumentError);
    expect(call).toThrow(message);
  });
});
