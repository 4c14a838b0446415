// Common parts of the descriptions of commands.
import { type Command, Option } from "commander";
import { addressInFile, configuredAddress } from "../../client/session/scheduler-address.js";
import { SECURITY_VARIABLE } from "../../comm/security/key-files.js";
import { LOG_LEVELS } from "../../runtime/host/node-log.js";
import { seconds } from "./option-values.js";

/** How often it is looked whether a file is there. */
const FILE_LOOK_MS = 100;
/** How long a command waits for the file before it says so. */
const WAITING_NOTICE_MS = 1_000;

/** Receives the exit code of the command that ran. */
export type OnExit = (code: number) => void;

/** Options of the commands that run until they are ended. */
export function addProcessOptions(command: Command): void {
  command
    .addOption(
      new Option("--log-level <level>", "minimum log level")
        .choices([...LOG_LEVELS])
        .default("info"),
    )
    .option("--log-json", "log JSON for machines instead of lines for people", false)
    .addOption(securityOption())
    .option(
      "--insecure",
      "listen where other machines reach it without keys, too: all who do can run code here",
      false,
    )
    // Set by LocalCluster: flags alone count, not the configuration.
    .addOption(new Option("--no-settings").hideHelp())
    .addOption(new Option("--tuning <json>").argParser(JSON.parse).hideHelp())
    // Set by LocalCluster and supervisors: ends with the program that started it.
    .addOption(new Option("--with-parent").default(false).hideHelp());
}

/** The option for keys; {@link useSecurity} applies it. */
export function securityOption(): Option {
  return new Option(
    "--security <path>",
    "file or folder with its keys, of `tilework keys new` (default: TILEWORK_SECURITY)",
  );
}

/** The option for a file in place of the scheduler's address; {@link schedulerOf} reads it. */
export function schedulerFileOption(): Option {
  return new Option("--scheduler-file <path>", "the file that the scheduler has written, instead");
}

/** The option for the patience of commands that ask a scheduler. */
export function answerTimeoutOption(): Option {
  return secondsOption("--timeout <seconds>", "how long to wait for an answer", 5);
}

/** Has the keys that a command was given count for all that it connects and starts. */
export function useSecurity(command: Command): void {
  const path: unknown = command.getOptionValue("security");
  if (typeof path === "string") process.env[SECURITY_VARIABLE] = path;
}

/** A command of a program or of another command. */
export function subcommand(program: Command, name: string): Command {
  return program.command(name).helpOption("-h, --help", "print this");
}

/** An option in seconds, read as milliseconds. */
export function secondsOption(flags: string, description: string, defaultSeconds?: number): Option {
  const option = new Option(flags, description).argParser(seconds);
  // Names that begin with "no-" are names like others: these options have values.
  option.negate = false;
  return defaultSeconds === undefined
    ? option
    : option.default(defaultSeconds * 1_000, `${defaultSeconds}`);
}

/** Examples below a help text. */
export function example(...lines: string[]): string {
  return `\nFor example:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}

/**
 * The scheduler's address: given, in a file, or configured.
 *
 * @param waitMs how long to wait for the file, which a scheduler may be about to write
 * @throws CommanderError when there is none of them, or the first two are both given
 */
export async function schedulerOf(
  command: Command,
  given: string | undefined,
  { schedulerFile }: { readonly schedulerFile?: string },
  waitMs = 0,
): Promise<string> {
  if (given !== undefined && schedulerFile !== undefined) {
    return command.error("error: the scheduler's address or --scheduler-file: give one of them");
  }
  if (given !== undefined) return given;
  if (schedulerFile !== undefined) return await addressSoonIn(schedulerFile, waitMs);
  const configured = configuredAddress();
  if (configured !== undefined) return configured;
  return command.error(
    "error: missing the scheduler's address: give it (tcp://127.0.0.1:8786), --scheduler-file, or set client.scheduler",
  );
}

async function addressSoonIn(path: string, waitMs: number): Promise<string> {
  const sinceMs = performance.now();
  let isSaid = false;
  for (;;) {
    try {
      return addressInFile(path);
    } catch (error) {
      const waitedMs = performance.now() - sinceMs;
      if (waitedMs >= waitMs) throw error;
      if (waitedMs >= WAITING_NOTICE_MS && !isSaid) {
        isSaid = true;
        const limit = Number.isFinite(waitMs) ? ` for up to ${Math.round(waitMs / 1_000)} s` : "";
        process.stderr.write(`tilework: waiting${limit} until a scheduler writes ${path}\n`);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, FILE_LOOK_MS));
  }
}
