// What do checksums cost? Those of blocks that cross tcp without keys, and those of spilled pages:
// a job's bytes, once written and once read, at the rate of a checksum, beside the processor time
// of its workers. The rate of Node's own crc32 stands for comparison.
// node bench/checksums.mjs [rounds]
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { LocalCluster, random } from "tilework";
import { checksum } from "../dist/kernels/wasm/checksum.js";
import { newWasmMemory } from "../dist/kernels/wasm/wasm-instances.js";

const rounds = Number(process.argv[2] ?? 3);
const TICKS_PER_SEC = 100;
const PAGE_BYTES = 32 * 1024;
const BLOCK_BYTES = 320_000;

/** Memory that kernels reach, as that of spilled and sent values, and memory as of a socket. */
const arena = new Uint8Array(newWasmMemory(2 ** 28).buffer).fill(7);
const received = new Uint8Array(2 ** 28).fill(7);

/** Seconds of processor time for each byte, from memory, `step` bytes at once. */
function secPerByte(sum, bytes, step) {
  sum(bytes);
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += step) sum(bytes.subarray(at, at + step));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / bytes.length;
}

/** Both ends of the way that a byte goes. */
const WAYS = {
  tcp: (sum) => secPerByte(sum, arena, BLOCK_BYTES) + secPerByte(sum, received, BLOCK_BYTES),
  disk: (sum) => 2 * secPerByte(sum, arena, PAGE_BYTES),
};

function processorSec(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return (Number(user) + Number(system)) / TICKS_PER_SEC;
}

const JOBS = {
  "(x + xᵀ).mean(), 10,000², over tcp": {
    options: { transport: "tcp", sharedMemory: false },
    run: async (seed) => {
      let bytes = 0;
      const x = random([10_000, 10_000], { chunks: 1_000, seed });
      const onStatistics = ({ bytesMoved }) => (bytes = bytesMoved);
      await x.add(x.transpose()).mean().compute({ onStatistics });
      return bytes;
    },
  },
  "128 MB rechunked over tcp": {
    options: { transport: "tcp", sharedMemory: false },
    run: async (seed) => {
      let bytes = 0;
      await random([4_000, 4_000], { chunks: [200, 4_000], seed })
        .rechunk([4_000, 200])
        .sum()
        .compute({ optimizeGraph: false, onStatistics: ({ bytesMoved }) => (bytes = bytesMoved) });
      return bytes;
    },
  },
  "1.2 GB persisted in 800 MB, and summed": {
    options: { memoryLimit: "400MB" },
    run: async (seed, client) => {
      const x = await random([15_000, 10_000], { chunks: 1_000, seed }).persist();
      await x.sum().compute();
      const { workers } = await client.observe();
      return workers.reduce((sum, { spilledBytesTotal }) => sum + spilledBytesTotal, 0);
    },
  },
};

for (const [name, { options, run }] of Object.entries(JOBS)) {
  for (let round = 0; round < rounds; round++) {
    const cluster = await LocalCluster.start({ workers: 2, threadsPerWorker: 1, ...options });
    const pids = cluster.workers.map(({ pid }) => pid);
    const used = () => pids.reduce((sum, pid) => sum + processorSec(pid), 0);
    await run(round, cluster.client);
    const before = used();
    const bytesBefore = options.transport === "tcp" ? 0 : await run(round, cluster.client);
    const bytes = (await run(round + 100, cluster.client)) - bytesBefore;
    const sec = used() - before;
    const way = WAYS[options.transport === "tcp" ? "tcp" : "disk"];
    const [own, nodes] = [checksum, crc32].map((sum) => {
      const checked = bytes * way(sum);
      return `${(checked * 1e3).toFixed(0)} ms (${((100 * checked) / sec).toFixed(1)} %)`;
    });
    console.log(
      `${name}: ${(bytes / 1e6).toFixed(0)} MB, ${sec.toFixed(2)} s of processor time, of these ${own} for checksums; crc32 would take ${nodes}`,
    );
    await cluster.close();
  }
}
