// Layers of calls on their way to the scheduler, one after another: a call may read the results of one
// that was submitted just before, and must not overtake it.
import { randomUUID } from "node:crypto";
import { layersBelow } from "../../graph/model/layer-graph.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { type JobOptions, readJobOptions } from "../../graph/ports/job-options.js";
import { holdActorsIn } from "../actors/actor.js";
import { CallRun } from "../futures/call-tracker.js";
import type { SubmissionsSetup } from "../session/submission-context.js";
import { type CallOptions, Calls } from "./submit-calls.js";

/** Values up to this size come with the word that they are there. */
const INLINE_BYTES_MAX = 1024;

/** Submits calls for one client. */
export class CallSubmissions {
  readonly #setup: SubmissionsSetup;
  #last: Promise<void> = Promise.resolve();

  constructor(setup: SubmissionsSetup) {
    this.#setup = setup;
  }

  /** Resolves when the scheduler was told of all that was submitted so far. */
  get submitted(): Promise<void> {
    return this.#last;
  }

  /** What makes calls with such options. */
  calls(options: CallOptions = {}): Calls {
    return new Calls((node, jobOptions) => this.#submit(node, jobOptions), randomUUID, options);
  }

  /** Submits a layer; it stays submitted until none of its results is wanted. */
  #submit(node: LayerNode, options: JobOptions): CallRun {
    const { connection, fetcher, held, nextId } = this.#setup;
    const id = nextId();
    // A graph for each call would cost more than all else about it: its layers are sorted as they are.
    const layers = layersBelow([node]);
    const letActorsGo = holdActorsIn(layers);
    const terms = readJobOptions(options);
    let session = connection.latest;
    let submitted: Promise<void>;
    // Also after whatever was submitted before the action was asked for: it may read these results.
    const afterwards = (action: () => void) => {
      const last = this.#last;
      void submitted.then(() => last).then(action, ignore);
    };
    const run = new CallRun(node, {
      fetcher,
      places: () => session?.workers ?? new Map(),
      releaseBlocks: (blocks) => afterwards(() => session?.releaseBlocks(id, blocks)),
      retry: (blocks) =>
        afterwards(() => session?.send({ type: "retryOutputs", graph: id, blocks })),
      releaseAll: () =>
        afterwards(() => {
          session?.release(id);
          held?.release(layers);
          letActorsGo();
        }),
      rest: (isResting) => session?.rest(id, isResting),
    });
    submitted = this.#last.then(async () => {
      const opened = await connection.session();
      session = opened;
      const shipped = (await held?.hold(layers)) ?? layers;
      opened.submit(
        {
          type: "submitGraph",
          graph: id,
          layers: shipped,
          outputs: [node.layer.name],
          reportOutputs: true,
          areOutputsIndependent: true,
          inlineBytesMax: INLINE_BYTES_MAX,
          ...(terms === undefined ? {} : { terms }),
        },
        run,
      );
    });
    this.#last = submitted.catch((error: unknown) => run.failed(error as Error));
    return run;
  }
}

/** Whoever waits for the calls hears why they were not submitted. */
function ignore(): void {}
