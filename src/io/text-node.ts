// Layers that read text files. formats/text/text-files.ts lists the files; read-text.ts and
// read-csv.ts are the public functions.
import { LayerValues, partitionsNode } from "../bag/partition-nodes.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { TextFeed } from "../graph/model/partition-steps.js";

/** The layer of a feed; with `table`, each partition also reads it. */
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
