// Variance and standard deviation: count, mean and sum of squared deviations (M2) of a block, in
// two passes so that nothing cancels: over each tile while it is in the fastest cache, or over the
// block as two ordinary sums; and how such moments are joined (Chan, Golub and LeVeque 1979) and
// finished.
import { type Block, contiguousBlock, setElements } from "../../base/block.js";
import type { Program, ProgramNode } from "../../graph/model/program.js";
import { programDType } from "../../graph/model/program.js";
import type { Reduction } from "../../graph/model/reduction.js";
import type { LoopRange } from "../blocks/kernel.js";
import { fillElements } from "../blocks/scalar-values.js";
import type { Finish } from "../loops/reduce-code.js";
import { keptAxes, plainSum } from "./block-sums.js";
import { ProgramLoop } from "./program-loop.js";

/** Moments of one block of a program's values. */
export class MomentsLoop {
  private readonly reduction: Reduction;
  private readonly finish: Finish;
  private readonly keptAxes: readonly number[];
  private readonly tiles: ProgramLoop;
  private readonly sums: ProgramLoop;
  private readonly squares: ProgramLoop;

  constructor(
    program: Program,
    operandAxes: readonly (readonly number[])[],
    reduction: Reduction,
    finish: Finish,
  ) {
    const sum = plainSum(reduction);
    this.reduction = reduction;
    this.finish = finish;
    this.keptAxes = keptAxes(reduction);
    this.tiles = new ProgramLoop(program, operandAxes, { reduction, finish: "state" });
    this.sums = new ProgramLoop(program, operandAxes, sum);
    this.squares = new ProgramLoop(
      squaredDeviation(program, operandAxes.length),
      [...operandAxes, this.keptAxes],
      sum,
    );
  }

  run(range: LoopRange, operands: readonly Block[], output: Block): void {
    const { extents } = range;
    const count = this.reduction.axes.reduce((n, axis) => n * (extents[axis] as number), 1);
    const keptShape = this.keptAxes.map((axis) => extents[axis] as number);
    const size = keptShape.reduce((n, extent) => n * extent, 1);
    const moments = new Float64Array(3 * size);
    const [means, lacks, squares] = [0, 1, 2].map((field) =>
      moments.subarray(field * size, (field + 1) * size),
    ) as [Float64Array, Float64Array, Float64Array];
    if (count > 0) {
      const isOfTiles =
        this.reduction.name !== "mean" &&
        this.tiles.run(range, operands, contiguousBlock("float64", moments, keptShape));
      if (!isOfTiles) this.runPasses(range, operands, count, means, squares);
      for (let k = 0; k < size; k++) means[k] = (means[k] as number) + (lacks[k] as number);
    }
    const { data, offset } = output;
    if (this.finish === "result") {
      for (let k = 0; k < size; k++) {
        const [mean, deviations] = [means[k] as number, squares[k] as number];
        data[offset + k] = finishMoments(this.reduction, count, mean, deviations);
      }
      return;
    }
    fillElements(output, count, 0, size);
    setElements(data, means, offset + size);
    setElements(data, squares, offset + 2 * size);
  }

  /** Writes the moments of `count` elements each by sums over the block. */
  private runPasses(
    range: LoopRange,
    operands: readonly Block[],
    count: number,
    means: Float64Array,
    squares: Float64Array,
  ): void {
    const { extents } = range;
    const keptShape = this.keptAxes.map((axis) => extents[axis] as number);
    const mean = contiguousBlock("float64", means, keptShape);
    this.sums.run(range, operands, mean);
    for (let k = 0; k < means.length; k++) means[k] = (means[k] as number) / count;
    if (this.reduction.name === "mean") return;
    const square = contiguousBlock("float64", squares, keptShape);
    this.squares.run(range, [...operands, mean], square);
  }
}

/** `(value - mean)²` in float64, where the mean is operand number `operand`. */
function squaredDeviation(program: Program, operand: number): Program {
  const value = program.nodes.length - 1;
  const dtype = "float64";
  const tail: ProgramNode[] = [
    { op: "cast", args: [value], dtype },
    { op: "load", operand, dtype },
    { op: "subtract", args: [value + 1, value + 2], dtype },
    { op: "square", args: [value + 3], dtype },
  ];
  if (programDType(program) === dtype) {
    tail.shift();
    tail[1] = { op: "subtract", args: [value, value + 1], dtype };
    tail[2] = { op: "square", args: [value + 2], dtype };
  }
  return { nodes: [...program.nodes, ...tail] };
}

/** Variance, standard deviation or mean of values with these moments. */
export function finishMoments(
  reduction: Reduction,
  count: number,
  mean: number,
  squares: number,
): number {
  if (reduction.name === "mean") return count > 0 ? mean : Number.NaN;
  const variance = squares / Math.max(count - reduction.correction, 0);
  return reduction.name === "std" ? Math.sqrt(variance) : variance;
}

/**
 * Joins the moments of `other` into `into`: each holds counts, then means, then M2, `size` of each.
 */
export function joinMoments(
  into: Float64Array,
  other: ArrayLike<number>,
  otherStart: number,
  size: number,
): void {
  for (let k = 0; k < size; k++) {
    const countA = into[k] as number;
    const countB = other[otherStart + k] as number;
    if (countB === 0) continue;
    const count = countA + countB;
    const difference = (other[otherStart + size + k] as number) - (into[size + k] as number);
    const squares = (into[2 * size + k] as number) + (other[otherStart + 2 * size + k] as number);
    into[k] = count;
    if (countA === 0) {
      into[size + k] = other[otherStart + size + k] as number;
      into[2 * size + k] = squares;
    } else {
      into[size + k] = (into[size + k] as number) + (difference * countB) / count;
      into[2 * size + k] = squares + (difference * difference * countA * countB) / count;
    }
  }
}
