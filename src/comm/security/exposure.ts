// Whether other machines reach a listening process, and may do anything there.
import { ClusterError } from "../../base/errors.js";
import { isLoopback } from "../interface/address.js";
import type { Security } from "./keys.js";

/** The protection with which a listening process was started. */
export interface Protection {
  readonly keys: Security | undefined;
  /** Whether its user said that all who reach it may speak. */
  readonly insecure: boolean;
}

/**
 * Checks that others need keys where they can reach the address.
 *
 * @returns a warning where they need none, because the user said so
 * @throws ClusterError `cluster.security` where they need none and the user did not
 */
export function checkExposure(address: string, { keys, insecure }: Protection): string | undefined {
  if (keys !== undefined || !address.startsWith("tcp://")) return undefined;
  const host = address.slice("tcp://".length, address.lastIndexOf(":"));
  if (isLoopback(host)) return undefined;
  if (insecure) {
    return `${address} has no keys: all who reach it can run code here and read and change all data`;
  }
  throw new ClusterError(
    "security",
    `other machines reach ${address}, and without keys all of them could run code here. Make keys with \`tilework keys new FOLDER\` and start schedulers, workers and clients with --security FOLDER; or allow it with --insecure`,
    { address },
  );
}
