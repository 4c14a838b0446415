// Plans a new graph before anything changes, in slices: its tasks, and their order. submission.ts
// takes it in.
import { GraphError, isTileworkError, ProtocolError } from "../../base/errors.js";
import type { Sliced } from "../../base/sliced.js";
import { checkCalls } from "../../graph/checks/check-layer.js";
import type { CallsLayer, Layer, LayerName } from "../../graph/model/layer.js";
import { expandInSlices, type TaskTable } from "../../graph/tasks/expand.js";
import { type CallTable, expandCalls } from "../../graph/tasks/expand-calls.js";
import { sequenceTasks } from "../../graph/tasks/order.js";
import { countBlocks, tooManyOfClient, tooManyTasks } from "../../graph/tasks/task-limit.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import { persistedRecord, type SharedLayers, sharedLayers } from "../accounts/layer-names.js";
import { checkSameLayer } from "../accounts/layer-table.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** The plan of a graph, made before any state is changed. */
export interface GraphPlan {
  readonly table: Omit<TaskTable, "layers">;
  /** Names of the layers that the table numbers, those of other graphs included. */
  readonly layers: readonly LayerName[];
  /** By the same numbers: whether its blocks are only read, and must be here. */
  readonly arePersisted: readonly boolean[];
  /** The tasks in their order. */
  readonly sequence: Int32Array;
  /** Calls in it that cannot run, for lack of an operand. */
  readonly lost?: CallTable["lost"];
}

/**
 * Expands and orders the graph of a client.
 *
 * @throws GraphError `graph.cycle`, `graph.missingLayer`, `graph.invalidLayer` or `graph.tooLarge`
 */
export function* planGraph(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
): Sliced<GraphPlan> {
  const { graph, layers, outputs, calls } = event;
  if (client.graphs.has(graph)) {
    throw new ProtocolError(
      `there is a graph ${graph} already: every submission needs its own name`,
    );
  }
  if (calls !== undefined) return yield* planCalls(state, client, layers, calls);
  checkLayers(layers, outputs);
  const table = yield* expandWithin(state, client, layers, outputs);
  return {
    table,
    layers: layers.map(({ name }) => name),
    arePersisted: layers.map(({ kind }) => kind === "persisted"),
    sequence: yield* sequenceTasks(table),
  };
}

/** Expands layers that are not too much for one job, nor for the client with those it has. */
function* expandWithin(
  { options }: SchedulerState,
  client: ClientRecord,
  layers: readonly Layer[],
  outputs: readonly LayerName[],
): Sliced<TaskTable> {
  const { jobTasksMax, clientTasksMax } = options;
  const room = Math.max(0, clientTasksMax - client.tasks);
  if (room >= jobTasksMax) return yield* expandInSlices(layers, outputs, jobTasksMax);
  try {
    return yield* expandInSlices(layers, outputs, room);
  } catch (error) {
    if (!isTileworkError(error, "graph.tooLarge")) throw error;
    throw tooManyOfClient(client.tasks, clientTasksMax);
  }
}

/**
 * The same of calls. Each is an output and stays until it is released, so that no order would need
 * less memory than the one in which they were made.
 */
function* planCalls(
  state: SchedulerState,
  client: ClientRecord,
  layers: readonly Layer[],
  { reads, order }: NonNullable<SubmitGraph["calls"]>,
): Sliced<GraphPlan> {
  const { jobTasksMax, clientTasksMax } = state.options;
  for (const layer of layers) {
    if (layer.kind !== "calls") {
      throw new ProtocolError(`layer ${layer.name} is among calls, but is not one`);
    }
    checkCalls(layer);
  }
  const tasks = countBlocks(layers);
  if (tasks > jobTasksMax) throw tooManyTasks(layers, jobTasksMax);
  if (client.tasks + tasks > clientTasksMax) throw tooManyOfClient(client.tasks, clientTasksMax);
  const sources = reads.map((name) => persistedRecord(state, client, name)?.slots);
  const calls = { layers: layers as readonly CallsLayer[], reads, order };
  const { lost, ...table } = yield* expandCalls(
    calls,
    (read, block) => sources[read]?.has(block) === true,
  );
  const names = layers.map(({ name }) => name);
  return {
    table,
    layers: [...reads, ...names],
    arePersisted: [...reads.map(() => true), ...names.map(() => false)],
    sequence: Int32Array.from(table.layerOf, (_, task) => task),
    ...(lost.blocks.length === 0 ? {} : { lost }),
  };
}

/**
 * The records that a graph shares with others, looked up when it is taken in.
 *
 * @throws GraphError `graph.lostData` when persisted blocks are not here, ProtocolError when a
 * layer is known with other blocks
 */
export function findShared(
  state: SchedulerState,
  client: ClientRecord,
  { layers, calls }: SubmitGraph,
): SharedLayers {
  const shared = sharedLayers(state, client, layers, calls?.reads);
  checkShared(layers, shared);
  return shared;
}

/** Checks the records that a graph shares. */
export function checkShared(layers: readonly Layer[], shared: SharedLayers): void {
  for (const layer of layers) {
    const known = shared.get(layer.name);
    if (known !== undefined) checkSameLayer(known.layer, layer);
    else if (layer.kind === "persisted") throw lostData(layer.name);
  }
}

/**
 * Whether the layer has other inputs than the one of its name that workers already have. Passes may
 * have given one name other inputs; then only the existing tasks can be used.
 */
export function hasOtherInputs(known: Layer, given: Layer): boolean {
  return !(
    known.kind === given.kind &&
    known.inputs.length === given.inputs.length &&
    known.inputs.every((input, k) => input === given.inputs[k])
  );
}

/** The error for a task that a layer's name would need, and does not have. */
export function otherInputs(name: LayerName): ProtocolError {
  return new ProtocolError(`layer ${name} is known here with other inputs`, { layer: name });
}

/** Checks that each layer occurs once, after its inputs. */
function checkLayers(layers: readonly Layer[], outputs: readonly LayerName[]): void {
  const all = new Set(layers.map((layer) => layer.name));
  const before = new Set<LayerName>();
  for (const { name, inputs } of layers) {
    if (before.has(name)) throw new ProtocolError(`layer ${name} appears twice in the graph`);
    for (const input of inputs) {
      if (before.has(input)) continue;
      if (!all.has(input)) throw missing(input, name);
      throw new GraphError(
        "cycle",
        `layer ${name} comes before its input ${input}, or is below itself`,
      );
    }
    before.add(name);
  }
  for (const output of outputs) if (!before.has(output)) throw missing(output, "the outputs");
}

function missing(layer: LayerName, neededBy: string): GraphError {
  const text = `layer ${layer}, needed by ${neededBy}, is not in the graph`;
  return new GraphError("missingLayer", text, { layer, neededBy });
}

/** The error for a graph or call that reads persisted blocks which are not here. */
export function lostData(name: LayerName): GraphError {
  return new GraphError(
    "lostData",
    `the persisted blocks of ${name} are not on this cluster: they were released, or belong to another scheduler; persist them again`,
    { layer: name },
  );
}
