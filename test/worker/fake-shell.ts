// A worker's shell without threads and sockets: it does what the core asks in its own head, and
// fails when the core asks for what a real shell could not do. Every step ends with the invariants.
import { expect } from "vitest";
import type { SourceLayer } from "../../src/graph/model/layer.js";
import { nameLayer } from "../../src/graph/model/naming.js";
import type {
  ComputeTasks,
  Follower,
  InputsMissing,
  ReplicasAdded,
  TasksFinished,
  WorkerToScheduler,
} from "../../src/protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../src/protocol/values/ids.js";
import { checkInvariants } from "../../src/worker/invariants.js";
import type {
  Execute,
  Fetch,
  StopWorker,
  WithdrawExecutions,
  WorkerAction,
} from "../../src/worker/state/actions.js";
import type { WorkerEvent } from "../../src/worker/state/events.js";
import type { WorkerOptions } from "../../src/worker/state/options.js";
import { createWorkerState, type WorkerState } from "../../src/worker/state/worker-state.js";
import { startWorker, step } from "../../src/worker/step.js";

/** The number of the worker under test. */
export const SELF = 7;
/** The one layer that tasks in these tests belong to. */
export const LAYER = 3;

/** One task of a `computeTasks` message, the long way. */
export interface Assignment {
  readonly task: TaskId;
  readonly attempt?: number;
  readonly priority?: number;
  readonly bytes?: number;
  readonly layer?: number;
  readonly resources?: Readonly<Record<string, number>>;
  readonly follower?: Follower;
  /** Operands with the worker that holds each; default: this one. */
  readonly operands?: readonly (readonly [TaskId, WorkerId?, number?])[];
}

export class FakeShell {
  readonly state: WorkerState;
  /** Values in memory. */
  readonly store = new Set<TaskId>();
  /** Values with a copy on disk. */
  readonly disk = new Set<TaskId>();
  readonly writing: TaskId[] = [];
  readonly reading: TaskId[] = [];
  readonly executing: Execute[] = [];
  readonly cancelled: TaskId[] = [];
  /** Questions for tasks that another worker is to have. */
  readonly askedBack: WithdrawExecutions[] = [];
  readonly fetching: Fetch[] = [];
  readonly sent: WorkerToScheduler[] = [];
  /** Actors whose threads run, in the order in which they were started. */
  readonly actors: string[] = [];
  /** Those of them that were asked to stop. */
  readonly stopping: string[] = [];
  readonly logged: string[] = [];
  memoryReleases = 0;
  /** Users' functions that it was to end because of their memory. */
  callsEnded = 0;
  stopped: StopWorker | undefined;
  nowMs = 0;
  /** Hears of each action before it is performed. */
  onAction: (action: WorkerAction) => void = () => {};

  constructor(options: Partial<WorkerOptions> = {}) {
    this.state = createWorkerState({
      name: "worker-7",
      dataAddress: "inproc://worker-7",
      threads: 2,
      memoryLimitBytes: 2 ** 30,
      pid: 1234,
      ...options,
    });
    this.perform(startWorker(this.state, this.nowMs));
  }

  /** Accepted by the scheduler, with peers 1 and 2 and the layer. */
  static running(options: Partial<WorkerOptions> = {}): FakeShell {
    const shell = new FakeShell(options);
    shell.tell({
      type: "workerAccepted",
      worker: SELF,
      heartbeatIntervalMs: 500,
      scheduler: "s",
    });
    shell.join(1);
    shell.join(2);
    const layer = nameLayer<SourceLayer>("full", {
      kind: "source",
      inputs: [],
      chunks: [[1]],
      dtype: "float64",
      generator: { type: "full", value: 0 },
    });
    shell.tell({ type: "addLayers", layers: [{ id: LAYER, layer, inputs: [] }] });
    shell.sent.length = 0;
    return shell;
  }

  join(worker: WorkerId): void {
    const address = `inproc://worker-${worker}`;
    this.tell({ type: "workersJoined", workers: [{ worker, name: `w${worker}`, address }] });
  }

  /** Lets an event happen and does what is asked. */
  tell(event: WorkerEvent): void {
    const actions = step(this.state, event, this.nowMs);
    this.perform(actions);
    checkInvariants(this.state);
  }

  assign(...assignments: Assignment[]): void {
    this.tell(computeTasks(assignments));
  }

  free(...tasks: TaskId[]): void {
    this.tell({ type: "freeTasks", tasks });
  }

  /** Ends executions of these tasks, default: each with 8 bytes after 1 ms. */
  finish(tasks: readonly TaskId[], bytes = 8, durationMs = 1): void {
    const ended = tasks.map((task) => this.takeExecution(task));
    for (const task of tasks) this.store.add(task);
    this.tell({
      type: "executionsFinished",
      tasks,
      attempts: ended.map((execution) => execution.attempt),
      bytes: tasks.map(() => bytes),
      durationsMs: tasks.map(() => durationMs),
    });
  }

  /** Ends the thread of an actor, which was to stop or died. */
  endActor(actor: string): void {
    this.actors.splice(this.actors.indexOf(actor), 1);
    const error = { name: "Error", message: "it ended" };
    this.tell({ type: "actorEnded", actor, incarnation: 1, error });
  }

  /** Takes back executions that no thread has begun. */
  withdraw(...tasks: TaskId[]): void {
    const attempts = tasks.map((task) => this.takeExecution(task).attempt);
    this.tell({ type: "executionsCancelled", tasks, attempts });
  }

  /** Answers the oldest question for tasks that another worker is to have: those `begun` stay. */
  giveBack(...begun: TaskId[]): void {
    const { tasks, attempts } = this.askedBack.shift() as WithdrawExecutions;
    const areWithdrawn = tasks.map((task, k) => {
      const isHere = this.executing.some((e) => e.task === task && e.attempt === attempts[k]);
      if (!isHere || begun.includes(task)) return false;
      this.takeExecution(task);
      return true;
    });
    this.tell({ type: "executionsWithdrawn", tasks, attempts, areWithdrawn });
  }

  /** Tasks wait for what others compute. */
  suspend(...tasks: TaskId[]): void {
    this.#change("executionsSuspended", tasks);
  }

  /** They go on. */
  resume(...tasks: TaskId[]): void {
    this.#change("executionsResumed", tasks);
  }

  #change(type: "executionsSuspended" | "executionsResumed", tasks: readonly TaskId[]): void {
    const attempts = tasks.map(
      (task) => this.executing.find((execution) => execution.task === task)?.attempt ?? -1,
    );
    this.tell({ type, tasks, attempts });
  }

  /** A task throws. */
  fail(task: TaskId): void {
    const { attempt } = this.takeExecution(task);
    const error = { name: "Error", message: "boom" };
    this.tell({ type: "executionFailed", task, attempt, error });
  }

  /** Ends the oldest fetch; all that it asked for is found but what is `missing`. */
  arrive(missing: readonly TaskId[] = [], bytes = 8, heldMs = 0): void {
    const fetch = this.takeFetch();
    const found = fetch.tasks.filter((task) => !missing.includes(task));
    for (const task of found) this.store.add(task);
    this.tell({
      type: "fetchFinished",
      request: fetch.request,
      found,
      bytes: found.map(() => bytes),
      missing: fetch.tasks.filter((task) => missing.includes(task)),
      transferMs: 2,
      heldMs,
    });
  }

  failFetch(): void {
    const { request } = this.takeFetch();
    this.tell({ type: "fetchFailed", request, reason: "no answer" });
  }

  /** Ends the oldest write. */
  write(): void {
    const task = this.writing.shift() as TaskId;
    this.disk.add(task);
    this.tell({ type: "spilled", task });
  }

  failWrite(): void {
    this.tell({
      type: "spillFailed",
      task: this.writing.shift() as TaskId,
      reason: "ENOSPC: no space left on device",
    });
  }

  /** Ends the oldest restore. */
  read(): void {
    const task = this.reading.shift() as TaskId;
    this.store.add(task);
    this.tell({ type: "restored", task });
  }

  failRead(): void {
    const task = this.reading.shift() as TaskId;
    this.tell({ type: "restoreFailed", task, reason: "the file is too short" });
  }

  tasksExecuting(): TaskId[] {
    return this.executing.map((execution) => execution.task);
  }

  sentOf<T extends WorkerToScheduler["type"]>(type: T): Extract<WorkerToScheduler, { type: T }>[] {
    return this.sent.filter((message) => message.type === type) as Extract<
      WorkerToScheduler,
      { type: T }
    >[];
  }

  finished(): TaskId[] {
    return this.sentOf("tasksFinished").flatMap((message: TasksFinished) => message.tasks);
  }

  replicas(): TaskId[] {
    return this.sentOf("replicasAdded").flatMap((message: ReplicasAdded) => message.tasks);
  }

  missing(): InputsMissing[] {
    return this.sentOf("inputsMissing");
  }

  private takeExecution(task: TaskId): Execute {
    const at = this.executing.findIndex((execution) => execution.task === task);
    expect(at, `task ${task} is executing`).toBeGreaterThanOrEqual(0);
    return this.executing.splice(at, 1)[0] as Execute;
  }

  private takeFetch(): Fetch {
    const fetch = this.fetching.shift();
    expect(fetch, "a fetch is under way").toBeDefined();
    return fetch as Fetch;
  }

  private perform(actions: readonly WorkerAction[]): void {
    for (const action of actions) {
      this.onAction(action);
      switch (action.type) {
        case "execute":
          for (const operand of action.operands) this.expectStored(operand);
          this.expectFree(action.task);
          this.executing.push(action);
          break;
        case "cancel":
          for (const task of action.tasks) {
            expect(this.tasksExecuting(), `task ${task} is executing`).toContain(task);
            this.cancelled.push(task);
          }
          break;
        case "withdraw":
          for (const task of action.tasks) {
            expect(this.tasksExecuting(), `task ${task} is executing`).toContain(task);
          }
          this.askedBack.push(action);
          break;
        case "fetch":
          for (const task of action.tasks) this.expectFree(task);
          this.fetching.push(action);
          break;
        case "drop":
          for (const task of action.tasks) this.drop(task);
          break;
        case "spill":
          this.expectStored(action.task);
          expect(this.disk.has(action.task), `value ${action.task} is not on disk`).toBe(false);
          this.writing.push(action.task);
          break;
        case "evict":
          for (const task of action.tasks) this.evict(task);
          break;
        case "restore":
          expect(this.disk.has(action.task), `value ${action.task} is on disk`).toBe(true);
          this.expectFree(action.task);
          this.reading.push(action.task);
          break;
        case "releaseMemory":
          this.memoryReleases++;
          break;
        case "endCall":
          this.callsEnded++;
          break;
        case "send":
          if (action.message.type === "tasksFinished")
            action.message.tasks.forEach(this.expectHeld);
          this.sent.push(action.message);
          break;
        case "startActor":
          expect(this.actors, `actor ${action.actor} is not here`).not.toContain(action.actor);
          this.actors.push(action.actor);
          break;
        case "stopActor":
          expect(this.actors, `actor ${action.actor} is here`).toContain(action.actor);
          this.stopping.push(action.actor);
          break;
        case "log":
          this.logged.push(action.text);
          break;
        case "stop":
          this.stopped = action;
          break;
      }
    }
  }

  private readonly expectHeld = (task: TaskId): void => {
    expect(this.store.has(task) || this.disk.has(task), `value ${task} is held`).toBe(true);
  };

  private readonly expectStored = (task: TaskId): void => {
    expect(this.store.has(task), `value ${task} is stored`).toBe(true);
  };

  /** Nothing is stored under the number, nor will be by something under way. */
  private expectFree(task: TaskId): void {
    expect(this.store.has(task), `place ${task} is empty`).toBe(false);
    expect(this.tasksExecuting()).not.toContain(task);
    for (const fetch of this.fetching) expect(fetch.tasks).not.toContain(task);
    expect(this.reading).not.toContain(task);
  }

  private drop(task: TaskId): void {
    this.expectHeld(task);
    this.expectUnused(task);
    this.store.delete(task);
    this.disk.delete(task);
  }

  private evict(task: TaskId): void {
    this.expectStored(task);
    expect(this.disk.has(task), `value ${task} is on disk`).toBe(true);
    this.expectUnused(task);
    this.store.delete(task);
  }

  private expectUnused(task: TaskId): void {
    for (const execution of this.executing) expect(execution.operands).not.toContain(task);
    expect(this.writing).not.toContain(task);
    expect(this.reading).not.toContain(task);
  }
}

/** The columns of a `computeTasks` message. */
export function computeTasks(assignments: readonly Assignment[]): ComputeTasks {
  const operands = assignments.flatMap((assignment) => assignment.operands ?? []);
  const follower = assignments.find((assignment) => assignment.follower)?.follower;
  return {
    type: "computeTasks",
    tasks: assignments.map(({ task }) => task),
    attempts: assignments.map(({ attempt }) => attempt ?? 0),
    layers: assignments.map(({ layer }) => layer ?? LAYER),
    blocks: assignments.map(() => 0),
    priorities: assignments.map(({ task, priority }) => priority ?? task),
    outputBytes: assignments.map(({ bytes }) => bytes ?? 8),
    operandCounts: assignments.map((assignment) => assignment.operands?.length ?? 0),
    operands: operands.map(([task]) => task),
    operandBytes: operands.map(([, , bytes]) => bytes ?? 8),
    operandWorkers: operands.map(([, worker]) => worker ?? -1),
    resources: assignments.map(({ resources }) => resources ?? null),
    ...(follower === undefined ? {} : { follower }),
  };
}
