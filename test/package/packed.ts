// Packs a copy of the repository, and installs the tarball into an empty project outside of it, as
// users do. The copy has what git knows, and what `npm run build` has compiled, so that the
// compiler finds its work done; what `npm pack` takes from bundle/ and types/ is made in the copy.
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const require = createRequire(import.meta.url);

/** What `npm pack --json` says. */
export interface PackedPackage {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** A project in which the package is installed, and nothing else. */
export interface ConsumerProject {
  readonly packed: PackedPackage;
  readonly folder: string;
  remove(): void;
}

/** Runs a program to its end; gives what it printed. */
export async function ran(program: string, args: readonly string[], cwd: string): Promise<string> {
  // npm tells its children where it runs itself.
  const env = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const options = { cwd, env: Object.fromEntries(env), maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(program, args, options);
  return stdout;
}

/** Packs and installs; the programs of consumer/ are put into the project. */
export async function installPackage(): Promise<ConsumerProject> {
  const copy = join(root, "dist", `package-${process.pid}`);
  const outside = mkdtempSync(join(tmpdir(), "tilework-package-"));
  const remove = () => {
    for (const gone of [copy, outside]) rmSync(gone, { recursive: true, force: true });
  };
  try {
    await copyRepository(copy);
    const args = ["pack", "--json", "--foreground-scripts=false", "--pack-destination", outside];
    const told = await ran("npm", args, copy);
    const [packed] = JSON.parse(told.slice(told.indexOf("["))) as [
      PackedPackage & { filename: string },
    ];
    const folder = join(outside, "project");
    cpSync(join(root, "test/package/consumer"), folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
    const tarball = join("..", packed.filename);
    await ran("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball], folder);
    return { packed, folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function copyRepository(copy: string): Promise<void> {
  const listed = await ran("git", ["ls-files", "-co", "--exclude-standard", "-z"], root);
  const paths = listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
  const options = { recursive: true, preserveTimestamps: true };
  for (const path of paths) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path), options);
  }
  cpSync(
    join(root, "src/kernels/wasm/generated"),
    join(copy, "src/kernels/wasm/generated"),
    options,
  );
  const dist = join(root, "dist");
  for (const name of readdirSync(dist)) {
    if (/^(bundle$|types$|examples-|package-)/.test(name)) continue;
    const filter = (path: string) => !path.endsWith(".map");
    cpSync(join(dist, name), join(copy, "dist", name), { ...options, filter });
  }
  // The compiler's notes name packages from where they are.
  const notes = join(copy, "dist", "build.tsbuildinfo");
  const moved = readFileSync(notes, "utf8").replaceAll(
    '"../node_modules/',
    '"../../../node_modules/',
  );
  writeFileSync(notes, moved);
}

/** Gives a project packages that the tests bring along, but not what these depend on. */
export function lend(folder: string, ...names: readonly string[]): void {
  for (const name of names) {
    const place = join(folder, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), place, "junction");
  }
}
