// Rows of the tables of actors, futures and options, for pages and saved runs.
import type { ActorRow, FutureRow, SettingRow } from "../../protocol/values/listed-rows.js";
import { holdersOf } from "../state/lookups.js";
import { rowOfActor } from "../state/observed/gone-actors.js";
import type { SchedulerState } from "../state/scheduler-state.js";
import { MEMORY, PROCESSING, statusName } from "../state/task-status.js";
import { keyOf } from "../tasks/failures.js";

/** Rows of one table. */
const ROWS_MAX = 5_000;

/** Actors: the latest that are over, then those that are wanted. */
export function actorRows({ actorTable, observer }: SchedulerState): ActorRow[] {
  return [
    ...observer.goneActors,
    ...[...actorTable.byId.values()].slice(-ROWS_MAX).map((actor) => rowOfActor(actor)),
  ];
}

/** Calls whose results are wanted, the latest first. */
export function futureRows(state: SchedulerState): FutureRow[] {
  const rows: FutureRow[] = [];
  const layers = [...state.layers.values()].reverse();
  for (const { layer, slots } of layers) {
    if (layer.kind !== "calls") continue;
    for (const slot of slots.values()) {
      if (rows.length === ROWS_MAX) return rows;
      rows.push(futureRow(state, slot));
    }
  }
  return rows;
}

function futureRow(state: SchedulerState, slot: number): FutureRow {
  const status = state.tasks.status[slot] as number;
  const has = status === PROCESSING || status === MEMORY;
  const bytes = state.tasks.bytes[slot] as number;
  return {
    key: keyOf(state, slot),
    state: statusName(status),
    // Before it is there, its size is expected only.
    bytes: status === MEMORY && Number.isFinite(bytes) ? bytes : 0,
    workers: has ? holdersOf(state, slot).map(({ name }) => name) : [],
  };
}

/** Options with their values. */
export function settingRows(options: object): SettingRow[] {
  const rows = Object.entries(options).map(([name, value]) => ({
    name,
    value: settingText(value),
  }));
  return rows.sort((a, b) => a.name.localeCompare(b.name));
}

function settingText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === Number.POSITIVE_INFINITY ? "no limit" : (JSON.stringify(value) ?? "none");
}
