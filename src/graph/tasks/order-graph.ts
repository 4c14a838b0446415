// The input of ordering: each task's distinct operands and users as compressed rows, and how many
// results its computation must hold at once. It is built once per graph; order.ts walks it.
import { copyOf, inRanges, inRows, type Sliced } from "../../base/sliced.js";
import type { Layer } from "../model/layer.js";
import { outputBytes } from "../model/output-bytes.js";
import type { TaskTable } from "./expand.js";

/** The tasks' edges without repeats, both ways. */
export interface OrderGraph {
  readonly count: number;
  /** Distinct operands of task t: `operands[operandStart[t] … operandStart[t + 1] - 1]`. */
  readonly operandStart: Int32Array;
  readonly operands: Int32Array;
  /** Distinct users of task t, ascending: `users[userStart[t] … userStart[t + 1] - 1]`. */
  readonly userStart: Int32Array;
  readonly users: Int32Array;
  /** Results that are live at once when the task is computed alone, were no result shared. */
  readonly need: Int32Array;
  /** The bytes of each task's result. */
  readonly bytes: Float32Array;
}

/** What ordering reads of a task table; without layers, each result counts as one byte. */
export type OrderedTasks = Pick<TaskTable, "operandStart" | "operands"> &
  Partial<Pick<TaskTable, "layers" | "layerOf" | "blockOf">>;

/** The graph behind a task table. */
export function* orderGraph(tasks: OrderedTasks): Sliced<OrderGraph> {
  const count = tasks.operandStart.length - 1;
  const bytes = new Float32Array(count).fill(1);
  const { layers, layerOf, blockOf } = tasks;
  if (layers !== undefined && layerOf !== undefined && blockOf !== undefined) {
    yield* inRanges(count, (from, end) => {
      for (let task = from; task < end; task++) {
        const layer = layers[layerOf[task] as number] as Layer;
        bytes[task] = outputBytes(layer, blockOf[task] as number);
      }
    });
  }
  const distinct = yield* distinctOperands(tasks);
  const { operandStart, operands, userStart } = distinct;
  yield* inRanges(count, (from, end) => {
    for (let task = from; task < end; task++) {
      userStart[task + 1] = (userStart[task + 1] as number) + (userStart[task] as number);
    }
  });
  const users = new Int32Array(operands.length);
  const next = yield* copyOf(userStart);
  yield* inRows(operandStart, (from, end) => {
    for (let task = from; task < end; task++) {
      const stop = operandStart[task + 1] as number;
      for (let at = operandStart[task] as number; at < stop; at++) {
        const operand = operands[at] as number;
        const free = next[operand] as number;
        users[free] = task;
        next[operand] = free + 1;
      }
    }
  });
  const need = yield* needs(operandStart, operands);
  return { count, ...distinct, users, need, bytes };
}

/** The operands of tasks without repeats, and in `userStart[t + 1]` how many users task t has. */
function* distinctOperands(
  tasks: Pick<TaskTable, "operandStart" | "operands">,
): Sliced<Pick<OrderGraph, "operandStart" | "operands" | "userStart">> {
  const count = tasks.operandStart.length - 1;
  const operandStart = new Int32Array(count + 1);
  const operands = new Int32Array(tasks.operands.length);
  const userStart = new Int32Array(count + 1);
  /** Per task: the last one that was seen to read it, counted from 1. */
  const seenBy = new Int32Array(count);
  let filled = 0;
  yield* inRows(tasks.operandStart, (from, end) => {
    for (let task = from; task < end; task++) {
      const stop = tasks.operandStart[task + 1] as number;
      for (let at = tasks.operandStart[task] as number; at < stop; at++) {
        const operand = tasks.operands[at] as number;
        if (seenBy[operand] === task + 1) continue;
        seenBy[operand] = task + 1;
        operands[filled++] = operand;
        userStart[operand + 1] = (userStart[operand + 1] as number) + 1;
      }
      operandStart[task + 1] = filled;
    }
  });
  return { operandStart, operands: operands.subarray(0, filled), userStart };
}

/**
 * Results held at once while a task is computed as if it were in a tree (Sethi and Ullman's
 * registers): the operand that needs most is first, and each finished one is held while the next is
 * made.
 */
function* needs(operandStart: Int32Array, operands: Int32Array): Sliced<Int32Array> {
  const need = new Int32Array(operandStart.length - 1);
  let held = new Int32Array(16);
  yield* inRows(operandStart, (first, end) => {
    for (let task = first; task < end; task++) {
      const from = operandStart[task] as number;
      const row = (operandStart[task + 1] as number) - from;
      if (row > held.length) held = new Int32Array(2 * row);
      for (let i = 0; i < row; i++) held[i] = need[operands[from + i] as number] as number;
      if (row > 1) sortRow(held.subarray(0, row), (a, b) => a - b);
      let most = row + 1;
      for (let i = 0; i < row; i++) most = Math.max(most, (held[i] as number) + row - 1 - i);
      need[task] = most;
    }
  });
  return need;
}

/** Rows are short as a rule: insertion beats the engine's sort there. */
export function sortRow(row: Int32Array, compare: (a: number, b: number) => number): void {
  if (row.length > 32) {
    row.sort(compare);
    return;
  }
  for (let i = 1; i < row.length; i++) {
    const task = row[i] as number;
    let at = i;
    for (; at > 0 && compare(row[at - 1] as number, task) > 0; at--)
      row[at] = row[at - 1] as number;
    row[at] = task;
  }
}

/** The most bytes alive at once when tasks run one by one in `sequence`; unused results stay. */
export function livePeak(graph: OrderGraph, sequence: Int32Array): number {
  const { operandStart, operands, userStart, bytes } = graph;
  const usersLeft = new Int32Array(graph.count);
  for (let task = 0; task < graph.count; task++) {
    usersLeft[task] = (userStart[task + 1] as number) - (userStart[task] as number);
  }
  let live = 0;
  let peak = 0;
  for (const task of sequence) {
    live += bytes[task] as number;
    if (live > peak) peak = live;
    const end = operandStart[task + 1] as number;
    for (let at = operandStart[task] as number; at < end; at++) {
      const operand = operands[at] as number;
      const left = (usersLeft[operand] as number) - 1;
      usersLeft[operand] = left;
      if (left === 0) live -= bytes[operand] as number;
    }
  }
  return peak;
}

/**
 * Whether all tasks lead to a single one, each by one user, and their results are equally large.
 * Then no order holds less than that which makes the operand of the largest need first (Sethi and
 * Ullman, 1970).
 */
export function isEvenTree({ count, userStart, bytes }: OrderGraph): boolean {
  let sinks = 0;
  let even: number | undefined;
  for (let task = 0; task < count; task++) {
    const users = (userStart[task + 1] as number) - (userStart[task] as number);
    if (users === 0) {
      if (++sinks > 1) return false;
    } else {
      even ??= bytes[task] as number;
      if (users > 1 || bytes[task] !== even) return false;
    }
  }
  return true;
}

/**
 * A peak below which no order stays: unused results pile up, and a task meets its operands with its
 * result.
 */
export function peakAtLeast({
  count,
  operandStart,
  operands,
  userStart,
  bytes,
}: OrderGraph): number {
  let unused = 0;
  let largest = 0;
  for (let task = 0; task < count; task++) {
    let row = bytes[task] as number;
    if (userStart[task] === userStart[task + 1]) unused += row;
    const end = operandStart[task + 1] as number;
    for (let at = operandStart[task] as number; at < end; at++) {
      row += bytes[operands[at] as number] as number;
    }
    if (row > largest) largest = row;
  }
  return Math.max(unused, largest);
}
