// `npm run build`: AssemblyScript kernels to WebAssembly, embedded as base64 in generated modules
// (so that no file has to be found at run time), then TypeScript to dist/.
import { execFileSync } from "node:child_process";
import {
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
const generated = join(src, "kernels", "generated");

function run(script, ...args) {
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
}

/** Compiles kernels/assembly/<name>.ts to kernels/generated/<name>-wasm.ts, unless that is newer. */
function compileAssembly(name) {
  const source = join(src, "kernels", "assembly", `${name}.ts`);
  const module = join(generated, `${name}-wasm.ts`);
  if (isNewer(module, [source, fileURLToPath(import.meta.url)])) return;
  const wasm = join(generated, `${name}-${process.pid}.wasm`);
  const asc = join(dirname(require.resolve("assemblyscript/package.json")), "bin", "asc.js");
  run(asc, source, "--outFile", wasm, "--runtime", "stub", "-O3", "--noAssert", "--enable", "simd");
  const base64 = readFileSync(wasm).toString("base64");
  rmSync(wasm);
  writeFileSync(
    module,
    `// Made by src/build.mjs from kernels/assembly/${name}.ts.\n` +
      `export const ${name}Wasm =\n  "${base64}";\n`,
  );
}

/** Whether `file` exists and was written after all of `sources`. */
function isNewer(file, sources) {
  if (!existsSync(file)) return false;
  const writtenMs = statSync(file).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < writtenMs);
}

const names = readdirSync(join(src, "kernels", "assembly"))
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
}
