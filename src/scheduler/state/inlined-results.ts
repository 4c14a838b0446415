// Small results that are sent with their reports, so a waiting client need not fetch them. They
// arrive with `tasksFinished` and leave with `outputsReady` of the same step. Nothing is kept:
// later requests fetch as usual.
import type { OutputsReady, TasksFinished } from "../../protocol/messages/messages.js";
import type { TaskId } from "../../protocol/values/ids.js";
import type { GraphRecord } from "./records.js";

/** A small result; its shape, where that does not follow from its layer. */
export interface InlinedValue {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[] | undefined;
  /** Whether its worker has sent it to the client that follows. */
  readonly isAnswered: boolean;
}

/** Whether the inlined rows, bytes and shapes of a report fit each other. */
export function fitsInlined({
  tasks,
  bytes,
  inlined = [],
  values,
  shapes,
}: TasksFinished): boolean {
  if (shapes !== undefined && shapes.length !== inlined.length) return false;
  let end = 0;
  let before = -1;
  for (const row of inlined) {
    if (row <= before || row >= tasks.length) return false;
    before = row;
    end += bytes[row] as number;
  }
  return end === (values?.byteLength ?? 0);
}

/** Keeps the results until the end of the step. */
export function noteInlined(results: Map<TaskId, InlinedValue>, event: TasksFinished): void {
  const { tasks, bytes, inlined = [], values = new Uint8Array(), shapes, answered } = event;
  let start = 0;
  inlined.forEach((row, i) => {
    const end = start + (bytes[row] as number);
    const task = tasks[row] as TaskId;
    const isAnswered = answered === task;
    results.set(task, { bytes: values.subarray(start, end), shape: shapes?.[i], isAnswered });
    start = end;
  });
}

/** The task's result, if it is inline and the graph's client wants such. */
export function inlinedFor(
  results: ReadonlyMap<TaskId, InlinedValue>,
  graph: GraphRecord,
  task: TaskId,
): InlinedValue | undefined {
  if (graph.inlineBytesMax < 0) return undefined;
  const value = results.get(task);
  const fits = value !== undefined && value.bytes.byteLength <= graph.inlineBytesMax;
  return fits ? value : undefined;
}

/** All results for a message: their bytes concatenated, and their shapes if there are any. */
export function joinInlined(
  inlined: readonly InlinedValue[],
): Pick<OutputsReady, "values" | "shapes"> {
  if (inlined.length === 0) return {};
  const values = new Uint8Array(inlined.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  let end = 0;
  for (const { bytes } of inlined) {
    values.set(bytes, end);
    end += bytes.byteLength;
  }
  const shapes = inlined.flatMap(({ shape }) => (shape === undefined ? [] : [shape]));
  return shapes.length === 0 ? { values } : { values, shapes };
}
