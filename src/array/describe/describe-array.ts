// An array in one line, for Node's console.
import { formatBytes, formatCount } from "../../base/units.js";
import { encodeAxis } from "../../graph/model/axis-runs.js";
import { blockCount } from "../../graph/model/chunks.js";
import { graphText } from "../../graph/model/graph-text.js";
import { shortName } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";

/** Shape, dtype, chunks, bytes, and the layers and tasks below it as they were built. */
export function describeArray({ shape, dtype, chunks, nbytes, node }: ChunkedArray): string {
  return [
    `ChunkedArray ${formatShape(shape)} ${dtype}`,
    `chunks (${chunks.map(formatAxis).join(", ")})`,
    formatCount(blockCount(chunks), "block"),
    Number.isNaN(nbytes) ? "unknown size" : formatBytes(nbytes),
    graphText(node),
    shortName(node.layer.name),
  ].join(", ");
}

/** Block lengths of an axis: `10×3 + 5` for ten blocks of 3 and one of 5. */
function formatAxis(axis: readonly number[]): string {
  const runs = encodeAxis(axis).map(([length, count]) =>
    count > 1 ? `${count}×${length}` : length,
  );
  return runs.length > 6 ? `${runs.slice(0, 5).join(" + ")} + …` : runs.join(" + ");
}
