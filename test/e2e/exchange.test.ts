// A rechunk in which every new block reads a part of every old one, on real processes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalCluster, random } from "../../src/index.js";
import { isRunning, until } from "./command.js";

const SIZE = 1_600;
const CUT = 100;

/** Else the random numbers would be made in the other chunks. */
const AS_BUILT = { optimizeGraph: false };

let cluster: LocalCluster;

const rows = (seed: number) => random([SIZE, SIZE], { chunks: [CUT, SIZE], seed });

/** By columns; each takes a moment, so that there is time to do harm. */
const columns = (seed: number) =>
  rows(seed)
    .rechunk([SIZE, CUT])
    .mapBlocks((block) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      return block.data;
    });

describe("an all-to-all rechunk on two workers", () => {
  const KILLED_AFTER = [2, 18, 26];
  const expected = new Map<number, Uint8Array>();

  beforeAll(async () => {
    // By threads of this process, as there is no cluster yet.
    for (const after of KILLED_AFTER) {
      expected.set(after, bytesOf((await rows(after).compute()).data));
    }
    cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, log: () => {} });
  });
  afterAll(() => cluster.close());

  it("takes as many tasks as blocks go in and come out", async () => {
    let moved = 0;
    let tasks = 0;
    const sum = await rows(1)
      .rechunk([SIZE, CUT])
      .sum()
      .compute({
        ...AS_BUILT,
        onStatistics: ({ bytesMoved, tasksRun }) => {
          moved = bytesMoved;
          tasks = tasksRun;
        },
      });
    expect(sum / SIZE / SIZE).toBeCloseTo(0.5, 2);
    // How many is test/sim/exchange.test.ts's to say: on a busy machine an idle worker takes over
    // what another is late with, and has its parts moved again.
    expect(moved).toBeGreaterThan(0);
    expect(tasks).toBeLessThan(5 * (SIZE / CUT));
  });

  it.each(KILLED_AFTER)("is right when a worker is killed after %i tasks", async (after) => {
    const alive = async () =>
      (await cluster.describe()).workers.filter(({ pid }) => isRunning(pid)).length;
    await expect.poll(alive).toBe(2);
    const done: number[] = [];
    const value = columns(after).compute({
      ...AS_BUILT,
      onProgress: (report) => done.push(report.done),
    });
    await until(() => done.some((n) => n >= after));
    const [victim] = (await cluster.describe()).workers;
    process.kill(victim?.pid as number, "SIGKILL");
    const computed = await value;
    expect(Buffer.compare(bytesOf(computed.data), expected.get(after) as Uint8Array)).toBe(0);
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
