// A scheduler that does what a test tells it: accepts workers, hands tasks out and remembers what
// is reported, so that worker nodes are tested without the scheduler's core.
import type {
  SchedulerSocket,
  ToScheduler,
  Transport,
} from "../../src/comm/interface/transport.js";
import type { Layer } from "../../src/graph/model/layer.js";
import type {
  RegisterWorker,
  SchedulerToWorker,
  WorkersJoined,
} from "../../src/protocol/messages/messages.js";
import type { PeerId } from "../../src/protocol/values/ids.js";

import { fromWireError } from "../../src/protocol/values/wire-error.js";

type MessageOf<Type extends ToScheduler["type"]> = Extract<ToScheduler, { readonly type: Type }>;

/** A task as a test writes it. */
export interface ScriptedTask {
  readonly task: number;
  readonly layer: number;
  readonly block: number;
  readonly bytes?: number;
  readonly operands?: readonly number[];
  /** Which worker holds the operands; default: this one. */
  readonly operandWorker?: number;
}

/** One scheduler's end, by hand. */
export class ScriptedScheduler {
  readonly #socket: SchedulerSocket;
  readonly #heard: ToScheduler[] = [];
  readonly #peers: PeerId[] = [];
  readonly #workers: WorkersJoined["workers"][number][] = [];
  #waiting: (() => void)[] = [];
  #accept = true;

  private constructor(socket: SchedulerSocket) {
    this.#socket = socket;
    socket.onMessage((from, message) => {
      if (message.type === "workerHeartbeat")
        this.#socket.send(from, { type: "heartbeatAnswered" });
      else if (message.type === "registerWorker") this.#register(from, message);
      else this.#heard.push(message);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async listen(transport: Transport): Promise<ScriptedScheduler> {
    return new ScriptedScheduler(await transport.listen("inproc://*"));
  }

  get address(): string {
    return this.#socket.address;
  }

  /** Refuses the workers that come from now on. */
  refuseWorkers(): void {
    this.#accept = false;
  }

  /** Says something to worker number `worker`, in the order in which they came. */
  say(worker: number, message: SchedulerToWorker): void {
    this.#socket.send(this.#peers[worker] as PeerId, message);
  }

  /** Layers under numbers from `first` on, each with the numbers of its inputs. */
  addLayers(
    worker: number,
    layers: readonly (readonly [Layer, readonly number[]])[],
    first = 0,
  ): void {
    const entries = layers.map(([layer, inputs], i) => ({ id: first + i, layer, inputs }));
    this.say(worker, { type: "addLayers", layers: entries });
  }

  compute(worker: number, tasks: readonly ScriptedTask[]): void {
    const operands = tasks.flatMap((task) => task.operands ?? []);
    this.say(worker, {
      type: "computeTasks",
      tasks: tasks.map(({ task }) => task),
      attempts: tasks.map(() => 0),
      layers: tasks.map(({ layer }) => layer),
      blocks: tasks.map(({ block }) => block),
      priorities: tasks.map(({ task }) => task),
      outputBytes: tasks.map(({ bytes }) => bytes ?? 64),
      operandCounts: tasks.map((task) => task.operands?.length ?? 0),
      operands,
      operandBytes: operands.map(() => 64),
      operandWorkers: tasks.flatMap((task) =>
        (task.operands ?? []).map(() => task.operandWorker ?? -1),
      ),
    });
  }

  /** The next message of one of these types that was not taken yet; waits for it. */
  async hear<Type extends ToScheduler["type"]>(
    ...types: readonly Type[]
  ): Promise<MessageOf<Type>> {
    for (;;) {
      const at = this.#heard.findIndex(({ type }) => types.includes(type as Type));
      if (at >= 0) return this.#heard.splice(at, 1)[0] as MessageOf<Type>;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Waits until so many tasks were reported as finished; throws when one has failed. */
  async finished(count: number): Promise<void> {
    for (let seen = 0; seen < count; ) {
      const message = await this.hear("tasksFinished", "taskErred");
      if (message.type === "taskErred") throw fromWireError(message.error);
      seen += message.tasks.length;
    }
  }

  /** Waits until so many workers have come. */
  async workersJoined(count: number): Promise<void> {
    while (this.#peers.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  close(): Promise<void> {
    return this.#socket.close();
  }

  #register(from: PeerId, { name, address }: RegisterWorker): void {
    if (!this.#accept) {
      const error = { name: "ClusterError", code: "cluster.version", message: "wrong version" };
      this.#socket.send(from, { type: "peerRefused", error });
      return;
    }
    const worker = this.#peers.push(from) - 1;
    this.#socket.send(from, {
      type: "workerAccepted",
      worker,
      heartbeatIntervalMs: 500,
      scheduler: "scripted",
    });
    this.#workers.push({ worker, name, address });
    for (const peer of this.#peers) {
      this.#socket.send(peer, { type: "workersJoined", workers: [...this.#workers] });
    }
  }
}
