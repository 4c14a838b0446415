// Submits graphs of layers: optimises, checks and sends them, and follows them to their end.
// graph-tracker.ts handles the results; calls of functions use call-submissions.ts.
import { TaskError } from "../../base/errors.js";
import { setting } from "../../base/settings.js";
import { activeTraceparent, tracedLayers } from "../../context/open-telemetry-api.js";
import { checkBlocks } from "../../graph/model/block-limit.js";
import type { LayerName } from "../../graph/model/layer.js";
import {
  giveBack,
  type LayerGraph,
  layerOf,
  layersOf,
  outputsOf,
} from "../../graph/model/layer-graph.js";
import { jobName } from "../../graph/model/naming.js";
import { type BuiltGraph, builtGraph, growthHintOf } from "../../graph/passes/growth-hint.js";
import { optimize } from "../../graph/passes/optimize.js";
import { checkComputeOptions } from "../../graph/ports/compute-options.js";
import type { BlockConsumer, RunOptions } from "../../graph/ports/executor.js";
import { readJobOptions, withJobSettings } from "../../graph/ports/job-options.js";
import { predictedPeak } from "../../graph/ports/predicted-peaks.js";
import { hasOwnGraph } from "../../graph/ports/running-jobs.js";
import { checkTaskCount } from "../../graph/tasks/expand.js";
import type { ClientSpans } from "../session/client-spans.js";
import type { SubmissionContext } from "../session/submission-context.js";
import { checkForThreads } from "./fixed-workers.js";
import { GraphTracker } from "./graph-tracker.js";
import { areSmall, distinct, INLINE_BLOCK_BYTES_MAX } from "./wanted-outputs.js";

/** Submits graphs for one client. */
export class GraphSubmissions {
  readonly #setup: SubmissionContext;
  readonly #callsUnderWay: () => Promise<void> | undefined;

  /**
   * @param callsUnderWay submits calls that were made before, whose results a graph may read;
   * resolves when they are
   */
  constructor(setup: SubmissionContext, callsUnderWay: () => Promise<void> | undefined) {
    this.#setup = setup;
    this.#callsUnderWay = callsUnderWay;
  }

  /** Submits a graph and, by default, waits for its end; it stays submitted until `release`. */
  async run(
    graph: LayerGraph,
    options: RunOptions,
    consume?: BlockConsumer,
    wait = true,
  ): Promise<{ outputs: readonly LayerName[]; release: () => void }> {
    const { connection, fetcher, held, warnings, nextId } = this.#setup;
    checkComputeOptions(options);
    const terms = readJobOptions(withJobSettings(options));
    const [asked, spans, traceparent] = [outputsOf(graph), connection.spans, activeTraceparent()];
    const { layers, left, names, positions, made } = planOf(graph, options, spans);
    if (!this.#setup.workersMayJoin) checkForThreads(terms, layers);
    const calls = this.#callsUnderWay();
    if (calls !== undefined) await calls;
    const session = await connection.session();
    checkTaskCount(layers, names, session.jobTasksMax);
    const outputs = consume === undefined ? [] : made;
    const run = new GraphTracker({
      outputs,
      consume: (output, block, value) => {
        for (const position of positions[output] as number[]) consume?.(position, block, value);
      },
      options,
      fetcher: fetcher,
      places: session.workers,
      spans,
      onWaitingForWorkers: (waiting) => warnings.warn("the job", waiting),
    });
    const [id, predicted] = [nextId(), predictedPeak(asked)];
    const sendMs = performance.now();
    const shipped = (await held?.hold(layers)) ?? layers;
    const drop = () => {
      if (run.isReleased) session.forget(id);
      else session.release(id);
      held?.release(layers);
    };
    const release = once(() => run.whenReported(drop));
    const { signal } = options;
    const cancel = () => run.failed(cancelled(names));
    const isOver = () => {
      signal?.removeEventListener("abort", cancel);
      // Blocks that stay on the workers are nothing that this process has to wait for.
      session.rest(id, true);
    };
    try {
      signal?.throwIfAborted();
      signal?.addEventListener("abort", cancel, { once: true });
      session.submit(
        {
          type: "submitGraph",
          ...{ graph: id, name: jobName(asked) },
          layers: tracedLayers(shipped, traceparent),
          outputs: names,
          reportOutputs: consume !== undefined,
          ...(options.onStatistics === undefined ? {} : { reportUsage: true }),
          ...(areSmall(outputs) ? { inlineBytesMax: INLINE_BLOCK_BYTES_MAX } : {}),
          ...(consume === undefined ? {} : { endsWithOutputs: true }),
          ...(terms === undefined ? {} : { terms }),
          ...(predicted === undefined ? {} : { predicted }),
        },
        run,
      );
      spans.notePart("send", sendMs);
      const finished = run.finished.finally(isOver);
      if (wait) await finished;
      else finished.catch(() => signal?.aborted && release());
    } catch (error) {
      isOver();
      release();
      throw signal?.aborted ? cancelled(names) : error;
    }
    return { outputs: left, release };
  }
}

/** What is left to run, and of its outputs the layers without repetitions. */
function planOf(graph: LayerGraph, options: RunOptions, spans: ClientSpans) {
  const optimized = optimizedFor(graph, options, spans);
  const [layers, left] = [layersOf(optimized), outputsOf(optimized)];
  const { names, positions } = distinct(left);
  const made = names.map((name) => layerOf(optimized, name));
  // A pass of the user may have kept it.
  if (hasOwnGraph(options) && options.passes === undefined) giveBack(optimized);
  return { layers, left, names, positions, made };
}

/**
 * The graph after the passes, unless its blocks are too large. One that was made for this job alone
 * is rewritten in place: of a small job, a copy would be a tenth of the client's work.
 */
function optimizedFor(graph: LayerGraph, options: RunOptions, spans: ClientSpans): LayerGraph {
  const beginMs = performance.now();
  const built = builtGraph(graph);
  const optimized = optimize(graph, {
    passes: options.passes,
    builtIn: options.optimizeGraph !== false,
    inPlace: hasOwnGraph(options),
  });
  checkBlocks(optimized, options.blockBytesMax ?? setting("job.blockBytesMax"));
  warnOfGrowth(built, optimized);
  spans.notePart("optimise", beginMs);
  return optimized;
}

/** The hints that were printed: a loop that computes the same again prints none. */
const hinted = new Set<string>();

function warnOfGrowth(built: BuiltGraph, optimized: LayerGraph): void {
  const hint = growthHintOf(built, optimized);
  if (hint === undefined) return;
  const text = withoutNames(hint);
  if (hinted.has(text)) return;
  hinted.add(text);
  console.warn(`tilework: ${hint}`);
}

/** Loops make other arrays each time, whose hints differ in names and numbers alone. */
function withoutNames(hint: string): string {
  return hint.replace(/-[\da-f]{7}\b|[\d,.]+/g, "");
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) action();
    isDone = true;
  };
}

function cancelled(outputs: readonly LayerName[]): TaskError {
  const key = outputs.join(", ");
  return new TaskError("cancelled", `the computation of ${key} was cancelled by its signal`, {
    key,
  });
}
