// Where files of CSV are cut within quotes: rows end elsewhere there. Their bytes are read once for
// it.
import { allPartitions, LayerValues, partitionsNode } from "../bag/partition-nodes.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { TextFeed } from "../graph/model/partition-steps.js";
import { textNode } from "./text-node.js";

/**
 * One partition: for each of a feed's, whether it begins within quotes. None where no file is cut.
 *
 * @param quote the character around fields; default: `"`
 */
export function quotedStarts(feed: TextFeed, quote?: string): LayerNode | undefined {
  if (feed.from.every((from) => from === 0)) return undefined;
  const { csv: _csv, ...bytes } = feed;
  const own = quote === undefined ? {} : { quote };
  const quotes = textNode("readCsv-quotes", { ...bytes, ...own, gives: "quotes" });
  const values = new LayerValues("readCsv");
  const areQuoted = (counts: readonly (readonly [file: number, quotes: number])[]): boolean[] => {
    let sum = 0;
    return counts.map(([file, count], k) => {
      if (k === 0 || file !== counts[k - 1]?.[0]) sum = 0;
      const isQuoted = sum % 2 === 1;
      sum += count;
      return isQuoted;
    });
  };
  return partitionsNode("readCsv-starts", values, {
    steps: [{ step: "mapPartitions", function: values.function(areQuoted), name: "areQuoted" }],
    operands: [allPartitions(quotes)],
  });
}
