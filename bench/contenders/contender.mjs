// The Node side of side-by-side.mjs: answers each line with the time of one run.
import { createInterface } from "node:readline";

/**
 * Serves runs until standard input ends, then calls `close`.
 *
 * @param {(line: string) => Promise<string | { seconds: number } | undefined>} job what is timed,
 * given the line; may return a note, or the time that counts where that is a part of it
 * @param {() => Promise<void>} close
 */
export async function serve(job, close = async () => {}) {
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const told = await job(line);
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify(typeof told === "object" ? told : { seconds, note: told }));
  }
  await close();
}
