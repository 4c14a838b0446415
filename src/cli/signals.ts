// Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process at once.
import { exitCodeOf } from "./exit-codes.js";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What a child of a local cluster listens to: Ctrl-C in the terminal is its parent's affair. */
export const CHILD_SIGNALS: readonly EndingSignal[] = ["SIGTERM"];

/** A signal that asks a process to end. */
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Calls `finish` at the first of `signals`; returns what takes the handlers away again. */
export function onEndingSignal(
  finish: (signal: EndingSignal) => void,
  signals: readonly EndingSignal[] = ENDING_SIGNALS,
): () => void {
  let isEnding = false;
  const handle = (signal: EndingSignal) => {
    if (isEnding) process.exit(exitCodeOf(signal));
    isEnding = true;
    finish(signal);
  };
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}
