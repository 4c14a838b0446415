// Plans a new graph before anything changes: its tasks, their order, and whether its inputs exist.
// submission.ts takes it in.
import { GraphError, ProtocolError } from "../../base/errors.js";
import { checkCalls } from "../../graph/checks/check-layer.js";
import type { CallsLayer, Layer, LayerName } from "../../graph/model/layer.js";
import { expandLayers, type TaskTable } from "../../graph/tasks/expand.js";
import { type CallTable, expandCalls } from "../../graph/tasks/expand-calls.js";
import { orderTasks } from "../../graph/tasks/order.js";
import { countBlocks, tooManyTasks } from "../../graph/tasks/task-limit.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import { type SharedLayers, sharedLayers } from "../accounts/layer-names.js";
import { checkSameLayer } from "../accounts/layer-table.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** The plan of a graph, made before any state is changed. */
export interface GraphPlan {
  readonly table: Omit<TaskTable, "layers">;
  /** Names of the layers that the table numbers, those of other graphs included. */
  readonly layers: readonly LayerName[];
  readonly shared: SharedLayers;
  /** Per task: its place in the order. */
  readonly order: Int32Array;
  /** Calls in it that cannot run, for lack of an operand. */
  readonly lost?: CallTable["lost"];
}

/**
 * Expands and orders the graph of a client.
 *
 * @param granted the records of persisted layers that were looked up before; default: those that
 * the names mean
 * @throws GraphError `graph.cycle`, `graph.missingLayer`, `graph.invalidLayer`, `graph.tooLarge` or
 * `graph.lostData`
 */
export function planGraph(
  state: SchedulerState,
  client: ClientRecord,
  event: SubmitGraph,
  granted?: SharedLayers,
): GraphPlan {
  const { graph, layers, outputs, calls } = event;
  if (client.graphs.has(graph)) {
    throw new ProtocolError(
      `there is a graph ${graph} already: every submission needs its own name`,
    );
  }
  if (calls !== undefined) return planCalls(state, client, layers, calls);
  checkLayers(layers, outputs);
  const shared = granted ?? sharedLayers(state, client, layers);
  for (const layer of layers) {
    const known = shared.get(layer.name);
    if (known !== undefined) checkSameLayer(known.layer, layer);
    else if (layer.kind === "persisted") throw lostData(layer.name);
  }
  const table = expandLayers(layers, outputs, state.options.jobTasksMax);
  for (const task of table.persisted) {
    const { name } = layers[table.layerOf[task] as number] as Layer;
    const known = shared.get(name);
    if (known?.slots.has(table.blockOf[task] as number) !== true) throw lostData(name);
  }
  checkShared(shared, layers, table);
  return { table, layers: layers.map(({ name }) => name), shared, order: orderTasks(table) };
}

/**
 * Checks that new tasks of known layers have the operands of the layer that workers already have.
 * Passes may have given one name other inputs; then only the existing tasks can be used.
 *
 * @throws ProtocolError where a block would have other inputs than its layer's
 */
function checkShared(
  shared: SharedLayers,
  layers: readonly Layer[],
  { layerOf, blockOf }: TaskTable,
): void {
  const differing = layers.map((layer) => {
    const known = shared.get(layer.name);
    if (known === undefined || layer.kind === "persisted") return undefined;
    return haveSameInputs(known.layer, layer) ? undefined : known;
  });
  if (differing.every((known) => known === undefined)) return;
  for (let task = 0; task < layerOf.length; task++) {
    const known = differing[layerOf[task] as number];
    if (known === undefined || known.slots.has(blockOf[task] as number)) continue;
    const { name } = known.layer;
    throw new ProtocolError(`layer ${name} is known here with other inputs`, { layer: name });
  }
}

function haveSameInputs(known: Layer, given: Layer): boolean {
  return (
    known.kind === given.kind &&
    known.inputs.length === given.inputs.length &&
    known.inputs.every((input, k) => input === given.inputs[k])
  );
}

/**
 * The same of calls. Each is an output and stays until it is released, so that no order would need
 * less memory than the one in which they were made.
 */
function planCalls(
  state: SchedulerState,
  client: ClientRecord,
  layers: readonly Layer[],
  { reads, order }: NonNullable<SubmitGraph["calls"]>,
): GraphPlan {
  const { jobTasksMax } = state.options;
  const shared = sharedLayers(state, client, layers, reads);
  for (const layer of layers) {
    if (layer.kind !== "calls") {
      throw new ProtocolError(`layer ${layer.name} is among calls, but is not one`);
    }
    const known = shared.get(layer.name);
    if (known !== undefined) checkSameLayer(known.layer, layer);
    checkCalls(layer);
  }
  if (countBlocks(layers) > jobTasksMax) throw tooManyTasks(layers, jobTasksMax);
  const sources = reads.map((name) => shared.get(name)?.slots);
  const calls = { layers: layers as readonly CallsLayer[], reads, order };
  const { lost, ...table } = expandCalls(
    calls,
    (read, block) => sources[read]?.has(block) === true,
  );
  return {
    table,
    layers: [...reads, ...layers.map(({ name }) => name)],
    shared,
    order: Int32Array.from(table.layerOf, (_, task) => task),
    ...(lost.blocks.length === 0 ? {} : { lost }),
  };
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
