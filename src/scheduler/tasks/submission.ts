// Takes in a graph, in slices: expands it to tasks, orders them, joins them with known ones, wants
// its outputs, and starts it. Until it is started, nothing of it is reported.
import { finish, inRanges, type Sliced } from "../../base/sliced.js";
import type { LayerName } from "../../graph/model/layer.js";
import { jobName } from "../../graph/model/naming.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { LayerId } from "../../protocol/values/ids.js";
import { logJobStart } from "../accounts/job-log.js";
import { joinJob, joinLayerJobs, leadShared } from "../accounts/jobs.js";
import type { SharedLayers } from "../accounts/layer-names.js";
import { joinLayers } from "../accounts/layer-table.js";
import { decideStart, priorityOf, taskWork } from "../policy/fairness.js";
import type { Opening } from "../state/backlog.js";
import { numberMap } from "../state/number-map.js";
import type { ClientRecord, GraphOutputs, GraphRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { audienceOf } from "./console-output.js";
import {
  checkShared,
  findShared,
  type GraphPlan,
  hasOtherInputs,
  planGraph,
} from "./graph-plan.js";
import { dropGraph } from "./release-graph.js";
import { sendOutputsLost } from "./release-outputs.js";
import { startTasks } from "./start-tasks.js";
import { type Members, noteAliases, takeInTasks } from "./take-in.js";
import { wantOutputs } from "./want-outputs.js";

/**
 * The whole submission at once, for callers that handle errors, and know which records they mean.
 *
 * @throws GraphError `graph.lostData` when blocks are not here any more; then nothing is left of it
 */
export function openGraph(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  granted: SharedLayers,
): GraphRecord {
  const opening: Opening = { event, graph: undefined, phase: "planned", isOver: false };
  try {
    return finish(openInSlices(state, client, event, opening, granted));
  } catch (error) {
    if (opening.graph !== undefined) dropGraph(state, opening.graph);
    throw error;
  }
}

/**
 * A submission in slices.
 *
 * @param granted the records of persisted layers that were looked up before; default: those that
 * the names mean
 * @throws GraphError, ProtocolError where it cannot be run; its record, if `opening` has it, is the
 * caller's to drop
 */
export function* openInSlices(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  opening: Opening,
  granted?: SharedLayers,
): Sliced<GraphRecord> {
  if (granted === undefined) findShared(state, client, event);
  else checkShared(event.layers, granted);
  const plan = yield* planGraph(state, client, event);
  const { table, sequence } = plan;
  // Others may have brought or released layers meanwhile.
  const shared = granted ?? findShared(state, client, event);
  const { graph, members, records } = begin(state, client, event, plan, shared);
  opening.graph = graph;
  opening.phase = "taken in";
  const priorities = yield* decidePriorities(members, plan, graph);
  const slots = yield* takeInTasks(state, graph, members, table, priorities);
  if (event.calls === undefined) yield* noteAliases(state, event.outputs, records, table, slots);
  if (state.jobs.size > 0 && graph.job === undefined) {
    yield* inRanges(graph.tasks.length, (from, end) => leadShared(state, graph, from, end));
  }
  opening.phase = "wanted";
  yield* wantOutputs(state, graph, table, slots);
  opening.phase = "started";
  const totals = yield* startTasks(state, graph, sequence, slots);
  if (!graph.areOutputsIndependent) graph.layerTotals = totals;
  end(state, graph, event);
  return graph;
}

/** Makes the graph's record, and those of its layers. */
function begin(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  plan: GraphPlan,
  shared: SharedLayers,
): { graph: GraphRecord; members: Members; records: ReadonlyMap<LayerName, LayerRecord> } {
  const { table, layers, lost } = plan;
  const { priority: userPriority = 0, retries = 0, allowedFailures } = event.terms ?? {};
  const firstTag = decideStart(state, client, userPriority);
  const records = joinLayers(state, client, event.layers, shared);
  const given = new Map(event.layers.map((layer) => [layer.name, layer]));
  const members: Members = {
    names: layers,
    layers: layers.map((name) => records.get(name)),
    arePersisted: plan.arePersisted,
    haveOtherInputs: layers.map((name, k) => {
      const [known, own] = [shared.get(name), given.get(name)];
      if (known === undefined || own === undefined || plan.arePersisted[k]) return false;
      return hasOtherInputs(known.layer, own);
    }),
  };
  const job = joinJob(state, event.terms);
  const outputs = emptyOutputs(table);
  const countedTasks = table.layerOf.length;
  client.tasks += countedTasks;
  const graph: GraphRecord = {
    id: event.graph,
    number: state.nextGraph++,
    client,
    countedTasks,
    audience: audienceOf(state, client, event.askedBy),
    reportOutputs: event.reportOutputs,
    areOutputsIndependent: event.areOutputsIndependent === true,
    endsWithOutputs: event.reportOutputs && event.endsWithOutputs === true,
    reportUsage: event.reportUsage === true,
    inlineBytesMax: event.inlineBytesMax ?? -1,
    follower: outputs.slot.length === 1 ? event.follower : undefined,
    submittedMs: state.nowMs,
    userPriority,
    firstTag,
    lastTag: firstTag,
    retries,
    layerRetries: retriesByLayer(members.layers),
    allowedFailures,
    job,
    layerJobs: joinLayerJobs(state, event, records, job),
    tasks: new Int32Array(0),
    layers: members.layers.filter((layer) => layer !== undefined),
    foundations: [],
    dependants: 0,
    outputs,
    lost: lost === undefined ? undefined : lostRows(lost, layers, outputs),
    active: 0,
    processing: 0,
    total: 0,
    layerTotals: new Map(),
    name: event.name ?? jobName(event.outputs),
    stage: "opening",
    isEndLogged: false,
    missing: 0,
    finished: false,
    tasksRun: 0,
    bytesMoved: 0,
    arrived: [],
    reportedMs: state.nowMs,
    reportedDone: 0,
  };
  state.graphs.add(graph);
  state.graphsByNumber.set(graph.number, graph);
  client.graphs.set(graph.id, graph);
  return { graph, members, records };
}

/** The graph runs: from now on it is reported. */
function end(state: SchedulerState, graph: GraphRecord, { predicted }: SubmitGraph): void {
  graph.stage = "open";
  state.observer.addJob(graph, predicted, state.workers.values());
  logJobStart(state, graph);
  state.touchedGraphs.add(graph);
  if (graph.missing > 0) state.openGraphs.add(graph);
  if (graph.lost !== undefined) sendOutputsLost(state, graph, graph.lost.keys());
}

/** The cost of a place in the order. */
const PLACE_COST = 0.05;

/** By task: its priority, which goes up by its work in the order of the graph. */
function* decidePriorities(
  members: Members,
  { table: { layerOf }, sequence }: GraphPlan,
  graph: GraphRecord,
): Sliced<Float64Array> {
  const work = members.layers.map((layer) =>
    layer === undefined ? 0 : taskWork(layer, outputBytes(layer.layer, 0)),
  );
  const userPriorities = members.layers.map(
    (layer) => layer?.layer.terms?.priority ?? graph.userPriority,
  );
  const priorities = new Float64Array(sequence.length);
  const place = (from: number, end: number) => {
    for (let at = from; at < end; at++) {
      const task = sequence[at] as number;
      const layer = layerOf[task] as number;
      priorities[task] = priorityOf(userPriorities[layer] as number, graph.lastTag);
      graph.lastTag += work[layer] as number;
    }
  };
  yield* inRanges(sequence.length, place, PLACE_COST);
  return priorities;
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

function emptyOutputs({ outputs }: GraphPlan["table"]): GraphOutputs {
  const starts = new Int32Array(outputs.length + 1);
  for (const [k, { length }] of outputs.entries()) starts[k + 1] = (starts[k] as number) + length;
  const rows = starts[outputs.length] as number;
  const column = () => new Int32Array(rows);
  const firstRow = numberMap(rows);
  return { firstRow, starts, slot: column(), output: column(), block: column(), next: column() };
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
