// Nodes of rechunks, to chunks that are known to fit. rechunk-plan.ts decides how many passes it
// takes; manipulation/rechunk.ts is the user's function.
import { type DType, itemBytes } from "../../base/dtype.js";
import {
  type Chunks,
  hasUnknownLengths,
  isUnknownAxis,
  sameChunks,
  UNKNOWN_LENGTH,
} from "../../graph/model/chunks.js";
import type { RechunkLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { nameLayer } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { planRechunk } from "../chunks/rechunk-plan.js";
import { checkLengths } from "../chunks/unknown-lengths.js";
import { keepLabels } from "./labels.js";
import { routineNode } from "./take-layer.js";

/** Options of {@link rechunk}. */
export interface RechunkOptions {
  /** Bytes that "auto" blocks may have, as a number or like `"64MiB"`; default: 128 MiB. */
  readonly limit?: number | string;
  /** Largest block of an intermediate pass, in bytes; default: 128 MiB. */
  readonly blockBytesMax?: number;
  /**
   * How many pieces a pass may have for each block of both its ends before it is split in two;
   * by default, 4, and as many as are large enough to be worth fetching one by one.
   */
  readonly threshold?: number;
  /**
   * Whether to even out the new blocks, so that the last along an axis is no mere remainder; false.
   */
  readonly balance?: boolean;
}

/** {@link rechunk} to chunks that are known to fit. */
export function rechunkTo<D extends DType, R extends number>(
  x: ChunkedArray<D, R>,
  target: Chunks,
  options: RechunkOptions = {},
): ChunkedArray<D, R> {
  if (sameChunks(x.chunks, target)) return x;
  return keepLabels(x, x.derive<D, R>(rechunkNode(x.node, target, options)));
}

/** The node with its blocks cut as in `target`. */
export function rechunkNode(
  node: LayerNode,
  target: Chunks,
  options: RechunkOptions = {},
): LayerNode {
  const { dtype } = node.layer;
  const { chunks: from } = node.layer;
  if (sameChunks(from, target)) return node;
  const changed = [...from.keys()].filter((i) => !sameChunks([from[i] ?? []], [target[i] ?? []]));
  if (changed.includes(0) && isUnknownAxis(from[0] ?? []) && target[0]?.length === 1) {
    return rechunkNode(gatheredNode(node), target, options);
  }
  checkLengths("cutting an array again", from, changed);
  const isKnown = !hasUnknownLengths(from);
  const plan = isKnown
    ? planRechunk(from, target, { itemBytes: itemBytes(dtype), ...options })
    : [target];
  return plan.reduce<LayerNode>((from, chunks, pass) => {
    const layer = nameLayer<RechunkLayer>("rechunk", {
      kind: "rechunk",
      inputs: [from.layer.name],
      chunks,
      dtype,
      ...(pass < plan.length - 1 ? { planned: true } : {}),
    });
    return { layer, inputs: [from] };
  }, node);
}

/** The node with all blocks of its first axis, whose lengths are not known, as one. */
function gatheredNode(node: LayerNode): LayerNode {
  const chunks: Chunks = [[UNKNOWN_LENGTH], ...node.layer.chunks.slice(1)];
  const axes = [...chunks.keys()];
  const operands = [{ node, axes, parts: true }];
  return routineNode({ name: "gather" }, operands, { loopChunks: chunks }, node.layer.dtype);
}
