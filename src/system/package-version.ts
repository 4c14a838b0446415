// The version of this package.
import { createRequire } from "node:module";

/** As package.json says; `unknown` where a bundle has no package.json. */
export function packageVersion(): string {
  // By name, since the build and the bundle are at different depths.
  const load = createRequire(import.meta.url);
  try {
    return (load("tilework/package.json") as { version: string }).version;
  } catch {
    return "unknown";
  }
}
