// A chunked array as one of several collections: its nodes for `compute`, and for calls with the
// array among their arguments.
import { ArgumentError } from "../../base/errors.js";
import type { CallArgument } from "../../graph/model/calls-layer.js";
import { blockCount, hasUnknownLengths, shapeOf } from "../../graph/model/chunks.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { CollectionParts } from "../../graph/ports/collection.js";
import { rechunkNode } from "../layers/rechunk-layer.js";
import { Assembly } from "./assemble.js";

/** The parts that are computed for an array. */
export function arrayParts(node: LayerNode): CollectionParts {
  return { node, assemble: () => new Assembly(node.layer) };
}

/** All of the array in one block, which comes as an ndarray. */
export function arrayArgument(node: LayerNode): CallArgument {
  const { chunks } = node.layer;
  const isWhole = blockCount(chunks) === 1;
  if (!isWhole && hasUnknownLengths(chunks)) {
    throw new ArgumentError(
      "chunks",
      "an array of unknown chunk lengths cannot be an argument of a call: call computeChunkSizes() first",
    );
  }
  const whole = shapeOf(chunks).map((length) => [length]);
  return { node: isWhole ? node : rechunkNode(node, whole), blocks: [0], isList: false };
}
