// The script of a process that measures the cost of messages on this machine. A scheduler, two
// workers and a client, joined by sockets as in a local cluster, compute a job with almost no
// arithmetic: once where nothing moves, once where everything does. It prints the processor time
// for each turn of a main thread (with sockets, threads and V8) and for each fetched value, the
// slowdown if all processors have work, and whether values are read in place.
// diagnostics/calibration/message-costs.ts starts it.
import { Worker } from "node:worker_threads";
import { connectClient } from "../../../client/client.js";
import { localAddress } from "../../../comm/interface/address.js";
import { zeromqTransport } from "../../../comm/zeromq/zeromq-transport.js";
import { graphBelow } from "../../../graph/model/layer-graph.js";
import { optimize } from "../../../graph/passes/optimize.js";
import { type ChunkedArray, random } from "../../../index.js";
import { compileSooner } from "../../../runtime/host/compile-sooner.js";
import { availableCores } from "../../../runtime/host/process-usage.js";
import { startSchedulerNode } from "../../../runtime/nodes/scheduler-node.js";
import { startWorkerNode } from "../../../runtime/nodes/worker-node.js";
import { ownFile } from "../../../system/own-files.js";
import type { Contention } from "../../predictions/machine-costs.js";
import { middle, simulatedWork } from "../message-costs.js";
import type { ContentionThreadData } from "./contention-probe.js";

const WORKERS = 2;
const MEMORY_LIMIT_BYTES = 2 ** 28;
/** Blocks too large for a main thread to compute by itself, and too small to take time. */
const [SIZE, CHUNK] = [384, 48];
/** Rows and columns whose pieces are just large enough to be lent (over 4 KiB). */
const [LENGTH, WIDTH] = [768, 48];
/** In the first dozen runs V8 compiles: predictions are for a cluster that is warm. */
const WARM_UPS = 12;
const RUNS = 9;

compileSooner();
const transport = zeromqTransport();
const scheduler = await startSchedulerNode({ transport, address: localAddress("ipc") });
const workers = await Promise.all(
  Array.from({ length: WORKERS }, (_, worker) =>
    startWorkerNode({
      transport,
      schedulerAddress: scheduler.address,
      dataAddress: localAddress("ipc"),
      name: `worker-${worker}`,
      threads: 1,
      memoryLimitBytes: MEMORY_LIMIT_BYTES,
      sharedMemory: true,
    }),
  ),
);
const client = await connectClient(scheduler.address, {}, { transport });
const staying = await measure(mean);
const turnMs = staying.spentMs / staying.turns;
const moving = await measure(exchange);
const fetchMs = Math.max(0, moving.spentMs - moving.turns * turnMs) / moving.valuesMoved;
const sharesMemory = workers.every(({ memory }) => memory.arenas.files !== undefined);
await client.close();
await scheduler.close();
await Promise.all(workers.map(({ closed }) => closed));
const contention = await measureCrowding();
process.stdout.write(`${JSON.stringify({ turnMs, fetchMs, contention, sharesMemory })}\n`);

/**
 * Measures a job: its messages and transfers, and the median of its processor time without its
 * tasks.
 */
async function measure(job: (seed: number) => ChunkedArray) {
  const work = simulatedWork(optimize(graphBelow([job(0).node])), WORKERS);
  const spentMs: number[] = [];
  for (let run = 0; run < WARM_UPS + RUNS; run++) {
    const start = process.cpuUsage();
    await job(run).compute();
    const { user, system } = process.cpuUsage(start);
    if (run >= WARM_UPS) spentMs.push((user + system) / 1000);
  }
  return { ...work, spentMs: Math.max(0, middle(spentMs) - work.busyMs) };
}

/** The main job in small; another array each time. */
function mean(seed: number): ChunkedArray {
  const x = random([SIZE, SIZE], { chunks: CHUNK, seed });
  return x.add(x.transpose()).mean();
}

/** An all-to-all: each column of blocks reads a piece of every row. */
function exchange(seed: number): ChunkedArray {
  return random([LENGTH, LENGTH], { chunks: [WIDTH, LENGTH], seed })
    .sin()
    .rechunk([LENGTH, WIDTH])
    .max();
}

/** One thread for each processor; the first one also measures itself alone. */
async function measureCrowding(): Promise<Contention> {
  const count = availableCores();
  const arrivals = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const results = Array.from({ length: count }, (_, index) => {
    const workerData: ContentionThreadData = { arrivals, index, count };
    const thread = new Worker(ownFile("diagnostics/contention-probe.js"), {
      workerData,
    });
    return new Promise<Contention>((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
    });
  });
  const [first] = await Promise.all(results);
  return first as Contention;
}
