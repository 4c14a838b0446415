// A worker's messages about tasks that wait for futures and take no thread meanwhile. Part of
// messages.ts.

import { counts } from "./fields.js";
import { type MessageOf, message } from "./schema.js";
/** Tasks wait for something that others compute: their threads run others meanwhile. Columns. */
export const tasksSuspended = message(
  "tasksSuspended",
  {
    tasks: counts,
    attempts: counts,
  },
  { columns: [["tasks", "attempts"]] },
);
export type TasksSuspended = MessageOf<typeof tasksSuspended>;

/** Tasks have the results that they waited for, and continue. Columns. */
export const tasksResumed = message(
  "tasksResumed",
  {
    tasks: counts,
    attempts: counts,
  },
  { columns: [["tasks", "attempts"]] },
);
export type TasksResumed = MessageOf<typeof tasksResumed>;
