// `npm run build`: AssemblyScript kernels to WebAssembly, embedded as base64 in generated modules
// (so that no file has to be found at run time), then TypeScript to dist/, then what users run
// (bundle.mjs). With `--release`, as before `npm pack`: without source maps, and with rolled-up
// declarations (declare.mjs).
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const src = dirname(fileURLToPath(import.meta.url));
const root = dirname(src);
const require = createRequire(import.meta.url);
const dist = join(root, "dist");
const assembly = join(src, "kernels", "assembly");
const generated = join(src, "kernels", "wasm", "generated");

function run(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
}

/** Modules that work in memory which threads share and which is given to them: up to 4 GiB. */
const IN_SHARED_MEMORY = new Set(["checksums", "random", "tiles"]);
const SHARED_MEMORY =
  "--enable threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536";

/**
 * Modules whose vector constants are in memory, where kernels/tiles/tile-memory.ts leaves 8192
 * bytes to them: first those that are moved there from the code, then tables.
 */
const HAS_CONSTANTS = new Set(["tiles"]);
const CONSTANT_BYTES = 6144;

/**
 * The text of a module with its vector constants read from the start of memory: V8 makes each by
 * three instructions, each time, where a load is one. Zeros and ones stay.
 */
function constantsInMemory(text) {
  const constants = [];
  const loads = text.replace(/\(v128\.const i32x4((?: 0x[0-9a-f]{8}){4})\)/g, (whole, words) => {
    if (/^( 0x0{8})*$|^( 0xf{8})*$/.test(words)) return whole;
    if (!constants.includes(words)) constants.push(words);
    return `(v128.load offset=${16 * constants.indexOf(words)} (i32.const 0))`;
  });
  if (16 * constants.length > CONSTANT_BYTES) throw new Error(`${constants.length} constants`);
  const hex = constants.flatMap((words) => words.trim().split(" "));
  const bytes = hex.flatMap((word) => word.slice(2).match(/../g)?.reverse() ?? []);
  const data = `(data (i32.const 0) "${bytes.map((byte) => `\\${byte}`).join("")}")`;
  return loads.replace(/\)\s*$/, ` ${data}\n)\n`);
}

/** Modules that are made with relaxed SIMD, too, for the engines that have it. */
const HAS_RELAXED = new Set(["matmul"]);

/**
 * Compiles kernels/assembly/<name>.ts to kernels/wasm/generated/<name>-wasm.ts, unless that is
 * newer; with relaxed SIMD to kernels/wasm/generated/<name>-relaxed-wasm.ts.
 */
function compileAssembly(name, isRelaxed = false) {
  const source = join(assembly, `${name}.ts`);
  const module = join(generated, `${name}${isRelaxed ? "-relaxed" : ""}-wasm.ts`);
  if (isNewer(module, [source, ...partsOf(name), fileURLToPath(import.meta.url)])) return;
  const wasm = join(generated, `${name}-${process.pid}.wasm`);
  const asc = join(dirname(require.resolve("assemblyscript/package.json")), "bin", "asc.js");
  const memory = IN_SHARED_MEMORY.has(name) ? SHARED_MEMORY.split(" ") : [];
  const options = ["--runtime", "stub", "--noAssert", "--enable", "simd", ...memory];
  if (isRelaxed) options.push("--enable", "relaxed-simd");
  if (HAS_CONSTANTS.has(name)) {
    const text = join(generated, `${name}-${process.pid}.wat`);
    // The optimizer that AssemblyScript brings.
    const optimize = createRequire(asc).resolve("binaryen/bin/wasm-opt");
    options.push("--memoryBase", `${CONSTANT_BYTES}`, "--disableWarning", "112");
    run(asc, source, "--outFile", wasm, ...options);
    run(optimize, wasm, "--all-features", "--precompute-propagate", "-S", "-o", text);
    writeFileSync(text, constantsInMemory(readFileSync(text, "utf8")));
    run(optimize, text, "--all-features", "-O3", "-o", wasm);
    rmSync(text);
  } else run(asc, source, "--outFile", wasm, "-O3", ...options);
  const base64 = readFileSync(wasm).toString("base64");
  rmSync(wasm);
  writeFileSync(
    module,
    `// Made by src/build.mjs from kernels/assembly/${name}.ts.\n` +
      `export const ${name}${isRelaxed ? "Relaxed" : ""}Wasm =\n  "${base64}";\n`,
  );
}

/** The constants that modules share with TypeScript. */
const SHARED = { tiles: ["tiles/tile-codes.ts", "math/power-table-layout.ts"] };

/**
 * The sources of a module beside its own file: the folder of its name, and the numbers it shares.
 */
function partsOf(name) {
  const folder = join(assembly, name);
  const parts = existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
  const shared = SHARED[name] ?? [];
  return [...parts, ...shared.map((file) => join(src, "kernels", file))];
}

/** Whether `file` exists and was written after all of `sources`. */
function isNewer(file, sources) {
  if (!existsSync(file)) return false;
  const writtenMs = statSync(file).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < writtenMs);
}

/** When what a build reads was last changed; a folder changes with the names in it. */
function changedMs() {
  const inside = readdirSync(src, { recursive: true }).map((path) => join(src, path));
  const files = [src, ...inside, join(root, "package.json"), join(root, "package-lock.json")];
  return files.reduce((latest, file) => Math.max(latest, statSync(file).mtimeMs), 0);
}

function compileKernels() {
  const names = readdirSync(assembly)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3));
  mkdirSync(generated, { recursive: true });
  for (const name of names) {
    compileAssembly(name);
    if (HAS_RELAXED.has(name)) compileAssembly(name, true);
  }
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
if (!existsSync(stamp) || statSync(stamp).mtimeMs <= changedMs()) {
  for (const each of ["built", "released"]) rmSync(join(dist, each), { force: true });
  compileKernels();
  await buildDist(isReleased);
  writeFileSync(stamp, "");
}
