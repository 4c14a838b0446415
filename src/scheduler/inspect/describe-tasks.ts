// Which workers have results, and which were given tasks: answers to clients that look.
import type { DescribeTasks } from "../../protocol/messages/messages.js";
import { sendToClient } from "../accounts/client-reports.js";
import { holdersOf, workerOf } from "../state/lookups.js";
import type { ClientRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, PROCESSING } from "../state/task-status.js";
import { keyOf } from "../tasks/failures.js";

/** Tasks of one answer: the scheduler is to be back at its work within milliseconds. */
const TASKS_MAX = 50_000;

/** Answers a client that asks about tasks: of some layers, or all. */
export function describeTasks(
  state: SchedulerState,
  client: ClientRecord,
  { request, status, layers }: DescribeTasks,
): void {
  const wanted = status === "memory" ? MEMORY : PROCESSING;
  const keys: string[] = [];
  const bytes: number[] = [];
  const workers: string[][] = [];
  let leftCount = 0;
  for (const slot of slotsOfLayers(state, layers)) {
    if (state.tasks.status[slot] !== wanted) continue;
    if (keys.length >= TASKS_MAX) {
      leftCount++;
      continue;
    }
    keys.push(keyOf(state, slot));
    bytes.push(wanted === MEMORY ? (state.tasks.bytes[slot] as number) : 0);
    const holders = wanted === MEMORY ? holdersOf(state, slot) : [workerOf(state, slot)];
    workers.push(holders.map(({ name }) => name));
  }
  const message = { type: "tasksDescribed", request, keys, bytes, workers, leftCount } as const;
  sendToClient(state, client, message);
}

function* slotsOfLayers(
  state: SchedulerState,
  layers: readonly string[] | null,
): Generator<number> {
  const wanted = layers === null ? undefined : new Set(layers);
  for (const { id, layer, slots } of state.layers.values()) {
    if (wanted?.has(layer.name)) yield* slots.values();
    if (wanted !== undefined) continue;
    // Those of another layer, whose blocks these are, come with that one.
    for (const slot of slots.values()) if (state.tasks.layer[slot] === id) yield slot;
  }
}
