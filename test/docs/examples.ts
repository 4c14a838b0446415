// Finds the examples in README.md, docs/ and docstrings, and turns each into a module that checks
// itself: a line `expression; // → value` compares, everything else must only not throw.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** An example and where it stands. */
export interface Example {
  /** File and line, for the test's name. */
  readonly place: string;
  readonly code: string;
}

/** The examples of Markdown files: every block fenced as `ts`. */
export function markdownExamples(): Example[] {
  const pages = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api/"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort();
  return ["README.md", ...pages].flatMap((path) => examplesIn(path, /^()```ts\n([\s\S]*?)^```/gm));
}

/** The examples of docstrings: what follows `@example`, up to the next tag. */
export function docstringExamples(): Example[] {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !path.includes("/assembly/"));
  return files
    .sort()
    .flatMap((path) => examplesIn(path, /^([ \t]*\* )@example(.*\n(?:[ \t]*\*(?!\/| @).*\n)*)/gm))
    .map(({ place, code }) => ({ place, code: code.replace(/^[ \t]*\* ?/gm, "").trim() }));
}

function examplesIn(path: string, form: RegExp): Example[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(form)].map((match) => ({
    place: `${path}:${text.slice(0, match.index).split("\n").length}`,
    code: match[2] ?? "",
  }));
}

/**
 * The import that an example of a docstring leaves out: of what `tilework` exports, the names that
 * it uses. Those of pages carry all of theirs.
 */
export function importOfUsedNames({ code, place }: Example, exported: readonly string[]): string {
  if (!place.startsWith("src/") || /from "tilework"/.test(code)) return "";
  const used = exported.filter((name) => new RegExp(`(?<![.\\w$])${name}(?![\\w$])`).test(code));
  const names = used.filter((name) => !isDeclared(name, code));
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "tilework";\n`;
}

/** Whether the code declares the name, by itself or in a pattern, or imports it. */
function isDeclared(name: string, code: string): boolean {
  const declared = `(const|let|class|function) (${name}\\b|[[{][^=;()\n]*\\b${name}\\b[^=;()\n]*=)`;
  return new RegExp(`${declared}|import \\{[^}]*\\b${name}\\b[^}]*\\}`).test(code);
}

const START =
  /^const (cluster|local) = await LocalCluster\.start\((\{[^;]*?\})\);(?=[\s\S]*\nawait \1\.close\(\);\s*(?![\s\S]))/m;
/** What others would notice, or what shows the traces of others. */
const APART =
  /\b(adapt|listActors|observe|reportWorkerExit|restart|retireWorkers|scale|shutdownCluster)\(|record:/;

/**
 * The options, as text, of the cluster that the example starts first, closes last, and may share
 * with others; undefined if it needs its own, or none.
 */
export function sharedCluster({ code }: Example): string | undefined {
  const [, name, options] = START.exec(code) ?? [];
  // What is done to another cluster does not show in the shared one.
  return name === "cluster" && APART.test(code) ? undefined : options;
}

/** The code, with the shared cluster in place of its own. */
function onShared(code: string): string {
  const end = /\nawait \w+\.close\(\);\s*$/;
  return code.replace(START, "const $1 = await __sharedCluster($2);").replace(end, "\n");
}

/** The example as an ECMAScript module that throws when a checked line is wrong. */
export function exampleModule(example: Example, exported: readonly string[]): string {
  const isShared = sharedCluster(example) !== undefined;
  const code = isShared ? onShared(example.code) : example.code;
  const checked = code
    .replace(/^(const|let) (\w+) = (.+);[ \t]*\/\/ → (.+)$/gm, "$1 $2 = $3;\n__check($2, `$4`);")
    .replace(/^(?!__check)([^\s/].*);[ \t]*\/\/ → (.+)$/gm, "__check($1, `$2`);");
  const source =
    `import { check as __check } from "../../test/docs/check.mjs";\n` +
    `${isShared ? `import { sharedCluster as __sharedCluster } from "../../test/docs/shared-cluster.mjs";\n` : ""}` +
    importOfUsedNames({ ...example, code: checked }, exported) +
    checked;
  return transformSync(source, { loader: "ts", target: "es2022" }).code;
}
