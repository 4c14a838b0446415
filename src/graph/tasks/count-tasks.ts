// How many tasks a graph has, layer by layer, without listing them, for questions before it runs.
// Where all blocks of a layer are needed and between them read all blocks of its inputs, which is
// most of the time, that takes no look at any block. expand.ts lists the tasks.
import { itemBytes } from "../../base/dtype.js";
import type { DependencyMap } from "../dependencies/dependency-map.js";
import { blockCount, type Chunks, numBlocks, shapeOf, sizeOf } from "../model/chunks.js";
import type { FusedLayer, Layer, LayerName, LayerOperand } from "../model/layer.js";
import { outputBytes } from "../model/output-bytes.js";
import { type Expansion, findExpansion, markRead, prepareExpansions } from "./layer-expansions.js";

/** A layer, with the blocks of it that the outputs need. */
export interface NeededLayer {
  readonly layer: Layer;
  /** The layers that it reads, as `layer.inputs` names them. */
  readonly inputs: readonly Layer[];
  /**
   * How many of its blocks are computed; persisted ones and aliases of other layers' blocks do not
   * count.
   */
  readonly tasks: number;
  /** Bytes of all blocks that are computed, guessed if their lengths are unknown. */
  readonly bytes: number;
  /** Whether a block is needed. */
  isNeeded(block: number): boolean;
  /** The blocks that a block reads. */
  readonly dependencies: DependencyMap;
}

/**
 * The layers of a graph, each after its inputs, with the parts of them that all blocks of `outputs`
 * need.
 *
 * @throws GraphError `graph.missingLayer` and `graph.tooLarge` as expanding it does
 */
export function countTasks(
  layers: readonly Layer[],
  outputs: readonly LayerName[],
): readonly NeededLayer[] {
  const expansions = prepareExpansions(layers);
  const whole = new Set(outputs.map((name) => findExpansion(expansions, name, "the outputs")));
  const order = [...expansions.values()];
  const counts: NeededLayer[] = [];
  for (const expansion of order.toReversed()) {
    const isWhole = whole.has(expansion);
    if (isWhole && readsAll(expansion)) for (const input of expansion.inputs) whole.add(input);
    else markRead(expansion, isWhole);
    counts.push(countOf(expansion, isWhole));
  }
  return counts.reverse();
}

function countOf(expansion: Expansion, isWhole: boolean): NeededLayer {
  const { layer, blocks, needed, isAlias, dependencies } = expansion;
  const inputs = expansion.inputs.map((input) => input.layer);
  const isNeeded = (block: number) => isWhole || needed[block] === 1;
  const known = { layer, inputs, isNeeded, dependencies };
  if (layer.kind === "persisted") return { ...known, tasks: 0, bytes: 0 };
  const allBytes = sizeOf(shapeOf(layer.chunks)) * itemBytes(layer.dtype);
  if (isWhole && isAlias === undefined && !Number.isNaN(allBytes)) {
    return { ...known, tasks: blocks, bytes: allBytes };
  }
  let tasks = 0;
  let bytes = 0;
  if (isWhole || needed.length > 0) {
    for (let block = 0; block < blocks; block++) {
      if (!isNeeded(block) || isAlias?.(block)) continue;
      tasks++;
      bytes += outputBytes(layer, block);
    }
  }
  return { ...known, tasks, bytes };
}

/**
 * Whether all blocks of a layer together read all blocks of its inputs; no where that is not sure.
 */
function readsAll({ layer, inputs, blocks }: Expansion): boolean {
  switch (layer.kind) {
    case "source":
    case "persisted":
      return true;
    case "reshape":
    case "store":
      return inputs[0]?.blocks === blocks;
    case "treeReduce":
      return layer.mirror === undefined;
    case "rechunk":
      return inputs.every(({ layer: { chunks } }) => chunks.flat().every((length) => length > 0));
    case "concatenate":
      return inputs.every((_, at) => layer.parts.includes(at));
    case "contract":
      return [layer.leftLabels, layer.rightLabels].every(isDistinct);
    case "blockwise":
    case "mapBlocks":
    case "routine":
      return blockCount(layer.loopChunks) === blocks && operandsCover(layer, inputs);
    case "fused":
      return inputs.every((input, at) => stepsCover(layer, at, input.layer));
    default:
      return false;
  }
}

/**
 * Whether the loop's operands take every block of every input as the loop goes through all of its
 * own.
 */
function operandsCover(
  { loopChunks, operands }: { loopChunks: Chunks; operands: readonly LayerOperand[] },
  inputs: readonly Expansion[],
): boolean {
  const counts = numBlocks(loopChunks);
  return inputs.every(({ layer }, at) => {
    const grid = numBlocks(layer.chunks);
    return operands.some((operand) => operand.input === at && coversGrid(operand, grid, counts));
  });
}

/** Whether the operands of a step take every block of the input at a position of a fused layer. */
function stepsCover({ steps }: FusedLayer, at: number, { chunks }: Layer): boolean {
  const grid = numBlocks(chunks);
  return steps.some(({ layer, reads }) => {
    if (layer.kind === "source") return false;
    if (layer.kind === "store") return reads[0] === at;
    const counts = numBlocks(layer.loopChunks);
    return layer.operands.some(
      (operand) => reads[operand.input] === at && coversGrid(operand, grid, counts),
    );
  });
}

/**
 * Whether an operand takes every block of its input's grid as the loop goes through all of its own.
 */
function coversGrid(
  { axes, parts, every = 1 }: LayerOperand,
  grid: readonly number[],
  counts: readonly number[],
): boolean {
  const isColumn = (axis: number) => axis === 0 && parts === true;
  const along = axes.filter((_, axis) => grid[axis] !== 1 && !isColumn(axis));
  return (
    isDistinct(along) &&
    axes.every((loopAxis, axis) => {
      const count = grid[axis] as number;
      if (count === 1 || isColumn(axis)) return true;
      return count === Math.min(count, (counts[loopAxis] ?? 0) * (axis === 0 ? every : 1));
    })
  );
}

function isDistinct(numbers: readonly number[]): boolean {
  return new Set(numbers).size === numbers.length;
}
