// Reports of workers and clients about their time, and regular samples of the cluster. Both are
// kept for observers (state/observed); no decision depends on them.
import type { ClientObserved, WorkerObserved } from "../../protocol/messages/messages.js";
import type { ObservedSample } from "../../protocol/values/observation.js";
import { heldOn, type LayerTotals, SEATS_MAX } from "../state/observed/totals.js";
import type { ClientRecord, WorkerRecord } from "../state/records.js";
import type { SchedulerState } from "../state/scheduler-state.js";

/** Layers of one sample. */
const SAMPLE_LAYERS_MAX = 12;
/** Layers times workers. */
const SAMPLE_PARTS_MAX = 512;

/** A worker reports how it spent its time. */
export function workerObserved(
  state: SchedulerState,
  worker: WorkerRecord,
  event: WorkerObserved,
): void {
  const { totals } = worker;
  const { transferWaitMs, diskWaitMs, cpuMs, sentMs } = event;
  Object.assign(totals, { transferWaitMs, diskWaitMs, cpuMs });
  // The latency only adds to the difference: the least difference is closest.
  const offsetMs = state.nowMs - sentMs;
  if (!(totals.clockOffsetMs <= offsetMs)) totals.clockOffsetMs = offsetMs;
  takeSpans(state, worker.id, event);
}

/** A client reports its own part, and spans of its user's code. */
export function clientObserved(
  state: SchedulerState,
  client: ClientRecord,
  event: ClientObserved,
): void {
  const { id } = state.observer.heardClient(client, state.nowMs - event.sentMs);
  takeSpans(state, id, event);
}

function takeSpans(
  { observer }: SchedulerState,
  origin: number,
  { rows, weight, named }: WorkerObserved | ClientObserved,
): void {
  // The bytes may stand anywhere in the message that brought them.
  observer.spans.add(origin, new Float64Array(rows.slice().buffer), weight, named?.names);
  if (named !== undefined) observer.spanTotals.add(named);
}

/** Notes how the cluster is, from time to time while there is work. */
export function takeSample(state: SchedulerState): void {
  const { observer, nowMs } = state;
  observer.reportOwnSpans(nowMs);
  if (!observer.samples.isDue(nowMs)) return;
  const workers = [...state.workers.values()].slice(0, SEATS_MAX);
  const { done } = observer;
  const latest = observer.samples.all().at(-1);
  if (state.openGraphs.isEmpty && latest?.done === done && isSame(workers, latest)) return;
  const largest = largestOf(observer.holding);
  observer.samples.add({
    atMs: nowMs,
    done,
    workers: workers.map(({ id }) => id),
    managedBytes: workers.map(({ vitals }) => vitals.managedBytes),
    processBytes: workers.map(({ vitals }) => vitals.processBytes),
    spilledBytes: workers.map(({ vitals }) => vitals.spilledBytes),
    executing: workers.map(({ vitals }) => vitals.executing),
    layers: largest.map(({ row }) => row),
    layerBytes: largest.map(({ heldBytes: bytes }) => bytes),
    heldBytes: workers.map(({ heldBytes }) => heldBytes),
    layerBytesOn: bytesOn(largest, workers),
  });
}

/** The part of each layer that each worker holds; of fewer layers where workers are many. */
function bytesOn(layers: readonly LayerTotals[], workers: readonly WorkerRecord[]): number[][] {
  const shown = layers.slice(0, Math.floor(SAMPLE_PARTS_MAX / Math.max(1, workers.length)));
  return shown.map((totals) => workers.map(({ seat }) => heldOn(totals, seat)));
}

function isSame(workers: readonly WorkerRecord[], latest: ObservedSample): boolean {
  const isSameWorker = ({ id, vitals }: WorkerRecord, k: number) =>
    latest.workers[k] === id && latest.managedBytes[k] === vitals.managedBytes;
  return workers.length === latest.workers.length && workers.every(isSameWorker);
}

function largestOf(layers: Iterable<LayerTotals>): LayerTotals[] {
  return [...layers].sort((a, b) => b.heldBytes - a.heldBytes).slice(0, SAMPLE_LAYERS_MAX);
}
