// Ctrl-C and SIGTERM: the first asks for an orderly end, the second ends the process at once.
import { exitCodeOf } from "./exit-codes.js";

const ENDING_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Signals that end a child of a local cluster; its parent handles Ctrl-C in the terminal. */
export const CHILD_SIGNALS: readonly EndingSignal[] = ["SIGTERM"];

/** A signal that asks a process to end. */
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Calls `finish` at the first of `signals`; returns a function that removes the handlers. */
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
