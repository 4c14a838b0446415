// `npm run build`: kernels (compile-kernels.mjs), then TypeScript to dist/, then what users run
// (bundle.mjs). With `--kernels`, these alone. With `--release`, as before `npm pack`: without
// source maps, and with rolled-up declarations (declare.mjs).
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { compileKernels } from "./compile-kernels.mjs";

const src = dirname(fileURLToPath(import.meta.url));
const root = dirname(src);
const require = createRequire(import.meta.url);
const dist = join(root, "dist");

function run(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
}

/** When what a build reads was last changed; a folder changes with the names in it. */
function changedMs() {
  const inside = readdirSync(src, { recursive: true }).map((path) => join(src, path));
  const files = [src, ...inside, join(root, "package.json"), join(root, "package-lock.json")];
  return files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
}

/** Everything in dist/. */
async function buildDist(isReleased) {
  // TypeScript 7 compiles in a quarter of the time of 6, which stays for its programming interface.
  const compiler = join(dirname(require.resolve("typescript-native/package.json")), "bin", "tsc");
  run(compiler, "-p", join(src, "tsconfig.json"));
  // The parts of a page are read as they are.
  const page = join("diagnostics", "pictures", "page");
  cpSync(join(src, page), join(dist, page), { recursive: true });
  // npm gives a package that it installs this mode, but not the one that it is run in.
  chmodSync(join(dist, "cli", "main.js"), 0o755);
  await bundle(dist, { isReleased });
  if (isReleased) {
    const { declare } = await import("./declare.mjs");
    await declare(dist);
  }
}

const isReleased = process.argv.includes("--release");
/** Written last: what was built, of sources that are older than this file. */
const stamp = join(dist, isReleased ? "released" : "built");

if (process.argv.includes("--clean")) rmSync(dist, { recursive: true, force: true });
if (process.argv.includes("--kernels")) await compileKernels();
else if (!existsSync(stamp) || statSync(stamp).mtimeMs <= changedMs()) {
  for (const each of ["built", "released"]) rmSync(join(dist, each), { force: true });
  await compileKernels();
  await buildDist(isReleased);
  writeFileSync(stamp, "");
}
