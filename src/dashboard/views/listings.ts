// Rows of the table of logs.
import type { LogRow } from "../../protocol/values/listed-rows.js";
import { logRows } from "../../protocol/values/log-rows.js";
import type { LoggedLine } from "../../protocol/values/logged-line.js";
import { askWorker } from "./asked-workers.js";
import type { WatchedScheduler } from "./watched-scheduler.js";

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
