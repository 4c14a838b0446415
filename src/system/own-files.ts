// The files of this library that are loaded by their place: scripts of threads and processes, parts of pages. Their
// paths are those in dist/bundle/, where src/bundle.mjs puts them; modules that run from elsewhere look for them there.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClusterError } from "../base/errors.js";

/**
 * Where the root of the bundle may be, seen from this module: beside its folder in dist/, above it in the bundle, and in
 * dist/ from the source. The second is the source itself for files that need no build.
 */
const ROOTS = ["../bundle/", "../", "../../dist/bundle/"];

/** The file at a path in the bundle, undefined when the library was not built. */
export function findOwnFile(path: string): URL | undefined {
  return ROOTS.map((root) => new URL(`${root}${path}`, import.meta.url)).find((url) =>
    existsSync(fileURLToPath(url)),
  );
}

/**
 * The file at a path in the bundle.
 *
 * @throws ClusterError `cluster.start` when the library was not built
 */
export function ownFile(path: string): URL {
  const found = findOwnFile(path);
  if (found !== undefined) return found;
  const expected = fileURLToPath(new URL(`../../dist/bundle/${path}`, import.meta.url));
  throw new ClusterError("start", `${expected} is not there: run \`npm run build\` first`);
}
