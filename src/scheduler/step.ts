// The scheduler's only entry: an event goes in, actions come out, nothing else changes its state.
import { unreachable } from "../base/assert.js";
import type { PeerId } from "../protocol/values/ids.js";
import { actorsKept } from "./accounts/actor-references.js";
import { reportGraphs } from "./accounts/client-reports.js";
import { touch } from "./accounts/holders.js";
import { placeActors } from "./accounts/placed-actors.js";
import { log, warnRarely } from "./accounts/rate-limited-log.js";
import { actorEnded, actorStarted } from "./actors/actor-lifecycle.js";
import { actorAsked } from "./actors/actor-requests.js";
import { cancelWait, coordinate, leaveCoordination } from "./coordination/coordinate.js";
import { dumpState } from "./inspect/dump.js";
import { tellStory } from "./inspect/story.js";
import {
  describeCluster,
  registerClient,
  removeClient,
  reportWorkerExit,
} from "./peers/clients.js";
import { restartCluster } from "./peers/restart.js";
import { retireWorkers } from "./peers/retirement.js";
import { adviseScale } from "./peers/scale-advice.js";
import { sendOutboxes } from "./peers/worker-outbox.js";
import { registerWorker, removeWorker } from "./peers/workers.js";
import type { SchedulerAction } from "./state/actions.js";
import type { FromClient, FromWorker, SchedulerEvent } from "./state/events.js";
import type { ClientRecord, GraphRecord, WorkerRecord } from "./state/records.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { actorLinesPrinted, linesPrinted } from "./tasks/console-output.js";
import { dispatch } from "./tasks/dispatch.js";
import { dropGraph } from "./tasks/release-graph.js";
import { releaseOutputs, retryOutputs } from "./tasks/release-outputs.js";
import { copiesFailed, rebalanceData, replicateLayer } from "./tasks/replication.js";
import { stealAnswered } from "./tasks/steal-moves.js";
import { submitGraph } from "./tasks/submission.js";
import { tasksResumed, tasksSuspended } from "./tasks/suspended-tasks.js";
import {
  inputsMissing,
  piecesFetched,
  replicasAdded,
  taskErred,
  tasksFinished,
} from "./tasks/task-reports.js";
import { forgetDelayedErrors, noteMemory } from "./tasks/worker-deaths.js";
import { ticked } from "./ticks.js";
import { findFault } from "./validate.js";

/** Lets `event` happen at `nowMs` and returns what is to be done, in order. */
export function step(
  state: SchedulerState,
  event: SchedulerEvent,
  nowMs: number,
): SchedulerAction[] {
  if (state.stopped) return [];
  if (nowMs > state.nowMs) state.nowMs = nowMs;
  const fault = findFault(event);
  if (fault === undefined) {
    state.history.begin(event.type, state.nowMs);
    handle(state, event);
    if (state.actorTable.waiting.size > 0) placeActors(state);
    dispatch(state);
    endGraphs(state, reportGraphs(state));
    sendOutboxes(state);
  } else {
    malformedCame(state, event, fault);
  }
  const { actions } = state;
  state.actions = [];
  return actions;
}

/** Releases graphs that their clients have all of; what they took may go to others at once. */
function endGraphs(state: SchedulerState, ended: readonly GraphRecord[]): void {
  if (ended.length === 0) return;
  for (const graph of ended) dropGraph(state, graph);
  dispatch(state);
}

function handle(state: SchedulerState, event: SchedulerEvent): void {
  switch (event.type) {
    case "ticked":
      ticked(state);
      break;
    case "peerLost":
      peerLost(state, event.from, event.reason);
      break;
    case "registerClient":
      registerClient(state, event.from, event);
      break;
    case "registerWorker":
      registerWorker(state, event.from, event);
      break;
    case "submitGraph":
    case "releaseOutputs":
    case "retryOutputs":
    case "restartCluster":
    case "releaseGraph":
    case "clientHeartbeat":
    case "describeCluster":
    case "tellStory":
    case "dumpState":
    case "reportWorkerExit":
    case "replicateLayer":
    case "rebalanceData":
    case "retireWorkers":
    case "adviseScale":
    case "coordinate":
    case "cancelWait":
    case "leaveCoordination":
    case "createActor":
    case "releaseActor":
    case "findActor":
    case "closeClient":
    case "shutdownCluster": {
      const client = state.clients.get(event.from);
      if (client === undefined) {
        strangerSpoke(state, event.from, event.type);
      } else {
        client.seenMs = state.nowMs;
        handleClient(state, client, event);
      }
      break;
    }
    default: {
      const worker = state.workersByPeer.get(event.from);
      if (worker === undefined) {
        lostWorkerSpoke(state, event.from, event.type);
      } else {
        worker.seenMs = state.nowMs;
        state.history.speaker = worker.id;
        handleWorker(state, worker, event);
      }
    }
  }
}

function handleClient(state: SchedulerState, client: ClientRecord, event: FromClient): void {
  switch (event.type) {
    case "submitGraph":
      submitGraph(state, client, event);
      break;
    case "releaseOutputs":
      releaseOutputs(state, client, event);
      break;
    case "retryOutputs":
      retryOutputs(state, client, event);
      break;
    case "restartCluster":
      restartCluster(state, client, event);
      break;
    case "releaseGraph": {
      const graph = state.graphs.get(event.graph);
      if (graph?.client === client) dropGraph(state, graph);
      forgetDelayedErrors(state, event.graph);
      break;
    }
    case "clientHeartbeat":
      break;
    case "describeCluster":
      describeCluster(state, client, event);
      break;
    case "dumpState":
      dumpState(state, client, event);
      break;
    case "tellStory":
      tellStory(state, client, event);
      break;
    case "reportWorkerExit":
      reportWorkerExit(state, event);
      break;
    case "replicateLayer":
      replicateLayer(state, client, event);
      break;
    case "rebalanceData":
      rebalanceData(state, client, event);
      break;
    case "retireWorkers":
      retireWorkers(state, client, event);
      break;
    case "adviseScale":
      adviseScale(state, client, event);
      break;
    case "coordinate":
      coordinate(state, client, event);
      break;
    case "cancelWait":
      cancelWait(state, client, event);
      break;
    case "leaveCoordination":
      leaveCoordination(state, client, event);
      break;
    case "createActor":
    case "releaseActor":
    case "findActor":
      actorAsked(state, client, event);
      break;
    case "closeClient":
      removeClient(state, client, "it took leave");
      break;
    case "shutdownCluster":
      shutDown(state, client);
      break;
    default:
      unreachable(event);
  }
}

function handleWorker(state: SchedulerState, worker: WorkerRecord, event: FromWorker): void {
  switch (event.type) {
    case "workerHeartbeat": {
      const { managedBytes, peakManagedBytes, processBytes, peakProcessBytes } = event;
      const { spilledBytes, spilledBytesTotal, executing } = event;
      const bytes = { managedBytes, peakManagedBytes, processBytes, peakProcessBytes };
      worker.vitals = { ...bytes, spilledBytes, spilledBytesTotal, executing };
      // What it spilled has made room.
      touch(state, worker);
      noteMemory(state, worker, event);
      const message = { type: "heartbeatAnswered" } as const;
      state.actions.push({ type: "send", to: worker.peer, message });
      break;
    }
    case "tasksFinished":
      tasksFinished(state, worker, event);
      break;
    case "taskErred":
      taskErred(state, worker, event);
      break;
    case "tasksSuspended":
      tasksSuspended(state, worker, event);
      break;
    case "tasksResumed":
      tasksResumed(state, worker, event);
      break;
    case "replicasAdded":
      replicasAdded(state, worker, event);
      break;
    case "copiesFailed":
      copiesFailed(state, worker, event);
      break;
    case "piecesFetched":
      piecesFetched(state, event);
      break;
    case "inputsMissing":
      inputsMissing(state, worker, event);
      break;
    case "stealAnswered":
      stealAnswered(state, worker, event);
      break;
    case "linesPrinted":
      linesPrinted(state, worker, event);
      break;
    case "actorLinesPrinted":
      actorLinesPrinted(state, worker, event);
      break;
    case "actorStarted":
      actorStarted(state, worker, event);
      break;
    case "actorEnded":
      actorEnded(state, worker, event);
      break;
    case "actorsKept":
      actorsKept(state, event);
      break;
    case "closeWorker":
      removeWorker(state, worker, event.reason, false);
      break;
    default:
      unreachable(event);
  }
}

function malformedCame(state: SchedulerState, event: SchedulerEvent, fault: string): void {
  const from = "from" in event ? event.from : "no one";
  warnRarely(state, `malformed ${from}`, `a malformed message was ignored: ${fault}`, { from });
}

function peerLost(state: SchedulerState, from: PeerId, reason: string): void {
  const worker = state.workersByPeer.get(from);
  if (worker !== undefined) removeWorker(state, worker, reason, true);
  const client = state.clients.get(from);
  if (client !== undefined) removeClient(state, client, reason);
  // The transport knows the peer no more, so that there is no one to answer.
  state.lostPeers.delete(from);
}

/** What a worker says that was given up is refused; it may come back as a new one, with nothing. */
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

function shutDown(state: SchedulerState, client: ClientRecord): void {
  log(state, "info", `client ${client.name} shuts the cluster down`);
  const reason = "the cluster is shutting down";
  for (const { peer } of state.workers.values()) {
    state.actions.push({ type: "send", to: peer, message: { type: "shutdownWorker", reason } });
  }
  state.actions.push({ type: "stop" });
  state.stopped = true;
}
