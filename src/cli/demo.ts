// `tilework demo`, which is what `npm start` runs: the mean of an array plus its own transpose, on
// a local cluster. The array is random, or a NumPy file of the user's.
import { resolve } from "node:path";
import type { Scalar } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { formatBytes, formatCount, formatDuration } from "../base/units.js";
import {
  type ChunkedArray,
  type ComputeStatistics,
  fromNpy,
  LocalCluster,
  progress,
  random,
} from "../index.js";
import { EXIT_CLEAN, exitCodeOf } from "./process/exit-codes.js";
import { type EndingSignal, onEndingSignal } from "./process/signals.js";

/** Options of `tilework demo`. */
export interface DemoOptions {
  readonly size: number;
  readonly chunk?: number;
  readonly workers?: number;
  readonly nthreads?: number;
  /** In bytes. */
  readonly memoryLimit?: number;
  readonly seed: number;
  readonly out: string;
  /** A page of the run, if it is named. */
  readonly report?: string;
}

/** Blocks of a file are about this large: two of them, and their sum's first step, fit anywhere. */
const FILE_BLOCK_BYTES = 8 << 20;

/** Runs the demo; Ctrl-C at any moment ends it and everything that it started. */
export async function runDemo(file: string | undefined, options: DemoOptions): Promise<number> {
  const abort = new AbortController();
  let endedBy: EndingSignal | undefined;
  const stopListening = onEndingSignal((signal) => {
    endedBy = signal;
    say(`\n${signal}: ending the workers`);
    abort.abort();
  });
  try {
    await computeMean(file, options, abort.signal);
    return endedBy === undefined ? EXIT_CLEAN : exitCodeOf(endedBy);
  } catch (error) {
    // After a signal, failures come from the cancellation.
    if (endedBy === undefined) throw error;
    return exitCodeOf(endedBy);
  } finally {
    stopListening();
  }
}

async function computeMean(
  file: string | undefined,
  options: DemoOptions,
  signal: AbortSignal,
): Promise<void> {
  const x = file === undefined ? randomArray(options) : squareFile(file, options.chunk);
  const result = x.add(x.transpose()).mean();
  describe(x, file);
  // Drawn first: a picture that cannot be written costs no computation.
  const drawn = { file: options.out, optimize: "both", level: "tasks" } as const;
  const picture = await result.visualize(drawn);
  const cluster = await LocalCluster.start({ ...clusterOptions(options), signal });
  try {
    say(
      `Cluster: a scheduler and ${formatCount(cluster.workers.length, "worker")} at ${cluster.address}`,
    );
    let statistics: ComputeStatistics | undefined;
    const compute = () => {
      const computing = result.compute({
        signal,
        onStatistics: (given) => {
          statistics = given;
        },
      });
      return progress(computing, { stream: process.stdout });
    };
    const mean =
      options.report === undefined
        ? await compute()
        : await cluster.client.report({ file: options.report }, compute);
    if (statistics !== undefined) report(mean, statistics);
    say(`  task graph           ${resolve(picture)}`);
    if (options.report !== undefined) say(`  page of the run      ${resolve(options.report)}`);
  } finally {
    await cluster.close();
  }
}

function randomArray({ size, chunk = 1_000, seed }: DemoOptions): ChunkedArray<"float64", 2> {
  return random([size, size], { chunks: [chunk, chunk], seed });
}

/**
 * The user's file, in a grid that is the same along both axes, so that blocks meet their mirror.
 */
function squareFile(path: string, chunk: number | undefined): ChunkedArray {
  const whole = fromNpy(path);
  const [rows, columns] = whole.shape;
  if (whole.ndim !== 2 || rows !== columns || rows === undefined) {
    throw new ArgumentError(
      "shape",
      `${path} has shape (${whole.shape.join(", ")}): expected a square two-dimensional array, since it is added to its transpose`,
      { shape: whole.shape },
    );
  }
  const itemBytes = whole.nbytes / whole.size;
  const length = chunk ?? Math.max(1, Math.floor(Math.sqrt(FILE_BLOCK_BYTES / itemBytes)));
  return fromNpy(path, { chunks: length });
}

function clusterOptions({ workers, nthreads, memoryLimit }: DemoOptions) {
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(nthreads === undefined ? {} : { threadsPerWorker: nthreads }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  };
}

function describe(x: ChunkedArray, file: string | undefined): void {
  const [rows = 0, columns = 0] = x.shape;
  const blocks = x.numblocks.join(" × ");
  say(
    `x: ${file ?? "random"}, ${rows} × ${columns} ${x.dtype} (${formatBytes(x.nbytes)}) in ${blocks} blocks`,
  );
  say("Computing the mean of x plus its transpose");
}

function report(mean: Scalar, { wallMs, tasksRun, bytesMoved, workers }: ComputeStatistics): void {
  const shown = typeof mean === "object" ? `${mean.re} + ${mean.im}i` : mean;
  say(`  mean                 ${shown}`);
  say(`  wall time            ${formatDuration(wallMs)}`);
  say(`  tasks run            ${tasksRun}`);
  say(`  moved among workers  ${formatBytes(bytesMoved)}`);
  const byName = [...workers].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const spilledBytes = workers.reduce((sum, worker) => sum + worker.spilledBytes, 0);
  say(`  spilled to disk      ${formatBytes(spilledBytes)}`);
  for (const { name, peakManagedBytes, peakProcessBytes } of byName) {
    const process = formatBytes(peakProcessBytes);
    say(`  peak of ${name.padEnd(12)} ${process}, of it results ${formatBytes(peakManagedBytes)}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
