// Contractions: labels that name the axes of both operands and of the result.
import { contractedLabels } from "../dependencies/contraction.js";
import { isSameAxis } from "../model/chunks.js";
import type { ContractLayer, Layer } from "../model/layer.js";
import { isBelow, isCount, isListOf, type Misfit, shown } from "./fits.js";

export function contractMisfit(layer: ContractLayer, inputs: readonly Layer[]): Misfit {
  const { operands, leftLabels, rightLabels, outputLabels, contractGroup, chunks } = layer;
  if (!Array.isArray(operands) || operands.length !== 2) return "it does not have two operands";
  const [left, right] = (operands as readonly number[]).map((at) =>
    isBelow(at, inputs.length) ? inputs[at] : undefined,
  );
  if (left === undefined || right === undefined) return "it reads inputs that it does not have";
  if (!isCount(contractGroup) || contractGroup === 0)
    return `it sums over ${shown(contractGroup)} blocks`;
  if (!areLabels(leftLabels, left.chunks.length))
    return "the left operand has other axes than labels";
  if (!areLabels(rightLabels, right.chunks.length))
    return "the right operand has other axes than labels";
  if (!areLabels(outputLabels, chunks.length - 1)) return "it has other axes than labels";
  const sides = [axesByLabel(leftLabels, left), axesByLabel(rightLabels, right)] as const;
  return (
    sharedMisfit(sides, outputLabels) ?? outputMisfit(sides, layer) ?? groupMisfit(sides[0], layer)
  );
}

type AxesByLabel = ReadonlyMap<number, readonly number[]>;

function areLabels(labels: unknown, rank: number): labels is readonly number[] {
  return isListOf(labels, isCount) && labels.length === rank && new Set(labels).size === rank;
}

function axesByLabel(labels: readonly number[], { chunks }: Layer): AxesByLabel {
  return new Map(labels.map((label, axis) => [label, chunks[axis] as readonly number[]]));
}

/**
 * Labels of both operands have the same blocks; those that are not summed over may have one block.
 */
function sharedMisfit(
  [left, right]: readonly [AxesByLabel, AxesByLabel],
  output: readonly number[],
): Misfit {
  for (const [label, axis] of left) {
    const other = right.get(label);
    if (other === undefined) {
      if (!output.includes(label)) return `label ${label} is of the left operand alone`;
    } else if (!isSameAxis(axis, other)) {
      const isBroadcast = output.includes(label) && (axis.length === 1 || other.length === 1);
      if (!isBroadcast) return `both operands have other blocks along label ${label}`;
    }
  }
  for (const label of right.keys()) {
    if (!left.has(label) && !output.includes(label))
      return `label ${label} is of the right operand alone`;
  }
  return undefined;
}

function outputMisfit(
  [left, right]: readonly [AxesByLabel, AxesByLabel],
  { outputLabels, chunks }: ContractLayer,
): Misfit {
  for (const [axis, label] of outputLabels.entries()) {
    const along = chunks[axis] as readonly number[];
    const sides = [left.get(label), right.get(label)].filter((side) => side !== undefined);
    if (sides.length === 0) return `label ${label} is of no operand`;
    const isLike = sides.some((side) => isSameAxis(side, along));
    const fits = sides.every((side) => side.length === 1 || side.length === along.length);
    if (!isLike || !fits) return `it has other blocks along label ${label} than its operands`;
  }
  return undefined;
}

/** The last axis has a block for each group of blocks of the first label that is summed over. */
function groupMisfit(left: AxesByLabel, layer: ContractLayer): Misfit {
  const [first] = contractedLabels(layer);
  const blocks = first === undefined ? 1 : (left.get(first)?.length ?? 1);
  const groups = first === undefined ? 1 : Math.ceil(blocks / layer.contractGroup);
  const given = layer.chunks[layer.chunks.length - 1]?.length;
  return given === groups ? undefined : `it has ${given} groups of blocks in place of ${groups}`;
}
