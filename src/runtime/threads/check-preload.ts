// Checks that the modules to preload can be imported, on a separate thread, before the worker
// joins. A worker without them could compute nothing.
import { Worker } from "node:worker_threads";
import { ClusterError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { ownFile } from "../../system/own-files.js";
import type { FromThread, ThreadStart } from "./thread-messages.js";

/**
 * Imports modules as threads will.
 *
 * @param preload paths and names of packages
 * @throws ClusterError `cluster.start` with what importing them threw
 */
export async function checkPreload(preload: readonly string[]): Promise<void> {
  if (preload.length === 0) return;
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const about = { worker: "preload", schedulerAddress: "" };
  const workerData: ThreadStart = { progress, preload, ...about };
  const thread = new Worker(ownFile("runtime/thread-main.js"), {
    name: "preload",
    execArgv: [],
    workerData,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      thread.on("message", ({ type }: FromThread) => type === "ready" && resolve());
      thread.once("error", reject);
      thread.once("exit", (code) => reject(new Error(`process.exit(${code}) was called`)));
    });
  } catch (error) {
    const reason = reasonOf(error);
    const text = `the modules to preload (${preload.join(", ")}) cannot be imported: ${reason}`;
    throw new ClusterError("start", text, { preload }, error);
  } finally {
    await thread.terminate();
  }
}
