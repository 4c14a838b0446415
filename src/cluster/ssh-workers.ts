// Workers on other machines, started by `ssh host tilework worker …`: the adapter for
// AdaptedCluster.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { ArgumentError } from "../base/errors.js";
import { A_TEXT, checkOptions, type Expectations } from "../base/option-schema.js";
import type { WorkerAdapter } from "./cluster.js";

/** Options of {@link sshWorkers}. */
export interface SshWorkersOptions {
  /** Machines, as `ssh` takes them; workers take turns over them. */
  readonly hosts: readonly string[];
  /** The command on the other machine, for its shell; default: `npx tilework`. */
  readonly command?: string;
  /** Options of `ssh`, such as `["-i", "key"]`. */
  readonly sshOptions?: readonly string[];
  /** The program that connects; default: `ssh`. */
  readonly ssh?: string;
}

const EXPECTED: Expectations<SshWorkersOptions> = {
  hosts: ["a list of machines, at least one", (value) => isListOfText(value, 1)],
  command: A_TEXT,
  sshOptions: ["a list of texts", (value) => isListOfText(value, 0)],
  ssh: A_TEXT,
};

/** Lines of a worker's log that are kept. */
const LINES_KEPT = 1_000;
/** How long a connection may take to end before it is ended. */
const END_MS = 5_000;

/** A worker's connection. */
interface Connection {
  readonly process: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<void>;
}

/**
 * Starts workers on other machines by SSH: `ssh host npx tilework worker …`. A worker ends with its
 * connection. The machines need Node.js and tilework, and keys that ask for no password.
 *
 * @returns an adapter for {@link AdaptedCluster.start}
 * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
 * @see https://docs.dask.org/en/stable/deploying-ssh.html
 * @example
 * const adapter = sshWorkers({ hosts: ["node-1", "node-2"], command: "cd app && npx tilework" });
 * // await AdaptedCluster.start({ adapter, scheduler: "tcp://10.0.0.1:8786", workers: 2 })
 * typeof adapter.start; // → "function"
 */
export function sshWorkers(options: SshWorkersOptions): WorkerAdapter {
  checkOptions("sshWorkers()", options, EXPECTED);
  if (options?.hosts === undefined) {
    throw new ArgumentError("value", 'sshWorkers() needs machines: { hosts: ["node-1"] }');
  }
  const { hosts, command = "npx tilework", sshOptions = [], ssh = "ssh" } = options;
  const connections = new Map<string, Connection>();
  let started = 0;
  return {
    start({ name, parameters }) {
      const host = hosts[started++ % hosts.length] as string;
      const remote = [command, "worker", ...parameters.map(quoted)];
      // With a terminal the worker hears of the connection's end.
      const parts = ["-tt", "-o", "BatchMode=yes", ...sshOptions, host, remote.join(" ")];
      connections.set(name, connect(ssh, parts));
    },
    async stop(name) {
      const connection = connections.get(name);
      connections.delete(name);
      if (connection === undefined) return;
      connection.process.kill("SIGTERM");
      const timer = setTimeout(() => connection.process.kill("SIGKILL"), END_MS);
      await connection.ended;
      clearTimeout(timer);
    },
    logs: (name) => [...(connections.get(name)?.lines ?? [])],
  };
}

function connect(ssh: string, parts: readonly string[]): Connection {
  const child = spawn(ssh, parts, { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > LINES_KEPT) lines.shift();
  };
  const ended = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      keep(`the connection ended (${signal ?? `exit code ${code}`})`);
      resolve();
    });
    child.once("error", (error) => {
      keep(`${ssh} cannot be started: ${error.message}`);
      resolve();
    });
  });
  createInterface({ input: child.stdout }).on("line", keep);
  createInterface({ input: child.stderr }).on("line", keep);
  return { process: child, lines, ended };
}

/** As the shell of the other machine reads it: one word, whatever is in it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function isListOfText(value: unknown, atLeast: number): boolean {
  const isList = Array.isArray(value) && value.length >= atLeast;
  return isList && value.every((item) => typeof item === "string" && item !== "");
}
