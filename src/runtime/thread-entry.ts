// Where the scripts of threads are: beside this file when built; threads cannot run
// TypeScript, so that from source the built one is taken.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClusterError } from "../base/errors.js";

/**
 * A built script of threads.
 *
 * @throws ClusterError `cluster.start` when it was not built.
 */
export function threadEntry(script: "thread-main" | "actor-thread-main" = "thread-main"): URL {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = new URL(
    isSource ? `../../dist/bundle/runtime/${script}.js` : `../runtime/${script}.js`,
    import.meta.url,
  );
  if (!existsSync(fileURLToPath(entry))) {
    throw new ClusterError(
      "start",
      `threads run ${fileURLToPath(entry)}, which is not there: run \`npm run build\` first`,
    );
  }
  return entry;
}
