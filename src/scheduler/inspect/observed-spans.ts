// Spans as they are shown: by the scheduler's clock and with the layers that are listed, no more
// than were asked for. More of them are thinned evenly.

import { type ObservedSpans, SPAN_KINDS } from "../../protocol/values/observation.js";
import { readSpanCode, SPAN_FIELDS } from "../../protocol/values/span-rows.js";
import type { SpanReport } from "../state/observed/span-store.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** Columns while they are filled. */
type Columns = { [K in Exclude<keyof ObservedSpans, "cursor" | "labels">]: number[] } & {
  readonly labels: string[];
};

const NAMED_KINDS = new Set([SPAN_KINDS.indexOf("span"), SPAN_KINDS.indexOf("client")]);
const STEAL = SPAN_KINDS.indexOf("steal");

/**
 * Spans that workers have reported.
 *
 * @param from where to begin: 0, or the `cursor` of an earlier answer
 * @param max the most rows
 */
export function observedSpans(state: SchedulerState, from: number, max: number): ObservedSpans {
  const { spans } = state.observer;
  state.observer.reportOwnSpans(Number.POSITIVE_INFINITY);
  const reports = spans.since(from);
  const rowCount = reports.reduce((sum, { rows }) => sum + rows.length / SPAN_FIELDS, 0);
  const step = Math.max(1, Math.ceil(rowCount / Math.max(1, max)));
  const offsets = clockOffsets(state);
  const columns: Columns = {
    ...{ kinds: [], workers: [], threads: [], layers: [], blocks: [] },
    ...{ startMs: [], durationMs: [], bytes: [], peers: [], weights: [], labels: [] },
  };
  let row = 0;
  for (const report of reports) {
    const offsetMs = offsets.get(report.origin) ?? 0;
    for (let at = 0; at < report.rows.length; at += SPAN_FIELDS) {
      if (row++ % step === 0) addRow(state, columns, report, at, offsetMs, step);
    }
  }
  return { ...columns, cursor: spans.cursor };
}

function addRow(
  { observer }: SchedulerState,
  columns: Columns,
  { origin, rows, weight, names }: SpanReport,
  at: number,
  offsetMs: number,
  step: number,
): void {
  const { kind, thread, peer } = readSpanCode(rows[at + 5] as number);
  const isNamed = NAMED_KINDS.has(kind);
  const isSteal = kind === STEAL;
  const amount = rows[at + 4] as number;
  columns.kinds.push(kind);
  // The scheduler notes the worker that takes over a task where others have bytes.
  columns.workers.push(isSteal ? amount : origin);
  columns.threads.push(thread);
  columns.layers.push(observer.rowOfLayer.get(rows[at + 2] as number) ?? -1);
  columns.blocks.push(rows[at + 3] as number);
  columns.startMs.push((rows[at] as number) + offsetMs);
  columns.durationMs.push(rows[at + 1] as number);
  columns.bytes.push(isNamed || isSteal ? 0 : amount);
  columns.peers.push(peer);
  columns.weights.push(weight * step);
  columns.labels.push(isNamed ? (names[amount] ?? "") : "");
}

/** The offsets to add to the times of each worker and client. */
function clockOffsets({ workers, observer }: SchedulerState): Map<number, number> {
  const all = [...observer.goneWorkers.map(({ worker }) => worker), ...workers.values()];
  const offsets = new Map<number, number>(
    all.map(({ id, totals: { clockOffsetMs } }) => [
      id,
      Number.isNaN(clockOffsetMs) ? 0 : clockOffsetMs,
    ]),
  );
  for (const { id, clockOffsetMs } of observer.clients.values()) offsets.set(id, clockOffsetMs);
  return offsets;
}
