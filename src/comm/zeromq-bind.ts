// Binding: from an address as the user wrote it to a socket that listens, or an error that says what
// to do instead.
import { lookup } from "node:dns/promises";
import { rm, stat } from "node:fs/promises";
import { connect, isIP } from "node:net";
import type { Router } from "zeromq";
import { ClusterError } from "../base/errors.js";
import { type Address, formatAddress } from "./address.js";
import { closeListener } from "./zeromq-socket.js";

/** A router that listens. */
export interface BoundRouter {
  readonly router: Router;
  /** Where peers connect. */
  readonly address: string;
  /** Closes the router; when the promise resolves, the address can be bound again. */
  readonly release: () => Promise<void>;
}

const WHAT_TO_DO: Readonly<Record<string, string>> = {
  EADDRINUSE: "it is in use; stop what listens there, or choose another port (0 for any free one)",
  EADDRNOTAVAIL: "this machine has no such interface; use one of its own addresses, or 0.0.0.0",
  ENODEV: "this machine has no such interface; use one of its own addresses, or 0.0.0.0",
  ENOTFOUND: "no host of that name is known; use an address of this machine, or 0.0.0.0",
  EACCES: "permission denied; choose a port above 1023, or a folder that you may write to",
  ENOENT: "its folder does not exist; create it, or choose another path",
  ENOTSOCK: "a file that is no socket is there; choose another path",
};

/**
 * Makes `router` listen at `address`.
 *
 * @throws ClusterError `cluster.address` when that cannot be; the router is closed then.
 */
export async function bindRouter(router: Router, address: Address): Promise<BoundRouter> {
  try {
    if (address.transport === "ipc") await checkIpcPath(address.path);
    router.ipv6 = address.transport === "tcp" && address.host.includes(":");
    await router.bind(formatAddress(await withResolvedHost(address)));
    const bound = address.transport === "tcp" ? router.lastEndpoint : formatAddress(address);
    return {
      router,
      address: bound ?? formatAddress(address),
      release: () => release(router, address),
    };
  } catch (error) {
    router.close();
    const { code = "unknown", message } = error as NodeJS.ErrnoException;
    const text = formatAddress(address);
    throw new ClusterError(
      "address",
      `cannot listen at ${text}: ${WHAT_TO_DO[code] ?? message}`,
      { address: text, reason: code },
      error,
    );
  }
}

/** ZeroMQ binds numbers only; 0.0.0.0 and names of interfaces are its own business. */
async function withResolvedHost(address: Address): Promise<Address> {
  if (address.transport !== "tcp" || isIP(address.host) !== 0) return address;
  const { address: host } = await lookup(address.host, { family: 4 });
  return { ...address, host };
}

/** ZeroMQ would remove whatever is at the path, even a socket that somebody listens on. */
async function checkIpcPath(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status === undefined) return;
  if (!status.isSocket()) throw Object.assign(new Error("not a socket"), { code: "ENOTSOCK" });
  if (await answers(path)) throw Object.assign(new Error("in use"), { code: "EADDRINUSE" });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
    probe.once("connect", () => probe.destroy());
  });
}

async function release(router: Router, address: Address): Promise<void> {
  if (router.closed) return;
  await closeListener(router);
  // ZeroMQ leaves the file of an ipc socket behind.
  if (address.transport === "ipc") await rm(address.path, { force: true });
}
