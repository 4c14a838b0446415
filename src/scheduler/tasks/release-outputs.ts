// Outputs that end one by one while their graph continues: failed ones of a graph of independent
// outputs, and those that a client no longer wants.
import type { LayerName } from "../../graph/model/layer.js";
import type { ReleaseOutputs, RetryOutputs } from "../../protocol/messages/messages.js";
import { toWireError, type WireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import { increase } from "../state/columns.js";
import type { OutputColumns } from "../state/death-log.js";
import type { ClientRecord, GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, MEMORY } from "../state/task-status.js";
import { lostData } from "./graph-plan.js";
import { activate, isNeeded, releaseUnneeded } from "./liveness.js";

/** A client releases some output blocks of its graph; the others stay wanted. */
export function releaseOutputs(
  state: SchedulerState,
  client: ClientRecord,
  { graph: id, outputs, blocks }: ReleaseOutputs,
): void {
  const graph = client.graphs.get(id);
  if (graph === undefined) return;
  const { firstRow, starts, slot: slotOf, next } = graph.outputs;
  const rows = new Set<number>();
  const slots = new Set<number>();
  outputs.forEach((output, k) => {
    const row = rowOf(starts, output, blocks[k] as number);
    if (row < 0) return;
    rows.add(row);
    slots.add(slotOf[row] as number);
  });
  const given: number[] = [];
  for (const slot of slots) {
    // None if its task was given up before; a task with several outputs is released with all of
    // them.
    let row = firstRow.get(slot) ?? -1;
    if (row < 0) continue;
    while (row >= 0 && rows.has(row)) row = next[row] as number;
    if (row < 0) given.push(slot);
  }
  abandon(state, graph, given);
}

/** Retries failed outputs, with the failed tasks below them. */
export function retryOutputs(
  state: SchedulerState,
  client: ClientRecord,
  { graph: id, outputs, blocks }: RetryOutputs,
): void {
  const graph = client.graphs.get(id);
  if (graph === undefined) return;
  const { tasks } = state;
  const { firstRow, starts, slot: slotOf, next } = graph.outputs;
  const lost: number[] = [];
  let retried = 0;
  for (const [k, output] of outputs.entries()) {
    const first = rowOf(starts, output, blocks[k] as number);
    const slot = first < 0 ? -1 : (slotOf[first] as number);
    if (slot < 0 && first >= 0) lost.push(first);
    if (slot < 0 || firstRow.has(slot)) continue;
    retried++;
    firstRow.set(slot, first);
    for (let row = first; row >= 0; row = next[row] as number) increase(tasks.wanted, slot, 1);
    if (tasks.status[slot] === MEMORY) graph.arrived.push(slot);
    else graph.missing++;
    const status = tasks.status[slot] as number;
    if (status !== MEMORY && !isActive(status)) activate(state, slot);
  }
  sendOutputsLost(state, graph, lost);
  if (retried === 0) return;
  graph.finished = false;
  if (graph.missing > 0) state.openGraphs.add(graph);
  state.touchedGraphs.add(graph);
}

/** The row of an output's block; below 0 when there is none. */
function rowOf(starts: Int32Array, output: number, block: number): number {
  const start = starts[output];
  const end = starts[output + 1];
  if (start === undefined || end === undefined || block < 0) return -1;
  return start + block < end ? start + block : -1;
}

/** Gives up outputs that cannot be computed; returns them, for the report to the client. */
export function failOutputs(
  state: SchedulerState,
  graph: GraphRecord,
  slots: readonly number[],
): OutputColumns {
  const { firstRow, output, block, next } = graph.outputs;
  const columns = { outputs: [] as number[], blocks: [] as number[] };
  for (const slot of slots) {
    for (let row = firstRow.get(slot) ?? -1; row >= 0; row = next[row] as number) {
      columns.outputs.push(output[row] as number);
      columns.blocks.push(block[row] as number);
    }
  }
  abandon(state, graph, slots);
  return columns;
}

/** Reports to a client that outputs of its graph cannot be obtained. */
export function sendOutputsErred(
  state: SchedulerState,
  { id, client }: GraphRecord,
  columns: OutputColumns,
  error: WireError,
): void {
  sendToClient(state, client, { type: "outputsErred", graph: id, ...columns, error });
}

/** Reports to a client which calls cannot run, for lack of an operand. */
export function sendOutputsLost(
  state: SchedulerState,
  graph: GraphRecord,
  rows: Iterable<number>,
): void {
  const byLayer = new Map<LayerName, { outputs: number[]; blocks: number[] }>();
  for (const row of rows) {
    const name = graph.lost?.get(row);
    if (name === undefined) continue;
    const columns = byLayer.get(name) ?? { outputs: [], blocks: [] };
    byLayer.set(name, columns);
    columns.outputs.push(graph.outputs.output[row] as number);
    columns.blocks.push(graph.outputs.block[row] as number);
  }
  for (const [name, columns] of byLayer) {
    sendOutputsErred(state, graph, columns, toWireError(lostData(name)));
  }
}

/** Removes some outputs from the graph: tasks that only they needed are released. */
function abandon(state: SchedulerState, graph: GraphRecord, slots: readonly number[]): void {
  const { tasks } = state;
  const { firstRow, next } = graph.outputs;
  for (const slot of slots) {
    for (let row = firstRow.get(slot) ?? -1; row >= 0; row = next[row] as number) {
      increase(tasks.wanted, slot, -1);
    }
    firstRow.delete(slot);
    if (tasks.status[slot] !== MEMORY) graph.missing--;
  }
  for (const slot of slots) if (!isNeeded(state, slot)) releaseUnneeded(state, slot);
  state.touchedGraphs.add(graph);
}
