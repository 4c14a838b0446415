// Packages of npm that a program brings: installed by npm where its functions run, once for each
// list of packages, in a folder that all threads and workers of the machine share.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ArgumentError } from "../../base/errors.js";
import { provided, Service } from "../../base/host.js";

/** Runs npm in a folder; rejects with an error that may have a `stderr`. */
export type RunNpm = (
  folder: string,
  parameters: readonly string[],
  timeoutMs: number,
) => Promise<unknown>;

/** Runs npm. Programs that start no process, such as bundles of arrays alone, have none. */
export const NPM = new Service<RunNpm>("npm");

/** How often it is looked whether another has installed them. */
const LOOK_INTERVAL_MS = 50;
/** How long npm may take. A lock that is older was left by a process that died. */
const INSTALL_MS = 600_000;

const installing = new Map<string, Promise<string>>();

/**
 * Installs packages unless they are there.
 *
 * @param key `tilework-packages:` and a hash of the list
 * @param url of a file with the list: versions by name, as JSON
 * @returns the URL of a file beside which they are found
 * @throws ArgumentError `argument.value` with what npm printed
 */
export function installedPackages(key: string, url: string): Promise<string> {
  let folder = installing.get(key);
  if (folder === undefined) {
    folder = install(packagesFolder(key), url);
    installing.set(key, folder);
    // The next function that needs them tries again.
    folder.catch(() => installing.delete(key));
  }
  return folder.then(besideFile);
}

/** The same of packages that were installed before. */
export function besidePackages(key: string): string {
  return besideFile(packagesFolder(key));
}

function besideFile(folder: string): string {
  return pathToFileURL(join(folder, "noop.mjs")).href;
}

function packagesFolder(key: string): string {
  const root = join(tmpdir(), `tilework-packages-${userInfo().username}`);
  return join(root, key.slice(key.indexOf(":") + 1));
}

async function install(folder: string, url: string): Promise<string> {
  const lock = `${folder}.lock`;
  for (;;) {
    if (existsSync(folder)) return folder;
    if (await takeLock(folder, lock)) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
  const draft = `${folder}.${randomUUID()}`;
  try {
    if (existsSync(folder)) return folder;
    const dependencies = JSON.parse(await readFile(fileURLToPath(url), "utf8")) as object;
    await mkdir(draft, { recursive: true, mode: 0o700 });
    const about = JSON.stringify({ name: "packages", private: true, dependencies });
    await writeFile(join(draft, "package.json"), about);
    await runNpm(draft, Object.entries(dependencies));
    await rename(draft, folder);
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(lock, { recursive: true, force: true });
  }
}

/** Whether this thread installs, and no other. */
async function takeLock(folder: string, lock: string): Promise<boolean> {
  await mkdir(join(folder, ".."), { recursive: true, mode: 0o700 });
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
  }
  const sinceMs = (await stat(lock).catch(() => undefined))?.mtimeMs ?? Date.now();
  if (Date.now() - sinceMs > INSTALL_MS) await rm(lock, { recursive: true, force: true });
  return false;
}

async function runNpm(
  folder: string,
  packages: readonly (readonly [name: string, version: unknown])[],
): Promise<void> {
  const parameters = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    const run = provided(NPM);
    if (run === undefined) throw new Error("this program runs no npm");
    await run(folder, parameters, INSTALL_MS);
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    const said = (stderr || message).trim().split("\n").slice(0, 8).join("\n");
    const names = packages.map(([name, version]) => `${name}@${version}`).join(", ");
    const text = `npm could not install ${names} on this machine: ${said}`;
    throw new ArgumentError("value", text, { packages: Object.fromEntries(packages) });
  }
}
