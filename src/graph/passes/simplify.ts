// Exact algebra on programs: only rewrites that give the same bits for every input, including NaN,
// infinities, both zeros and wrapping integers (all NaN count as equal). So x + 0 stays, since -0 +
// 0 is 0, and x - x stays, since inf - inf is NaN. Equal steps become one, and layers that change
// nothing are dropped.

import { DTYPES, type DType, type DTypeKind } from "../../base/dtype.js";
import { hasUnknownLengths, sameChunks } from "../model/chunks.js";
import type { BlockwiseLayer, LayerName } from "../model/layer.js";
import { type LayerGraph, layerOf, layersOf } from "../model/layer-graph.js";
import { isStraight } from "../model/layer-operands.js";
import type { Operation } from "../model/operations.js";
import type { Program, ProgramNode } from "../model/program.js";
import { expressionOf, ProgramJoin, withArgs } from "./expression.js";
import { Workspace } from "./workspace.js";

/** Reads a program that is being simplified; numbers are those of nodes. */
interface Nodes {
  readonly args: readonly number[];
  readonly kind: DTypeKind;
  /** The argument of node `at`, where that is the operation `op` with one argument. */
  readonly inside: (at: number, op: Operation) => number | undefined;
  /** Whether node `at` is the real constant `value`, which differs from its negative. */
  readonly isConstant: (at: number, value: number) => boolean;
}

/** The node that has the value of an operation on `args`, if it is there; or undefined. */
type Rule = (nodes: Nodes) => number | undefined;

const INTEGERS: readonly DTypeKind[] = ["int", "uint"];
const REALS: readonly DTypeKind[] = ["int", "uint", "float"];

/** f(f(x)) is x. */
const undoesItself =
  (op: Operation): Rule =>
  ({ args: [x = 0], inside }) =>
    inside(x, op);

/** Integers have no fractions, and real numbers no imaginary parts. */
const isNothingFor =
  (kinds: readonly DTypeKind[]): Rule =>
  ({ args: [x = 0], kind }) =>
    kinds.includes(kind) ? x : undefined;

/** f(x, x) is x. */
const ofEquals: Rule = ({ args: [x, y] }) => (x === y ? x : undefined);

/** Simplifications by operation, each with the reason why it is exact. */
const RULES: Partial<Readonly<Record<Operation, Rule>>> = {
  // Flips the sign bit twice; integers count modulo a power of 2, where -(-x) is x as well.
  negative: undoesItself("negative"),
  // Flips every bit twice.
  bitwiseInvert: undoesItself("bitwiseInvert"),
  positive: ({ args: [x] }) => x,
  real: isNothingFor(REALS),
  conj: isNothingFor(REALS),
  floor: isNothingFor(INTEGERS),
  ceil: isNothingFor(INTEGERS),
  trunc: isNothingFor(INTEGERS),
  round: isNothingFor(INTEGERS),
  // Rounding x · 1 and x / 1 to the nearest gives x, for zeros and infinities too. Not for complex
  // numbers: (inf + 0i) · (1 + 0i) has inf · 0 in its imaginary part.
  multiply: ({ args: [x = 0, y = 0], kind, isConstant }) => {
    if (!REALS.includes(kind)) return undefined;
    if (isConstant(y, 1)) return x;
    return isConstant(x, 1) ? y : undefined;
  },
  divide: ({ args: [x = 0, y = 0], kind, isConstant }) =>
    kind === "float" && isConstant(y, 1) ? x : undefined,
  // -0 - 0 is -0, and 0 - 0 is 0; x - (-0) would make 0 of -0.
  subtract: ({ args: [x = 0, y = 0], kind, isConstant }) =>
    REALS.includes(kind) && isConstant(y, 0) ? x : undefined,
  // Integers have one zero.
  add: ({ args: [x = 0, y = 0], kind, isConstant }) => {
    if (!INTEGERS.includes(kind)) return undefined;
    if (isConstant(y, 0)) return x;
    return isConstant(x, 0) ? y : undefined;
  },
  // The larger of two equal values, NaN or not, is either.
  maximum: ofEquals,
  minimum: ofEquals,
  bitwiseAnd: ofEquals,
  bitwiseOr: ofEquals,
  where: ({ args: [condition = 0, x = 0, y = 0], isConstant }) => {
    if (x === y || isConstant(condition, 1)) return x;
    return isConstant(condition, 0) ? y : undefined;
  },
};

/** Shortens programs where that changes no bit, and leaves out layers that change nothing. */
export function simplify(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const layer of layersOf(graph)) {
    if (layer.kind !== "blockwise") continue;
    const simpler = simplified(layer);
    const input = handedOn(simpler, graph);
    if (input !== undefined) space.standIn(layer.name, input);
    else if (simpler !== layer) space.replace(layer.name, simpler);
  }
  space.finish();
}

/** The layer with the shortest program that the rules find; the very one when that is its own. */
function simplified(layer: BlockwiseLayer): BlockwiseLayer {
  const { program, operands } = expressionOf(layer);
  const join = new ProgramJoin();
  const placed: number[] = [];
  const at = (arg: number) => placed[arg] as number;
  for (const node of program.nodes) {
    if (node.op === "load") {
      const operand = operands[node.operand] as (typeof operands)[number];
      placed.push(join.load(operand, node.dtype));
    } else {
      placed.push(simplerNode(node, at, join) ?? join.add(withArgs(node, at)));
    }
  }
  const shorter = join.finish(placed.at(-1) as number);
  const isSame =
    placed.every((number, k) => number === k) && haveSameLoads(shorter.program, program);
  // Only operands determine the length of an axis of unknown length, so that all of them stay.
  const losesLengths =
    hasUnknownLengths(layer.loopChunks) && shorter.operands.length < layer.operands.length;
  return isSame || losesLengths ? layer : { ...layer, ...shorter };
}

/** Whether one program, of which the other is part, is as long and reads the same operands. */
function haveSameLoads({ nodes }: Program, { nodes: others }: Program): boolean {
  const operandOf = (node: ProgramNode | undefined) => (node?.op === "load" ? node.operand : -1);
  return (
    nodes.length === others.length &&
    nodes.every((node, k) => operandOf(node) === operandOf(others[k]))
  );
}

/** The number of an earlier node with the value of this one. */
function simplerNode(
  node: ProgramNode,
  at: (arg: number) => number,
  join: ProgramJoin,
): number | undefined {
  if (!("args" in node) || node.op === "cast") return undefined;
  const args = node.args.map(at);
  const number = RULES[node.op]?.({
    args,
    kind: kindOf(node.dtype),
    inside: (arg, op) => {
      const inner = join.node(arg);
      return inner.op === op ? (inner as { args: readonly number[] }).args[0] : undefined;
    },
    isConstant: (arg, value) => {
      const { op, dtype, ...rest } = join.node(arg);
      if (op !== "constant" || kindOf(dtype) === "complex") return false;
      return Object.is(Number((rest as { value: unknown }).value), value);
    },
  });
  return number !== undefined && join.node(number).dtype === node.dtype ? number : undefined;
}

function kindOf(dtype: DType): DTypeKind {
  return DTYPES[dtype].kind;
}

/** The layer whose blocks the layer returns unchanged. */
function handedOn(layer: BlockwiseLayer, graph: LayerGraph): LayerName | undefined {
  const { program, operands, inputs, loopChunks, reduction } = layer;
  const [operand, ...others] = operands;
  if (reduction !== undefined || program.nodes.length !== 1 || others.length > 0) return undefined;
  if (operand === undefined || !isStraight(layer)) return undefined;
  const input = inputs[operand.input] as LayerName;
  return sameChunks(layerOf(graph, input).chunks, loopChunks) ? input : undefined;
}
