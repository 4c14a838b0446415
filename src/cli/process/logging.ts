// The log of the long-running commands: one readable line per event on standard error, or JSON for
// machines. The nodes in runtime/ decide what is logged.
import pino, { type Logger } from "pino";
import { prettyFactory } from "pino-pretty";
import type { NodeLog } from "../../runtime/host/node-log.js";

/** How the log looks. */
export interface LogOptions {
  readonly logLevel: string;
  readonly logJson: boolean;
  /** Whether the configuration counts beside the flags. */
  readonly settings?: boolean;
}

/** Bytes that wait for a disk that is full; what comes after them is lost. */
const WAITING_BYTES_MAX = 1 << 20;

/**
 * A logger on standard error; written synchronously, so that the last words of a process are there.
 */
export function createLogger(options: LogOptions): Logger {
  const settings = { level: options.logLevel, base: {} };
  const sink = lines();
  if (options.logJson) return pino(settings, sink);
  const format = prettyFactory({
    colorize: process.stderr.isTTY === true,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    singleLine: true,
  });
  return pino(settings, { write: (line: string) => void sink.write(format(line)) });
}

/**
 * Lines on standard error. On a full disk they wait for room, up to a limit, and with no reader
 * they are lost: the process goes on. It says so once on standard output.
 */
function lines(): ReturnType<typeof pino.destination> {
  const sink = pino.destination({ dest: 2, sync: true, maxLength: WAITING_BYTES_MAX });
  let isKnown = false;
  sink.on("error", (error: Error) => {
    if (isKnown) return;
    isKnown = true;
    const text = `the log cannot be written: ${error.message}; the process goes on`;
    process.stdout.write(`tilework: ${text}\n`);
  });
  return sink;
}

/** The log of a node, written to `logger`. */
export function nodeLog(logger: Logger): NodeLog {
  return (level, text, data) => logger[level](data ?? {}, text);
}
