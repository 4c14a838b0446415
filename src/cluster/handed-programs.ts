// Programs that run on a cluster, each in a process of its own on one worker: handed in, followed
// and stopped from anywhere. program-runner.ts runs one.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ActorError, ArgumentError, isTileworkError } from "../base/errors.js";
import { reasonOf } from "../base/reason.js";
import type { Actor } from "../client/actors/actor.js";
import type { Client } from "../client/client.js";
import { within } from "../system/time-limit.js";
import {
  type ProgramFile,
  type ProgramOutput,
  ProgramRunner,
  type ProgramState,
} from "./program-runner.js";

/** The limits of a program, and the workers that it may run on. */
export interface ProgramOptions {
  /** Its name; default: the name of its file. */
  readonly name?: string;
  readonly args?: readonly string[];
  /** Variables of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files that travel with it. */
  readonly files?: readonly string[];
  /** Names of the workers on which the program itself may run. */
  readonly workers?: readonly string[];
  /** Resources of its worker that the program itself takes. */
  readonly resources?: Readonly<Record<string, number>>;
  /** How often it starts again when its worker is lost; default: 0. */
  readonly restarts?: number;
  /** How long its state and output stay after its end; default: an hour. */
  readonly keepMs?: number;
}

/** A program with its number and its worker. */
export interface ProgramDescription extends ProgramState {
  readonly id: string;
  readonly worker: string | undefined;
}

const PREFIX = "program:";
const KEEP_MS = 3_600_000;
/** How long one question for output waits for more. */
const POLL_MS = 2_000;
/** How often it is looked whether forgotten programs are gone. */
const LOOK_MS = 50;
/** How long workers may take to forget programs. */
const FORGET_MS_MAX = 5_000;
/** Questions that one program may be asked at the same time. */
const CONCURRENCY = 256;

/**
 * Hands a program in; resolves when a worker has taken it.
 *
 * @returns its number
 * @throws ArgumentError `argument.value` when a file cannot be read
 */
export async function submitProgram(
  client: Client,
  path: string,
  options: ProgramOptions = {},
): Promise<string> {
  const { args = [], variables = {}, keepMs = KEEP_MS, workers, resources, restarts } = options;
  const name = options.name ?? path.replace(/^.*[\\/]/, "");
  const paths = [path, ...(options.files ?? [])].map((each) => resolve(each));
  const files = await Promise.all(paths.map(readProgramFile));
  const id = randomUUID().slice(0, 8);
  const surroundings = { TILEWORK_CLIENT_SCHEDULER: client.address, TILEWORK_CLIENT_NAME: name };
  const order = { name, files, args, keepMs, variables: { ...surroundings, ...variables } };
  await client.actor(ProgramRunner, [order], {
    name: `${PREFIX}${id}`,
    detached: true,
    concurrency: CONCURRENCY,
    ...(workers === undefined ? {} : { workers }),
    ...(resources === undefined ? {} : { resources }),
    ...(restarts === undefined ? {} : { restarts }),
  });
  return id;
}

async function readProgramFile(path: string): Promise<ProgramFile> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (error) {
    const reason = reasonOf(error);
    throw new ArgumentError("value", `${path} cannot be sent: ${reason}`, { path });
  }
}

/** All programs that run or have ended lately, the oldest first. */
export async function listPrograms(client: Client): Promise<readonly ProgramDescription[]> {
  const actors = await client.listActors();
  const described = actors.map(async ({ name, worker, status }) => {
    if (name === undefined || !name.startsWith(PREFIX) || status !== "running") return [];
    try {
      const runner = await client.getActor<ProgramRunner>(name);
      return [{ id: name.slice(PREFIX.length), worker, ...(await runner.state()) }];
    } catch (error) {
      // It has gone meanwhile.
      if (error instanceof ActorError) return [];
      throw error;
    }
  });
  const programs = (await Promise.all(described)).flat();
  return programs.sort((a, b) => a.startedMs - b.startedMs);
}

/**
 * Has workers forget the programs that have ended there: otherwise what is kept of these would keep
 * the workers from leaving. Workers that do not answer within seconds keep theirs.
 */
export async function forgetEndedPrograms(
  client: Client,
  workers: readonly string[],
): Promise<void> {
  let isLate = false;
  const forgetting = forgetThose(client, workers, () => isLate).catch(() => undefined);
  await within(FORGET_MS_MAX, forgetting);
  isLate = true;
}

async function forgetThose(
  client: Client,
  workers: readonly string[],
  isLate: () => boolean,
): Promise<void> {
  const isHere = (worker: string | undefined) => worker !== undefined && workers.includes(worker);
  const programs = await listPrograms(client);
  const ended = programs.filter(({ status, worker }) => status !== "running" && isHere(worker));
  const names = ended.map(({ id }) => `${PREFIX}${id}`);
  const forget = async (name: string) => (await client.getActor<ProgramRunner>(name)).forget();
  // One that has gone meanwhile is what is wanted.
  await Promise.allSettled(names.map(forget));
  const areThere = async () =>
    (await client.listActors()).some(({ name = "" }) => names.includes(name));
  while (!isLate() && (await areThere())) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/**
 * The program of that number.
 *
 * @throws ArgumentError `argument.value` when there is none
 */
export async function findProgram(client: Client, id: string): Promise<Actor<ProgramRunner>> {
  try {
    return await client.getActor<ProgramRunner>(`${PREFIX}${id}`);
  } catch (error) {
    if (!isTileworkError(error, "actor.unknown")) throw error;
    const text = `there is no job ${id} at ${client.address}: \`tilework jobs\` shows those that run or have ended lately; one is lost with its worker`;
    throw new ArgumentError("value", text, { id });
  }
}

/**
 * Passes on output as it comes, until the program has ended, or what there is; returns how it is
 * then.
 */
export async function readOutput(
  runner: Actor<ProgramRunner>,
  follow: boolean,
  print: (line: ProgramOutput["lines"][number]) => void,
): Promise<ProgramState> {
  for (let from = 0; ; ) {
    const { lines, next, isComplete } = await runner.output(from, follow ? POLL_MS : 0);
    for (const line of lines) print(line);
    from = next;
    if (isComplete || !follow) return runner.state();
  }
}

/** Waits for the end of a program. */
export async function waitForProgram(runner: Actor<ProgramRunner>): Promise<ProgramState> {
  return readOutput(runner, true, () => {});
}
