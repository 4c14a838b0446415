// A program of everything, which a bundler makes one file of but for native packages; it runs
// beside the installed package, whose scripts threads and processes load.
import { LocalCluster, random } from "tilework";
import { predict } from "tilework/diagnostics";
import { SchedulerCore } from "tilework/scheduler";
import { simulate } from "tilework/sim";

const x = random([200, 200], { chunks: 100, seed: 42 });
const onThreads = await x.add(x.transpose()).mean().compute();
const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1 });
const onProcesses = await x.add(x.transpose()).mean().compute();
await cluster.close();
const others = [predict, simulate, SchedulerCore].map((each) => each.name);
process.stdout.write(`${JSON.stringify({ onThreads, onProcesses, others })}\n`);
