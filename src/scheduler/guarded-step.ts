// A step that a peer cannot end the scheduler by. What peers say is checked before anything is changed (validate.ts,
// tasks/graph-plan.ts); what slips through and throws is a mistake of ours. Then the peer that said it is cut off, and
// the scheduler goes on only if its state still agrees with itself: other clients' work is done rightly or not at all.
import { toWireError } from "../protocol/values/wire-error.js";
import { log } from "./accounts/rate-limited-log.js";
import { checkInvariants } from "./inspect/invariants.js";
import type { SchedulerAction } from "./state/actions.js";
import type { SchedulerEvent } from "./state/events.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { step } from "./step.js";

type FromPeer = Extract<SchedulerEvent, { readonly from: string }>;

/**
 * Lets `event` happen. A peer whose event cannot be taken is removed as if it were lost, with all that it asked for;
 * what it had asked of others before stays decided.
 *
 * @throws the error of the step where no peer is to blame, or where the state was left half changed
 */
export function guardedStep(
  state: SchedulerState,
  event: SchedulerEvent,
  nowMs: number,
): SchedulerAction[] {
  try {
    return step(state, event, nowMs);
  } catch (error) {
    if (event.type === "ticked" || event.type === "peerLost") throw error;
    return cutOff(state, event, error, nowMs);
  }
}

function cutOff(
  state: SchedulerState,
  { from, type }: FromPeer,
  error: unknown,
  nowMs: number,
): SchedulerAction[] {
  const wire = toWireError(error);
  const isWorker = state.workersByPeer.has(from);
  const reason = `its message ${type} could not be taken: ${wire.message}`;
  log(state, "error", `a peer was cut off: ${reason}`, { from, type, error: wire });
  const message = isWorker
    ? ({ type: "registerAgain", reason } as const)
    : ({ type: "peerRefused", error: wire } as const);
  state.actions.push({ type: "send", to: from, message });
  try {
    const actions = step(state, { type: "peerLost", from, reason }, nowMs);
    checkInvariants(state);
    return actions;
  } catch {
    // A scheduler that goes on from here would give others wrong results.
    throw error;
  }
}
