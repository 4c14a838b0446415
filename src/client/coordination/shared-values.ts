// Values in queues, variables and datasets: bytes with holes in place of futures and persisted
// collections, and the names of the layers that fill them. The scheduler keeps these layers' blocks
// as long as the value exists, and for each reader.
import { keepAlive, keptBy } from "../../base/kept-alive.js";
import type { LayerName, PersistedLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { Executor } from "../../graph/ports/executor.js";
import {
  isPersistable,
  type PersistableCollection,
  persistedCollection,
} from "../../graph/ports/persisted-collections.js";
import type { ActorId } from "../../protocol/values/ids.js";
import { packArguments, unpackArguments } from "../../shipping/call-arguments.js";
import { packValue, unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { coreOf } from "../actors/actor.js";
import { Future } from "../futures/future.js";

/** A value on its way to the scheduler. */
export interface PackedSharedValue {
  readonly value: Uint8Array;
  readonly kept: readonly LayerName[];
  /** Actors of which it has handles. */
  readonly actors: readonly ActorId[];
  /** Releases temporary results: the scheduler keeps the value by now, or does not need to. */
  readonly release: () => void;
}

/** The client's side of packing a shared value. */
export interface SharingClient {
  readonly executor: Executor;
  /** A result of its own with the same value, and the promise that the scheduler knows of it. */
  copyOf(future: Future): {
    readonly future: Future;
    readonly submitted: Promise<void> | undefined;
  };
}

/**
 * The value as it is sent.
 *
 * @throws ArgumentError `argument.function` for values that cannot be sent
 */
export async function packSharedValue(
  given: unknown,
  client: SharingClient,
  name: string,
): Promise<PackedSharedValue> {
  const isHole = (value: object) =>
    value instanceof Future || isPersistable(value) ? { count: 1, isList: false } : undefined;
  const { bytes, holes } = packArguments<Future | PersistableCollection>([given], isHole, name);
  const made: (() => void)[] = [];
  const kinds: string[] = [];
  const kept: LayerName[] = [];
  for (const hole of holes) {
    if (hole instanceof Future) {
      const { future, submitted } = client.copyOf(hole);
      made.push(() => future.release());
      await submitted;
      kinds.push("future");
      kept.push(Future.layerOf(future));
      continue;
    }
    const isThere = hole.node.layer.kind === "persisted";
    const collection = isThere ? hole : await hole.persist({ executor: client.executor });
    if (!isThere) made.push(() => collection.release());
    kinds.push("collection");
    kept.push(collection.node.layer.name);
  }
  const value = packValue([bytes, kinds], name);
  keepAlive(value, keptBy(bytes));
  const actors = keptBy(bytes).map((handle) => coreOf(handle).id);
  return {
    value,
    kept,
    actors: [...new Set(actors)],
    release: () => {
      for (const release of made) release();
    },
  };
}

/** A layer that a shared value refers to, held by the scheduler for this client. */
export interface SharedLayer {
  readonly layer: PersistedLayer;
  /** The future of its only block, where it has one. */
  readonly future: (() => Future) | undefined;
  readonly release: () => void;
}

/** The value again, with futures and collections that this client holds. */
export async function unpackSharedValue(
  bytes: Uint8Array,
  held: readonly SharedLayer[],
): Promise<readonly [unknown]> {
  const [inner, kinds] = (await unpackWhenReady(bytes)) as [Uint8Array, string[]];
  const values: unknown[] = [];
  for (const [k, each] of held.entries()) {
    if (kinds[k] === "future") {
      values.push(each.future?.());
      continue;
    }
    const node: LayerNode = { layer: each.layer, inputs: [] };
    const handle = { layers: [each.layer.name], release: each.release };
    values.push(await persistedCollection(node, handle));
  }
  return (await unpackArguments(inner, (k) => values[k])) as unknown as readonly [unknown];
}
