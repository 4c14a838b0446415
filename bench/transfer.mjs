// What does it cost to bring a block from one process to another on this machine, through sockets
// and read where it is? First single blocks, copied into the memory of who asks as a worker does
// with what sockets deliver; then whole jobs on two workers. Processor time counts all processes:
// on a shared machine it says more. node bench/transfer.mjs [rounds]
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zeromqTransport } from "../dist/comm/zeromq/zeromq-transport.js";
import { LocalCluster, random } from "../dist/index.js";
import { SharedFiles } from "../dist/system/shared-files.js";

const MB = 2 ** 20;
const CASES = [
  [16 * 1024, 64],
  [MB, 8],
  [8 * MB, 1],
  [64 * MB, 1],
];
const MODES = ["sockets", "shared memory"];

/** The owner of the blocks: sends the addresses of a server that lends and of one that does not. */
async function serveBlocks() {
  const pages = (64 * MB) / 65_536;
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const files = SharedFiles.over(buffer);
  new Uint8Array(buffer).fill(1);
  const handler = ({ tasks }) =>
    tasks.map((length) => ({
      dtype: "uint8",
      shape: [length],
      bytes: new Uint8Array(buffer, 0, length),
      release: () => {},
    }));
  const memory = {
    offer: files.offer,
    isProof: (repeated) => files.isProof(repeated),
    placeOf: (view) => files.placeOf(view),
  };
  const sockets = zeromqTransport();
  const servers = [
    await sockets.serveData("tcp://127.0.0.1:0", handler),
    await sockets.serveData("tcp://127.0.0.1:0", handler, undefined, memory),
  ];
  process.send(servers.map(({ address }) => address));
}

async function main(rounds) {
  const owner = fork(fileURLToPath(import.meta.url));
  const addresses = await new Promise((resolve) => owner.once("message", resolve));
  const pids = [owner.pid, process.pid];
  const fetcher = zeromqTransport().fetcher();
  const own = new Uint8Array(new SharedArrayBuffer(64 * MB)).fill(1);
  const bring = async (address, bytes, count) => {
    const request = { type: "getTasks", tasks: new Array(count).fill(bytes) };
    for (const item of await fetcher.fetch(address, request, 60_000)) {
      if (item.release === undefined) own.set(item.bytes);
      else item.release();
    }
  };
  for (const [bytes, count] of CASES) {
    const times = Math.max(3, Math.min(100, Math.floor((256 * MB) / (bytes * count))));
    console.log(`${count} × ${bytes / MB} MiB, ${times} times`);
    for (const [mode, address] of addresses.entries()) {
      await bring(address, bytes, count);
      await report(MODES[mode], pids, times, () => bring(address, bytes, count));
    }
  }
  await fetcher.close();
  owner.kill();
  await wholeJobs(rounds);
}

const JOBS = {
  "rechunk of 128 MB from rows to columns": (seed) =>
    random([4_000, 4_000], { chunks: [200, 4_000], seed })
      .rechunk([4_000, 200])
      .sum(),
  "(x + xᵀ).mean() of 128 MB": (seed) => {
    const x = random([4_000, 4_000], { chunks: 1_000, seed });
    return x.add(x.transpose()).mean();
  },
  "128 MB gathered": (seed) => random([4_000, 4_000], { chunks: 1_000, seed }),
};

async function wholeJobs(rounds) {
  for (const [name, job] of Object.entries(JOBS)) {
    console.log(`${name}, 2 workers of 1 thread, ${rounds} times`);
    for (const mode of MODES) {
      const sharedMemory = mode === "shared memory";
      const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, sharedMemory });
      const pids = [process.pid, ...cluster.workers.map(({ pid }) => pid)];
      // Or the random numbers would be made in the other chunks.
      const run = (seed) => job(seed).compute({ optimizeGraph: false });
      await run(0);
      await run(1);
      await report(mode, pids, rounds, run);
      await cluster.close();
    }
  }
}

async function report(name, pids, times, run) {
  const startMs = performance.now();
  const startCpuMs = cpuMs(pids);
  for (let i = 0; i < times; i++) await run(i + 2);
  const wallMs = (performance.now() - startMs) / times;
  const spentMs = (cpuMs(pids) - startCpuMs) / times;
  console.log(
    `  ${name.padEnd(15)} ${wallMs.toFixed(2)} ms, ${spentMs.toFixed(2)} ms of processors`,
  );
}

/** What the processes have had of the processors, as Linux tells: in hundredths of a second. */
function cpuMs(pids) {
  const of = (pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
    return 10 * (Number(fields[11]) + Number(fields[12]));
  };
  return pids.reduce((sum, pid) => sum + of(pid), 0);
}

if (process.send === undefined) await main(Number(process.argv[2] ?? 5));
else await serveBlocks();
