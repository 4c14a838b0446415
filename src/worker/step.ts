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
import { StepOutbox } from "./state/step-outbox.js";
import { stop, type WorkerState } from "./state/worker-state.js";
import { openExchanges, openNext } from "./transfers/exchange.js";
import {
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

/** What the worker does when it starts: registers. */
export function startWorker(state: WorkerState, nowMs: number): WorkerAction[] {
  const out = new StepOutbox();
  register(state, nowMs, out);
  return out.actions();
}

/** Lets `event` happen at `nowMs` and returns what is to be done, in order. */
export function step(state: WorkerState, event: WorkerEvent, nowMs: number): WorkerAction[] {
  if (state.phase === "stopped") return [];
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

/** Begins what memory allows; again where values on disk could leave it at once. */
function startWork(state: WorkerState, out: StepOutbox): void {
  for (;;) {
    // Transfers first: when memory is short, what lets waiting tasks run goes before new roots.
    startFetches(state, out);
    startExecutions(state, out);
    if (!spillValues(state, out)) return;
    state.blockedBytes = 0;
  }
}

function apply(state: WorkerState, event: WorkerEvent, nowMs: number, out: StepOutbox): void {
  switch (event.type) {
    case "executionsFinished":
      executionsFinished(state, event, out);
      break;
    case "executionFailed":
      executionFailed(state, event, out);
      break;
    case "executionsCancelled":
      executionsCancelled(state, event, out);
      break;
    case "executionsWithdrawn":
      executionsWithdrawn(state, event, out);
      break;
    case "executionsSuspended":
      executionsSuspended(state, event, out);
      break;
    case "executionsResumed":
      executionsResumed(state, event, out);
      break;
    case "fetchFinished":
      fetchFinished(state, event, out);
      break;
    case "fetchFailed":
      fetchFailed(state, event, out);
      break;
    case "spilled":
      valueSpilled(state, event, out);
      break;
    case "spillFailed":
      spillFailed(state, event, out);
      break;
    case "restored": {
      const value = valueRestored(state, event, out);
      if (value !== undefined) operandRestored(state, value, out);
      break;
    }
    case "restoreFailed":
      restoreFailed(state, event, out);
      break;
    case "actorStarted":
      actorStarted(state, event, out);
      break;
    case "actorEnded":
      actorEnded(state, event, out);
      break;
    case "ticked":
      ticked(state, event, nowMs, out);
      relievePressure(state, out);
      endStalemate(state, out);
      break;
    case "schedulerLost":
      stop(state, "schedulerLost", `scheduler lost: ${event.reason}`, out);
      break;
    case "closeRequested":
      leave(state, event.reason, out);
      break;
    default:
      receive(state, event, nowMs, out);
      break;
  }
}

/** A word of the scheduler: a sign of life, whatever it says. */
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
    // Nothing but the answer to the registration can be meant for this run of the worker.
    if (message.type === "workerAccepted") accepted(state, message, nowMs, out);
    else if (message.type === "peerRefused") stop(state, "refused", message.error.message, out);
    return;
  }
  switch (message.type) {
    case "computeTasks":
      computeTasks(state, message, out);
      break;
    case "freeTasks":
      freeTasks(state, message.tasks, out);
      break;
    case "stealTasks":
      stealTasks(state, message, out);
      break;
    case "addLayers":
      addLayers(state, message, out);
      break;
    case "dropLayers":
      dropLayers(state, message, out);
      break;
    case "workersJoined":
      peersJoined(state, message);
      break;
    case "workerLost":
      peerLost(state, message.worker, out);
      break;
    case "workerAccepted":
      accepted(state, message, nowMs, out);
      break;
    case "peerRefused":
      stop(state, "refused", message.error.message, out);
      break;
    case "acquireReplicas":
      acquireReplicas(state, message, out);
      break;
    case "registerAgain":
      stop(state, "givenUp", message.reason, out);
      break;
    case "shutdownWorker":
      leave(state, message.reason, out);
      break;
    case "startActor":
      addActor(state, message, out);
      break;
    case "stopActor":
      stopActor(state, message, out);
      break;
    case "heartbeatAnswered":
      break;
  }
}
