// Fetches other workers' results into this worker's store, as the core asks. The core chooses
// values and peers, and reacts to failures.
import { isTileworkError, ProtocolError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import type {
  DataFetcher,
  DataHandler,
  DataItem,
  DataRequestBody,
} from "../../comm/interface/transport.js";
import type { DataRequest } from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { Fetch, WantedPiece } from "../../worker/state/actions.js";
import type { FetchFailed, FetchFinished } from "../../worker/state/events.js";
import type { BufferPool } from "./buffer-pool.js";
import { takeIntoPool } from "./pool-copies.js";
import type { ValueStore } from "./value-store.js";
import type { WorkerMemory } from "./worker-memory.js";

/** A peer that is silent for this long counts as unreachable, if no one says otherwise. */
export const FETCH_TIMEOUT_MS = 30_000;

/** The request to the peer: values to be stored under other numbers are requested by their own. */
function requestFor({ tasks, pieces }: Fetch): DataRequestBody {
  if (pieces === undefined) return { type: "getTasks", tasks };
  return {
    type: "getTasks",
    tasks: tasks.map((task, i) => pieces[i]?.task ?? task),
    regions: pieces.map((piece) => piece?.region ?? null),
  };
}

/** A part has the requested shape: kernels rely on it. */
function checkPart(item: DataItem, piece: WantedPiece | undefined): void {
  if (piece === undefined || !("shape" in piece.region)) return;
  const { shape } = piece.region;
  if (item.shape.length === shape.length && shape.every((n, axis) => n === item.shape[axis]))
    return;
  throw new ProtocolError(
    `a part of shape (${item.shape.join(", ")}) came where (${shape.join(", ")}) was asked for`,
  );
}

/** How this worker serves its own values: to itself without any socket. */
export interface OwnValues {
  readonly address: string;
  readonly serve: DataHandler;
}

/** Brings values here. */
export class ValueFetches {
  readonly #fetcher: DataFetcher;
  readonly #own: OwnValues;
  readonly #pool: BufferPool;
  readonly #store: ValueStore;

  readonly #timeoutMs: number;

  constructor(
    fetcher: DataFetcher,
    own: OwnValues,
    { pool, store }: WorkerMemory,
    timeoutMs: number,
  ) {
    this.#timeoutMs = timeoutMs;
    this.#fetcher = fetcher;
    this.#own = own;
    this.#pool = pool;
    this.#store = store;
  }

  /** Fetches and stores; resolves with the outcome. Rejects with InvariantErrors only. */
  async fetch(action: Fetch): Promise<FetchFinished | FetchFailed> {
    const { request, address, tasks, pieces } = action;
    const startMs = performance.now();
    const stored: TaskId[] = [];
    let items: readonly (DataItem | undefined)[] = [];
    let taken = 0;
    let heldMs = 0;
    const noteHeld = (ms: number) => {
      heldMs = ms;
    };
    try {
      const body = requestFor(action);
      items = await (address === this.#own.address
        ? this.#own.serve({ ...body, request } as DataRequest)
        : this.#fetcher.fetch(address, body, this.#timeoutMs, noteHeld));
      const bytes: number[] = [];
      const missing: TaskId[] = [];
      tasks.forEach((task, position) => {
        const item = items[position];
        if (item === undefined) {
          missing.push(task);
          return;
        }
        checkPart(item, pieces?.[position]);
        taken = position + 1;
        const value = takeIntoPool(this.#pool, item);
        this.#store.put(task, value);
        stored.push(task);
        bytes.push(value.bytes);
      });
      const transferMs = performance.now() - startMs;
      const times = { transferMs, heldMs: Math.min(heldMs, transferMs) };
      return { type: "fetchFinished", request, found: stored, bytes, missing, ...times };
    } catch (error) {
      if (isTileworkError(error, "invariant")) throw error;
      for (const task of stored) this.#store.drop(task);
      for (const item of items.slice(taken)) item?.release?.();
      const reason = reasonOf(error);
      return { type: "fetchFailed", request, reason };
    }
  }
}
