// Plain sums of a program's values over a block, of which means and moments are made.
import type { Reduction } from "../../graph/model/reduction.js";

/** The sum in float64 in place of a reduction, not finished. */
export function plainSum(reduction: Reduction) {
  return {
    reduction: { ...reduction, name: "sum", stateDType: "float64", dtype: "float64" },
    finish: "state",
  } as const;
}

/** The axes that a reduction leaves. */
export function keptAxes({ shape, axes }: Reduction): readonly number[] {
  return [...shape.keys()].filter((axis) => !axes.includes(axis));
}
