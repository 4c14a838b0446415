// Keys of one person or machine: `tilework keys new FOLDER --for client --name ann` adds them to
// the keys of a cluster, `tilework keys revoke` removes them, and all others stay as they are.
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ROLES, type Role } from "../../protocol/values/roles.js";
import {
  forEachNamed,
  insecure,
  isKeyName,
  keyFile,
  type RENEWABLE,
  readKeys,
  replaceKey,
  writeKey,
} from "./key-files.js";
import { namedKeys, type Security } from "./keys.js";

/**
 * Writes keys of their own for one that has a role, and has all files of the folder know them.
 *
 * @param folder the one with the files of all roles
 * @returns the path of the new file
 * @throws ClusterError `cluster.security` when the name is taken or cannot be one, or there is no
 * file of one of the roles
 */
export function addNamedKeys(
  folder: string,
  role: (typeof RENEWABLE)[number],
  name: string,
): string {
  if (!isKeyName(name)) {
    throw insecure(
      `"${name}" cannot name keys: take letters, digits, dots, hyphens and underscores, at most 64`,
    );
  }
  const { scheduler } = readAll(folder);
  if (Object.hasOwn(scheduler.named ?? {}, name)) {
    throw insecure(
      `there are keys of ${name} already: choose another name, or revoke them with \`tilework keys revoke ${folder} --name ${name}\``,
    );
  }
  const path = join(folder, keyFile(role, name));
  if (existsSync(path)) throw insecure(`there is a file ${path} already: remove it`);
  const keys = namedKeys(scheduler, role, name);
  writeKey(path, keys);
  nameIn(folder, keys.named);
  return path;
}

/**
 * Takes the keys of a name back: removes them from all files of the folder, and their file.
 *
 * @param folder the one with the files of all roles
 * @returns the role that they had
 * @throws ClusterError `cluster.security` when there are none of that name
 */
export function revokeNamedKeys(folder: string, name: string): Role {
  const { named = {} } = readAll(folder).scheduler;
  const revoked = Object.hasOwn(named, name) ? named[name] : undefined;
  if (revoked === undefined) {
    const names = Object.keys(named).sort().join(", ");
    throw insecure(
      `there are no keys of ${name} in ${folder}; there are some of ${names || "no name"}`,
    );
  }
  rmSync(join(folder, keyFile(revoked.role, name)), { force: true });
  nameIn(folder, Object.fromEntries(Object.entries(named).filter(([each]) => each !== name)));
  return revoked.role;
}

function nameIn(folder: string, named: Security["named"] = {}): void {
  const all = readAll(folder);
  for (const role of ROLES) replaceKey(join(folder, keyFile(role)), { ...all[role], named });
  forEachNamed(folder, { named }, (path, own) => replaceKey(path, { ...own, named }));
}

function readAll(folder: string): Record<Role, Security> {
  const all = ROLES.map((role) => [role, readKeys(join(folder, keyFile(role)), [role])] as const);
  return Object.fromEntries(all) as Record<Role, Security>;
}
