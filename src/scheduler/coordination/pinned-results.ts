// Results that values of queues, variables and datasets refer to. Graphs of the scheduler itself
// keep them, by requesting blocks of a known layer. A client that reads the value gets its own
// graph.
import { GraphError } from "../../base/errors.js";
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { ActorId, GraphId } from "../../protocol/values/ids.js";
import { addReference, pinActor, unpinActor } from "../accounts/actor-references.js";
import type { ActorRecord } from "../state/actor-state.js";
import type { ClientRecord, GraphRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { dropGraph } from "../tasks/release-graph.js";
import { openGraph } from "../tasks/submission.js";

/** Blocks up to this size come with the word that they are there. */
const INLINE_BYTES_MAX = 1024;

/** An actor of which the value has a handle. */
interface PinnedActor {
  readonly actor: ActorRecord;
}

/** The layer whose blocks a graph keeps. */
interface PinnedLayer {
  readonly graph: GraphRecord;
  readonly layer: PersistedLayer;
}

/**
 * Keeps all blocks of these layers.
 *
 * @throws GraphError `graph.lostData` when one is not known here; then nothing is kept
 */
export function pinLayers(state: SchedulerState, names: readonly LayerName[]): object[] {
  const kept: PinnedLayer[] = [];
  try {
    for (const name of names) {
      const layer = persistedLayer(state, name);
      const graph = openFor(state, state.keeper, layer, false);
      kept.push({ graph, layer });
    }
  } catch (error) {
    unpin(state, kept);
    throw error;
  }
  return kept;
}

/** Pins actors. If one is gone, the reader of the value learns so. */
export function pinActors(state: SchedulerState, ids: readonly ActorId[]): object[] {
  const found = ids.flatMap((id) => state.actorTable.byId.get(id) ?? []);
  for (const actor of found) pinActor(actor);
  return found.map((actor): PinnedActor => ({ actor }));
}

/** Has a client hold the actors until it has made handles of its own. */
export function shareActors(client: ClientRecord, pins: readonly object[]): ActorId[] {
  const ids: ActorId[] = [];
  for (const kept of pins as readonly (PinnedLayer | PinnedActor)[]) {
    if (!("actor" in kept) || kept.actor.status === "over") continue;
    addReference(kept.actor, client, client);
    ids.push(kept.actor.id);
  }
  return ids;
}

/** They are kept no more. */
export function unpin(state: SchedulerState, pins: readonly object[]): void {
  for (const kept of pins as readonly (PinnedLayer | PinnedActor)[]) {
    if ("actor" in kept) {
      unpinActor(state, kept.actor);
      continue;
    }
    const { graph } = kept;
    if (state.graphs.get(graph.id) === graph) dropGraph(state, graph);
  }
}

/**
 * Has a client want them, too: it learns what becomes of each graph, as if it had submitted it.
 *
 * @throws GraphError `graph.lostData` when the cluster was restarted meanwhile; then it wants nothing
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
      const { layer } = kept;
      const isSingle = layer.holds === "values" && layer.chunks[0]?.length === 1;
      held.push({ graph: openFor(state, client, layer, isSingle), layer });
    }
  } catch (error) {
    unpin(state, held);
    throw error;
  }
  return held.map(({ graph, layer }) => ({ graph: graph.id, layer }));
}

function persistedLayer(state: SchedulerState, name: LayerName): PersistedLayer {
  const known = state.layersByName.get(name);
  if (known === undefined) {
    throw new GraphError("lostData", `the blocks of ${name} are not on this cluster any more`, {
      layer: name,
    });
  }
  const { chunks, dtype, holds } = known.layer;
  const layer = { kind: "persisted", name, inputs: [], chunks, dtype } as const;
  return holds === undefined ? layer : { ...layer, holds };
}

function openFor(
  state: SchedulerState,
  client: ClientRecord,
  layer: PersistedLayer,
  reportOutputs: boolean,
): GraphRecord {
  return openGraph(state, client, {
    type: "submitGraph",
    graph: `kept-${state.options.schedulerName}-${state.nextGraph}`,
    layers: [layer],
    outputs: [layer.name],
    reportOutputs,
    areOutputsIndependent: true,
    inlineBytesMax: INLINE_BYTES_MAX,
  });
}
