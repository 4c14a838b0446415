// Addresses that say whose keys the server there has, where that is not the scheduler:
// `tcp://10.0.0.1:4001#worker`. Only transports with keys write and read them.
import { ROLES, type Role } from "../../protocol/values/roles.js";

/** The address with the role of the server. */
export function withRole(address: string, role: Role): string {
  return role === "scheduler" ? address : `${address}#${role}`;
}

/** The address alone, and the role of the server there. */
export function splitRole(address: string): { readonly plain: string; readonly role: Role } {
  const [plain = address, name] = address.split("#");
  const role = ROLES.find((each) => each === name);
  return role === undefined ? { plain: address, role: "scheduler" } : { plain, role };
}
