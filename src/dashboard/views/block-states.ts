// The states of a layer's blocks, for the grid that fills in: one letter per block, in order.
import type { BlockStates } from "../../protocol/values/listed-rows.js";
import type { SchedulerState } from "../../scheduler/state/scheduler-state.js";
import { statusName } from "../../scheduler/state/task-status.js";

/** The most blocks of one answer. */
const BLOCKS_MAX = 65_536;

/** A letter for each state; `.` for a block without a task. */
const LETTERS: Readonly<Record<string, string>> = {
  released: "d",
  waiting: "w",
  queued: "q",
  noWorker: "q",
  processing: "r",
  memory: "m",
  erred: "e",
  forgotten: "d",
};

/** The blocks of the layer of that row; undefined when no layer is listed there. */
export function blockStates(state: SchedulerState, row: number): BlockStates | undefined {
  const listed = state.observer.layers.get(row);
  if (listed === undefined) return undefined;
  const count = listed.numBlocks.reduce((product, blocks) => product * blocks, 1);
  const shown = Math.min(count, BLOCKS_MAX);
  const letters = new Array<string>(shown).fill(listed.live > 0 ? "." : "d");
  for (const record of state.layers.values()) {
    if (record.totals !== listed.totals) continue;
    for (const [block, slot] of record.slots) {
      if (block < shown) letters[block] = letterOf(state, slot);
    }
  }
  return { numBlocks: listed.numBlocks, states: letters.join(""), isCut: shown < count };
}

/** A task that was never activated is released, too; nothing was made of it. */
function letterOf({ tasks }: SchedulerState, slot: number): string {
  if (
    (tasks.attempt[slot] as number) === 0 &&
    statusName(tasks.status[slot] as number) === "released"
  ) {
    return ".";
  }
  return LETTERS[statusName(tasks.status[slot] as number)] ?? ".";
}
