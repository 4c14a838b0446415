// The public keys of a cluster as they are now: a process follows its key file, so that keys that
// were taken back are of no use from then on.
import { statSync } from "node:fs";
import type { Role } from "../../protocol/values/roles.js";
import { parseKeys } from "./key-files.js";
import { roleProof, type Security } from "./keys.js";

/** How often the file is looked at. */
const LOOK_INTERVAL_MS = 1_000;

/** The public keys of all roles, and the proofs of roles that follow from them. */
export class ClusterKeys {
  /** The keys of this process, which stay. */
  readonly own: Security;
  #cluster: Security["cluster"];
  #proofs = new Map<string, Buffer>();
  #lookedMs = performance.now();
  #version: string | undefined;

  constructor(own: Security) {
    this.own = own;
    this.#cluster = own.cluster;
    this.#version = versionOf(own.file);
  }

  /** The public keys, by role. */
  get cluster(): Security["cluster"] {
    const nowMs = performance.now();
    if (nowMs - this.#lookedMs > LOOK_INTERVAL_MS) {
      this.#lookedMs = nowMs;
      this.#look();
    }
    return this.#cluster;
  }

  /** What {@link roleProof} gives with the keys as they are now. */
  proof(peer: Role, role: Role): Buffer {
    const { own, cluster } = this;
    const about = `${peer} ${role}`;
    const proof = this.#proofs.get(about) ?? roleProof({ ...own, cluster }, peer, role);
    this.#proofs.set(about, proof);
    return proof;
  }

  #look(): void {
    const { file } = this.own;
    const version = versionOf(file);
    // A file that is gone, or broken, changes nothing.
    if (file === undefined || version === undefined || version === this.#version) return;
    try {
      this.#cluster = parseKeys(file).cluster;
      this.#version = version;
      this.#proofs.clear();
    } catch {
      // It is looked at again.
    }
  }
}

function versionOf(file: string | undefined): string | undefined {
  const status = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return status && `${status.mtimeMs} ${status.size} ${status.ino}`;
}
