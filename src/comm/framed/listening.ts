// Shared by all listening sockets: free paths, names of interfaces, and errors that explain why an
// address cannot be bound.
import { lookup } from "node:dns/promises";
import { rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { ClusterError } from "../../base/errors.js";
import { type Address, formatAddress, parseAddress } from "../interface/address.js";
import { splitRole } from "../security/server-roles.js";

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  EADDRINUSE: "it is in use; stop what listens there, or choose another port (0 for any free one)",
  EADDRNOTAVAIL: "this machine has no such interface; use one of its own addresses, or 0.0.0.0",
  ENODEV: "this machine has no such interface; use one of its own addresses, or 0.0.0.0",
  ENOTFOUND: "no host of that name is known; use an address of this machine, or 0.0.0.0",
  EACCES: "permission denied; choose a port above 1023, or a folder that you may write to",
  ENOENT: "its folder does not exist; create it, or choose another path",
  ENOTSOCK: "another file is at that path; choose another path",
};

/** The error for an address that cannot be bound, with its remedy. */
export function cannotListen(address: Address, error: unknown): ClusterError {
  const { code = "unknown", message } = error as NodeJS.ErrnoException;
  const text = formatAddress(address);
  return new ClusterError(
    "address",
    `cannot listen at ${text}: ${WHAT_TO_DO[code] ?? message}`,
    { address: text, reason: code },
    error,
  );
}

/** A host's address as a number. */
export async function numberOf(host: string): Promise<string> {
  const { address } = await lookup(host, { family: 4 });
  return address;
}

/**
 * Makes `path` usable for a socket: removes the one that a killed process has left there.
 *
 * @throws an error with the system's `code` when something else is there, or someone listens
 */
export async function freeSocketPath(path: string): Promise<void> {
  // The system's own error for a missing folder is misleading.
  await stat(dirname(path));
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return;
  if (!status.isSocket()) throw Object.assign(new Error("not a socket"), { code: "ENOTSOCK" });
  if (await answers(path)) throw Object.assign(new Error("in use"), { code: "EADDRINUSE" });
  await rm(path, { force: true });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
    probe.once("connect", () => probe.destroy());
  });
}

/** How long a host may take to refuse a connection. */
const REFUSAL_MS = 2_000;

/** Whether the host of a `tcp://` address is there and says that nothing listens at the port. */
export function nothingListens(address: string): Promise<boolean> {
  const { host, port } = parseAddress(splitRole(address).plain, "connect", ["tcp"]);
  return new Promise((resolve) => {
    const probe = connect({ host, port, timeout: REFUSAL_MS });
    const end = (isRefused: boolean) => {
      probe.destroy();
      resolve(isRefused);
    };
    probe.once("connect", () => end(false)).once("timeout", () => end(false));
    probe.on("error", ({ code }: NodeJS.ErrnoException) => end(code === "ECONNREFUSED"));
  });
}
