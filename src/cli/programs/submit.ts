// `tilework submit`: a program against a cluster, in a process here or on a worker.
import { basename } from "node:path";
import { Client } from "../../client/client.js";
import { findProgram, submitProgram } from "../../cluster/handed-programs.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { checkProgram, runChild } from "./child-program.js";
import { variablesInFile } from "./env-file.js";
import { followJob } from "./followed-jobs.js";

/** Options of `tilework submit`. */
export interface SubmitOptions {
  readonly name?: string;
  readonly totalCores?: number;
  /** In bytes. */
  readonly workerMemory?: number;
  readonly env: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly files?: readonly string[];
  readonly workers?: readonly string[];
  readonly resources?: Readonly<Record<string, number>>;
  readonly restarts?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

/** Runs the program in a process here. */
export async function submitHere(
  at: string,
  path: string,
  args: readonly string[],
  options: SubmitOptions,
): Promise<number> {
  checkProgram(path);
  const own = { TILEWORK_CLIENT_SCHEDULER: at, TILEWORK_CLIENT_NAME: nameOf(path, options) };
  return runChild(path, args, { ...own, ...variablesOf(options) });
}

/** Runs the program on a worker. */
export async function submitToCluster(
  at: string,
  path: string,
  args: readonly string[],
  options: SubmitOptions,
): Promise<number> {
  const { files, workers, resources, restarts } = options;
  checkProgram(path);
  const client = await Client.connect(at, { current: false, name: "submit" });
  try {
    const id = await submitProgram(client, path, {
      name: nameOf(path, options),
      args,
      variables: variablesOf(options),
      ...(files === undefined ? {} : { files }),
      ...(workers === undefined ? {} : { workers }),
      ...(resources === undefined ? {} : { resources }),
      ...(restarts === undefined ? {} : { restarts }),
    });
    process.stdout.write(options.json === true ? `${JSON.stringify({ id })}\n` : `job ${id}\n`);
    if (options.follow !== true) return EXIT_CLEAN;
    const { status } = await followJob(await findProgram(client, id), true);
    return status === "succeeded" ? EXIT_CLEAN : EXIT_FAILURE;
  } finally {
    await client.close();
  }
}

function nameOf(path: string, { name }: SubmitOptions): string {
  return name ?? basename(path);
}

/**
 * Variables of the program's environment besides the address of its cluster. Its tasks find those
 * that the user gives.
 */
function variablesOf(options: SubmitOptions): Record<string, string> {
  const { totalCores, workerMemory, env, envFile } = options;
  const given = { ...(envFile === undefined ? {} : variablesInFile(envFile)), ...env };
  const names = Object.keys(given);
  return {
    ...given,
    ...(names.length === 0 ? {} : { TILEWORK_CLIENT_VARIABLES: names.join(",") }),
    ...(totalCores === undefined ? {} : { TILEWORK_JOB_CORES: `${totalCores}` }),
    ...(workerMemory === undefined ? {} : { TILEWORK_JOB_MEMORY_PER_WORKER: `${workerMemory}B` }),
  };
}
