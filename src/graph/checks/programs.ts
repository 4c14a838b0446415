// Programs of blockwise layers: each step reads earlier steps, and operands in their own dtypes.
import { type DType, isDType, isScalar } from "../../base/dtype.js";
import { OPERATIONS, type Operation } from "../model/operations.js";
import { isBelow, isCount, isListOf, isRecord, type Misfit, shown } from "./fits.js";

/**
 * Describes the mistake in a program.
 *
 * @param dtypes those of the operands
 * @param rank axes of the loop
 */
export function programMisfit(program: unknown, dtypes: readonly DType[], rank: number): Misfit {
  const nodes = isRecord(program) ? program.nodes : undefined;
  if (!Array.isArray(nodes) || nodes.length === 0) return "it has no program";
  for (let k = 0; k < nodes.length; k++) {
    const misfit = nodeMisfit(nodes[k], { before: k, dtypes, rank });
    if (misfit !== undefined) return `step ${k} of its program ${misfit}`;
  }
  return undefined;
}

interface Surroundings {
  /** How many steps are before this one. */
  readonly before: number;
  readonly dtypes: readonly DType[];
  readonly rank: number;
}

function nodeMisfit(node: unknown, { before, dtypes, rank }: Surroundings): Misfit {
  if (!isRecord(node)) return "is none";
  if (!isDType(node.dtype)) return `makes ${shown(node.dtype)}, which is no dtype`;
  switch (node.op) {
    case "load": {
      const { operand } = node;
      if (!isBelow(operand, dtypes.length))
        return `loads operand ${shown(operand)} of ${dtypes.length}`;
      const dtype = dtypes[operand];
      return dtype === node.dtype ? undefined : `loads ${node.dtype} from an operand of ${dtype}`;
    }
    case "constant":
      return isScalar(node.value) ? undefined : "has no constant";
    case "position":
      return isBelow(node.axis, rank) ? undefined : `is a position along axis ${shown(node.axis)}`;
    case "uniform":
      return isUniform(node, rank) ? undefined : "draws from no array of the loop's axes";
    case "cast":
      return argumentsMisfit(node.args, 1, before);
    default: {
      const { op } = node;
      if (typeof op !== "string" || !Object.hasOwn(OPERATIONS, op))
        return `is no operation: ${shown(op)}`;
      return argumentsMisfit(node.args, OPERATIONS[op as Operation].arity, before);
    }
  }
}

function argumentsMisfit(args: unknown, arity: number, before: number): Misfit {
  if (!Array.isArray(args) || args.length !== arity) return `does not have ${arity} arguments`;
  return args.every((arg) => isBelow(arg, before))
    ? undefined
    : "reads steps that are not before it";
}

function isUniform(node: Readonly<Record<string, unknown>>, rank: number): boolean {
  const { seed, low, high, shape, axes } = node;
  return (
    [seed, low, high].every((number) => typeof number === "number") &&
    node.dtype === "float64" &&
    isListOf(shape, isCount) &&
    Array.isArray(axes) &&
    axes.length === shape.length &&
    axes.every((axis) => axis === -1 || isBelow(axis, rank))
  );
}
