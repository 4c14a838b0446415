// Handles of actors that came from elsewhere: made again where they arrive, of the client there.
import { ActorError } from "../base/errors.js";
import type { ActorPlaced } from "../protocol/messages.js";
import { getClient } from "./task-client.js";

/** @internal The handle that a handle elsewhere has travelled as: called by shipping, by its name. */
export function actorHandle(place: ActorPlaced | undefined): object {
  if (place !== undefined) return getClient().adoptActor(place);
  const text = "a handle of an actor that is gone, or is being made anew, was given to a call";
  throw new ActorError("died", text, { actor: "" });
}
