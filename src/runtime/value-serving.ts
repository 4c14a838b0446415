// Serves a worker's values to its peers and to clients: whole ones straight from where they lie,
// parts as value-cuts.ts cuts them.
import type { DataHandler, DataItem } from "../comm/transport.js";
import type { Region } from "../graph/regions.js";
import type { BufferPool } from "./buffer-pool.js";
import { ValueCuts } from "./value-cuts.js";
import type { ValueStore } from "./value-store.js";

/** A handler that answers requests for results from `store`, with `pool` for parts of them. */
export function serveValues(store: ValueStore, pool: BufferPool): DataHandler {
  const cuts = new ValueCuts(pool);
  const whole = (task: number): DataItem | undefined => {
    const value = store.pin(task);
    if (value === undefined) return undefined;
    const { memory, dtype, shape } = value;
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, value.bytes);
    return { dtype, shape, bytes, release: () => store.unpin(value) };
  };
  const part = (task: number, region: Region) => {
    const value = store.pin(task);
    return value && cuts.cut(value, region, () => store.unpin(value));
  };
  return (request) => {
    if (request.type !== "getTasks") return [undefined];
    const { tasks, regions } = request;
    if (regions === undefined) return tasks.map(whole);
    return Promise.all(
      tasks.map((task, i) => {
        const region = regions[i] ?? null;
        return region === null ? whole(task) : part(task, region);
      }),
    );
  };
}
