// Layers that read text files. Which files those are is formats/text/text-files.ts; what users call is read-text.ts and
// read-csv.ts.
import { LayerValues, partitionsNode } from "../bag/partition-nodes.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { TextFeed } from "../graph/model/partition-steps.js";

/** The layer of a feed; each partition also reads `table` where it is given. */
export function textNode(method: string, feed: TextFeed, table?: LayerNode): LayerNode {
  const count = feed.fileStart.length - 1;
  const operands = Array.from({ length: count }, () =>
    table === undefined ? [] : [{ node: table, block: 0 }],
  );
  return partitionsNode(method, new LayerValues(method), {
    feed,
    operands,
    ...(table === undefined ? {} : { sideCounts: operands.map(() => 1) }),
  });
}
