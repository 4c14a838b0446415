// Plays stories about the scheduler: what can happen, in words, and what the scheduler then says.
import { defined } from "../../src/base/assert.js";
import { blockIndexOf } from "../../src/graph/model/chunks.js";
import type { Layer } from "../../src/graph/model/layer.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import { wordOf } from "../../src/graph/model/naming.js";
import type {
  ComputeTasks,
  SchedulerToClient,
  SchedulerToWorker,
} from "../../src/protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../src/protocol/values/ids.js";
import { blocks, elementwise, reduce, source, transpose } from "../graph/example-layers.js";
import { FakeCluster } from "../scheduler/fake-cluster.js";
import type { Assignment, FakeWorker } from "../scheduler/fake-worker.js";

/** Graphs that stories submit, by name; blocks are square, of 100 numbers. */
const GRAPHS: Readonly<Record<string, (blocks: number) => LayerNode>> = {
  /** As many root tasks. */
  random: (count) => source([blocks(count, 100)]),
  /** (x + xᵀ).mean() */
  headline: (count) => {
    const x = source([blocks(count, 10), blocks(count, 10)]);
    return reduce(elementwise("add", x, transpose(x)), "mean");
  },
  sum: (count) => reduce(source([blocks(count, 100)]), "sum"),
};

export class SchedulerPlayer {
  readonly #cluster = new FakeCluster();
  readonly #keys = new Map<TaskId, string>();
  readonly #layers = new Map<number, Layer>();
  /** Runs that a worker was given, for words about runs that were taken back. */
  readonly #runs = new Map<string, Assignment>();
  #said: string[] = [];

  constructor() {
    this.#cluster.onSend = (to, message) => {
      const text = this.#describe(message);
      if (text !== undefined) this.#said.push(`${to.replace("peer-", "")} ← ${text}`);
    };
    this.#cluster.onEvent = (event) => {
      if (event.type !== "stealAnswered") return;
      event.tasks.forEach((task, k) => {
        const says = event.outcomes[k] === "givenUp" ? "gives up" : "has begun, and keeps,";
        this.#said.push(`${event.from.replace("peer-", "")} ${says} ${this.#keyOf(task)}`);
      });
    };
  }

  /** Makes one thing happen and returns what the scheduler says. */
  play(command: string): readonly string[] {
    this.#said = [];
    const logged = this.#cluster.logged.length;
    this.#perform(command.split(" "));
    for (const worker of this.#cluster.workers.values()) {
      if (!worker.isAlive) continue;
      worker.receiveAll();
      for (const run of worker.assigned.values()) {
        this.#runs.set(`${worker.name} ${this.#keyOf(run.task)}`, run);
      }
    }
    const lines = this.#cluster.logged.slice(logged).map(({ level, text }) => `${level}: ${text}`);
    return [...lines, ...this.#said];
  }

  #perform([who = "", verb = "", ...rest]: readonly string[]): void {
    if (verb === "joins") {
      if (rest[0] === "as" && rest[1] === "client") this.#cluster.addClient(who);
      else this.#cluster.addWorker(who, rest[0] === "with" ? { threads: Number(rest[1]) } : {});
    } else if (who === "time") {
      this.#cluster.tick(Number(rest[0]));
    } else if (who === "all") {
      this.#cluster.settle();
    } else if (this.#cluster.clients.has(`peer-${who}`)) {
      this.#clientDoes(who, verb, rest);
    } else {
      this.#workerDoes(defined(this.#cluster.workers.get(`peer-${who}`), who), verb, rest);
    }
  }

  #clientDoes(
    who: string,
    verb: string,
    [id = "", graph = "", count = ""]: readonly string[],
  ): void {
    const client = defined(this.#cluster.clients.get(`peer-${who}`), who);
    if (verb === "submits") {
      const { layers, outputs } = submittedBy(defined(GRAPHS[graph], graph)(Number(count)));
      const reportOutputs = true;
      client.submitMessage({ type: "submitGraph", graph: id, layers, outputs, reportOutputs });
    } else if (verb === "releases") {
      client.release(defined(client.graphs.get(id), id));
    } else if (verb === "reports") {
      client.say({ type: "reportWorkerExit", name: id, reason: "killed by SIGKILL" });
    } else {
      throw new Error(`a client cannot "${verb}"`);
    }
  }

  #workerDoes(worker: FakeWorker, verb: string, rest: readonly string[]): void {
    if (verb === "runs") {
      for (let k = 0; k < Number(rest[0]); k++) {
        worker.receiveAll();
        worker.runNext();
      }
    } else if (verb === "throws") {
      worker.failNext(rest.join(" "));
    } else if (verb === "dies") {
      this.#cluster.kill(worker);
    } else if (verb === "takes") {
      worker.durationMs = Number(rest[0]);
    } else if (verb === "begins") {
      const key = rest.join(" ");
      worker.begun.add(defined(this.#runs.get(`${worker.name} ${key}`), key).task);
    } else if (verb === "finishes") {
      const run = defined(this.#runs.get(`${worker.name} ${rest.join(" ")}`), rest.join(" "));
      worker.assigned.delete(run.task);
      const [tasks, attempts, bytes] = [[run.task], [run.attempt], [run.outputBytes]];
      worker.say({ type: "tasksFinished", tasks, attempts, bytes, durationsMs: [1] });
    } else {
      throw new Error(`a worker cannot "${verb}"`);
    }
  }

  #describe(message: SchedulerToClient | SchedulerToWorker): string | undefined {
    switch (message.type) {
      case "addLayers":
        for (const { id, layer } of message.layers) this.#layers.set(id, layer);
        return `layers ${message.layers.map(({ layer }) => wordOf(layer.name)).join(", ")}`;
      case "computeTasks":
        return `compute ${this.#describeTasks(message)}`;
      case "freeTasks":
        return `free ${message.tasks.map((task) => this.#keyOf(task)).join(", ")}`;
      case "stealTasks":
        return `asked for ${message.tasks.map((task) => this.#keyOf(task)).join(", ")}`;
      case "dropLayers":
        return `drop layers ${message.layers.map((id) => this.#word(id)).join(", ")}`;
      case "workersJoined":
        return `workers ${message.workers.map(({ name }) => name).join(", ")}`;
      case "workerSilent":
        return `ask others than ${this.#nameOf(message.worker)}`;
      case "workerLost":
        return `lost worker ${this.#nameOf(message.worker)}`;
      case "outputsReady": {
        const rows = message.tasks.map(
          (task, row) => `${this.#keyOf(task)} at ${this.#nameOf(message.workers[row] ?? -1)}`,
        );
        return `ready of ${message.graph}: ${rows.join(", ")}`;
      }
      case "graphFinished":
        return `finished ${message.graph}, tasks run: ${message.tasksRun}, bytes moved: ${message.bytesMoved}`;
      case "graphErred":
        return `erred ${message.graph}: ${message.error.code}: ${message.error.message} ${JSON.stringify(message.error.data)}`;
      case "graphProgressed": {
        const { graph, done, total, waitingForWorkersMs } = message;
        const waits =
          waitingForWorkersMs > 0 ? `, without workers for ${waitingForWorkersMs} ms` : "";
        return `progress of ${graph}: ${done} of ${total}${waits}`;
      }
      case "shutdownWorker":
        return `shut down: ${message.reason}`;
      case "registerAgain":
        return `register again: ${message.reason}`;
      default:
        return message.type;
    }
  }

  #describeTasks(message: ComputeTasks): string {
    let at = 0;
    const described = message.tasks.map((task, k) => {
      const layer = defined(this.#layers.get(message.layers[k] as number), "layer");
      const index = blockIndexOf(layer.chunks, message.blocks[k] as number);
      this.#keys.set(task, `${wordOf(layer.name)}(${index.join(",")})`);
      const operands: string[] = [];
      for (const end = at + (message.operandCounts[k] as number); at < end; at++) {
        const worker = message.operandWorkers[at] as number;
        const from = worker < 0 ? "" : ` of ${this.#nameOf(worker)}`;
        operands.push(`${this.#keyOf(message.operands[at] as number)}${from}`);
      }
      const attempt = message.attempts[k] === 1 ? "" : ` (run ${message.attempts[k]})`;
      const reads = operands.length === 0 ? "" : ` from ${operands.join(" and ")}`;
      return `${this.#keyOf(task)}${attempt}${reads}`;
    });
    return described.join("; ");
  }

  #keyOf(task: TaskId): string {
    return this.#keys.get(task) ?? `task ${task}`;
  }

  #word(layer: number): string {
    return wordOf(defined(this.#layers.get(layer), "layer").name);
  }

  #nameOf(id: WorkerId): string {
    for (const worker of this.#cluster.workers.values()) if (worker.id === id) return worker.name;
    return `number ${id}`;
  }
}

function submittedBy(node: LayerNode) {
  const graph = graphBelow([node]);
  return { layers: layersOf(graph), outputs: outputsOf(graph) };
}
