// The log interface of nodes. The program that starts a node chooses the logging library.

/** How much is printed, from everything to nothing. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const satisfies readonly (
  | LogLevel
  | "silent"
)[];

/** How much a line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Takes one line. */
export type NodeLog = (
  level: LogLevel,
  text: string,
  data?: Readonly<Record<string, unknown>>,
) => void;

/** The default: prints important lines. */
export const printWarnings: NodeLog = (level, text, data) => {
  if (level === "warn" || level === "error") {
    console[level](`tilework: ${text}`, ...(data === undefined ? [] : [data]));
  }
};

const told = new Set<string>();

/** Prints a warning, once per process. */
export function warnOnce(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  printWarnings("warn", text);
}
