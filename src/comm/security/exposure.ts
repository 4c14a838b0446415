// Whether other machines reach a listening process, and may do anything there.
import { ClusterError } from "../../base/errors.js";
import { seedRandomCalls } from "../../system/random-calls.js";
import { isLoopback } from "../interface/address.js";
import type { Security } from "./keys.js";

/** The protection with which a listening process was started. */
export interface Protection {
  readonly keys: Security | undefined;
  /** Whether its user said that all who reach it may speak. */
  readonly insecure: boolean;
}

/**
 * Checks that others need keys where they can reach the address, and that none of them can guess
 * the names that libzmq gives to connections, by which it would end the process.
 *
 * @param isUnguessable whether these names begin with a random number
 * @returns a warning where it is not so, because the user said so, or on this machine alone
 * @throws ClusterError `cluster.security` where it is not so and the user did not say so
 */
export function checkExposure(
  address: string,
  { keys, insecure }: Protection,
  isUnguessable = seedRandomCalls(),
): string | undefined {
  if (!address.startsWith("tcp://")) return undefined;
  const host = address.slice("tcp://".length, address.lastIndexOf(":"));
  const isHere = isLoopback(host);
  if (isHere || keys !== undefined) {
    if (isUnguessable) return undefined;
    const who =
      keys === undefined ? "each program that reaches" : "each owner of a key that reaches";
    const fault = `the optional package koffi is missing, and without it ${who} ${address} can end this process`;
    if (isHere || insecure) return `${fault}: install it with \`npm install koffi\``;
    throw new ClusterError(
      "security",
      `${fault}. Install it with \`npm install koffi\`; or allow it with --insecure`,
      { address },
    );
  }
  if (insecure) {
    return `${address} has no keys: all who reach it can run code here and read and change all data`;
  }
  throw new ClusterError(
    "security",
    `other machines reach ${address}, and without keys all of them could run code here. Make keys with \`tilework keys new FOLDER\` and start schedulers, workers and clients with --security FOLDER; or allow it with --insecure`,
    { address },
  );
}
