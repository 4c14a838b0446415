// Collects garbage of a thread that was asked to find out what nobody refers to any more: once for many who ask.
import { collectGarbage } from "./collect-garbage.js";

/** How long those who ask wait for others, and how much of its time a thread spends on this at most. */
const DELAY_MS = 20;
const SHARE_MAX = 1 / 20;

let isComing = false;
let earliestMs = 0;

/** Collects after a moment. */
export function collectSoon(): void {
  if (isComing) return;
  isComing = true;
  setTimeout(collect, Math.max(DELAY_MS, earliestMs - performance.now())).unref();
}

function collect(): void {
  isComing = false;
  const startMs = performance.now();
  collectGarbage();
  const endMs = performance.now();
  earliestMs = endMs + (endMs - startMs) / SHARE_MAX;
}
