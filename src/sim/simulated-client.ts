// A simulated client: submits one graph, fetches its output blocks from their holders, again after
// losses, and releases the graph when it has them all. It follows all workers.
import { defined } from "../base/assert.js";
import { itemBytes } from "../base/dtype.js";
import { blockCount, sizeOf } from "../graph/model/chunks.js";
import { type LayerGraph, layerOf, layersOf, outputsOf } from "../graph/model/layer-graph.js";
import { outputBytes } from "../graph/model/output-bytes.js";
import type {
  ClientToScheduler,
  OutputsReady,
  SchedulerToClient,
  SchedulerToWorker,
} from "../protocol/messages/messages.js";
import { PROTOCOL_VERSION, type TaskId, type WorkerId } from "../protocol/values/ids.js";
import type { WireError } from "../protocol/values/wire-error.js";
import {
  type Environment,
  MESSAGE_BYTES,
  requestValues,
  SCHEDULER,
  type SchedulerPeer,
  type VirtualFollower,
} from "./environment.js";
import { unpackHash } from "./values.js";

/** The delay before the client requests failed blocks again. */
const RETRY_MS = 50;

/** Blocks up to this size are sent with the report that they are ready. */
const INLINE_BYTES_MAX = 1024;

/** How a client ends its interest in its graph. */
export type ClientEnd = "release" | "close" | "vanish";

/** The reported place of an output block. */
interface Place {
  readonly task: TaskId;
  readonly worker: WorkerId;
}

/** A client process of the simulation, with one graph. */
export class SimulatedClient implements SchedulerPeer, VirtualFollower {
  readonly name: string;
  /** Per output, per block: the hash that was fetched. */
  outputs: (number | undefined)[][] = [];
  /**
   * When it submitted the graph last, and had everything, or the graph had failed; negative before.
   */
  submittedMs = -1;
  endedMs = -1;
  error: WireError | undefined;
  tasksRun = 0;
  readonly #environment: Environment;
  readonly #graph: LayerGraph;
  readonly #addresses = new Map<WorkerId, string>();
  readonly #places = new Map<string, Place>();
  #runs = 0;
  #isFinished = false;
  /** Whether it has everything from a worker, and the scheduler has yet to report the end. */
  #isAhead = false;
  #isGone = false;

  constructor(environment: Environment, name: string, graph: LayerGraph) {
    this.#environment = environment;
    this.#graph = graph;
    this.name = name;
    environment.peers.set(name, this);
    environment.followers.set(name, this);
    this.say({ type: "registerClient", version: PROTOCOL_VERSION, name });
  }

  get hasEnded(): boolean {
    return this.endedMs >= 0;
  }

  /** Wants the graph no longer, finished or not: releases it, takes leave, or is simply gone. */
  end(how: ClientEnd): void {
    if (this.hasEnded) return;
    this.endedMs = this.#environment.world.nowMs;
    this.#leave(how);
  }

  #leave(how: ClientEnd): void {
    if (how === "release") this.say({ type: "releaseGraph", graph: this.#graphId });
    else if (how === "close") this.say({ type: "closeClient" });
    this.#isGone = how !== "release";
  }

  /** Says something to the scheduler. */
  say(message: ClientToScheduler): void {
    const { network, toScheduler } = this.#environment;
    network.send(this.name, SCHEDULER, MESSAGE_BYTES, () => toScheduler(this.name, message));
  }

  receive(message: SchedulerToClient | SchedulerToWorker): void {
    switch (message.type) {
      case "clientAccepted":
        this.#submit();
        this.#liveOn(message.heartbeatIntervalMs);
        break;
      case "workersJoined":
        for (const { worker, address } of message.workers) this.#addresses.set(worker, address);
        break;
      case "workerLost":
        this.#addresses.delete(message.worker);
        break;
      case "outputsReady":
        this.#outputsReady(message);
        break;
      case "graphFinished":
        this.tasksRun = message.tasksRun;
        this.#isFinished = true;
        if (this.#isAhead) this.#releaseReported();
        else this.#endWhenComplete();
        break;
      case "graphErred":
        if (this.#isAhead) {
          this.#releaseReported();
          break;
        }
        this.error = message.error;
        this.end("release");
        break;
    }
  }

  /** A worker has sent the one output block: the client has what it waited for. */
  receivedAhead(message: OutputsReady): void {
    if (this.hasEnded || message.graph !== this.#graphId) return;
    this.#outputsReady(message);
    if (this.hasEnded || !this.#isComplete) return;
    this.endedMs = this.#environment.world.nowMs;
    this.#isAhead = true;
  }

  /** The scheduler has come as far as this client was. */
  #releaseReported(): void {
    this.#isAhead = false;
    this.#leave("release");
  }

  /** Submits the graph once more, which has ended and is forgotten. */
  submitAgain(): void {
    this.endedMs = -1;
    this.#isFinished = false;
    this.#places.clear();
    this.#submit();
  }

  #submit(): void {
    if (this.hasEnded) return;
    const layers = layersOf(this.#graph);
    const outputs = outputsOf(this.#graph);
    this.outputs = outputs.map((output) =>
      new Array<number | undefined>(blockCount(layerOf(this.#graph, output).chunks)).fill(
        undefined,
      ),
    );
    this.submittedMs = this.#environment.world.nowMs;
    this.#runs++;
    this.say({
      type: "submitGraph",
      graph: this.#graphId,
      layers,
      outputs,
      reportOutputs: true,
      inlineBytesMax: INLINE_BYTES_MAX,
      follower: this.name,
    });
  }

  get #graphId(): string {
    return this.#runs <= 1 ? this.name : `${this.name}-${this.#runs}`;
  }

  #liveOn(heartbeatIntervalMs: number): void {
    this.#environment.world.every(heartbeatIntervalMs, () => {
      if (!this.#isGone) this.say({ type: "clientHeartbeat" });
      return !this.#isGone;
    });
  }

  #outputsReady({ outputs, blocks, tasks, workers, values, shapes }: OutputsReady): void {
    let start = 0;
    for (let row = 0; row < tasks.length; row++) {
      const output = outputs[row] as number;
      const block = blocks[row] as number;
      const place = { task: tasks[row] as TaskId, worker: workers[row] as WorkerId };
      this.#places.set(`${output}:${block}`, place);
      const layer = layerOf(this.#graph, defined(outputsOf(this.#graph)[output], "an output"));
      const shape = shapes?.[row];
      const bytes = shape ? sizeOf(shape) * itemBytes(layer.dtype) : outputBytes(layer, block);
      const value = values?.subarray(start, (start += bytes));
      const hash = value && unpackHash(value);
      if (hash === undefined) this.#fetch(output, block, place);
      else this.#take(output, block, hash);
    }
  }

  #take(output: number, block: number, hash: number): void {
    if (this.hasEnded) return;
    (this.outputs[output] as (number | undefined)[])[block] = hash;
    this.#endWhenComplete();
  }

  /** Fetches one block, again and again until it arrives or is reported elsewhere. */
  #fetch(output: number, block: number, place: Place): void {
    const environment = this.#environment;
    const isCurrent = () =>
      this.outputs[output]?.[block] === undefined &&
      this.#places.get(`${output}:${block}`) === place &&
      !this.hasEnded;
    const address = this.#addresses.get(place.worker);
    if (address === undefined || !isCurrent()) return;
    requestValues(environment, this.name, address, [place.task], (found) => {
      const value = found?.get(place.task);
      if (!isCurrent()) return;
      if (value === undefined) {
        environment.world.after(RETRY_MS, () => this.#fetch(output, block, place));
        return;
      }
      this.#take(output, block, value.hash);
    });
  }

  get #isComplete(): boolean {
    return this.outputs.every((blocks) => !blocks.includes(undefined));
  }

  #endWhenComplete(): void {
    if (this.#isFinished && this.#isComplete) this.end("release");
  }
}
