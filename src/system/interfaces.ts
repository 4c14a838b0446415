// Addresses of this machine's network interfaces, by their names.
import { networkInterfaces } from "node:os";
import { ClusterError } from "../base/errors.js";

/**
 * The address of an interface, IPv4 where it has one.
 *
 * @throws ClusterError `cluster.address` when there is none of that name; says which there are
 */
export function interfaceAddress(name: string): string {
  const all = networkInterfaces();
  const addresses = all[name] ?? [];
  const chosen = addresses.find(({ family }) => family === "IPv4") ?? addresses[0];
  if (chosen !== undefined) return chosen.address;
  const names = Object.keys(all).join(", ");
  throw new ClusterError("address", `there is no interface ${name}: expected one of ${names}`, {
    interface: name,
  });
}
