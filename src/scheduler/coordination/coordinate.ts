// Coordination between programs: passes clients' requests to the state machines in this folder, and
// sends the results. A party that is gone (a client, a thread, or silent for too long) holds
// nothing and waits for nothing.
import { ArgumentError } from "../../base/errors.js";
import type {
  CancelWait,
  Coordinate,
  Coordinated,
  LeaveCoordination,
} from "../../protocol/messages/messages.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { sendToClient } from "../accounts/client-reports.js";
import type { Answer, Effects, Party, SharedValue, Wait } from "../state/coordination-state.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import {
  cancelFlagWait,
  clearEvent,
  deleteVariable,
  getVariable,
  leaveFlags,
  setEvent,
  setVariable,
  waitForEvent,
} from "./flags.js";
import { pinActors, pinLayers, shareActors, shareLayers, unpin } from "./pinned-results.js";
import { cancelQueueWait, deleteQueue, get, leaveQueues, put, sizeOf } from "./queues.js";
import { acquire, cancelAcquire, lapseLeases, leaveSemaphores, release } from "./semaphores.js";
import { cancelTopicWait, countEvents, leaveTopics, logEvent, readEvent } from "./topics.js";

/** Handles a client's request, at once or when it is possible. */
export function coordinate(state: SchedulerState, client: ClientRecord, asked: Coordinate): void {
  const { holder, request, wait } = asked;
  const effects = effectsOf(state);
  const by: Wait = { client, holder, request, wait };
  try {
    perform(state, asked, by, effects);
  } catch (error) {
    // Its value refers to data that is gone.
    const message = { type: "coordinated", request, isDone: false } as const;
    sendToClient(state, client, { ...message, error: toWireError(error) });
  }
}

function perform(state: SchedulerState, asked: Coordinate, by: Wait, effects: Effects): void {
  const { coordination, nowMs } = state;
  const { operation, name, limit, token = 0, leaseMs = Number.POSITIVE_INFINITY } = asked;
  const done = (answer: Answer = {}) => effects.answer(by, answer);
  switch (operation) {
    case "semaphore.acquire":
      acquire(coordination, name, limit ?? 1, { ...by, leaseMs }, nowMs, effects);
      break;
    case "semaphore.release":
      done({ count: release(coordination, name, token, by, nowMs, effects) ? 1 : 0 });
      break;
    case "semaphore.value":
      done({ count: coordination.semaphores.get(name)?.leases.size ?? 0 });
      break;
    case "event.set":
      setEvent(coordination, name, effects);
      done();
      break;
    case "event.clear":
      clearEvent(coordination, name);
      done();
      break;
    case "event.isSet":
      done({ count: coordination.events.get(name)?.isSet === true ? 1 : 0 });
      break;
    case "event.wait":
      waitForEvent(coordination, name, by, effects);
      break;
    case "variable.set":
      setVariable(coordination, name, sharedValue(state, by, asked), effects);
      done();
      break;
    case "variable.get":
      getVariable(coordination, name, by, effects);
      break;
    case "variable.delete":
      deleteVariable(coordination, name, effects);
      done();
      break;
    case "queue.put":
      put(coordination, name, limit, { ...by, value: sharedValue(state, by, asked) }, effects);
      break;
    case "queue.get":
      get(coordination, name, limit, by, effects);
      break;
    case "queue.size":
      done({ count: sizeOf(coordination, name) });
      break;
    case "queue.delete":
      deleteQueue(coordination, name, effects);
      done();
      break;
    default:
      performOnTopic(state, asked, by, effects);
  }
}

function performOnTopic(
  state: SchedulerState,
  asked: Coordinate,
  by: Wait,
  effects: Effects,
): void {
  const { coordination } = state;
  const { operation, name, after = 0 } = asked;
  if (operation === "topic.log") {
    const refusal = logEvent(coordination, name, sharedValue(state, by, asked), effects);
    effects.answer(by, refusal === undefined ? {} : { refusal });
  } else if (operation === "topic.read") {
    readEvent(coordination, name, after, by, effects);
  } else if (operation === "topic.count") {
    effects.answer(by, { count: countEvents(coordination, name) });
  } else performOnDataset(state, asked, by, effects);
}

function performOnDataset(
  state: SchedulerState,
  asked: Coordinate,
  by: Wait,
  effects: Effects,
): void {
  const { datasets } = state.coordination;
  const { name } = asked;
  const known = datasets.get(name);
  if (asked.operation === "dataset.list") {
    effects.answer(by, { names: [...datasets.keys()] });
  } else if (asked.operation === "dataset.publish") {
    if (known !== undefined) {
      effects.answer(by, { refusal: `a dataset ${name} exists already: unpublish it first` });
      return;
    }
    datasets.set(name, sharedValue(state, by, asked));
    effects.answer(by, {});
  } else if (known === undefined) {
    effects.answer(by, { refusal: `there is no dataset ${name}` });
  } else if (asked.operation === "dataset.get") {
    effects.answer(by, { value: known });
  } else {
    datasets.delete(name);
    effects.drop(known);
    effects.answer(by, {});
  }
}

/** The value in a message, with the data that it refers to kept. */
function sharedValue(
  state: SchedulerState,
  { client }: Wait,
  { value, kept = [], actors = [] }: Coordinate,
): SharedValue {
  const pins = pinLayers(state, client as ClientRecord, kept);
  return { bytes: value ?? new Uint8Array(0), pins: [...pins, ...pinActors(state, actors)] };
}

/** Cancels a wait; an answer sent meanwhile stays valid. */
export function cancelWait(state: SchedulerState, client: ClientRecord, event: CancelWait): void {
  const { coordination } = state;
  const party = { client, holder: event.holder };
  const effects = effectsOf(state);
  const { wait } = event;
  if (cancelAcquire(coordination, party, wait, effects)) return;
  if (cancelFlagWait(coordination, party, wait, effects)) return;
  if (cancelTopicWait(coordination, party, wait, effects)) return;
  cancelQueueWait(coordination, party, wait, effects);
}

/** One of the parties that share the client's connection is gone. */
export function leaveCoordination(
  state: SchedulerState,
  client: ClientRecord,
  { holder }: LeaveCoordination,
): void {
  leave(state, (party) => party.client === client && party.holder === holder);
}

/** The client is gone, with all parties that share its connection. */
export function forgetParties(state: SchedulerState, client: ClientRecord): void {
  leave(state, (party) => party.client === client);
}

function leave(state: SchedulerState, isGone: (party: Party) => boolean): void {
  const { coordination, nowMs } = state;
  const effects = effectsOf(state);
  leaveFlags(coordination, isGone);
  leaveTopics(coordination, isGone);
  leaveQueues(coordination, isGone, effects);
  leaveSemaphores(coordination, isGone, nowMs, effects);
}

/** Time has passed. */
export function tendLeases(state: SchedulerState): void {
  if (state.coordination.semaphores.size === 0) return;
  lapseLeases(state.coordination, state.nowMs, effectsOf(state));
}

function effectsOf(state: SchedulerState): Effects {
  return {
    answer(wait, answer) {
      const client = wait.client as ClientRecord;
      let message: Coordinated;
      try {
        message = coordinated(state, client, wait, answer);
      } catch (error) {
        // The cluster was restarted: the data that the value refers to is gone.
        const { request } = wait;
        message = { type: "coordinated", request, isDone: false, error: toWireError(error) };
      }
      sendToClient(state, client, message);
    },
    drop: ({ pins }) => unpin(state, pins),
    lapsed({ client, holder, token }, reason) {
      sendToClient(state, client as ClientRecord, { type: "leaseLapsed", holder, token, reason });
    },
  };
}

function coordinated(
  state: SchedulerState,
  client: ClientRecord,
  { request }: Wait,
  { isDone = true, refusal, value, isLast = false, token, count, names }: Answer,
): Coordinated {
  const message = { type: "coordinated", request } as const;
  if (refusal !== undefined) {
    const error = toWireError(new ArgumentError("value", refusal));
    return { ...message, isDone: false, error };
  }
  const kept = value === undefined ? [] : shareLayers(state, client, value.pins);
  const actors = value === undefined ? [] : shareActors(client, value.pins);
  if (value !== undefined && isLast) unpin(state, value.pins);
  return {
    ...message,
    isDone,
    ...(token === undefined ? {} : { token }),
    ...(count === undefined ? {} : { count }),
    ...(names === undefined ? {} : { names }),
    ...(value === undefined ? {} : { value: value.bytes, kept }),
    ...(actors.length === 0 ? {} : { actors }),
  };
}
