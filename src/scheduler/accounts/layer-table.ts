// Layers that live graphs contain: found again by name, so that equal work of several graphs is one,
// sent once to each worker that runs their tasks, and dropped everywhere with their last graph.
import { ProtocolError } from "../../base/errors.js";
import { numBlocks, sameChunks } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import type { LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dynamicSizesOf } from "./dynamic-sizes.js";
import { touch } from "./holders.js";

/** The layer's record, which is made unless there is one of its name. */
export function joinLayer(
  state: SchedulerState,
  layer: Layer,
  inputs: readonly LayerRecord[],
): LayerRecord {
  const known = state.layersByName.get(layer.name);
  if (known !== undefined) {
    known.graphCount++;
    return known;
  }
  const record: LayerRecord = {
    id: state.nextLayer++,
    layer,
    inputs,
    slots: new Map(),
    graphCount: 1,
    durationMs: -1,
    dynamicSizes: dynamicSizesOf(layer),
    inlineBytesMax: -1,
    workers: new Set(),
    readyWorkers: new Set(),
  };
  state.layers.set(record.id, record);
  state.layersByName.set(layer.name, record);
  return record;
}

/**
 * Checks that a layer which a client sent is the one that goes by its name here.
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
  state.copyBooks.copiesWanted.delete(record);
  for (const id of record.workers) {
    const worker = state.workers.get(id);
    if (worker === undefined) continue;
    worker.mail.dropped.push(record.id);
    touch(state, worker);
  }
}

/** Has the layer sent to the worker before its first task, with its inputs, whose chunks kernels read. */
export function ensureLayer(worker: WorkerRecord, record: LayerRecord): void {
  if (record.readyWorkers.has(worker.id)) return;
  for (const input of record.inputs) sendLayer(worker, input);
  sendLayer(worker, record);
  record.readyWorkers.add(worker.id);
}

function sendLayer(worker: WorkerRecord, record: LayerRecord): void {
  if (record.workers.has(worker.id)) return;
  record.workers.add(worker.id);
  const inputs = record.inputs.map((input) => input.id);
  const { id, layer, inlineBytesMax } = record;
  worker.mail.added.push({ id, layer, inputs, ...(inlineBytesMax < 0 ? {} : { inlineBytesMax }) });
}
