// The paths that pages mention, and whether something is there. Pages are Markdown: docs/, READMEs
// of rooms, and those at the root. A path is what looks like one between backticks: a source file
// (`step.ts`, `tasks/order.ts`), a folder of a room in its README (`tasks/`), or anything below
// src, test, bench, docs and examples.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readRepositoryPaths } from "./source-tree.js";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

const SOURCE_FILE = /^(?:[\w.-]+\/)*[\w.-]+\.ts$/;
const BELOW_ROOT = /^(?:src|test|bench|docs|examples)\/[\w./-]*$/;
const FOLDER = /^(?:[\w.-]+\/)+$/;

/** What is made by building, and is not there in a fresh clone. */
const BUILT = /(^|\/)(generated|docs\/api)(\/|$)/;

/** Paths that pages mention without something being there: `page mentions path`. */
export function findDeadPaths(): string[] {
  const paths = readRepositoryPaths();
  const isFile = (path: string) => paths.some((each) => each === path || each.endsWith(`/${path}`));
  return pages(paths).flatMap((page) =>
    mentionsOf(page)
      .filter((path) => !BUILT.test(path))
      .filter((path) => {
        if (BELOW_ROOT.test(path)) return !existsSync(join(root, path));
        if (SOURCE_FILE.test(path)) return !isFile(path);
        return isRoom(page) && FOLDER.test(path) && !isFile(path.slice(0, -1));
      })
      .map((path) => `${page} mentions ${path}`),
  );
}

/** Links of pages to files that are not there: `page links path`. */
export function findDeadLinks(): string[] {
  return pages(readRepositoryPaths()).flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)#\s:]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => join(dirname(page), target as string))
      .filter((path) => !BUILT.test(path) && !existsSync(join(root, path)))
      .map((path) => `${page} links ${path}`),
  );
}

function pages(paths: readonly string[]): string[] {
  const below = paths.filter((path) => path.endsWith(".md") && !BUILT.test(path));
  return [...below, "README.md", "CONTRIBUTING.md"];
}

/** The page of a room, which shows its folders. */
function isRoom(page: string): boolean {
  return page.startsWith("src/");
}

function mentionsOf(page: string): string[] {
  return [...textOf(page).matchAll(/`([^`\n]+)`/g)].map(([, text]) => text as string);
}

/** The page without its blocks of code. */
function textOf(page: string): string {
  return readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
}
