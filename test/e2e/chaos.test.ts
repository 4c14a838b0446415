// Workers of a real cluster are killed, or stopped and continued, at random moments while it
// computes: the answer is right every time. CHAOS_ROUNDS=50 looks longer; CHAOS_SEED=7 repeats a
// round's draws (not its timing, which belongs to the system).
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import { LocalCluster, ones, random } from "../../src/index.js";
import { isRunning } from "./command.js";

const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 4);
const FIRST_SEED = Number(process.env.CHAOS_SEED ?? 1);
/** Within which harm is done, once a job has begun. */
const SPAN_MS = 600;
/** Longer than the scheduler waits for a silent worker, so that some are given up and come back. */
const WORKER_TIMEOUT_MS = 800;
const STOPPED_MS = [100, 1_600] as const;

let cluster: LocalCluster;
const pids = new Set<number>();

function notePids(): void {
  pids.add(cluster.schedulerPid);
  for (const { pid } of cluster.workers) pids.add(pid);
}

async function start(): Promise<void> {
  cluster = await LocalCluster.start({
    workers: 3,
    threadsPerWorker: 1,
    workerTimeoutMs: WORKER_TIMEOUT_MS,
    log: () => {},
  });
}

// What functions below capture.
declare const wait: number;

/** Blocks that take a moment, so that there is time to do harm. */
const slow = (seed: number) =>
  random([480, 480], { chunks: 60, seed }).mapBlocks(
    (block) => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
      return block.data;
    },
    { captured: { wait: 15 } },
  );

const jobs = {
  headline: (seed: number) => {
    const x = slow(seed);
    return x.add(x.transpose()).mean();
  },
  shuffle: (seed: number) => slow(seed).rechunk([480, 20]).multiply(2).rechunk([20, 480]).sum(),
};

/** One small thing after another, until harm is done: results come straight from their workers. */
async function computeOneByOne(isOver: () => boolean): Promise<void> {
  for (let k = 1; !isOver(); k++) {
    expect(await ones([1], { chunks: 1 }).multiply(k).sum().compute()).toBe(k);
    expect(await cluster.client.submit((n: number) => 2 * n, k)).toBe(2 * k);
  }
}

/** Kills or stops one worker after the other, at random moments. */
async function doHarm(rng: Rng): Promise<string[]> {
  const done: string[] = [];
  const continuing: Promise<void>[] = [];
  for (let harms = 1 + rng.below(3); harms > 0; harms--) {
    await pause(rng.between(0, SPAN_MS));
    notePids();
    const victim = rng.pick(cluster.workers);
    const isKill = rng.chance(0.5);
    if (!signal(victim.pid, isKill ? "SIGKILL" : "SIGSTOP")) continue;
    done.push(`${isKill ? "kill" : "stop"} ${victim.name}`);
    if (isKill) continue;
    const forMs = rng.between(...STOPPED_MS);
    continuing.push(pause(forMs).then(() => void signal(victim.pid, "SIGCONT")));
  }
  await Promise.all(continuing);
  return done;
}

/** Sends a signal; false when the process is gone. */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

describe("chaos", () => {
  beforeAll(start);
  afterAll(async () => {
    notePids();
    await cluster.close();
    expect([...pids].filter(isRunning)).toEqual([]);
  });

  it.each(Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round))(
    "seed %i: right answers although workers are killed and stopped",
    async (seed) => {
      const rng = new Rng(seed);
      // A worker that keeps dying is given up after a while: a new cluster has patience again.
      if (seed % 4 === 0) {
        await cluster.close();
        await start();
      }
      for (const [name, job] of Object.entries(jobs)) {
        const [answer, harm] = await Promise.all([job(seed).compute(), doHarm(rng)]);
        const x = await random([480, 480], { chunks: 60, seed }).sum().compute();
        const expected = name === "headline" ? (2 * x) / 480 ** 2 : 2 * x;
        const story = `${name} with seed ${seed}: ${harm.join(", ")}`;
        expect(Math.abs(answer - expected) / expected, story).toBeLessThan(1e-12);
      }
      if (seed % 2 === 0) return;
      let isOver = false;
      const harm = doHarm(rng).finally(() => (isOver = true));
      await Promise.all([computeOneByOne(() => isOver), harm]);
    },
  );
});
