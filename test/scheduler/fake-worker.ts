// A worker without threads, sockets or values: it keeps book of what it was given and what it would
// hold, runs a task when the test says so, and fails when it is asked for what a worker cannot do.
import { assert, defined } from "../../src/base/assert.js";
import type {
  AcquireReplicas,
  ComputeTasks,
  SchedulerToWorker,
  StealOutcome,
  StealTasks,
  WorkerToScheduler,
} from "../../src/protocol/messages/messages.js";
import type { LayerId, PeerId, TaskId, WorkerId } from "../../src/protocol/values/ids.js";
import { isPipelined } from "../../src/scheduler/tasks/pipelined-tasks.js";
import type { FakeCluster } from "./fake-cluster.js";

/** A task that the worker was given. */
export interface Assignment {
  readonly task: TaskId;
  readonly attempt: number;
  readonly priority: number;
  readonly outputBytes: number;
  readonly resources: Readonly<Record<string, number>> | null;
  readonly operands: readonly { task: TaskId; worker: WorkerId; bytes: number }[];
}

export class FakeWorker {
  id: WorkerId = -1;
  isAlive = true;
  readonly assigned = new Map<TaskId, Assignment>();
  /** Tasks that it does not give up any more. */
  readonly begun = new Set<TaskId>();
  /** Results and copies here, with their bytes. */
  readonly store = new Map<TaskId, number>();
  readonly layers = new Map<LayerId, readonly LayerId[]>();
  readonly known = new Set<WorkerId>();
  /** What the scheduler sent and the worker has not read yet. */
  readonly inbox: SchedulerToWorker[] = [];
  /** What the worker said and the scheduler has not heard yet; words go there when `isSlow`. */
  readonly outbox: WorkerToScheduler[] = [];
  isSlow = false;
  readonly other: SchedulerToWorker[] = [];
  /** How long a task takes, for the scheduler's measurements. */
  durationMs = 1;
  tasksRun = 0;
  /** Copies that it was asked for by themselves. */
  readonly askedFor: AcquireReplicas[] = [];
  /** Workers that do not answer when it fetches. */
  readonly outOfReach = new Set<WorkerId>();
  /** Whether no peer answers when it asks for such. */
  failsCopies = false;
  bytesFetched = 0;

  constructor(
    readonly cluster: FakeCluster,
    readonly peer: PeerId,
    readonly name: string,
  ) {}

  say(message: WorkerToScheduler): void {
    if (this.isSlow) this.outbox.push(message);
    else this.cluster.happen({ ...message, from: this.peer });
  }

  /** Says that it lives. */
  beat(): void {
    const memory = { managedBytes: 0, peakManagedBytes: 0, processBytes: 0, peakProcessBytes: 0 };
    const disk = { spilledBytes: 0, spilledBytesTotal: 0 };
    this.say({ type: "workerHeartbeat", ...memory, ...disk, executing: 0 });
  }

  /** Lets the scheduler hear the next word; says whether there was one. */
  hearNext(): boolean {
    const message = this.outbox.shift();
    if (message !== undefined) this.cluster.happen({ ...message, from: this.peer });
    return message !== undefined;
  }

  receiveAll(): void {
    while (this.inbox.length > 0) this.receiveNext();
  }

  receiveNext(): void {
    const message = this.inbox.shift();
    if (message !== undefined) this.#receive(message);
  }

  #receive(message: SchedulerToWorker): void {
    switch (message.type) {
      case "workerAccepted":
        this.id = message.worker;
        break;
      case "workersJoined":
        for (const { worker } of message.workers) this.known.add(worker);
        break;
      case "workerLost":
        this.known.delete(message.worker);
        break;
      case "addLayers":
        for (const { id, inputs } of message.layers) {
          assert(!this.layers.has(id), `layer ${id} was sent twice`);
          this.layers.set(id, inputs);
        }
        break;
      case "dropLayers":
        for (const id of message.layers) {
          assert(this.layers.delete(id), `layer ${id} was dropped and not here`);
        }
        break;
      case "freeTasks":
        for (const task of message.tasks) {
          this.assigned.delete(task);
          this.store.delete(task);
        }
        break;
      case "computeTasks":
        this.#accept(message);
        break;
      case "acquireReplicas":
        this.#acquire(message);
        break;
      case "stealTasks":
        this.#giveUp(message);
        break;
      case "registerAgain":
      case "shutdownWorker":
        this.isAlive = false;
        break;
      default:
        this.other.push(message);
    }
  }

  /** Fetches copies, those that are available. */
  #acquire(message: AcquireReplicas): void {
    this.askedFor.push(message);
    if (this.failsCopies) {
      this.say({ type: "copiesFailed", tasks: message.tasks });
      return;
    }
    const [tasks, bytes]: [number[], number[]] = [[], []];
    message.tasks.forEach((task, k) => {
      const holder = this.cluster.workerOf(message.workers[k] as number);
      assert(this.known.has(message.workers[k] as number), "a holder was not introduced");
      // What is here already was reported when it came.
      if (this.store.has(task) || this.assigned.has(task)) return;
      if (holder?.store.has(task) !== true) return;
      this.bytesFetched += message.bytes[k] as number;
      this.store.set(task, message.bytes[k] as number);
      tasks.push(task);
      bytes.push(message.bytes[k] as number);
    });
    if (tasks.length > 0) this.say({ type: "replicasAdded", tasks, bytes, transferMs: 1 });
  }

  #giveUp({ tasks, attempts }: StealTasks): void {
    const outcomes = tasks.map((task, k): StealOutcome => {
      const assignment = this.assigned.get(task);
      if (assignment?.attempt !== attempts[k]) return "unknown";
      // A worker that holds a copy already says so at once instead of running the task.
      if (this.begun.has(task) || this.store.has(task)) return "begun";
      const readers = [...this.assigned.values()].filter(({ operands }) =>
        operands.some((operand) => operand.task === task),
      );
      const isAwaited = readers.some((reader) => this.#isPipelined(reader.task));
      assert(!isAwaited, `task ${task} is asked for and others are pipelined behind it`);
      // What waits here for a value that was lost and is made again keeps it here. Others may be
      // pipelined behind such a reader: to the scheduler it has all that it reads.
      if (readers.length > 0) return "begun";
      this.assigned.delete(task);
      return "givenUp";
    });
    this.say({ type: "stealAnswered", tasks, attempts, outcomes });
  }

  /** Whether the scheduler says that the task is pipelined. */
  #isPipelined(task: TaskId): boolean {
    const { state } = this.cluster;
    const slot = state.tasks.slotOf(task);
    return slot >= 0 && state.tasks.worker[slot] === this.id && isPipelined(state, slot);
  }

  #accept(message: ComputeTasks): void {
    let at = 0;
    message.tasks.forEach((task, k) => {
      const layer = message.layers[k] as number;
      const inputs = defined(this.layers.get(layer), `layer ${layer}`);
      for (const input of inputs) {
        assert(input < 0 || this.layers.has(input), `layer ${input} was not sent`);
      }
      const meaning = `${layer}:${message.blocks[k]}`;
      const before = this.cluster.meanings.get(task) ?? meaning;
      assert(before === meaning, `task ${task} is given out for ${meaning} and was ${before}`);
      this.cluster.meanings.set(task, meaning);
      const operands = [];
      for (const end = at + (message.operandCounts[k] as number); at < end; at++) {
        const worker = message.operandWorkers[at] as number;
        assert(worker < 0 || this.known.has(worker), `worker ${worker} was not introduced`);
        operands.push({
          task: message.operands[at] as number,
          worker,
          bytes: message.operandBytes[at] as number,
        });
      }
      this.assigned.set(task, {
        task,
        attempt: message.attempts[k] as number,
        priority: message.priorities[k] as number,
        outputBytes: message.outputBytes[k] as number,
        resources: message.resources?.[k] ?? null,
        operands,
      });
    });
  }

  /** Whether the task waits for another that is to be run here. */
  isPipelined({ operands }: Assignment): boolean {
    return operands.some(({ task }) => this.assigned.has(task) && !this.store.has(task));
  }

  /** What is pipelined behind a task, or behind what is. */
  #readersOf(task: TaskId): Assignment[] {
    const readers: Assignment[] = [];
    for (const reader of this.assigned.values()) {
      if (!reader.operands.some((operand) => operand.task === task)) continue;
      readers.push(reader, ...this.#readersOf(reader.task));
    }
    return readers;
  }

  /** The task that comes first by priority of those that can be run. */
  next(): Assignment | undefined {
    let first: Assignment | undefined;
    for (const assignment of this.assigned.values()) {
      if (this.isPipelined(assignment)) continue;
      if (first === undefined || assignment.priority < first.priority) first = assignment;
    }
    return first;
  }

  /** Runs the task that comes first; says whether there was one. */
  runNext(): boolean {
    const assignment = this.next();
    if (assignment !== undefined) this.run(assignment);
    return assignment !== undefined;
  }

  /** Fetches inputs and runs the task, or says what is missing; a pipelined one waits on. */
  run(assignment: Assignment): void {
    if (this.isPipelined(assignment)) return;
    if (!this.fetchInputs(assignment)) return;
    this.assigned.delete(assignment.task);
    this.store.set(assignment.task, assignment.outputBytes);
    this.tasksRun++;
    this.say({
      type: "tasksFinished",
      tasks: [assignment.task],
      attempts: [assignment.attempt],
      bytes: [assignment.outputBytes],
      durationsMs: [this.durationMs],
    });
  }

  /** Brings the inputs here; says whether all are. */
  fetchInputs(assignment: Assignment): boolean {
    const { operands } = assignment;
    const added = new Map<TaskId, number>();
    const missing = new Map<TaskId, WorkerId>();
    for (const operand of operands) {
      if (this.store.has(operand.task)) continue;
      const holder = operand.worker < 0 ? undefined : this.cluster.workerOf(operand.worker);
      if (this.outOfReach.has(operand.worker)) missing.set(operand.task, operand.worker);
      else if (holder?.store.has(operand.task) === true) added.set(operand.task, operand.bytes);
      else missing.set(operand.task, operand.worker < 0 ? this.id : operand.worker);
    }
    for (const [copy, bytes] of added) {
      this.store.set(copy, bytes);
      this.bytesFetched += bytes;
    }
    if (added.size > 0) {
      const [tasks, bytes] = [[...added.keys()], [...added.values()]];
      this.say({ type: "replicasAdded", tasks, bytes, transferMs: 1 });
    }
    if (missing.size === 0) return true;
    this.giveUp([assignment], missing);
    return false;
  }

  /** Gives tasks up, and what is pipelined behind them, since their inputs are unavailable. */
  giveUp(given: readonly Assignment[], missing: ReadonlyMap<TaskId, WorkerId>): void {
    const lost = new Set(given.flatMap((one) => [one, ...this.#readersOf(one.task)]));
    if (lost.size === 0) return;
    for (const { task } of lost) this.assigned.delete(task);
    const tasks = [...lost].map(({ task }) => task);
    const attempts = [...lost].map(({ attempt }) => attempt);
    const [inputs, workers] = [[...missing.keys()], [...missing.values()]];
    const unreachable = workers.filter((worker) => this.outOfReach.has(worker));
    this.say({ type: "inputsMissing", tasks, attempts, inputs, workers, unreachable });
  }

  /** The task that comes first throws. */
  failNext(message: string): void {
    const { task, attempt } = defined(this.next(), "an assignment");
    this.assigned.delete(task);
    const pipelined = this.#readersOf(task);
    const error = {
      name: "RangeError",
      message,
      stack: `RangeError: ${message}\n    at user.mjs:3`,
    };
    this.say({ type: "taskErred", task, attempt, error });
    this.giveUp(pipelined, new Map());
  }
}
