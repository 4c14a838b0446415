// Ships a function before the first one that somebody waits for: the parser, the inspector and our own code are
// compiled when they first run, which takes ten milliseconds and more.
import { shipFunction } from "./ship-function.js";

const factor = 2;
const scale = (value: number) => value * factor;

let hasPractised = false;

/** Has the first function of the process ship as fast as the next ones; to be called while there is nothing to do. */
export function practiseShipping(): void {
  // Only here is the script that must be parsed so small: what was bundled may stand in one of many megabytes.
  if (hasPractised || !import.meta.url.endsWith("/shipping/practise.js")) return;
  hasPractised = true;
  for (const offset of [1, 2]) {
    shipFunction((values: readonly number[]) => values.map((value) => scale(value) + offset));
  }
}
