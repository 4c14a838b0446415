// `tilework jobs` and `tilework job`: programs on workers, looked at from outside.
import { formatCount, formatDuration } from "../../base/units.js";
import type { Actor } from "../../client/actors/actor.js";
import { Client } from "../../client/client.js";
import {
  findProgram,
  listPrograms,
  type ProgramDescription,
  readOutput,
  waitForProgram,
} from "../../cluster/handed-programs.js";
import type { ProgramRunner, ProgramState } from "../../cluster/program-runner.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { textTable } from "../process/text-table.js";

/** Options of these commands. */
export interface JobOptions {
  /** In milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
  readonly follow?: boolean;
}

/** Prints all programs. */
export async function showJobs(at: string, { timeout, json }: JobOptions): Promise<number> {
  const client = await Client.connect(at, { current: false, name: "jobs", timeoutMs: timeout });
  try {
    const programs = await listPrograms(client);
    process.stdout.write(json ? `${JSON.stringify(programs)}\n` : jobTable(at, programs));
    return EXIT_CLEAN;
  } finally {
    await client.close();
  }
}

function jobTable(at: string, programs: readonly ProgramDescription[]): string {
  const heading = `${formatCount(programs.length, "job")} at ${at}\n`;
  if (programs.length === 0) return heading;
  const rows = programs.map((program) => [
    program.id,
    program.name,
    program.status,
    lasted(program),
    program.worker ?? "",
  ]);
  return `${heading}${textTable([["job", "name", "status", "time", "worker"], ...rows])}`;
}

/** Does what is asked with one program; the exit code tells whether it succeeded, for `wait`. */
export async function jobCommand(
  what: "status" | "logs" | "stop" | "wait",
  at: string,
  id: string,
  options: JobOptions,
): Promise<number> {
  const { timeout: timeoutMs, json = false, follow = false } = options;
  const client = await Client.connect(at, { current: false, name: "job", timeoutMs });
  try {
    const runner = await findProgram(client, id);
    if (what === "logs") {
      await followJob(runner, follow);
      return EXIT_CLEAN;
    }
    const state = await { status: stateOf, stop: stopped, wait: waitForProgram }[what](runner);
    process.stdout.write(json ? `${JSON.stringify({ id, ...state })}\n` : describe(id, state));
    return what !== "wait" || state.status === "succeeded" ? EXIT_CLEAN : EXIT_FAILURE;
  } finally {
    await client.close();
  }
}

const stateOf = (runner: Actor<ProgramRunner>): Promise<ProgramState> => runner.state();
const stopped = (runner: Actor<ProgramRunner>): Promise<ProgramState> => runner.stop();

/** Prints what the program printed, on the same streams. */
export function followJob(runner: Actor<ProgramRunner>, follow: boolean): Promise<ProgramState> {
  return readOutput(runner, follow, ({ isError, text }) =>
    (isError ? process.stderr : process.stdout).write(`${text}\n`),
  );
}

function describe(id: string, state: ProgramState): string {
  const { name, status, exitCode, signal } = state;
  const how =
    status === "running" || status === "succeeded"
      ? ""
      : signal == null
        ? ` with exit code ${exitCode ?? "unknown"}`
        : ` by ${signal}`;
  const time = status === "running" ? `for ${lasted(state)}` : `after ${lasted(state)}`;
  return `job ${id} (${name}): ${status}${how} ${time}\n`;
}

function lasted({ startedMs, endedMs }: ProgramState): string {
  return formatDuration(Math.max(0, (endedMs ?? Date.now()) - startedMs));
}
