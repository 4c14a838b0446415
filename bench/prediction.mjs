// Does explain() predict what is then measured? For each program: bytes moved between workers, the
// most bytes that a worker ever holds, seconds, and (on Linux) seconds of processors, which other
// work on the machine changes least, as predicted and as measured on a local cluster: the run in
// the middle, and those that were least and most. node bench/prediction.mjs [runs] [program …]
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { measuredCosts } from "../dist/diagnostics/calibration/kernel-rates.js";
import { predictCost } from "../dist/diagnostics/predictions/predicted-cost.js";
import { graphBelow } from "../dist/graph/model/layer-graph.js";
import { optimize } from "../dist/graph/passes/optimize.js";
import { fft, LocalCluster, linalg, median, random } from "../dist/index.js";

const WORKERS = 2;
const THREADS = 1;
/**
 * Runs before those that are measured: V8 compiles as long as functions get warmer, which takes
 * half of the processor time of the first few runs, an eighth of the seventh and a fiftieth of the
 * sixteenth.
 */
const WARM_UPS = 15;
/** Between two runs: what no one waited for is done by then. */
const PAUSE_MS = 20;

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

const [runs = "9", ...wanted] = process.argv.slice(2);
const names = wanted.length > 0 ? wanted : Object.keys(PROGRAMS);
const MEASURES = [
  { title: "moved, MB", of: (run) => run.bytesMoved / 1e6, digits: 1 },
  { title: "held at most, MB", of: (run) => Math.max(...run.peakBytes) / 1e6, digits: 1 },
  { title: "seconds", of: (run) => run.wallMs / 1e3, digits: 3 },
  { title: "of processors", of: (run) => run.processorMs / 1e3, digits: 3 },
];
const COLUMN = 32;
console.log(
  `${WORKERS} workers of ${THREADS} thread; predicted / measured (least to most of ${runs} runs)\n\n` +
    `${"program".padEnd(24)}${"tasks".padStart(6)}${MEASURES.map(({ title }) => title.padStart(COLUMN)).join("")}`,
);
for (const name of names) {
  const make = PROGRAMS[name];
  if (make === undefined) throw new Error(`no program ${name}: one of ${Object.keys(PROGRAMS)}`);
  const graph = optimize(graphBelow([make().node]));
  const predicted = predictCost(graph, { workers: WORKERS, threads: THREADS }, () =>
    measuredCosts(graph, true),
  );
  if (typeof predicted === "string") {
    console.log(`${name.padEnd(24)} ${predicted}`);
    continue;
  }
  const measured = await measure(make, Number(runs));
  const cells = MEASURES.map(({ of, digits }) => {
    const values = measured.map(of).sort((a, b) => a - b);
    const [middle, least, most] = [values[values.length >> 1], values[0], values.at(-1)];
    const places = digits === 1 && most < 1 ? 2 : digits;
    const [text, ...bounds] = [middle, least, most].map((value) => value.toFixed(places));
    return `${of(predicted).toFixed(places)} / ${text} (${bounds.join(" to ")})`.padStart(COLUMN);
  });
  console.log(`${name.padEnd(24)}${String(predicted.tasks).padStart(6)}${cells.join("")}`);
}

/**
 * Some runs on a cluster that has run the program before. What a worker holds at most is that of
 * all until then.
 */
async function measure(make, count) {
  const measured = [];
  const cluster = await LocalCluster.start({ workers: WORKERS, threadsPerWorker: THREADS });
  for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) await make().compute();
  const pids = [process.pid, cluster.schedulerPid, ...cluster.workers.map(({ pid }) => pid)];
  for (let run = 0; run < count; run++) {
    await setTimeout(PAUSE_MS);
    const before = processorMs(pids);
    let statistics;
    await make().compute({ onStatistics: (these) => (statistics = these) });
    const peakBytes = statistics.workers.map((worker) => worker.peakManagedBytes);
    measured.push({ ...statistics, peakBytes, processorMs: processorMs(pids) - before });
  }
  await cluster.close();
  return measured;
}

/**
 * What the threads of some processes have spent on processors until now; NaN where the system does
 * not say.
 */
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
