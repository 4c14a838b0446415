// How long does another client's job wait while a job of very many tasks is taken in, and while it
// is given up? The other one, on a thread of its own, calls a function again and again. node
// bench/large-job.mjs [blocks along each of two axes]
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Client, LocalCluster, ones } from "../dist/index.js";

if (isMainThread) await submitLarge(Number(process.argv[2] ?? 2_000));
else await callAgainAndAgain(workerData);

async function submitLarge(blocks) {
  const cluster = await LocalCluster.start({ workers: 1, threadsPerWorker: 1, jobTasksMax: 2e7 });
  const caller = new Worker(new URL(import.meta.url), { workerData: cluster.address });
  const next = async (name) => {
    caller.postMessage(name);
    const [times] = await once(caller, "message");
    print(name, times);
  };
  await once(caller, "message");
  await sleep(3_000);
  await next("alone");
  const abort = new AbortController();
  const startMs = performance.now();
  await new Promise((resolve) => {
    const options = { signal: abort.signal, onProgress: resolve };
    const job = ones([blocks, blocks], { chunks: 1 }).sum().compute(options);
    job.catch(() => undefined);
  });
  console.log(`first progress after ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  await next(`while ${blocks ** 2} blocks are taken in`);
  abort.abort();
  await sleep(5_000);
  await next("while they are given up");
  caller.postMessage("end");
  await once(caller, "exit");
  await cluster.close();
}

/** Posts the times of the calls since it was last asked. */
async function callAgainAndAgain(address) {
  const client = await Client.connect(address);
  let times = [];
  let isOver = false;
  parentPort.on("message", (what) => {
    isOver = what === "end";
    parentPort.postMessage(times);
    times = [];
  });
  parentPort.postMessage("ready");
  while (!isOver) {
    const startMs = performance.now();
    await client.submit(() => 1).result();
    times.push(performance.now() - startMs);
  }
  await client.close();
  parentPort.close();
}

function print(name, times) {
  times.sort((a, b) => a - b);
  const at = (part) => times[Math.floor(part * (times.length - 1))].toFixed(1);
  const parts = `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, worst ${at(1)} ms`;
  console.log(`${name}: ${times.length} trips, ${parts}`);
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
