// Addresses and directories of one cluster: new directories that only the user may enter, so
// nothing from an earlier cluster is in the way.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterError } from "../base/errors.js";
import { SOCKET_PATH_BYTES_MAX } from "../comm/interface/address.js";
import { writeKeys } from "../comm/security/key-files.js";
import { claimDirectory, DIRECTORY_PREFIX } from "./leftovers.js";

/** Options that decide where a cluster listens and writes. */
export interface PlaceOptions {
  readonly transport?: "ipc" | "tcp";
  readonly host?: string;
  readonly port?: number;
  readonly localDirectory?: string;
  readonly security?: true | string;
}

/** Where the processes of one cluster meet. */
export interface ClusterPlaces {
  /** The address on which the scheduler listens. */
  readonly address: string;
  /** The directory for values that do not fit workers' memory. */
  readonly localDirectory: string;
  /** The folder of its keys, if it has any. */
  readonly security: string | undefined;
}

/** The space that socket names need in a path, such as `/tilework-XXXXXX/s-client-01234567`. */
const NAMES_BYTES_MAX = 48;

/**
 * Makes the directories of one cluster.
 *
 * @param made gets the name of each, as it is made: the caller removes them
 * @throws ClusterError `cluster.address` when socket files were requested and no folder can hold
 * them
 */
export function makePlaces(options: PlaceOptions, made: string[]): ClusterPlaces {
  const { transport, host = "127.0.0.1", port = 0, localDirectory } = options;
  const make = (parent: string) => {
    const directory = mkdtempSync(join(parent, DIRECTORY_PREFIX));
    made.push(directory);
    claimDirectory(directory);
    return directory;
  };
  const { security } = options;
  const isOnline =
    [options.host, options.port].some((one) => one !== undefined) || security !== undefined;
  const wants = transport ?? (isOnline || process.platform === "win32" ? "tcp" : "ipc");
  const sockets = wants === "ipc" ? makeSocketDirectory(make) : undefined;
  if (sockets === undefined && transport === "ipc") {
    throw new ClusterError(
      "address",
      `no temporary directory has a path short enough for sockets (${tmpdir()} is too long); choose transport: "tcp", or set TMPDIR`,
      { directory: tmpdir() },
    );
  }
  const local = localDirectory === undefined ? (sockets ?? make(tmpdir())) : make(localDirectory);
  const keys = join(local, "keys");
  if (security === true) writeKeys(keys);
  return {
    address: sockets === undefined ? `tcp://${host}:${port}` : `ipc://${join(sockets, "s")}`,
    localDirectory: local,
    security: security === true ? keys : security,
  };
}

/**
 * One in the system's directory for temporary files, or in the usual one where that one's path is
 * too long.
 */
function makeSocketDirectory(make: (parent: string) => string): string | undefined {
  for (const parent of new Set([tmpdir(), "/tmp"])) {
    if (Buffer.byteLength(parent) + NAMES_BYTES_MAX > SOCKET_PATH_BYTES_MAX) continue;
    try {
      return make(parent);
    } catch {
      // It cannot be written to, or is not there.
    }
  }
  return undefined;
}
