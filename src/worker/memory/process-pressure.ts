// Memory of the whole process beyond its values: results of dropped executions that are not
// collected yet, buffers of sockets, leaks. It is measured at each tick and compared with fractions
// of the memory limit, without the process's baseline.
import { TaskError } from "../../base/errors.js";
import { blockIndexOf } from "../../graph/model/chunks.js";
import { callsFunctions } from "../../graph/model/layer-functions.js";
import { taskKey } from "../../graph/model/naming.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import type { StepOutbox } from "../state/step-outbox.js";
import type { TaskRecord } from "../state/task-records.js";
import { stop, type WorkerState } from "../state/worker-state.js";

/** Memory is released once in this many ticks: collecting garbage takes time. */
const RELEASE_TICKS = 10;
/**
 * The process must be above the terminate threshold for this many ticks; memory is released first.
 */
const DEADLY_TICKS = 5;
/**
 * How often a call is ended before the process is: a built-in function in a call cannot be
 * interrupted.
 */
const CALLS_ENDED_MAX = 10;
/**
 * While memory of an ended call comes back, the process may grow by this part of the limit on
 * account of others.
 */
const SETTLING_GROWTH = 1 / 8;

/** Acts on the memory of the process: releases memory, spills, pauses, ends the process. */
export function relievePressure(state: WorkerState, out: StepOutbox): void {
  const { memorySpill, memoryPause, memoryTerminate } = state.options;
  pause(state, isAbove(state, memoryPause), out);
  if (!isAbove(state, memoryTerminate)) {
    state.deadlyTicks = 0;
    state.callsEnded = 0;
    state.hasCalled = false;
  } else if (!isSettling(state)) {
    if (++state.deadlyTicks === 1) state.crampedTicks = 0;
    if (isCalling(state)) state.hasCalled = true;
    if (state.deadlyTicks >= DEADLY_TICKS) endSomething(state, out);
  }
  if (!isAbove(state, memorySpill)) {
    state.crampedTicks = 0;
    state.pressureBytes = 0;
    return;
  }
  // Cheap measures come first. Values go to disk if those did not suffice, and their effect shows
  // only after the next round.
  const round = state.crampedTicks++ % RELEASE_TICKS;
  if (round === 0) out.releaseMemory();
  else if (round === RELEASE_TICKS - 1) state.pressureBytes = excessBytes(state);
}

/** Memory that the process takes for its work, above its baseline. */
function workBytes({ processBytes, options }: WorkerState): number {
  return processBytes - options.processBaseBytes;
}

function isAbove(state: WorkerState, part: number): boolean {
  return part > 0 && workBytes(state) > part * state.options.memoryLimitBytes;
}

/** By how much the process is above the target. */
function excessBytes(state: WorkerState): number {
  const { memoryTarget, memoryLimitBytes } = state.options;
  return workBytes(state) - memoryTarget * memoryLimitBytes;
}

function pause(state: WorkerState, isPaused: boolean, out: StepOutbox): void {
  if (state.isPaused === isPaused) return;
  state.isPaused = isPaused;
  const { processBytes, managedBytes, spilledBytes } = state;
  const text = isPaused
    ? "paused: the process takes too much memory; no root task and no fetch begins"
    : "resumed: the process takes less memory";
  out.log(isPaused ? "warn" : "info", text, { processBytes, managedBytes, spilledBytes });
}

/**
 * Ends users' functions, one after another; where that does not help, or none runs, the process.
 */
function endSomething(state: WorkerState, out: StepOutbox): void {
  if (state.hasCalled && state.callsEnded < CALLS_ENDED_MAX) {
    if (isCalling(state)) {
      state.callsEnded++;
      state.settlingUntilMs = state.tickedAtMs + state.options.freedMemoryMs;
      state.settlingBytes = state.processBytes + SETTLING_GROWTH * state.options.memoryLimitBytes;
      out.endCall();
    } else {
      // It has ended by itself, but its garbage is still to be collected.
      state.hasCalled = false;
    }
    // Memory is released again, and it takes a while to show.
    state.deadlyTicks = 0;
  } else {
    terminate(state, out);
  }
}

/** Whether memory of an ended call may still count as taken, and nothing else was added to it. */
function isSettling(state: WorkerState): boolean {
  return state.tickedAtMs < state.settlingUntilMs && state.processBytes <= state.settlingBytes;
}

/** Whether functions of users are running, which may take any amount of memory. */
function isCalling(state: WorkerState): boolean {
  return runningCalls(state).next().done !== true;
}

function* runningCalls({ tasks, layers }: WorkerState): Generator<TaskRecord> {
  for (const record of tasks.values()) {
    if (record.status !== "executing") continue;
    const running = layers.get(record.layer)?.layer;
    if (running !== undefined && callsFunctions(running)) yield record;
  }
}

/**
 * A function that did not end when it was asked to, as when its result of gigabytes is being
 * written, fails for that: other workers would end of it, too. Of several, any could be to blame.
 */
function failLoneCall(state: WorkerState, out: StepOutbox): void {
  const [call, ...others] = runningCalls(state);
  if (call === undefined || others.length > 0 || state.callsEnded === 0) return;
  const { task, attempt } = call;
  const layer = state.layers.get(call.layer)?.layer;
  const key =
    layer === undefined
      ? `task ${task}`
      : taskKey(layer.name, blockIndexOf(layer.chunks, call.block));
  const { name, memoryLimitBytes } = state.options;
  const message = `${key} failed on worker ${name}: it took more memory than the ${memoryLimitBytes} bytes that the worker may use, and could not be stopped`;
  const data = { key, worker: name, details: { availableBytes: memoryLimitBytes } };
  const error = toWireError(new TaskError("memory", message, data));
  out.send({ type: "taskErred", task, attempt, error });
}

/** Ends without deregistering, so that the scheduler counts it as a death of the running tasks. */
function terminate(state: WorkerState, out: StepOutbox): void {
  const { processBytes, managedBytes, options } = state;
  const limitBytes = options.memoryLimitBytes;
  const percent = Math.round(100 * options.memoryTerminate);
  const text = `the process takes more than ${percent} % of its memory limit`;
  out.log("error", text, { processBytes, managedBytes, limitBytes });
  failLoneCall(state, out);
  stop(state, "outOfMemory", text, out);
}
