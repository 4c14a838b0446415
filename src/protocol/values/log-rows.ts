// The last lines of all logs as rows of one table.
import type { LogRow } from "./listed-rows.js";
import type { LoggedLine } from "./logged-line.js";
import type { Observation } from "./observation.js";

/** Rows of one table. */
const ROWS_MAX = 5_000;

/**
 * The scheduler's log, which its events are, and those of workers; the latest line last.
 *
 * @param lines of workers, by name
 */
export function logRows(
  { epochMs = 0, events }: Pick<Observation, "epochMs" | "events">,
  lines: Readonly<Record<string, readonly LoggedLine[]>>,
): LogRow[] {
  const rows: LogRow[] = events.map(({ atMs, level, text }) => {
    return { process: "scheduler", atMs: epochMs + atMs, level, text };
  });
  for (const [process, each] of Object.entries(lines)) {
    rows.push(...each.map((line) => ({ process, ...line })));
  }
  return rows.sort((a, b) => a.atMs - b.atMs).slice(-ROWS_MAX);
}
