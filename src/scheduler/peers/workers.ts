// Workers that join and leave. A lost worker takes its running tasks with it, and the results that
// only it held; both are decided again at once.
import { ClusterError } from "../../base/errors.js";
import type { RegisterWorker } from "../../protocol/messages/messages.js";
import { type PeerId, PROTOCOL_VERSION } from "../../protocol/values/ids.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import { unassign } from "../accounts/assignment.js";
import { reportAgain } from "../accounts/client-reports.js";
import { removeHolder, touch } from "../accounts/holders.js";
import { forgetSuitable } from "../accounts/jobs.js";
import { log } from "../accounts/rate-limited-log.js";
import { loseActors } from "../actors/actor-lifecycle.js";
import { decideHostWarning } from "../policy/shared-hosts.js";
import { decideGivenUp, decideSuspects } from "../policy/suspects.js";
import type { ProcessExit } from "../state/death-log.js";
import { noWorkerTotals } from "../state/observed/totals.js";
import type { WorkerOutbox, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { emptyTaskList, slotsOf } from "../state/task-list.js";
import { WAITING } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { parkRoots, wakeRoots } from "../tasks/dispatch.js";
import { failTask } from "../tasks/failures.js";
import { activate, countMissing, isNeeded, loseResult } from "../tasks/liveness.js";
import { forgetCuts } from "../tasks/stranded-tasks.js";
import {
  delayError,
  describeFatalTask,
  noteDeath,
  noteDeparture,
  sendDelayedErrors,
} from "../tasks/worker-deaths.js";
import { sendPlugins } from "./plugins.js";
import { forgetAsked } from "./questions.js";

const LOST_PEERS_MAX = 1000;

/** Answers a handshake with a refusal. */
export function refuse(state: SchedulerState, to: PeerId, who: string, error: ClusterError): void {
  const plain: WireError = toWireError(error);
  state.actions.push({ type: "send", to, message: { type: "peerRefused", error: plain } });
  log(state, "warn", `${who} was refused: ${error.message}`);
}

/** The refusal of a peer with another protocol version; undefined for ours. */
export function versionMismatch(version: number): ClusterError | undefined {
  if (version === PROTOCOL_VERSION) return undefined;
  return new ClusterError(
    "version",
    `the scheduler speaks version ${PROTOCOL_VERSION} of the protocol, this peer version ${version}: install the same release of tilework on both`,
    { scheduler: PROTOCOL_VERSION, peer: version },
  );
}

function nameTaken(state: SchedulerState, name: string): ClusterError | undefined {
  if (!state.workersByName.has(name)) return undefined;
  return new ClusterError(
    "start",
    `a worker named ${name} is registered already: give this one another name, or wait until the scheduler notices that the other one is gone`,
    { name },
  );
}

/** A worker introduces itself. */
export function registerWorker(state: SchedulerState, from: PeerId, event: RegisterWorker): void {
  const { name } = event;
  const before = state.workersByPeer.get(from);
  if (before !== undefined) removeWorker(state, before, "it registered again", false);
  const refusal = versionMismatch(event.version) ?? nameTaken(state, name);
  if (refusal !== undefined) {
    refuse(state, from, `worker ${name}`, refusal);
    return;
  }
  const worker = workerRecord(state, from, event);
  const warning = decideHostWarning(state, worker);
  if (warning !== undefined) log(state, "warn", warning);
  state.lostPeers.delete(from);
  state.workers.set(worker.id, worker);
  state.workersByPeer.set(from, worker);
  state.workersByName.set(name, worker);
  state.actions.push({
    type: "send",
    to: from,
    message: {
      type: "workerAccepted",
      worker: worker.id,
      heartbeatIntervalMs: state.options.heartbeatIntervalMs,
      scheduler: state.options.schedulerName,
      ...(warning === undefined ? {} : { warning }),
    },
  });
  sendPlugins(state, worker);
  log(state, "info", `worker ${name} joined`, { worker: worker.id, threads: worker.threads });
  state.history.noteMoment("joined", worker.id);
  forgetSuitable(state);
  touch(state, worker);
  if (state.workers.size === 1) wakeRoots(state);
}

function workerRecord(state: SchedulerState, peer: PeerId, event: RegisterWorker): WorkerRecord {
  const { name, address, threads, memoryLimitBytes, pid, resources = {}, inPlaceOf } = event;
  const { host, takesWholeHost = false, tags = [] } = event;
  return {
    id: state.nextWorker++,
    seat: freeSeat(state),
    peer,
    name,
    address,
    threads,
    memoryLimitBytes,
    pid,
    resources,
    tags,
    inPlaceOf,
    host,
    takesWholeHost,
    joinedMs: state.nowMs,
    seenMs: state.nowMs,
    vitals: {
      managedBytes: 0,
      peakManagedBytes: 0,
      processBytes: 0,
      peakProcessBytes: 0,
      spilledBytes: 0,
      spilledBytesTotal: 0,
      executing: 0,
    },
    processing: emptyTaskList(),
    results: emptyTaskList(),
    replicas: new Set(),
    pipelinedCount: 0,
    waitingAhead: [],
    suspended: new Set(),
    aheadMs: 0,
    movingCount: 0,
    movingMs: 0,
    transferBytesPerMs: undefined,
    quietSinceMs: state.nowMs,
    lookedAtMs: Number.NEGATIVE_INFINITY,
    reservedBytes: 0,
    heldBytes: 0,
    peakHeldBytes: 0,
    knownWorkers: new Set(),
    totals: noWorkerTotals(),
    memoryCurve: [],
    isRetiring: false,
    isSilent: false,
    cutOff: undefined,
    isTouched: false,
    outbox: emptyOutbox(),
    scratchBytes: 0,
    scratchRound: -1,
  };
}

function freeSeat({ workers }: SchedulerState): number {
  const taken = new Set(Array.from(workers.values(), ({ seat }) => seat));
  let seat = 0;
  while (taken.has(seat)) seat++;
  return seat;
}

/** An outbox without messages. */
export function emptyOutbox(): WorkerOutbox {
  const nothing = { acquire: undefined, compute: undefined };
  return { freed: [], dropped: [], added: [], joined: [], stolen: [], ...nothing };
}

/**
 * A worker is gone.
 *
 * Reads: its tasks and results. Writes: all of that. Emits: `workerLost` to peers that knew it,
 * errors of graphs whose task killed too many workers (when `isDeath`). Recommends: tasks to be run
 * again.
 *
 * @param exit how its process ended, where that is known already
 */
export function removeWorker(
  state: SchedulerState,
  worker: WorkerRecord,
  reason: string,
  isDeath: boolean,
  exit?: ProcessExit,
): void {
  const { tasks } = state;
  forgetWorker(state, worker, reason, isDeath);
  const blamed = isDeath ? decideSuspects(tasks, worker) : [];
  const running = slotsOf(tasks, worker.processing);
  // First take everything from it, so that later code sees no trace of the worker.
  for (const slot of running) {
    unassign(state, slot);
    become(state, slot, WAITING);
  }
  const lost = loseResults(state, worker);
  const death = isDeath ? noteDeath(state, worker, reason, exit, blamed) : undefined;
  noteDeparture(state, worker, reason, death);
  loseActors(state, worker, reason, death);
  failFatalTasks(state, blamed);
  for (const slot of lost) if (isNeeded(state, slot)) activate(state, slot);
  for (const slot of running) if (tasks.status[slot] === WAITING) countMissing(state, slot);
  if (state.workers.size === 0) parkRoots(state);
}

/** Removes the worker from all registers and notifies the peers that knew it. */
function forgetWorker(
  state: SchedulerState,
  worker: WorkerRecord,
  reason: string,
  isDeath: boolean,
): void {
  state.history.speaker = worker.id;
  state.history.noteMoment("gone", worker.id);
  state.history.keepWorker(worker.id, worker.name);
  state.observer.addGone(worker, state.nowMs, reason);
  state.workersByPeer.delete(worker.peer);
  state.workersByName.delete(worker.name);
  state.openWorkers.delete(worker);
  forgetCuts(state, worker.id);
  forgetAsked(state, worker);
  if (state.lastAssigned === worker) state.lastAssigned = undefined;
  state.loadedWorkers.delete(worker);
  for (const layer of state.layers.values()) {
    layer.workers.delete(worker.id);
    layer.readyWorkers.delete(worker.id);
  }
  if (state.lostPeers.size < LOST_PEERS_MAX) state.lostPeers.add(worker.peer);
  const message = { type: "workerLost", worker: worker.id } as const;
  for (const peer of [...state.clients.values(), ...state.workers.values()]) {
    if (!peer.knownWorkers.delete(worker.id)) continue;
    state.actions.push({ type: "send", to: peer.peer, message });
  }
  log(state, isDeath ? "warn" : "info", `worker ${worker.name} is gone: ${reason}`, {
    worker: worker.id,
    processing: worker.processing.count,
    results: worker.results.count,
  });
}

/** Forgets the worker's results and copies; returns those without another holder. */
function loseResults(state: SchedulerState, worker: WorkerRecord): number[] {
  const lost: number[] = [];
  for (const slot of worker.replicas) removeHolder(state, slot, worker);
  for (const slot of slotsOf(state.tasks, worker.results)) {
    if (removeHolder(state, slot, worker)) {
      reportAgain(state, slot);
    } else {
      loseResult(state, slot);
      lost.push(slot);
    }
  }
  state.workers.delete(worker.id);
  forgetBandwidth(state, worker);
  forgetSuitable(state, worker.id);
  if (state.workers.size === 0) state.workerlessSinceMs = state.nowMs;
  return lost;
}

/** Fails those of the tasks that had too many deaths. */
function failFatalTasks(state: SchedulerState, blamed: readonly number[]): void {
  for (const slot of blamed) {
    // An earlier one's failure may have taken this one along.
    if (!isNeeded(state, slot)) continue;
    if (!decideGivenUp(state, slot)) continue;
    const facts = describeFatalTask(state, slot);
    failTask(state, slot, {
      reportGraph: (graph) => delayError(state, graph, facts),
      reportOutputs: (graph, columns) => delayError(state, graph, facts, columns),
    });
  }
  sendDelayedErrors(state);
}

/** Recomputes the network's bandwidth without the measurements of a worker that is gone. */
function forgetBandwidth(state: SchedulerState, { transferBytesPerMs }: WorkerRecord): void {
  if (transferBytesPerMs === undefined) return;
  const measured = [...state.workers.values()].flatMap((each) => each.transferBytesPerMs ?? []);
  const sum = measured.reduce((total, each) => total + each, 0);
  state.transferBytesPerMs =
    measured.length > 0 ? sum / measured.length : state.options.transferBytesPerSecond / 1000;
}
