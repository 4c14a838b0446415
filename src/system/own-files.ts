// Files of this library that are loaded by path: scripts of threads and processes, parts of pages.
// Their paths are those in dist/bundle/, where src/bundle.mjs puts them. Modules outside of the
// package look there, too, also inside a bundled program.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ClusterError } from "../base/errors.js";

/**
 * The possible roots of the bundle, relative to this module: next to its folder in dist/, above it
 * in the bundle, and in dist/ from the source. The second is the source itself for files that need
 * no build.
 */
const ROOTS = ["../bundle/", "../", "../../dist/bundle/"];

/**
 * One of these is in each root: a program that holds this module may have folders of the same
 * names.
 */
const MARKS = ["shipping/warm-up.js", "system/own-files.ts"];

/**
 * The file at a path in the bundle, undefined when the library was not built, or is not installed.
 */
export function findOwnFile(path: string): URL | undefined {
  const roots = ROOTS.map((root) => new URL(root, import.meta.url));
  const own = roots.filter((root) => MARKS.some((mark) => isThere(new URL(mark, root))));
  return (own.length > 0 ? own : installedRoots()).map((root) => new URL(path, root)).find(isThere);
}

/**
 * The file at a path in the bundle.
 *
 * @throws ClusterError `cluster.start` when the library was not built, or is not installed next to
 * a program's bundle
 */
export function ownFile(path: string): URL {
  const found = findOwnFile(path);
  if (found !== undefined) return found;
  const expected = fileURLToPath(new URL(`../../dist/bundle/${path}`, import.meta.url));
  throw new ClusterError(
    "start",
    `${expected} is not there: run \`npm run build\` first. A bundle of your program needs tilework installed where it ` +
      "runs, for the scripts of threads and processes; without them, import tilework/array",
  );
}

function isThere(url: URL): boolean {
  return existsSync(fileURLToPath(url));
}

/** The root in the installed package, for a program into which a bundler has copied this module. */
function installedRoots(): URL[] {
  const require = createRequire(import.meta.url);
  try {
    return [new URL("dist/bundle/", pathToFileURL(require.resolve("tilework/package.json")))];
  } catch {
    return [];
  }
}
