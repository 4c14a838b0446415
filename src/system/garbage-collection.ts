// Asks V8 for a full garbage collection of the calling thread. Bytes of SharedArrayBuffers do not
// count towards the pressure that starts a collection, so a thread that only drops such buffers
// would keep them forever: 200 dropped buffers of 8 MB stay resident until this is called.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/** Collects now; takes a few milliseconds where the heap is small. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

/**
 * How long requests wait for others, and the largest share of its time that a thread spends on
 * collecting.
 */
const DELAY_MS = 20;
const SHARE_MAX = 1 / 20;

let isComing = false;
let earliestMs = 0;

/** Collects after a moment, once for many requests. */
export function collectSoon(): void {
  if (isComing) return;
  isComing = true;
  setTimeout(collectDue, Math.max(DELAY_MS, earliestMs - performance.now())).unref();
}

function collectDue(): void {
  isComing = false;
  const startMs = performance.now();
  collectGarbage();
  const endMs = performance.now();
  earliestMs = endMs + (endMs - startMs) / SHARE_MAX;
}
