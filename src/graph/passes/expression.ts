// Joins programs: an expression replaces the loads of its result. Equal steps are kept once, so x +
// xᵀ of a transposed x loads each block once.
import { defined } from "../../base/assert.js";
import type { DType } from "../../base/dtype.js";
import type { BlockwiseLayer, LayerName, LayerOperand } from "../model/layer.js";
import { canonicalText } from "../model/naming.js";
import type { Program, ProgramNode } from "../model/program.js";

/** The computation of one element of a layer, over operands that are named by their layers. */
export interface Expression {
  readonly program: Program;
  readonly operands: readonly NamedOperand[];
}

/** One use of a layer: its name, and the axes of the loop that its axes run along. */
export interface NamedOperand {
  readonly input: LayerName;
  readonly axes: readonly number[];
}

/** The expression of a blockwise layer. */
export function expressionOf(layer: BlockwiseLayer): Expression {
  return {
    program: layer.program,
    operands: layer.operands.map(({ input, axes }) => ({
      input: defined(layer.inputs[input], "an operand's input"),
      axes,
    })),
  };
}

const NOTHING: ReadonlyMap<LayerName, Expression> = new Map();

/** The layer with `expressions` in place of the loads of the layers that they are keyed by. */
export function withExpressions(
  layer: BlockwiseLayer,
  expressions: ReadonlyMap<LayerName, Expression>,
): BlockwiseLayer {
  const join = new ProgramJoin();
  const axes = layer.loopChunks.map((_, axis) => axis);
  const result = placeExpression(expressionOf(layer), axes, join, expressions);
  return { ...layer, ...join.finish(result) };
}

/**
 * Adds an expression's nodes to `join` and returns the number of its result.
 *
 * @param along per axis of the expression's loop: the axis of the joined loop, or -1 (length 1)
 * @param expressions replace the loads of the layers in their keys
 */
export function placeExpression(
  { program, operands }: Expression,
  along: readonly number[],
  join: ProgramJoin,
  expressions: ReadonlyMap<LayerName, Expression> = NOTHING,
): number {
  const placed: number[] = [];
  const follow = (axis: number) => (axis < 0 ? -1 : (along[axis] as number));
  for (const node of program.nodes) {
    if (node.op === "load") {
      const { input, axes } = defined(operands[node.operand], "a load's operand");
      const inner = expressions.get(input);
      const joined = axes.map(follow);
      placed.push(
        inner === undefined
          ? join.load({ input, axes: joined }, node.dtype)
          : placeExpression(inner, joined, join),
      );
    } else if (node.op === "position") {
      const axis = follow(node.axis);
      placed.push(
        join.add(axis < 0 ? { op: "constant", value: 0, dtype: node.dtype } : { ...node, axis }),
      );
    } else if (node.op === "uniform") {
      placed.push(join.add({ ...node, axes: node.axes.map(follow) }));
    } else {
      placed.push(join.add(withArgs(node, (arg) => placed[arg] as number)));
    }
  }
  return placed[placed.length - 1] as number;
}

/** The node with its arguments' numbers moved. */
export function withArgs(node: ProgramNode, moved: (arg: number) => number): ProgramNode {
  return "args" in node ? ({ ...node, args: node.args.map(moved) } as ProgramNode) : node;
}

/** A program under construction in which equal nodes are one. */
export class ProgramJoin {
  readonly #nodes: ProgramNode[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #operands: NamedOperand[] = [];

  /** The number of the load of an operand. */
  load(operand: NamedOperand, dtype: DType): number {
    const same = ({ input, axes }: NamedOperand) =>
      input === operand.input && axes.join() === operand.axes.join();
    let at = this.#operands.findIndex(same);
    if (at < 0) at = this.#operands.push(operand) - 1;
    return this.add({ op: "load", operand: at, dtype });
  }

  /** The number of the node; a cast that changes nothing is its argument. */
  add(node: ProgramNode): number {
    if (node.op === "cast" && this.#nodes[node.args[0]]?.dtype === node.dtype) return node.args[0];
    const key = nodeKey(node);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#nodes.push(node) - 1;
      this.#numbers.set(key, number);
    }
    return number;
  }

  /** The node of that number. */
  node(number: number): ProgramNode {
    return defined(this.#nodes[number], "a program's node");
  }

  /** The part of the expression that node `result` needs. */
  finish(result: number): Pick<BlockwiseLayer, "inputs" | "operands" | "program"> {
    const needed = new Set([result]);
    for (let number = result; number >= 0; number--) {
      const node = this.#nodes[number] as ProgramNode;
      if (needed.has(number) && "args" in node) for (const arg of node.args) needed.add(arg);
    }
    const inputs: LayerName[] = [];
    const operands: LayerOperand[] = [];
    const operandAt = new Map<number, number>();
    const moved = new Map<number, number>();
    const nodes: ProgramNode[] = [];
    for (const [number, node] of this.#nodes.entries()) {
      if (!needed.has(number)) continue;
      moved.set(number, nodes.length);
      if (node.op !== "load") {
        nodes.push(withArgs(node, (arg) => moved.get(arg) as number));
        continue;
      }
      let at = operandAt.get(node.operand);
      if (at === undefined) {
        const { input, axes } = this.#operands[node.operand] as NamedOperand;
        if (!inputs.includes(input)) inputs.push(input);
        at = operands.push({ input: inputs.indexOf(input), axes }) - 1;
        operandAt.set(node.operand, at);
      }
      nodes.push({ ...node, operand: at });
    }
    return { inputs, operands, program: { nodes } };
  }
}

function nodeKey(node: ProgramNode): string {
  switch (node.op) {
    case "load":
      return `load ${node.operand}`;
    case "constant":
      return `constant ${canonicalText(node.value)} ${node.dtype}`;
    case "position":
      return `position ${node.axis} ${node.dtype}`;
    case "uniform":
      return `uniform ${canonicalText(node)}`;
    default:
      return `${node.op} ${node.args.join()} ${node.dtype}`;
  }
}
