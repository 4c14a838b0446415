// The operand blocks that each block of a contraction multiplies: the labels' grid, and the walk
// over the contracted tuples. Shared by expansion and kernels.
import { defined } from "../../base/assert.js";
import { contiguousStrides, numBlocks } from "../model/chunks.js";
import type { ContractLayer, Layer } from "../model/layer.js";
import type { EmitDependency } from "./dependency-map.js";

/** The labels that are summed over: in both operands and not in the output, in the left's order. */
export function contractedLabels(layer: ContractLayer): number[] {
  return layer.leftLabels.filter(
    (label) => layer.rightLabels.includes(label) && !layer.outputLabels.includes(label),
  );
}

/** Lists, for each tuple of contracted blocks in row-major order, the left and the right block. */
export function contractionMap(
  layer: ContractLayer,
  inputs: readonly Layer[],
): (block: number, emit: EmitDependency) => void {
  const [left, right] = layer.operands;
  const labels = contractedLabels(layer);
  const leftSide = side(layer.leftLabels, inputs[left]);
  const rightSide = side(layer.rightLabels, inputs[right]);
  const contractedCounts = labels.map((label) => leftSide.countOf(label));
  const outputCounts = numBlocks(layer.chunks);
  const groupAxis = layer.outputLabels.length;
  const index = new Map<number, number>();
  return (block, emit) => {
    let rest = block;
    let group = 0;
    for (let axis = outputCounts.length - 1; axis >= 0; axis--) {
      const count = outputCounts[axis] as number;
      const at = rest % count;
      rest = (rest - at) / count;
      if (axis === groupAxis) group = at;
      else index.set(layer.outputLabels[axis] as number, at);
    }
    const [firstCount = 1, ...otherCounts] = contractedCounts;
    const tuplesPerBlock = otherCounts.reduce((product, count) => product * count, 1);
    const from = group * layer.contractGroup;
    const to = labels.length === 0 ? 1 : Math.min(from + layer.contractGroup, firstCount);
    for (let tuple = from * tuplesPerBlock; tuple < to * tuplesPerBlock; tuple++) {
      let remaining = tuple;
      for (let k = labels.length - 1; k >= 0; k--) {
        const count = contractedCounts[k] as number;
        index.set(labels[k] as number, remaining % count);
        remaining = Math.floor(remaining / count);
      }
      emit(left, leftSide.numberAt(index));
      emit(right, rightSide.numberAt(index));
    }
  };
}

/** One operand's grid by labels. Along an axis of one block every index is 0 (broadcasting). */
function side(labels: readonly number[], input: Layer | undefined) {
  const counts = numBlocks(defined(input, "a contraction's operand").chunks);
  const strides = contiguousStrides(counts);
  return {
    countOf: (label: number) => counts[labels.indexOf(label)] as number,
    numberAt: (index: ReadonlyMap<number, number>) => {
      let number = 0;
      for (let axis = 0; axis < labels.length; axis++) {
        if (counts[axis] === 1) continue;
        number += (index.get(labels[axis] as number) ?? 0) * (strides[axis] as number);
      }
      return number;
    },
  };
}
