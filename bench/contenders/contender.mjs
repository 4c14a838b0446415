// The Node side of side-by-side.mjs: answers each line with the time of one run.
import { createInterface } from "node:readline";

/**
 * Serves runs until standard input ends, then calls `close`.
 *
 * @param {() => Promise<string | undefined>} job what is timed; may return a note
 * @param {() => Promise<void>} close
 */
export async function serve(job, close = async () => {}) {
  console.log("ready");
  for await (const _line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const note = await job();
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, note }));
  }
  await close();
}
