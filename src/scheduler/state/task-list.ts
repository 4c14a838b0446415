// Linked lists of tasks through two of their columns: each worker has one for its tasks and one for
// its results. A task is in one list at most.
import type { TaskList } from "./records.js";
import type { TaskStore } from "./task-store.js";

/** A list without tasks. */
export function emptyTaskList(): TaskList {
  return { first: -1, last: -1, count: 0 };
}

/** Adds a task at the end. */
export function append(tasks: TaskStore, list: TaskList, slot: number): void {
  tasks.next[slot] = -1;
  tasks.previous[slot] = list.last;
  if (list.last >= 0) tasks.next[list.last] = slot;
  else list.first = slot;
  list.last = slot;
  list.count++;
}

/** Takes a task out. */
export function remove(tasks: TaskStore, list: TaskList, slot: number): void {
  const next = tasks.next[slot] as number;
  const previous = tasks.previous[slot] as number;
  if (next >= 0) tasks.previous[next] = previous;
  else list.last = previous;
  if (previous >= 0) tasks.next[previous] = next;
  else list.first = next;
  list.count--;
}

/** The tasks of a list, first to last; the list may change during the iteration. */
export function slotsOf(tasks: TaskStore, list: TaskList): number[] {
  const slots: number[] = [];
  for (let slot = list.first; slot >= 0; slot = tasks.next[slot] as number) slots.push(slot);
  return slots;
}
