// The second half of `npm run build`: what users run. Node spends half a millisecond on every module that it loads,
// and each program, process and thread loads hundreds; so dist/ is bundled into dist/bundle/, a few dozen files with one
// module each for what several of them share. The modules one by one stay beside it, for types, tests and benchmarks.
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);

/** What is loaded from outside, all one folder deep: so are chunks, and URLs relative to a module hold in both. */
const ENTRIES = {
  "main/index": "index.js",
  "array/index": "array/index.js",
  "cli/main": "cli/main.js",
  "cli/measure-turns": "cli/measure-turns.js",
  "cli/crowding-thread": "cli/crowding-thread.js",
  "runtime/thread-main": "runtime/threads/thread-main.js",
  "runtime/actor-thread-main": "runtime/actors/actor-thread-main.js",
  // A module of its own, since the script that it stands in is parsed.
  "shipping/practise": "shipping/practise.js",
};

/**
 * Packages of which a part is needed, and on every thread: that part is bundled, too. Loading all of them takes
 * a tenth of a second. The others stay where they are.
 */
const BUNDLED =
  /^(ml-(matrix|array-\w+)|is-any-array|d3-(scale-chromatic|interpolate|color)|graphology|acorn(-walk)?|ndarray|iota-array|is-buffer|@noble\/hashes)(\/|$)/;

const packages = {
  name: "packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[\w@]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      if (path === "ml-matrix") return { path: modular(path) };
      return BUNDLED.test(path) ? undefined : { path, external: true };
    });
  },
};

/** The modules that this one was made of, of which a part can be taken. */
function modular(name) {
  return join(dirname(require.resolve(name)), "src", "index.js");
}

/** The licences of what was bundled, which have to go with it. */
function licences({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  return [...new Set(folders)].sort().map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[sc]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no licence`);
    return `${basename(folder)}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

/** Bundles what the compiler wrote to `dist`. */
export async function bundle(dist) {
  const outdir = join(dist, "bundle");
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({ out, in: join(dist, file) })),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    plugins: [packages],
    metafile: true,
    sourcemap: true,
    logLevel: "warning",
  });
  writeFileSync(join(outdir, "LICENSES"), licences(metafile).join("\n\n"));
  // What a page is made of is read as it stands.
  cpSync(join(dist, "diagnostics", "page"), join(outdir, "diagnostics", "page"), {
    recursive: true,
  });
  chmodSync(join(outdir, "cli", "main.js"), 0o755);
}
