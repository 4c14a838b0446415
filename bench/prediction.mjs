// Does explain() predict what is then measured? For each program: bytes moved between workers, the most bytes
// that a worker ever holds, seconds, and (on Linux) seconds of processors, which other work on the machine changes
// least, as predicted and as measured on a local cluster.
// node bench/prediction.mjs [rounds] [program …]
import { readdirSync, readFileSync } from "node:fs";
import { measuredCosts } from "../dist/diagnostics/measured-costs.js";
import { predictCost } from "../dist/diagnostics/predicted-cost.js";
import { LayerGraph } from "../dist/graph/layer-graph.js";
import { optimize } from "../dist/graph/passes/optimize.js";
import { fft, LocalCluster, linalg, median, random } from "../dist/index.js";

const WORKERS = 2;
const THREADS = 1;
/** Runs before the one that is measured: in the first few, half of the processor time is V8's for compiling. */
const WARM_UPS = 6;

/** A new seed for each array: nothing is remembered from the run before. */
let seed = 0;
const square = (size, chunk) => random([size, size], { chunks: [chunk, chunk], seed: ++seed });

const PROGRAMS = {
  "(x + xᵀ).mean()": () => {
    const x = square(8000, 1000);
    return x.add(x.transpose()).mean();
  },
  "(sin²x + cos²x).sum()": () => {
    const x = square(4000, 1000);
    const [sine, cosine] = [x.sin(), x.cos()];
    return sine.multiply(sine).add(cosine.multiply(cosine)).sum();
  },
  "std(0)": () => square(6000, 1000).std(0),
  "a + b·c − d, kept": () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => square(3000, 1000));
    return a.add(b.multiply(c)).subtract(d).rechunk([1500, 1500]).max(0);
  },
  matmul: () => square(3000, 1000).matmul(square(3000, 1000)).sum(),
  "rechunk to columns": () => square(4000, 1000).add(1).sin().rechunk([4000, 200]).max(),
  "rechunk rows to columns": () =>
    random([4000, 4000], { chunks: [200, 4000], seed: ++seed })
      .sin()
      .rechunk([4000, 200])
      .max(),
  "cumsum(0)": () => square(4000, 1000).cumsum(0).max(),
  sort: () => random([4e6], { chunks: 5e5, seed: ++seed }).sort().slice("::1000"),
  median: () => median(random([4e6], { chunks: 5e5, seed: ++seed })),
  "fft of rows": () =>
    fft
      .fft(random([2000, 2048], { chunks: [250, 2048], seed: ++seed }))
      .abs()
      .sum(),
  svdCompressed: () =>
    linalg.svdCompressed(random([20000, 200], { chunks: [2500, 200], seed: ++seed }), 10, {
      seed: ++seed,
    })[1],
  "mapOverlap stencil": () =>
    square(4000, 1000)
      .mapOverlap((block) => block, { depth: 1, boundary: "reflect" })
      .sum(),
  "x − x.mean(0), then std": () => {
    const x = square(4000, 1000);
    return x.subtract(x.mean(0)).std();
  },
};

const [rounds = "3", ...wanted] = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(PROGRAMS);
const cell = (value, width, digits = 1) => value.toFixed(digits).padStart(width);
console.log(
  `${WORKERS} workers of ${THREADS} thread; predicted, measured (fastest of ${rounds} runs)\n\n` +
    `${"program".padEnd(26)}${"tasks".padStart(7)}${"moved, MB".padStart(18)}${"peak, MB".padStart(18)}${"seconds".padStart(18)}${"of processors".padStart(18)}`,
);
for (const name of names) {
  const make = PROGRAMS[name];
  if (make === undefined) throw new Error(`no program ${name}: one of ${Object.keys(PROGRAMS)}`);
  const graph = optimize(LayerGraph.below([make().node]));
  const predicted = predictCost(graph, { workers: WORKERS, threads: THREADS }, () =>
    measuredCosts(graph, true),
  );
  if (typeof predicted === "string") {
    console.log(`${name.padEnd(26)} ${predicted}`);
    continue;
  }
  const measured = await measure(make, Number(rounds));
  const pair = (of, scale, digits) =>
    `${cell(of(predicted) / scale, 10, digits)}${cell(of(measured) / scale, 8, digits)}`;
  console.log(
    `${name.padEnd(26)}${String(predicted.tasks).padStart(7)}` +
      pair(({ bytesMoved }) => bytesMoved, 1e6) +
      pair(({ peakBytes }) => Math.max(...peakBytes), 1e6) +
      pair(({ wallMs }) => wallMs, 1e3, 3) +
      pair(({ processorMs }) => processorMs, 1e3, 3),
  );
}

/**
 * The fastest of some runs, which other work on the machine disturbed least, with the bytes of all. Each is on a
 * cluster of its own, which counts its peaks from its start, and has run the program before.
 */
async function measure(make, count) {
  const runs = [];
  for (let run = 0; run < count; run++) {
    const cluster = await LocalCluster.start({ workers: WORKERS, threadsPerWorker: THREADS });
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) await make().compute();
    const pids = [process.pid, cluster.schedulerPid, ...cluster.workers.map(({ pid }) => pid)];
    const before = processorMs(pids);
    await make().compute({ onStatistics: (statistics) => runs.push({ ...statistics }) });
    runs.at(-1).processorMs = processorMs(pids) - before;
    await cluster.close();
  }
  const { wallMs, processorMs: spentMs } = runs.reduce((best, run) =>
    run.wallMs < best.wallMs ? run : best,
  );
  // What moves and is held differs from run to run: the one in the middle, and the most of all.
  const bytesMoved = runs.map((run) => run.bytesMoved).sort((a, b) => a - b)[count >> 1];
  const peakBytes = runs.flatMap(({ workers }) => workers.map((worker) => worker.peakManagedBytes));
  return { bytesMoved, wallMs, processorMs: spentMs, peakBytes };
}

/** What the threads of some processes have spent on processors until now; NaN where the system does not say. */
function processorMs(pids) {
  try {
    return pids.flatMap(threadsOf).reduce((sum, file) => {
      return sum + Number.parseInt(readFileSync(file, "utf8"), 10) / 1e6;
    }, 0);
  } catch {
    return Number.NaN;
  }
}

function threadsOf(pid) {
  return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`);
}
