// The scheduler's only entry: an event goes in, actions come out, nothing else changes its state.

import { ProtocolError } from "../base/errors.js";
import type { SubmitGraph } from "../protocol/messages/messages.js";
import type { PeerId } from "../protocol/values/ids.js";
import { toWireError } from "../protocol/values/wire-error.js";
import { actorsKept } from "./accounts/actor-references.js";
import { reportGraphs } from "./accounts/client-reports.js";
import { touch } from "./accounts/holders.js";
import { placeActors } from "./accounts/placed-actors.js";
import { warnRarely } from "./accounts/rate-limited-log.js";
import { actorEnded, actorStarted } from "./actors/actor-lifecycle.js";
import { actorAsked, listActors } from "./actors/actor-requests.js";
import { cancelWait, coordinate, leaveCoordination } from "./coordination/coordinate.js";
import { describeTasks } from "./inspect/describe-tasks.js";
import { dumpState } from "./inspect/dump.js";
import { observeRun } from "./inspect/observe-run.js";
import { tellStory } from "./inspect/story.js";
import {
  describeCluster,
  registerClient,
  removeClient,
  reportWorkerExit,
} from "./peers/clients.js";
import { cutOff } from "./peers/cut-off.js";
import { askScheduler, plugWorkers } from "./peers/plugins.js";
import { askNodes, workerAnswered } from "./peers/questions.js";
import { restartCluster } from "./peers/restart.js";
import { retireWorkers } from "./peers/retirement.js";
import { adviseScale } from "./peers/scale-advice.js";
import { shutDown } from "./peers/shutdown.js";
import { hear } from "./peers/silent-workers.js";
import { sendOutboxes } from "./peers/worker-outbox.js";
import { clientObserved, workerObserved } from "./peers/worker-reports.js";
import { registerWorker, removeWorker } from "./peers/workers.js";
import type { SchedulerAction } from "./state/actions.js";
import {
  type FromClient,
  type FromWorker,
  isOfShell,
  type Received,
  type SchedulerEvent,
} from "./state/events.js";
import type { ClientRecord, GraphRecord, WorkerRecord } from "./state/records.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { actorLinesPrinted, linesPrinted } from "./tasks/console-output.js";
import { dispatch } from "./tasks/dispatch.js";
import { dropGraph } from "./tasks/release-graph.js";
import { releaseOutputs, retryOutputs } from "./tasks/release-outputs.js";
import { copiesFailed, rebalanceData, replicateLayer } from "./tasks/replication.js";
import { askToContinue, beginStep, continueWork } from "./tasks/slices.js";
import { stealAnswered } from "./tasks/steal-moves.js";
import { tasksResumed, tasksSuspended } from "./tasks/suspended-tasks.js";
import {
  inputsMissing,
  piecesFetched,
  replicasAdded,
  taskErred,
  tasksFinished,
} from "./tasks/task-reports.js";
import { takeTurn } from "./tasks/turns.js";
import { forgetDelayedErrors, noteMemory } from "./tasks/worker-deaths.js";
import { ticked } from "./ticks.js";
import { findFault } from "./validate.js";

/** Handles `event` at `nowMs` and returns the actions, in order. */
export function step(
  state: SchedulerState,
  event: SchedulerEvent,
  nowMs: number,
): SchedulerAction[] {
  if (state.stopped) return [];
  if (nowMs > state.nowMs) state.nowMs = nowMs;
  if (state.observer.startedMs < 0) state.observer.startedMs = nowMs;
  beginStep(state);
  const fault = findFault(event);
  if (fault === undefined || malformedCame(state, event, fault)) {
    if (fault === undefined) {
      state.history.begin(event.type, state.nowMs);
      handle(state, event);
    }
    if (state.actorTable.waiting.size > 0) placeActors(state);
    dispatch(state);
    endGraphs(state, reportGraphs(state));
    sendOutboxes(state);
    askToContinue(state);
  }
  const { actions } = state;
  state.actions = [];
  return actions;
}

/**
 * Releases graphs whose clients have received everything; their resources may go to others at once.
 */
function endGraphs(state: SchedulerState, ended: readonly GraphRecord[]): void {
  if (ended.length === 0) return;
  for (const graph of ended) dropGraph(state, graph);
  dispatch(state);
}

function handle(state: SchedulerState, event: SchedulerEvent): void {
  if (event.type === "ticked") passTime(state);
  else if (event.type === "continued") goOn(state);
  else if (event.type === "peerLost") peerLost(state, event.from, event.reason);
  else if (event.type === "registerClient") registerClient(state, event.from, event);
  else if (event.type === "registerWorker") registerWorker(state, event.from, event);
  else if (isFromClient(event)) clientSpoke(state, event);
  else workerSpoke(state, event);
}

function isFromClient(event: Received<FromClient | FromWorker>): event is Received<FromClient> {
  return event.type === "submitGraph" || Object.hasOwn(BY_CLIENT, event.type);
}

function clientSpoke(state: SchedulerState, event: Received<FromClient>): void {
  const client = state.clients.get(event.from);
  if (client === undefined) {
    strangerSpoke(state, event.from, event.type);
    return;
  }
  client.seenMs = state.nowMs;
  if (takeTurn(state, client, event, act)) return;
  act(state, client, event);
}

function act(state: SchedulerState, client: ClientRecord, event: Received<FromClient>): void {
  const { type } = event as Exclude<FromClient, SubmitGraph>;
  (BY_CLIENT[type] as Act<FromClient, ClientRecord>)(state, client, event);
}

/** A shell that was not asked to continue, or did not, does so with the time. */
function passTime(state: SchedulerState): void {
  ticked(state);
  continueWork(state);
}

function goOn(state: SchedulerState): void {
  state.backlog.isAsked = false;
  continueWork(state);
}

function workerSpoke(state: SchedulerState, event: Received<FromWorker>): void {
  const worker = state.workersByPeer.get(event.from);
  if (worker === undefined) {
    lostWorkerSpoke(state, event.from, event.type);
    return;
  }
  hear(state, worker);
  state.history.speaker = worker.id;
  (BY_WORKER[event.type] as Act<FromWorker, WorkerRecord>)(state, worker, event);
}

/** A handler of a peer's message. */
type Act<Event, Peer> = (state: SchedulerState, peer: Peer, event: Event) => void;

/** The same for each type of message. */
type Acts<Event extends { readonly type: string }, Peer> = {
  readonly [T in Event["type"]]: Act<Extract<Event, { readonly type: T }>, Peer>;
};

/** The handlers of a registered client's messages. */
const BY_CLIENT: Acts<Exclude<FromClient, SubmitGraph>, ClientRecord> = {
  releaseOutputs,
  retryOutputs,
  restartCluster,
  releaseGraph(state, client, event) {
    const graph = client.graphs.get(event.graph);
    if (graph !== undefined) dropGraph(state, graph);
    forgetDelayedErrors(state, client.peer, event.graph);
  },
  clientHeartbeat() {},
  clientObserved,
  describeCluster,
  describeTasks,
  askNodes,
  plugWorkers,
  askScheduler,
  observeRun,
  dumpState,
  tellStory,
  reportWorkerExit: (state, _client, event) => reportWorkerExit(state, event),
  replicateLayer,
  rebalanceData,
  retireWorkers,
  adviseScale,
  coordinate,
  cancelWait,
  leaveCoordination,
  createActor: actorAsked,
  releaseActor: actorAsked,
  findActor: actorAsked,
  listActors,
  closeClient: (state, client) => removeClient(state, client, "it disconnected"),
  shutdownCluster: shutDown,
};

/** The handlers of a registered worker's messages. */
const BY_WORKER: Acts<FromWorker, WorkerRecord> = {
  workerHeartbeat(state, worker, event) {
    const { managedBytes, peakManagedBytes, processBytes, peakProcessBytes } = event;
    const { spilledBytes, spilledBytesTotal, executing } = event;
    const bytes = { managedBytes, peakManagedBytes, processBytes, peakProcessBytes };
    worker.vitals = { ...bytes, spilledBytes, spilledBytesTotal, executing };
    // Spilling may have made room.
    touch(state, worker);
    noteMemory(state, worker, event);
    const message = { type: "heartbeatAnswered" } as const;
    state.actions.push({ type: "send", to: worker.peer, message });
  },
  workerObserved,
  tasksFinished,
  taskErred,
  tasksSuspended,
  tasksResumed,
  replicasAdded,
  copiesFailed,
  piecesFetched,
  inputsMissing,
  stealAnswered,
  linesPrinted,
  actorLinesPrinted,
  actorStarted,
  actorEnded,
  actorsKept: (state, _worker, event) => actorsKept(state, event),
  workerAnswered,
  closeWorker: (state, worker, event) => removeWorker(state, worker, event.reason, false),
};

/**
 * Cuts off a registered peer that sends an invalid or untrue message; returns whether there was
 * one.
 */
function malformedCame(state: SchedulerState, event: SchedulerEvent, fault: string): boolean {
  if (isOfShell(event)) return false;
  const { from } = event;
  state.history.begin("malformed", state.nowMs);
  const error = new ProtocolError(`it sent ${fault}`);
  if (cutOff(state, from, toWireError(error))) return true;
  warnRarely(state, `malformed ${from}`, `a malformed message was ignored: ${fault}`, { from });
  return false;
}

function peerLost(state: SchedulerState, from: PeerId, reason: string): void {
  const worker = state.workersByPeer.get(from);
  if (worker !== undefined) removeWorker(state, worker, reason, true);
  const client = state.clients.get(from);
  if (client !== undefined) removeClient(state, client, reason);
  // The transport has lost the peer, so that there is no one to answer.
  state.lostPeers.delete(from);
}

/**
 * Refuses a message of a worker that was given up; it may register again as a new one, with
 * nothing.
 */
function lostWorkerSpoke(state: SchedulerState, from: PeerId, type: string): void {
  if (!state.lostPeers.has(from)) {
    strangerSpoke(state, from, type);
    return;
  }
  const reason = "the scheduler considered this worker lost";
  const message = { type: "registerAgain", reason } as const;
  state.actions.push({ type: "send", to: from, message });
}

function strangerSpoke(state: SchedulerState, from: PeerId, type: string): void {
  warnRarely(state, `stranger ${from}`, `a message from an unregistered peer was ignored`, {
    from,
    type,
  });
}
