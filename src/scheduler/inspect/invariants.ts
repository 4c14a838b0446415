// What must hold between any two steps. Tests check it after each; production code never does, since
// it looks at everything. Each line says in words what is broken when it fails.
import { assert } from "../../base/assert.js";
import { queueOf } from "../accounts/jobs.js";
import { hasRoom, startableCount } from "../policy/admission.js";
import { graphsOf, holds, jobOf, leaderOf } from "../state/lookups.js";
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
  for (const slot of known) {
    checkTask(state, slot);
    checkEdges(state, slot);
  }
  for (const worker of state.workers.values()) checkWorker(state, worker);
  checkGraphs(state, known);
  checkLayers(state, known);
  checkSteals(state);
  checkRegisters(state);
  checkActors(state);
}

/** Moves under way are of tasks that are where they were asked for, and counted on both sides. */
function checkSteals(state: SchedulerState): void {
  const { tasks, steals, workers } = state;
  const counts = new Map<WorkerRecord, number>();
  for (const [slot, note] of steals) {
    const where = `the move of task ${tasks.idOf(slot)}`;
    assert(tasks.status[slot] === PROCESSING, `${where} outlived its run`);
    if (note.type !== "asked") continue;
    assert(tasks.worker[slot] === note.victim.id, `${where} is asked of another worker`);
    assert(tasks.attempt[slot] === note.attempt, `${where} is of another run`);
    counts.set(note.victim, (counts.get(note.victim) ?? 0) - 1);
    counts.set(note.thief, (counts.get(note.thief) ?? 0) + 1);
  }
  for (const worker of workers.values()) {
    const count = counts.get(worker) ?? 0;
    assert(count === worker.movingCount, `worker ${worker.name} miscounts moves under way`);
  }
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
  assert(state.touchedGraphs.size === 0, "reports were left behind");
  assert(state.inlined.size === 0, "values were left behind");
}

function checkTask(state: SchedulerState, slot: number): void {
  const { tasks } = state;
  const status = tasks.status[slot] as number;
  const where = `task ${tasks.idOf(slot)} (${statusName(status)})`;
  assert(tasks.slotOf(tasks.idOf(slot)) === slot, `${where} has a number that leads elsewhere`);
  const isNeeded = (tasks.needed[slot] as number) > 0 || (tasks.wanted[slot] as number) > 0;
  if (isActive(status) || status === MEMORY) assert(isNeeded, `${where} is needed by no one`);
  if (status === RELEASED || status === ERRED) {
    assert(!isNeeded, `${where} is needed and neither in memory nor on the way`);
  }
  const isPlaced = status === MEMORY || status === PROCESSING;
  assert(isPlaced === (tasks.worker[slot] as number) >= 0, `${where} is on a worker, or is not`);
  if (isPlaced) assert(state.workers.has(tasks.worker[slot] as number), `${where} is on no worker`);
  const at = tasks.queuedAt[slot] as number;
  if (at >= 0) {
    assert(queueOf(state, slot).slots[at] === slot, `${where} is not where it says in the queue`);
  }
  const isQueued = status === QUEUED || status === NO_WORKER;
  assert(isQueued === at >= 0 || status === WAITING, `${where} is in the queue, or is not`);
  if (isQueued) {
    assert(
      (status === NO_WORKER) === (state.workers.size === 0),
      `${where} waits for what is there`,
    );
    assert(tasks.operandCount[slot] === 0, `${where} is queued and not a root`);
  }
  if (status !== MEMORY) assert(!state.replicas.has(slot), `${where} has copies`);
  const graphs = graphsOf(state, slot);
  assert(graphs.length === tasks.graphCount[slot], `${where} miscounts its graphs`);
  assert(graphs.length > 0, `${where} is in no graph and not forgotten`);
}

function checkEdges(state: SchedulerState, slot: number): void {
  const { tasks, edges } = state;
  const where = `task ${tasks.idOf(slot)}`;
  let needed = 0;
  let previous = -1;
  for (let edge = tasks.firstUser[slot] as number; edge >= 0; edge = edges.next[edge] as number) {
    const user = edges.user[edge] as number;
    assert(edges.source[edge] === slot, `${where} has another task's user`);
    assert(edges.previous[edge] === previous, `${where} has a broken list of users`);
    assert(tasks.status[user] !== FORGOTTEN, `${where} has a forgotten user`);
    if (isActive(tasks.status[user] as number)) needed++;
    previous = edge;
  }
  assert(needed === tasks.needed[slot], `${where} miscounts who needs it`);
  if (tasks.status[slot] === PROCESSING) checkPipelined(state, slot);
  if (tasks.status[slot] !== WAITING) return;
  let missing = 0;
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    if (tasks.status[source] !== MEMORY) missing++;
  }
  assert(missing === tasks.waitingCount[slot], `${where} miscounts what it waits for`);
  const isHeldBack = (tasks.queuedAt[slot] as number) >= 0;
  assert((missing === 0) === isHeldBack, `${where} waits for nothing`);
  assert(!isHeldBack || jobOf(state, slot) !== undefined, `${where} is held back by no job`);
}

/** What a task that was handed out ahead waits for is being made on its worker, and stays there. */
function checkPipelined(state: SchedulerState, slot: number): void {
  const { tasks, edges, steals } = state;
  if (!isPipelined(state, slot)) return;
  const where = `task ${tasks.idOf(slot)}, which is pipelined,`;
  let missing = 0;
  for (let k = 0; k < (tasks.operandCount[slot] as number); k++) {
    const source = edges.source[(tasks.operandStart[slot] as number) + k] as number;
    if (tasks.status[source] === MEMORY) continue;
    assert(tasks.status[source] === PROCESSING, `${where} waits for what no one makes`);
    assert(tasks.worker[source] === tasks.worker[slot], `${where} waits for another worker`);
    assert(steals.get(source)?.type !== "asked", `${where} waits for what may move away`);
    missing++;
  }
  assert(missing === tasks.waitingCount[slot], `${where} miscounts what it waits for`);
  assert(!steals.has(slot), `${where} is on the move itself`);
}

function checkWorker(state: SchedulerState, worker: WorkerRecord): void {
  const { tasks } = state;
  const where = `worker ${worker.name}`;
  const processing = slotsOf(tasks, worker.processing);
  const results = slotsOf(tasks, worker.results);
  assert(processing.length === worker.processing.count, `${where} miscounts its tasks`);
  assert(results.length === worker.results.count, `${where} miscounts its results`);
  let aheadMs = 0;
  let pipelinedCount = 0;
  let reservedBytes = 0;
  let heldBytes = 0;
  for (const slot of processing) {
    assert(tasks.status[slot] === PROCESSING, `${where} has a task that is not processing`);
    assert(tasks.worker[slot] === worker.id, `${where} has another worker's task`);
    if (isPipelined(state, slot)) pipelinedCount++;
    else if (!worker.suspended.has(slot)) aheadMs += tasks.chargedMs[slot] as number;
    reservedBytes += tasks.bytes[slot] as number;
  }
  for (const slot of results) {
    assert(tasks.status[slot] === MEMORY, `${where} holds a result that is not in memory`);
    assert(tasks.worker[slot] === worker.id, `${where} holds another worker's result`);
    heldBytes += tasks.bytes[slot] as number;
  }
  for (const slot of worker.replicas) {
    assert(tasks.worker[slot] !== worker.id, `${where} holds a copy of its own result`);
    assert(state.replicas.get(slot)?.includes(worker) === true, `${where} holds an unknown copy`);
    heldBytes += tasks.bytes[slot] as number;
  }
  assert(Math.abs(aheadMs - worker.aheadMs) < 1e-3 * (1 + aheadMs), `${where} miscounts its work`);
  assert(pipelinedCount === worker.pipelinedCount, `${where} miscounts pipelined tasks`);
  for (const slot of worker.suspended) {
    assert(processing.includes(slot), `${where} has a task that waits and is not there`);
    assert(!isPipelined(state, slot), `${where} has a task that waits and has not begun`);
    assert(state.steals.get(slot)?.type !== "asked", `${where} may lose a task that waits`);
  }
  const hasWork =
    processing.length === 0 || startableCount(worker) > 0 || worker.suspended.size > 0;
  assert(hasWork, `${where} has only tasks that wait for each other`);
  assert(reservedBytes === worker.reservedBytes, `${where} miscounts reserved bytes`);
  assert(heldBytes === worker.heldBytes, `${where} miscounts held bytes`);
  const isOpen = hasRoom(state.options, worker, true);
  assert(isOpen === state.openWorkers.has(worker), `${where} is open, or is not`);
  const isLoaded = startableCount(worker) > worker.threads;
  assert(isLoaded === state.loadedWorkers.has(worker), `${where} is loaded, or is not`);
}

function checkGraphs(state: SchedulerState, known: readonly number[]): void {
  const { tasks } = state;
  const wanted = new Map<number, number>();
  for (const graph of state.graphs.values()) {
    const where = `graph ${graph.id}`;
    let missing = 0;
    for (const [slot, firstRow] of graph.outputs.firstRow) {
      if (tasks.status[slot] !== MEMORY) missing++;
      for (let row = firstRow; row >= 0; row = graph.outputs.next[row] as number) {
        wanted.set(slot, (wanted.get(slot) ?? 0) + 1);
      }
    }
    assert(missing === graph.missing, `${where} miscounts its missing outputs`);
    assert(missing > 0 === state.openGraphs.has(graph), `${where} is open, or is not`);
    assert(graph.finished || missing > 0, `${where} is done and was not reported`);
    let active = 0;
    for (const slot of graph.tasks) {
      assert(graphsOf(state, slot).includes(graph), `${where} has a task that does not know it`);
      if (isActive(tasks.status[slot] as number)) active++;
    }
    assert(active === graph.active, `${where} miscounts its active tasks`);
    assert(new Set(graph.tasks).size === graph.tasks.length, `${where} has a task twice`);
    const isHere = state.clients.get(graph.client.peer) === graph.client;
    assert(isHere || graph.client === state.keeper, `${where} has no client`);
    for (const job of jobsOf(graph)) assert(state.jobs.has(job), `${where} is no job`);
  }
  checkFoundations(state);
  checkAccounts(state, known);
  for (const slot of known) {
    const id = tasks.idOf(slot);
    assert((wanted.get(slot) ?? 0) === tasks.wanted[slot], `task ${id} miscounts who wants it`);
  }
}

/** Released graphs are known as long as others stand on them. */
function checkFoundations(state: SchedulerState): void {
  const dependants = new Map<object, number>();
  for (const { foundations } of state.graphsByNumber.values()) {
    for (const graph of foundations) dependants.set(graph, (dependants.get(graph) ?? 0) + 1);
  }
  for (const graph of state.graphsByNumber.values()) {
    const count = dependants.get(graph) ?? 0;
    assert(count === graph.dependants, `graph ${graph.id} miscounts its dependants`);
    const isLive = state.graphs.get(graph.id) === graph;
    assert(isLive || count > 0, `graph ${graph.id} was left behind`);
    assert(isLive || graph.outputs.firstRow.size === 0, `graph ${graph.id} wants what it released`);
  }
}

/** What the tasks of a graph ask for, each once. */
function jobsOf({ job, layerJobs }: GraphRecord): Set<JobRecord> {
  return new Set([...(job === undefined ? [] : [job]), ...(layerJobs?.values() ?? [])]);
}

/** What clients and jobs have handed out and hold. */
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
    assert(graphCounts.get(record) === record.graphCount, `layer ${name} miscounts its graphs`);
    assert(state.layersByName.get(name) === record, `layer ${name} has another's name`);
    for (const [block, slot] of record.slots) {
      const isOwn = tasks.layer[slot] === record.id && tasks.block[slot] === block;
      const aliases = state.aliases.get(slot) ?? [];
      const isAlias = aliases.some((alias) => alias.layer === record && alias.block === block);
      assert(isOwn !== isAlias, `layer ${name} has a wrong task for block ${block}`);
      assert(tasks.status[slot] !== FORGOTTEN, `layer ${name} has a forgotten task`);
    }
    for (const id of [...record.workers, ...record.readyWorkers]) {
      assert(state.workers.has(id), `layer ${name} is on a lost worker`);
    }
  }
  for (const slot of known) {
    const record = layers.get(tasks.layer[slot] as number);
    const found = record?.slots.get(tasks.block[slot] as number);
    assert(found === slot, `task ${tasks.idOf(slot)} is not found by its layer and block`);
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
  for (const [slot, numbers] of state.sharedGraphs) {
    assert(numbers.size > 0, "an empty list of graphs was left behind");
    assert(state.tasks.status[slot] !== FORGOTTEN, "a forgotten task is shared");
  }
}
