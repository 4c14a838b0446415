// Runs of neighbours at places along an axis, such as those that windows reach beyond a block.
import { shapeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { positionList } from "./positions.js";
import { takeNode } from "./take-layer.js";

/** Per start, a block of `count` elements from there on; undefined where there are none. */
export function takeRuns(
  from: LayerNode,
  axis: number,
  starts: readonly number[],
  count: number,
): LayerNode | undefined {
  if (count === 0 || starts.length === 0) return undefined;
  const length = shapeOf(from.layer.chunks)[axis] as number;
  const positions = starts.flatMap((start) => Array.from({ length: count }, (_, k) => start + k));
  const points = { axes: [axis], indices: [positionList(positions, length)] };
  const lengths = starts.map(() => count);
  return takeNode(from, points, axis, lengths);
}
