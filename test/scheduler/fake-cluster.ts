// A cluster in one's head for tests of the scheduler core: fake workers and clients that do what
// the scheduler asks, and warnRarely when it asks for what could not be done. Each step ends with
// the invariants. Words travel at once, or wait in mailboxes until the test lets them through.
import { assert, defined } from "../../src/base/assert.js";
import { blockCount } from "../../src/graph/model/chunks.js";
import {
  graphBelow,
  type LayerGraph,
  layersOf,
  outputsOf,
} from "../../src/graph/model/layer-graph.js";
import type { LayerNode } from "../../src/graph/model/layer-node.js";
import type { JobTerms } from "../../src/graph/ports/job-options.js";
import type {
  AskScheduler,
  ClientToScheduler,
  GraphErred,
  GraphFinished,
  GraphProgressed,
  RegisterWorker,
  SchedulerToClient,
  SchedulerToWorker,
  SubmitGraph,
} from "../../src/protocol/messages/messages.js";
import type { ClusterSize } from "../../src/protocol/values/cluster-size.js";
import { type PeerId, PROTOCOL_VERSION, type WorkerId } from "../../src/protocol/values/ids.js";
import { checkInvariants } from "../../src/scheduler/inspect/invariants.js";
import type { Log } from "../../src/scheduler/state/actions.js";
import type { SchedulerEvent } from "../../src/scheduler/state/events.js";
import type { SchedulerOptions } from "../../src/scheduler/state/options.js";
import {
  createSchedulerState,
  type SchedulerState,
} from "../../src/scheduler/state/scheduler-state.js";
import { step } from "../../src/scheduler/step.js";
import { FakeWorker } from "./fake-worker.js";

export class FakeCluster {
  readonly state: SchedulerState;
  readonly workers = new Map<PeerId, FakeWorker>();
  readonly clients = new Map<PeerId, FakeClient>();
  readonly logged: Log[] = [];
  /** What every task number stands for; a number never gets a second meaning. */
  readonly meanings = new Map<number, string>();
  nowMs = 0;
  stopped = false;
  /** Called for every message that the scheduler sends, before it is delivered. */
  onSend: ((to: PeerId, message: SchedulerToClient | SchedulerToWorker) => void) | undefined;
  /** Called for every event, before the step. */
  onEvent: ((event: SchedulerEvent) => void) | undefined;
  /** Whether the whole state is looked at after each step; off where only time is measured. */
  checks = true;
  /** What clients asked of the process. */
  readonly askedOfShell: AskScheduler[] = [];
  /** Whether the scheduler may go on at once with work that takes more than one step. */
  goesOn = true;

  constructor(options: Partial<SchedulerOptions> = {}) {
    this.state = createSchedulerState(options);
  }

  /** Lets an event happen, and delivers what comes of it. */
  happen(event: SchedulerEvent): void {
    this.onEvent?.(event);
    const actions = step(this.state, event, this.nowMs);
    if (this.checks) checkInvariants(this.state);
    for (const action of actions) {
      if (action.type === "log") this.logged.push(action);
      else if (action.type === "stop") this.stopped = true;
      else if (action.type === "askShell") this.askedOfShell.push(action.asked);
      else if (action.type === "continue") {
        if (this.goesOn) this.happen({ type: "continued" });
      } else {
        this.onSend?.(action.to, action.message);
        const worker = this.workers.get(action.to);
        const client = this.clients.get(action.to);
        if (worker !== undefined) worker.inbox.push(action.message as SchedulerToWorker);
        client?.receive(action.message as SchedulerToClient);
      }
    }
  }

  tick(passedMs: number): void {
    this.nowMs += passedMs;
    this.happen({ type: "ticked" });
  }

  /** A worker that registers; by default its words and the scheduler's travel at once. */
  addWorker(
    name: string,
    given: Partial<
      Pick<RegisterWorker, "threads" | "memoryLimitBytes" | "resources" | "tags" | "inPlaceOf">
    > = {},
  ) {
    const worker = new FakeWorker(this, `peer-${name}`, name);
    this.workers.set(worker.peer, worker);
    this.happen({
      type: "registerWorker",
      from: worker.peer,
      version: PROTOCOL_VERSION,
      name,
      address: `inproc://${name}`,
      threads: 1,
      memoryLimitBytes: 2 ** 32,
      pid: 1,
      ...given,
    });
    worker.receiveAll();
    return worker;
  }

  addClient(name = "client"): FakeClient {
    const client = new FakeClient(this, `peer-${name}`);
    this.clients.set(client.peer, client);
    client.say({ type: "registerClient", version: PROTOCOL_VERSION, name });
    return client;
  }

  /** The worker with that number. */
  workerOf(id: WorkerId): FakeWorker | undefined {
    return [...this.workers.values()].find((worker) => worker.id === id && worker.isAlive);
  }

  /** Kills a worker's process; the transport notices unless `isNoticed` is false. */
  kill(worker: FakeWorker, isNoticed = true): void {
    worker.isAlive = false;
    worker.inbox.length = 0;
    if (isNoticed) this.happen({ type: "peerLost", from: worker.peer, reason: "connection reset" });
  }

  /** Lets every worker run what it was given until no one has anything left. */
  settle(): void {
    for (let isBusy = true; isBusy; ) {
      isBusy = false;
      for (const worker of [...this.workers.values()]) {
        if (!worker.isAlive) continue;
        worker.receiveAll();
        while (worker.hearNext()) isBusy = true;
        if (worker.runNext()) isBusy = true;
      }
    }
  }
}

/** One graph as its client sees it. */
export interface FakeGraph {
  readonly id: string;
  /** Per output and block, "output:block": what its value must be. */
  readonly expected: ReadonlyMap<string, string>;
  /** Per output and block: the worker that is said to hold it, and the task's number. */
  readonly ready: Map<string, { worker: WorkerId; task: number }>;
  readonly progress: GraphProgressed[];
  taskCount: number | undefined;
  finish: GraphFinished | undefined;
  error: GraphErred["error"] | undefined;
  isReleased: boolean;
  /** Whether its release had to wait, so that words about it may have come before that. */
  isReleasedLate: boolean;
}

export class FakeClient {
  readonly graphs = new Map<string, FakeGraph>();
  readonly known = new Set<WorkerId>();
  readonly other: SchedulerToClient[] = [];
  /** Sizes of the cluster, as they came. */
  readonly sizes: (ClusterSize | undefined)[] = [];
  #submitted = 0;

  constructor(
    readonly cluster: FakeCluster,
    readonly peer: PeerId,
  ) {}

  say(message: ClientToScheduler): void {
    this.cluster.happen({ ...message, from: this.peer });
  }

  /** Submits the graph below `outputs`. */
  submit(...outputs: readonly LayerNode[]): FakeGraph {
    return this.submitGraph(graphBelow(outputs));
  }

  /** The same for a job that asks for something. */
  submitAs(terms: JobTerms, ...outputs: readonly LayerNode[]): FakeGraph {
    return this.submitGraph(graphBelow(outputs), terms);
  }

  submitGraph(graph: LayerGraph, terms?: JobTerms): FakeGraph {
    return this.submitMessage({
      type: "submitGraph",
      graph: `${this.peer}-graph-${this.#submitted++}`,
      layers: layersOf(graph),
      outputs: outputsOf(graph),
      reportOutputs: true,
      reportUsage: true,
      ...(terms === undefined ? {} : { terms }),
    });
  }

  submitMessage(message: SubmitGraph): FakeGraph {
    const graph: FakeGraph = {
      id: message.graph,
      expected: expectedOutputs(message),
      ready: new Map(),
      progress: [],
      taskCount: undefined,
      finish: undefined,
      error: undefined,
      isReleased: false,
      isReleasedLate: false,
    };
    this.graphs.set(graph.id, graph);
    this.say(message);
    return graph;
  }

  release(graph: FakeGraph): void {
    graph.isReleased = true;
    this.say({ type: "releaseGraph", graph: graph.id });
    // What a client says while a graph of it is taken in waits for that.
    const { backlog } = this.cluster.state;
    graph.isReleasedLate = [...backlog.turns.keys()].some(({ peer }) => peer === this.peer);
  }

  receive(message: SchedulerToClient): void {
    if (message.type === "workersJoined") {
      for (const { worker } of message.workers) this.known.add(worker);
    } else if (message.type === "workerLost") {
      this.known.delete(message.worker);
      for (const graph of this.graphs.values()) {
        for (const [at, { worker }] of graph.ready) {
          if (worker === message.worker) graph.ready.delete(at);
        }
      }
    } else if (message.type === "clusterSized") {
      this.sizes.push(message.size);
    } else if ("graph" in message) {
      this.#receiveOf(defined(this.graphs.get(message.graph), "graph"), message);
    } else {
      this.other.push(message);
    }
  }

  #receiveOf(graph: FakeGraph, message: SchedulerToClient & { graph: string }): void {
    if (graph.isReleasedLate) return;
    assert(!graph.isReleased, `${message.type} of a released graph`);
    switch (message.type) {
      case "outputsReady":
        message.tasks.forEach((task, row) => {
          const worker = message.workers[row] as number;
          assert(this.known.has(worker), "an output is on a worker that was not introduced");
          graph.ready.set(`${message.outputs[row]}:${message.blocks[row]}`, { worker, task });
        });
        break;
      case "graphFinished":
        assert(graph.finish === undefined, "a graph finished twice");
        graph.finish = message;
        graph.taskCount = message.taskCount;
        break;
      case "graphErred":
        graph.error = message.error;
        break;
      case "graphProgressed":
        graph.progress.push(message);
        break;
    }
  }

  /** Checks that every output of the graph is where it was said to. */
  checkOutputs(graph: FakeGraph): void {
    assert(graph.error === undefined, `graph ${graph.id} failed: ${graph.error?.message}`);
    assert(graph.finish !== undefined, `graph ${graph.id} did not finish`);
    for (const at of graph.expected.keys()) {
      const place = defined(graph.ready.get(at), `output ${at} of graph ${graph.id}`);
      const worker = defined(this.cluster.workerOf(place.worker), `worker ${place.worker}`);
      assert(worker.store.has(place.task), `output ${at} is not on worker ${worker.name}`);
    }
  }
}

function expectedOutputs(message: SubmitGraph): Map<string, string> {
  const expected = new Map<string, string>();
  message.outputs.forEach((name, output) => {
    const layer = message.layers.find((candidate) => candidate.name === name);
    if (layer === undefined) return;
    const count = blockCount(layer.chunks);
    for (let block = 0; block < count; block++) expected.set(`${output}:${block}`, name);
  });
  return expected;
}
