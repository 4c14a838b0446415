// Layers of live graphs. They are found by name, so equal work of several graphs runs once. Each is
// sent once to each worker that runs its tasks, and dropped everywhere with its last graph.
import { ProtocolError } from "../../base/errors.js";
import { writtenAt } from "../../graph/model/calls-layer.js";
import { numBlocks, sameChunks } from "../../graph/model/chunks.js";
import type { CallsLayer, Layer, LayerName } from "../../graph/model/layer.js";
import type { LayerRecord, Pace, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dynamicSizesOf } from "./dynamic-sizes.js";
import { touch } from "./holders.js";

/**
 * The records of a graph's layers, which contains each once more: of those given, made unless there are some by their
 * names; of others, whose blocks it only reads, undefined where there are none.
 */
export function joinLayers(
  state: SchedulerState,
  names: readonly LayerName[],
  given: readonly Layer[],
): (LayerRecord | undefined)[] {
  const byName = new Map(given.map((layer) => [layer.name, layer]));
  const made: LayerRecord[] = [];
  const records = names.map((name) => {
    const known = state.layersByName.get(name);
    const layer = byName.get(name);
    if (known !== undefined || layer === undefined) {
      if (known !== undefined) known.graphCount++;
      return known;
    }
    const record = layerRecord(state, layer);
    made.push(record);
    return record;
  });
  // Layers of calls may read each other in circles.
  for (const record of made) {
    record.inputs = record.layer.inputs.map((input) => state.layersByName.get(input));
  }
  return records;
}

function layerRecord(state: SchedulerState, layer: Layer): LayerRecord {
  const pace = paceOf(state, layer);
  const record: LayerRecord = {
    id: state.nextLayer++,
    layer,
    inputs: [],
    slots: new Map(),
    graphCount: 1,
    get durationMs() {
      return pace.durationMs;
    },
    set durationMs(durationMs) {
      pace.durationMs = durationMs;
    },
    dynamicSizes: dynamicSizesOf(layer),
    inlineBytesMax: -1,
    workers: new Set(),
    readyWorkers: new Set(),
  };
  state.layers.set(record.id, record);
  state.layersByName.set(layer.name, record);
  return record;
}

/** Functions whose pace is remembered: those that were called last. */
const PACES_MAX = 1_000;

/** The pace of a layer's tasks: for calls of a function, their earlier pace. */
function paceOf({ paces }: SchedulerState, layer: Layer): Pace {
  const written = layer.kind === "calls" ? writtenTogether(layer) : undefined;
  if (written === undefined) return { durationMs: -1 };
  const pace = paces.get(written) ?? { durationMs: -1 };
  paces.delete(written);
  paces.set(written, pace);
  const [oldest] = paces.keys();
  if (paces.size > PACES_MAX && oldest !== undefined) paces.delete(oldest);
  return pace;
}

/** Where all functions of the calls were written; undefined when that is not one place. */
function writtenTogether({ functions }: CallsLayer): string | undefined {
  const [first] = functions;
  const written = first && writtenAt(first);
  return functions.every((each) => writtenAt(each) === written) ? written : undefined;
}

/**
 * Checks that a client's layer equals the known one of the same name.
 *
 * @throws ProtocolError when it has other blocks
 */
export function checkSameLayer(known: Layer, given: Layer): void {
  if (known.dtype === given.dtype && sameChunks(known.chunks, given.chunks)) return;
  throw new ProtocolError(`layer ${given.name} is known here with other chunks or another dtype`, {
    layer: given.name,
  });
}

/** One graph less contains the layer; the last one takes it along. */
export function leaveLayer(state: SchedulerState, record: LayerRecord): void {
  if (--record.graphCount > 0) return;
  state.layers.delete(record.id);
  state.layersByName.delete(record.layer.name);
  const { name, chunks } = record.layer;
  state.history.keepLayer(record.id, { name, numBlocks: numBlocks(chunks) });
  state.replication.copiesWanted.delete(record);
  for (const id of record.workers) {
    const worker = state.workers.get(id);
    if (worker === undefined) continue;
    worker.outbox.dropped.push(record.id);
    touch(state, worker);
  }
}

/** Has the layer sent to the worker before its first task, with its inputs, whose chunks kernels read. */
export function ensureLayer(worker: WorkerRecord, record: LayerRecord): void {
  if (record.readyWorkers.has(worker.id)) return;
  for (const input of record.inputs) {
    if (input !== undefined && needsInput(record, input)) sendLayer(worker, input);
  }
  sendLayer(worker, record);
  record.readyWorkers.add(worker.id);
}

/** Of values there is nothing to know for calls: they come with their lengths. There may be very many such layers. */
function needsInput({ layer }: LayerRecord, input: LayerRecord): boolean {
  return layer.kind !== "calls" || input.layer.holds !== "values";
}

function sendLayer(worker: WorkerRecord, record: LayerRecord): void {
  if (record.workers.has(worker.id)) return;
  record.workers.add(worker.id);
  const inputs = record.inputs.map((input) =>
    input !== undefined && needsInput(record, input) ? input.id : -1,
  );
  const { id, layer, inlineBytesMax, durationMs } = record;
  worker.outbox.added.push({
    id,
    layer,
    inputs,
    ...(inlineBytesMax < 0 ? {} : { inlineBytesMax }),
    ...(durationMs < 0 ? {} : { durationMs }),
  });
}
