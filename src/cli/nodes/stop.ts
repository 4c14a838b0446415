// `tilework stop`: ends a cluster, or retires workers of it.
import { Client } from "../../client/client.js";
import { forgetEndedPrograms } from "../../cluster/handed-programs.js";
import { plural } from "../../graph/model/describe-layer.js";
import { EXIT_CLEAN, EXIT_FAILURE } from "../process/exit-codes.js";
import { reportUnknown } from "./unknown-workers.js";

/** Options of `tilework stop`. */
export interface StopOptions {
  /** Names, or true for all; undefined ends the scheduler, too. */
  readonly workers?: true | readonly string[];
  /** The same as no workers: the scheduler and all of them. */
  readonly all?: boolean;
  /** In milliseconds. */
  readonly timeout: number;
  readonly json?: boolean;
}

/** Ends the scheduler and its workers, or retires workers. */
export async function stopCluster(address: string, options: StopOptions): Promise<number> {
  const { workers, timeout: timeoutMs, json } = options;
  const print = (facts: object, text: string) =>
    process.stdout.write(json === true ? `${JSON.stringify(facts)}\n` : text);
  const client = await Client.connect(address, { current: false, name: "stop", timeoutMs });
  try {
    if (workers === undefined) {
      const { workers: all } = await client.describe();
      client.shutdownCluster();
      const names = all.map(({ name }) => name);
      const text = `asked the scheduler at ${address} and ${plural(names.length, "worker")} to end\n`;
      print({ scheduler: address, workers: names }, text);
      return EXIT_CLEAN;
    }
    const all = (await client.describe()).workers.map(({ name }) => name);
    const names = workers === true ? all : workers;
    const unknown = names.filter((name) => !all.includes(name));
    if (unknown.length > 0) {
      reportUnknown(unknown, all);
      return EXIT_FAILURE;
    }
    await forgetEndedPrograms(client, names);
    const { retired, stayed } = await client.retireWorkers(names);
    print({ retired, stayed }, retired.map((name) => `${name} has left\n`).join(""));
    for (const { name, reason } of stayed) process.stderr.write(`${name} stays: ${reason}\n`);
    return stayed.length === 0 ? EXIT_CLEAN : EXIT_FAILURE;
  } finally {
    await client.close();
  }
}
