// The actors of one worker. The core starts and ends them; callers reach them at the worker's data
// address.
import type { MessagePort } from "node:worker_threads";
import type { Caller, CallHandler } from "../../comm/interface/actor-channel.js";
import type {
  ActorEnded,
  ActorLinesPrinted,
  ActorStarted,
  CallActor,
  StartActor,
  StopActor,
} from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import type { SpansNoted } from "../../worker/state/events.js";
import { ConsoleBuffer } from "../tasks/console-buffer.js";
import { spansOfThread } from "../tasks/thread-spans.js";
import { ActorThread } from "./actor-thread.js";

/** The number of ended actors that are remembered, for late callers. */
const GONE_MAX = 1000;

/** Options of {@link ActorThreads}. */
export interface ActorThreadsOptions {
  readonly workerName: string;
  readonly schedulerAddress: string;
  readonly preload: readonly string[];
}

/** The threads of actors. */
export class ActorThreads implements CallHandler {
  /** Called when an actor was made or has ended, or its methods have noted spans. */
  report: (event: ActorStarted | ActorEnded | SpansNoted) => void = () => {};
  /** Called when an actor is to talk to the scheduler, through this port. */
  lineOpened: (port: MessagePort, actor: ActorId) => void = () => {};
  /** Called when actors wrote to the console, before their callers are answered. */
  printed: (message: ActorLinesPrinted) => void = () => {};
  readonly #printed = new ConsoleBuffer<ActorId>(({ writers: actors, ...columns }) =>
    this.printed({ type: "actorLinesPrinted", actors, ...columns }),
  );
  readonly #options: ActorThreadsOptions;
  readonly #threads = new Map<ActorId, ActorThread>();
  readonly #gone = new Map<ActorId, WireError>();
  readonly #ended = new Map<ActorId, Promise<void>>();

  constructor(options: ActorThreadsOptions) {
    this.#options = options;
  }

  /** Makes an actor. */
  start(message: StartActor): void {
    const { actor, incarnation } = message;
    this.#gone.delete(actor);
    let ended = () => {};
    this.#ended.set(actor, new Promise((resolve) => (ended = resolve)));
    const { workerName: worker, schedulerAddress, preload } = this.#options;
    const thread = new ActorThread(
      message,
      { worker, schedulerAddress, preload },
      {
        lineOpened: (port) => this.lineOpened(port, actor),
        printed: (printed) => this.#printed.add(actor, printed),
        spansEnded: (taken) => {
          const spans = spansOfThread(taken, -1, () => undefined);
          this.report({ type: "spansNoted", spans });
        },
        answering: () => this.#printed.send(),
        made: ({ methods, fields }) =>
          this.report({ type: "actorStarted", actor, incarnation, methods, fields }),
        ended: (error) => {
          this.#threads.delete(actor);
          this.#ended.delete(actor);
          this.#printed.send();
          this.#bury(actor, thread, error);
          this.report({ type: "actorEnded", actor, incarnation, error });
          ended();
        },
      },
    );
    this.#threads.set(actor, thread);
  }

  /** Actors by the numbers of their threads in the process. */
  threadIds(): ReadonlyMap<number, ActorId> {
    return new Map(Array.from(this.#threads, ([actor, { threadId }]) => [threadId, actor]));
  }

  /** Ends an actor. */
  stop({ actor }: StopActor): void {
    this.#threads.get(actor)?.stop();
  }

  called(caller: Caller, message: CallActor): void {
    const { actor, incarnation } = message;
    const thread = this.#threads.get(actor);
    if (thread?.incarnation === incarnation) thread.call(caller, message);
    else {
      const error = this.#gone.get(actor) ?? this.#deathError(actor, "it is not on this worker");
      caller.answer({ type: "actorGone", actor, incarnation, error });
    }
  }

  callerLost(caller: Caller): void {
    for (const thread of this.#threads.values()) thread.callerLost(caller);
  }

  /** Ends all threads at once. */
  async close(): Promise<void> {
    for (const thread of this.#threads.values()) thread.stop();
    await Promise.all(this.#ended.values());
  }

  /** Notifies the callers of an actor that it is gone. */
  #bury(actor: ActorId, thread: ActorThread, { message }: WireError): void {
    const error = this.#deathError(actor, message);
    this.#gone.set(actor, error);
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > GONE_MAX && oldest !== undefined) this.#gone.delete(oldest);
    const { incarnation } = thread;
    for (const caller of thread.callers) {
      caller.answer({ type: "actorGone", actor, incarnation, error });
    }
  }

  #deathError(actor: ActorId, reason: string): WireError {
    const { workerName: worker } = this.#options;
    return {
      name: "ActorError",
      code: "actor.died",
      message: `the actor ${actor} on worker ${worker} is gone: ${reason}; its state is lost`,
      data: { actor, worker, reason },
    };
  }
}
