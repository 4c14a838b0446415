// The address at which a process serves data so that its peers can reach it: with the same kind of
// transport, and for TCP on an interface that they see.
import { hostname, networkInterfaces } from "node:os";
import { isLoopback } from "../../comm/interface/address.js";

/**
 * The address to bind for serving data.
 *
 * @param scheduler the scheduler's address, as connected to
 * @param name unique among the scheduler's peers; part of the path for `ipc://`
 * @param host the interface for TCP; guessed when it is not given
 * @param port for TCP: one, or a range of them; any that is free by default
 */
export function dataAddress(scheduler: string, name: string, host?: string, port = "0"): string {
  if (scheduler.startsWith("ipc://")) return `${scheduler}-${name}`;
  if (scheduler.startsWith("tcp://")) {
    const own = host ?? reachableHost(scheduler);
    return `tcp://${own.includes(":") && !own.startsWith("[") ? `[${own}]` : own}:${port}`;
  }
  return `${scheduler}/${name}`;
}

/** An address of this machine that peers of a scheduler at `scheduler` can connect to. */
export function reachableHost(scheduler: string): string {
  const schedulerHost = scheduler.slice("tcp://".length, scheduler.lastIndexOf(":"));
  if (isLoopback(schedulerHost)) return "127.0.0.1";
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => !address.internal && address.family === "IPv4");
  return outward?.address ?? hostname();
}
