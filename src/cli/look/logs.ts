// `tilework logs`: the last lines of the logs of a cluster.
import { Client, type LoggedLine } from "../../client/client.js";
import { reportUnknown } from "../nodes/unknown-workers.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";

/** How `tilework logs` prints. */
export interface LogsOptions {
  /** In milliseconds. */
  readonly timeout: number;
  /** Names of workers; all and the scheduler by default. */
  readonly worker?: readonly string[];
  readonly json?: boolean;
}

/** Prints the logs of the cluster whose scheduler is at `address`. */
export async function runLogs(
  address: string,
  { timeout: timeoutMs, worker, json }: LogsOptions,
): Promise<number> {
  const client = await Client.connect(address, { current: false, name: "logs", timeoutMs });
  try {
    const { scheduler = [], ...workers } = await client.logs(worker);
    const unknown = (worker ?? []).filter((name) => !Object.hasOwn(workers, name));
    if (unknown.length > 0) {
      const all = (await client.describe()).workers.map(({ name }) => name);
      reportUnknown(unknown, all);
      return EXIT_FAILURE;
    }
    const logs = worker === undefined ? { scheduler, ...workers } : workers;
    process.stdout.write(json === true ? `${JSON.stringify(logs)}\n` : inOrder(logs));
  } finally {
    await client.close();
  }
  return EXIT_CLEAN;
}

/** All lines in order of time, with the process that wrote each. */
function inOrder(logs: Readonly<Record<string, readonly LoggedLine[]>>): string {
  return Object.entries(logs)
    .flatMap(([name, lines]) => lines.map((line) => ({ name, ...line })))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ name, atMs, level, text }) => {
      const time = new Date(atMs).toISOString().replace("T", " ").slice(0, -1);
      return `[${time}] ${level.toUpperCase()} ${name}: ${text}\n`;
    })
    .join("");
}
