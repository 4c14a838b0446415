// Calls on their way to the scheduler. Calls made one by one in one turn of the event loop are sent
// as one graph for each set of terms: for the scheduler, a graph for each call would be a hundred
// times the work of the call itself. Each future has its own lifetime (call-tracker.ts).
import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { activeTraceparent } from "../../context/open-telemetry-api.js";
import { ServedArrays } from "../../context/served-arrays.js";
import { taskContext } from "../../context/task-context.js";
import { shippedFunction } from "../../functions/function-ref.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { CALL_ARGUMENT, CallsBuilder } from "../../graph/model/calls-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { layersBelow } from "../../graph/model/layer-graph.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import { wordFrom } from "../../graph/model/naming.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { GraphId } from "../../protocol/values/ids.js";
import { packCallArguments } from "../../shipping/call-arguments.js";
import { holdActorsIn } from "../actors/actor.js";
import { CallTracker } from "../futures/call-tracker.js";
import { Future } from "../futures/future.js";
import type { Session } from "../session/client-session.js";
import type { SubmissionContext } from "../session/submission-context.js";
import { CallBatch, type CallManner, isSelfContained, shipCall } from "./call-batch.js";
import { cancelOn } from "./call-cancelling.js";

/** Values up to this size are sent with the report that they are ready. */
const INLINE_BYTES_MAX = 1024;

/** A run on its way. */
interface Journey {
  readonly id: GraphId;
  readonly tracker: CallTracker;
  session: Session | undefined;
  /** Releases resources of the run once none of its results is needed. */
  release: () => void;
}

/** A batch that calls may be added to yet. */
interface OpenBatch {
  readonly key: string;
  readonly batch: CallBatch;
  readonly journey: Journey;
  /** Sends it, as part of the task that began it. */
  readonly send: () => void;
}

/** Submits calls for one client. */
export class CallSubmissions {
  readonly #setup: SubmissionContext;
  /** By their terms and the task that submits them. */
  readonly #open = new Map<string, OpenBatch>();
  /**
   * Callbacks to run when all calls so far are submitted: only then may the data that they read be
   * released.
   */
  #afterwards: (() => void)[] = [];
  #isScheduled = false;
  #isSubmitting = false;
  #last: Promise<void> = Promise.resolve();
  /** Submissions that wait for a session, or for data to be served. */
  #pending = 0;

  constructor(setup: SubmissionContext) {
    this.#setup = setup;
    setup.connection.beforeSend = () => {
      if (!this.#isSubmitting) this.flush();
    };
  }

  /**
   * Resolves when the scheduler learnt of all that was submitted so far; undefined when that is
   * now.
   */
  get underWay(): Promise<void> | undefined {
    this.flush();
    return this.#pending === 0 ? undefined : this.#last;
  }

  /**
   * Makes a call.
   *
   * @param isApart whether its result is to be the only one of its layer
   */
  submit(manner: CallManner, f: AnyFunction, args: readonly unknown[], isApart = false): Future {
    manner.signal?.throwIfAborted();
    const open = this.#openBatch(manner);
    const { batch } = open;
    const call = shipCall(f, args, batch.tracker);
    if (!isSelfContained(call)) return this.#submitAlone(manner, f, [args])[0] as Future;
    const word = wordFrom(manner.name ?? f.name, "call");
    const number = isApart
      ? batch.addApart(call, word, manner)
      : manner.isPure
        ? batch.addPure([call], word, manner)
        : batch.add(call, word, manner);
    if (number === undefined) {
      open.send();
      return this.submit(manner, f, args);
    }
    if (batch.isFull) open.send();
    return future(manner, batch.tracker, number);
  }

  /** Makes a call for each list of arguments: a graph of its own. */
  map(manner: CallManner, f: AnyFunction, lists: readonly (readonly unknown[])[]): Future[] {
    manner.signal?.throwIfAborted();
    const { batch, journey } = this.#batch(manner);
    const calls = lists.map((args) => shipCall(f, args, batch.tracker));
    if (!calls.every(isSelfContained)) return this.#submitAlone(manner, f, lists);
    // Send earlier calls first.
    this.flush();
    const word = wordFrom(manner.name ?? f.name, "call");
    if (manner.isPure) batch.addPure(calls, word, manner);
    else for (const call of calls) batch.add(call, word, manner);
    this.#send(batch, journey);
    return calls.map((_, number) => future(manner, batch.tracker, number));
  }

  /**
   * Makes a call from something that is on no worker yet: an array, or data that this process
   * serves.
   */
  submitNode(manner: CallManner, node: LayerNode, count: number): Future[] {
    this.flush();
    const journey = this.#journey(() => undefined);
    const { tracker, id } = journey;
    const { held } = this.#setup;
    const layers = layersBelow([node]);
    const output = tracker.addLayer(node.layer.name);
    for (let block = 0; block < count; block++) tracker.addCall(output);
    tracker.close();
    const letActorsGo = holdActorsIn(layers);
    journey.release = () => {
      held?.release(layers);
      letActorsGo();
    };
    const submit = (session: Session, shipped: readonly Layer[]) =>
      this.#submit(session, journey, {
        graph: id,
        layers: shipped,
        outputs: [node.layer.name],
        ...(manner.terms === undefined ? {} : { terms: manner.terms }),
      });
    if (held === undefined || !ServedArrays.areLarge(layers)) {
      this.#through(tracker, (session) => submit(session, layers));
    } else {
      this.#through(tracker, async (session) => submit(session, await held.hold(layers)), true);
    }
    return Array.from({ length: count }, (_, number) => future(manner, tracker, number));
  }

  /** Submits all that was made so far. */
  flush(): void {
    for (const open of [...this.#open.values()]) open.send();
    this.#drain();
  }

  #openBatch(manner: CallManner): OpenBatch {
    const scope = taskContext();
    const terms = manner.terms === undefined ? "" : JSON.stringify(manner.terms);
    const made = `${activeTraceparent() ?? ""} ${terms}`;
    const key = scope === undefined ? made : `${scope.currentTask()} ${made}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const send = () => {
      if (!this.#open.delete(key)) return;
      if (!batch.isEmpty) this.#send(batch, journey);
    };
    // A submission belongs to the task that began the batch.
    const bound = scope === undefined ? send : AsyncResource.bind(send);
    const { batch, journey } = this.#batch(manner, bound);
    const open = { key, batch, journey, send: bound };
    this.#open.set(key, open);
    this.#schedule();
    return open;
  }

  /** @param complete called when someone reads a result and the batch was not sent yet */
  #batch(manner: CallManner, complete: () => void = () => {}) {
    const journey = this.#journey(complete);
    return { journey, batch: new CallBatch(journey.id, journey.tracker, manner.terms) };
  }

  #journey(complete: () => void): Journey {
    const { fetcher, connection, warnings, plugins, nextId } = this.#setup;
    const id = nextId();
    const tracker = new CallTracker({
      fetcher,
      ...(plugins === undefined ? {} : { plugins }),
      places: () => (journey.session ?? connection.latest)?.workers ?? new Map(),
      complete,
      releaseBlock: (place) => this.#after(() => journey.session?.releaseBlock(id, place)),
      retry: ({ output, block }) =>
        this.#after(() =>
          journey.session?.send({
            type: "retryOutputs",
            graph: id,
            outputs: [output],
            blocks: [block],
          }),
        ),
      releaseAll: () =>
        this.#after(() => {
          journey.session?.release(id);
          journey.release();
        }),
      waits: (waiting) => warnings.warn("a call", waiting),
      rest: (isResting) => journey.session?.rest(id, isResting),
    });
    const journey: Journey = { id, tracker, session: undefined, release: () => {} };
    return journey;
  }

  /** At the end of this turn; in a task, which may wait and free its thread, when it waits. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const flush = () => {
      this.#isScheduled = false;
      this.flush();
      this.#setup.connection.standing?.flush();
    };
    if (taskContext() === undefined) setImmediate(flush);
    else queueMicrotask(flush);
  }

  #send(batch: CallBatch, journey: Journey): void {
    const { tracker } = journey;
    // None of the results is wanted any more.
    if (!tracker.close()) return;
    const message = batch.message();
    journey.release = holdActorsIn(message.layers);
    this.#through(tracker, (session) => this.#submit(session, journey, message));
  }

  #submit(
    session: Session,
    journey: Journey,
    message: Pick<SubmitGraph, "graph" | "layers" | "outputs" | "calls" | "terms">,
  ): void {
    journey.session = session;
    const outputs = { reportOutputs: true, areOutputsIndependent: true };
    const submission = { ...message, ...outputs, inlineBytesMax: INLINE_BYTES_MAX };
    this.#isSubmitting = true;
    const beginMs = performance.now();
    try {
      session.submit({ type: "submitGraph", ...submission }, journey.tracker);
    } finally {
      this.#isSubmitting = false;
      this.#setup.connection.spans.notePart("send", beginMs);
    }
  }

  /** Submits at once if nothing is pending, otherwise when its turn comes. */
  #through(
    tracker: CallTracker,
    submit: (session: Session) => void | Promise<void>,
    takesTime = false,
  ): void {
    const { connection } = this.#setup;
    const { standing } = connection;
    if (standing !== undefined && this.#pending === 0 && !takesTime) {
      try {
        void submit(standing);
      } catch (error) {
        tracker.failed(error as Error);
      }
      return;
    }
    this.#pending++;
    this.#last = this.#last
      .then(async () => submit(await connection.session()))
      .catch((error: unknown) => tracker.failed(error as Error))
      .then(() => {
        this.#pending--;
        this.#drain();
      });
  }

  #after(action: () => void): void {
    if (this.#open.size === 0 && this.#pending === 0) action();
    else this.#afterwards.push(action);
  }

  #drain(): void {
    if (this.#afterwards.length === 0 || this.#open.size > 0 || this.#pending > 0) return;
    const actions = this.#afterwards;
    this.#afterwards = [];
    for (const action of actions) action();
  }

  #submitAlone(
    manner: CallManner,
    f: AnyFunction,
    lists: readonly (readonly unknown[])[],
  ): Future[] {
    const builder = new CallsBuilder();
    for (const args of lists) {
      const name = `an argument of ${f.name || "the function"}`;
      const packed = packCallArguments(args, name, (value) => value[CALL_ARGUMENT]());
      const operands = packed.arguments.flatMap(({ node, blocks }) =>
        blocks.map((block) => ({ node, block })),
      );
      builder.add(shippedFunction(f), packed.bytes, operands);
    }
    const word = wordFrom(manner.name ?? f.name, "call");
    const node = builder.node(word, manner.isPure ? undefined : randomUUID(), manner.timeLimitMs);
    return this.submitNode(manner, node, lists.length);
  }
}

function future({ signal }: CallManner, tracker: CallTracker, call: number): Future {
  if (signal !== undefined) cancelOn(signal, tracker, call);
  return new Future(tracker, call);
}
