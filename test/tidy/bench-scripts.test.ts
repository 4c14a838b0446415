// Scripts that are run by hand rot unseen: each must at least find what it imports.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type AnyNode, parse } from "acorn";
import { simple } from "acorn-walk";
import { describe, expect, test } from "vitest";
import { readExports } from "./exports-of.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const require = createRequire(join(root, "package.json"));
const scripts = readdirSync(join(root, "bench"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".mjs"))
  .map((name) => join(root, "bench", name));

interface Import {
  readonly specifier: string;
  /** Names that it takes; none where it loads the module as a whole. */
  readonly names: readonly string[];
}

/** What a script imports; throws where it is no JavaScript. */
function importsOf(path: string): readonly Import[] {
  const found: Import[] = [];
  const options = { ecmaVersion: "latest", sourceType: "module" } as const;
  simple(parse(readFileSync(path, "utf8"), options), {
    ImportDeclaration: ({ source, specifiers }) => {
      const names = specifiers.flatMap((each) =>
        each.type === "ImportSpecifier" ? [nameOf(each.imported)] : [],
      );
      found.push({ specifier: String(source.value), names });
    },
    ImportExpression: ({ source }) => {
      if (source.type === "Literal") found.push({ specifier: String(source.value), names: [] });
    },
  });
  return found;
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : String((node as { value: unknown }).value);
}

/** The source of what a script imports; undefined for packages. */
function sourceOf(specifier: string, script: string): string | undefined {
  if (specifier === "tilework") return join(root, "src/index.ts");
  const entry = /^tilework\/(.+)$/.exec(specifier)?.[1];
  if (entry !== undefined) return join(root, `src/entries/${entry}.ts`);
  if (!specifier.startsWith(".")) return undefined;
  const path = resolve(dirname(script), specifier);
  const built = relative(join(root, "dist"), path);
  return built.startsWith("..") ? path : join(root, "src", built.replace(/\.js$/, ".ts"));
}

function mistakeIn({ specifier, names }: Import, script: string): string | undefined {
  const path = sourceOf(specifier, script);
  if (path === undefined) {
    if (!specifier.startsWith("node:")) require.resolve(specifier);
    return undefined;
  }
  if (!existsSync(path)) return `${specifier} is not there`;
  const exported = readExports(path);
  const missing = names.filter((name) => !exported.has(name));
  return missing.length === 0 ? undefined : `${specifier} does not export ${missing.join()}`;
}

describe("a script of bench/", () => {
  test("is found", () => expect(scripts.length).toBeGreaterThan(20));

  test.each(scripts.map((path) => [relative(root, path), path]))(
    "%s finds what it imports",
    (_name, path) => {
      const mistakes = importsOf(path).flatMap((each) => mistakeIn(each, path) ?? []);
      expect(mistakes).toEqual([]);
    },
  );

  test("that imports what is not there is found out", () => {
    const script = join(root, "bench/none.mjs");
    const imported = (specifier: string, ...names: string[]) =>
      mistakeIn({ specifier, names }, script);
    expect(imported("../dist/system/no-such-file.js")).toMatch("is not there");
    expect(imported("../dist/base/recent.js", "Recent", "Frequent")).toBe(
      "../dist/base/recent.js does not export Frequent",
    );
    expect(imported("tilework", "LocalCluster", "Locals")).toBe("tilework does not export Locals");
    expect(imported("./side-by-side.mjs", "sideBySide")).toBeUndefined();
  });
});
