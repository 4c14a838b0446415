// Layers whose blocks follow the blocks of a loop: blockwise layers, users' functions of blocks,
// routines.
import { blockCount, type Chunks, isSameAxis, numBlocks, sameChunks } from "../model/chunks.js";
import type {
  BlockwiseLayer,
  Layer,
  LayerOperand,
  MapBlocksLayer,
  Reach,
  RoutineLayer,
} from "../model/layer.js";
import { programDType } from "../model/program.js";
import { resultGrid, stateGrid } from "../model/reduction-tree.js";
import { isBelow, isCount, isGrid, isListOf, isRecord, type Misfit, shown } from "./fits.js";
import { programMisfit } from "./programs.js";
import { reductionMisfit } from "./trees.js";

type LoopLayer = BlockwiseLayer | MapBlocksLayer | RoutineLayer;

export function blockwiseMisfit(layer: BlockwiseLayer, inputs: readonly Layer[]): Misfit {
  const misfit = loopMisfit(layer, inputs);
  if (misfit !== undefined) return misfit;
  const { loopChunks, operands, program } = layer;
  const dtypes = operands.map(({ input }) => (inputs[input] as Layer).dtype);
  return programMisfit(program, dtypes, loopChunks.length) ?? resultMisfit(layer);
}

/** Whether the program and its reduction make the result that the layer declares. */
function resultMisfit({
  chunks,
  loopChunks,
  dtype,
  program,
  reduction,
  final,
}: BlockwiseLayer): Misfit {
  if (reduction === undefined) {
    if (!sameChunks(chunks, loopChunks)) return "its chunks are not those of its loop";
    const made = programDType(program);
    return made === dtype ? undefined : `its program makes ${made}, and its blocks are ${dtype}`;
  }
  const misfit = reductionMisfit(reduction, loopChunks.length);
  if (misfit !== undefined) return misfit;
  const isFinal = final === true;
  if (isFinal && reduction.axes.some((axis) => loopChunks[axis]?.length !== 1)) {
    return "it makes results of several blocks at once";
  }
  const made = isFinal ? reduction.dtype : reduction.stateDType;
  if (made !== dtype) return `its reduction makes ${made}, and its blocks are ${dtype}`;
  const grid = isFinal
    ? resultGrid(loopChunks, reduction)
    : stateGrid(loopChunks, numBlocks(loopChunks), reduction);
  return sameChunks(grid, chunks) ? undefined : "its chunks are not those that its reduction makes";
}

export function mapBlocksMisfit(layer: MapBlocksLayer, inputs: readonly Layer[]): Misfit {
  const misfit = loopMisfit(layer, inputs);
  if (misfit !== undefined) return misfit;
  if (!isRecord(layer.function)) return "it has no function";
  const { margins, cores, perLane, item } = layer;
  if (margins !== undefined && !areMargins(margins, layer.chunks.length)) {
    return "its margins are not one per axis";
  }
  if (!isReach(layer)) return "its reach is not one per axis of its loop and of each operand";
  if (perLane !== undefined && !isCount(perLane))
    return `it gives ${shown(perLane)} elements for a lane`;
  if (item !== undefined && !isCount(item)) return `it takes item ${shown(item)}`;
  if (cores === undefined) return undefined;
  const areCores =
    isRecord(cores) &&
    isListOf(cores.operands, isCount) &&
    cores.operands.length === layer.operands.length &&
    isCount(cores.result);
  return areCores ? undefined : "its cores are not one number of axes per operand";
}

function areMargins(margins: unknown, rank: number): boolean {
  return (
    Array.isArray(margins) &&
    margins.length === rank &&
    margins.every((margin) => isRecord(margin) && isCount(margin.depth) && isOpening(margin))
  );
}

/** Whether it says what is beyond the ends of an array. */
function isOpening({ open, lead }: Readonly<Record<string, unknown>>): boolean {
  return typeof open === "boolean" && (lead === undefined || isCount(lead));
}

function isReach({ reach, operands, loopChunks }: MapBlocksLayer): boolean {
  if (reach === undefined) return true;
  const isSide = (side: unknown): side is Reach =>
    isRecord(side) && isCount(side.before) && isCount(side.after) && isOpening(side);
  const areSides = (sides: unknown, rank: number | undefined) =>
    isListOf(sides, isSide) && sides.length === rank;
  return (
    isRecord(reach) &&
    areSides(reach.loop, loopChunks.length) &&
    Array.isArray(reach.operands) &&
    reach.operands.length === operands.length &&
    reach.operands.every((sides, k) => areSides(sides, operands[k]?.axes.length))
  );
}

export function routineMisfit(layer: RoutineLayer, inputs: readonly Layer[]): Misfit {
  const misfit = loopMisfit(layer, inputs);
  if (misfit !== undefined) return misfit;
  const { parts } = layer;
  if (parts !== undefined && !(isCount(parts) && parts > 0))
    return `it makes ${shown(parts)} parts`;
  const routine: unknown = layer.routine;
  if (!isRecord(routine) || typeof routine.name !== "string") return "it has no routine";
  if (routine.axis === undefined) return undefined;
  const rank = inputs[layer.operands[0]?.input ?? -1]?.chunks.length ?? 0;
  return isBelow(routine.axis, rank)
    ? undefined
    : `its first operand has no axis ${shown(routine.axis)}`;
}

/** Checks the loop and its operands. */
function loopMisfit(layer: LoopLayer, inputs: readonly Layer[]): Misfit {
  const { chunks, loopChunks, operands, kind } = layer;
  if (!isGrid(loopChunks)) return "the grid of its loop is no lists of block lengths";
  // Block number n is block number n of the loop.
  if (blockCount(chunks) !== blockCount(loopChunks)) return "it has other blocks than its loop";
  if (!Array.isArray(operands)) return "it has no list of operands";
  for (const [k, operand] of operands.entries()) {
    const misfit = operandMisfit(operand, { loopChunks, inputs, kind });
    if (misfit !== undefined) return `operand ${k} ${misfit}`;
  }
  return undefined;
}

interface Loop {
  readonly loopChunks: Chunks;
  readonly inputs: readonly Layer[];
  readonly kind: LoopLayer["kind"];
}

function operandMisfit(operand: LayerOperand, { loopChunks, inputs, kind }: Loop): Misfit {
  if (!isRecord(operand)) return "is none";
  const { input, axes, parts, every } = operand;
  if (!isBelow(input, inputs.length)) return `reads input ${shown(input)} of ${inputs.length}`;
  const { chunks } = inputs[input] as Layer;
  if (!Array.isArray(axes) || axes.length !== chunks.length) {
    return `does not name one axis of the loop for each of ${chunks.length}`;
  }
  const isColumn = parts === true || every !== undefined;
  if (isColumn) {
    const misfit = kind === "routine" ? columnMisfit(operand, chunks, loopChunks) : "reads columns";
    if (misfit !== undefined) return misfit;
  }
  for (const [axis, loopAxis] of (axes as readonly unknown[]).entries()) {
    if (isColumn && axis === 0) continue;
    const blocks = chunks[axis] as readonly number[];
    if (loopAxis === -1) {
      if (blocks.length !== 1)
        return `has ${blocks.length} blocks along axis ${axis}, which the loop leaves out`;
      continue;
    }
    if (!isBelow(loopAxis, loopChunks.length))
      return `runs along axis ${shown(loopAxis)} of the loop`;
    const loopBlocks = loopChunks[loopAxis] as readonly number[];
    // Routines and users' functions declare the lengths of their blocks: those with margins are
    // longer.
    const fits =
      kind === "blockwise" ? isSameAxis(blocks, loopBlocks) : blocks.length === loopBlocks.length;
    if (!fits) return `has other blocks along axis ${axis} than axis ${loopAxis} of the loop`;
  }
  return undefined;
}

/** An operand of which each block reads several blocks along the first axis. */
function columnMisfit(
  { axes, parts, every }: LayerOperand,
  chunks: Chunks,
  loopChunks: Chunks,
): Misfit {
  const [along] = axes;
  if (chunks.length === 0) return "has no axis to read blocks along";
  if (!isBelow(along, loopChunks.length)) return `runs along axis ${shown(along)} of the loop`;
  if (every === undefined) return undefined;
  if (parts === true || !isCount(every) || every === 0)
    return `reads ${shown(every)} blocks at a time`;
  const groups = Math.ceil((chunks[0] as readonly number[]).length / every);
  return loopChunks[along]?.length === groups
    ? undefined
    : `has ${groups} groups of ${every} blocks, and the loop has ${loopChunks[along]?.length}`;
}
