// Handles of actors that came from elsewhere: made again where they arrive, of the client there.
import { ActorError } from "../base/errors.js";
import type { ActorPlaced } from "../protocol/messages.js";
import { getClient } from "./task-client.js";

/**
 * The handle that a handle elsewhere has travelled as: called by shipping, by its name.
 *
 * @internal
 * @throws ActorError `actor.died` when the actor is gone, ClusterError `cluster.closed` when no client is open
 * @see {@link Client.actor}, whose handles travel
 *
 * @example
 * ```ts
 * const cluster = await LocalCluster.start({ workers: 1 });
 * class Counter {
 *   n = 0;
 *   increment() {
 *     return ++this.n;
 *   }
 * }
 * const counter = await cluster.client.actor(Counter);
 * const twice = async (given: typeof counter) => [await given.increment(), await given.increment()];
 * await cluster.client.submit(twice, counter); // → [1, 2]
 * await cluster.close();
 * ```
 */
export function actorHandle(place: ActorPlaced | undefined): object {
  if (place !== undefined) return getClient().adoptActor(place);
  const text = "a handle of an actor that is gone, or is being made anew, was given to a call";
  throw new ActorError("died", text, { actor: "" });
}
