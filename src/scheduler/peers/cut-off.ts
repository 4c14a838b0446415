// Cutting off a peer whose message is invalid: it was untrue, or led to a mistake of tilework. An
// honest one notices and can come back; its requests and tasks are decided as if it had left.
import type { PeerId } from "../../protocol/values/ids.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { recharge } from "../accounts/assignment.js";
import { log } from "../accounts/rate-limited-log.js";
import type { LayerRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { removeClient } from "./clients.js";
import { removeWorker } from "./workers.js";

/**
 * Removes a client or worker and sends it why.
 *
 * @returns whether there was one to remove
 */
export function cutOff(state: SchedulerState, from: PeerId, error: WireError): boolean {
  const worker = state.workersByPeer.get(from);
  const client = state.clients.get(from);
  if (worker === undefined && client === undefined) return false;
  const reason = `it was cut off: ${error.message}`;
  log(
    state,
    "error",
    `${worker?.name ?? client?.name} said what cannot be taken, and was cut off`,
    {
      from,
      error,
    },
  );
  const message =
    worker === undefined
      ? ({ type: "peerRefused", error } as const)
      : ({ type: "registerAgain", reason } as const);
  state.actions.push({ type: "send", to: from, message });
  if (worker !== undefined) removeLiar(state, worker, reason);
  if (client !== undefined) removeClient(state, client, reason);
  return true;
}

/**
 * Its tasks are not blamed for its end, and its reports of their durations and sizes are forgotten.
 */
function removeLiar(state: SchedulerState, worker: WorkerRecord, reason: string): void {
  const measured: LayerRecord[] = [];
  for (const layer of state.layers.values()) if (layer.workers.has(worker.id)) measured.push(layer);
  removeWorker(state, worker, reason, false);
  for (const layer of measured) {
    layer.durationMs = -1;
    if (layer.dynamicSizes !== undefined)
      layer.dynamicSizes.count = layer.dynamicSizes.meanBytes = 0;
    recharge(state, layer);
  }
}
