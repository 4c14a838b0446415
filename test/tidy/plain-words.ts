// Words and phrases that make a reader stumble, with what to write in their place. tidy.test.ts
// looks for them in comments, docstrings, messages and pages.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** What is looked for, and what to write instead. */
const BANNED: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\bwhoever\b/i, "the noun: the client, the caller, the reader"],
  [/\bnobody\b/i, "no one, or a passive: it is no longer needed"],
  [/\bsomebody\b/i, "the noun, or a passive: it is needed"],
  [/\banew\b/i, "again"],
  [/\b(is|are|was|were|been|be) told\b/i, "hears, learns, gets, is notified"],
  [/\blet(s|ting)? go of\b/i, "release, free, drop"],
  [/\bbe had\b/i, "be available, be obtained"],
  [/\bwhat stands\b/i, "the noun"],
  [/\bunless (given|said|told)\b/i, "default: …"],
  [/\b(lie|lies)\b/i, "is, are, is stored"],
  [/\b(every|any)body\b/i, "all, the noun, or a passive"],
  [/\banyhow\b/i, "anyway, or nothing"],
  [/\bin the place of\b/i, "in place of, instead of"],
  [/\bwants? no more\b/i, "is no longer needed"],
  [/\bas ever\b/i, "as usual, as before"],
  [/\bregardless of (what|who)\b/i, "the noun"],
];

/** A place with such a phrase. */
export interface Stumble {
  readonly path: string;
  readonly phrase: string;
  readonly instead: string;
}

/** Every such phrase in src (generated code left out), in docs and in the pages at the root. */
export function findStumbles(): Stumble[] {
  const sources = below("src").filter((path) => /\.(ts|mjs)$/.test(path));
  const pages = below("docs").filter(
    (path) => path.endsWith(".md") && !path.startsWith("docs/api/"),
  );
  const atRoot = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"];
  return [...sources, ...pages, ...atRoot]
    .filter((path) => !path.includes("/generated/"))
    .flatMap((path) => stumblesIn(path, readFileSync(join(root, path), "utf8")));
}

function below(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
    (path) => `${folder}/${path.replaceAll("\\", "/")}`,
  );
}

function stumblesIn(path: string, text: string): Stumble[] {
  // A sentence of a comment goes on in the next line, behind its mark.
  const sentences = text.replace(/\n\s*(\/\/|\*(?!\/)) ?/g, " ").replace(/```[\s\S]*?```/g, "");
  return BANNED.flatMap(([phrase, instead]) => {
    const found = sentences.match(phrase)?.[0];
    return found === undefined ? [] : [{ path, phrase: found, instead }];
  });
}
