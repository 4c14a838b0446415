// Reductions of symmetric arrays, such as (x + xᵀ).mean() or |x − xᵀ|.max(). Block (j, i) of x + xᵀ
// is the transpose of block (i, j), so both have the same state. Only one side of the diagonal is
// reduced, and its states are read twice. That halves the work, and each block of x is read, or
// drawn, once. Sums of the other side add the same elements in another order, within the usual
// bound for sums.
import { DTYPES } from "../../base/dtype.js";
import { hasUnknownLengths } from "../model/chunks.js";
import type { BlockwiseLayer, Layer, TreeReduceLayer } from "../model/layer.js";
import { isOutput, type LayerGraph, layersOf, usersOf } from "../model/layer-graph.js";
import type { Operation } from "../model/operations.js";
import type { ProgramNode } from "../model/program.js";
import type { ReductionName } from "../model/reduction.js";
import { expressionOf, ProgramJoin, placeExpression, withArgs } from "./expression.js";
import { Workspace } from "./workspace.js";

/** Operations that give the same bits with their arguments exchanged. */
const COMMUTATIVE: ReadonlySet<string> = new Set<Operation>([
  ..."add multiply maximum minimum equal notEqual".split(" "),
  ..."logicalAnd logicalOr logicalXor bitwiseAnd bitwiseOr bitwiseXor".split(" "),
] as Operation[]);

/** Operations that give the same bits for a difference and its negative. */
const EVEN: ReadonlySet<string> = new Set<Operation>(["abs", "square"]);

/** Reductions that do not depend on positions. */
const PLACELESS: ReadonlySet<ReductionName> = new Set<ReductionName>(
  "sum prod min max any all mean nanmean var std".split(" ") as ReductionName[],
);

/** Lets trees of reductions read the states of mirrored blocks twice, instead of one of each. */
export function mirrorReductions(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const first of layersOf(graph)) {
    const mirror = first.kind === "blockwise" && mirrorOf(first, graph);
    if (!mirror) continue;
    for (let below: Layer = first, level = treeAbove(below, graph); level; ) {
      space.replace(level.name, { ...level, mirror });
      // States of the next level are symmetric where the groups are.
      if (level.groups[mirror[0]] !== level.groups[mirror[1]]) break;
      below = level;
      level = treeAbove(below, graph);
    }
  }
  space.finish();
}

/**
 * The only layer that reads the states, if it is a tree's; undefined for others, and for outputs.
 */
function treeAbove({ name }: Layer, graph: LayerGraph): TreeReduceLayer | undefined {
  const [user, ...others] = usersOf(graph, name);
  if (user?.kind !== "treeReduce" || others.length > 0 || isOutput(graph, name)) return undefined;
  return user;
}

/**
 * Two axes that a reduction's first step may exchange without another result; undefined without
 * such.
 */
function mirrorOf(layer: BlockwiseLayer, graph: LayerGraph): readonly [number, number] | undefined {
  const { reduction, final, loopChunks } = layer;
  if (reduction === undefined || final === true || !PLACELESS.has(reduction.name)) return undefined;
  if (hasUnknownLengths(loopChunks) || treeAbove(layer, graph) === undefined) return undefined;
  const { axes } = reduction;
  for (const [at, a] of axes.entries()) {
    for (const b of axes.slice(at + 1)) {
      const isSquare = loopChunks[a]?.join() === loopChunks[b]?.join();
      if (isSquare && (loopChunks[a]?.length ?? 0) > 1 && isSymmetric(layer, a, b)) return [a, b];
    }
  }
  return undefined;
}

/**
 * Whether the program has equal results at (…, i, …, j, …) and (…, j, …, i, …), for axes `a` and
 * `b`.
 */
function isSymmetric(layer: BlockwiseLayer, a: number, b: number): boolean {
  const expression = expressionOf(layer);
  const along = layer.loopChunks.map((_, axis) => axis);
  const exchanged = along.map((axis) => (axis === a ? b : axis === b ? a : axis));
  const join = new SymmetricJoin();
  return placeExpression(expression, along, join) === placeExpression(expression, exchanged, join);
}

/** Programs in which equal values are one where the order of arguments does not matter, too. */
class SymmetricJoin extends ProgramJoin {
  override add(node: ProgramNode): number {
    if (!("args" in node)) return super.add(node);
    if (COMMUTATIVE.has(node.op)) {
      const args = node.args.toSorted((x, y) => x - y);
      return super.add({ ...node, args } as ProgramNode);
    }
    return super.add(EVEN.has(node.op) ? withArgs(node, (arg) => this.#eitherSign(arg)) : node);
  }

  /** Maps a difference and its negative to one of the two; other values stay. */
  #eitherSign(number: number): number {
    const node = this.node(number);
    // Unsigned differences wrap around, so that their sign counts.
    if (node.op !== "subtract" || DTYPES[node.dtype].kind === "uint") return number;
    const [x = 0, y = 0] = node.args;
    return x <= y ? number : super.add({ ...node, args: [y, x] });
  }
}
