// Invariants between two steps. Tests check them after every step; production only after a step
// that threw, since a check reads the whole state. Each line names its violation in words.
import { assert, assertOf } from "../../base/assert.js";
import { queueOf } from "../accounts/jobs.js";
import { hasRoom, startableCount } from "../policy/admission.js";
import { holds, jobOf, leaderOf } from "../state/lookups.js";
import type { GraphRecord, JobRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { slotsOf } from "../state/task-list.js";
import {
  ERRED,
  FORGOTTEN,
  isActive,
  MEMORY,
  NO_WORKER,
  PROCESSING,
  QUEUED,
  RELEASED,
  STATUS_NAMES,
  statusName,
  WAITING,
} from "../state/task-status.js";
import { isPipelined } from "../tasks/pipelined-tasks.js";
import { checkActors } from "./actor-invariants.js";

/**
 * Checks that the state agrees with itself.
 *
 * @throws InvariantError when it does not
 */
export function checkInvariants(state: SchedulerState): void {
  const known = knownSlots(state);
  checkCounts(state, known);
  const underWay = workUnderWay(state);
  for (const slot of known) {
    checkTask(state, slot, underWay);
    checkEdges(state, slot);
  }
  for (const worker of state.workers.values()) checkWorker(state, worker);
  checkGraphs(state, known);
  checkLayers(state, known);
  checkSteals(state);
  checkRegisters(state);
  checkObserved(state);
  checkActors(state);
}

/** Moves under way: their tasks are on the victim, and counted on both sides. */
function checkSteals(state: SchedulerState): void {
  const { tasks, steals, workers } = state;
  const counts = new Map<WorkerRecord, number>();
  for (const [slot, note] of steals) {
    const where = () => `the move of task ${tasks.idOf(slot)}`;
    assertOf(tasks.status[slot] === PROCESSING, where, "outlived its run");
    if (note.type !== "asked") continue;
    assertOf(tasks.worker[slot] === note.victim.id, where, "is asked of another worker");
    assertOf(tasks.attempt[slot] === note.attempt, where, "is of another run");
    counts.set(note.victim, (counts.get(note.victim) ?? 0) - 1);
    counts.set(note.thief, (counts.get(note.thief) ?? 0) + 1);
  }
  for (const worker of workers.values()) {
    const count = counts.get(worker) ?? 0;
    assert(count === worker.movingCount, `worker ${worker.name} miscounts moves under way`);
  }
}

/** Whether a graph is being taken in, or forgotten. */
interface WorkUnderWay {
  readonly isAnyOpening: boolean;
  readonly isAnyParting: boolean;
}

function workUnderWay({ backlog }: SchedulerState): WorkUnderWay {
  const work = [...backlog.work];
  return {
    isAnyOpening: work.some((each) => each.type === "turn"),
    isAnyParting: work.some((each) => each.type === "parting"),
  };
}

function knownSlots(state: SchedulerState): number[] {
  const { tasks } = state;
  const known: number[] = [];
  for (let slot = 0; slot < tasks.slotCount; slot++) {
    if (tasks.status[slot] !== FORGOTTEN) known.push(slot);
  }
  return known;
}

function checkCounts(state: SchedulerState, known: readonly number[]): void {
  const { tasks, edges, statusCounts } = state;
  assert(known.length === tasks.count, "the number of known tasks is wrong");
  const counts = STATUS_NAMES.map(() => 0);
  let edgeCount = 0;
  for (const slot of known) {
    const status = tasks.status[slot] as number;
    counts[status] = (counts[status] as number) + 1;
    edgeCount += tasks.operandCount[slot] as number;
  }
  for (let status = 0; status < FORGOTTEN; status++) {
    assert(counts[status] === statusCounts[status], `the count of ${statusName(status)} is wrong`);
  }
  assert(edgeCount === edges.count, "the number of edges is wrong");
  assert(state.ready.length === 0, "ready tasks were not placed");
  assert(state.mayPipeline.length === 0, "tasks that may be pipelined were not looked at");
  assert(state.actions.length === 0, "actions were left behind");
  assert(state.touched.length === 0, "outbox was left behind");
  for (const { arrived } of state.touchedGraphs) {
    assert(arrived.length > 0, "reports were left behind");
  }
  assert(state.inlined.size === 0, "values were left behind");
}

function checkTask(
  state: SchedulerState,
  slot: number,
  { isAnyOpening, isAnyParting }: WorkUnderWay,
): void {
  const { tasks } = state;
  const status = tasks.status[slot] as number;
  const where = () => `task ${tasks.idOf(slot)} (${statusName(status)})`;
  assertOf(tasks.slotOf(tasks.idOf(slot)) === slot, where, "has a number that leads elsewhere");
  const isNeeded = (tasks.needed[slot] as number) > 0 || (tasks.wanted[slot] as number) > 0;
  // Graphs that are taken in or forgotten set tasks going, and release them, step by step.
  if ((isActive(status) || status === MEMORY) && !isAnyParting) {
    assertOf(isNeeded, where, "is needed by no one");
  }
  if ((status === RELEASED || status === ERRED) && !isAnyOpening && !isAnyParting) {
    assertOf(!isNeeded, where, "is needed and neither in memory nor on the way");
  }
  const isPlaced = status === MEMORY || status === PROCESSING;
  assertOf(isPlaced === (tasks.worker[slot] as number) >= 0, where, "is on a worker, or is not");
  if (isPlaced) assertOf(state.workers.has(tasks.worker[slot] as number), where, "is on no worker");
  const at = tasks.queuedAt[slot] as number;
  if (at >= 0) {
    assertOf(queueOf(state, slot).slots[at] === slot, where, "is not where it says in the queue");
  }
  const isQueued = status === QUEUED || status === NO_WORKER;
  assertOf(isQueued === at >= 0 || status === WAITING, where, "is in the queue, or is not");
  if (isQueued) {
    assertOf(
      (status === NO_WORKER) === (state.workers.size === 0),
      where,
      "waits for what is there",
    );
    assertOf(tasks.operandCount[slot] === 0, where, "is queued and not a root");
  }
  if (status !== MEMORY) assertOf(!state.replicas.has(slot), where, "has copies");
  const graphCount = tasks.graphCount[slot] as number;
  const sharedCount = state.sharedGraphs.countOf(slot);
  assertOf(graphCount > 0, where, "is in no graph and not forgotten");
  assertOf(graphCount === 1 + sharedCount, where, "miscounts its graphs");
}

function checkEdges(state: SchedulerState, slot: number): void {
  const { tasks, edges } = state;
  const where = () => `task ${tasks.idOf(slot)}`;
  let needed = 0;
  let previous = -1;
  for (let edge = tasks.firstUser[slot] as number; edge >= 0; edge = edges.next[edge] as number) {
    const user = edges.user[edge] as number;
    assertOf(edges.source[edge] === slot, where, "has another task's user");
    assertOf(edges.previous[edge] === previous, where, "has a broken list of users");
    assertOf(tasks.status[user] !== FORGOTTEN, where, "has a forgotten user");
    if (isActive(tasks.status[user] as number)) needed++;
    previous = edge;
  }
  assertOf(needed === tasks.needed[slot], where, "miscounts who needs it");
  if (tasks.status[slot] === PROCESSING) checkPipelined(state, slot);
  if (tasks.status[slot] !== WAITING) return;
  let missing = 0;
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    if (tasks.status[source] !== MEMORY) missing++;
  }
  assertOf(missing === tasks.waitingCount[slot], where, "miscounts what it waits for");
  const isHeldBack = (tasks.queuedAt[slot] as number) >= 0;
  assertOf((missing === 0) === isHeldBack, where, "waits for nothing");
  assertOf(!isHeldBack || jobOf(state, slot) !== undefined, where, "is held back by no job");
}

/**
 * Checks a pipelined task: its worker is computing the inputs that it waits for, and they stay
 * there.
 */
function checkPipelined(state: SchedulerState, slot: number): void {
  const { tasks, edges, steals } = state;
  if (!isPipelined(state, slot)) return;
  const where = () => `task ${tasks.idOf(slot)}, which is pipelined,`;
  let missing = 0;
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    if (tasks.status[source] === MEMORY) continue;
    assertOf(tasks.status[source] === PROCESSING, where, "waits for what no one makes");
    assertOf(tasks.worker[source] === tasks.worker[slot], where, "waits for another worker");
    assertOf(steals.get(source)?.type !== "asked", where, "waits for what may move away");
    missing++;
  }
  assertOf(missing === tasks.waitingCount[slot], where, "miscounts what it waits for");
  assertOf(!steals.has(slot), where, "is on the move itself");
}

function checkWorker(state: SchedulerState, worker: WorkerRecord): void {
  const { tasks } = state;
  const where = () => `worker ${worker.name}`;
  const processing = slotsOf(tasks, worker.processing);
  const results = slotsOf(tasks, worker.results);
  assertOf(processing.length === worker.processing.count, where, "miscounts its tasks");
  assertOf(results.length === worker.results.count, where, "miscounts its results");
  let aheadMs = 0;
  let pipelinedCount = 0;
  let reservedBytes = 0;
  let heldBytes = 0;
  for (const slot of processing) {
    assertOf(tasks.status[slot] === PROCESSING, where, "has a task that is not processing");
    assertOf(tasks.worker[slot] === worker.id, where, "has another worker's task");
    if (isPipelined(state, slot)) pipelinedCount++;
    else if (!worker.suspended.has(slot)) aheadMs += tasks.chargedMs[slot] as number;
    reservedBytes += tasks.bytes[slot] as number;
  }
  for (const slot of results) {
    assertOf(tasks.status[slot] === MEMORY, where, "holds a result that is not in memory");
    assertOf(tasks.worker[slot] === worker.id, where, "holds another worker's result");
    heldBytes += tasks.bytes[slot] as number;
  }
  for (const slot of worker.replicas) {
    assertOf(tasks.worker[slot] !== worker.id, where, "holds a copy of its own result");
    assertOf(state.replicas.get(slot)?.includes(worker) === true, where, "holds an unknown copy");
    heldBytes += tasks.bytes[slot] as number;
  }
  assertOf(Math.abs(aheadMs - worker.aheadMs) < 1e-3 * (1 + aheadMs), where, "miscounts its work");
  assertOf(pipelinedCount === worker.pipelinedCount, where, "miscounts pipelined tasks");
  for (const slot of worker.suspended) {
    assertOf(processing.includes(slot), where, "has a task that waits and is not there");
    assertOf(!isPipelined(state, slot), where, "has a task that waits and has not begun");
    assertOf(state.steals.get(slot)?.type !== "asked", where, "may lose a task that waits");
  }
  const hasWork =
    processing.length === 0 || startableCount(worker) > 0 || worker.suspended.size > 0;
  assertOf(hasWork, where, "has only tasks that wait for each other");
  assertOf(reservedBytes === worker.reservedBytes, where, "miscounts reserved bytes");
  assertOf(heldBytes === worker.heldBytes, where, "miscounts held bytes");
  const isOpen = hasRoom(state.options, worker, true);
  assertOf(isOpen === state.openWorkers.has(worker), where, "is open, or is not");
  const isLoaded = startableCount(worker) > worker.threads;
  assertOf(isLoaded === state.loadedWorkers.has(worker), where, "is loaded, or is not");
}

function checkGraphs(state: SchedulerState, known: readonly number[]): void {
  const { tasks } = state;
  const wanted = new Map<number, number>();
  /** Per task: the last graph that was seen to have it. */
  const seenIn = new Int32Array(tasks.slotCount).fill(-1);
  for (const graph of state.graphs) {
    const where = () => `graph ${graph.id}`;
    let missing = 0;
    for (const [slot, firstRow] of graph.outputs.firstRow) {
      if (tasks.status[slot] !== MEMORY) missing++;
      for (let row = firstRow; row >= 0; row = graph.outputs.next[row] as number) {
        wanted.set(slot, (wanted.get(slot) ?? 0) + 1);
      }
    }
    assertOf(missing === graph.missing, where, "miscounts its missing outputs");
    const isOpen = missing > 0 && graph.stage === "open";
    assertOf(isOpen === state.openGraphs.has(graph), where, "is open, or is not");
    const isReported = graph.finished || graph.stage === "opening" || graph.arrived.length > 0;
    assertOf(isReported || missing > 0, where, "is done and was not reported");
    let active = 0;
    for (const slot of graph.tasks) {
      const isKnown =
        tasks.graph[slot] === graph.number || state.sharedGraphs.has(slot, graph.number);
      assertOf(isKnown, where, "has a task that does not know it");
      assertOf(seenIn[slot] !== graph.number, where, "has a task twice");
      seenIn[slot] = graph.number;
      if (isActive(tasks.status[slot] as number)) active++;
    }
    assertOf(active === graph.active, where, "miscounts its active tasks");
    const isHere = state.clients.get(graph.client.peer) === graph.client;
    assertOf(isHere || graph.client === state.keeper, where, "has no client");
    for (const job of jobsOf(graph)) assertOf(state.jobs.has(job), where, "is no job");
  }
  for (const work of state.backlog.work) {
    if (work.type !== "parting") continue;
    for (const [slot, firstRow] of work.rows) {
      for (let row = firstRow; row >= 0; row = work.graph.outputs.next[row] as number) {
        wanted.set(slot, (wanted.get(slot) ?? 0) + 1);
      }
    }
  }
  checkFoundations(state);
  checkAccounts(state, known);
  for (const slot of known) {
    const where = () => `task ${tasks.idOf(slot)}`;
    assertOf((wanted.get(slot) ?? 0) === tasks.wanted[slot], where, "miscounts who wants it");
  }
}

/** Released graphs stay known as long as others depend on them. */
function checkFoundations(state: SchedulerState): void {
  const dependants = new Map<object, number>();
  for (const { foundations } of state.graphsByNumber.values()) {
    for (const graph of foundations) dependants.set(graph, (dependants.get(graph) ?? 0) + 1);
  }
  for (const graph of state.graphsByNumber.values()) {
    const count = dependants.get(graph) ?? 0;
    assert(count === graph.dependants, `graph ${graph.id} miscounts its dependants`);
    const isLive = state.graphs.has(graph);
    const isParting = graph.stage === "releasing" || graph.stage === "leaving";
    assert(isLive || isParting || count > 0, `graph ${graph.id} was left behind`);
    assert(isLive || graph.outputs.firstRow.size === 0, `graph ${graph.id} wants what it released`);
  }
}

/** The jobs of a graph's tasks, each once. */
function jobsOf({ job, layerJobs }: GraphRecord): Set<JobRecord> {
  return new Set([...(job === undefined ? [] : [job]), ...(layerJobs?.values() ?? [])]);
}

/** Checks the accounts of clients and jobs: tasks handed out, and bytes held. */
function checkAccounts(state: SchedulerState, known: readonly number[]): void {
  const { tasks } = state;
  const processing = new Map<object, number>();
  const running = new Map<object, number>();
  const bytes = new Map<object, number>();
  const count = (counts: Map<object, number>, of: object | undefined, by: number) => {
    if (of !== undefined) counts.set(of, (counts.get(of) ?? 0) + by);
  };
  for (const slot of known) {
    const status = tasks.status[slot] as number;
    if (status === PROCESSING) {
      const graph = leaderOf(state, slot);
      count(processing, graph, 1);
      count(processing, graph?.client, 1);
      for (let job = jobOf(state, slot); job !== undefined; job = job.whole) count(running, job, 1);
    }
    if (status !== PROCESSING && status !== MEMORY) continue;
    const holders = 1 + (state.replicas.get(slot)?.length ?? 0);
    for (let job = jobOf(state, slot); job !== undefined; job = job.whole) {
      count(bytes, job, holders * (tasks.bytes[slot] as number));
    }
  }
  for (const client of state.clients.values()) {
    const is = processing.get(client) ?? 0;
    assert(is === client.processing, `client ${client.name} miscounts its tasks`);
    const counted = [...client.graphs.values()].reduce((sum, graph) => sum + graph.countedTasks, 0);
    assert(counted === client.tasks, `client ${client.name} miscounts the tasks of its graphs`);
  }
  for (const graph of state.graphsByNumber.values()) {
    const is = processing.get(graph) ?? 0;
    assert(is === graph.processing, `graph ${graph.id} miscounts its tasks`);
  }
  for (const job of state.jobs) {
    let sharedRunning = 0;
    let sharedBytes = 0;
    for (const [id, share] of job.shares) {
      assert(state.workers.has(id), "a job has a share of a lost worker");
      sharedRunning += share.running;
      sharedBytes += share.bytes;
    }
    assert((running.get(job) ?? 0) === job.running, "a job miscounts its tasks");
    assert(sharedRunning === job.running, "a job miscounts its tasks by worker");
    assert((bytes.get(job) ?? 0) === sharedBytes, "a job miscounts its bytes");
  }
  const graphs = [...state.graphsByNumber.values()];
  for (const job of state.jobs) {
    const count = graphs.filter((graph) => jobsOf(graph).has(job)).length;
    assert(count > 0, "a job was left behind");
    assert(count === job.graphCount, "a job miscounts its graphs");
    const isFound = job.demand === undefined || state.jobsByDemand.get(job.demand) === job;
    assert(isFound, "a job is not found by what it asks for");
  }
}

function checkLayers(state: SchedulerState, known: readonly number[]): void {
  const { tasks, layers } = state;
  const graphCounts = new Map<object, number>();
  for (const graph of state.graphsByNumber.values()) {
    for (const layer of graph.layers) graphCounts.set(layer, (graphCounts.get(layer) ?? 0) + 1);
  }
  for (const record of layers.values()) {
    const { name } = record.layer;
    const where = () => `layer ${name}`;
    assertOf(graphCounts.get(record) === record.graphCount, where, "miscounts its graphs");
    const isForAll = state.layersByName.get(name) === record;
    assertOf(isForAll !== record.isPrivate, where, "has another's name");
    for (const [block, slot] of record.slots) {
      const isOwn = tasks.layer[slot] === record.id && tasks.block[slot] === block;
      const aliases = state.aliases.get(slot);
      const isAlias =
        aliases?.some((alias) => alias.layer === record && alias.block === block) === true;
      assert(isOwn !== isAlias, `layer ${name} has a wrong task for block ${block}`);
      assertOf(tasks.status[slot] !== FORGOTTEN, where, "has a forgotten task");
    }
    for (const ids of [record.workers, record.readyWorkers]) {
      for (const id of ids) assertOf(state.workers.has(id), where, "is on a lost worker");
    }
  }
  for (const slot of known) {
    const record = layers.get(tasks.layer[slot] as number);
    const found = record?.slots.get(tasks.block[slot] as number);
    const where = () => `task ${tasks.idOf(slot)}`;
    assertOf(found === slot, where, "is not found by its layer and block");
  }
}

function checkRegisters(state: SchedulerState): void {
  for (const worker of state.workers.values()) {
    assert(state.workersByPeer.get(worker.peer) === worker, "a worker is not found by its peer");
    assert(state.workersByName.get(worker.name) === worker, "a worker is not found by its name");
    assert(!state.lostPeers.has(worker.peer), "a worker is registered and given up for lost");
    for (const id of worker.knownWorkers) assert(state.workers.has(id), "a lost worker is known");
  }
  const { size } = state.workers;
  assert(state.workersByPeer.size === size, "peers of workers are left behind");
  assert(state.workersByName.size === size, "names of workers are left behind");
  for (const worker of state.openWorkers) {
    assert(state.workers.get(worker.id) === worker, "a lost worker is open");
  }
  for (const [slot, copies] of state.replicas) {
    assert(copies.length > 0, "an empty list of copies was left behind");
    for (const worker of copies) assert(holds(state, slot, worker), "a copy is nowhere");
  }
  for (const slot of state.sharedGraphs.slots()) {
    assert(state.tasks.status[slot] !== FORGOTTEN, "a forgotten task is shared");
  }
}

function checkObserved({ observer }: SchedulerState): void {
  let { done } = observer.otherLayers;
  for (const { name, totals } of observer.layers.values()) {
    done += totals.done;
    const isHolding = observer.holding.has(totals);
    assertOf(isHolding === totals.heldBytes > 0, () => `layer ${name}`, "is not known as held");
  }
  assert(observer.done === done, "runs are miscounted");
}
