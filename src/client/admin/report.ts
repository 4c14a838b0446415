// What users ask for after a run: report() and traceRun() of what a function computes, on the
// current cluster or on the threads of this process.
import { type RunFileOptions, type TraceOptions, writeRun } from "./run-files.js";

/**
 * Calls a function and writes a page that shows what it computed: layers, the timeline of each
 * thread, memory, workers, errors. It is one HTML file that needs no scheduler and no network. The
 * file is written if the function fails, too.
 *
 * The run is that of the current cluster, or of the threads of this process. If the function starts
 * a cluster, it is that of the cluster.
 *
 * @param options.file where to write it; an existing file is overwritten
 * @param options.spansMax the most rows of what took time; more are thinned evenly; default:
 * 100,000
 * @param run a function that computes, here or on a cluster
 * @returns the function's result
 * @throws ArgumentError `argument.value` when no file is named, its folder is missing, or an option
 * is unknown or has a wrong value; the function is not called then
 * @throws what the function throws
 * @see https://distributed.dask.org/en/stable/diagnosing-performance.html#performance-reports
 * @example
 * const mean = await report({ file: "report.html" }, async () => {
 *   const x = random([2_000, 2_000], { chunks: 500, seed: 1 });
 *   return await x.add(x.transpose()).mean().compute();
 * });
 */
export async function report<T>(options: RunFileOptions, run: () => T): Promise<Awaited<T>> {
  return await writeRun("report", options, run);
}

/**
 * Calls a function and writes a trace of what it computed, in Chrome's format: open it in
 * https://ui.perfetto.dev or about:tracing. A worker is a process there; its threads, transfers and
 * disk are rows. The file is written if the function fails, too. Which run it is, see
 * {@link report}.
 *
 * With `openTelemetry`, the run comes to be spans of OpenTelemetry instead, or as well: the run
 * within the span that is active, its jobs, their tasks, transfers and the disk. The SDK is the one
 * that your program has set up. Install `@opentelemetry/api`.
 *
 * @param options.file where to write it; an existing file is overwritten
 * @param options.openTelemetry whether the run comes to be spans of OpenTelemetry; default: false
 * @param options.spansMax the most rows of what took time; more are thinned evenly; default:
 * 100,000; 1,500 for OpenTelemetry, whose SDK drops more than 2,048 at once
 * @returns the function's result
 * @throws ArgumentError `argument.value` when no file is named, its folder is missing, a package is
 * missing, or an option is unknown or has a wrong value; the function is not called then
 * @throws what the function throws
 * @see https://opentelemetry.io/docs/languages/js/
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * await traceRun({ file: "run.json" }, () => ones([1_000, 1_000], { chunks: 500 }).sum().compute());
 */
export async function traceRun<T>(options: TraceOptions, run: () => T): Promise<Awaited<T>> {
  return await writeRun("traceRun", options, run);
}
