// Runs the modules named on the command line one after another in this process; prints a line of
// JSON for each: `{ file, error? }`.
import { pathToFileURL } from "node:url";
import { closeSharedCluster } from "./shared-cluster.mjs";

for (const file of process.argv.slice(2)) {
  let error;
  try {
    await import(pathToFileURL(file).href);
  } catch (thrown) {
    error = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
  process.stdout.write(`${JSON.stringify({ file, error })}\n`);
}
await closeSharedCluster();
// An example that failed half-way may have left a cluster open, which would keep this process
// alive.
process.exit();
