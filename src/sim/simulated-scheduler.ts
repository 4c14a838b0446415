// The production scheduler core in a virtual process.
import type {
  ClientToScheduler,
  SchedulerToClient,
  SchedulerToWorker,
  StealAnswered,
  WorkerToScheduler,
} from "../protocol/messages/messages.js";
import type { PeerId, TaskId } from "../protocol/values/ids.js";
import { checkInvariants } from "../scheduler/inspect/invariants.js";
import type { Send } from "../scheduler/state/actions.js";
import { isDeferrable } from "../scheduler/state/deferrable-messages.js";
import type { SchedulerEvent } from "../scheduler/state/events.js";
import type { SchedulerOptions } from "../scheduler/state/options.js";
import { createSchedulerState, type SchedulerState } from "../scheduler/state/scheduler-state.js";
import { step } from "../scheduler/step.js";
import { findFault } from "../scheduler/validate.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER, TICK_MS } from "./environment.js";
import { MainThread } from "./processors.js";

type FromScheduler = SchedulerToClient | SchedulerToWorker;

/** The scheduler process of the simulation. */
export class SimulatedScheduler {
  readonly state: SchedulerState;
  /** Its warnings. */
  readonly warnings: string[] = [];
  /** How often each task was moved from one worker to another. */
  readonly moves = new Map<TaskId, number>();
  readonly #environment: Environment;
  readonly #mainThread: MainThread;
  /** How long deferrable messages wait for company, as in runtime/nodes/scheduler-node.ts. */
  readonly #deferMs: number;
  /** It is sent before the next message to the same peer. */
  readonly #deferred = new Map<PeerId, FromScheduler[]>();

  /** @param deferMs how long messages that may be deferred wait for another */
  constructor(environment: Environment, options: Partial<SchedulerOptions>, deferMs: number) {
    this.#environment = environment;
    this.#deferMs = deferMs;
    this.#mainThread = new MainThread(environment);
    this.state = createSchedulerState(options);
    environment.world.every(TICK_MS, () => {
      this.#happen({ type: "ticked" });
      return true;
    });
  }

  /** A message has arrived. */
  receive(from: PeerId, message: ClientToScheduler | WorkerToScheduler): void {
    if (message.type === "stealAnswered" && findFault({ ...message, from }) === undefined) {
      this.#countMoves(message);
    }
    this.#mainThread.take(() => this.#happen({ ...message, from }));
  }

  #countMoves({ tasks, outcomes }: StealAnswered): void {
    tasks.forEach((task, k) => {
      if (outcomes[k] === "givenUp") this.moves.set(task, (this.moves.get(task) ?? 0) + 1);
    });
  }

  #happen(event: SchedulerEvent): void {
    const environment = this.#environment;
    const { world } = environment;
    environment.steps++;
    const actions = step(this.state, event, world.nowMs);
    for (const action of actions) {
      if (action.type === "send") {
        this.#defer(action);
      } else if (action.type === "continue") {
        const goOn = () => this.#happen({ type: "continued" });
        world.after(0, () => this.#mainThread.take(goOn));
      } else if (action.type === "log" && action.level === "warn") {
        this.warnings.push(action.text);
      }
    }
    // A tick that nothing followed from has changed nothing worth looking at; most are.
    if (!environment.check || (event.type === "ticked" && actions.length === 0)) return;
    checkInvariants(this.state);
  }

  #defer(send: Send): void {
    const { to, message } = send;
    if (this.#deferMs > 0 && isDeferrable(send)) {
      if (this.#deferred.size === 0) {
        this.#environment.world.after(this.#deferMs, () => {
          for (const peer of [...this.#deferred.keys()]) this.#sendDeferred(peer);
        });
      }
      this.#deferred.set(to, [...(this.#deferred.get(to) ?? []), message]);
      return;
    }
    this.#sendDeferred(to);
    this.#send(to, message);
  }

  #sendDeferred(to: PeerId): void {
    const deferred = this.#deferred.get(to) ?? [];
    this.#deferred.delete(to);
    for (const message of deferred) this.#send(to, message);
  }

  #send(to: PeerId, message: FromScheduler): void {
    const { network, peers } = this.#environment;
    network.send(SCHEDULER, to, MESSAGE_BYTES, () => peers.get(to)?.receive(message));
  }
}
