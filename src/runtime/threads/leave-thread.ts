// The end of a thread that runs queries of tables: the engine has to stop first.
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { within } from "../../system/time-limit.js";
import type { LeaveThread } from "./thread-messages.js";

/** How long a thread may take to stop the engine of tables. */
const LEAVE_MS = 2_000;

/** Has the thread end by itself; resolves when it has ended, or took too long. */
export async function leaveThread(thread: Worker): Promise<void> {
  thread.ref();
  const left = once(thread, "exit");
  thread.postMessage({ type: "leave" } satisfies LeaveThread);
  await within(LEAVE_MS, left).catch(() => {});
}
