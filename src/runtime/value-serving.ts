// Serves a worker's values to its peers and to clients, straight from where they lie.
import type { DataHandler, DataItem } from "../comm/transport.js";
import type { ValueStore } from "./value-store.js";

/** A handler that answers requests for results from `store`. */
export function serveValues(store: ValueStore): DataHandler {
  const item = (task: number): DataItem | undefined => {
    const value = store.pin(task);
    if (value === undefined) return undefined;
    const { memory, dtype, shape } = value;
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, value.bytes);
    return { dtype, shape, bytes, release: () => store.unpin(value) };
  };
  return (request) => (request.type === "getTasks" ? request.tasks.map(item) : [undefined]);
}
