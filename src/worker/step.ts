// The worker's only entry: an event goes in, actions come out, nothing else changes its state.
import { type SchedulerToWorker, TO_WORKER } from "../protocol/messages/messages.js";
import { shapeMistake } from "../protocol/messages/schema.js";
import { computeTasks } from "./execution/assignments.js";
import {
  actorEnded,
  actorStarted,
  addActor,
  startActors,
  stopActor,
} from "./execution/hosted-actors.js";
import { executionsWithdrawn, stealTasks } from "./execution/stolen-tasks.js";
import { executionsResumed, executionsSuspended } from "./execution/suspended-executions.js";
import {
  executionFailed,
  executionsCancelled,
  executionsFinished,
  operandRestored,
  startExecutions,
} from "./execution/task-executions.js";
import { endStalemate, noteStalemate } from "./memory/out-of-memory.js";
import { relievePressure } from "./memory/process-pressure.js";
import {
  restoreFailed,
  spillFailed,
  spillValues,
  valueRestored,
  valueSpilled,
} from "./memory/spill.js";
import { accepted, leave, register, ticked } from "./scheduler-session.js";
import type { WorkerAction } from "./state/actions.js";
import type { WorkerEvent } from "./state/events.js";
import { spansNoted } from "./state/span-reports.js";
import { StepOutbox } from "./state/step-outbox.js";
import { stop, type WorkerState } from "./state/worker-state.js";
import { openExchanges, openNext } from "./transfers/exchange.js";
import {
  askAgain,
  fetchFailed,
  fetchFinished,
  peerLost,
  peersJoined,
  startFetches,
} from "./transfers/transfers.js";
import { acquireReplicas } from "./transfers/wanted-replicas.js";
import { addLayers, dropLayers } from "./values/known-layers.js";
import { isBusy } from "./values/memory-accounts.js";
import { freeTasks } from "./values/release.js";

/** The actions at the worker's start: registering. */
export function startWorker(state: WorkerState, nowMs: number): WorkerAction[] {
  const out = new StepOutbox();
  register(state, nowMs, out);
  return out.actions();
}

/** Handles `event` at `nowMs` and returns the actions, in order. */
export function step(state: WorkerState, event: WorkerEvent, nowMs: number): WorkerAction[] {
  if (state.phase === "stopped") return [];
  state.nowMs = nowMs;
  const out = new StepOutbox();
  apply(state, event, nowMs, out);
  if (state.phase === "running") {
    state.blockedBytes = 0;
    if (state.waitingActors.size > 0) startActors(state, out);
    openExchanges(state, out);
    startWork(state, out);
    while (!isBusy(state) && state.blockedBytes === 0 && openNext(state, out))
      startWork(state, out);
    noteStalemate(state);
  }
  return out.actions();
}

/** Begins as much as memory allows; again if values on disk could leave it at once. */
function startWork(state: WorkerState, out: StepOutbox): void {
  for (;;) {
    // Transfers first: when memory is short, inputs of waiting tasks go before new roots.
    startFetches(state, out);
    startExecutions(state, out);
    if (!spillValues(state, out)) return;
    state.blockedBytes = 0;
  }
}

/** The handlers of events that are not messages of the scheduler. */
const BY_EVENT: Acts<Exclude<WorkerEvent, SchedulerToWorker>> = {
  executionsFinished,
  executionFailed,
  executionsCancelled,
  executionsWithdrawn,
  executionsSuspended,
  executionsResumed,
  spansNoted,
  fetchFinished,
  fetchFailed,
  spilled: valueSpilled,
  spillFailed,
  restored(state, event, out) {
    const value = valueRestored(state, event, out);
    if (value !== undefined) operandRestored(state, value, out);
  },
  restoreFailed,
  actorStarted,
  actorEnded,
  ticked(state, event, out, nowMs) {
    ticked(state, event, nowMs, out);
    relievePressure(state, out);
    endStalemate(state, out);
  },
  schedulerLost: (state, { reason }, out) =>
    stop(state, "schedulerLost", `scheduler lost: ${reason}`, out),
  closeRequested: (state, { reason }, out) => leave(state, reason, out),
};

/** The handlers of the scheduler's messages. */
const BY_SCHEDULER: Acts<SchedulerToWorker> = {
  computeTasks,
  freeTasks: (state, { tasks }, out) => freeTasks(state, tasks, out),
  stealTasks,
  addLayers,
  dropLayers,
  workersJoined: peersJoined,
  workerLost: (state, { worker }, out) => peerLost(state, worker, out),
  workerSilent: (state, { worker }, out) => askAgain(state, worker, out),
  workerAccepted: (state, message, out, nowMs) => accepted(state, message, nowMs, out),
  peerRefused: (state, { error }, out) => stop(state, "refused", error.message, out),
  acquireReplicas,
  registerAgain: (state, { reason }, out) => stop(state, "givenUp", reason, out),
  shutdownWorker: (state, { reason, schedulerMayReturn = false }, out) =>
    leave(state, reason, out, schedulerMayReturn ? "schedulerStopped" : "asked"),
  startActor: addActor,
  stopActor,
  heartbeatAnswered() {},
  askWorker: (_state, { ask, topic, durationMs }, out) => out.answer(ask, topic, durationMs),
  plugWorker: (_state, message, out) => out.plug(message),
};

/** A handler of an event. */
type Act<Event> = (state: WorkerState, event: Event, out: StepOutbox, nowMs: number) => void;

/** The same for each kind of event. */
type Acts<Event extends { readonly type: string }> = {
  readonly [T in Event["type"]]: Act<Extract<Event, { readonly type: T }>>;
};

function apply(state: WorkerState, event: WorkerEvent, nowMs: number, out: StepOutbox): void {
  if (isFromScheduler(event)) receive(state, event, nowMs, out);
  else (BY_EVENT[event.type] as Act<WorkerEvent>)(state, event, out, nowMs);
}

/** True also for invalid messages, which are checked next. */
function isFromScheduler(event: WorkerEvent): event is SchedulerToWorker {
  return !Object.hasOwn(BY_EVENT, event.type);
}

/** A message of the scheduler, of any type, is a sign of life. */
function receive(
  state: WorkerState,
  message: SchedulerToWorker,
  nowMs: number,
  out: StepOutbox,
): void {
  const fault = shapeMistake(message, TO_WORKER);
  if (fault !== undefined) {
    out.log("warn", "dropped a malformed message", { type: message.type, fault });
    return;
  }
  state.silentMs = 0;
  if (state.phase === "registering") {
    // Only the answer to the registration can belong to this run of the worker.
    if (message.type === "workerAccepted") accepted(state, message, nowMs, out);
    else if (message.type === "peerRefused") stop(state, "refused", message.error.message, out);
    return;
  }
  (BY_SCHEDULER[message.type] as Act<SchedulerToWorker>)(state, message, out, nowMs);
}
