// A server's check of the role of peers that its keys have let in. A peer's first frames prove it;
// nothing else from it is read before.
import { timingSafeEqual } from "node:crypto";
import type { Role } from "../../protocol/values/roles.js";
import type { ClusterKeys } from "./cluster-keys.js";
import type { NamedKey } from "./keys.js";
import type { ServerOwner } from "./server-roles.js";

const GREETING = Buffer.from("tilework-role");

/** Roles that connect to others. */
const CONNECTING: readonly Role[] = ["worker", "client", "admin"];

/** A peer that was let in: its role, and its public key. */
export type Admitted = NamedKey;

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
    return this.#keys.peers.find(({ role, publicKey }) => {
      if (!CONNECTING.includes(role)) return false;
      const expected = this.#keys.proof(publicKey, role);
      return proof.byteLength === expected.byteLength && timingSafeEqual(proof, expected);
    });
  }

  /** Whether the peer's keys were not taken back since. */
  isCurrent({ role, publicKey }: Admitted): boolean {
    return this.#keys.has(role, publicKey);
  }
}

/** The first frames to a server that has the keys of `server`. */
export function greeting(keys: ClusterKeys, server: ServerOwner): Uint8Array[] {
  return [GREETING, keys.proof(keys.keyOf(server), keys.own.role)];
}
