// Rows of the tables of actors, futures, logs and configuration.
import type { ActorRow, FutureRow, LogRow, SettingRow } from "../../protocol/values/listed-rows.js";
import { logRows } from "../../protocol/values/log-rows.js";
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import { holdersOf } from "../../scheduler/state/lookups.js";
import type { SchedulerState } from "../../scheduler/state/scheduler-state.js";
import { MEMORY, PROCESSING, statusName } from "../../scheduler/state/task-status.js";
import { keyOf } from "../../scheduler/tasks/failures.js";
import { askWorker } from "./asked-workers.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

/** Rows of one table. */
const ROWS_MAX = 5_000;

/** All actors that are wanted. */
export function actorRows({ actorTable }: SchedulerState): ActorRow[] {
  const actors = [...actorTable.byId.values()].slice(-ROWS_MAX);
  return actors.map(({ id, wish, status, worker, holders, incarnation, ...actor }) => ({
    ...{ id, name: wish.name ?? id, state: status, worker: worker?.name ?? "" },
    handles: [...holders.values()].reduce((sum, { count }) => sum + count, 0),
    made: incarnation,
    restartsLeft: actor.restartsLeft,
    methods: actor.methods,
  }));
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

/** The last lines of all logs, the latest last. */
export async function allLogs(scheduler: WatchedScheduler): Promise<LogRow[]> {
  const { epochMs, events } = scheduler.state.observer;
  const names = Array.from(scheduler.state.workers.values(), ({ name }) => name);
  const answers = await Promise.all(names.map((name) => askWorker(scheduler, "logs", name)));
  const lines = names.map((name, k) => [name, (answers[k] ?? []) as readonly LoggedLine[]]);
  return logRows(
    { ...(epochMs === undefined ? {} : { epochMs }), events },
    Object.fromEntries(lines),
  );
}

/** Options with their values. */
export function settingRows(options: object): SettingRow[] {
  const rows = Object.entries(options).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? value : (JSON.stringify(value) ?? "none"),
  }));
  return rows.sort((a, b) => a.name.localeCompare(b.name));
}
