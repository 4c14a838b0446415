// Spans as they are shown: by the scheduler's clock and with the layers that are listed, no more
// than were asked for. More of them are thinned evenly.

import type { WorkerId } from "../../protocol/values/ids.js";
import type { ObservedSpans } from "../../protocol/values/observation.js";
import { readSpanCode, SPAN_FIELDS } from "../../protocol/values/span-rows.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** Columns while they are filled. */
type Columns = { [K in Exclude<keyof ObservedSpans, "cursor">]: number[] };

/**
 * Spans that workers have reported.
 *
 * @param from where to begin: 0, or the `cursor` of an earlier answer
 * @param max the most rows
 */
export function observedSpans(state: SchedulerState, from: number, max: number): ObservedSpans {
  const { spans } = state.observer;
  const reports = spans.since(from);
  const rowCount = reports.reduce((sum, { rows }) => sum + rows.length / SPAN_FIELDS, 0);
  const step = Math.max(1, Math.ceil(rowCount / Math.max(1, max)));
  const offsets = clockOffsets(state);
  const columns: Columns = {
    ...{ kinds: [], workers: [], threads: [], layers: [], blocks: [] },
    ...{ startMs: [], durationMs: [], bytes: [], peers: [], weights: [] },
  };
  let row = 0;
  for (const { worker, rows, weight } of reports) {
    const offsetMs = offsets.get(worker) ?? 0;
    for (let at = 0; at < rows.length; at += SPAN_FIELDS) {
      if (row++ % step === 0) addRow(state, columns, rows, at, worker, offsetMs, weight * step);
    }
  }
  return { ...columns, cursor: spans.cursor };
}

function addRow(
  { observer }: SchedulerState,
  columns: Columns,
  rows: Float64Array,
  at: number,
  worker: WorkerId,
  offsetMs: number,
  weight: number,
): void {
  const { kind, thread, peer } = readSpanCode(rows[at + 5] as number);
  columns.kinds.push(kind);
  columns.workers.push(worker);
  columns.threads.push(thread);
  columns.layers.push(observer.rowOfLayer.get(rows[at + 2] as number) ?? -1);
  columns.blocks.push(rows[at + 3] as number);
  columns.startMs.push((rows[at] as number) + offsetMs);
  columns.durationMs.push(rows[at + 1] as number);
  columns.bytes.push(rows[at + 4] as number);
  columns.peers.push(peer);
  columns.weights.push(weight);
}

/** The offsets to add to the times of each worker. */
function clockOffsets({ workers, observer }: SchedulerState): Map<WorkerId, number> {
  const all = [...observer.goneWorkers.map(({ worker }) => worker), ...workers.values()];
  return new Map(
    all.map(({ id, totals: { clockOffsetMs } }) => [
      id,
      Number.isNaN(clockOffsetMs) ? 0 : clockOffsetMs,
    ]),
  );
}
