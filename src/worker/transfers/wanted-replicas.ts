// Replicas that the scheduler wants here, although no task here reads them yet. They come after all
// values that tasks wait for. Values that are here, on their way or about to be made are not
// requested.
import type { AcquireReplicas } from "../../protocol/messages/messages.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { WorkerState } from "../state/worker-state.js";
import { wantValue } from "../values/fetch-queue.js";

/** Behind everything that a task waits for. */
const LEAST_URGENT = { priority: Number.MAX_VALUE };

/** Asks peers for copies; each is reported when it comes, and when it cannot. */
export function acquireReplicas(
  state: WorkerState,
  message: AcquireReplicas,
  out: StepOutbox,
): void {
  message.tasks.forEach((task, k) => {
    if (state.tasks.has(task)) return;
    const worker = message.workers[k] as number;
    const bytes = message.bytes[k] as number;
    const transfer =
      state.transfers.get(task) ?? wantValue(state, task, worker, bytes, LEAST_URGENT);
    if (transfer === undefined) out.copyFailed(task);
    if (transfer === undefined || transfer.isAcquired) return;
    transfer.isAcquired = true;
    transfer.readers++;
  });
}
