// The compression of text files, from their names.
import type { TextPacking } from "../../graph/model/partition-steps.js";

/** gzip, brotli or zstd for `.gz`, `.br` and `.zst`; none otherwise. */
export function packingOf(location: string): TextPacking {
  // An address may have a query.
  const path = /^\w+:\/\//.test(location) ? location.replace(/[?#].*$/s, "") : location;
  if (path.endsWith(".gz")) return "gzip";
  if (path.endsWith(".br")) return "brotli";
  return path.endsWith(".zst") ? "zstd" : "none";
}
