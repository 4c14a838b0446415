// How this worker spends its time: notes, and reports with each heartbeat.

import type { TaskId, WorkerId } from "../../protocol/values/ids.js";
import { SPAN_KINDS, type SpanKind } from "../../protocol/values/observation.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import type { ExecutionsFinished, SpansNoted } from "./events.js";
import type { StepOutbox } from "./step-outbox.js";
import type { FetchRequest, TaskRecord } from "./task-records.js";
import type { WorkerState } from "./worker-state.js";

/** Kinds of spans as rows name them. */
const SPAN = Object.fromEntries(SPAN_KINDS.map((kind, k) => [kind, k])) as Readonly<
  Record<SpanKind, number>
>;

/** Counts the time since the last tick of threads that have nothing to run. */
export function countWaits(state: WorkerState, passedMs: number): void {
  const idleMs = Math.max(0, state.options.threads - state.executing) * passedMs;
  if (state.requests.size > 0) state.transferWaitMs += idleMs;
  else if (state.staging > 0 || state.writes > 0) state.diskWaitMs += idleMs;
}

/** Sends the spans that have been noted since the last report. */
export function reportSpans(state: WorkerState, out: StepOutbox): void {
  if (!state.spans.isEmpty) send(state, state.spans.take(), out);
}

/** Users' code has noted spans on a thread. */
export function spansNoted(state: WorkerState, { spans }: SpansNoted, out: StepOutbox): void {
  send(state, spans, out);
}

function send(state: WorkerState, taken: TakenSpans, out: StepOutbox): void {
  const { rows, weight, named } = taken;
  const { transferWaitMs, diskWaitMs, cpuMs } = state;
  out.send({
    type: "workerObserved",
    sentMs: state.nowMs,
    ...{ transferWaitMs, diskWaitMs, cpuMs, weight },
    rows: new Uint8Array(rows.buffer),
    ...(named === undefined ? {} : { named }),
  });
}

/**
 * When the first of these runs began, which one thread has ended one after another, the last just
 * now.
 */
export function startOfRuns(
  { nowMs }: WorkerState,
  { thread, durationsMs }: ExecutionsFinished,
): number {
  if (thread === undefined) return nowMs;
  let startMs = nowMs;
  for (const durationMs of durationsMs) startMs -= durationMs;
  return startMs;
}

/**
 * Notes a run: `startMs` as {@link startOfRuns} has it for the first one. Returns when the next
 * began.
 */
export function noteRun(
  { spans, nowMs }: WorkerState,
  thread: number | undefined,
  startMs: number,
  durationMs: number,
  { layer, block }: TaskRecord,
  bytes: number,
): number {
  if (thread === undefined) {
    spans.add(SPAN.task, -1, nowMs - durationMs, durationMs, layer, block, bytes);
    return nowMs;
  }
  spans.add(SPAN.task, thread, startMs, durationMs, layer, block, bytes);
  return startMs + durationMs;
}

/** Notes a run that failed, when it did. */
export function noteFailure({ spans, nowMs }: WorkerState, { layer, block }: TaskRecord): void {
  spans.add(SPAN.error, -1, nowMs, 0, layer, block, 0);
}

/** Notes a transfer that has come to an end, with the first task that waited for it. */
export function noteTransfer(
  { spans, nowMs }: WorkerState,
  peer: WorkerId,
  bytes: number,
  transferMs: number,
  first: Pick<TaskRecord, "layer" | "block"> | undefined,
): void {
  const { layer, block } = first ?? { layer: -1, block: -1 };
  spans.add(SPAN.transfer, -1, nowMs - transferMs, transferMs, layer, block, bytes, peer);
}

/** Notes how long the first value of a request had waited before it was sent. */
export function noteQueue(
  { spans }: WorkerState,
  { peer, sentMs, queuedMs, bytes }: FetchRequest,
  first: Pick<TaskRecord, "layer" | "block"> | undefined,
): void {
  if (queuedMs <= 0) return;
  const { layer, block } = first ?? { layer: -1, block: -1 };
  spans.add(SPAN.queue, -1, sentMs - queuedMs, queuedMs, layer, block, bytes, peer.worker);
}

/** Shorter waits at the peer are not noted: most requests are answered at once. */
const HELD_MS_MIN = 0.1;

/** Notes how long a request was at the peer before its answer was ready. */
export function noteHeld(
  { spans, nowMs }: WorkerState,
  { peer, bytes }: FetchRequest,
  transferMs: number,
  heldMs: number,
  first: Pick<TaskRecord, "layer" | "block"> | undefined,
): void {
  if (heldMs < HELD_MS_MIN) return;
  const { layer, block } = first ?? { layer: -1, block: -1 };
  // Nearly: the request took a while to get there.
  spans.add(SPAN.held, -1, nowMs - transferMs, heldMs, layer, block, bytes, peer.worker);
}

/** A value begins to be written to disk, or to be read back. */
export function noteDiskBegin({ diskSinceMs, nowMs }: WorkerState, task: TaskId): void {
  diskSinceMs.set(task, nowMs);
}

/** It is there. */
export function noteDiskEnd(
  { diskSinceMs, spans, nowMs }: WorkerState,
  kind: "spill" | "restore",
  { task, layer, block, bytes }: TaskRecord,
): void {
  const sinceMs = diskSinceMs.get(task) ?? nowMs;
  diskSinceMs.delete(task);
  spans.add(SPAN[kind], -1, sinceMs, nowMs - sinceMs, layer, block, bytes);
}
