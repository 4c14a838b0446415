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
import { isNews } from "../scheduler/state/deferrable-messages.js";
import type { SchedulerEvent } from "../scheduler/state/events.js";
import type { SchedulerOptions } from "../scheduler/state/options.js";
import { createSchedulerState, type SchedulerState } from "../scheduler/state/scheduler-state.js";
import { step } from "../scheduler/step.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER, TICK_MS } from "./environment.js";
import { MainThread } from "./processors.js";

type FromScheduler = SchedulerToClient | SchedulerToWorker;

/** The scheduler process of the simulation. */
export class SimulatedScheduler {
  readonly state: SchedulerState;
  /** What it had to complain about. */
  readonly warnings: string[] = [];
  /** How often each task was moved from one worker to another. */
  readonly moves = new Map<TaskId, number>();
  readonly #environment: Environment;
  readonly #mainThread: MainThread;
  /** How long what no one waits for waits for company, as in runtime/nodes/scheduler-node.ts. */
  readonly #newsDelayMs: number;
  /** It goes out before the next message to the same peer. */
  readonly #news = new Map<PeerId, FromScheduler[]>();

  /** @param newsDelayMs how long words about values to be released wait for another message */
  constructor(environment: Environment, options: Partial<SchedulerOptions>, newsDelayMs: number) {
    this.#environment = environment;
    this.#newsDelayMs = newsDelayMs;
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
    const { world } = environment;
    environment.steps++;
    const actions = step(this.state, event, world.nowMs);
    for (const action of actions) {
      if (action.type === "send") {
        this.#tell(action);
      } else if (action.type === "log" && action.level === "warn") {
        this.warnings.push(action.text);
      }
    }
    // A tick that nothing followed from has changed nothing worth looking at; most are.
    if (!environment.check || (event.type === "ticked" && actions.length === 0)) return;
    checkInvariants(this.state);
  }

  #tell(send: Send): void {
    const { to, message } = send;
    if (this.#newsDelayMs > 0 && isNews(send)) {
      if (this.#news.size === 0) {
        this.#environment.world.after(this.#newsDelayMs, () => {
          for (const peer of [...this.#news.keys()]) this.#sendNews(peer);
        });
      }
      this.#news.set(to, [...(this.#news.get(to) ?? []), message]);
      return;
    }
    this.#sendNews(to);
    this.#send(to, message);
  }

  #sendNews(to: PeerId): void {
    const news = this.#news.get(to) ?? [];
    this.#news.delete(to);
    for (const message of news) this.#send(to, message);
  }

  #send(to: PeerId, message: FromScheduler): void {
    const { network, peers } = this.#environment;
    network.send(SCHEDULER, to, MESSAGE_BYTES, () => peers.get(to)?.receive(message));
  }
}
