// The resolution of layer names. Equal layers of several clients share one record, so that equal
// work runs once. A name alone proves nothing: every client can compute it. So a client shares
// another's record only if it sent the same layer over the same inputs; otherwise the name refers
// to a layer of its own. Blocks that a client did not make, those of datasets and futures of
// others, it reads by name alone.
import { blockCount } from "../../graph/model/chunks.js";
import type { Layer, LayerName } from "../../graph/model/layer.js";
import { sameLayer } from "../../graph/model/same-layer.js";
import type { ClientRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** By name, the records that a graph shares with others; layers without one are made for it. */
export type SharedLayers = Map<LayerName, LayerRecord>;

/**
 * The records that a client's graph of these layers, each after its inputs, shares with other
 * graphs.
 *
 * @param reads layers of other graphs that it reads besides
 */
export function sharedLayers(
  state: SchedulerState,
  client: ClientRecord,
  layers: readonly Layer[],
  reads: readonly LayerName[] = [],
): SharedLayers {
  const shared: SharedLayers = new Map();
  for (const name of reads) {
    const known = persistedRecord(state, client, name);
    if (known !== undefined) shared.set(name, known);
  }
  for (const layer of layers) {
    const known =
      layer.kind === "persisted"
        ? persistedRecord(state, client, layer.name)
        : sharedRecord(state, client, layer, shared);
    if (known !== undefined) shared.set(layer.name, known);
  }
  return shared;
}

/** The record whose blocks a client means that has them on the cluster already, or had. */
export function persistedRecord(
  { layersByName }: SchedulerState,
  { ownLayers }: ClientRecord,
  name: LayerName,
): LayerRecord | undefined {
  const own = ownLayers.get(name);
  const isWhole = own !== undefined && own.slots.size === blockCount(own.layer.chunks);
  return isWhole ? own : (layersByName.get(name) ?? own);
}

/**
 * Binds the name of a record for a client, unless the client has a record of its own with that
 * name.
 */
export function grantLayer(
  { layersByName }: SchedulerState,
  client: ClientRecord,
  record: LayerRecord,
): void {
  const { name } = record.layer;
  const forAll = layersByName.get(name);
  const isOwn = client.ownLayers.has(name) || forAll?.vouchers.has(client) === true;
  if (forAll !== record && !isOwn) client.ownLayers.set(name, record);
}

/**
 * Binds the name of a new record of a client's layer for all clients, or for this one if it is
 * taken.
 */
export function enterName(
  { layersByName }: SchedulerState,
  { ownLayers }: ClientRecord,
  record: LayerRecord,
): void {
  const { name } = record.layer;
  if (record.isPrivate) ownLayers.set(name, record);
  else {
    ownLayers.delete(name);
    layersByName.set(name, record);
  }
}

/** Unbinds the name of a record that is gone. */
export function forgetName(state: SchedulerState, record: LayerRecord): void {
  const { name } = record.layer;
  if (!record.isPrivate) state.layersByName.delete(name);
  else {
    for (const { ownLayers } of state.clients.values()) {
      if (ownLayers.get(name) === record) ownLayers.delete(name);
    }
  }
}

function sharedRecord(
  { layersByName }: SchedulerState,
  client: ClientRecord,
  layer: Layer,
  shared: SharedLayers,
): LayerRecord | undefined {
  const known = client.ownLayers.get(layer.name) ?? layersByName.get(layer.name);
  if (known === undefined || known.vouchers.has(client)) return known;
  const readsSame = layer.inputs.every((input, k) => {
    const record = shared.get(input);
    return record !== undefined && record === known.inputs[k];
  });
  return readsSame && sameLayer(known.layer, layer) ? known : undefined;
}
