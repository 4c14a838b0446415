// Runs a graph on a virtual cluster: production cores, virtual time, one seed. This file checks the
// conditions that hold for every run; the other files of this folder implement the nodes.
import { assert } from "../base/assert.js";
import { Rng } from "../base/rng.js";
import { type LayerGraph, outputsOf } from "../graph/model/layer-graph.js";
import type { Observation } from "../protocol/values/observation.js";
import type { WireError } from "../protocol/values/wire-error.js";
import { observationOf } from "../scheduler/inspect/observe-run.js";
import { SCHEDULER_DEFAULTS, type SchedulerOptions } from "../scheduler/state/options.js";
import { COST_DEFAULTS, type CostModel } from "./cost-model.js";
import { type Environment, SCHEDULER, type TaskRun } from "./environment.js";
import type { Fault } from "./faults.js";
import { Network, type NetworkOptions } from "./network.js";
import { Processors } from "./processors.js";
import { type AutoscaleOptions, SimulatedAutoscaler } from "./simulated-autoscaler.js";
import { type CallCounts, type CallerPlan, SimulatedCaller } from "./simulated-callers.js";
import { type ClientEnd, SimulatedClient } from "./simulated-client.js";
import { SimulatedScheduler } from "./simulated-scheduler.js";
import { SimulatedWorker } from "./simulated-worker.js";
import { serialOutputs, type VirtualSizes } from "./values.js";
import type { SimulatedWorkerSettings } from "./worker-settings.js";
import { World } from "./world.js";

export { COALESCE_MS } from "../scheduler/state/deferrable-messages.js";

/** The most rows of spans in a report. */
const SPANS_MAX = 10_000;

/** A graph that another computes on the same cluster. */
export interface FurtherGraph {
  readonly graph: LayerGraph;
  /** The graph whose serial run has the expected outputs, where it reads persisted blocks. */
  readonly expected?: LayerGraph;
  readonly atMs: number;
  /** After how long its client ends, finished or not, and how; default: when it has the outputs. */
  readonly ends?: { readonly afterMs: number; readonly how: ClientEnd };
}

/** The options of a simulation. */
export interface SimulationOptions {
  /** As it is submitted: no passes are run on it. */
  readonly graph: LayerGraph;
  /** How often it is computed on the same cluster, one run after the other; default: once. */
  readonly runs?: number;
  /** Workers that join at the beginning. */
  readonly workers: number;
  /** Threads of each; default: 2. */
  readonly threads?: number;
  /** The memory limit of each worker; default: a tebibyte. */
  readonly memoryLimitBytes?: number;
  /** Decides latencies and durations. */
  readonly seed: number;
  /** Workers that die, connections that break, and the like; default: none. */
  readonly faults?: readonly Fault[];
  /** Adapts the number of workers; default: it is constant. */
  readonly autoscale?: AutoscaleOptions;
  /** Graphs of other clients, besides the first; default: none. */
  readonly furtherGraphs?: readonly FurtherGraph[];
  /** Clients that have actors made and call them; named `caller-0` and so on. */
  readonly callers?: readonly CallerPlan[];
  /** How likely each making and each call of an actor is to end it; default: 0. */
  readonly actorDeathChance?: number;
  /** Latency and bandwidth of connections. */
  readonly network?: Partial<NetworkOptions>;
  /** How long tasks and transfers take; default: typical rates. */
  readonly costs?: CostModel;
  /** How long dynamic results are; default: by chance. */
  readonly dynamicSizes?: VirtualSizes;
  /** Options of the scheduler. */
  readonly scheduler?: Partial<SchedulerOptions>;
  /** How long the scheduler delays deferrable messages, such as `freeTasks`; default: 0. */
  readonly deferMs?: number;
  /** How likely each execution is to throw; default: 0. */
  readonly throwChance?: number;
  /** How likely each execution is to wait, while its thread runs others; default: 0. */
  readonly suspendChance?: number;
  /** How likely each file of a spilled value is not to be written or read; default: 0. */
  readonly diskFailChance?: number;
  /** Settings of every worker. */
  readonly worker?: SimulatedWorkerSettings;
  /** Whether invariants of all cores are checked after every step; default: false. */
  readonly check?: boolean;
  /** @internal Called at the beginning with what all nodes share: for peers that a test adds. */
  readonly onBegin?: (environment: Environment) => void;
  /** Called with each execution that ended. */
  readonly onTaskRun?: (run: TaskRun) => void;
  /** When a run counts as hanging; default: ten virtual minutes. */
  readonly virtualMsMax?: number;
}

/** The figures of one run of the graph, until the client had every output. */
export interface RunReport {
  /** From when it was submitted. */
  readonly virtualMs: number;
  readonly busyMs: number;
  readonly turns: number;
  readonly copyMs: number;
  readonly bytesMoved: number;
  readonly valuesMoved: number;
  readonly spilledBytes: number;
  /** Executions that ended on each worker process, in order of joining. */
  readonly tasksPerWorker: readonly number[];
  /** The most bytes of values that each worker process held, in order of joining. */
  readonly peakBytesPerWorker: readonly number[];
}

/** The result of a simulation. */
export interface SimulationReport {
  /** From the start until the client had every output for the first time. */
  readonly virtualMs: number;
  /** Run by run. */
  readonly runs: readonly RunReport[];
  /** Executions that ended, repeats counted. */
  readonly tasksRun: number;
  /** The same for each worker process, in order of joining. */
  readonly tasksPerWorker: readonly number[];
  /** The time that all threads were busy together, and the longest that one task took. */
  readonly busyMs: number;
  readonly longestMs: number;
  /** Tasks that were moved from one worker to another, and how often at most. */
  readonly tasksMoved: number;
  readonly movesPerTaskMax: number;
  /** Bytes of values that workers fetched from each other. */
  readonly bytesMoved: number;
  /** How many values these were; a piece of one counts as one. */
  readonly valuesMoved: number;
  /** The most bytes of values that each worker process held, in order of joining. */
  readonly peakBytesPerWorker: readonly number[];
  /** Bytes that workers wrote to disk to make room. */
  readonly spilledBytes: number;
  /** How many workers there were, whenever that changed. */
  readonly workerCounts: readonly { readonly atMs: number; readonly workers: number }[];
  /** The scheduler's observations at the end of the last run. */
  readonly observation: Observation;
  /** Steps of all cores. */
  readonly steps: number;
  /**
   * Turns that main threads took in all runs, and the time that they spent on copying parts of
   * blocks together.
   */
  readonly turns: number;
  readonly copyMs: number;
  /** Code and message of the error that the graph ended with, if any. */
  readonly error: string | undefined;
  /** The same for each further graph, in the order of their submission. */
  readonly furtherErrors: readonly (string | undefined)[];
  /** Calls of actors that were answered, and that ended with an error. */
  readonly calls: CallCounts;
}

/** Between the end of a worker that was given up and its next life. */
const REJOIN_MS = 500;
/** How long all nodes have to forget a released graph, besides the silence of a lost client. */
const FORGET_MS = 60_000 + SCHEDULER_DEFAULTS.clientTimeoutMs;

/**
 * Computes a graph on a virtual cluster: the real scheduler and workers, over a network and with
 * faults that a seed decides. It takes about 20 µs a task, for tasks of any duration.
 *
 * @returns what the run was like; the same for the same options
 * @throws InvariantError when an output differs from the serial run's, when the run hangs, when
 * something is left behind after everything was released, and with `check` when an invariant breaks
 * @see https://tigerbeetle.com/blog/2023-07-06-simulation-testing-for-liveness
 * @example
 * import { simulate } from "tilework/sim";
 *
 * const graph = layerGraph(random([8_000, 8_000], { chunks: 1_000, seed: 1 }).mean(), { optimize: true });
 * const killed = { type: "kill", atMs: 3, worker: 1, noticed: true } as const;
 * const report = simulate({ graph, workers: 4, seed: 1, faults: [killed] });
 * report.error; // → undefined
 * report.tasksRun >= 69; // → true
 */
export function simulate(options: SimulationOptions): SimulationReport {
  return new Simulation(options).run();
}

/** Counters since the beginning. */
type Totals = Omit<RunReport, "virtualMs" | "tasksPerWorker" | "peakBytesPerWorker">;
const NOTHING_YET: Totals = {
  busyMs: 0,
  turns: 0,
  copyMs: 0,
  bytesMoved: 0,
  valuesMoved: 0,
  spilledBytes: 0,
};

class Simulation {
  readonly #options: SimulationOptions;
  readonly #environment: Environment;
  readonly #scheduler: SimulatedScheduler;
  readonly #workers: SimulatedWorker[] = [];
  /** How many workers there were, whenever that changed. */
  readonly #workerCounts: { readonly atMs: number; readonly workers: number }[] = [];
  readonly #callers: SimulatedCaller[] = [];
  readonly #runs: RunReport[] = [];
  /** Totals before the current run. */
  #totalsBefore = NOTHING_YET;
  #tasksBefore: readonly number[] = [];
  /** Clients, with the graph whose serial run has their expected outputs. */
  readonly #clients: { readonly client: SimulatedClient; readonly expected: LayerGraph }[] = [];

  constructor(options: SimulationOptions) {
    this.#options = options;
    const rng = new Rng(options.seed);
    const world = new World();
    const costs = options.costs ?? COST_DEFAULTS;
    this.#environment = {
      world,
      network: new Network(world, rng.fork(), options.network),
      rng: rng.fork(),
      costs,
      processors: new Processors(world, costs.processors),
      dynamicSizes: options.dynamicSizes ?? "chance",
      throwChance: options.throwChance ?? 0,
      suspendChance: options.suspendChance ?? 0,
      diskFailChance: options.diskFailChance ?? 0,
      check: options.check ?? false,
      onTaskRun: options.onTaskRun,
      actorDeathChance: options.actorDeathChance ?? 0,
      actors: new Map(),
      peers: new Map(),
      followers: new Map(),
      servers: new Map(),
      toScheduler: (from, message) => this.#scheduler.receive(from, message),
      steps: 0,
      turns: 0,
      copyMs: 0,
      bytesMoved: 0,
      valuesMoved: 0,
    };
    this.#scheduler = new SimulatedScheduler(
      this.#environment,
      { workerTimeoutMs: 3_000, workerSilenceMs: 1_000, ...options.scheduler },
      options.deferMs ?? 0,
    );
  }

  run(): SimulationReport {
    const { graph, workers, faults = [], furtherGraphs = [] } = this.#options;
    const { world } = this.#environment;
    for (let worker = 0; worker < workers; worker++) this.#join();
    this.#options.onBegin?.(this.#environment);
    const { autoscale } = this.#options;
    if (autoscale !== undefined) {
      new SimulatedAutoscaler(this.#environment, autoscale, {
        count: () => this.#workers.filter(({ isAlive }) => isAlive).length,
        join: () => this.#join(),
      });
    }
    const client = this.#submit(graph);
    for (const [k, plan] of (this.#options.callers ?? []).entries()) {
      this.#callers.push(new SimulatedCaller(this.#environment, `caller-${k}`, plan));
    }
    for (const further of furtherGraphs) world.at(further.atMs, () => this.#submitFurther(further));
    for (const fault of faults) world.at(fault.atMs, () => this.#strike(fault));
    this.#runToEnd(client);
    const { endedMs } = client;
    for (let run = 1; run < (this.#options.runs ?? 1) && client.error === undefined; run++) {
      client.submitAgain();
      this.#runToEnd(client);
    }
    return this.#report(client, endedMs);
  }

  /** Until all clients have their outputs, and no state of them is left. */
  #runToEnd(client: SimulatedClient): void {
    const { world } = this.#environment;
    const virtualMsMax = this.#options.virtualMsMax ?? 600_000;
    this.#runUntil(() => this.#haveClientsEnded(), world.nowMs + virtualMsMax);
    for (const { client, expected } of this.#clients) this.#checkOutputs(client, expected);
    this.#runs.push(this.#runReport(client));
    this.#runUntil(() => this.#isForgotten(), world.nowMs + FORGET_MS);
    this.#totalsBefore = this.#totals();
    this.#tasksBefore = this.#workers.map((worker) => worker.tasksRun);
  }

  #runReport({ endedMs, submittedMs }: SimulatedClient): RunReport {
    const totals = this.#totals();
    const of = (name: keyof Totals) => totals[name] - this.#totalsBefore[name];
    return {
      virtualMs: endedMs - submittedMs,
      busyMs: of("busyMs"),
      turns: of("turns"),
      copyMs: of("copyMs"),
      bytesMoved: of("bytesMoved"),
      valuesMoved: of("valuesMoved"),
      spilledBytes: of("spilledBytes"),
      tasksPerWorker: this.#workers.map(
        ({ tasksRun }, k) => tasksRun - (this.#tasksBefore[k] ?? 0),
      ),
      peakBytesPerWorker: this.#workers.map((worker) => worker.takePeakBytes()),
    };
  }

  #totals(): Totals {
    const { turns, copyMs, bytesMoved, valuesMoved } = this.#environment;
    const busyMs = this.#workers.reduce((sum, worker) => sum + worker.busyMs, 0);
    const spilledBytes = this.#workers.reduce((sum, { state }) => sum + state.spilledBytesTotal, 0);
    return { busyMs, turns, copyMs, bytesMoved, valuesMoved, spilledBytes };
  }

  #join(name = `worker-${this.#workers.length}`): void {
    const { threads = 2, memoryLimitBytes = 2 ** 40 } = this.#options;
    const identity = `worker-${this.#workers.length}`;
    this.#workers.push(
      new SimulatedWorker(this.#environment, identity, {
        ...this.#options.worker,
        name,
        threads,
        memoryLimitBytes,
        // Like the command: a worker that was given up starts again, with nothing.
        ended: (cause) => {
          if (cause === "givenUp") this.#environment.world.after(REJOIN_MS, () => this.#join(name));
          this.#countWorkers();
        },
      }),
    );
    this.#countWorkers();
  }

  #countWorkers(): void {
    const workers = this.#workers.filter(({ isAlive }) => isAlive).length;
    this.#workerCounts.push({ atMs: this.#environment.world.nowMs, workers });
  }

  #submit(graph: LayerGraph, expected = graph): SimulatedClient {
    const name = `client-${this.#clients.length}`;
    const client = new SimulatedClient(this.#environment, name, graph);
    this.#clients.push({ client, expected });
    return client;
  }

  #submitFurther({ graph, expected, ends }: FurtherGraph): void {
    const client = this.#submit(graph, expected);
    if (ends === undefined) return;
    this.#environment.world.after(ends.afterMs, () => client.end(ends.how));
  }

  #strike(fault: Fault): void {
    const { network } = this.#environment;
    if (fault.type === "join") {
      this.#join();
      return;
    }
    if (fault.type === "part") {
      const [a, b] = fault.workers.map((worker) => `worker-${worker}`) as [string, string];
      network.cut(a, b, fault.forMs);
      return;
    }
    if (fault.type === "arrange") {
      this.#arrange(fault.copies);
      return;
    }
    const worker = this.#workers[fault.worker];
    if (!worker?.isAlive) return;
    switch (fault.type) {
      case "kill":
        worker.kill();
        if (fault.noticed) this.#reportExit(worker.state.options.name);
        break;
      case "restart":
        this.#restart(worker, fault.afterMs);
        break;
      case "leave":
        worker.leave();
        break;
      case "slow":
        worker.slowness = fault.factor;
        break;
      case "isolate":
      case "cutOff":
        network.cut(worker.identity, SCHEDULER, "forMs" in fault ? fault.forMs : undefined);
        break;
      case "silence":
        network.hold(worker.identity, SCHEDULER, fault.forMs);
        break;
      case "retire":
        this.#clients[0]?.client.say({
          type: "retireWorkers",
          request: 0,
          names: [worker.state.options.name],
        });
        break;
    }
  }

  #arrange(copies: number): void {
    const { client } = this.#clients[0] ?? {};
    for (const layer of outputsOf(this.#options.graph)) {
      client?.say({ type: "replicateLayer", request: 0, layer, copies });
    }
    client?.say({ type: "rebalanceData", request: 0 });
  }

  #restart(worker: SimulatedWorker, afterMs: number): void {
    const { name } = worker.state.options;
    worker.kill();
    this.#reportExit(name);
    this.#environment.world.after(afterMs, () => this.#join(name));
  }

  /** The first client plays the supervisor, as `LocalCluster` does. */
  #reportExit(name: string): void {
    this.#clients[0]?.client.say({ type: "reportWorkerExit", name, reason: "killed by SIGKILL" });
  }

  #haveClientsEnded(): boolean {
    const expected = 1 + (this.#options.furtherGraphs?.length ?? 0);
    return (
      this.#clients.length === expected &&
      this.#clients.every(({ client }) => client.hasEnded) &&
      this.#callers.every(({ hasEnded }) => hasEnded)
    );
  }

  /** Checks that the fetched outputs equal those of the serial run, block by block. */
  #checkOutputs(client: SimulatedClient, graph: LayerGraph): void {
    const expected = serialOutputs(graph);
    client.outputs.forEach((blocks, output) => {
      blocks.forEach((hash, block) => {
        if (hash === undefined) return;
        const name = `block ${block} of output ${output} of ${client.name}`;
        assert(hash === expected[output]?.[block], `${name} differs from the serial run`);
      });
    });
  }

  /** No one keeps anything of the graphs that were released. */
  #isForgotten(): boolean {
    return (
      this.#scheduler.state.graphs.size === 0 &&
      this.#scheduler.state.layers.size === 0 &&
      this.#scheduler.state.actorTable.byId.size === 0 &&
      this.#workers.every((worker) => worker.actorCount === 0) &&
      this.#workers.every((worker) => worker.storedBytes === 0)
    );
  }

  #runUntil(isDone: () => boolean, untilMs: number): void {
    if (this.#environment.world.run(isDone, untilMs)) return;
    assert(false, `the simulation hangs at ${untilMs} virtual ms:\n${this.#describe()}`);
  }

  /** The state of all nodes, to find out why a run hangs. */
  #describe(): string {
    const lines = this.#workers.map((worker) => {
      const { tasks, transfers, tombstones, executing } = worker.state;
      const unfinished = [...tasks.values()].filter((task) => task.status !== "memory");
      return `${worker.identity}: ${worker.isAlive ? "alive" : "gone"}, ${tasks.size} tasks (${unfinished
        .slice(0, 8)
        .map((task) => `${task.task} ${task.status}`)
        .join(
          ", ",
        )}), ${transfers.size} transfers, ${tombstones.size} tombstones, ${executing} executing, ${worker.storedBytes} bytes`;
    });
    for (const { client } of this.#clients) {
      lines.push(`${client.name}: ${client.hasEnded ? "ended" : "waits"}`);
    }
    const { graphs, layers, actorTable } = this.#scheduler.state;
    const actors = [...actorTable.byId.values()].map(({ id, status }) => `${id} ${status}`);
    lines.push(
      `${SCHEDULER}: ${graphs.size} graphs, ${layers.size} layers, actors: ${actors.join(", ")}`,
    );
    return [...lines, ...this.#scheduler.warnings.slice(-8)].join("\n");
  }

  #report(client: SimulatedClient, endedMs: number): SimulationReport {
    const { steps } = this.#environment;
    const { state } = this.#scheduler;
    return {
      virtualMs: endedMs,
      runs: this.#runs,
      ...this.#totals(),
      tasksRun: this.#workers.reduce((sum, worker) => sum + worker.tasksRun, 0),
      tasksPerWorker: this.#workers.map((worker) => worker.tasksRun),
      longestMs: Math.max(0, ...this.#workers.map((worker) => worker.longestMs)),
      tasksMoved: this.#scheduler.moves.size,
      movesPerTaskMax: Math.max(0, ...this.#scheduler.moves.values()),
      peakBytesPerWorker: this.#workers.map(({ peakBytes }) => peakBytes),
      workerCounts: this.#workerCounts,
      get observation() {
        return observationOf(state, { spansMax: SPANS_MAX, withNotes: true });
      },
      steps,
      turns: this.#runs.reduce((sum, { turns }) => sum + turns, 0),
      error: textOf(client.error),
      calls: {
        answered: this.#callers.reduce((sum, { counts }) => sum + counts.answered, 0),
        failed: this.#callers.reduce((sum, { counts }) => sum + counts.failed, 0),
      },
      furtherErrors: this.#clients.slice(1).map((further) => textOf(further.client.error)),
    };
  }
}

function textOf(error: WireError | undefined): string | undefined {
  return error && `${error.code ?? error.name}: ${error.message}`;
}
