// The script of a process that finds out what messages cost on this machine: a scheduler, two workers and a
// client, joined by ZeroMQ as in a cluster, compute what takes next to no arithmetic. Writes the milliseconds
// of a processor for each turn of a main thread, with the sockets, the threads' hand-over and V8's own work.
// Who starts it is diagnostics/measured-turns.ts.
import { Client } from "../client/client.js";
import { localAddress } from "../comm/address.js";
import { zeromqTransport } from "../comm/zeromq.js";
import { simulatedTurns } from "../diagnostics/measured-turns.js";
import { LayerGraph } from "../graph/layer-graph.js";
import { optimize } from "../graph/passes/optimize.js";
import { type ChunkedArray, random } from "../index.js";
import { startSchedulerNode } from "../runtime/scheduler-node.js";
import { startWorkerNode } from "../runtime/worker-node.js";

const WORKERS = 2;
const MEMORY_LIMIT_BYTES = 2 ** 28;
/** Blocks too large for a main thread to compute by itself, and too small to take time. */
const [SIZE, CHUNK] = [384, 48];
/** The first run compiles kernels; a cluster that somebody waits for has seldom done more than a few. */
const RUNS = 3;

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
    }),
  ),
);
const client = await Client.connect(scheduler.address, { transport });
let turnMs = Number.POSITIVE_INFINITY;
for (let run = 0; run < RUNS; run++) {
  const x = sampleJob(run);
  const turns = simulatedTurns(optimize(LayerGraph.below([x.node])), WORKERS);
  const start = process.cpuUsage();
  await x.compute();
  const { user, system } = process.cpuUsage(start);
  if (run > 0) turnMs = Math.min(turnMs, (user + system) / 1000 / turns);
}
process.stdout.write(`${JSON.stringify({ turnMs })}\n`);
await client.close();
await scheduler.close();
await Promise.all(workers.map(({ closed }) => closed));

/** The main job in small; another array each time. */
function sampleJob(seed: number): ChunkedArray {
  const x = random([SIZE, SIZE], { chunks: CHUNK, seed });
  return x.add(x.transpose()).mean();
}
