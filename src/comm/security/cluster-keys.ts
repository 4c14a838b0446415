// The public keys of a cluster as they are now: a process follows its key file, so that keys that
// were taken back are of no use from then on.
import { statSync } from "node:fs";
import { ROLES, type Role } from "../../protocol/values/roles.js";
import { parseKeys } from "./key-files.js";
import { type NamedKey, roleProof, type Security } from "./keys.js";
import type { ServerOwner } from "./server-roles.js";

/** How often the file is looked at. */
const LOOK_INTERVAL_MS = 1_000;

/** The public keys of all roles and names, and the proofs of roles that follow from them. */
export class ClusterKeys {
  /** The keys of this process, which stay. */
  readonly own: Security;
  #known: Pick<Security, "cluster" | "named">;
  #peers: readonly NamedKey[];
  #proofs = new Map<string, Buffer>();
  #lookedMs = performance.now();
  #version: string | undefined;

  constructor(own: Security) {
    this.own = own;
    this.#known = own;
    this.#peers = peersOf(own);
    this.#version = versionOf(own.file);
  }

  /** All public keys that are let in, with the role that each has. */
  get peers(): readonly NamedKey[] {
    this.#follow();
    return this.#peers;
  }

  /** Whether the role has this public key, or a name of the role does. */
  has(role: Role, publicKey: string): boolean {
    return this.peers.some((peer) => peer.role === role && peer.publicKey === publicKey);
  }

  /**
   * The public key of a server. A name that is not known has its role's: the connection then fails
   * as one with a stranger does.
   */
  keyOf({ role, name }: ServerOwner): string {
    this.#follow();
    const { cluster, named = {} } = this.#known;
    const key = name !== undefined && Object.hasOwn(named, name) ? named[name] : undefined;
    return key?.role === role ? key.publicKey : cluster[role];
  }

  /** What {@link roleProof} gives for a peer's public key. */
  proof(peerKey: string, role: Role): Buffer {
    const about = `${peerKey} ${role}`;
    const proof = this.#proofs.get(about) ?? roleProof(this.own, peerKey, role);
    this.#proofs.set(about, proof);
    return proof;
  }

  #follow(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs <= LOOK_INTERVAL_MS) return;
    this.#lookedMs = nowMs;
    this.#look();
  }

  #look(): void {
    const { file } = this.own;
    const version = versionOf(file);
    // A file that is gone, or broken, changes nothing.
    if (file === undefined || version === undefined || version === this.#version) return;
    try {
      this.#known = parseKeys(file);
      this.#peers = peersOf(this.#known);
      this.#version = version;
      this.#proofs.clear();
    } catch {
      // It is looked at again.
    }
  }
}

function peersOf({ cluster, named = {} }: Pick<Security, "cluster" | "named">): NamedKey[] {
  const ofRoles = ROLES.map((role) => ({ role, publicKey: cluster[role] }));
  return [...ofRoles, ...Object.values(named)];
}

function versionOf(file: string | undefined): string | undefined {
  const status = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return status && `${status.mtimeMs} ${status.size} ${status.ino}`;
}
