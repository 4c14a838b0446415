// One submitted layer of calls on its way: which results are there, which failed and why, and how
// values are had. What users hold are futures (future.ts), each of them one result of a run.
import { isTileworkError, TaskError } from "../../base/errors.js";
import type { DataFetcher, DataItem } from "../../comm/interface/transport.js";
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { taskKey } from "../../graph/model/naming.js";
import type { OutputsErred, OutputsReady } from "../../protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import { isPackedLeaf, type Leaf, unpackLeaf } from "../../shipping/scalar-codec.js";
import { unpackWhenReady } from "../../shipping/value-bytes.js";
import { Gather, type WantedBlock } from "../fetch/gather.js";
import { unpackThrown } from "../fetch/remote-errors.js";
import type { GraphListener, GraphMessage, WorkerPlace } from "../session/client-session.js";
import { type Deferred, deferred } from "../session/deferred.js";

/** What has become of a call. */
export type CallStatus = "pending" | "finished" | "error" | "cancelled";

/** What a run does through its client. */
export interface CallRunLinks {
  readonly fetcher: DataFetcher;
  readonly places: () => ReadonlyMap<WorkerId, WorkerPlace>;
  /** These results are wanted no more. */
  releaseBlocks(blocks: readonly number[]): void;
  /** Results that could not be had are tried again. */
  retry(blocks: readonly number[]): void;
  /** None of the results is wanted any more. */
  releaseAll(): void;
  /** Nothing is waited for any more, or something is again: an idle run does not keep its process. */
  rest(isResting: boolean): void;
}

/** What a value that did not come along is taken for: how many travel together depends on it. */
const VALUE_BYTES_GUESS = 64 << 10;

interface Place {
  readonly task: TaskId;
  readonly worker: WorkerId;
}

interface Finished extends Place {
  readonly status: "finished";
  /** The value, where it came along: packed, or as it is when it is no more than a number or the like. */
  readonly bytes?: Uint8Array;
  readonly leaf?: Leaf;
  /** What became of its future, so that the value cannot be fetched any more. */
  lost?: EndOfFuture;
}

/** How a future ends before its call does, or while its value is on a worker. */
type EndOfFuture = "cancelled" | "released";

type Outcome =
  | Finished
  | { readonly status: "error"; readonly error: Error }
  | { readonly status: "cancelled"; readonly error: Error };

/** Follows the calls of one layer. */
export class CallRun implements GraphListener {
  readonly layer: LayerName;
  /** The results as what other calls read. */
  readonly node: LayerNode;
  readonly #links: CallRunLinks;
  readonly #outcomes = new Map<number, Outcome>();
  /** Who waits for the ends of which calls. */
  readonly #waiting = new Map<number, (() => void) | (() => void)[]>();
  /** Values on their way, by block. */
  readonly #fetching = new Map<number, Deferred<Uint8Array>>();
  readonly #wanted: Set<number>;
  #gather: Gather | undefined;
  #pendingCount: number;
  #onAllEnded: (() => void) | undefined;

  constructor({ layer }: LayerNode, links: CallRunLinks) {
    const { name, chunks, dtype } = layer;
    const persisted: PersistedLayer = {
      kind: "persisted",
      name,
      inputs: [],
      chunks,
      dtype,
      holds: "values",
    };
    this.layer = name;
    this.node = { layer: persisted, inputs: [] };
    this.#links = links;
    const count = chunks[0]?.length ?? 0;
    this.#pendingCount = count;
    this.#wanted = new Set(Array.from({ length: count }, (_, block) => block));
  }

  /** The call's key as people see it. */
  keyOf(block: number): string {
    return taskKey(this.layer, [block]);
  }

  statusOf(block: number): CallStatus {
    return this.#outcomes.get(block)?.status ?? "pending";
  }

  /** The error that the call ended with, if it did. */
  errorOf(block: number): Error | undefined {
    const outcome = this.#outcomes.get(block);
    return outcome !== undefined && outcome.status !== "finished" ? outcome.error : undefined;
  }

  /** Resolves when the call has ended, however it did. */
  settled(block: number): Promise<void> {
    return new Promise((resolve) => this.whenEnded(block, resolve));
  }

  /** Calls `listener` when the call has ended, however it did; at once when it has. */
  whenEnded(block: number, listener: () => void): void {
    const waiting = this.#waiting.get(block);
    if (this.#outcomes.has(block)) listener();
    else if (waiting === undefined) this.#waiting.set(block, listener);
    else if (typeof waiting === "function") this.#waiting.set(block, [waiting, listener]);
    else waiting.push(listener);
  }

  /** Calls `listener` when all calls have ended for the first time. */
  whenAllEnded(listener: () => void): void {
    this.#onAllEnded = listener;
  }

  /** The call's value, a copy of its own each time; rejects with the call's error. */
  async value(block: number): Promise<unknown> {
    await this.settled(block);
    return this.endedValue(block);
  }

  /** The same of a call that has ended; a promise only where the value has to be fetched or modules loaded. */
  endedValue(block: number): unknown {
    const outcome = this.#outcomes.get(block) as Outcome;
    if (outcome.status !== "finished") throw outcome.error;
    if ("leaf" in outcome) return outcome.leaf;
    if (outcome.bytes !== undefined) return unpackWhenReady(outcome.bytes);
    if (outcome.lost !== undefined && !this.#fetching.has(block)) {
      throw this.#withoutFuture(block, outcome.lost);
    }
    return this.#fetch(block, outcome).then(unpackWhenReady);
  }

  #fetch(block: number, place: Place): Promise<Uint8Array> {
    let fetching = this.#fetching.get(block);
    if (fetching === undefined) {
      this.#fetching.set(block, (fetching = deferred()));
      this.#links.rest(false);
      this.#want(block, place);
      this.#gather?.pump();
    }
    return fetching.promise;
  }

  #want(block: number, { task, worker }: Place): void {
    this.#gather ??= new Gather(
      this.#links.fetcher,
      this.#links.places(),
      (wanted, item) => this.#deliver(wanted, item),
      (error) => this.#failFetches(error),
    );
    this.#gather.want(worker, { output: 0, block, task, bytes: VALUE_BYTES_GUESS });
  }

  #deliver({ block }: WantedBlock, { bytes }: DataItem): void {
    const fetching = this.#fetching.get(block);
    this.#fetching.delete(block);
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

  /** Nobody refers to the result any more, or it is not to be computed. */
  release(block: number, status?: "cancelled"): void {
    if (!this.#wanted.delete(block)) return;
    const outcome = this.#outcomes.get(block);
    const word = status ?? "released";
    // Whoever waits for it would wait for ever; so would whoever asks for a value that is on no worker.
    if (outcome === undefined) {
      this.#end(block, { status: "cancelled", error: this.#withoutFuture(block, word) });
    } else if (outcome.status === "finished") outcome.lost = word;
    const fetching = this.#fetching.get(block);
    const release = () => {
      if (this.#wanted.size === 0) this.#links.releaseAll();
      else this.#links.releaseBlocks([block]);
    };
    if (fetching === undefined) release();
    else fetching.promise.then(release, release);
  }

  #withoutFuture(block: number, word: EndOfFuture): TaskError {
    const key = this.keyOf(block);
    return new TaskError("cancelled", `the call ${key} was ${word}`, { key });
  }

  /** Has a call that failed made again, with what it reads that failed; says whether it had failed. */
  retry(block: number): boolean {
    if (this.statusOf(block) !== "error" || !this.#wanted.has(block)) return false;
    this.#outcomes.delete(block);
    this.#pendingCount++;
    this.#links.rest(false);
    this.#links.retry([block]);
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
      case "graphErred":
        this.failed(unpackThrown(message.error));
        break;
    }
    this.#restIfIdle();
  }

  #ready({ blocks, tasks, workers, values, shapes }: OutputsReady): void {
    let start = 0;
    for (let row = 0; row < blocks.length; row++) {
      const block = blocks[row] as number;
      const place = { task: tasks[row] as TaskId, worker: workers[row] as WorkerId };
      const length = shapes?.[row]?.[0] ?? Number.NaN;
      const bytes = Number.isNaN(length) ? undefined : values?.subarray(start, start + length);
      if (bytes?.byteLength === length) start += length;
      this.#end(block, finished(place, bytes));
      if (!this.#fetching.has(block)) continue;
      if (bytes === undefined) this.#want(block, place);
      else this.#resolveFetch(block, bytes.slice());
    }
    this.#gather?.pump();
  }

  #resolveFetch(block: number, bytes: Uint8Array): void {
    this.#fetching.get(block)?.resolve(bytes);
    this.#fetching.delete(block);
  }

  #erred({ blocks, error }: OutputsErred): void {
    for (const block of blocks) this.#end(block, { status: "error", error: unpackThrown(error) });
  }

  #end(block: number, outcome: Outcome): void {
    const before = this.#outcomes.get(block);
    if (before === undefined) this.#pendingCount--;
    else if (before.status === "cancelled") return;
    this.#outcomes.set(block, outcome);
    if (this.#pendingCount === 0) {
      this.#onAllEnded?.();
      this.#onAllEnded = undefined;
    }
    const waiting = this.#waiting.get(block);
    if (waiting === undefined) return;
    this.#waiting.delete(block);
    if (typeof waiting === "function") waiting();
    else for (const listener of waiting) listener();
  }

  #restIfIdle(): void {
    if (this.#pendingCount === 0 && this.#fetching.size === 0) this.#links.rest(true);
  }

  workerLost(worker: WorkerId): void {
    this.#gather?.workerLost(worker);
  }

  /** The scheduler is gone, or the layer could not be run: whatever is not ended ends with this. */
  failed(error: Error): void {
    const isGone = isTileworkError(error) && error.code.startsWith("cluster.");
    this.#gather?.stop();
    this.#failFetches(error);
    for (const block of this.#wanted) {
      const outcome = this.#outcomes.get(block);
      const isKept =
        outcome !== undefined &&
        (outcome.status !== "finished" || !isGone || "bytes" in outcome || "leaf" in outcome);
      if (!isKept) this.#end(block, { status: "error", error });
    }
  }
}

function finished({ task, worker }: Place, bytes: Uint8Array | undefined): Finished {
  if (bytes === undefined) return { status: "finished", task, worker };
  if (isPackedLeaf(bytes)) return { status: "finished", task, worker, leaf: unpackLeaf(bytes) };
  // The bytes' memory is that of the whole message.
  return { status: "finished", task, worker, bytes: bytes.slice() };
}
