// Collects the decisions of one step, so reports are sent in columns and the shell gets its actions
// in a safe order: layers, then freed memory, then allocations, then messages. Nothing is decided
// here.
import type {
  Follower,
  StartActor,
  StopActor,
  WorkerToScheduler,
} from "../../protocol/messages/messages.js";
import type { LayerId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import type {
  Answer,
  AnswerFollower,
  EndCause,
  Execute,
  Fetch,
  ForgetPeer,
  LogLine,
  Plug,
  Restore,
  Spill,
  WorkerAction,
} from "./actions.js";

/** Ends that are as they should be. */
const HARMLESS: ReadonlySet<EndCause> = new Set(["asked", "schedulerStopped"]);

/** The actions of one step. */
export class StepOutbox {
  readonly #first: WorkerAction[] = [];
  readonly #drops: TaskId[] = [];
  readonly #evictions: TaskId[] = [];
  readonly #cancelled: TaskId[] = [];
  readonly #withdrawn: { readonly task: TaskId; readonly attempt: number }[] = [];
  readonly #work: (Execute | Fetch | Spill | Restore)[] = [];
  readonly #answers: AnswerFollower[] = [];
  readonly #sends: WorkerToScheduler[] = [];
  readonly #last: WorkerAction[] = [];
  #finished: FinishedColumns | undefined;
  #missing: MissingColumns | undefined;
  #isMissingTold = false;
  #canReportsWait = false;
  readonly #failedCopies: TaskId[] = [];

  /** The shell hands layers to executor threads, or forgets them. */
  keepLayers(added: readonly LayerId[], dropped: readonly LayerId[]): void {
    this.#first.push({ type: "keepLayers", added, dropped });
  }

  /** The shell answers a question about its process. */
  answer(ask: number, topic: Answer["topic"], durationMs?: number): void {
    const terms = durationMs === undefined ? {} : { durationMs };
    this.#last.push({ type: "answer", ask, topic, ...terms });
  }

  plug(action: Plug): void {
    this.#first.push(action);
  }

  forgetPeer(action: ForgetPeer): void {
    this.#first.push(action);
  }

  /** Drops the value stored under this number, which is no longer needed. */
  drop(task: TaskId): void {
    this.#drops.push(task);
  }

  /** The task's execution is no longer wanted. */
  cancel(task: TaskId): void {
    this.#cancelled.push(task);
  }

  /** Another worker is to have the task, if no thread has it. */
  withdraw(task: TaskId, attempt: number): void {
    this.#withdrawn.push({ task, attempt });
  }

  /** The value is on disk and leaves memory. */
  evict(task: TaskId): void {
    this.#evictions.push(task);
  }

  spill(task: TaskId): void {
    this.#work.push({ type: "spill", task });
  }

  restore(task: TaskId): void {
    this.#work.push({ type: "restore", task });
  }

  /** Releases the memory that is kept for reuse. */
  releaseMemory(): void {
    this.#first.push({ type: "releaseMemory" });
  }

  /** A user's function takes more memory than there is. */
  endCall(): void {
    this.#first.push({ type: "endCall" });
  }

  startActor(action: StartActor): void {
    this.#first.push(action);
  }

  stopActor(action: StopActor): void {
    this.#first.push(action);
  }

  execute(action: Execute): void {
    this.#work.push(action);
  }

  fetch(action: Fetch): void {
    this.#work.push(action);
  }

  /** @param isInlined whether the value, which is stored, is to travel in the report */
  finished(
    task: TaskId,
    attempt: number,
    bytes: number,
    durationMs: number,
    isInlined = false,
  ): void {
    this.#finished ??= { tasks: [], attempts: [], bytes: [], durationsMs: [] };
    if (isInlined) (this.#finished.inlined ??= []).push(this.#finished.tasks.length);
    this.#finished.tasks.push(task);
    this.#finished.attempts.push(attempt);
    this.#finished.bytes.push(bytes);
    this.#finished.durationsMs.push(durationMs);
  }

  /** A finished result, which is inline, is all that a client waits for that may follow. */
  answerFollower(follower: Follower): void {
    this.#answers.push({ type: "answerFollower", follower });
  }

  /** Readers of the finished results continue on this worker: reports can wait. */
  reportsCanWait(): void {
    this.#canReportsWait = true;
  }

  /** A task was given up because an input cannot be obtained. */
  gaveUp(task: TaskId, attempt: number): void {
    this.#missing ??= { tasks: [], attempts: [], inputs: [], workers: [] };
    this.#missing.tasks.push(task);
    this.#missing.attempts.push(attempt);
  }

  /** The input that was not available, and from whom. */
  missed(input: TaskId, worker: WorkerId): void {
    this.#missing ??= { tasks: [], attempts: [], inputs: [], workers: [] };
    this.#missing.inputs.push(input);
    this.#missing.workers.push(worker);
  }

  /**
   * The same for a copy that was requested without a task: its holder has reported that it is
   * missing.
   */
  missedCopy(copy: TaskId, worker: WorkerId): void {
    this.#isMissingTold = true;
    this.missed(copy, worker);
  }

  /** A worker did not answer: what was missed from it is still there. */
  unreachable(worker: WorkerId): void {
    this.#missing ??= { tasks: [], attempts: [], inputs: [], workers: [] };
    (this.#missing.unreachable ??= []).push(worker);
  }

  /** A copy that was requested without a task does not come. */
  copyFailed(copy: TaskId): void {
    this.#failedCopies.push(copy);
  }

  send(message: WorkerToScheduler): void {
    this.#sends.push(message);
  }

  log(level: LogLine["level"], text: string, data?: Readonly<Record<string, unknown>>): void {
    this.#last.push({ type: "log", level, text, ...(data === undefined ? {} : { data }) });
  }

  stop(cause: EndCause, reason: string): void {
    this.#last.push({ type: "stop", failed: !HARMLESS.has(cause), cause, reason });
  }

  /** All of it, in order. */
  actions(): WorkerAction[] {
    const actions: WorkerAction[] = this.#first;
    if (this.#cancelled.length > 0) actions.push({ type: "cancel", tasks: this.#cancelled });
    if (this.#withdrawn.length > 0) {
      const tasks = this.#withdrawn.map(({ task }) => task);
      const attempts = this.#withdrawn.map(({ attempt }) => attempt);
      actions.push({ type: "withdraw", tasks, attempts });
    }
    if (this.#drops.length > 0) actions.push({ type: "drop", tasks: this.#drops });
    if (this.#evictions.length > 0) actions.push({ type: "evict", tasks: this.#evictions });
    for (const action of this.#work) actions.push(action);
    // First: its client waits for it, and the scheduler does not.
    for (const action of this.#answers) actions.push(action);
    if (this.#finished !== undefined) {
      const { tasks, attempts, bytes, durationsMs, inlined } = this.#finished;
      const columns = { type: "tasksFinished", tasks, attempts, bytes, durationsMs } as const;
      const message = inlined === undefined ? columns : { ...columns, inlined };
      if (this.#canReportsWait) actions.push({ type: "send", message, canWait: true });
      else actions.push({ type: "send", message });
    }
    for (const message of this.#sends) actions.push({ type: "send", message });
    if (this.#missing !== undefined && this.#isMissingWorthTelling(this.#missing)) {
      actions.push({ type: "send", message: { type: "inputsMissing", ...this.#missing } });
    }
    if (this.#failedCopies.length > 0) {
      // After it is known which holders are none.
      const message = { type: "copiesFailed", tasks: this.#failedCopies } as const;
      actions.push({ type: "send", message });
    }
    for (const action of this.#last) actions.push(action);
    return actions;
  }

  #isMissingWorthTelling({ tasks, unreachable }: MissingColumns): boolean {
    return tasks.length > 0 || unreachable !== undefined || this.#isMissingTold;
  }
}

interface FinishedColumns {
  readonly tasks: TaskId[];
  readonly attempts: number[];
  readonly bytes: number[];
  readonly durationsMs: number[];
  inlined?: number[];
}

interface MissingColumns {
  readonly tasks: TaskId[];
  readonly attempts: number[];
  readonly inputs: TaskId[];
  readonly workers: WorkerId[];
  unreachable?: WorkerId[];
}
