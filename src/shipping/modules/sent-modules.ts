// Modules that the user sends along: files and sources that workers may lack. They are sent inside
// each function that uses one, so workers that join later get them, too. On arrival they are
// written to a directory, once per content, and imported from there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ArgumentError } from "../../base/errors.js";

/** A module that is sent along. */
export interface SentModule {
  /** The specifier of its imports: a name, or the URL of its file on the user's machine. */
  readonly specifier: string;
  /** Its path among the other sent modules, so that they find each other. */
  readonly path: string;
  readonly source: Uint8Array;
}

const sent = new Map<string, SentModule>();
let count = 0;

/** How often modules were sent: bytes encoded before lack the latest ones. */
export function sentModulesCount(): number {
  return count;
}

/**
 * Sends a module of this name to wherever a function imports it.
 *
 * @param sourceOrPath its JavaScript, or the path of a file: text with a line break, or without
 * such a file, counts as source
 * @throws ArgumentError `argument.value` for a name that no import could have
 */
export function sendModule(name: string, sourceOrPath: string): void {
  if (typeof name !== "string" || name === "" || /^(\.|\/|node:)|\s/.test(name)) {
    const text = `${JSON.stringify(name)} is no name of a module: expected one as in \`import "name"\``;
    throw new ArgumentError("value", text);
  }
  const isPath = !sourceOrPath.includes("\n") && existsSync(sourceOrPath);
  const source = isPath ? readFileSync(sourceOrPath) : Buffer.from(sourceOrPath);
  const file = isPath ? basename(sourceOrPath) : "module.mjs";
  add({ specifier: name, path: join("named", name.replace(/[^\w.-]/g, "_"), file), source });
}

/**
 * Sends a file to wherever a function imports it; files that were sent find each other by relative
 * paths.
 *
 * @throws ArgumentError `argument.value` when there is no such file
 */
export function sendFile(path: string): void {
  const whole = resolve(path);
  if (!existsSync(whole)) throw new ArgumentError("value", `there is no file ${whole} to send`);
  const place = join("files", whole.replace(/^[A-Za-z]:/, ""));
  add({ specifier: pathToFileURL(whole).href, path: place, source: readFileSync(whole) });
}

/** The packages of npm that functions bring: the key of their list, and their names. */
let packages: { readonly key: string; readonly names: ReadonlySet<string> } | undefined;

/**
 * Has functions find these packages wherever they run, in place of those of before.
 *
 * @param versions by name, as in a package.json
 */
export function sendPackages(versions: Readonly<Record<string, string>>): void {
  const sorted = Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1));
  const source = Buffer.from(JSON.stringify(Object.fromEntries(sorted)));
  const hash = createHash("sha256").update(source).digest("hex").slice(0, 32);
  const key = `${PACKAGES}${hash}`;
  packages = sorted.length === 0 ? undefined : { key, names: new Set(Object.keys(versions)) };
  add({ specifier: key, path: join("packages", `${hash}.json`), source });
}

/** What keys of lists of packages begin with. */
const PACKAGES = "tilework-packages:";

/** Whether a place is a list of packages. */
export function isPackages(place: string): boolean {
  return place.startsWith(PACKAGES);
}

/** The key of the list of packages that has the one which a specifier names. */
export function packagesWith(specifier: string): string | undefined {
  if (packages === undefined) return undefined;
  const depth = specifier.startsWith("@") ? 2 : 1;
  const name = specifier.split("/").slice(0, depth).join("/");
  return packages.names.has(name) ? packages.key : undefined;
}

function add(module: SentModule): void {
  sent.set(module.specifier, module);
  count++;
}

/** Whether a module of this name or file was sent. */
export function isSent(specifier: string): boolean {
  return sent.has(specifier) || packagesWith(specifier) !== undefined;
}

/** Whether the module of this name in a file was sent. */
export function isSentFrom(specifier: string, parent: string): boolean {
  return isSent(specifier) || isSent(urlFrom(specifier, parent));
}

/** The URL of a relative specifier in a file; other specifiers unchanged. */
export function urlFrom(specifier: string, parent: string): string {
  const isRelative = /^\.{0,2}\//.test(specifier) && parent.startsWith("file:");
  return isRelative ? new URL(specifier, parent).href : specifier;
}

/** All that was sent: one may import another. */
export function sentModules(): readonly SentModule[] {
  return [...sent.values()];
}

const written = new Map<string, ReadonlyMap<string, string>>();

/** Writes modules that arrived; returns the URL of each by its specifier. */
export function writeModules(modules: readonly SentModule[]): ReadonlyMap<string, string> {
  const digest = createHash("sha256");
  for (const { specifier, path, source } of modules)
    digest.update(`${specifier}\n${path}\n`).update(source);
  const hash = digest.digest("hex").slice(0, 32);
  let urls = written.get(hash);
  if (urls === undefined) {
    const root = join(tmpdir(), `tilework-modules-${userInfo().username}`, hash);
    urls = new Map(modules.map((module) => [module.specifier, writeModule(root, module)]));
    written.set(hash, urls);
  }
  return urls;
}

function writeModule(root: string, { path, source }: SentModule): string {
  const file = join(root, path);
  if (!file.startsWith(root))
    throw new ArgumentError("value", `${path} leads out of its directory`);
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Other threads and workers may do the same; the last one writes the same bytes.
    const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(draft, source);
    renameSync(draft, file);
  }
  return pathToFileURL(file).href;
}
