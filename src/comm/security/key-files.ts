// Keys in files, one for each role, which only their user may read: `tilework keys new` writes
// them, and the `security` option of clients, clusters and commands names one, or the folder of
// several.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { ClusterError } from "../../base/errors.js";
import { ROLES, type Role } from "../../protocol/values/roles.js";
import { type NamedKey, newKeys, renewed, type Security } from "./keys.js";
import { isZ85Key } from "./z85.js";

/** Where keys are looked for that were not named: a file or a folder. */
export const SECURITY_VARIABLE = "TILEWORK_SECURITY";

const FORMAT = "tilework-keys-1";

/** The name of the file with a role's keys, or with those of one name. */
export function keyFile(role: Role, name?: string): string {
  return name === undefined ? `${role}.json` : `${role}-${name}.json`;
}

/**
 * Writes new keys into a folder.
 *
 * @returns the files' paths, by role
 * @throws ClusterError `cluster.security` when there are keys already
 */
export function writeKeys(folder: string): Readonly<Record<Role, string>> {
  const paths = ROLES.map((role) => [role, join(folder, keyFile(role))] as const);
  const taken = paths.find(([, path]) => existsSync(path));
  if (taken !== undefined) {
    throw insecure(`there are keys already: ${taken[1]}. Choose another folder, or remove them`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const keys = newKeys();
  for (const [role, path] of paths) writeKey(path, keys[role]);
  return Object.fromEntries(paths) as Record<Role, string>;
}

/** Roles whose keys can be taken back: the others know the scheduler by its keys. */
export const RENEWABLE = ["worker", "client", "admin"] as const;

/**
 * Takes the keys of a role back: writes new ones, and has the files of all roles name them.
 *
 * @param folder the one with the files of all roles
 * @returns the files' paths, by role
 * @throws ClusterError `cluster.security` when there is no file of one of the roles
 */
export function renewKeys(
  folder: string,
  role: (typeof RENEWABLE)[number],
): Readonly<Record<Role, string>> {
  const paths = ROLES.map((each) => [each, join(folder, keyFile(each))] as const);
  const old = ROLES.map((each) => [each, readKeys(folder, [each])] as const);
  const keys = renewed(Object.fromEntries(old) as Record<Role, Security>, role);
  for (const [each, path] of paths) replaceKey(path, keys[each]);
  forEachNamed(folder, keys.scheduler, (path, own) =>
    replaceKey(path, { ...own, cluster: keys.scheduler.cluster }),
  );
  return Object.fromEntries(paths) as Record<Role, string>;
}

/** Calls `body` for the files of named keys that are in the folder. */
export function forEachNamed(
  folder: string,
  { named = {} }: Pick<Security, "named">,
  body: (path: string, keys: Security) => void,
): void {
  for (const [name, { role }] of Object.entries(named)) {
    const path = join(folder, keyFile(role, name));
    if (existsSync(path)) body(path, parseKeys(path));
  }
}

/** Writes a file whole at once, instead of another: processes read it at any time. */
export function replaceKey(path: string, keys: Security): void {
  writeKey(`${path}.new`, keys);
  renameSync(`${path}.new`, path);
}

/** Writes a file that is not there yet. */
export function writeKey(path: string, { file: _, ...own }: Security): void {
  const { role, name, publicKey, secretKey, cluster, named } = own;
  const keys = { format: FORMAT, role, name, publicKey, secretKey, cluster, named };
  writeFileSync(path, `${JSON.stringify(keys, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
}

/**
 * Reads keys.
 *
 * @param path a file, or a folder with files as {@link writeKeys} writes them
 * @param roles those that the process may have; of a folder, the first that is there
 * @throws ClusterError `cluster.security` when there are none of such a role, or others can read
 * them
 */
export function readKeys(path: string, roles: readonly Role[]): Security {
  const file = findFile(path, roles);
  const keys = parseKeys(file);
  if (!roles.includes(keys.role)) {
    throw insecure(
      `the keys in ${file} are of the role ${keys.role}; here the role ${roles.join(" or ")} is needed`,
    );
  }
  const { mode } = statSync(file);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw insecure(`others can read the keys in ${file}: chmod 600 ${file}`);
  }
  return { ...keys, file };
}

/** The keys that were named, or those that the environment names; undefined when neither does. */
export function chosenKeys(path: string | undefined, roles: readonly Role[]): Security | undefined {
  const chosen = path ?? process.env[SECURITY_VARIABLE];
  return chosen === undefined || chosen === "" ? undefined : readKeys(chosen, roles);
}

function findFile(path: string, roles: readonly Role[]): string {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw insecure(`there are no keys at ${path}: make some with \`tilework keys new ${path}\``);
  }
  if (!status.isDirectory()) return path;
  const found = roles.map((role) => join(path, keyFile(role))).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const named = readdirSync(path).filter((file) => roles.some((role) => isNamed(file, role)));
  if (named.length === 1) return join(path, named[0] as string);
  if (named.length > 1) {
    throw insecure(`there are several keys in ${path}: name one of ${named.sort().join(", ")}`);
  }
  const wanted = roles.map((role) => keyFile(role)).join(" or ");
  throw insecure(
    `there is no ${wanted} in ${path}: ask the one who made the cluster's keys for it`,
  );
}

/** The keys in a file; its permissions are not looked at. */
export function parseKeys(file: string): Security {
  let keys: Partial<Security> & { readonly format?: unknown };
  try {
    keys = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw insecure(`cannot read the keys in ${file}: ${(error as Error).message}`);
  }
  const { role, name, publicKey, secretKey, cluster, named } = keys ?? {};
  const isWhole =
    keys?.format === FORMAT &&
    role !== undefined &&
    ROLES.includes(role) &&
    isZ85Key(publicKey) &&
    isZ85Key(secretKey) &&
    ROLES.every((each) => isZ85Key(cluster?.[each])) &&
    (name === undefined || isKeyName(name)) &&
    (named === undefined || areNamed(named));
  if (!isWhole) throw insecure(`${file} is no file of \`tilework keys new\``);
  const whole = { role, publicKey, secretKey, cluster } as Security;
  return { ...whole, ...(name && { name }), ...(named && { named }) };
}

/** Whether the text can name keys: it becomes part of file names and addresses. */
export function isKeyName(text: unknown): text is string {
  return typeof text === "string" && /^[a-z0-9][a-z0-9._-]{0,63}$/iu.test(text);
}

function areNamed(named: Readonly<Record<string, unknown>>): boolean {
  if (typeof named !== "object" || named === null || Array.isArray(named)) return false;
  return Object.entries(named).every(([name, key]) => {
    const { role, publicKey } = (key ?? {}) as Partial<NamedKey>;
    const isRole = RENEWABLE.some((each) => each === role);
    return isKeyName(name) && isRole && isZ85Key(publicKey);
  });
}

function isNamed(file: string, role: Role): boolean {
  return file.startsWith(`${role}-`) && file.endsWith(".json");
}

/** The error for keys that are not there, or cannot be used. */
export function insecure(message: string): ClusterError {
  return new ClusterError("security", message);
}
