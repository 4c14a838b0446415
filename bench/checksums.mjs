// What do checksums cost? Those of blocks that cross tcp without keys, and those of spilled pages:
// a job's bytes, once written and once read, at the rate of a checksum, beside the processor time
// of its workers. node bench/checksums.mjs [rounds]
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { LocalCluster, random } from "tilework";

const rounds = Number(process.argv[2] ?? 3);
const TICKS_PER_SEC = 100;

/** Seconds of processor time that a checksum takes for each byte, from memory. */
function secPerByte() {
  const bytes = new Uint8Array(256e6).fill(7);
  const before = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 1e6) crc32(bytes.subarray(at, at + 1e6));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / bytes.length;
}

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
    // Made at one end, compared at the other.
    const checked = 2 * bytes * secPerByte();
    const share = ((100 * checked) / sec).toFixed(1);
    console.log(
      `${name}: ${(bytes / 1e6).toFixed(0)} MB, ${sec.toFixed(2)} s of processor time, of these ${(checked * 1e3).toFixed(0)} ms for checksums (${share} %)`,
    );
    await cluster.close();
  }
}
