// Addresses that say whose keys the server there has, where that is not the scheduler:
// `tcp://10.0.0.1:4001#worker`, or `#client:ann` for keys with a name. Only transports with keys
// write and read them.
import { ROLES, type Role } from "../../protocol/values/roles.js";

/** The owner of a server's keys. */
export interface ServerOwner {
  readonly role: Role;
  readonly name?: string | undefined;
}

/** The address with the owner of the server's keys. */
export function withRole(address: string, { role, name }: ServerOwner): string {
  if (role === "scheduler") return address;
  return name === undefined ? `${address}#${role}` : `${address}#${role}:${name}`;
}

/** The address alone, and the owner of the keys of the server there. */
export function splitRole(address: string): ServerOwner & { readonly plain: string } {
  const [plain = address, owner = ""] = address.split("#");
  const [word, name] = owner.split(":");
  const role = ROLES.find((each) => each === word);
  return role === undefined ? { plain: address, role: "scheduler" } : { plain, role, name };
}
