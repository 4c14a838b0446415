// A client that adapts the cluster's size in the simulation: asks the scheduler for advice, starts
// workers and retires others, as `LocalCluster.adapt` does.
import type {
  ClientToScheduler,
  SchedulerToClient,
  SchedulerToWorker,
} from "../protocol/messages/messages.js";
import { PROTOCOL_VERSION } from "../protocol/values/ids.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER, type SchedulerPeer } from "./environment.js";

/** The bounds, and the interval of requests to the scheduler. */
export interface AutoscaleOptions {
  readonly minimum: number;
  readonly maximum: number;
  readonly intervalMs: number;
  readonly targetDurationMs: number;
}

/** The cluster's interface for the autoscaler. */
export interface Autoscaled {
  /** Workers that there are. */
  count(): number;
  join(): void;
}

/** How long a worker process takes to start. */
const START_MS = 200;

/** A client that only adapts the number of workers. */
export class SimulatedAutoscaler implements SchedulerPeer {
  readonly #environment: Environment;
  readonly #options: AutoscaleOptions;
  readonly #cluster: Autoscaled;
  readonly #name = "autoscaler";
  #starting = 0;
  /** An answer, or a retirement, is under way. */
  #isBusy = false;

  constructor(environment: Environment, options: AutoscaleOptions, cluster: Autoscaled) {
    this.#environment = environment;
    this.#options = options;
    this.#cluster = cluster;
    environment.peers.set(this.#name, this);
    this.#sendMessage({ type: "registerClient", version: PROTOCOL_VERSION, name: this.#name });
    environment.world.every(options.intervalMs, () => {
      this.#ask();
      return true;
    });
  }

  receive(message: SchedulerToClient | SchedulerToWorker): void {
    if (message.type === "workersRetired") this.#isBusy = false;
    if (message.type !== "scaleAdvised") return;
    const names = message.retire;
    this.#isBusy = names.length > 0;
    if (this.#isBusy) this.#sendMessage({ type: "retireWorkers", request: 0, names });
    const current = this.#cluster.count() + this.#starting;
    for (let k = current; k < message.workers; k++) this.#start();
  }

  #ask(): void {
    this.#sendMessage({ type: "clientHeartbeat" });
    if (this.#isBusy) return;
    const { minimum, maximum, targetDurationMs } = this.#options;
    const current = this.#cluster.count() + this.#starting;
    const bounds = { minimum, maximum, targetDurationMs, current };
    this.#sendMessage({ type: "adviseScale", request: 0, ...bounds });
  }

  #start(): void {
    this.#starting++;
    this.#environment.world.after(START_MS, () => {
      this.#starting--;
      this.#cluster.join();
    });
  }

  #sendMessage(message: ClientToScheduler): void {
    const { network, toScheduler } = this.#environment;
    network.send(this.#name, SCHEDULER, MESSAGE_BYTES, () => toScheduler(this.#name, message));
  }
}
