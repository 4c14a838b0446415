// A server's check of the role of peers that its keys have let in. A peer's first frames prove it;
// nothing else from it is read before.
import { timingSafeEqual } from "node:crypto";
import type { Role } from "../../protocol/values/roles.js";
import type { ClusterKeys } from "./cluster-keys.js";

const GREETING = Buffer.from("tilework-role");

/** Roles that connect to others. */
const CONNECTING: readonly Role[] = ["worker", "client", "admin"];

/** A peer that was let in: its role, and the public key that this role had then. */
export interface Admitted {
  readonly role: Role;
  readonly key: string;
}

/** Tells the roles of peers by their greetings. */
export class Gate {
  readonly #keys: ClusterKeys;

  constructor(keys: ClusterKeys) {
    this.#keys = keys;
  }

  /** The role that the frames prove, if any. */
  admit(frames: readonly Uint8Array[]): Admitted | undefined {
    const [greeting, proof] = frames;
    if (frames.length !== 2 || greeting === undefined || proof === undefined) return undefined;
    if (!GREETING.equals(greeting)) return undefined;
    const { cluster } = this.#keys;
    const role = CONNECTING.find((each) => {
      const expected = this.#keys.proof(each, each);
      return proof.byteLength === expected.byteLength && timingSafeEqual(proof, expected);
    });
    return role === undefined ? undefined : { role, key: cluster[role] };
  }

  /** Whether the peer's keys were not taken back since. */
  isCurrent({ role, key }: Admitted): boolean {
    return this.#keys.cluster[role] === key;
  }
}

/** The first frames to a server that has the keys of `server`. */
export function greeting(keys: ClusterKeys, server: Role): Uint8Array[] {
  return [GREETING, keys.proof(server, keys.own.role)];
}
