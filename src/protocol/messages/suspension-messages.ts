// What a worker says of tasks that wait for futures: meanwhile they take no thread. Part of messages.ts.
import type { TaskId } from "../values/ids.js";

/** Tasks wait for something that others compute: their threads run others meanwhile. Columns. */
export interface TasksSuspended {
  readonly type: "tasksSuspended";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}

/** Tasks have what they waited for, and go on. Columns. */
export interface TasksResumed {
  readonly type: "tasksResumed";
  readonly tasks: readonly TaskId[];
  readonly attempts: readonly number[];
}
