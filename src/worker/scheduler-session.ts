// The worker's session with its scheduler: registering, heartbeats, noticing a lost scheduler,
// leaving.
import { formatDuration } from "../base/units.js";
import type { WorkerAccepted } from "../protocol/messages/messages.js";
import { PROTOCOL_VERSION } from "../protocol/values/ids.js";
import type { EndCause } from "./state/actions.js";
import type { WorkerTicked } from "./state/events.js";
import { countWaits, reportSpans } from "./state/span-reports.js";
import type { StepOutbox } from "./state/step-outbox.js";
import { stop, type WorkerState } from "./state/worker-state.js";
import { addPeer } from "./values/fetch-queue.js";

/**
 * The most that one tick adds to the scheduler's silence: when this process was held up, the words
 * that wait to be read must not count as silence.
 */
const SILENCE_STEP_MS = 1_000;

/**
 * The part of the limit that is reported before the next heartbeat is due when it has been spilled.
 */
const REPORT_FRACTION = 1 / 16;

/** Sends the registration to the scheduler. */
export function register(state: WorkerState, nowMs: number, out: StepOutbox): void {
  state.tickedAtMs = nowMs;
  const { name, inPlaceOf, dataAddress, threads, memoryLimitBytes, pid, resources } = state.options;
  const { host, takesWholeHost, tags } = state.options;
  out.send({
    type: "registerWorker",
    version: PROTOCOL_VERSION,
    name,
    address: dataAddress,
    threads,
    memoryLimitBytes,
    pid,
    resources,
    ...(inPlaceOf === undefined ? {} : { inPlaceOf }),
    ...(tags === undefined || tags.length === 0 ? {} : { tags }),
    ...(host === undefined ? {} : { host }),
    ...(takesWholeHost === undefined ? {} : { takesWholeHost }),
  });
}

/** The scheduler took the worker in. */
export function accepted(
  state: WorkerState,
  message: WorkerAccepted,
  nowMs: number,
  out: StepOutbox,
): void {
  if (state.phase !== "registering") {
    out.log("warn", "accepted by the scheduler a second time", { scheduler: message.scheduler });
    return;
  }
  state.phase = "running";
  state.self = message.worker;
  addPeer(state, state.self, state.options.dataAddress);
  state.heartbeatIntervalMs = message.heartbeatIntervalMs;
  // The first heartbeat is sent with the next tick, so that a short job, too, knows the memory of
  // its workers.
  state.heartbeatAtMs = nowMs - message.heartbeatIntervalMs;
  if (message.warning !== undefined) out.log("warn", message.warning);
  out.log("info", "joined the scheduler", { scheduler: message.scheduler, worker: state.self });
}

/** Time has passed: sends a heartbeat, or gives up a silent scheduler. */
export function ticked(
  state: WorkerState,
  event: WorkerTicked,
  nowMs: number,
  out: StepOutbox,
): void {
  state.processBytes = event.processBytes;
  state.peakProcessBytes = Math.max(state.peakProcessBytes, event.processBytes);
  const passedMs = Math.min(nowMs - state.tickedAtMs, SILENCE_STEP_MS);
  state.silentMs += passedMs;
  countWaits(state, passedMs);
  state.cpuMs = event.cpuMs ?? 0;
  state.tickedAtMs = nowMs;
  if (state.silentMs >= state.options.schedulerTimeoutMs) {
    const silence = formatDuration(state.silentMs);
    const reason =
      state.phase === "registering"
        ? `no scheduler answered within ${silence}`
        : `scheduler lost: no message from it for ${silence}`;
    stop(state, "schedulerLost", reason, out);
    return;
  }
  const isDue = nowMs - state.heartbeatAtMs >= state.heartbeatIntervalMs;
  if (state.phase !== "running" || !(isDue || hasSpilledMuch(state))) return;
  state.heartbeatAtMs = nowMs;
  state.reportedSpilledBytes = state.spilledBytesTotal;
  out.send({
    type: "workerHeartbeat",
    managedBytes: state.managedBytes,
    peakManagedBytes: state.peakManagedBytes,
    processBytes: state.processBytes,
    peakProcessBytes: state.peakProcessBytes,
    spilledBytes: state.spilledBytes,
    spilledBytesTotal: state.spilledBytesTotal,
    executing: state.executing,
  });
  reportSpans(state, out);
}

/** Whether to report now how much memory has become free. */
function hasSpilledMuch({
  spilledBytesTotal,
  reportedSpilledBytes,
  options,
}: WorkerState): boolean {
  const newBytes = spilledBytesTotal - reportedSpilledBytes;
  return newBytes > REPORT_FRACTION * options.memoryLimitBytes;
}

/** Says goodbye and stops. */
export function leave(
  state: WorkerState,
  reason: string,
  out: StepOutbox,
  cause: EndCause = "asked",
): void {
  out.send({ type: "closeWorker", reason });
  stop(state, cause, reason, out);
}
