// Results that values of queues, variables and datasets refer to. Graphs of the scheduler itself
// keep them, by requesting blocks of a known layer. A client that reads the value gets its own
// graph.
import { GraphError } from "../../base/errors.js";
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { SubmitGraph } from "../../protocol/messages/messages.js";
import type { ActorId, GraphId } from "../../protocol/values/ids.js";
import { addReference, pinActor, unpinActor } from "../accounts/actor-references.js";
import { grantLayer, persistedRecord } from "../accounts/layer-names.js";
import type { ActorRecord } from "../state/actor-state.js";
import type { ClientRecord, GraphRecord, LayerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dropGraph } from "../tasks/release-graph.js";
import { openGraph } from "../tasks/submission.js";

/** Blocks up to this size are sent with the report that they are ready. */
const INLINE_BYTES_MAX = 1024;

/** An actor of which the value has a handle. */
interface PinnedActor {
  readonly actor: ActorRecord;
}

/** The layer whose blocks a graph keeps. */
interface PinnedLayer {
  readonly graph: GraphRecord;
  readonly record: LayerRecord;
}

/**
 * Keeps all blocks of the layers with these names, as the client resolves them.
 *
 * @throws GraphError `graph.lostData` when one is not known here; then nothing is kept
 */
export function pinLayers(
  state: SchedulerState,
  client: ClientRecord,
  names: readonly LayerName[],
): object[] {
  const kept: PinnedLayer[] = [];
  try {
    for (const name of names) {
      const record = persistedRecord(state, client, name);
      if (record === undefined) throw notHere(name);
      kept.push({ graph: openFor(state, state.keeper, record, false), record });
    }
  } catch (error) {
    unpin(state, kept);
    throw error;
  }
  return kept;
}

/** Pins actors. If one is gone, the reader of the value is notified. */
export function pinActors(state: SchedulerState, ids: readonly ActorId[]): object[] {
  const found = ids.flatMap((id) => state.actorTable.byId.get(id) ?? []);
  for (const actor of found) pinActor(actor);
  return found.map((actor): PinnedActor => ({ actor }));
}

/** Makes a client hold the actors until it has made handles of its own. */
export function shareActors(client: ClientRecord, pins: readonly object[]): ActorId[] {
  const ids: ActorId[] = [];
  for (const kept of pins as readonly (PinnedLayer | PinnedActor)[]) {
    if (!("actor" in kept) || kept.actor.status === "over") continue;
    addReference(kept.actor, client, client);
    ids.push(kept.actor.id);
  }
  return ids;
}

/** Releases them. */
export function unpin(state: SchedulerState, pins: readonly object[]): void {
  for (const kept of pins as readonly (PinnedLayer | PinnedActor)[]) {
    if ("actor" in kept) {
      unpinActor(state, kept.actor);
      continue;
    }
    const { graph } = kept;
    if (state.graphs.has(graph)) dropGraph(state, graph);
  }
}

/**
 * Shares them with a client: it is notified of the fate of each graph, as if it had submitted it.
 *
 * @throws GraphError `graph.lostData` when the cluster was restarted meanwhile; then nothing is
 * shared
 */
export function shareLayers(
  state: SchedulerState,
  client: ClientRecord,
  pins: readonly object[],
): { readonly graph: GraphId; readonly layer: PersistedLayer }[] {
  const held: PinnedLayer[] = [];
  try {
    for (const kept of pins as readonly (PinnedLayer | PinnedActor)[]) {
      if ("actor" in kept) continue;
      const { record } = kept;
      const { holds, chunks } = record.layer;
      const isSingle = holds === "values" && chunks[0]?.length === 1;
      held.push({ graph: openFor(state, client, record, isSingle), record });
    }
  } catch (error) {
    unpin(state, held);
    throw error;
  }
  for (const { record } of held) grantLayer(state, client, record);
  return held.map(({ graph, record }) => ({ graph: graph.id, layer: persisted(record) }));
}

function notHere(name: LayerName): GraphError {
  const reason = `the blocks of ${name} are not on this cluster any more`;
  return new GraphError("lostData", reason, { layer: name });
}

function persisted({ layer: { name, chunks, dtype, holds } }: LayerRecord): PersistedLayer {
  const layer = { kind: "persisted", name, inputs: [], chunks, dtype } as const;
  return holds === undefined ? layer : { ...layer, holds };
}

function openFor(
  state: SchedulerState,
  client: ClientRecord,
  record: LayerRecord,
  reportOutputs: boolean,
): GraphRecord {
  // After a restart the record may be one that is gone.
  const { name } = record.layer;
  if (!state.layers.has(record.id)) throw notHere(name);
  const event: SubmitGraph = {
    type: "submitGraph",
    graph: `kept-${state.options.schedulerName}-${state.nextGraph}`,
    layers: [persisted(record)],
    outputs: [name],
    reportOutputs,
    areOutputsIndependent: true,
    inlineBytesMax: INLINE_BYTES_MAX,
  };
  return openGraph(state, client, event, new Map([[name, record]]));
}
