// A server's check of the role of peers that its keys have let in. A peer's first frames prove it;
// nothing else from it is read before.
import { timingSafeEqual } from "node:crypto";
import type { Role } from "../../protocol/values/roles.js";
import { roleProof, type Security } from "./keys.js";

const GREETING = Buffer.from("tilework-role");

/** Roles that connect to others. */
const CONNECTING: readonly Role[] = ["worker", "client", "admin"];

/** Tells the roles of peers by their greetings. */
export class Gate {
  readonly #proofs: readonly (readonly [Role, Buffer])[];

  constructor(own: Security) {
    this.#proofs = CONNECTING.map((role) => [role, roleProof(own, role, role)]);
  }

  /** The role that the frames prove, if any. */
  roleOf(frames: readonly Uint8Array[]): Role | undefined {
    const [greeting, proof] = frames;
    if (frames.length !== 2 || greeting === undefined || proof === undefined) return undefined;
    if (!GREETING.equals(greeting)) return undefined;
    return this.#proofs.find(
      ([, expected]) =>
        proof.byteLength === expected.byteLength && timingSafeEqual(proof, expected),
    )?.[0];
  }
}

/** The first frames to a server that has the keys of `server`. */
export function greeting(own: Security, server: Role): Uint8Array[] {
  return [GREETING, roleProof(own, server, own.role)];
}
