// The first part of `npm run build`: AssemblyScript kernels to WebAssembly, embedded as base64 in
// generated modules, so that no file has to be found at run time. The compiler takes longer to load
// than to compile: all modules are made in one process, beside the optimizer of the largest.
import { execFile } from "node:child_process";
import {
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
import { promisify } from "node:util";

const kernels = join(dirname(fileURLToPath(import.meta.url)), "kernels");
const assembly = join(kernels, "assembly");
const generated = join(kernels, "wasm", "generated");

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

/** Modules that are made with relaxed SIMD, too, for the engines that have it. */
const HAS_RELAXED = new Set(["matmul"]);

/** The constants that modules share with TypeScript. */
const SHARED = { tiles: ["tiles/tile-codes.ts", "math/power-table-layout.ts"] };

/**
 * Compiles kernels/assembly/<name>.ts to kernels/wasm/generated/<name>-wasm.ts, unless that is
 * newer; with relaxed SIMD to kernels/wasm/generated/<name>-relaxed-wasm.ts.
 */
export async function compileKernels() {
  const names = readdirSync(assembly)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -3));
  const all = names.flatMap((name) =>
    [false, ...(HAS_RELAXED.has(name) ? [true] : [])].map((isRelaxed) => ({ name, isRelaxed })),
  );
  const old = all.filter((each) => !isNewer(moduleOf(each), sourcesOf(each)));
  mkdirSync(generated, { recursive: true });
  const optimized = [];
  // What is optimized by another process comes first.
  for (const each of old.sort((a, b) => HAS_CONSTANTS.has(b.name) - HAS_CONSTANTS.has(a.name))) {
    const wasm = await compiled(each);
    if (HAS_CONSTANTS.has(each.name)) optimized.push(withConstantsInMemory(each, wasm));
    else writeModule(each, wasm);
  }
  await Promise.all(optimized);
}

/** Whether `file` exists and was written after all of `sources`. */
function isNewer(file, sources) {
  if (!existsSync(file)) return false;
  const writtenMs = statSync(file).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < writtenMs);
}

function moduleOf({ name, isRelaxed }) {
  return join(generated, `${name}${isRelaxed ? "-relaxed" : ""}-wasm.ts`);
}

/** This file, a module's own, the folder of its name, and the numbers that it shares. */
function sourcesOf({ name }) {
  const folder = join(assembly, name);
  const parts = existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
  const shared = (SHARED[name] ?? []).map((file) => join(kernels, file));
  return [fileURLToPath(import.meta.url), join(assembly, `${name}.ts`), ...parts, ...shared];
}

/** The bytes of a module; optimized, unless that is left to {@link withConstantsInMemory}. */
async function compiled({ name, isRelaxed }) {
  const { default: asc } = await import("assemblyscript/asc");
  const options = ["--runtime", "stub", "--noAssert", "--enable", "simd"];
  if (IN_SHARED_MEMORY.has(name)) options.push(...SHARED_MEMORY.split(" "));
  if (isRelaxed) options.push("--enable", "relaxed-simd");
  if (HAS_CONSTANTS.has(name)) {
    options.push("--memoryBase", `${CONSTANT_BYTES}`, "--disableWarning", "112");
  } else options.push("-O3");
  let wasm;
  const { error } = await asc.main(
    [join(assembly, `${name}.ts`), "--outFile", "wasm", ...options],
    {
      stdout: process.stdout,
      stderr: process.stderr,
      writeFile: (_, contents) => {
        wasm = contents;
      },
    },
  );
  if (error) throw error;
  return wasm;
}

function writeModule({ name, isRelaxed }, wasm) {
  writeFileSync(
    moduleOf({ name, isRelaxed }),
    `// Made by src/compile-kernels.mjs from kernels/assembly/${name}.ts.\n` +
      `export const ${name}${isRelaxed ? "Relaxed" : ""}Wasm =\n` +
      `  "${Buffer.from(wasm).toString("base64")}";\n`,
  );
}

/** Writes a module whose vector constants are read from memory. */
async function withConstantsInMemory(each, wasm) {
  const { default: binaryen } = await import("assemblyscript/binaryen");
  const whole = binaryen.readBinary(wasm);
  whole.setFeatures(binaryen.Features.All);
  whole.runPasses(["precompute-propagate"]);
  const [text, result] = ["wat", "wasm"].map((ending) =>
    join(generated, `${each.name}-${process.pid}.${ending}`),
  );
  writeFileSync(text, constantsInMemory(whole.emitText()));
  whole.dispose();
  // The optimizer that AssemblyScript brings.
  const asc = createRequire(import.meta.url).resolve("assemblyscript/package.json");
  const optimizer = createRequire(asc).resolve("binaryen/bin/wasm-opt");
  const options = ["--all-features", "-O3", "-o", result];
  await promisify(execFile)(process.execPath, [optimizer, text, ...options]);
  writeModule(each, readFileSync(result));
  for (const file of [text, result]) rmSync(file);
}

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
