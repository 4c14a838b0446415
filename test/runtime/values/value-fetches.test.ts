// What a peer sent is given back, whatever becomes of it.
import { describe, expect, it } from "vitest";
import type { DataFetcher, DataItem } from "../../../src/comm/interface/transport.js";
import { Arenas } from "../../../src/runtime/values/arenas.js";
import { ValueFetches } from "../../../src/runtime/values/value-fetches.js";
import { WorkerMemory } from "../../../src/runtime/values/worker-memory.js";

const MEMORY_BYTES = 2 ** 24;

describe("ValueFetches", () => {
  it("gives everything back, once, where one of many values is not what was asked for", async () => {
    const given = [0, 0, 0, 0];
    const item = (length: number, k: number): DataItem => ({
      dtype: "float64",
      shape: [length],
      bytes: new Uint8Array(8 * length),
      release: () => {
        given[k] = (given[k] ?? 0) + 1;
      },
    });
    const fetcher: DataFetcher = {
      fetch: async () => [item(4, 0), item(3, 1), item(4, 2), undefined, item(4, 3)],
      forget: () => undefined,
      close: async () => undefined,
    };
    const memory = new WorkerMemory(MEMORY_BYTES, undefined, new Arenas(0));
    const fetches = new ValueFetches(fetcher, { address: "here", serve: () => [] }, memory, 1_000);
    const region = { start: [0], shape: [4] };
    const tasks = [-1, -2, -3, -4, -5];
    const answer = await fetches.fetch({
      type: "fetch",
      request: 1,
      worker: 1,
      address: "there",
      tasks,
      pieces: tasks.map((task) => ({ task: -task, region, reader: 9 })),
    });
    expect(answer).toMatchObject({ type: "fetchFailed", request: 1 });
    expect(given).toEqual([1, 1, 1, 1]);
    expect([memory.store.size, memory.pool.bytesInUse]).toEqual([0, 0]);
  });
});
