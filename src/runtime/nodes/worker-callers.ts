// Takes what callers say at a worker's data address: calls go to its actors, and a client that
// follows the worker gets the results of its small jobs at once. The scheduler reports these in any
// case, though a little later, so that nothing is lost if such a message is.
import type { Caller, CallHandler } from "../../comm/interface/actor-channel.js";
import type { CallerToWorker } from "../../protocol/messages/messages.js";
import type { WorkerId } from "../../protocol/values/ids.js";
import type { AnswerFollower } from "../../worker/state/actions.js";
import type { ActorThreads } from "../actors/actor-threads.js";
import { inlinedValues } from "../values/value-inlining.js";
import type { ValueStore } from "../values/value-store.js";

/** The callers of one worker. */
export class WorkerCallers implements CallHandler {
  readonly #actors: ActorThreads;
  /** By the names that they follow under. */
  readonly #followers = new Map<string, Caller>();

  constructor(actors: ActorThreads) {
    this.#actors = actors;
  }

  called(caller: Caller, message: CallerToWorker): void {
    if (message.type === "followResults") this.#follow(caller, message.follower);
    else this.#actors.called(caller, message);
  }

  callerLost(caller: Caller): void {
    this.#forget(caller);
    this.#actors.callerLost(caller);
  }

  /** Under one name at a time: a caller cannot fill the worker's memory with names. */
  #follow(caller: Caller, name: string): void {
    this.#forget(caller);
    this.#followers.set(name, caller);
  }

  #forget(caller: Caller): void {
    for (const [name, each] of this.#followers) {
      if (each === caller) this.#followers.delete(name);
    }
  }

  /** Sends a result to the client that follows; false if it does not. */
  answer({ follower }: AnswerFollower, worker: WorkerId, store: ValueStore): boolean {
    const { name, graph, task } = follower;
    const caller = this.#followers.get(name);
    if (caller === undefined) return false;
    // The one output block of the job.
    const place = { graph, outputs: [0], blocks: [0], tasks: [task], workers: [worker] };
    caller.answer({ type: "outputsReady", ...place, ...inlinedValues(store, [task]) });
    return true;
  }
}
