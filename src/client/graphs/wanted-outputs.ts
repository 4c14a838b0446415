// The outputs of a submission: each named once, and whether their blocks may be sent with their
// reports.
import { itemBytes } from "../../base/dtype.js";
import { shapeOf, sizeOf } from "../../graph/model/chunks.js";
import type { Layer, LayerName } from "../../graph/model/layer.js";

/**
 * Blocks up to this size are sent with the report that they are ready, which saves a round trip,
 * ...
 */
export const INLINE_BLOCK_BYTES_MAX = 1024;
/** ... but not if they are so many that they would keep the scheduler busy. */
const INLINE_BYTES_MAX = 16 << 20;

/** Whether blocks of these outputs may be sent with the report that they are ready. */
export function areSmall(outputs: readonly Layer[]): boolean {
  const bytes = outputs.map(({ chunks, dtype }) => sizeOf(shapeOf(chunks)) * itemBytes(dtype));
  return outputs.length > 0 && bytes.reduce((sum, n) => sum + n) <= INLINE_BYTES_MAX;
}

/** The distinct names, and the positions in `names` of each: one output may be requested twice. */
export function distinct(names: readonly LayerName[]): {
  names: LayerName[];
  positions: number[][];
} {
  const positions = new Map<LayerName, number[]>();
  names.forEach((name, position) => {
    const known = positions.get(name);
    if (known === undefined) positions.set(name, [position]);
    else known.push(position);
  });
  return { names: [...positions.keys()], positions: [...positions.values()] };
}
