// `npm run build`: AssemblyScript kernels to WebAssembly, embedded as base64 in generated modules
// (so that no file has to be found at run time), then TypeScript to dist/.
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

const src = dirname(fileURLToPath(import.meta.url));
const root = dirname(src);
const require = createRequire(import.meta.url);
const assembly = join(src, "kernels", "assembly");
const generated = join(src, "kernels", "generated");

function run(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
}

/** Modules that work in memory which threads share and which is given to them: up to 4 GiB. */
const IN_SHARED_MEMORY = new Set(["random", "tiles"]);
const SHARED_MEMORY =
  "--enable threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536";

/** Compiles kernels/assembly/<name>.ts to kernels/generated/<name>-wasm.ts, unless that is newer. */
function compileAssembly(name) {
  const source = join(assembly, `${name}.ts`);
  const module = join(generated, `${name}-wasm.ts`);
  if (isNewer(module, [source, ...partsOf(name), fileURLToPath(import.meta.url)])) return;
  const wasm = join(generated, `${name}-${process.pid}.wasm`);
  const asc = join(dirname(require.resolve("assemblyscript/package.json")), "bin", "asc.js");
  const memory = IN_SHARED_MEMORY.has(name) ? SHARED_MEMORY.split(" ") : [];
  const options = ["--runtime", "stub", "-O3", "--noAssert", "--enable", "simd", ...memory];
  run(asc, source, "--outFile", wasm, ...options);
  const base64 = readFileSync(wasm).toString("base64");
  rmSync(wasm);
  writeFileSync(
    module,
    `// Made by src/build.mjs from kernels/assembly/${name}.ts.\n` +
      `export const ${name}Wasm =\n  "${base64}";\n`,
  );
}

/** What a module is made of beside its own file: the folder of its name, and the codes it shares. */
function partsOf(name) {
  const folder = join(assembly, name);
  if (!existsSync(folder)) return [];
  const parts = readdirSync(folder).map((file) => join(folder, file));
  return [...parts, join(src, "kernels", name, "codes.ts")];
}

/** Whether `file` exists and was written after all of `sources`. */
function isNewer(file, sources) {
  if (!existsSync(file)) return false;
  const writtenMs = statSync(file).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < writtenMs);
}

const names = readdirSync(assembly)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
mkdirSync(generated, { recursive: true });
for (const name of names) compileAssembly(name);

if (!process.argv.includes("--kernels-only")) {
  if (process.argv.includes("--clean"))
    rmSync(join(root, "dist"), { recursive: true, force: true });
  run(require.resolve("typescript/lib/tsc.js"), "-p", join(src, "tsconfig.json"));
  // What a page is made of is read as it stands.
  cpSync(join(src, "diagnostics", "page"), join(root, "dist", "diagnostics", "page"), {
    recursive: true,
  });
  // npm gives a package that it installs this mode, but not the one that it is run in.
  chmodSync(join(root, "dist", "cli", "main.js"), 0o755);
}
