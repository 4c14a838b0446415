// The main thread's side of one actor's thread: passes calls on, returns answers to the callers,
// and notices its end. The thread itself runs actor-thread-main.ts.
import { type MessagePort, Worker } from "node:worker_threads";
import type { Caller } from "../../comm/interface/actor-channel.js";
import type { CallActor, StartActor } from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import { OWN_FRAME_BYTES_MIN } from "../../protocol/values/plain-values.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { ownFile } from "../../system/own-files.js";
import type { Printed } from "../tasks/task-console.js";
import {
  type ActorMade,
  type ActorThreadStart,
  type FromActorThread,
  nowMs,
  type ThreadAnswers,
  type ThreadCalls,
} from "./actor-thread-messages.js";

/** How often calls with a time limit are checked. */
const LOOK_INTERVAL_MS = 20;

/** Receives events of an actor. */
export interface ActorListener {
  made(members: ActorMade): void;
  /** It opens a link to the scheduler, through this port. */
  lineOpened(port: MessagePort): void;
  /** It wrote to the console. */
  printed(printed: Printed): void;
  /** Its methods have noted spans. */
  spansEnded(spans: TakenSpans): void;
  /** Its callers are about to be answered. */
  answering(): void;
  /** Its thread has ended; `error` has the reason, unless it was asked to. */
  ended(error: WireError): void;
}

/** One actor. */
export class ActorThread {
  readonly incarnation: number;
  readonly #actor: ActorId;
  readonly #worker: Worker;
  readonly #timeLimitMs: number | undefined;
  readonly #clock: Float64Array | undefined;
  readonly #callers = new Map<number, Caller>();
  readonly #numbers = new Map<Caller, number>();
  #lastCaller = 0;
  #outstanding = 0;
  #methods: readonly string[] = [];
  #watch: NodeJS.Timeout | undefined;
  /** The reason why it ends. */
  #cause: WireError | undefined;

  constructor(
    message: StartActor,
    surroundings: Pick<ActorThreadStart, "preload" | "worker" | "schedulerAddress">,
    listener: ActorListener,
  ) {
    const { actor, incarnation, maker, concurrency, timeLimitMs } = message;
    this.#actor = actor;
    this.incarnation = incarnation;
    this.#timeLimitMs = timeLimitMs;
    this.#clock =
      timeLimitMs === undefined
        ? undefined
        : new Float64Array(new SharedArrayBuffer(16 * concurrency));
    const clock = this.#clock;
    const start: ActorThreadStart = { maker, concurrency, clock, ...surroundings };
    this.#worker = new Worker(ownFile("runtime/actor-thread-main.js"), {
      name: actor,
      execArgv: [],
      workerData: start,
    });
    this.#worker.on("message", (said: FromActorThread) => {
      if (said.type === "answers") {
        listener.answering();
        this.#answer(said);
      } else if (said.type === "printed") listener.printed(said);
      else if (said.type === "spans") listener.spansEnded(said.spans);
      else if (said.type === "failed") this.#end(said.error);
      else if (said.type === "line") listener.lineOpened(said.port);
      else {
        this.#methods = said.methods;
        if (this.#outstanding === 0) this.#worker.unref();
        listener.made(said);
      }
    });
    this.#worker.on("error", (error) => (this.#cause ??= threadError(String(error))));
    this.#worker.on("exit", (code) => {
      clearInterval(this.#watch);
      listener.ended(this.#cause ?? threadError(`its thread exited with code ${code}`));
    });
  }

  /** Its number among all threads of the process. */
  get threadId(): number {
    return this.#worker.threadId;
  }

  /** Passes calls on. */
  call(caller: Caller, { first, kinds, names, lengths, values }: CallActor): void {
    let number = this.#numbers.get(caller);
    if (number === undefined) {
      number = ++this.#lastCaller;
      this.#numbers.set(caller, number);
      this.#callers.set(number, caller);
    }
    if (this.#outstanding === 0) {
      this.#worker.ref();
      if (this.#timeLimitMs !== undefined) {
        this.#watch ??= setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref();
      }
    }
    this.#outstanding += kinds.length;
    const calls: ThreadCalls = { caller: number, first, kinds, names, lengths, values };
    this.#worker.postMessage(calls, movable(values));
  }

  /** The caller is gone: its calls still run, without answers. */
  callerLost(caller: Caller): void {
    const number = this.#numbers.get(caller);
    if (number === undefined) return;
    this.#numbers.delete(caller);
    this.#callers.delete(number);
  }

  /** All callers so far. */
  get callers(): Iterable<Caller> {
    return this.#numbers.keys();
  }

  /** Ends the thread at once. */
  stop(cause?: WireError): void {
    this.#end(cause ?? threadError("it was released"));
  }

  #end(cause: WireError): void {
    this.#cause ??= cause;
    void this.#worker.terminate();
  }

  #answer({ caller, calls, lengths, values, errors }: ThreadAnswers): void {
    this.#outstanding -= calls.length;
    if (this.#outstanding === 0) {
      if (this.#cause === undefined) this.#worker.unref();
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
    const answer = { type: "actorAnswered", actor: this.#actor, calls, lengths } as const;
    this.#callers.get(caller)?.answer({ ...answer, values, errors });
  }

  #look(): void {
    const limitMs = this.#timeLimitMs as number;
    const clock = this.#clock as Float64Array;
    const now = nowMs();
    for (let k = 0; k < clock.length; k += 2) {
      const begunMs = clock[k] as number;
      if (begunMs === 0 || now - begunMs <= limitMs) continue;
      const method = this.#methods[clock[k + 1] as number] ?? "a call";
      this.#end(threadError(`${method} ran longer than its time limit of ${limitMs} ms`));
    }
  }
}

/** Memory of large values only is transferred to the thread: no one here reads it. */
function movable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  const isLarge = byteLength >= OWN_FRAME_BYTES_MIN && byteLength === buffer.byteLength;
  return isLarge && buffer instanceof ArrayBuffer ? [buffer] : [];
}

function threadError(message: string): WireError {
  return { name: "Error", message };
}
