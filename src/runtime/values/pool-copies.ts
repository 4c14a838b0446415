// Copies values between peers and pool memory. Sockets deliver bytes that threads cannot share, so
// these are copied once. So are values that peers of this machine cannot read in place.
import { itemBytes } from "../../base/dtype.js";
import { ProtocolError } from "../../base/errors.js";
import type { DataItem } from "../../comm/interface/transport.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { isPeerMemory } from "../../system/peer-memory.js";
import type { Allocation, BufferPool } from "./buffer-pool.js";
import type { StoredValue } from "./value-store.js";
import type { WorkerMemory } from "./worker-memory.js";

/** How the bytes of a value read. */
export function formOf({
  dtype,
  shape,
  partStarts,
}: Omit<DataItem, "bytes">): Omit<StoredValue, "memory" | "bytes"> {
  return partStarts === undefined ? { dtype, shape } : { dtype, shape, partStarts };
}

/**
 * `item` in memory of the pool: a copy, unless it is in memory of a peer on this machine, which is
 * read in place. The item is released when it is no longer needed.
 *
 * @throws ProtocolError when its bytes do not fit its shape
 * @throws RangeError when the system has no memory left
 */
export function takeIntoPool(pool: BufferPool, item: DataItem): StoredValue {
  const { release } = item;
  const bytes = sizeOf(item.shape) * itemBytes(item.dtype);
  if (item.bytes.byteLength !== bytes) {
    release?.();
    throw new ProtocolError(
      `a value of shape (${item.shape.join(", ")}) and dtype ${item.dtype} came with ${item.bytes.byteLength} bytes, expected ${bytes}`,
    );
  }
  if (release !== undefined && isPeerMemory(item.bytes.buffer)) {
    return { memory: pool.borrow(item.bytes, release), ...formOf(item), bytes };
  }
  try {
    return { memory: copyInto(pool, item.bytes), ...formOf(item), bytes };
  } finally {
    release?.();
  }
}

/**
 * A copy of `item` in memory that peers of this machine may read; the item itself is released.
 * Undefined if there is no such memory.
 */
export function copyForPeers({ pool, arenas }: WorkerMemory, item: DataItem): DataItem | undefined {
  const { files } = arenas;
  if (files === undefined) return undefined;
  const memory = pool.allocate(item.bytes.byteLength);
  if (files.placeOf(viewOf(memory, 0)) === undefined) {
    pool.free(memory);
    return undefined;
  }
  const bytes = viewOf(memory, item.bytes.byteLength);
  bytes.set(item.bytes);
  item.release?.();
  return { ...formOf(item), bytes, release: pool.lend(memory) };
}

function copyInto(pool: BufferPool, from: Uint8Array): Allocation {
  const memory = pool.allocate(from.byteLength);
  viewOf(memory, from.byteLength).set(from);
  return memory;
}

function viewOf({ buffer, byteOffset }: Allocation, bytes: number): Uint8Array {
  return new Uint8Array(buffer, byteOffset, bytes);
}
