// Handles of actors that arrive from other processes, rebuilt with the local client.
import { makeHandle, type TravellingActor } from "../actors/actor.js";
import { getClient } from "./get-client.js";
import { remoteHandle } from "./remote.js";

/**
 * The handle of an actor, rebuilt from its serialised form: called by shipping, by its name.
 *
 * @internal
 * @throws ActorError `actor.died` when the actor is gone, ClusterError `cluster.closed` when no
 * client is open
 * @see {@link Client.actor}, whose handles travel
 * @example
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
 */
export function actorHandle(travelled: TravellingActor): object {
  const core = getClient().adoptActor(travelled);
  return travelled.isRemote ? remoteHandle(travelled.methods, core) : makeHandle(core, travelled);
}
