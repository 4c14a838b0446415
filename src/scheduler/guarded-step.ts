// A step that no peer can end the scheduler by. Messages of peers are checked before anything is
// changed (validate.ts, tasks/graph-plan.ts); one that slips through and throws is a mistake of
// tilework. Then its sender is cut off, and the scheduler continues only if its state is still
// consistent: other clients' work is done correctly or not at all.
import { toWireError } from "../protocol/values/wire-error.js";
import { checkInvariants } from "./inspect/invariants.js";
import { cutOff } from "./peers/cut-off.js";
import type { SchedulerAction } from "./state/actions.js";
import { isOfShell, type SchedulerEvent } from "./state/events.js";
import type { SchedulerState } from "./state/scheduler-state.js";
import { step } from "./step.js";

/**
 * Lets `event` happen. A peer whose event cannot be taken is cut off.
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
    const { speaker } = state.backlog;
    const culprit = isOfShell(event) ? speaker : event.from;
    if (culprit === undefined) throw error;
    state.backlog.speaker = undefined;
    try {
      cutOff(state, culprit, toWireError(error));
      // A step of its own handles its tasks and graphs.
      const actions = step(state, { type: "ticked" }, nowMs);
      checkInvariants(state);
      return actions;
    } catch {
      // A scheduler that continued from here would give others wrong results.
      throw error;
    }
  }
}
