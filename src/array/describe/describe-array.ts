// An array in one line: what Node's console shows of it.
import { formatBytes, formatCount } from "../../base/units.js";
import { blockCount, encodeAxis } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { layersBelow } from "../../graph/model/layer-graph.js";
import { shortName } from "../../graph/model/naming.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";

/** Shape, dtype, chunks, bytes, and the layers and tasks below it as they were built. */
export function describeArray({ shape, dtype, chunks, nbytes, node }: ChunkedArray): string {
  const layers = layersBelow([node]);
  const tasks = layers.reduce((sum, layer) => sum + taskCount(layer), 0);
  return [
    `ChunkedArray ${formatShape(shape)} ${dtype}`,
    `chunks (${chunks.map(formatAxis).join(", ")})`,
    formatCount(blockCount(chunks), "block"),
    Number.isNaN(nbytes) ? "unknown size" : formatBytes(nbytes),
    formatCount(layers.length, "layer"),
    formatCount(tasks, "task"),
    shortName(node.layer.name),
  ].join(", ");
}

/** One for each block, but where blocks are other layers' or there already. */
function taskCount({ kind, chunks }: Layer): number {
  return kind === "concatenate" || kind === "pick" || kind === "persisted" ? 0 : blockCount(chunks);
}

/** Block lengths of an axis: `10×3 + 5` for ten blocks of 3 and one of 5. */
function formatAxis(axis: readonly number[]): string {
  const runs = encodeAxis(axis).map(([length, count]) =>
    count > 1 ? `${count}×${length}` : length,
  );
  return runs.length > 6 ? `${runs.slice(0, 5).join(" + ")} + …` : runs.join(" + ");
}
