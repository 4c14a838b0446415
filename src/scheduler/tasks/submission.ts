// Takes in a graph: expands it to tasks, orders them, joins them with known ones, and starts it.
// Nothing changes before it is certain that the graph can run.
import type { LayerName } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { LayerId } from "../../protocol/values/ids.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import { guessBytes } from "../accounts/dynamic-sizes.js";
import { logJobStart } from "../accounts/job-log.js";
import { hurry, joinJob, joinLayerJobs, leadShared } from "../accounts/jobs.js";
import type { SharedLayers } from "../accounts/layer-names.js";
import { activeByLayer } from "../accounts/layer-progress.js";
import { joinLayers } from "../accounts/layer-table.js";
import { decideStart, priorityOf, taskWork } from "../policy/fairness.js";
import { increase } from "../state/columns.js";
import { NumberBag } from "../state/number-bag.js";
import type { ClientRecord, GraphOutputs, GraphRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { isActive, MEMORY, RELEASED } from "../state/task-status.js";
import { become } from "../state/task-transitions.js";
import { audienceOf } from "./console-output.js";
import { type GraphPlan, planGraph } from "./graph-plan.js";
import { activate } from "./liveness.js";
import { sendOutputsLost } from "./release-outputs.js";

/** The members of a graph under construction, each once. */
interface Members {
  readonly number: number;
  readonly tasks: number[];
  /** As the plan numbers them; undefined for those that calls read and that are not here. */
  readonly layers: readonly (LayerRecord | undefined)[];
}

type PlannedTable = GraphPlan["table"];

/** Takes a graph in; one that cannot be run is answered with `graphErred` and leaves no trace. */
export function submitGraph(state: SchedulerState, client: ClientRecord, event: SubmitGraph): void {
  let plan: GraphPlan;
  try {
    plan = planGraph(state, client, event);
  } catch (error) {
    // Layers are a client's input: an error of expanding them is that graph's error, not ours.
    sendToClient(state, client, {
      type: "graphErred",
      graph: event.graph,
      error: toWireError(error),
    });
    return;
  }
  begin(state, client, event, plan);
}

/**
 * The same for callers that handle errors, and know which records they mean.
 *
 * @throws GraphError as {@link submitGraph} reports it to its client
 */
export function openGraph(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  granted: SharedLayers,
): GraphRecord {
  return begin(state, client, event, planGraph(state, client, event, granted));
}

function begin(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  plan: GraphPlan,
): GraphRecord {
  const graph = takeIn(state, client, event, plan);
  want(state, graph);
  graph.total = graph.active;
  state.observer.addJob(graph, event.predicted, state.workers.values());
  logJobStart(state, graph);
  if (!graph.areOutputsIndependent) graph.layerTotals = activeByLayer(state, graph);
  state.touchedGraphs.add(graph);
  if (graph.missing > 0) state.openGraphs.add(graph);
  if (graph.lost !== undefined) sendOutputsLost(state, graph, graph.lost.keys());
  return graph;
}

/** Makes the graph's record, its layers and tasks; those known already are shared. */
function takeIn(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  { table, order, layers, shared, lost }: GraphPlan,
): GraphRecord {
  // The asking task existed before: the number of a task that is only made here names nothing.
  const audience = audienceOf(state, client, event.askedBy);
  const number = state.nextGraph++;
  const records = joinLayers(state, client, event.layers, shared);
  const members: Members = { number, tasks: [], layers: layers.map((name) => records.get(name)) };
  const { priority: userPriority = 0, retries = 0, allowedFailures } = event.terms ?? {};
  const firstTag = decideStart(state, client, userPriority);
  const tags = decideTags(members, table, order, firstTag);
  const priorities = members.layers.map((each) => each?.layer.terms?.priority ?? userPriority);
  const slots = takeInTasks(state, members, table, (task) =>
    priorityOf(
      priorities[table.layerOf[task] as number] as number,
      tags[order[task] as number] as number,
    ),
  );
  if (event.calls === undefined) noteAliases(state, event.outputs, records, table, slots);
  const outputs = outputRows(table, slots);
  const job = joinJob(state, event.terms);
  const graph: GraphRecord = {
    id: event.graph,
    number,
    client,
    audience,
    reportOutputs: event.reportOutputs,
    areOutputsIndependent: event.areOutputsIndependent === true,
    endsWithOutputs: event.reportOutputs && event.endsWithOutputs === true,
    reportUsage: event.reportUsage === true,
    inlineBytesMax: event.inlineBytesMax ?? -1,
    submittedMs: state.nowMs,
    userPriority,
    firstTag,
    lastTag: tags[tags.length - 1] as number,
    retries,
    layerRetries: retriesByLayer(members.layers),
    allowedFailures,
    job,
    layerJobs: joinLayerJobs(state, event, records, job),
    tasks: Int32Array.from(members.tasks),
    layers: members.layers.filter((layer) => layer !== undefined),
    foundations: foundationsOf(state, table, slots),
    dependants: 0,
    outputs,
    lost: lost === undefined ? undefined : lostRows(lost, layers, outputs),
    active: 0,
    processing: 0,
    total: 0,
    layerTotals: new Map(),
    outputName: event.outputs[0],
    isEndLogged: false,
    missing: 0,
    finished: false,
    tasksRun: 0,
    bytesMoved: 0,
    arrived: [],
    reportedMs: state.nowMs,
    reportedDone: 0,
  };
  for (const slot of graph.tasks) if (isActive(state.tasks.status[slot] as number)) graph.active++;
  state.graphs.add(graph);
  state.graphsByNumber.set(number, graph);
  client.graphs.set(graph.id, graph);
  leadShared(state, graph);
  return graph;
}

/** How often tasks of layers with such terms may fail; undefined if there are none. */
function retriesByLayer(
  layers: readonly (LayerRecord | undefined)[],
): ReadonlyMap<LayerId, number> | undefined {
  let byLayer: Map<LayerId, number> | undefined;
  for (const each of layers) {
    const retries = each?.layer.terms?.retries;
    if (retries !== undefined) (byLayer ??= new Map()).set((each as LayerRecord).id, retries);
  }
  return byLayer;
}

/** By place in the order: the tag of the task there; last, where the tags of this graph end. */
function decideTags(
  members: Members,
  { layerOf }: PlannedTable,
  order: Int32Array,
  firstTag: number,
): Float64Array {
  const work = members.layers.map((layer) =>
    layer === undefined ? 0 : taskWork(layer, outputBytes(layer.layer, 0)),
  );
  const tags = new Float64Array(order.length + 1);
  for (let task = 0; task < order.length; task++) {
    tags[(order[task] as number) + 1] = work[layerOf[task] as number] as number;
  }
  tags[0] = firstTag;
  for (let at = 1; at < tags.length; at++) {
    tags[at] = (tags[at] as number) + (tags[at - 1] as number);
  }
  return tags;
}

/** The slots of the table's tasks, new ones and those that other graphs brought. */
function takeInTasks(
  state: SchedulerState,
  members: Members,
  { layerOf, blockOf, operandStart, operands }: PlannedTable,
  priorityOfTask: (task: number) => number,
): Int32Array {
  const { tasks, edges } = state;
  const slots = new Int32Array(layerOf.length);
  for (let task = 0; task < slots.length; task++) {
    const layer = members.layers[layerOf[task] as number] as LayerRecord;
    const known = layer.slots.get(blockOf[task] as number);
    if (known !== undefined) {
      joinTask(state, members, known);
      hurry(state, known, priorityOfTask(task));
      slots[task] = known;
      continue;
    }
    const first = operandStart[task] as number;
    const count = (operandStart[task + 1] as number) - first;
    const slot = addTask(state, members, layer, blockOf[task] as number, count);
    slots[task] = slot;
    tasks.priority[slot] = priorityOfTask(task);
    for (let k = 0; k < count; k++) {
      const source = slots[operands[first + k] as number] as number;
      edges.link((tasks.operandStart[slot] as number) + k, source, slot, tasks.firstUser);
    }
    guessBytes(state, layer, slot);
  }
  return slots;
}

function addTask(
  state: SchedulerState,
  members: Members,
  layer: LayerRecord,
  block: number,
  operandCount: number,
): number {
  const { tasks, edges } = state;
  const slot = tasks.allocate();
  tasks.deaths[slot] = 0;
  tasks.failures[slot] = 0;
  tasks.layer[slot] = layer.id;
  tasks.block[slot] = block;
  tasks.waitingCount[slot] = 0;
  tasks.attempt[slot] = 0;
  tasks.worker[slot] = -1;
  tasks.bytes[slot] = outputBytes(layer.layer, block);
  tasks.needed[slot] = 0;
  tasks.wanted[slot] = 0;
  tasks.graphCount[slot] = 1;
  tasks.graph[slot] = members.number;
  tasks.operandStart[slot] = edges.allocate(operandCount);
  tasks.operandCount[slot] = operandCount;
  tasks.firstUser[slot] = -1;
  tasks.queuedAt[slot] = -1;
  become(state, slot, RELEASED);
  layer.slots.set(block, slot);
  layer.totals.tasks++;
  members.tasks.push(slot);
  return slot;
}

/** Adds a task of another graph to the graph. */
function joinTask(state: SchedulerState, { number, tasks }: Members, slot: number): void {
  let others = state.sharedGraphs.get(slot);
  if (state.tasks.graph[slot] === number || others?.has(number) === true) return;
  increase(state.tasks.graphCount, slot, 1);
  if (others === undefined) state.sharedGraphs.set(slot, (others = new NumberBag()));
  others.add(number);
  tasks.push(slot);
}

/**
 * The graphs that made the persisted blocks which this one reads. They stay known as long as it does:
 * if such a block is lost, it can be made again even when the graph that persisted it was released.
 */
function foundationsOf(
  state: SchedulerState,
  { persisted }: PlannedTable,
  slots: Int32Array,
): GraphRecord[] {
  const foundations = new Set<GraphRecord>();
  for (const task of persisted) {
    const number = state.tasks.graph[slots[task] as number] as number;
    foundations.add(state.graphsByNumber.get(number) as GraphRecord);
  }
  for (const foundation of foundations) foundation.dependants++;
  return [...foundations];
}

/** Outputs whose blocks are other layers' blocks can be found under their own name: when persisted. */
function noteAliases(
  state: SchedulerState,
  outputs: readonly LayerName[],
  records: ReadonlyMap<LayerName, LayerRecord>,
  table: PlannedTable,
  slots: Int32Array,
): void {
  outputs.forEach((name, output) => {
    const layer = records.get(name) as LayerRecord;
    table.outputs[output]?.forEach((task, block) => {
      if (layer.slots.has(block)) return;
      const slot = slots[task] as number;
      layer.slots.set(block, slot);
      const aliases = state.aliases.get(slot);
      if (aliases === undefined) state.aliases.set(slot, [{ layer, block }]);
      else aliases.push({ layer, block });
    });
  });
}

function outputRows(table: PlannedTable, slots: Int32Array): GraphOutputs {
  let rows = 0;
  for (const blocks of table.outputs) rows += blocks.length;
  const output = new Int32Array(rows);
  const block = new Int32Array(rows);
  const slotOf = new Int32Array(rows);
  const starts = new Int32Array(table.outputs.length + 1).fill(rows);
  const next = new Int32Array(rows);
  const firstRow = new Map<number, number>();
  // From the last to the first, so that a task's rows come in order.
  let row = rows;
  for (let k = table.outputs.length - 1; k >= 0; k--) {
    const blocks = table.outputs[k] as Int32Array;
    for (let b = blocks.length - 1; b >= 0; b--) {
      const task = blocks[b] as number;
      row--;
      output[row] = k;
      block[row] = b;
      slotOf[row] = -1;
      // A call that cannot be run.
      if (task < 0) continue;
      const slot = slots[task] as number;
      slotOf[row] = slot;
      next[row] = firstRow.get(slot) ?? -1;
      firstRow.set(slot, row);
    }
    starts[k] = row;
  }
  return { firstRow, starts, slot: slotOf, output, block, next };
}

/** By row, the layer that its call lacks. */
function lostRows(
  { outputs, blocks, reads }: NonNullable<GraphPlan["lost"]>,
  layers: readonly LayerName[],
  { starts }: GraphOutputs,
): Map<number, LayerName> {
  return new Map(
    blocks.map((block, k) => {
      const row = (starts[outputs[k] as number] as number) + block;
      return [row, layers[reads[k] as number] as LayerName];
    }),
  );
}

/** Wants the outputs: those in memory are reported, the others set going. */
function want(state: SchedulerState, graph: GraphRecord): void {
  const { tasks, layers } = state;
  const { firstRow, next } = graph.outputs;
  const slots = [...firstRow.keys()].reverse();
  for (const slot of slots) {
    for (let row = firstRow.get(slot) as number; row >= 0; row = next[row] as number) {
      increase(tasks.wanted, slot, 1);
    }
    const layer = layers.get(tasks.layer[slot] as number) as LayerRecord;
    layer.inlineBytesMax = Math.max(layer.inlineBytesMax, graph.inlineBytesMax);
    if (tasks.status[slot] === MEMORY) graph.arrived.push(slot);
    else graph.missing++;
  }
  for (const slot of slots) {
    const status = tasks.status[slot] as number;
    if (status !== MEMORY && !isActive(status)) activate(state, slot);
  }
}
