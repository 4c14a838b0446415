// Follows the calls of one submitted graph: results, errors, and fetching of values. Users hold
// futures (future.ts), each of them one result that a tracker follows.
import { atCallSite, callSite } from "../../base/error-text.js";
import { isTileworkError, TaskError } from "../../base/errors.js";
import type { DataFetcher, DataItem } from "../../comm/interface/transport.js";
import { UNKNOWN_LENGTH } from "../../graph/model/chunks.js";
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { taskKey } from "../../graph/model/naming.js";
import type { OutputsErred, OutputsReady, Waiting } from "../../protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import { isPackedLeaf, type Leaf, unpackLeaf } from "../../shipping/values/scalar-codec.js";
import { unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { Gather, type WantedBlock } from "../fetch/gather.js";
import { unpackThrown } from "../fetch/remote-errors.js";
import type { ClientPlugins } from "../session/client-plugins.js";
import { type Deferred, deferred } from "../session/deferred.js";
import type {
  GraphListener,
  GraphMessage,
  OutputBlock,
  WorkerPlace,
} from "../session/session-listeners.js";

/** The state of a call. */
export type CallStatus = "pending" | "finished" | "error" | "cancelled";

/** The client's side of a tracker. */
export interface CallTrackerLinks {
  readonly fetcher: DataFetcher;
  /** They hear how calls end. */
  readonly plugins?: Pick<ClientPlugins, "isWatching" | "tell">;
  readonly places: () => ReadonlyMap<WorkerId, WorkerPlace>;
  /** A result is read: submits the calls that were gathered so far. */
  complete(): void;
  /** The result is no longer needed. */
  releaseBlock(place: OutputBlock): void;
  /** Retries a result that could not be obtained. */
  retry(place: OutputBlock): void;
  /** No result is needed any more. */
  releaseAll(): void;
  /**
   * The last wait has ended, or a new one has begun: an idle tracker does not keep its process
   * alive.
   */
  rest(isResting: boolean): void;
  /** The calls wait for a worker. */
  waits(waiting: Waiting): void;
}

/**
 * The assumed size of a value that was not sent inline; it limits how many are fetched together.
 */
const VALUE_BYTES_GUESS = 64 << 10;

interface Place {
  readonly task: TaskId;
  readonly worker: WorkerId;
}

interface Finished extends Place {
  readonly status: "finished";
  /** The value, if it was sent along: packed, or plain if it is a number or similar. */
  readonly bytes?: Uint8Array;
  readonly leaf?: Leaf;
  /** How its future ended; the value can then no longer be fetched. */
  lost?: EndOfFuture;
}

/** How a future ends before its call does, or while its value is on a worker. */
type EndOfFuture = "cancelled" | "released";

type Outcome =
  | Finished
  | { readonly status: "error"; readonly error: Error }
  /** The error is made on demand: most futures that end so are never used again. */
  | { readonly status: "cancelled"; readonly word: EndOfFuture };

/** One layer of calls, an output of the graph. */
interface TrackedLayer {
  readonly name: LayerName;
  /** Per block, the number of its call. */
  readonly calls: number[];
  /** Where the first calls were made: stacks. */
  readonly sites: string[];
  /** The results as operands of other calls. */
  node: LayerNode | undefined;
}

/**
 * Up to this many calls of a layer have a stack of their own. Later ones were made in the same
 * turn, mostly by a loop: where the ones before agree, theirs is taken. A stack takes 10 µs, which
 * is half of a call.
 */
const SITES_MAX = 8;

/** Follows the calls of one graph; they are numbered as they are made. */
export class CallTracker implements GraphListener {
  readonly takesAhead = true;
  readonly #links: CallTrackerLinks;
  readonly #layers: TrackedLayer[] = [];
  /** By call: its place, and its outcome. */
  readonly #placeOf: OutputBlock[] = [];
  readonly #outcomes: (Outcome | undefined)[] = [];
  /** Who waits for the ends of which calls. */
  readonly #waiting = new Map<number, (() => void) | (() => void)[]>();
  /** Values on their way, by call. */
  readonly #fetching = new Map<number, Deferred<Uint8Array>>();
  /** Per call: whether its future is gone. */
  readonly #released: boolean[] = [];
  #gather: Gather | undefined;
  #wantedCount = 0;
  #pendingCount = 0;
  /** Why no call of the graph was taken in. */
  #refusal: Error | undefined;
  #isClosed = false;

  constructor(links: CallTrackerLinks) {
    this.#links = links;
  }

  /** Adds a layer; returns which of the graph's outputs it is. */
  addLayer(name: LayerName): number {
    return this.#layers.push({ name, calls: [], sites: [], node: undefined }) - 1;
  }

  /** Adds a call as the next block of a layer; returns its number. */
  addCall(output: number): number {
    const { calls, sites } = this.#layers[output] as TrackedLayer;
    if (sites.length < SITES_MAX) sites.push(callSite().stack ?? "");
    const call = this.#outcomes.push(undefined) - 1;
    const block = calls.push(call) - 1;
    this.#placeOf.push({ output, block });
    this.#released.push(false);
    this.#wantedCount++;
    this.#pendingCount++;
    return call;
  }

  /** Has the calls submitted, unless they are: one of them is read. */
  complete(): void {
    if (!this.#isClosed) this.#links.complete();
  }

  /** Closes the batch; returns whether any call is still wanted. */
  close(): boolean {
    this.#isClosed = true;
    return this.#wantedCount > 0;
  }

  /** The layer that a call belongs to, and its block there. */
  placeOf(call: number): { readonly layer: LayerName; readonly block: number } {
    const { output, block } = this.#placeOf[call] as OutputBlock;
    return { layer: (this.#layers[output] as TrackedLayer).name, block };
  }

  /**
   * The results of a call's layer as operands of other calls; from now on, no more calls are added
   * to it.
   */
  nodeOf(call: number): LayerNode {
    this.complete();
    const { output } = this.#placeOf[call] as OutputBlock;
    const run = this.#layers[output] as TrackedLayer;
    if (run.node === undefined) {
      const layer: PersistedLayer = {
        kind: "persisted",
        name: run.name,
        inputs: [],
        chunks: [run.calls.map(() => UNKNOWN_LENGTH)],
        dtype: "uint8",
        holds: "values",
      };
      run.node = { layer, inputs: [] };
    }
    return run.node;
  }

  /** The call's key in the notation of messages. */
  keyOf(call: number): string {
    const { layer, block } = this.placeOf(call);
    return taskKey(layer, [block]);
  }

  statusOf(call: number): CallStatus {
    return this.#outcomes[call]?.status ?? "pending";
  }

  /** The error that the call ended with, if it did. */
  errorOf(call: number): Error | undefined {
    const outcome = this.#outcomes[call];
    if (outcome?.status === "cancelled") return this.#withoutFuture(call, outcome.word);
    return outcome?.status === "error" ? outcome.error : undefined;
  }

  /** Resolves when the call has ended, however it did. */
  settled(call: number): Promise<void> {
    return new Promise((resolve) => this.whenEnded(call, resolve));
  }

  /** Calls `listener` when the call has ended, however it did; at once when it has. */
  whenEnded(call: number, listener: () => void): void {
    const waiting = this.#waiting.get(call);
    if (this.#outcomes[call] !== undefined) listener();
    else if (waiting === undefined) this.#waiting.set(call, listener);
    else if (typeof waiting === "function") this.#waiting.set(call, [waiting, listener]);
    else waiting.push(listener);
  }

  /** The call's value, a copy of its own each time; rejects with the call's error. */
  async value(call: number): Promise<unknown> {
    await this.settled(call);
    return this.endedValue(call);
  }

  /**
   * The same of a call that has ended; a promise only where the value has to be fetched or modules
   * loaded.
   */
  endedValue(call: number): unknown {
    const outcome = this.#outcomes[call] as Outcome;
    if (outcome.status !== "finished") throw this.errorOf(call);
    if ("leaf" in outcome) return outcome.leaf;
    if (outcome.bytes !== undefined) return unpackWhenReady(outcome.bytes);
    if (outcome.lost !== undefined && !this.#fetching.has(call)) {
      throw this.#withoutFuture(call, outcome.lost);
    }
    return this.#fetch(call, outcome).then(unpackWhenReady);
  }

  #fetch(call: number, place: Place): Promise<Uint8Array> {
    let fetching = this.#fetching.get(call);
    if (fetching === undefined) {
      this.#fetching.set(call, (fetching = deferred()));
      this.#links.rest(false);
      this.#want(call, place);
      this.#gather?.pump();
    }
    return fetching.promise;
  }

  #want(call: number, { task, worker }: Place): void {
    this.#gather ??= new Gather(
      this.#links.fetcher,
      this.#links.places(),
      (wanted, item) => this.#deliver(wanted, item),
      (error) => this.#failFetches(error),
    );
    this.#gather.want(worker, { output: 0, block: call, task, bytes: VALUE_BYTES_GUESS });
  }

  #deliver({ block: call }: WantedBlock, { bytes }: DataItem): void {
    const fetching = this.#fetching.get(call);
    this.#fetching.delete(call);
    // The bytes' memory is used for something else once this returns.
    fetching?.resolve(bytes.slice());
    this.#restIfIdle();
  }

  #failFetches(error: Error): void {
    const fetching = [...this.#fetching.values()];
    this.#fetching.clear();
    for (const each of fetching) each.reject(error);
    this.#restIfIdle();
  }

  /** No one refers to the result any more, or it is not to be computed. */
  release(call: number, status?: "cancelled"): void {
    if (this.#released[call] !== false) return;
    this.#released[call] = true;
    this.#wantedCount--;
    const outcome = this.#outcomes[call];
    const word = status ?? "released";
    // A waiter would wait forever, and so would a reader of a value that is on no worker.
    if (outcome === undefined) {
      this.#end(call, { status: "cancelled", word });
    } else if (outcome.status === "finished") outcome.lost = word;
    const fetching = this.#fetching.get(call);
    const release = () => {
      if (this.#wantedCount === 0 && this.#isClosed) this.#links.releaseAll();
      else this.#links.releaseBlock(this.#placeOf[call] as OutputBlock);
    };
    if (fetching === undefined) release();
    else fetching.promise.then(release, release);
  }

  /** The call's value can no longer be read. */
  abandon(call: number): void {
    this.release(call);
    const outcome = this.#outcomes[call];
    // Other calls of the run may stay for long, and so would their inline values.
    if (outcome?.status !== "finished" || this.#fetching.has(call)) return;
    const { status, task, worker } = outcome;
    this.#outcomes[call] = { status, task, worker, lost: "released" };
  }

  #withoutFuture(call: number, word: EndOfFuture): TaskError {
    const key = this.keyOf(call);
    return new TaskError("cancelled", `the call ${key} was ${word}`, { key });
  }

  /** Repeats a failed call, with its failed inputs; returns whether it had failed. */
  retry(call: number): boolean {
    if (this.statusOf(call) !== "error" || this.#released[call] !== false) return false;
    // A batch that was refused would be refused again.
    if (this.#refusal !== undefined) return true;
    this.#outcomes[call] = undefined;
    this.#pendingCount++;
    this.#links.rest(false);
    this.#links.retry(this.#placeOf[call] as OutputBlock);
    return true;
  }

  received(message: GraphMessage): void {
    switch (message.type) {
      case "outputsReady":
        this.#ready(message);
        break;
      case "outputsErred":
        this.#erred(message);
        break;
      case "graphProgressed":
        if (message.waitingForWorkersMs > 0 && this.#pendingCount > 0) this.#links.waits(message);
        break;
      case "graphErred":
        this.#refusal = unpackThrown(message.error);
        this.failed(this.#refusal);
        break;
    }
    this.#restIfIdle();
  }

  #ready({ outputs, blocks, tasks, workers, values, shapes }: OutputsReady): void {
    let start = 0;
    for (let row = 0; row < blocks.length; row++) {
      const call = this.#callAt(outputs[row] as number, blocks[row] as number);
      const place = { task: tasks[row] as TaskId, worker: workers[row] as WorkerId };
      const length = shapes?.[row]?.[0] ?? Number.NaN;
      const bytes = Number.isNaN(length) ? undefined : values?.subarray(start, start + length);
      if (bytes?.byteLength === length) start += length;
      if (call === undefined) continue;
      // A result may come twice: from its worker, and in the scheduler's report.
      if (this.#isGivenUp(call)) continue;
      this.#end(call, finished(place, bytes));
      if (!this.#fetching.has(call)) continue;
      if (bytes === undefined) this.#want(call, place);
      else this.#resolveFetch(call, bytes.slice());
    }
    this.#gather?.pump();
  }

  /** Whether the call has ended and its value is not wanted any more. */
  #isGivenUp(call: number): boolean {
    const outcome = this.#outcomes[call];
    const isLost = outcome?.status === "finished" && outcome.lost !== undefined;
    return isLost && !this.#fetching.has(call);
  }

  #siteOf(call: number): string | undefined {
    const { output, block } = this.#placeOf[call] as OutputBlock;
    const { sites } = this.#layers[output] as TrackedLayer;
    const last = sites.at(-1);
    const isOfLoop = sites.slice(SITES_MAX / 2).every((site) => site === last);
    return sites[block] ?? (isOfLoop ? last : undefined);
  }

  #callAt(output: number, block: number): number | undefined {
    return this.#layers[output]?.calls[block];
  }

  #resolveFetch(call: number, bytes: Uint8Array): void {
    this.#fetching.get(call)?.resolve(bytes);
    this.#fetching.delete(call);
  }

  #erred({ outputs, blocks, error }: OutputsErred): void {
    for (const [row, block] of blocks.entries()) {
      const call = this.#callAt(outputs[row] as number, block);
      if (call === undefined) continue;
      const thrown = atCallSite(unpackThrown(error), this.#siteOf(call)) as Error;
      this.#end(call, { status: "error", error: thrown });
    }
  }

  #end(call: number, outcome: Outcome): void {
    const before = this.#outcomes[call];
    if (before === undefined) this.#pendingCount--;
    else if (before.status === "cancelled") return;
    this.#outcomes[call] = outcome;
    const { plugins } = this.#links;
    const from = before?.status ?? "pending";
    if (plugins?.isWatching && from !== outcome.status) {
      plugins.tell(this.keyOf(call), from, outcome.status);
    }
    const waiting = this.#waiting.get(call);
    if (waiting === undefined) return;
    this.#waiting.delete(call);
    if (typeof waiting === "function") waiting();
    else for (const listener of waiting) listener();
  }

  #restIfIdle(): void {
    if (this.#pendingCount === 0 && this.#fetching.size === 0) this.#links.rest(true);
  }

  workerLost(worker: WorkerId): void {
    this.#gather?.workerLost(worker);
  }

  /**
   * The scheduler is gone, or the layer could not be run: all unfinished calls end with this error.
   */
  failed(error: Error): void {
    const isGone = isTileworkError(error) && error.code.startsWith("cluster.");
    this.#gather?.stop();
    this.#failFetches(error);
    for (const [call, outcome] of this.#outcomes.entries()) {
      const isKept =
        outcome !== undefined &&
        (outcome.status !== "finished" || !isGone || "bytes" in outcome || "leaf" in outcome);
      if (!isKept && this.#released[call] === false) this.#end(call, { status: "error", error });
    }
  }
}

function finished({ task, worker }: Place, bytes: Uint8Array | undefined): Finished {
  if (bytes === undefined) return { status: "finished", task, worker };
  if (isPackedLeaf(bytes)) return { status: "finished", task, worker, leaf: unpackLeaf(bytes) };
  // The bytes' memory is that of the whole message.
  return { status: "finished", task, worker, bytes: bytes.slice() };
}
