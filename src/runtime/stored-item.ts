// A value that came from a peer, on its way into pool memory: what sockets deliver is not shared
// between threads, so it is copied once.
import { itemBytes } from "../base/dtype.js";
import { ProtocolError } from "../base/errors.js";
import type { DataItem } from "../comm/transport.js";
import { sizeOf } from "../graph/chunks.js";
import type { BufferPool } from "./buffer-pool.js";
import type { StoredValue } from "./value-store.js";

/** How the bytes of a value read. */
export function formOf({
  dtype,
  shape,
  partStarts,
}: Omit<DataItem, "bytes">): Omit<StoredValue, "memory" | "bytes"> {
  return partStarts === undefined ? { dtype, shape } : { dtype, shape, partStarts };
}

/**
 * A copy of `item` in memory of the pool; the item is given back.
 *
 * @throws ProtocolError when its bytes do not fit its shape
 * @throws RangeError when the system has no memory left
 */
export function copyIntoPool(pool: BufferPool, item: DataItem): StoredValue {
  try {
    const bytes = sizeOf(item.shape) * itemBytes(item.dtype);
    if (item.bytes.byteLength !== bytes) {
      throw new ProtocolError(
        `a value of shape (${item.shape.join(", ")}) and dtype ${item.dtype} came with ${item.bytes.byteLength} bytes, expected ${bytes}`,
      );
    }
    const memory = pool.allocate(bytes);
    new Uint8Array(memory.buffer, memory.byteOffset, bytes).set(item.bytes);
    return { memory, ...formOf(item), bytes };
  } finally {
    item.release?.();
  }
}
