// Where the script of executor threads is: beside this file when built; threads cannot run
// TypeScript, so that from source the built one is taken.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClusterError } from "../base/errors.js";

/**
 * The built script of executor threads.
 *
 * @throws ClusterError `cluster.start` when it was not built.
 */
export function threadEntry(): URL {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = new URL(
    isSource ? "../../dist/runtime/thread-main.js" : "./thread-main.js",
    import.meta.url,
  );
  if (!existsSync(fileURLToPath(entry))) {
    throw new ClusterError(
      "start",
      `executor threads run ${fileURLToPath(entry)}, which is not there: run \`npm run build\` first`,
    );
  }
  return entry;
}
