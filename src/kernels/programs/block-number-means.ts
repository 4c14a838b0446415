// The mean of the elements that are numbers: in each block the sum of them and how many there are,
// as two ordinary sums over tiles. The elements are at hand, so that they are read once.
import { type Block, contiguousBlock, setElements } from "../../base/block.js";
import { type Program, type ProgramNode, programDType } from "../../graph/model/program.js";
import type { Reduction } from "../../graph/model/reduction.js";
import type { LoopRange } from "../blocks/kernel.js";
import type { Finish } from "../loops/reduce-code.js";
import { keptAxes, plainSum } from "./block-sums.js";
import { ProgramLoop } from "./program-loop.js";

/** Sums and numbers of elements, of one block of a program's values. */
export class NumberMeanLoop {
  private readonly finish: Finish;
  private readonly keptAxes: readonly number[];
  private readonly sums: ProgramLoop;
  private readonly counts: ProgramLoop;

  constructor(
    program: Program,
    operandAxes: readonly (readonly number[])[],
    reduction: Reduction,
    finish: Finish,
  ) {
    const sum = plainSum(reduction);
    this.finish = finish;
    this.keptAxes = keptAxes(reduction);
    this.sums = new ProgramLoop(numbersOf(program), operandAxes, sum);
    this.counts = new ProgramLoop(areNumbers(program), operandAxes, sum);
  }

  run(range: LoopRange, operands: readonly Block[], output: Block): void {
    const shape = this.keptAxes.map((axis) => range.extents[axis] as number);
    const size = shape.reduce((product, extent) => product * extent, 1);
    const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
    this.sums.run(range, operands, contiguousBlock("float64", sums, shape));
    this.counts.run(range, operands, contiguousBlock("float64", counts, shape));
    const { data, offset } = output;
    if (this.finish === "state") {
      setElements(data, sums, offset);
      setElements(data, counts, offset + size);
      return;
    }
    for (let k = 0; k < size; k++) data[offset + k] = (sums[k] as number) / (counts[k] as number);
  }
}

/** The program with 0 in place of NaN. */
function numbersOf(program: Program): Program {
  const value = program.nodes.length - 1;
  const dtype = programDType(program);
  return withSteps(program, [
    { op: "isnan", args: [value], dtype: "bool" },
    { op: "constant", value: 0, dtype },
    { op: "where", args: [value + 1, value + 2, value], dtype },
  ]);
}

/** Whether its values are numbers. */
function areNumbers(program: Program): Program {
  const value = program.nodes.length - 1;
  return withSteps(program, [
    { op: "isnan", args: [value], dtype: "bool" },
    { op: "logicalNot", args: [value + 1], dtype: "bool" },
    { op: "cast", args: [value + 2], dtype: "float64" },
  ]);
}

function withSteps({ nodes }: Program, steps: readonly ProgramNode[]): Program {
  return { nodes: [...nodes, ...steps] };
}
