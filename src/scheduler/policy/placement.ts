// Policy: the worker of a task. It is the one that would finish first, as far as is known: the work
// before it, divided by the worker's threads, and the bytes to fetch. Reads the state and changes
// only scratch fields.
import { readsParts } from "../../graph/dependencies/regions.js";
import { leaderOf } from "../state/lookups.js";
import type { SchedulerOptions } from "../state/options.js";
import type { LayerView, WorkerView } from "../state/records.js";
import type { SchedulerView } from "../state/scheduler-view.js";
import { MEMORY, PROCESSING } from "../state/task-status.js";
import { fitsMemory, hasRoom, maySqueezeIn, startableCount } from "./admission.js";
import { estimateMs } from "./durations.js";
import { areLarge } from "./large-blocks.js";
import { takesWork } from "./open-to-work.js";
import { reachesInputs, reachingWorkers } from "./reach.js";

/** Open workers that are compared besides those with inputs: bounds the cost in large clusters. */
const OPEN_MAX = 8;
/**
 * How far a root task looks for blocks that it will meet: users, steps up the tree, operands each.
 */
const USERS_MAX = 4;
const STEPS_MAX = 4;
const OPERANDS_MAX = 16;
/** How much more than another a worker may hold and still get one lone task after the other. */
const LONE_BYTES_MAX = 2 ** 20;

/** The worker for a task whose inputs are in memory; undefined when there is no worker. */
export function decideWorker(state: SchedulerView, slot: number): WorkerView | undefined {
  begin(state);
  const inputBytes = compareHolders(state, slot);
  compareOpen(state, true);
  leaveOutClosed(state);
  if (state.reach.cuts.size > 0) leaveOutUnreaching(state, slot);
  return leastCost(state, slot, inputBytes, false);
}

/**
 * The worker for a root task: blocks that it will meet in a consumer count as if they were its
 * inputs, since one of the two would have to be moved later. Undefined when no worker has room for
 * a task whose duration is known (`isMeasured`) or not.
 */
export function decideRootWorker(
  state: SchedulerView,
  slot: number,
  isMeasured: boolean,
): WorkerView | undefined {
  const answered = findAnswered(state, slot);
  if (answered !== undefined) return answered;
  begin(state);
  const inputBytes = compareCompanions(state, slot, isMeasured);
  compareWarm(state);
  if (compareOpen(state, isMeasured) === 0) return undefined;
  return leastCost(state, slot, inputBytes, true);
}

/** Workers that are to leave, or are silent, get no task unless there are no others. */
function leaveOutClosed({ scratch: { candidates, round }, workers }: SchedulerView): void {
  if (candidates.every(takesWork)) return;
  const staying = candidates.filter(takesWork);
  for (const worker of workers.values()) {
    if (staying.length >= OPEN_MAX) break;
    if (!takesWork(worker) || worker.scratchRound === round) continue;
    worker.scratchRound = round;
    worker.scratchBytes = 0;
    staying.push(worker);
  }
  if (staying.length > 0) candidates.splice(0, candidates.length, ...staying);
}

/** Workers that cannot have all inputs get no task: there is one that can (stranded-tasks.ts). */
function leaveOutUnreaching(state: SchedulerView, slot: number): void {
  const { candidates, round } = state.scratch;
  let reaching = candidates.filter((worker) => reachesInputs(state, slot, worker));
  if (reaching.length === 0) {
    reaching = reachingWorkers(state, slot, state.workers.values());
    for (const worker of reaching) {
      if (worker.scratchRound !== round) worker.scratchBytes = 0;
      worker.scratchRound = round;
    }
  }
  candidates.splice(0, candidates.length, ...reaching);
}

function begin({ scratch }: SchedulerView): void {
  scratch.candidates.length = 0;
  scratch.round++;
}

/** Adds a worker to the candidates; `bytes` of the task's inputs are there. */
function compare({ scratch }: SchedulerView, worker: WorkerView, bytes: number): void {
  if (worker.scratchRound !== scratch.round) {
    worker.scratchRound = scratch.round;
    worker.scratchBytes = 0;
    scratch.candidates.push(worker);
  }
  worker.scratchBytes += bytes;
}

/** Compares workers that hold inputs; returns the bytes of all inputs. */
function compareHolders(state: SchedulerView, slot: number): number {
  const { tasks, edges, workers, replicas } = state;
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  let inputBytes = 0;
  for (let edge = start; edge < end; edge++) {
    const source = edges.source[edge] as number;
    const bytes = tasks.bytes[source] as number;
    inputBytes += bytes;
    compare(state, workers.get(tasks.worker[source] as number) as WorkerView, bytes);
    if (replicas.size === 0) continue;
    const copies = replicas.get(source);
    if (copies !== undefined) for (const worker of copies) compare(state, worker, bytes);
  }
  return isExchange(state, slot) ? scaleToParts(state, slot, inputBytes) : inputBytes;
}

function isExchange({ tasks, layers }: SchedulerView, slot: number): boolean {
  const layer = layers.get(tasks.layer[slot] as number)?.layer;
  return layer !== undefined && readsParts(layer);
}

/**
 * A block made of parts reads about as many bytes of all its inputs together as it has itself, and
 * only those would be moved: each input counts with its share of them.
 */
function scaleToParts(state: SchedulerView, slot: number, inputBytes: number): number {
  const readBytes = state.tasks.bytes[slot] as number;
  const share = inputBytes === 0 ? 0 : readBytes / inputBytes;
  for (const worker of state.scratch.candidates) worker.scratchBytes *= share;
  return readBytes;
}

/**
 * Compares workers where companions of a root task are or will be; returns the companions' bytes.
 */
function compareCompanions(state: SchedulerView, slot: number, isMeasured: boolean): number {
  const { tasks, edges } = state;
  let bytes = 0;
  let edge = tasks.firstUser[slot] as number;
  for (let users = 0; edge >= 0 && users < USERS_MAX; users++) {
    bytes += compareMeeting(state, slot, edges.user[edge] as number, isMeasured);
    edge = edges.next[edge] as number;
  }
  return bytes;
}

/** The same for one user: goes up while that has no other operand, to where blocks do meet. */
function compareMeeting(
  state: SchedulerView,
  from: number,
  firstUser: number,
  isMeasured: boolean,
): number {
  const { tasks, edges } = state;
  let below = from;
  let user = firstUser;
  for (let steps = 0; (tasks.operandCount[user] as number) === 1; steps++) {
    const edge = tasks.firstUser[user] as number;
    if (steps === STEPS_MAX || edge < 0) return 0;
    below = user;
    user = edges.user[edge] as number;
  }
  const start = tasks.operandStart[user] as number;
  const count = Math.min(OPERANDS_MAX, tasks.operandCount[user] as number);
  let bytes = 0;
  for (let edge = start; edge < start + count; edge++) {
    const companion = edges.source[edge] as number;
    if (companion !== below) bytes += comparePlaced(state, companion, isMeasured);
  }
  return bytes;
}

/**
 * Compares the worker where a companion is or is to be made; where its only chain of inputs is,
 * before.
 */
function comparePlaced(state: SchedulerView, companion: number, isMeasured: boolean): number {
  const { tasks, edges, workers } = state;
  let slot = companion;
  for (let steps = 0; steps <= STEPS_MAX; steps++) {
    const status = tasks.status[slot] as number;
    if (status === MEMORY || status === PROCESSING) {
      const worker = workers.get(tasks.worker[slot] as number) as WorkerView;
      const bytes = tasks.bytes[companion] as number;
      if (maySqueezeIn(worker, isMeasured)) compare(state, worker, bytes);
      return bytes;
    }
    if ((tasks.operandCount[slot] as number) !== 1) return 0;
    slot = edges.source[tasks.operandStart[slot] as number] as number;
  }
  return 0;
}

/**
 * The worker of the last root, if its only task belongs to a job whose result the client has. Until
 * the worker's report is here, it looks busier than cold ones. That the client has the result
 * follows from the new job: a client names its follower only while none of its others is under way.
 */
function findAnswered(state: SchedulerView, slot: number): WorkerView | undefined {
  const { lastAssigned, options, tasks } = state;
  const graph = leaderOf(state, slot);
  if (graph?.follower === undefined || lastAssigned?.processing.count !== 1) return undefined;
  const before = leaderOf(state, lastAssigned.processing.first);
  if (before === graph || before?.follower !== graph.follower) return undefined;
  const fits = fitsMemory(options, lastAssigned, tasks.bytes[slot] as number);
  return fits && isWarm(state, lastAssigned) ? lastAssigned : undefined;
}

/**
 * Adds the worker of the last root before those that were idle for longer: if tasks come one by
 * one, its processor still has the code in its caches, which saves a third of such a task.
 */
function compareWarm(state: SchedulerView): void {
  const { lastAssigned } = state;
  if (lastAssigned === undefined || startableCount(lastAssigned) > 0) return;
  if (isWarm(state, lastAssigned)) compare(state, lastAssigned, 0);
}

/** Whether the worker of the last root may get the next, and holds little more than others. */
function isWarm({ openWorkers }: SchedulerView, worker: WorkerView): boolean {
  const [coldest] = openWorkers;
  if (coldest === undefined || !openWorkers.has(worker)) return false;
  return worker.heldBytes - coldest.heldBytes <= LONE_BYTES_MAX;
}

/** Adds a few workers with room, the longest idle first; returns how many. */
function compareOpen(state: SchedulerView, isMeasured: boolean): number {
  let count = 0;
  for (const worker of state.openWorkers) {
    if (!isMeasured && !hasRoom(state.options, worker, false)) continue;
    compare(state, worker, 0);
    if (++count === OPEN_MAX) break;
  }
  return count;
}

/**
 * The cheapest of the workers compared that have memory for it. If none has, a task with inputs
 * still goes to the cheapest, since it will free them; a root waits for a worker that has room, or
 * nothing else to do.
 */
function leastCost(
  state: SchedulerView,
  slot: number,
  inputBytes: number,
  isRoot: boolean,
): WorkerView | undefined {
  const { options, transferBytesPerMs } = state;
  const { candidates } = state.scratch;
  const outputBytes = state.tasks.bytes[slot] as number;
  const layer = state.layers.get(state.tasks.layer[slot] as number) as LayerView;
  // The cost of a move includes one task: the less busy of two workers becomes the busier one by
  // receiving it, and that alone is no reason to move its companions.
  const moveMs = options.transferLatencyMs + estimateMs(layer, outputBytes);
  let best: WorkerView | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  let bestFits = false;
  for (let i = 0; i < candidates.length; i++) {
    const worker = candidates[i] as WorkerView;
    const localBytes = worker.scratchBytes;
    let missingBytes = inputBytes - localBytes;
    // Away from its companions, a root's own result is what would have to be moved at most.
    if (isRoot && missingBytes > outputBytes) missingBytes = outputBytes;
    let cost = worker.aheadMs / worker.threads;
    if (missingBytes > 0) cost += moveMs + missingBytes / transferBytesPerMs;
    const addedBytes = outputBytes + missingBytes - localBytes;
    const fits = isRoot
      ? rootFits(options, worker, outputBytes)
      : addedBytes <= 0 || fitsMemory(options, worker, addedBytes);
    const isBetter = fits === bestFits ? cost < bestCost : fits;
    if (best !== undefined && !isBetter) continue;
    best = worker;
    bestCost = cost;
    bestFits = fits;
  }
  return isRoot && !bestFits ? undefined : best;
}

/**
 * A large root is not handed out ahead, unless what it will meet there is as large: consumers of
 * the one before it come first, and free it.
 */
function rootFits(options: SchedulerOptions, worker: WorkerView, bytes: number): boolean {
  const count = startableCount(worker);
  if (count === 0 || bytes === 0) return true;
  const isAhead = count >= worker.threads && worker.scratchBytes < bytes;
  return fitsMemory(options, worker, bytes) && !(isAhead && areLarge(bytes, worker));
}
