// Sends results straight to clients that follow their worker, over lines of their own: they may be
// lost, come twice, or come after the scheduler's report.
import type { Follower, OutputsReady } from "../protocol/messages/messages.js";
import type { TaskId } from "../protocol/values/ids.js";
import type { WorkerState } from "../worker/state/worker-state.js";
import { type Environment, MESSAGE_BYTES } from "./environment.js";
import { inlinedValues, type VirtualValue } from "./values.js";

/** The answers of one worker. */
export class FollowerAnswers {
  readonly #environment: Environment;
  #answered: TaskId | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Sends the value to the follower. */
  answer({ self, options }: WorkerState, follower: Follower, value: VirtualValue): void {
    const { network, followers } = this.#environment;
    const { name, graph, task } = follower;
    const place = { graph, outputs: [0], blocks: [0], tasks: [task], workers: [self] };
    const message: OutputsReady = { type: "outputsReady", ...place, ...inlinedValues([value]) };
    network.sendLoosely(options.dataAddress, name, MESSAGE_BYTES, () => {
      followers.get(name)?.receivedAhead(message);
    });
    this.#answered = task;
  }

  /** What the report says of it, which is sent next. */
  take(): { readonly answered?: TaskId } {
    const answered = this.#answered;
    this.#answered = undefined;
    return answered === undefined ? {} : { answered };
  }
}
