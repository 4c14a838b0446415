// Layers of live graphs. Equal work of several graphs runs once (layer-names.ts). Each layer is
// sent once to each worker that runs its tasks, and dropped everywhere with its last graph.
import { ProtocolError } from "../../base/errors.js";
import { writtenAt } from "../../graph/model/calls-layer.js";
import { blockCount, numBlocks, sameChunks } from "../../graph/model/chunks.js";
import type { CallsLayer, Layer, LayerName } from "../../graph/model/layer.js";
import type { LayerId, WorkerId } from "../../protocol/values/ids.js";
import { type NumberMap, numberMap } from "../state/number-map.js";
import { type LayerTotals, noLayerTotals } from "../state/observed/totals.js";
import type {
  ClientRecord,
  LayerRecord,
  MeasuredSizes,
  Pace,
  WorkerRecord,
} from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dynamicSizesOf } from "./dynamic-sizes.js";
import { touch } from "./holders.js";
import { enterName, forgetName, type SharedLayers } from "./layer-names.js";

/**
 * The records of a client's graph's layers, by name; the graph contains each once more. Submitted
 * layers get a record if none is shared; persisted ones, which are only read, may have none.
 */
export function joinLayers(
  state: SchedulerState,
  client: ClientRecord,
  given: readonly Layer[],
  shared: SharedLayers,
): Map<LayerName, LayerRecord> {
  const records = new Map(shared);
  for (const record of shared.values()) record.graphCount++;
  const made: LayerRecord[] = [];
  for (const layer of given) {
    const known = records.get(layer.name);
    const record = known ?? layerRecord(state, client, layer);
    if (layer.kind !== "persisted") record.vouchers.add(client);
    if (known !== undefined) continue;
    records.set(layer.name, record);
    made.push(record);
  }
  // Layers of calls may read each other in circles.
  for (const record of made) {
    record.inputs = record.layer.inputs.map((input) => records.get(input));
  }
  return records;
}

/**
 * A layer whose pace may be that of others, too. Accessors of each record's own would give each
 * another shape, which costs the engine time wherever it reads a record.
 */
class PacedLayer implements LayerRecord {
  readonly id: LayerId;
  readonly layer: Layer;
  inputs: LayerRecord["inputs"] = [];
  readonly slots: NumberMap;
  graphCount = 1;
  readonly vouchers = new WeakSet<ClientRecord>();
  readonly isPrivate: boolean;
  readonly totals: LayerTotals;
  readonly dynamicSizes: MeasuredSizes | undefined;
  inlineBytesMax = -1;
  readonly workers = new Set<WorkerId>();
  readonly readyWorkers = new Set<WorkerId>();
  readonly #pace: Pace;

  constructor(id: LayerId, layer: Layer, isPrivate: boolean, pace: Pace) {
    this.id = id;
    this.layer = layer;
    this.slots = numberMap(blockCount(layer.chunks));
    this.isPrivate = isPrivate;
    this.totals = pace.totals;
    this.dynamicSizes = dynamicSizesOf(layer);
    this.#pace = pace;
  }

  get durationMs(): number {
    return this.#pace.durationMs;
  }

  set durationMs(durationMs: number) {
    this.#pace.durationMs = durationMs;
  }
}

function layerRecord(state: SchedulerState, client: ClientRecord, layer: Layer): LayerRecord {
  const isPrivate = state.layersByName.has(layer.name);
  const record = new PacedLayer(state.nextLayer++, layer, isPrivate, paceOf(state, layer));
  state.layers.set(record.id, record);
  enterName(state, client, record);
  state.observer.addLayer(record, numBlocks(layer.chunks), state.nowMs);
  return record;
}

/** Functions whose pace is remembered: those that were called last. */
const PACES_MAX = 1_000;

/** The pace of a layer's tasks: for calls of a function, their earlier pace. */
function paceOf({ paces }: SchedulerState, layer: Layer): Pace {
  const written = layer.kind === "calls" ? writtenTogether(layer) : undefined;
  if (written === undefined) return newPace();
  const pace = paces.get(written) ?? newPace();
  paces.delete(written);
  paces.set(written, pace);
  const [oldest] = paces.keys();
  if (paces.size > PACES_MAX && oldest !== undefined) paces.delete(oldest);
  return pace;
}

function newPace(): Pace {
  return { durationMs: -1, totals: noLayerTotals() };
}

/** Where all functions of the calls were written; undefined when that is not one place. */
function writtenTogether({ functions }: CallsLayer): string | undefined {
  const [first] = functions;
  const written = first && writtenAt(first);
  return functions.every((each) => writtenAt(each) === written) ? written : undefined;
}

/**
 * Checks that a client's layer has the blocks of the one that the client sent by the same name.
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
  forgetName(state, record);
  const { name, chunks } = record.layer;
  state.history.keepLayer(record.id, { name, numBlocks: numBlocks(chunks) });
  state.observer.endLayer(record);
  state.replication.copiesWanted.delete(record);
  for (const id of record.workers) {
    const worker = state.workers.get(id);
    if (worker === undefined) continue;
    worker.outbox.dropped.push(record.id);
    touch(state, worker);
  }
}

/**
 * Sends the layer to the worker before its first task, with its inputs, whose chunks kernels read.
 */
export function ensureLayer(worker: WorkerRecord, record: LayerRecord): void {
  if (record.readyWorkers.has(worker.id)) return;
  for (const input of record.inputs) {
    if (input !== undefined && needsInput(record, input)) sendLayer(worker, input);
  }
  sendLayer(worker, record);
  record.readyWorkers.add(worker.id);
}

/**
 * Calls need no inputs of values: these come with their lengths. There may be very many such
 * layers.
 */
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
