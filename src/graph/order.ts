// The execution order: a total order of tasks that keeps few results alive at once.
import type { TaskTable } from "./expand.js";

/** Per task: its place in the order, 0 first. */
export declare function orderTasks(tasks: Pick<TaskTable, "operandStart" | "operands">): Int32Array;
