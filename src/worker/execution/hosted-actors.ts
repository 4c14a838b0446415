// Actors on this worker: instances of users' classes, each on its own thread. The core accounts for
// their resources, from before they are created until their thread has ended. Their calls go to the
// shell directly.
import type {
  ActorEnded,
  ActorStarted,
  StartActor,
  StopActor,
} from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { ActorEntry } from "../state/task-records.js";
import type { WorkerState } from "../state/worker-state.js";
import { isEnough, returnResources, takeResources } from "../values/resource-accounts.js";

/** The scheduler starts an actor here. */
export function addActor(state: WorkerState, message: StartActor, out: StepOutbox): void {
  if (state.actors.has(message.actor)) {
    out.log("warn", "was asked to make an actor that is here", { actor: message.actor });
    return;
  }
  const { resources } = message;
  state.actors.set(message.actor, { message, resources, status: "waiting" });
  state.waitingActors.add(message.actor);
}

/** Starts actors for which there are resources now. */
export function startActors(state: WorkerState, out: StepOutbox): void {
  for (const id of state.waitingActors) {
    const entry = state.actors.get(id) as ActorEntry;
    const { resources, message } = entry;
    if (resources !== undefined && !isEnough(state.freeResources, resources)) continue;
    takeResources(state, entry);
    state.waitingActors.delete(id);
    entry.status = "alive";
    out.startActor(message);
  }
}

/** The actor is no longer wanted. */
export function stopActor(state: WorkerState, message: StopActor, out: StepOutbox): void {
  const entry = state.actors.get(message.actor);
  if (entry?.status === "alive") {
    entry.status = "stopping";
    out.stopActor(message);
  } else if (entry?.status === "waiting") forget(state, message.actor);
}

/** The actor was made. */
export function actorStarted(state: WorkerState, event: ActorStarted, out: StepOutbox): void {
  if (state.actors.get(event.actor)?.status === "alive") out.send(event);
}

/** The actor's thread has ended, because it was to or by itself. */
export function actorEnded(state: WorkerState, event: ActorEnded, out: StepOutbox): void {
  const entry = state.actors.get(event.actor);
  if (entry === undefined) return;
  forget(state, event.actor);
  returnResources(state, entry);
  if (entry.status === "alive") out.send(event);
}

function forget(state: WorkerState, actor: ActorId): void {
  state.actors.delete(actor);
  state.waitingActors.delete(actor);
}
