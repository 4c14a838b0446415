// The production scheduler core in a virtual process.
import type { PeerId, TaskId } from "../protocol/ids.js";
import type { ClientToScheduler, StealAnswered, WorkerToScheduler } from "../protocol/messages.js";
import type { SchedulerEvent } from "../scheduler/events.js";
import { checkInvariants } from "../scheduler/invariants.js";
import type { SchedulerOptions } from "../scheduler/options.js";
import { createSchedulerState, type SchedulerState } from "../scheduler/state.js";
import { step } from "../scheduler/step.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER, TICK_MS } from "./environment.js";
import { MainThread } from "./processors.js";

/** The scheduler process of the simulation. */
export class SimulatedScheduler {
  readonly state: SchedulerState;
  /** What it had to complain about. */
  readonly warnings: string[] = [];
  /** How often each task was moved from one worker to another. */
  readonly moves = new Map<TaskId, number>();
  readonly #environment: Environment;
  readonly #mainThread: MainThread;

  constructor(environment: Environment, options: Partial<SchedulerOptions>) {
    this.#environment = environment;
    this.#mainThread = new MainThread(environment);
    this.state = createSchedulerState(options);
    environment.world.every(TICK_MS, () => {
      this.#happen({ type: "ticked" });
      return true;
    });
  }

  /** A message has arrived. */
  receive(from: PeerId, message: ClientToScheduler | WorkerToScheduler): void {
    if (message.type === "stealAnswered") this.#countMoves(message);
    this.#mainThread.take(() => this.#happen({ ...message, from }));
  }

  #countMoves({ tasks, outcomes }: StealAnswered): void {
    tasks.forEach((task, k) => {
      if (outcomes[k] === "givenUp") this.moves.set(task, (this.moves.get(task) ?? 0) + 1);
    });
  }

  #happen(event: SchedulerEvent): void {
    const environment = this.#environment;
    const { world, network, peers } = environment;
    environment.steps++;
    const actions = step(this.state, event, world.nowMs);
    for (const action of actions) {
      if (action.type === "send") {
        const { to, message } = action;
        network.send(SCHEDULER, to, MESSAGE_BYTES, () => peers.get(to)?.receive(message));
      } else if (action.type === "log" && action.level === "warn") {
        this.warnings.push(action.text);
      }
    }
    // A tick that nothing followed from has changed nothing worth looking at; most are.
    if (!environment.check || (event.type === "ticked" && actions.length === 0)) return;
    checkInvariants(this.state);
  }
}
