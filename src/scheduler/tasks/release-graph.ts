// The end of a graph: released by its client, failed, or left behind by a lost client. Tasks that
// no other graph needs are cancelled or freed, and forgotten.
import { unpinForTask } from "../accounts/actor-references.js";
import { logJobEnd } from "../accounts/job-log.js";
import { leadBy, leaveJobs } from "../accounts/jobs.js";
import { leaveLayer } from "../accounts/layer-table.js";
import { increase } from "../state/columns.js";
import type { NumberBag } from "../state/number-bag.js";
import type { GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { FORGOTTEN } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { isNeeded, releaseUnneeded } from "./liveness.js";

/** Releases a graph and everything that only it wanted. */
export function dropGraph(state: SchedulerState, graph: GraphRecord): void {
  const { tasks } = state;
  const { firstRow, next } = graph.outputs;
  graph.client.graphs.delete(graph.id);
  state.graphs.delete(graph);
  state.observer.endJob(graph, "cancelled", state.nowMs, state.workers.values());
  logJobEnd(state, graph, "cancelled");
  state.observer.forgetJob(graph);
  state.openGraphs.delete(graph);
  state.touchedGraphs.delete(graph);
  const outputs = [...firstRow];
  firstRow.clear();
  for (const [slot, first] of outputs) {
    for (let row = first; row >= 0; row = next[row] as number) increase(tasks.wanted, slot, -1);
    if (!isNeeded(state, slot)) releaseUnneeded(state, slot);
  }
  forgetGraphs(state, graph);
}

/** Forgets a released graph unless it is the foundation of others, and then its own foundations. */
function forgetGraphs(state: SchedulerState, released: GraphRecord): void {
  const pending = [released];
  for (let graph = pending.pop(); graph !== undefined; graph = pending.pop()) {
    if (graph.dependants > 0 || state.graphs.has(graph)) continue;
    forgetGraph(state, graph);
    for (const foundation of graph.foundations) {
      foundation.dependants--;
      pending.push(foundation);
    }
  }
}

function forgetGraph(state: SchedulerState, graph: GraphRecord): void {
  const alone: number[] = [];
  for (const slot of graph.tasks) if (leaveTask(state, slot, graph.number)) alone.push(slot);
  state.graphsByNumber.delete(graph.number);
  leaveJobs(state, graph);
  // Layers first: tasks that go with their layer need not be removed from it.
  for (const layer of graph.layers) leaveLayer(state, layer);
  forget(state, alone);
}

/** Notes that the graph no longer contains the task; returns whether no other graph does. */
function leaveTask(state: SchedulerState, slot: number, number: number): boolean {
  const { tasks, sharedGraphs } = state;
  if (increase(tasks.graphCount, slot, -1) === 0) return true;
  const others = sharedGraphs.get(slot) as NumberBag;
  if (tasks.graph[slot] === number) leadBy(state, slot, others.pop() as number);
  else others.delete(number);
  if (others.size === 0) sharedGraphs.delete(slot);
  return false;
}

/** Two rounds, since tasks are unlinked from operands that may go with them. */
function forget(state: SchedulerState, slots: readonly number[]): void {
  const { tasks, edges, layers, aliases, deathLog } = state;
  for (const slot of slots) {
    if (tasks.deaths[slot] !== 0) deathLog.byTask.delete(tasks.idOf(slot));
    if (state.actorTable.byTask.size > 0) unpinForTask(state, tasks.idOf(slot));
    become(state, slot, FORGOTTEN);
    const start = tasks.operandStart[slot] as number;
    const end = start + (tasks.operandCount[slot] as number);
    for (let edge = start; edge < end; edge++) edges.unlink(edge, tasks.firstUser);
    layers.get(tasks.layer[slot] as number)?.slots.delete(tasks.block[slot] as number);
    for (const alias of aliases.get(slot) ?? []) alias.layer.slots.delete(alias.block);
    aliases.delete(slot);
  }
  for (const slot of slots) {
    edges.free(tasks.operandStart[slot] as number, tasks.operandCount[slot] as number);
    tasks.free(slot);
  }
}
