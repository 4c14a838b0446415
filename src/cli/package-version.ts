// The version of this package.
import { createRequire } from "node:module";

/** As package.json says. */
export function packageVersion(): string {
  // By name, since the build and the bundle are at different depths.
  const load = createRequire(import.meta.url);
  return (load("tilework/package.json") as { version: string }).version;
}
