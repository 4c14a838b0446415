// The second half of `npm run build`: what users run. Node spends half a millisecond on every
// module that it loads, and each program, process and thread loads hundreds; so dist/ is bundled
// into dist/bundle/, a few dozen files with one module each for what several of them share. The
// modules one by one stay beside it, for types, tests and benchmarks.
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire, isBuiltin as isBuiltinModule } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const require = createRequire(import.meta.url);

/**
 * Files loaded from outside, all one folder deep: so are chunks, and URLs relative to a module
 * hold in both.
 */
const ENTRIES = {
  "main/index": "index.js",
  "array/index": "entries/array.js",
  "diagnostics/index": "entries/diagnostics.js",
  "scheduler/index": "entries/scheduler.js",
  "sim/index": "entries/sim.js",
  "cli/main": "cli/main.js",
  "diagnostics/message-probe": "diagnostics/calibration/probes/message-probe.js",
  "diagnostics/contention-probe": "diagnostics/calibration/probes/contention-probe.js",
  "runtime/thread-main": "runtime/threads/thread-main.js",
  "runtime/actor-thread-main": "runtime/actors/actor-thread-main.js",
  // A module of its own, since the script that it stands in is parsed.
  "shipping/warm-up": "shipping/warm-up.js",
};

/**
 * The entries that users import, and the modules that stand for them in the bundle: with calls that
 * are checked.
 */
const CHECKED = { "index.js": "checked/index.js", "entries/array.js": "checked/array.js" };

/** A digest of all that the modules of {@link CHECKED} are made of. */
function checkedDigest(dist) {
  const src = dirname(fileURLToPath(import.meta.url));
  const isCompiled = (path) =>
    path.endsWith(".d.ts") && existsSync(join(src, path.replace(/\.d\.ts$/, ".ts")));
  const declarations = readdirSync(dist, { recursive: true }).filter(isCompiled).sort();
  const programs = ["bundle.mjs", "signatures.mjs", "../package-lock.json"];
  const hash = createHash("sha256");
  for (const path of declarations) hash.update(path).update(readFileSync(join(dist, path)));
  for (const path of programs) hash.update(readFileSync(join(src, path)));
  return hash.digest("hex");
}

/**
 * Writes the modules of {@link CHECKED}, as the types in `dist` have it. While these stay the same,
 * so do the modules: to read the types takes half of a build's processor time.
 */
async function writeChecked(dist) {
  const digest = checkedDigest(dist);
  const digestFile = join(dist, "checked", "made-of.sha256");
  if (existsSync(digestFile) && readFileSync(digestFile, "utf8") === digest) return;
  rmSync(digestFile, { force: true });
  const { checkedEntry, namesOf, signaturesOf } = await import("./signatures.mjs");
  const declarations = Object.keys(CHECKED).map((file) =>
    join(dist, file.replace(/\.js$/, ".d.ts")),
  );
  const [main, array] = signaturesOf(declarations);
  const checks = "../base/checked-calls.js";
  mkdirSync(join(dist, "checked"), { recursive: true });
  const rest = { entry: "../entries/array.js", names: namesOf(array) };
  writeFileSync(join(dist, CHECKED["index.js"]), checkedEntry(main, "../index.js", checks, rest));
  writeFileSync(
    join(dist, CHECKED["entries/array.js"]),
    checkedEntry(array, "../entries/array.js", checks),
  );
  writeFileSync(digestFile, digest);
}

/**
 * Packages that users install. All other imports go into the bundle, and are not installed.
 */
const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
);
const INSTALLED = new Set(
  Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }),
);

/**
 * Installed for its types, and for what people do with graphs, and in the bundle all the same: to
 * load it by itself takes every process 10 ms. Graphs of any copy of it are graphs to all packages
 * around it.
 */
INSTALLED.delete("graphology");

const packages = {
  name: "packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[\w@]/ }, ({ path, kind }) => {
      if (kind === "entry-point") return undefined;
      // The bundle has no require: prom-client's own use of @opentelemetry/api goes in with it.
      if (kind === "require-call") return undefined;
      if (path === "ml-matrix") return { path: modular(path) };
      const [name] = path.match(/^(@[^/]+\/)?[^/]+/) ?? [];
      return INSTALLED.has(name) ? { path, external: true } : undefined;
    });
  },
};

/**
 * Entries that others import stay files of their own: what happens when they are loaded is in them,
 * and not in a chunk, as `sideEffects` in package.json says.
 */
function entriesApart(dist) {
  const outOf = new Map(Object.entries(ENTRIES).map(([out, file]) => [join(dist, file), out]));
  const checkedOf = new Map(
    Object.entries(CHECKED).map(([file, checked]) => [join(dist, file), join(dist, checked)]),
  );
  return {
    name: "entries apart",
    setup({ onResolve }) {
      onResolve({ filter: /^\./ }, ({ path, kind, resolveDir, importer }) => {
        const file = join(resolveDir, path);
        const isOwn = importer === checkedOf.get(file);
        const out = kind === "entry-point" || isOwn ? undefined : outOf.get(file);
        return out === undefined ? undefined : { path: `../${out}.js`, external: true };
      });
    },
  };
}

/** The modules that this one was made of, of which a part can be taken. */
function modular(name) {
  return join(dirname(require.resolve(name)), "src", "index.js");
}

/** The script by which pages zoom, which is put beside those that are ours. */
const ZOOMING = require.resolve("svg-pan-zoom/dist/svg-pan-zoom.min.js");

/** Other packages' code goes in without its white space, which takes 50 kB of the package. */
const compact = {
  name: "compact",
  setup({ onLoad }) {
    onLoad({ filter: /node_modules.*\.[cm]?js$/ }, async ({ path }) => {
      const text = readFileSync(path, "utf8");
      const options = { minifyWhitespace: true, minifySyntax: true, target: "node20" };
      const { code } = await transform(text, options);
      return { contents: code, loader: "js" };
    });
  },
};

/** Modules of Node that bundled packages ask for by `require`, which modules do not have. */
const builtins = {
  name: "builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[a-z][a-z0-9_/]*$/ }, ({ path, kind }) => {
      const isBuiltin = kind === "require-call" && isBuiltinModule(path);
      return isBuiltin ? { path: path.replace(/^node:/, ""), namespace: "builtin" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule("${path}");`,
    }));
  },
};

/** The page of the dashboard: one script and one style sheet, with all that they use. */
async function bundlePage(src, outdir, minify) {
  const { metafile } = await build({
    entryPoints: [join(src, "dashboard", "page", "page.jsx")],
    outdir: join(outdir, "dashboard", "page"),
    bundle: true,
    minify,
    format: "iife",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
  });
  return metafile;
}

/** The licences of what was bundled, which have to go with it. */
function licences(inputs) {
  const folders = [...inputs, ZOOMING].flatMap(
    (file) => file.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? [],
  );
  const named = new Map(folders.map((folder) => [folder.match(/(@[^/]+\/)?[^/]+$/)?.[0], folder]));
  return [...named].sort().map(([name, folder]) => {
    const file = readdirSync(folder).find((name) => /^licen[sc]e/i.test(name));
    if (file === undefined) throw new Error(`${folder} has no licence`);
    return `${name}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

/**
 * Bundles what the compiler wrote to `dist`. What is released has no source maps, which are twice
 * as large as the code: that is as it was compiled, with its names, and lines of missing sources
 * help no one.
 */
export async function bundle(dist, { isReleased = false } = {}) {
  const outdir = join(dist, "bundle");
  rmSync(outdir, { recursive: true, force: true });
  await writeChecked(dist);
  const { metafile } = await build({
    entryPoints: Object.entries(ENTRIES).map(([out, file]) => ({
      out,
      in: join(dist, CHECKED[file] ?? file),
    })),
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    format: "esm",
    platform: "node",
    target: "node20",
    plugins: [packages, entriesApart(dist), builtins, compact],
    metafile: true,
    sourcemap: !isReleased,
    logLevel: "warning",
  });
  const page = await bundlePage(join(dist, "..", "src"), outdir, true);
  const inputs = [metafile, page].flatMap((each) => Object.keys(each.inputs));
  writeFileSync(join(outdir, "LICENSES"), licences(inputs).join("\n\n"));
  // The parts of a page are read as they are.
  const pictures = join(outdir, "diagnostics", "pictures", "page");
  cpSync(join(dist, "diagnostics", "pictures", "page"), pictures, { recursive: true });
  cpSync(ZOOMING, join(pictures, basename(ZOOMING)));
  chmodSync(join(outdir, "cli", "main.js"), 0o755);
}
