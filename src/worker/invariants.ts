// Invariants of a worker's state between two steps. Tests and the simulator check them after every
// step; production does not, since a check reads the whole state.
import { assert } from "../base/assert.js";
import type { TaskId } from "../protocol/values/ids.js";
import type { ActorEntry, TaskRecord } from "./state/task-records.js";
import type { WorkerState } from "./state/worker-state.js";
import { isBusy, isInMemory } from "./values/memory-accounts.js";
import { isEnough } from "./values/resource-accounts.js";

/** Throws InvariantError when the worker's records contradict each other. */
export function checkInvariants(state: WorkerState): void {
  checkCounters(state);
  checkPlaces(state);
  checkReaders(state);
  checkPins(state);
  checkTasks(state);
  checkTransfers(state);
  checkTombstones(state);
  checkQueues(state);
  checkStarved(state);
  checkPieces(state);
  checkProgress(state);
}

/** Executions under way, including those that are no longer wanted. */
function executions(state: WorkerState): TaskRecord[] {
  const records = [...state.tasks.values()].filter((record) => record.status === "executing");
  for (const tombstone of state.tombstones.values()) {
    if (tombstone.type === "execution") records.push(tombstone.record);
  }
  return records;
}

function checkCounters(state: WorkerState): void {
  const staging: TaskRecord[] = [];
  for (const record of state.tasks.values()) {
    if (record.status === "staging") staging.push(record);
  }
  const under = executions(state);
  const reservedBytes = [...under, ...staging].reduce(
    (sum, { bytes, memoryBytes }) => sum + bytes + memoryBytes,
    0,
  );
  const onThreads = under.filter(({ isSuspended }) => !isSuspended);
  const executingMs = onThreads.reduce((sum, record) => sum + record.estimateMs, 0);
  let incomingBytes = 0;
  for (const request of state.requests.values()) incomingBytes += request.bytes;
  assert(state.staging === staging.length, "staging is not the number of staging tasks");
  assert(state.executing === onThreads.length, "executing is not the number of executions");
  const queries = onThreads.filter(({ isQuery }) => isQuery).length;
  assert(state.queries === queries, "queries is not the number of queries of tables");
  const extraThreads = onThreads.reduce((sum, { threads }) => sum + threads - 1, 0);
  assert(state.extraThreads === extraThreads, "extraThreads is not what wide tasks take");
  assert(state.reservedBytes === reservedBytes, "reservedBytes is not what executions take");
  assert(Math.abs(state.executingMs - executingMs) < 1e-6, "executingMs has drifted");
  assert(state.incomingBytes === incomingBytes, "incomingBytes is not what requests ask for");
  checkResources(state, [...under, ...staging]);
}

/** Checks that the resources of running tasks and the free ones add up to the total. */
function checkResources(state: WorkerState, begun: readonly TaskRecord[]): void {
  for (const [name, total] of Object.entries(state.options.resources)) {
    const takers = [...begun, ...livingActors(state)];
    const taken = takers.reduce((sum, { resources }) => sum + (resources?.[name] ?? 0), 0);
    const free = state.freeResources.get(name) ?? 0;
    assert(Math.abs(total - taken - free) <= 1e-6 * total, `${name} is not accounted for`);
    assert(free >= -1e-6 * total, `${name} was given out twice`);
  }
}

/** Tasks wait for resources only while these are taken, or left for ready tasks. */
function checkStarved(state: WorkerState): void {
  if (state.mayWakeStarved) return;
  for (const queue of [state.ready, state.readyRoots]) {
    for (const { status, resources } of queue.values()) {
      if (status === "ready" && resources !== undefined) return;
    }
  }
  for (const waiting of state.starved.values()) {
    for (const { task, status, resources = {} } of waiting.values()) {
      const mayBegin = status === "ready" && isEnough(state.freeResources, resources);
      assert(!mayBegin, `task ${task} waits for resources that are free`);
    }
  }
}

/** Actors that the shell was asked to make and whose threads have not ended. */
function livingActors({ actors, waitingActors }: WorkerState): ActorEntry[] {
  const living: ActorEntry[] = [];
  for (const [id, entry] of actors) {
    assert(
      (entry.status === "waiting") === waitingActors.has(id),
      `actor ${id} waits, or does not`,
    );
    if (entry.status !== "waiting") living.push(entry);
  }
  for (const id of waitingActors) assert(actors.has(id), `actor ${id} was left behind`);
  return living;
}

/** Values here, those that were released and are still used included. */
function values(state: WorkerState): TaskRecord[] {
  const records = [...state.tasks.values()].filter((record) => record.status === "memory");
  for (const tombstone of state.tombstones.values()) {
    if (tombstone.type === "uses") records.push(tombstone.record);
  }
  return records;
}

/** Every byte of every value is in one place, and in the account of that place. */
function checkPlaces(state: WorkerState): void {
  const bytesIn = { absent: 0, here: 0, writing: 0, spilled: 0, reading: 0 };
  const countIn = { absent: 0, here: 0, writing: 0, spilled: 0, reading: 0 };
  for (const value of values(state)) {
    bytesIn[value.place] += value.bytes;
    countIn[value.place]++;
    const maySpill =
      value.place === "here" && value.pins === 0 && value.bytes >= state.options.spillBytesMin;
    const { task, readers } = value;
    assert(
      state.idleValues.has(value) === (maySpill && readers === 0),
      `value ${task} is misfiled`,
    );
    assert(
      state.neededValues.has(value) === (maySpill && readers > 0),
      `value ${task} is misfiled`,
    );
    assert(isInMemory(value) || value.isOnDisk, `value ${task} is nowhere`);
  }
  assert(countIn.absent === 0, "a value that counts as here is nowhere");
  assert(state.managedBytes === bytesIn.here + bytesIn.writing, "managedBytes has drifted");
  assert(state.writingBytes === bytesIn.writing, "writingBytes has drifted");
  assert(state.spilledBytes === bytesIn.spilled + bytesIn.reading, "spilledBytes has drifted");
  assert(state.restoringBytes === bytesIn.reading, "restoringBytes has drifted");
  assert(state.writes === countIn.writing, "writes is not the number of values being written");
  assert(state.restores === countIn.reading, "restores is not the number of values being read");
  assert(state.peakManagedBytes >= state.managedBytes, "the peak is below the present");
}

/** Every use of an operand is counted once, where the operand is. */
function checkReaders(state: WorkerState): void {
  const readers = new Map<TaskId, number>();
  const buried = new Map<TaskId, number>();
  const count = (record: TaskRecord) => {
    for (const operand of record.operands) {
      const isBuried = state.tombstones.get(operand)?.type === "uses" && isReading(record);
      const into = isBuried ? buried : readers;
      into.set(operand, (into.get(operand) ?? 0) + 1);
    }
  };
  for (const record of state.tasks.values()) {
    if (["waiting", "ready", "staging"].includes(record.status)) count(record);
  }
  for (const record of executions(state)) count(record);
  for (const record of state.tasks.values()) {
    const expected = readers.get(record.task) ?? 0;
    assert(record.readers === expected, `readers of task ${record.task} are miscounted`, record);
  }
  for (const transfer of state.transfers.values()) {
    const expected = (readers.get(transfer.task) ?? 0) + (transfer.isAcquired ? 1 : 0);
    assert(expected > 0, `no one reads transfer ${transfer.task}`);
    assert(transfer.readers === expected, `readers of transfer ${transfer.task} are miscounted`);
  }
  for (const [task, tombstone] of state.tombstones) {
    if (tombstone.type !== "uses") continue;
    const { readers, pins } = tombstone.record;
    const expected = buried.get(task) ?? 0;
    assert(readers === expected && pins === expected, `uses of the buried ${task} are miscounted`);
  }
}

/**
 * Checks pins: operands of tasks that have begun are pinned once per use, and in memory during
 * execution.
 */
function checkPins(state: WorkerState): void {
  const pins = new Map<TaskRecord, number>();
  const staging = [...state.tasks.values()].filter((record) => record.status === "staging");
  for (const record of [...executions(state), ...staging]) {
    for (const operand of record.operands) {
      const tombstone = state.tombstones.get(operand);
      const value = tombstone?.type === "uses" ? tombstone.record : state.tasks.get(operand);
      assert(value !== undefined, `task ${record.task} reads ${operand}, which is not here`);
      const isRead = record.status !== "staging";
      assert(!isRead || isInMemory(value), `task ${record.task} reads ${operand} on disk`);
      pins.set(value, (pins.get(value) ?? 0) + 1);
    }
  }
  for (const value of values(state)) {
    assert(value.pins === (pins.get(value) ?? 0), `pins of value ${value.task} are miscounted`);
  }
}

/** Whether the record's execution has begun (and, for a released one, not ended). */
function isReading(record: TaskRecord): boolean {
  return record.status === "executing" || record.status === "released";
}

function checkTasks(state: WorkerState): void {
  for (const [task, record] of state.tasks) {
    assert(record.task === task, `task ${task} is filed under another number`);
    assert(record.status !== "released", `released task ${task} is still here`);
    assert(!state.transfers.has(task), `task ${task} is here and on its way`);
    checkWaiters(state, record);
    if (record.status === "memory") {
      const isAwaited = record.waiters?.length && record.place !== "reading";
      assert(!isAwaited, `someone waits for task ${task}, which is here`);
      continue;
    }
    if (record.status === "staging") {
      checkStaging(state, record);
      continue;
    }
    let missing = state.tombstones.has(task) ? 1 : 0;
    if (record.heldBack !== undefined) missing++;
    for (const operand of record.operands) {
      const local = state.tasks.get(operand);
      if (local?.status === "memory") continue;
      if (record.status === "executing") {
        assert(state.tombstones.get(operand)?.type === "uses", `${task} reads what is not here`);
        continue;
      }
      const awaited = local ?? state.transfers.get(operand);
      assert(awaited !== undefined, `task ${task} waits for ${operand}, which will not come`);
      assert(awaited.waiters?.includes(record), `${operand} does not know that ${task} waits`);
      missing++;
    }
    assert(record.missing === missing, `task ${task} miscounts what it misses`, record);
    assert((record.status === "waiting") === missing > 0, `task ${task} is ${record.status}`);
  }
}

/** Checks that all tasks that wait for a task are here, and read it. */
function checkWaiters(state: WorkerState, { task, waiters = [], readers }: TaskRecord): void {
  const waiting = waiters.filter(({ status }) => status === "waiting" || status === "staging");
  for (const waiter of waiting) {
    assert(state.tasks.get(waiter.task) === waiter, `${waiter.task} waits for ${task} and is gone`);
    assert(waiter.operands.includes(task), `${waiter.task} waits for ${task} and does not read it`);
  }
  assert(waiting.length <= readers, `more wait for task ${task} than read it`);
}

/** A staging task waits for operands that are being read back, and nothing else. */
function checkStaging(state: WorkerState, record: TaskRecord): void {
  const reading = new Set<TaskRecord>();
  for (const operand of record.operands) {
    const value = state.tasks.get(operand);
    assert(value?.status === "memory", `task ${record.task} stages ${operand}, which is not here`);
    if (isInMemory(value)) continue;
    assert(value.place === "reading", `value ${operand} is awaited and no one reads it back`);
    assert(value.waiters?.includes(record), `${operand} does not know that ${record.task} waits`);
    reading.add(value);
  }
  const isStaged = [...state.staged.values()].includes(record);
  assert(reading.size > 0 !== isStaged, `task ${record.task} stages nothing`);
  assert(record.missing === reading.size, `task ${record.task} miscounts what it misses`);
}

function checkTransfers(state: WorkerState): void {
  for (const [task, transfer] of state.transfers) {
    assert(transfer.task === task, `transfer ${task} is filed under another number`);
    assert(state.peers.has(transfer.worker), `transfer ${task} comes from a lost worker`);
    if (transfer.status === "fetching") {
      const request = state.requests.get(transfer.request);
      assert(request?.tasks.includes(task), `no request asks for transfer ${task}`);
      assert(!state.tombstones.has(task), `transfer ${task} goes where a tombstone is under way`);
    } else {
      assert(transfer.status === "wanted", `transfer ${task} is ${transfer.status}`);
      const peer = state.peers.get(transfer.worker);
      const isQueued = peer !== undefined && [...peer.wanted.values()].includes(transfer);
      assert(isQueued !== state.tombstones.has(task), `transfer ${task} is queued or buried`);
    }
  }
  assert(state.requests.size <= state.options.fetchesMax, "too many requests are under way");
}

function checkTombstones(state: WorkerState): void {
  for (const [task, tombstone] of state.tombstones) {
    const record = state.tasks.get(task);
    assert(!record || record.status === "waiting", `task ${task} goes on before its tombstone`);
    if (tombstone.type === "execution") {
      assert(tombstone.record.status === "released", `buried execution ${task} is wanted`);
    } else if (tombstone.type === "fetch") {
      const request = state.requests.get(tombstone.request);
      assert(request?.tasks.includes(task), `no request asks for the buried ${task}`);
    }
  }
}

function checkQueues(state: WorkerState): void {
  const starved = [...state.starved.values()].flatMap((waiting) => [...waiting.values()]);
  const queued = new Set([...state.ready.values(), ...state.readyRoots.values(), ...starved]);
  for (const record of state.tasks.values()) {
    assert((record.status === "ready") === queued.has(record), `task ${record.task} is misqueued`);
  }
  for (const peer of state.peers.values()) {
    const hasWanted = [...peer.wanted.values()].some((transfer) => transfer.status === "wanted");
    assert(!hasWanted || state.hungryPeers.has(peer), `peer ${peer.worker} was forgotten`);
  }
}

/** Pieces are counted once, and each is there for a reader. */
function checkPieces(state: WorkerState): void {
  let pieceBytes = 0;
  for (const transfer of state.transfers.values()) {
    assert((transfer.piece !== undefined) === transfer.task < 0, "a piece has a copy's number");
    if (transfer.piece !== undefined) pieceBytes += transfer.bytes;
  }
  for (const record of state.tasks.values()) {
    if (record.task >= 0) continue;
    assert(record.readers === 1, `piece ${record.task} has ${record.readers} readers`);
    pieceBytes += record.bytes;
  }
  assert(state.pieceBytes === pieceBytes, "pieceBytes is not what pieces take");
  for (const record of state.heldBack.values()) {
    const isHeld = record.status === "waiting" && record.heldBack !== undefined;
    assert(isHeld || record.status === "released", `task ${record.task} is held back no more`);
  }
}

/** A running worker never sits still while something could be done. */
function checkProgress(state: WorkerState): void {
  if (state.phase !== "running" || isBusy(state) || state.blockedBytes > 0) return;
  // A suspended execution may hold up its readers, and tasks that need its resources.
  if (executions(state).length > 0) return;
  const starved = new Set([...state.starved.values()].flatMap((waiting) => [...waiting.values()]));
  // Tasks that wait for resources of an actor, and their readers, wait until it is released.
  const mayWait = livingActors(state).some(({ resources }) => resources !== undefined);
  if (mayWait && starved.size > 0) return;
  for (const record of state.tasks.values()) {
    assert(record.status === "memory", `task ${record.task} is ${record.status}, nothing is done`);
  }
}
