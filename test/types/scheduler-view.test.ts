// What policies of the scheduler cannot do: change what they are shown. The compiler checks it;
// nothing runs.
import { describe, expectTypeOf, it } from "vitest";
import type { WorkerRecord, WorkerView } from "../../src/scheduler/state/records.js";
import type { SchedulerState } from "../../src/scheduler/state/scheduler-state.js";
import type { SchedulerView } from "../../src/scheduler/state/scheduler-view.js";

/** Never called. */
export function change(state: SchedulerView, worker: WorkerView): void {
  // @ts-expect-error: fields are to be read
  worker.aheadMs = 3;
  // @ts-expect-error: so are those of what they lead to
  worker.processing.count++;
  // @ts-expect-error: sets have no add
  worker.replicas.add(3);
  // @ts-expect-error: lists have no push
  worker.memoryCurve.push({ atMs: 0, managedBytes: 0, processBytes: 0 });
  // @ts-expect-error: maps have no clear
  state.workers.clear();
  // @ts-expect-error: columns are to be read
  state.tasks.status[3] = 4;
  // @ts-expect-error: stores have no methods that change them
  state.tasks.allocate();
  // @ts-expect-error: what a step wants done is none of a policy's business
  state.actions.push({ type: "stop" });
  worker.scratchBytes = 4;
}

describe("the view of policies", () => {
  it("is the state, and a worker's view its record", () => {
    expectTypeOf<SchedulerState>().toExtend<SchedulerView>();
    expectTypeOf<WorkerRecord>().toExtend<WorkerView>();
    expectTypeOf<WorkerView>().not.toExtend<WorkerRecord>();
  });
});
