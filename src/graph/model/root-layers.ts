// The kinds of layers that may make blocks out of nothing.
import type { Layer, RootLayer } from "./layer.js";

const KINDS: ReadonlySet<unknown> = new Set<RootLayer["kind"]>([
  "source",
  "blockwise",
  "mapBlocks",
  "calls",
  "partitions",
  "query",
]);

/** Whether a layer is of such a kind. */
export function isRootLayer(layer: Layer): layer is RootLayer {
  return KINDS.has(layer.kind);
}
