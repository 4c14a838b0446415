// The production worker core in a virtual process: threads that take virtual time, a store of
// virtual values, and fetches over the virtual network. Fails for actions that a real shell could
// not perform.
import { assert, defined } from "../base/assert.js";
import type { CutMap } from "../graph/dependencies/regions.js";
import type { Layer } from "../graph/model/layer.js";
import type {
  SchedulerToClient,
  SchedulerToWorker,
  WorkerToScheduler,
} from "../protocol/messages/messages.js";
import type { LayerId, TaskId } from "../protocol/values/ids.js";
import { checkInvariants } from "../worker/invariants.js";
import type {
  EndCause,
  Execute,
  Fetch,
  Performed,
  WithdrawExecutions,
  WorkerAction,
} from "../worker/state/actions.js";
import type { WorkerEvent } from "../worker/state/events.js";
import type { WorkerOptions } from "../worker/state/options.js";
import { createWorkerState, type WorkerState } from "../worker/state/worker-state.js";
import { startWorker, step } from "../worker/step.js";
import { cutsOf } from "../worker/values/known-layers.js";
import { drawFactor, taskDurationMs } from "./cost-model.js";
import {
  type Environment,
  type Pieces,
  requestValues,
  type SchedulerPeer,
  TICK_MS,
  type ValueServer,
} from "./environment.js";
import { FollowerAnswers } from "./follower-answers.js";
import { MainThread } from "./processors.js";
import { SimulatedActors } from "./simulated-actors.js";
import {
  checkPieces,
  computeValue,
  copiedBytes,
  cutValue,
  inlinedValues,
  type VirtualValue,
} from "./values.js";
import { VirtualDisk } from "./virtual-disk.js";
import { VirtualReports } from "./virtual-reports.js";
import type { SimulatedWorkerSettings } from "./worker-settings.js";

/** The longest that ended executions wait for the main thread's next turn. */
const TURN_MS = 0.1;
/** The longest that a task waits for results of others. */
const WAIT_MS_MAX = 20;

/** An execution that waits for a thread. Its layer is taken down: it may be dropped meanwhile. */
interface Queued {
  readonly execution: Execute;
  readonly layer: Layer;
  readonly regions: CutMap | undefined;
  readonly threads: number;
}

/** An execution that has ended and was not reported to the core yet. */
interface Ended {
  readonly execution: Execute;
  readonly value: VirtualValue;
  readonly durationMs: number;
  readonly threads: number;
}

/** Options of a simulated worker. */
export interface SimulatedWorkerOptions
  extends Pick<WorkerOptions, "name" | "threads" | "memoryLimitBytes">,
    SimulatedWorkerSettings {
  /** Called when it ends by itself. */
  readonly ended: (cause: EndCause) => void;
}

/** A worker process of the simulation. */
export class SimulatedWorker implements SchedulerPeer, ValueServer {
  /** Its routing identity and data address; a worker restarted has the same name, but not these. */
  readonly identity: string;
  readonly state: WorkerState;
  isAlive = true;
  /** The factor by which its threads are slower than in the cost model. */
  slowness = 1;
  tasksRun = 0;
  /** The time that its threads were busy, and the longest that one task took. */
  busyMs = 0;
  longestMs = 0;
  readonly #environment: Environment;
  readonly #onEnd: (cause: EndCause) => void;
  readonly #mainThread: MainThread;
  readonly #values = new Map<TaskId, VirtualValue>();
  #storedBytes = 0;
  #peakBytesBefore = 0;
  readonly #disk: VirtualDisk;
  readonly #actors: SimulatedActors;
  readonly #queue: Queued[] = [];
  #busyThreads = 0;
  /** For each layer that was sent, how many threads have run a task. */
  readonly #preparedThreads = new Map<LayerId, number>();
  #ended: Ended[] = [];
  readonly #reports: VirtualReports;
  readonly #answers: FollowerAnswers;
  readonly #requests = new Map<number, { address: string; cancel(): void }>();

  constructor(
    environment: Environment,
    identity: string,
    { ended, ...options }: SimulatedWorkerOptions,
  ) {
    this.#environment = environment;
    this.#onEnd = ended;
    this.#mainThread = new MainThread(environment);
    this.#disk = new VirtualDisk(environment);
    this.#answers = new FollowerAnswers(environment);
    this.#reports = new VirtualReports(environment, identity, () => this.isAlive);
    this.#actors = new SimulatedActors(environment, identity, (event) => this.#happen(event));
    this.identity = identity;
    const { otherBytes = 0, ...settings } = options;
    this.state = createWorkerState({
      dataAddress: identity,
      pid: 0,
      schedulerTimeoutMs: 10_000,
      // No one would restart it.
      memoryTerminate: 0,
      ...settings,
    });
    environment.peers.set(identity, this);
    environment.servers.set(identity, this);
    this.#perform(startWorker(this.state, environment.world.nowMs));
    environment.world.every(TICK_MS, () => {
      this.#happen({ type: "ticked", processBytes: this.#storedBytes + otherBytes });
      return this.isAlive;
    });
  }

  /** Bytes of the values it holds, in memory or on disk; none when it is gone. */
  get storedBytes(): number {
    return this.isAlive ? this.#storedBytes + this.#disk.bytes : 0;
  }

  /** The most bytes of values that it has held. */
  get peakBytes(): number {
    return Math.max(this.#peakBytesBefore, this.state.peakManagedBytes);
  }

  /** The same since the last call. */
  takePeakBytes(): number {
    const { managedBytes, peakManagedBytes } = this.state;
    this.#peakBytesBefore = this.peakBytes;
    this.state.peakManagedBytes = managedBytes;
    return peakManagedBytes;
  }

  /** Actors that live there; none when it is gone. */
  get actorCount(): number {
    return this.isAlive ? this.#actors.count + this.state.actors.size : 0;
  }

  /** Ends the process without a message. */
  kill(): void {
    this.isAlive = false;
  }

  /** Asks the worker to leave. */
  leave(): void {
    this.#happen({ type: "closeRequested", reason: "asked to leave" });
  }

  receive(message: SchedulerToClient | SchedulerToWorker): void {
    this.#mainThread.take(() => this.#happen(message as SchedulerToWorker));
  }

  serve(
    tasks: readonly TaskId[],
    answer: (found: Map<TaskId, VirtualValue>) => void,
    pieces?: Pieces,
  ): void {
    const bytes = copiedBytes(pieces ?? [], (task) => this.#values.get(task));
    const copyMs = bytes / this.#environment.costs.cutBytesPerMs;
    this.#environment.copyMs += copyMs;
    this.#mainThread.take(() => this.#serve(tasks, answer, pieces), copyMs);
  }

  #serve(
    tasks: readonly TaskId[],
    answer: (found: Map<TaskId, VirtualValue>) => void,
    pieces: Pieces | undefined,
  ): void {
    if (!this.isAlive) return;
    const found = new Map<TaskId, VirtualValue>();
    let reads = 1;
    const finish = () => {
      if (--reads === 0 && this.isAlive) answer(found);
    };
    tasks.forEach((number, i) => {
      const { task, region } = pieces?.[i] ?? { task: number };
      const take = (value: VirtualValue) => {
        const taken = region === undefined ? value : cutValue(value, region);
        if (taken !== undefined) found.set(number, taken);
      };
      const value = this.#values.get(task);
      if (value !== undefined) {
        take(value);
      } else if (this.#disk.has(task)) {
        reads++;
        this.#disk.read(task, (copy) => {
          if (copy !== undefined) take(copy);
          finish();
        });
      }
    });
    finish();
  }

  #happen(event: WorkerEvent): void {
    if (!this.isAlive) return;
    const environment = this.#environment;
    environment.steps++;
    const actions = step(this.state, event, environment.world.nowMs);
    this.#perform(actions);
    // A tick that nothing followed from has changed nothing worth looking at; most are.
    if (!environment.check || (event.type === "ticked" && actions.length === 0)) return;
    checkInvariants(this.state);
    assert(
      this.state.managedBytes === this.#storedBytes,
      `${this.identity} counts other bytes than it stores`,
    );
  }

  /** The implementation of each action. */
  readonly #performed: Partial<Performed> = {
    send: (action) => this.#reports.send(this.#withValues(action.message), action.canWait === true),
    answerFollower: ({ follower }) =>
      this.#answers.answer(this.state, follower, this.#valueOf(follower.task)),
    execute: (action) => this.#execute(action),
    cancel: (action) => this.#cancel(action.tasks),
    withdraw: (action) => this.#withdraw(action),
    fetch: (action) => this.#fetch(action),
    forgetPeer: (action) => {
      for (const request of this.#requests.values()) {
        if (request.address === action.address) request.cancel();
      }
    },
    drop: ({ tasks }) => this.#drop(tasks),
    spill: (action) => this.#spill(action.task),
    evict: ({ tasks }) => this.#evict(tasks),
    restore: (action) => this.#restore(action.task),
    answer: ({ ask }) => this.#reports.send({ type: "workerAnswered", ask, json: "null" }, false),
    plugWorker: ({ ask }) =>
      this.#reports.send({ type: "workerAnswered", ask, json: "null" }, false),
    startActor: (action) => this.#actors.start(action),
    stopActor: (action) => this.#actors.stop(action),
    stop: (action) => {
      this.isAlive = false;
      this.#onEnd(action.cause);
    },
  };

  #perform(actions: readonly WorkerAction[]): void {
    for (const action of actions) this.#performed[action.type]?.(action as never);
  }

  #withValues(message: WorkerToScheduler): WorkerToScheduler {
    if (message.type !== "tasksFinished" || message.inlined === undefined) return message;
    const inlined = message.inlined.map((row) => this.#valueOf(message.tasks[row] as TaskId));
    return { ...message, ...inlinedValues(inlined), ...this.#answers.take() };
  }

  #execute(execution: Execute): void {
    for (const operand of execution.operands) this.#valueOf(operand);
    const { layers, tasks } = this.state;
    const { layer } = defined(layers.get(execution.layer), `layer ${execution.layer}`);
    const regions = cutsOf(this.state, execution.layer);
    const { threads } = defined(tasks.get(execution.task), `task ${execution.task}`);
    this.#queue.push({ execution, layer, regions, threads });
    this.#startThreads();
  }

  #cancel(tasks: readonly TaskId[]): void {
    const unwanted = new Set(tasks);
    const left = this.#queue.filter(({ execution }) => !unwanted.has(execution.task));
    const withdrawn = this.#queue.filter(({ execution }) => unwanted.has(execution.task));
    if (withdrawn.length === 0) return;
    this.#queue.splice(0, this.#queue.length, ...left);
    this.#environment.world.after(0, () =>
      this.#happen({
        type: "executionsCancelled",
        tasks: withdrawn.map(({ execution }) => execution.task),
        attempts: withdrawn.map(({ execution }) => execution.attempt),
      }),
    );
  }

  #withdraw({ tasks, attempts }: WithdrawExecutions): void {
    const areWithdrawn = tasks.map((task) => {
      const at = this.#queue.findIndex(({ execution }) => execution.task === task);
      if (at >= 0) this.#queue.splice(at, 1);
      return at >= 0;
    });
    this.#environment.world.after(0, () =>
      this.#happen({ type: "executionsWithdrawn", tasks, attempts, areWithdrawn }),
    );
  }

  #startThreads(): void {
    const { threads } = this.state.options;
    while (this.#busyThreads < threads) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#busyThreads += next.threads;
      // A task that goes on after a wait shares its thread with others.
      const isFree = this.#busyThreads <= threads || this.#environment.suspendChance > 0;
      assert(isFree, `${this.identity} has no threads left`);
      this.#runOnThread(next);
    }
  }

  #runOnThread({ execution, layer, regions, threads }: Queued): void {
    const { rng, costs, dynamicSizes, suspendChance } = this.#environment;
    const operands = execution.operands.map((task) => this.#valueOf(task));
    checkPieces(operands, regions?.(execution.block));
    const value = computeValue(layer, execution.block, operands, dynamicSizes);
    const bytes = operands.reduce((sum, operand) => sum + operand.bytes, value.bytes);
    const workMs = taskDurationMs(costs, layer, bytes) * drawFactor(costs, rng) * this.slowness;
    const durationMs = workMs + this.#prepareMs(execution.layer, layer);
    const ended = { execution, value, durationMs, threads };
    const end = (leftMs: number) => this.#endAfter(leftMs, ended, layer);
    if (suspendChance > 0 && rng.chance(suspendChance)) this.#wait(ended, durationMs / 2, end);
    else end(durationMs);
  }

  /** The time to prepare a layer, once for each thread. */
  #prepareMs(id: LayerId, { name }: Layer): number {
    const ms = this.#environment.costs.prepareMsOf?.get(name);
    const prepared = this.#preparedThreads.get(id) ?? 0;
    if (ms === undefined || prepared === this.state.options.threads) return 0;
    this.#preparedThreads.set(id, prepared + 1);
    return ms;
  }

  /** Waits half-way through, and leaves its thread to others meanwhile. */
  #wait({ execution, threads }: Ended, halfMs: number, end: (leftMs: number) => void): void {
    const { world, rng } = this.#environment;
    const columns = { tasks: [execution.task], attempts: [execution.attempt] };
    world.after(halfMs, () => {
      if (!this.isAlive) return;
      this.#busyThreads -= threads;
      this.#happen({ type: "executionsSuspended", ...columns });
      this.#startThreads();
      world.after(rng.between(0, WAIT_MS_MAX), () => {
        if (!this.isAlive) return;
        this.#busyThreads += threads;
        this.#happen({ type: "executionsResumed", ...columns });
        end(halfMs);
      });
    });
  }

  #endAfter(leftMs: number, ended: Ended, layer: Layer): void {
    const { world, rng, processors } = this.#environment;
    const { execution, durationMs, threads } = ended;
    processors.run(leftMs, () => {
      if (!this.isAlive) return;
      for (const task of execution.operands) this.#valueOf(task);
      this.#busyThreads -= threads;
      this.tasksRun++;
      this.busyMs += durationMs;
      this.longestMs = Math.max(this.longestMs, durationMs);
      this.#environment.onTaskRun?.({
        layer: layer.name,
        block: execution.block,
        worker: Number(this.identity.slice(this.identity.indexOf("-") + 1)),
        endedMs: world.nowMs,
        durationMs,
      });
      if (rng.chance(this.#environment.throwChance)) this.#throw(execution);
      else this.#end(ended);
      this.#startThreads();
    });
  }

  #throw({ task, attempt }: Execute): void {
    const error = { name: "Error", message: "thrown by the simulation" };
    this.#happen({ type: "executionFailed", task, attempt, error });
  }

  #end(ended: Ended): void {
    const { world, rng } = this.#environment;
    if (this.#ended.length === 0) {
      world.after(rng.between(0, TURN_MS), () => this.#mainThread.take(() => this.#reportEnded()));
    }
    this.#ended.push(ended);
  }

  /** The main thread's turn: stores the results since the last one and reports them to the core. */
  #reportEnded(): void {
    if (!this.isAlive) return;
    const ended = this.#ended;
    this.#ended = [];
    for (const { execution, value } of ended) this.#store(execution.task, value);
    this.#happen({
      type: "executionsFinished",
      tasks: ended.map(({ execution }) => execution.task),
      attempts: ended.map(({ execution }) => execution.attempt),
      bytes: ended.map(({ value }) => value.bytes),
      durationsMs: ended.map(({ durationMs }) => durationMs),
    });
  }

  #fetch({ request, address, tasks, pieces }: Fetch): void {
    const environment = this.#environment;
    const { world } = environment;
    const startedMs = world.nowMs;
    const onAnswer = (found: Map<TaskId, VirtualValue> | undefined, transferMs: number) => {
      if (!this.isAlive) return;
      this.#requests.delete(request);
      if (found === undefined) {
        this.#happen({ type: "fetchFailed", request, reason: "no answer" });
        return;
      }
      for (const [task, value] of found) {
        this.#store(task, value);
        if (address === this.identity) continue;
        environment.bytesMoved += value.bytes;
        environment.valuesMoved++;
      }
      this.#happen({
        type: "fetchFinished",
        request,
        found: [...found.keys()],
        bytes: [...found.values()].map((value) => value.bytes),
        missing: tasks.filter((task) => !found.has(task)),
        transferMs,
      });
    };
    const turn = (found: Map<TaskId, VirtualValue> | undefined) => {
      const moved = address === this.identity ? 0 : (found?.size ?? 0);
      // How long it was under way, and not how long until this main thread has its turn.
      const transferMs = world.nowMs - startedMs;
      this.#mainThread.take(() => onAnswer(found, transferMs), moved * environment.costs.fetchMs);
    };
    const open = requestValues(environment, this.identity, address, tasks, turn, pieces);
    this.#requests.set(request, { address, cancel: open.cancel });
  }

  #valueOf(task: TaskId): VirtualValue {
    return defined(this.#values.get(task), `value ${task} on ${this.identity}`);
  }

  #store(task: TaskId, value: VirtualValue): void {
    assert(!this.#values.has(task), `${this.identity} stores task ${task} over an earlier value`);
    this.#values.set(task, value);
    this.#storedBytes += value.bytes;
  }

  #spill(task: TaskId): void {
    this.#disk.write(task, this.#valueOf(task), (isWritten) => {
      this.#valueOf(task);
      this.#happen(
        isWritten ? { type: "spilled", task } : { type: "spillFailed", task, reason: "disk full" },
      );
    });
  }

  #restore(task: TaskId): void {
    assert(this.#disk.has(task), `${this.identity} restores ${task}, which is not on disk`);
    this.#disk.read(task, (value) => {
      if (!this.isAlive) return;
      if (value !== undefined) this.#store(task, value);
      this.#happen(
        value !== undefined
          ? { type: "restored", task }
          : { type: "restoreFailed", task, reason: "broken file" },
      );
    });
  }

  #evict(tasks: readonly TaskId[]): void {
    for (const task of tasks) {
      assert(this.#disk.has(task), `${this.identity} evicts ${task}, which is not on disk`);
      this.#storedBytes -= this.#valueOf(task).bytes;
      this.#values.delete(task);
    }
  }

  #drop(tasks: readonly TaskId[]): void {
    for (const task of tasks) {
      const isOnDisk = this.#disk.remove(task);
      if (this.#values.has(task)) this.#storedBytes -= this.#valueOf(task).bytes;
      else assert(isOnDisk, `${this.identity} drops ${task}, which is nowhere`);
      this.#values.delete(task);
    }
  }
}
