// Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process at once.
import { exitCodeOf } from "./exit-codes.js";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A signal that asks a process to end. */
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Calls `finish` at the first signal; returns what takes the handlers away again. */
export function onEndingSignal(finish: (signal: EndingSignal) => void): () => void {
  let isEnding = false;
  const handle = (signal: EndingSignal) => {
    if (isEnding) process.exit(exitCodeOf(signal));
    isEnding = true;
    finish(signal);
  };
  for (const signal of ENDING_SIGNALS) process.on(signal, handle);
  return () => {
    for (const signal of ENDING_SIGNALS) process.off(signal, handle);
  };
}
