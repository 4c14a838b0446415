// Small results that travel with the words about them, so that a client which waits for one need not
// fetch it: they come with `tasksFinished` and go out with `outputsReady` of the same step. Nothing is
// kept: who asks later, or hears of a copy elsewhere, fetches as ever.
import type { TasksFinished } from "../protocol/messages.js";
import type { GraphRecord, SchedulerState } from "./state.js";

/** Whether the rows and bytes that a report says are inlined fit each other. */
export function fitsInlined({ tasks, bytes, inlined = [], values }: TasksFinished): boolean {
  let end = 0;
  let before = -1;
  for (const row of inlined) {
    if (row <= before || row >= tasks.length) return false;
    before = row;
    end += bytes[row] as number;
  }
  return end === (values?.byteLength ?? 0);
}

/** Has the results at hand until the end of the step. */
export function noteInlined(state: SchedulerState, event: TasksFinished): void {
  const { tasks, bytes, inlined = [], values } = event;
  let start = 0;
  for (const row of inlined) {
    const end = start + (bytes[row] as number);
    state.inlined.set(tasks[row] as number, values?.subarray(start, end) ?? new Uint8Array());
    start = end;
  }
}

/** The task's result, where it is at hand and the graph's client asked for such. */
export function inlinedFor(
  state: SchedulerState,
  graph: GraphRecord,
  slot: number,
): Uint8Array | undefined {
  if (graph.inlineBytesMax < 0 || state.inlined.size === 0) return undefined;
  const value = state.inlined.get(state.tasks.idOf(slot));
  return value !== undefined && value.byteLength <= graph.inlineBytesMax ? value : undefined;
}

/** The bytes of all, one after another. */
export function joinBytes(values: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(values.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let end = 0;
  for (const value of values) {
    joined.set(value, end);
    end += value.byteLength;
  }
  return joined;
}
