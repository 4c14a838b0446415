// Uniform random numbers that one or two programs read are drawn by these, tile by tile. Drawing an
// element takes less time than writing it, passing it on and reading it twice, and nothing is
// stored. Other distributions cost more and stay layers.
import { hasUnknownLengths, shapeOf } from "../model/chunks.js";
import type { BlockwiseLayer, Layer, LayerOperand, SourceLayer } from "../model/layer.js";
import { isOutput, type LayerGraph, layersOf } from "../model/layer-graph.js";
import { wordOf } from "../model/naming.js";
import type { ProgramNode, UniformNode } from "../model/program.js";
import type { ReductionName } from "../model/reduction.js";
import { type Expression, withExpressions } from "./expression.js";
import { joinWords, Workspace } from "./workspace.js";

/** Times that the same numbers may be drawn. */
const USES_MAX = 2;
/** Operands and drawn numbers of one program: each has a place of its own in the fastest memory. */
const SOURCES_MAX = 8;
/** Longer programs may need more places than there are. */
const NODES_MAX = 48;
/** Shorter rows take as long as this one: numbers are drawn in units of this length. */
const ROW_MIN = 64;

/**
 * Steps of floats and of truths that kernels take tile by tile; all others need whole blocks. Held
 * by draw-inside.test.ts.
 */
export const TILED_STEPS: Readonly<Record<"float" | "bool", ReadonlySet<string>>> = {
  float: stepSet(
    "add subtract multiply divide maximum minimum copysign",
    "negative abs square reciprocal sqrt ceil floor trunc round sign positive real conj",
    "exp log log2 log10 log1p expm1 pow sin cos tan sinh cosh tanh where",
    "equal notEqual less lessEqual greater greaterEqual isnan isfinite isinf",
  ),
  bool: stepSet(
    "add multiply notEqual positive real conj where",
    "logicalAnd logicalOr logicalXor logicalNot bitwiseAnd bitwiseOr bitwiseXor bitwiseInvert",
  ),
};

function stepSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(" ").split(" "));
}

const TILED_REDUCTIONS: ReadonlySet<ReductionName> = new Set<ReductionName>([
  "sum",
  "mean",
  "prod",
  "min",
  "max",
  "all",
  "any",
  "var",
  "std",
]);

/** Puts uniform random numbers into the programs of the layers that read them. */
export function drawInside(graph: LayerGraph): void {
  const space = new Workspace(graph);
  for (const source of layersOf(graph)) {
    const node = source.kind === "source" && !isOutput(graph, source.name) && drawOf(source);
    if (!node) continue;
    const users = space.usersOf(source.name);
    if (!areFit(users, source)) continue;
    const drawn: Expression = { program: { nodes: [node] }, operands: [] };
    for (const user of users) {
      const layer = withExpressions(user, new Map([[source.name, drawn]]));
      space.replace(user.name, layer, joinWords(space.wordOf(user.name), wordOf(source.name)));
    }
  }
  space.finish();
}

/** A source as a step of a program; undefined if it is not one. */
function drawOf({ generator, dtype, chunks, region }: SourceLayer): UniformNode | undefined {
  if (region !== undefined || generator.type !== "uniform" || dtype !== "float64") return undefined;
  if ((chunks.at(-1) ?? []).some((length) => length < ROW_MIN)) return undefined;
  const { seed, low, high } = generator;
  const axes = chunks.map((_, axis) => axis);
  return { op: "uniform", seed, low, high, shape: shapeOf(chunks), axes, dtype };
}

function areFit(users: readonly Layer[], source: SourceLayer): users is BlockwiseLayer[] {
  let uses = 0;
  for (const user of users) {
    if (user.kind !== "blockwise" || !isTiled(user)) return false;
    for (const operand of user.operands) {
      if (user.inputs[operand.input] !== source.name) continue;
      if (++uses > USES_MAX || !isFit(operand, user, source)) return false;
    }
  }
  return true;
}

/** Whether a program runs tile by tile, so that drawn numbers need not be kept. */
function isTiled({ program, operands, reduction, loopChunks }: BlockwiseLayer): boolean {
  const { nodes } = program;
  const draws = nodes.filter(({ op }) => op === "uniform").length;
  return (
    nodes.length <= NODES_MAX &&
    operands.length + draws <= SOURCES_MAX &&
    !hasUnknownLengths(loopChunks) &&
    (reduction === undefined || TILED_REDUCTIONS.has(reduction.name)) &&
    nodes.every((node) => isTiledStep(node, nodes))
  );
}

function isTiledStep(node: ProgramNode, nodes: readonly ProgramNode[]): boolean {
  const kind = kindOf(node);
  if (kind === undefined) return false;
  if (!("args" in node) || node.op === "cast") return node.op !== "position";
  const from = kindOf(nodes[node.args.at(-1) as number] as ProgramNode);
  return from !== undefined && TILED_STEPS[from].has(node.op);
}

function kindOf({ dtype }: ProgramNode): "float" | "bool" | undefined {
  if (dtype === "bool") return dtype;
  return dtype === "float64" || dtype === "float32" ? "float" : undefined;
}

/** Whether each number is drawn once for this use, and in an order that suits the generator. */
function isFit({ axes }: LayerOperand, user: BlockwiseLayer, { chunks }: SourceLayer): boolean {
  const { loopChunks, reduction } = user;
  const isShort = (lengths: readonly number[]) => lengths.length === 1 && lengths[0] === 1;
  if (new Set(axes).size !== axes.length) return false;
  if (loopChunks.some((lengths, axis) => !axes.includes(axis) && !isShort(lengths))) return false;
  const inOrder = axes.every((axis, i) => i === 0 || axis > (axes[i - 1] as number));
  if (inOrder) return true;
  // Numbers of a transposed operand are drawn for many tiles at once.
  const isTable = axes.length === 2 && loopChunks.length === 2;
  const isWhole = reduction === undefined || reduction.axes.length === 2;
  return isTable && isWhole && chunks.every((lengths) => lengths.every((n) => n >= ROW_MIN));
}
