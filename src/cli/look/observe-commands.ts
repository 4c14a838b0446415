// The commands of `tilework observe`.

/** In the order in which they are asked. */
export const OBSERVE_COMMANDS = [
  "overview",
  "layers",
  "workers",
  "timeline",
  "transfers",
  "memory",
  "stragglers",
  "critical-path",
  "spans",
  "task",
  "events",
  "errors",
  "page",
] as const;

/** One of {@link OBSERVE_COMMANDS}. */
export type ObserveCommand = (typeof OBSERVE_COMMANDS)[number];
