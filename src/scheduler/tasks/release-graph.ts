// The end of a graph: released by its client, failed, or left behind by a lost client. Tasks that
// no other graph needs are cancelled or freed, and forgotten.
import { inRanges, type Sliced } from "../../base/sliced.js";
import { unpinForTask } from "../accounts/actor-references.js";
import { logJobEnd } from "../accounts/job-log.js";
import { leadBy, leaveJobs } from "../accounts/jobs.js";
import { leaveLayer } from "../accounts/layer-table.js";
import { increase } from "../state/columns.js";
import { type NumberMap, numberMap } from "../state/number-map.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { FORGOTTEN, isActive, MEMORY } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { activate, isNeeded, releaseSome } from "./liveness.js";
import { sliceTasks, startWork } from "./slices.js";

/** The approximate cost of one task's release. */
const TASK_COST = 0.5;
/** What a row of an output costs besides. */
const ROW_COST = 0.1;

/**
 * Releases a graph and everything that only it wanted. It is gone for its client at once; its tasks
 * are released and forgotten in slices if there are many.
 */
export function dropGraph(state: SchedulerState, graph: GraphRecord): void {
  const { client, outputs } = graph;
  client.graphs.delete(graph.id);
  client.tasks -= graph.countedTasks;
  state.graphs.delete(graph);
  state.observer.endJob(graph, "cancelled", state.nowMs, state.workers.values());
  const wasOpening = graph.stage === "opening";
  if (!wasOpening) logJobEnd(state, graph, "cancelled");
  state.observer.forgetJob(graph);
  state.openGraphs.delete(graph);
  state.touchedGraphs.delete(graph);
  const turn = state.backlog.turns.get(client);
  if (turn?.opening?.graph === graph) turn.opening.isOver = true;
  const rows = outputs.firstRow;
  outputs.firstRow = numberMap(0);
  graph.stage = "releasing";
  const slices = part(state, graph, rows, wasOpening);
  startWork(state, { type: "parting", graph, rows, slices });
}

function* part(
  state: SchedulerState,
  graph: GraphRecord,
  rows: NumberMap,
  wasOpening: boolean,
): Sliced<void> {
  const { tasks } = state;
  const { next } = graph.outputs;
  const size = sliceTasks(state);
  const unneeded: number[] = [];
  let looks = 0;
  for (const [slot, first] of rows) {
    for (let row = first; row >= 0; row = next[row] as number, looks++) {
      increase(tasks.wanted, slot, -1);
    }
    rows.delete(slot);
    if (!isNeeded(state, slot)) unneeded.push(slot);
    if (looks < size) continue;
    yield looks * ROW_COST;
    looks = 0;
    yield* releaseAll(state, unneeded);
  }
  yield* releaseAll(state, unneeded);
  if (wasOpening) yield* reviveShared(state, graph);
  graph.stage = "released";
  yield* forgetGraphs(state, graph);
}

function* releaseAll(state: SchedulerState, unneeded: number[]): Sliced<void> {
  do yield releaseSome(state, unneeded, sliceTasks(state)) * TASK_COST;
  while (unneeded.length > 0);
}

/**
 * A graph that is given up while it is taken in may have set tasks going that others have come to
 * need, and not those below them yet.
 */
function* reviveShared(state: SchedulerState, graph: GraphRecord): Sliced<void> {
  const { tasks } = state;
  const revive = (from: number, end: number) => {
    for (const slot of graph.tasks.subarray(from, end)) {
      const status = tasks.status[slot] as number;
      if (status !== MEMORY && !isActive(status) && isNeeded(state, slot)) activate(state, slot);
    }
  };
  yield* inRanges(graph.tasks.length, revive, TASK_COST, sliceTasks(state));
}

/** Forgets a released graph unless it is the foundation of others, and then its own foundations. */
function* forgetGraphs(state: SchedulerState, released: GraphRecord): Sliced<void> {
  const pending: GraphRecord[] = [];
  const look = (graph: GraphRecord) => {
    if (graph.dependants > 0 || graph.stage !== "released") return;
    graph.stage = "leaving";
    pending.push(graph);
  };
  look(released);
  for (let graph = pending.pop(); graph !== undefined; graph = pending.pop()) {
    yield* forgetTasks(state, graph);
    state.graphsByNumber.delete(graph.number);
    leaveJobs(state, graph);
    for (const layer of graph.layers) leaveLayer(state, layer);
    for (const foundation of graph.foundations) {
      foundation.dependants--;
      look(foundation);
    }
  }
}

/**
 * Forgets tasks that no other graph contains, users before what they read: a task is unlinked from
 * its operands, which must be there.
 */
function* forgetTasks(state: SchedulerState, graph: GraphRecord): Sliced<void> {
  const { tasks } = state;
  const size = sliceTasks(state);
  /** Tasks that are read by later ones of their graph, which layers of other inputs allow. */
  const read: number[] = [];
  while (graph.tasks.length > 0) {
    const from = Math.max(0, graph.tasks.length - size);
    let operands = 0;
    for (let at = graph.tasks.length - 1; at >= from; at--) {
      const slot = graph.tasks[at] as number;
      operands += tasks.operandCount[slot] as number;
      if (tasks.graphCount[slot] !== 1) leaveTask(state, slot, graph.number);
      else if ((tasks.firstUser[slot] as number) >= 0) read.push(slot);
      else {
        unlink(state, slot);
        free(state, slot);
      }
    }
    graph.tasks = graph.tasks.subarray(0, from);
    yield (size + operands) * TASK_COST;
  }
  const alone = read.filter((slot) => tasks.graphCount[slot] === 1);
  for (const slot of read) {
    if (tasks.graphCount[slot] !== 1) leaveTask(state, slot, graph.number);
  }
  for (const slot of alone) unlink(state, slot);
  for (const slot of alone) free(state, slot);
}

/** The graph no longer contains the task, and others do. */
function leaveTask(state: SchedulerState, slot: number, number: number): void {
  const { tasks, sharedGraphs } = state;
  increase(tasks.graphCount, slot, -1);
  if (tasks.graph[slot] === number) leadBy(state, slot, sharedGraphs.pop(slot) as number);
  else sharedGraphs.delete(slot, number);
}

/** Takes a task from where it is found, and from its operands. */
function unlink(state: SchedulerState, slot: number): void {
  const { tasks, edges, layers, aliases, deathLog } = state;
  if (tasks.deaths[slot] !== 0) deathLog.byTask.delete(tasks.idOf(slot));
  if (state.actorTable.byTask.size > 0) unpinForTask(state, tasks.idOf(slot));
  tasks.graphCount[slot] = 0;
  become(state, slot, FORGOTTEN);
  const start = tasks.operandStart[slot] as number;
  const end = start + (tasks.operandCount[slot] as number);
  for (let edge = start; edge < end; edge++) edges.unlink(edge, tasks.firstUser);
  layers.get(tasks.layer[slot] as number)?.slots.delete(tasks.block[slot] as number);
  for (const alias of aliases.get(slot) ?? []) alias.layer.slots.delete(alias.block);
  aliases.delete(slot);
}

function free({ tasks, edges }: SchedulerState, slot: number): void {
  edges.free(tasks.operandStart[slot] as number, tasks.operandCount[slot] as number);
  tasks.free(slot);
}
