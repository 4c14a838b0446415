// The versions of Node that the package runs on: the oldest that package.json allows, and the
// newest of each major with long-term support. npm has them as packages, of which each platform's
// holds nothing but the program. They are kept below node_modules, since one has 190 MB.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ran } from "./packed.js";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const cache = join(root, "node_modules", ".cache", "tilework-node-versions");

/** What npm calls Node for this machine. */
const PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** Versions as npm's tags and ranges name them. */
export const NODE_VERSIONS = ["20.19.0", "22", "24"] as const;

/** The program of a version, which npm brings where it is not there yet. */
export async function nodeOfVersion(version: string): Promise<string> {
  const folder = join(cache, version);
  const name = process.platform === "win32" ? "node.exe" : "node";
  const program = join(folder, "node_modules", PACKAGE, "bin", name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", `${PACKAGE}@${version}`];
  await ran("npm", args, folder);
  return program;
}
