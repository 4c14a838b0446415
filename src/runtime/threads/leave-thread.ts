// The end of a thread that runs queries of tables: the engine has to stop first, since it aborts
// the process where the thread that it reports to is gone.
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { within } from "../../system/time-limit.js";
import { CONNECTED, type LeaveThread } from "./thread-messages.js";

/** How long a thread may take to end by itself, while no query runs. */
const LEAVE_MS = 2_000;
/** How long the engine may take to stop a query: it looks between two pieces of its work. */
const STOP_MS = 60_000;
/** How long the exit of the process waits for that. */
const EXIT_MS = 5_000;

/** The threads of this process that run queries, by their counters. */
const threads = new Map<Worker, Int32Array>();

/** Has the exit of the process wait until no query of the thread runs. */
export function keepFromExit(thread: Worker, progress: Int32Array): void {
  if (threads.size === 0) process.on("exit", stopQueries);
  threads.set(thread, progress);
  thread.once("exit", () => {
    threads.delete(thread);
    if (threads.size === 0) process.off("exit", stopQueries);
  });
}

/** Has the thread end by itself; resolves when it has ended, or took too long. */
export async function leaveThread(thread: Worker, progress: Int32Array): Promise<void> {
  thread.ref();
  const left = once(thread, "exit");
  askToLeave(thread);
  await within(LEAVE_MS, left).catch(() => {});
  if (areQueriesRunning(progress)) await within(STOP_MS - LEAVE_MS, left).catch(() => {});
}

/** Whether ending the thread would abort the process. */
export function areQueriesRunning(progress: Int32Array): boolean {
  return Atomics.load(progress, CONNECTED) > 0;
}

function askToLeave(thread: Worker): void {
  thread.postMessage({ type: "leave" } satisfies LeaveThread);
}

/** Nothing else runs in this thread any more, so that it may wait for others. */
function stopQueries(): void {
  const endMs = performance.now() + EXIT_MS;
  const busy = [...threads].filter(([, progress]) => areQueriesRunning(progress));
  for (const [thread] of busy) askToLeave(thread);
  for (const [, progress] of busy) {
    for (;;) {
      const count = Atomics.load(progress, CONNECTED);
      const leftMs = endMs - performance.now();
      if (count === 0 || leftMs <= 0) break;
      Atomics.wait(progress, CONNECTED, count, leftMs);
    }
  }
}
