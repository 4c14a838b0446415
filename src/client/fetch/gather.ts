// Fetches output blocks from the workers that hold them. Many small blocks share one request, and
// the bytes in progress are limited. graph-tracker.ts chooses the blocks and uses them.
import { ClusterError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import type { DataFetcher, DataItem } from "../../comm/interface/transport.js";
import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import type { WorkerPlace } from "../session/session-listeners.js";

/** One output block to fetch. */
export interface WantedBlock {
  readonly output: number;
  readonly block: number;
  readonly task: TaskId;
  /** How large it is. */
  readonly bytes: number;
}

/** Limits of a {@link Gather}. */
export interface GatherLimits {
  /** Bytes of one request, unless a single block is larger. */
  readonly requestBytesMax: number;
  readonly requestBlocksMax: number;
  /** Bytes under way from all workers together. */
  readonly flightBytesMax: number;
  readonly requestsPerWorkerMax: number;
  /** How long one request may take. */
  readonly timeoutMs: number;
  /** Pause before a worker that failed to answer is asked again. */
  readonly retryMs: number;
  /** How long a worker that the scheduler does not call lost may fail to answer. */
  readonly giveUpMs: number;
}

/** The default limits; tests use others. */
export const GATHER_LIMITS: GatherLimits = {
  requestBytesMax: 8 << 20,
  requestBlocksMax: 10_000,
  flightBytesMax: 64 << 20,
  requestsPerWorkerMax: 2,
  timeoutMs: 20_000,
  retryMs: 200,
  giveUpMs: 60_000,
};

/** Blocks to fetch from one worker. */
interface Queue {
  readonly wanted: WantedBlock[];
  /** Position in `wanted` of the first block that was not requested yet. */
  next: number;
  requests: number;
  /** Since when this worker has failed to answer. */
  failingSinceMs: number | undefined;
  retry: NodeJS.Timeout | undefined;
}

/** Fetches blocks as they become ready. */
export class Gather {
  readonly #fetcher: DataFetcher;
  readonly #places: ReadonlyMap<WorkerId, WorkerPlace>;
  readonly #limits: GatherLimits;
  readonly #deliver: (wanted: WantedBlock, item: DataItem) => void;
  readonly #fail: (error: Error) => void;
  readonly #queues = new Map<WorkerId, Queue>();
  #flightBytes = 0;
  #isStopped = false;

  /**
   * @param places where workers serve data; one that is not there is gone
   * @param deliver called for each block that arrives
   * @param fail called when a worker that should be there cannot be reached
   */
  constructor(
    fetcher: DataFetcher,
    places: ReadonlyMap<WorkerId, WorkerPlace>,
    deliver: (wanted: WantedBlock, item: DataItem) => void,
    fail: (error: Error) => void,
    limits: GatherLimits = GATHER_LIMITS,
  ) {
    this.#fetcher = fetcher;
    this.#places = places;
    this.#deliver = deliver;
    this.#fail = fail;
    this.#limits = limits;
  }

  /**
   * Adds a block to the list of those to fetch from `worker`; {@link Gather.pump} then requests it.
   */
  want(worker: WorkerId, wanted: WantedBlock): void {
    this.#queueOf(worker).wanted.push(wanted);
  }

  /** Sends as many requests as the limits allow. */
  pump(): void {
    for (const [worker, queue] of this.#queues) {
      while (this.#mayAsk(queue)) this.#ask(worker, queue);
    }
  }

  /** The scheduler reports that the worker is gone; it will name another for each of its blocks. */
  workerLost(worker: WorkerId): void {
    const queue = this.#queues.get(worker);
    if (queue !== undefined) clearTimeout(queue.retry);
    this.#queues.delete(worker);
  }

  /** Stops fetching; answers under way are ignored. */
  stop(): void {
    this.#isStopped = true;
    for (const queue of this.#queues.values()) clearTimeout(queue.retry);
    this.#queues.clear();
  }

  #queueOf(worker: WorkerId): Queue {
    let queue = this.#queues.get(worker);
    if (queue === undefined) {
      queue = { wanted: [], next: 0, requests: 0, failingSinceMs: undefined, retry: undefined };
      this.#queues.set(worker, queue);
    }
    return queue;
  }

  #mayAsk(queue: Queue): boolean {
    const first = queue.wanted[queue.next];
    return (
      first !== undefined &&
      queue.retry === undefined &&
      queue.requests < this.#limits.requestsPerWorkerMax &&
      (this.#flightBytes === 0 || this.#flightBytes + first.bytes <= this.#limits.flightBytesMax)
    );
  }

  #takeBatch(queue: Queue): { batch: WantedBlock[]; bytes: number } {
    const { requestBytesMax, requestBlocksMax, flightBytesMax } = this.#limits;
    const bytesMax = Math.min(requestBytesMax, flightBytesMax - this.#flightBytes);
    const start = queue.next;
    let bytes = 0;
    while (queue.next < queue.wanted.length && queue.next - start < requestBlocksMax) {
      const wanted = queue.wanted[queue.next] as WantedBlock;
      if (bytes > 0 && bytes + wanted.bytes > bytesMax) break;
      bytes += wanted.bytes;
      queue.next++;
    }
    const batch = queue.wanted.slice(start, queue.next);
    if (queue.next === queue.wanted.length) {
      queue.wanted.length = 0;
      queue.next = 0;
    }
    return { batch, bytes };
  }

  #ask(worker: WorkerId, queue: Queue): void {
    const { batch, bytes } = this.#takeBatch(queue);
    const place = this.#places.get(worker);
    if (place === undefined) return;
    queue.requests++;
    this.#flightBytes += bytes;
    this.#fetch(place, batch)
      .then(
        (unanswered) => {
          if (unanswered.length < batch.length) queue.failingSinceMs = undefined;
          if (unanswered.length > 0) {
            this.#askAgain(worker, queue, unanswered, "it does not hold them");
          }
        },
        (error: unknown) => this.#askAgain(worker, queue, batch, reasonOf(error)),
      )
      .finally(() => {
        queue.requests--;
        this.#flightBytes -= bytes;
        if (!this.#isStopped) this.pump();
      });
  }

  /** Delivers the blocks that arrive and returns those that did not. */
  async #fetch(place: WorkerPlace, batch: readonly WantedBlock[]): Promise<WantedBlock[]> {
    const tasks = batch.map(({ task }) => task);
    const items = await this.#fetcher.fetch(
      place.address,
      { type: "getTasks", tasks },
      this.#limits.timeoutMs,
    );
    return batch.filter((wanted, position) => {
      const item = items[position];
      if (item === undefined) return true;
      if (!this.#isStopped) this.#deliver(wanted, item);
      item.release?.();
      return false;
    });
  }

  /** Either the scheduler will soon report the worker as lost, or it was a hiccup. */
  #askAgain(worker: WorkerId, queue: Queue, batch: readonly WantedBlock[], reason: string): void {
    const place = this.#places.get(worker);
    if (this.#isStopped || place === undefined || this.#queues.get(worker) !== queue) return;
    const nowMs = performance.now();
    queue.failingSinceMs ??= nowMs;
    if (nowMs - queue.failingSinceMs > this.#limits.giveUpMs) {
      this.#fail(
        new ClusterError(
          "connection",
          `results cannot be fetched from worker ${place.name} at ${place.address} (${reason}): this machine must be able to connect to that address`,
          { worker: place.name, address: place.address },
        ),
      );
      return;
    }
    queue.wanted.push(...batch);
    queue.retry ??= setTimeout(() => {
      queue.retry = undefined;
      this.pump();
    }, this.#limits.retryMs);
  }
}
