// Where the scheduler is when a program does not say: by the configuration, or a file that the
// scheduler has written.
import { readFileSync } from "node:fs";
import { ArgumentError, ClusterError } from "../../base/errors.js";
import { setting } from "../../base/settings.js";

/** The contents of the file of `tilework scheduler --scheduler-file`. */
export interface SchedulerFile {
  readonly address: string;
  /** Names the run of the scheduler: a file may be older than the scheduler that listens. */
  readonly scheduler: string;
  readonly pid: number;
  readonly host: string;
  readonly version: string;
}

/**
 * The address in a file that a scheduler has written.
 *
 * @throws ClusterError `cluster.address` when there is no such file, or it is of something else
 */
export function addressInFile(path: string): string {
  const wrong = (why: string) =>
    new ClusterError("address", `the scheduler file ${path} ${why}`, { path });
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch {
    throw wrong("cannot be read: start `tilework scheduler --scheduler-file` with this path first");
  }
  try {
    const { address } = JSON.parse(content) as Partial<SchedulerFile>;
    if (typeof address === "string") return address;
  } catch {
    // It is no JSON: said below.
  }
  throw wrong("was not written by `tilework scheduler --scheduler-file`");
}

/** The configured scheduler; undefined if there is none. */
export function configuredAddress(): string | undefined {
  const file = setting<string>("client.schedulerFile");
  return setting<string>("client.scheduler") ?? (file && addressInFile(file));
}

/**
 * The address given, or the configured one.
 *
 * @throws ArgumentError `argument.value` when there is neither
 */
export function schedulerAddress(given: string | undefined): string {
  const address = given ?? configuredAddress();
  if (address !== undefined) return address;
  throw new ArgumentError(
    "value",
    'Client.connect() was given no address: write Client.connect("tcp://host:8786"), or set client.scheduler (TILEWORK_CLIENT_SCHEDULER)',
    {},
  );
}
