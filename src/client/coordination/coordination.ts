// A client's side of coordination: requests locks, events, variables, queues and datasets, waits
// for answers, cancels waits, and handles leases that have ended. The public classes are in
// primitives/.
import { ArgumentError, ClusterError } from "../../base/errors.js";
import { whileWaiting } from "../../context/task-context.js";
import type { PersistedLayer } from "../../graph/model/layer.js";
import type { Executor } from "../../graph/ports/executor.js";
import type { Coordinate, Coordinated } from "../../protocol/messages/messages.js";
import type { ActorId, GraphId } from "../../protocol/values/ids.js";
import { fromWireError, type WireError } from "../../protocol/values/wire-error.js";
import { CallTracker } from "../futures/call-tracker.js";
import { Future } from "../futures/future.js";
import type { Session } from "../session/client-session.js";
import type { GraphMessage, LeaseState } from "../session/session-listeners.js";
import type { SubmissionContext } from "../session/submission-context.js";
import {
  packSharedValue,
  type SharedLayer,
  type SharingClient,
  unpackSharedValue,
} from "./shared-values.js";

/** How long a request may wait. */
export interface CoordinationOptions {
  /** The longest wait; then it rejects with `cluster.timeout`. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Cancels the wait, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

type Operation = Coordinate["operation"];
type Fields = Partial<
  Pick<Coordinate, "limit" | "leaseMs" | "after" | "token" | "value" | "kept" | "actors">
>;

/** The answer to a request, with the data and actors that this client now holds for it. */
export interface CoordinationAnswer extends Pick<Coordinated, "count" | "names"> {
  readonly value?: Uint8Array;
  /** The state of a lease. */
  readonly lease?: LeaseState;
  readonly held: readonly SharedLayer[];
  /** Actors that the scheduler has held for this client until they are released as taken. */
  readonly actors: readonly ActorId[];
  readonly session: Session;
}

/** One client's interface to the scheduler's coordination. */
export class Coordination {
  /** Names this client among those that share its connection. */
  readonly holder: string;
  readonly #setup: SubmissionContext;
  readonly #client: SharingClient;
  #waits = 0;

  constructor(
    setup: SubmissionContext,
    holder: string,
    executor: Executor,
    copyOf: SharingClient["copyOf"],
  ) {
    this.#setup = setup;
    this.holder = holder;
    this.#client = { executor, copyOf };
  }

  /**
   * Asks for something and waits until it is done.
   *
   * @throws ClusterError `cluster.timeout` when the time is over, `cluster.schedulerLost`
   * @throws ArgumentError `argument.value` when the scheduler refuses it
   */
  async ask(
    operation: Operation,
    name: string,
    fields: Fields = {},
    options: CoordinationOptions = {},
  ): Promise<CoordinationAnswer> {
    checkWaiting(name, options);
    options.signal?.throwIfAborted();
    const session = await this.#setup.connection.session();
    return whileWaiting(this.#await(session, { operation, name, ...fields }, options));
  }

  /** The same with a value, which may hold futures and collections. */
  async give(
    operation: Operation,
    name: string,
    given: unknown,
    fields: Fields = {},
    options: CoordinationOptions = {},
  ): Promise<void> {
    const packed = await packSharedValue(given, this.#client, `the value of ${name}`);
    const { value, kept, actors, release } = packed;
    try {
      await this.ask(operation, name, { ...fields, value, kept, actors }, options);
    } finally {
      release();
    }
  }

  /** Asks for a value. */
  async take<T>(
    operation: Operation,
    name: string,
    fields: Fields = {},
    options: CoordinationOptions = {},
  ): Promise<T> {
    const answer = await this.ask(operation, name, fields, options);
    const { value, held, actors, session } = answer;
    if (value === undefined) throw new ClusterError("connection", `${name} came without its value`);
    try {
      const [taken] = await unpackSharedValue(value, held);
      return taken as T;
    } finally {
      // Actors with handles are requested first, in this turn.
      if (actors.length > 0) setTimeout(() => releaseTaken(session, actors), 0);
    }
  }

  #await(
    session: Session,
    asked: Omit<Coordinate, "type" | "request" | "holder" | "wait">,
    { timeoutMs, signal }: CoordinationOptions,
  ): Promise<CoordinationAnswer> {
    const { holder } = this;
    const wait = ++this.#waits;
    return new Promise((resolve, reject) => {
      const cancel = () => session.send({ type: "cancelWait", holder, wait });
      const timer = timeoutMs === undefined ? undefined : setTimeout(cancel, timeoutMs);
      signal?.addEventListener("abort", cancel, { once: true });
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", cancel);
      };
      session.coordinate(
        { ...asked, holder, wait },
        {
          answered: (answer) => {
            end();
            const { isDone, error } = answer;
            if (error !== undefined) reject(refusal(error));
            else if (isDone) resolve(this.#held(session, answer));
            else reject(signal?.aborted ? signal.reason : timedOut(asked.name, timeoutMs));
          },
          failed: (error) => {
            end();
            reject(error);
          },
        },
      );
    });
  }

  /** At once, since reports about the graphs come right after the answer. */
  #held(session: Session, answer: Coordinated): CoordinationAnswer {
    const { token, count, names, value, kept = [], actors = [] } = answer;
    const held = kept.map(({ graph, layer }) => this.#heldLayer(session, graph, layer));
    return {
      session,
      held,
      actors,
      ...(token === undefined ? {} : { lease: session.hold(token) }),
      ...(count === undefined ? {} : { count }),
      ...(names === undefined ? {} : { names }),
      ...(value === undefined ? {} : { value }),
    };
  }

  #heldLayer(session: Session, graph: GraphId, layer: PersistedLayer): SharedLayer {
    const release = () => session.release(graph);
    const isSingle = layer.holds === "values" && layer.chunks[0]?.length === 1;
    if (!isSingle) {
      session.adopt(graph, { received: () => {}, workerLost: () => {}, failed: () => {} });
      session.rest(graph, true);
      return { layer, release, future: undefined };
    }
    const tracker = new CallTracker({
      fetcher: this.#setup.fetcher,
      places: () => session.workers,
      complete: () => {},
      releaseBlock: (place) => session.releaseBlock(graph, place),
      retry: ({ output, block }) =>
        session.send({ type: "retryOutputs", graph, outputs: [output], blocks: [block] }),
      releaseAll: release,
      rest: (isResting) => session.rest(graph, isResting),
      waits: (waiting) => this.#setup.warnings.warn("a shared result", waiting),
    });
    tracker.addCall(tracker.addLayer(layer.name));
    tracker.close();
    session.adopt(graph, {
      received: (message: GraphMessage) => tracker.received(message),
      workerLost: (worker) => tracker.workerLost(worker),
      failed: (error) => tracker.failed(error),
    });
    return { layer, release, future: () => new Future(tracker, 0) };
  }
}

function releaseTaken(session: Session, actors: readonly ActorId[]): void {
  for (const actor of actors) {
    session.send({ type: "releaseActor", actor, holds: 1, ends: false, isTaken: true });
  }
}

function checkWaiting(name: string, { timeoutMs }: CoordinationOptions): void {
  if (typeof name !== "string" || name === "") {
    throw new ArgumentError("value", "expected a name that is not empty", { name });
  }
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    const text = `timeoutMs is ${timeoutMs}: expected a number of milliseconds`;
    throw new ArgumentError("value", text, { timeoutMs });
  }
}

function refusal(error: WireError): Error {
  const isMistake = error.code === "argument.value";
  return isMistake ? new ArgumentError("value", error.message, error.data) : fromWireError(error);
}

function timedOut(name: string, timeoutMs: number | undefined): ClusterError {
  const text = `${name} could not be obtained within ${timeoutMs} ms`;
  return new ClusterError("timeout", text, { name, timeoutMs });
}
