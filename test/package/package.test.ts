// The package as users get it: packed, installed into an empty project, compiled against, run by
// the versions of Node that it is for, and bundled. All tests share one install. After a change of
// public names or signatures that is meant,
// `UPDATE=1 npx vitest run --config test/vitest.config.ts test/package` writes public-api.txt
// again.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundledByEsbuild, bundledByVite } from "./bundles.js";
import { NODE_VERSIONS, nodeOfVersion } from "./node-versions.js";
import { type ConsumerProject, installPackage, lend, ran } from "./packed.js";
import { publicApi } from "./public-api.js";

const require = createRequire(import.meta.url);
const mebibyte = 2 ** 20;

/** The programs of Node, which come while the package is packed. */
const nodes = new Map<string, Promise<string>>();
let project: ConsumerProject;
let installed: string;

beforeAll(async () => {
  for (const version of NODE_VERSIONS) {
    const node = nodeOfVersion(version);
    // Its own test says what went wrong.
    node.catch(() => {});
    nodes.set(version, node);
  }
  project = await installPackage();
  installed = join(project.folder, "node_modules", "tilework");
}, 600_000);

afterAll(() => project?.remove());

describe("what is packed", () => {
  test("is what users run and read", () => {
    const code = /^dist\/bundle\/[\w-]+(\/[\w-]+)*\/[\w.-]+\.js$/;
    const declarations = /^dist\/types\/(index|array|diagnostics|scheduler|sim|tilework)\.d\.ts$/;
    const paths = project.packed.files.map(({ path }) => path);
    const pages = /^(docs|examples)\/|^bench\/README\.md$/;
    const isOther = (path: string) => ![code, declarations, pages].some((each) => each.test(path));
    const others = paths.filter(isOther);
    expect(others.sort()).toEqual([
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "dist/bundle/LICENSES",
      "dist/bundle/dashboard/page/page.css",
      "dist/bundle/diagnostics/pictures/page/page.css",
      "package.json",
    ]);
    expect(paths.filter((path) => declarations.test(path))).toHaveLength(6);
  });

  test("has every file that package.json names", () => {
    const { exports, bin, main, types, sideEffects } = JSON.parse(
      readFileSync(join(installed, "package.json"), "utf8"),
    );
    const values = [Object.values(exports), bin, main, types, sideEffects];
    const named = JSON.stringify(values).match(/\.\/[^"*]+"/g);
    const missing = (named ?? [])
      .map((path) => path.slice(2, -1))
      .filter((path) => path !== "package.json")
      .filter((path) => !project.packed.files.some((file) => file.path === path));
    expect(named?.length).toBeGreaterThan(15);
    expect(missing).toEqual([]);
  });

  test("has all that the README and the pages for users link to", () => {
    const packed = new Set(project.packed.files.map(({ path }) => path));
    const isForUsers = (path: string) => /^README|^docs\/(?!internals).*\.md$/.test(path);
    const links = [...packed].filter(isForUsers).flatMap((page) => {
      const text = readFileSync(join(installed, page), "utf8");
      const found = text.matchAll(/\]\((?!https?:|#)([^)#]+)/g);
      return Array.from(found, ([, link]) => posix.join(posix.dirname(page), link as string));
    });
    // Pictures are for those who read the pages online.
    const isElsewhere = (link: string) => /^(src|test)\/|^docs\/how-to\/pictures\//.test(link);
    const missing = links.filter((link) => !packed.has(link) && !isElsewhere(link));
    expect(links.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  test("is small: no source maps, no tree of declarations, half a mebibyte of pages", () => {
    // With the code of 38 packages that are not installed beside it.
    expect(project.packed.size).toBeLessThan(1.75 * mebibyte);
    expect(project.packed.unpackedSize).toBeLessThan(7 * mebibyte);
  });
});

describe("an install", () => {
  test("brings no renderer, and nothing that is in the bundle anyway but graphology", () => {
    const packages = packagesIn(join(project.folder, "node_modules"));
    expect(packages.length).toBeLessThan(45);
    expect(packages.filter((name) => /resvg|arimo/.test(name))).toEqual([]);
    const licences = readFileSync(join(installed, "dist/bundle/LICENSES"), "utf8");
    const bundled = licences.split(/\n\n\n?(?=[@\w/-]+\n\n)/).map((text) => text.split("\n")[0]);
    expect(bundled).toContain("svg-pan-zoom");
    expect(bundled.filter((name) => packages.includes(name as string))).toEqual(["graphology"]);
  });

  test("has a command", async () => {
    const command = join(project.folder, "node_modules", ".bin", "tilework");
    expect(await ran(command, ["--version"], project.folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

test("a program compiles under strict without skipLibCheck, and infers the right types", async () => {
  lend(project.folder, "expect-type", "@types/node");
  const compilerOptions = {
    target: "ES2022",
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    declaration: true,
    outDir: "compiled",
    types: ["node"],
  };
  expect(await compiled("typescript", "types.ts", compilerOptions)).toBe("");
  const declared = readFileSync(join(project.folder, "compiled/types.d.ts"), "utf8");
  expect(declared).toContain('export declare const corner: ChunkedArray<"float64", 1>;');
  expect(declared).not.toMatch(/dist\/types|: any\b/);
});

test("a program compiles where Node's types are not installed, by TypeScript 7, too", async () => {
  const program =
    'import { ones } from "tilework";\nexport const total = ones([2]).sum().compute();\n';
  writeFileSync(join(project.folder, "bare.ts"), program);
  const compilerOptions = { target: "ES2022", module: "NodeNext", strict: true, types: [] };
  const noEmit = true;
  expect(await compiled("typescript-native", "bare.ts", { ...compilerOptions, noEmit })).toBe("");
});

test("declarations have docstrings, and names without suffixes", () => {
  const text = readFileSync(join(installed, "dist/types/tilework.d.ts"), "utf8");
  const documented = /@example [^\n]*\n(?: \*[^\n]*\n)* \*\/\nexport declare function (\w+)/g;
  expect([...text.matchAll(documented)].map(([, name]) => name)).toContain("concatenate");
  expect(text.match(/^.* class Event\b.*$/gm)).toEqual(["export declare class Event {"]);
  const names = text.replace(/\/\*[\s\S]*?\*\//g, "").match(/\b[A-Za-z]\w*_\d+\b/g);
  expect(names).toBeNull();
});

test("docstrings link to what is declared", () => {
  const text = readFileSync(join(installed, "dist/types/tilework.d.ts"), "utf8");
  const declarations =
    /^ *(?:export |declare |abstract )+(?:class|function|const|interface|type|namespace) (\w+)/gm;
  const declared = [...text.matchAll(declarations)].map(([, name]) => name);
  const links = [...text.matchAll(/\{@link (\w+)/g)].map(([, name]) => name);
  expect(links.length).toBeGreaterThan(200);
  expect([...new Set(links)].filter((name) => !declared.includes(name))).toEqual([]);
});

test("public names and signatures are those of public-api.txt", () => {
  const path = new URL("public-api.txt", import.meta.url);
  const found = publicApi(installed);
  if (process.env.UPDATE === "1") writeFileSync(path, found);
  const known = readFileSync(path, "utf8");
  expect(
    found.split("\n"),
    "public-api.txt is old: the head of this file says how to write it",
  ).toEqual(known.split("\n"));
});

test.concurrent.each(NODE_VERSIONS)("a program runs on Node %s", async (version) => {
  const node = (await nodes.get(version)) as string;
  const said = JSON.parse(await ran(node, ["program.mjs"], project.folder));
  expect(said).toEqual({
    node: expect.stringContaining(`v${version}.`.replace(/(\.0)\.$/, "$1")),
    mean: expect.closeTo(1, 2),
    same: true,
    submitted: 42,
    mapped: [1, 4, 9],
    lengths: [1, 2],
    called: 3,
    simulated: "no error",
    tasks: 5,
    scheduler: 0,
  });
});

describe("bundled", () => {
  test("arrays alone run where nothing is installed", async () => {
    const alone = join(project.folder, "..", "alone");
    mkdirSync(alone);
    const parts = await bundledByEsbuild(project.folder, "alone", alone);
    expect(parts).toContain("node:fs");
    expect(parts.filter((path) => /zeromq|koffi|worker_threads|child_process/.test(path))).toEqual(
      [],
    );
    await bundledByVite(project.folder, "alone", alone);
    for (const file of ["alone-esbuild.mjs", "alone-vite.mjs"]) {
      const said = JSON.parse(await ran(process.execPath, [file], alone));
      expect(said).toEqual({ mean: expect.closeTo(1, 2), std: expect.closeTo(0.289, 2) });
    }
    const inThread =
      'import { Worker } from "node:worker_threads"; new Worker("./alone-esbuild.mjs");';
    writeFileSync(join(alone, "in-thread.mjs"), inThread);
    expect(await ran(process.execPath, ["in-thread.mjs"], alone)).toContain('"mean":');
  });

  test("everything but native packages runs beside them", async () => {
    const out = join(project.folder, "bundled");
    await bundledByEsbuild(project.folder, "whole", out);
    await bundledByVite(project.folder, "whole", out);
    for (const file of ["whole-esbuild.mjs", "whole-vite.mjs"]) {
      const said = JSON.parse(await ran(process.execPath, [file], out));
      expect(said.onThreads).toBeCloseTo(1, 2);
      expect(said.onProcesses).toBe(said.onThreads);
      expect(said.others).toEqual(["predict", "simulate", "SchedulerCore"]);
    }
  });
});

/** The names of the packages in a folder of them. */
function packagesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !name.startsWith("."));
  return names.flatMap((name) =>
    name.startsWith("@") && statSync(join(folder, name)).isDirectory()
      ? readdirSync(join(folder, name)).map((part) => `${name}/${part}`)
      : [name],
  );
}

/** What the compiler of a package says of a file of the project. */
function compiled(
  compiler: "typescript" | "typescript-native",
  file: string,
  compilerOptions: object,
): Promise<string> {
  const config = JSON.stringify({ compilerOptions, files: [file] });
  writeFileSync(join(project.folder, "tsconfig.json"), config);
  const program = join(dirname(require.resolve(`${compiler}/package.json`)), "bin", "tsc");
  return ran(process.execPath, [program, "-p", "."], project.folder).catch(
    (error: { stdout?: string }) => error.stdout ?? String(error),
  );
}
