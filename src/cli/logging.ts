// The log of the long-running commands: one readable line per event on standard error, or JSON for
// machines. The nodes in runtime/ decide what is logged.
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { NodeLog } from "../runtime/host/node-log.js";

/** How the log looks. */
export interface LogOptions {
  readonly logLevel: string;
  readonly logJson: boolean;
  /** Whether the configuration counts beside the flags. */
  readonly settings?: boolean;
}

/**
 * A logger on standard error; written synchronously, so that the last words of a process are there.
 */
export function createLogger(options: LogOptions): Logger {
  const settings = { level: options.logLevel, base: {} };
  if (options.logJson) return pino(settings, lines());
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY === true,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    singleLine: true,
  });
  return pino(settings, stream);
}

/**
 * Lines on standard error. Those that cannot be written, as on a full disk, are lost: the process
 * goes on.
 */
function lines(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: 2, sync: true }).on("error", () => {});
}

/** The log of a node, written to `logger`. */
export function nodeLog(logger: Logger): NodeLog {
  return (level, text, data) => logger[level](data ?? {}, text);
}
