// Counts of elements: how often each whole number occurs in a block, how many elements are in each
// bin, and edges of bins that depend on the array.
import type { Block } from "../../base/block.js";
import { ArgumentError } from "../../base/errors.js";
import { operandOf } from "../blocks/block-lanes.js";
import type { DynamicRoutineCompiler, RoutineCompiler } from "../blocks/kernel.js";
import { fillElements } from "../blocks/scalar-values.js";
import { elements, insertionPoint } from "../sorting/search-sorted.js";

/** Counts, or sums of weights, per bin; the last bin has its right edge. */
export const histogram: RoutineCompiler<"histogram"> =
  ({ edges: known }) =>
  (operands, output) => {
    const edges = known ?? ascending(operandOf(operands, operands.length - 1));
    const last = edges.length - 2;
    const [least, most] = [edges[0] as number, edges[last + 1] as number];
    const counted = known === undefined ? operands.slice(0, -1) : operands;
    tally(counted, output, (value) => {
      if (!(value >= least && value <= most)) return -1;
      return Math.min(insertionPoint(edges, value, "right") - 1, last);
    });
  };

/** Edges that were computed, as numbers. */
function ascending(block: Block): Float64Array {
  const edges = Float64Array.from(elements(block) as Iterable<number>, Number);
  const isOrdered = edges.every((edge, i) => i === 0 || edge >= (edges[i - 1] as number));
  if (edges.length > 1 && isOrdered) return edges;
  const found = `found ${Array.from(edges.subarray(0, 8)).join(", ")}`;
  throw new ArgumentError("value", `a histogram needs two or more edges, ascending: ${found}`);
}

/** How often each whole number occurs in the block. */
export const bincount: RoutineCompiler<"bincount"> =
  ({ length }) =>
  (operands, output) => {
    tally(operands, output, (value) => {
      if (wholeNumber(value) < length) return value;
      throw new ArgumentError(
        "value",
        `bincount counts numbers from 0 to before ${length}, found ${value}: set minlength`,
        { value, length },
      );
    });
  };

/** The same of as many numbers as there are. */
export const tallies: DynamicRoutineCompiler<"tallies"> = () => (operands, allocate) => {
  let most = -1;
  for (const value of elements(operandOf(operands, 0))) {
    most = Math.max(most, wholeNumber(Number(value)));
  }
  const result = allocate([most + 1]);
  tally(operands, result, (value) => value);
  return { block: result };
};

/** `value`, if it can be counted. */
function wholeNumber(value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new ArgumentError("value", `bincount counts whole numbers from 0, found ${value}`, {
    value,
  });
}

/** Counts of several blocks together. */
export const sumTallies: DynamicRoutineCompiler<"sumTallies"> = () => (operands, allocate) => {
  const lengths = operands.map(({ shape }) => shape[0] as number);
  const result = allocate([Math.max(0, ...lengths)]);
  fillElements(result, 0, 0, result.shape[0] as number);
  const { data, offset } = result;
  for (const operand of operands) {
    const counts = elements(operand);
    for (let i = 0; i < counts.length; i++) {
      data[offset + i] = (data[offset + i] as number) + (counts[i] as number);
    }
  }
  return { block: result };
};

/** Edges from the first operand to the second; the third is the number of bins. */
export const binEdges: DynamicRoutineCompiler<"binEdges"> = () => (operands, allocate) => {
  const [start, stop, bins] = [0, 1, 2].map((i) => Number(elements(operandOf(operands, i))[0])) as [
    number,
    number,
    number,
  ];
  const result = allocate([bins + 1]);
  const step = (stop - start) / bins;
  for (let i = 0; i <= bins; i++) {
    result.data[result.offset + i] = i === bins ? stop : i * step + start;
  }
  return { block: result };
};

/** The difference between each element and the next. */
export const distances: RoutineCompiler<"distances"> = () => (operands, output) => {
  const { dtype } = operandOf(operands, 0);
  const values = elements(operandOf(operands, 0));
  const round = dtype === "float32" ? Math.fround : Number;
  for (let i = 0; i + 1 < values.length; i++) {
    output.data[output.offset + i] = round(Number(values[i + 1]) - Number(values[i]));
  }
};

/** Adds one, or the weight in the second operand, for each element of the first. */
function tally(operands: readonly Block[], output: Block, binOf: (value: number) => number): void {
  const values = elements(operandOf(operands, 0));
  const weights = operands.length > 1 ? elements(operandOf(operands, 1)) : undefined;
  if (weights !== undefined && weights.length !== values.length) {
    const text = `${weights.length} weights for ${values.length} elements`;
    throw new ArgumentError("shape", text);
  }
  const { data, offset } = output;
  const size = output.shape.reduce((n, length) => n * length, 1);
  fillElements(output, 0, 0, size);
  for (let i = 0; i < values.length; i++) {
    const bin = binOf(Number(values[i]));
    if (bin < 0) continue;
    data[offset + bin] = (data[offset + bin] as number) + Number(weights?.[i] ?? 1);
  }
}
