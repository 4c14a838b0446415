// Answers clients that request the right number of workers, which policy/scaling.ts decides.
import type { AdviseScale } from "../../protocol/messages/messages.js";
import { sendToClient } from "../accounts/client-reports.js";
import { decideSpared, decideWorkerCount, steady } from "../policy/scaling.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** Answers how many workers there should be, and which can be spared. */
export function adviseScale(
  state: SchedulerState,
  client: ClientRecord,
  { request, minimum, maximum, current, targetDurationMs }: AdviseScale,
): void {
  const wanted = decideWorkerCount(state, targetDurationMs);
  const bounded = Math.min(maximum, Math.max(minimum, wanted));
  const { workers, advice } = steady(client.scaleAdvice, bounded, current);
  client.scaleAdvice = advice;
  const retire = workers < current ? decideSpared(state, current - workers) : [];
  sendToClient(state, client, { type: "scaleAdvised", request, workers, retire });
}
