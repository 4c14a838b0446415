// Style that a test enforces: the house plan's import rules, purity, no value-import cycles, sizes,
// and nothing left behind. The rules themselves are tidy/rooms.ts.
import { describe, expect, test } from "vitest";
import {
  FUNCTION_LINES_MAX,
  IMPURE_NAMES,
  LINES_MAX,
  MAY_AWAIT,
  MAY_IMPORT,
  PURE_ROOMS,
  SOLE_IMPORTERS,
} from "./tidy/rooms.js";
import { readSourceTree, type SourceFile } from "./tidy/source-tree.js";

const files = readSourceTree();
const roomOf = (path: string) =>
  path.includes("/") ? path.slice(0, path.indexOf("/")) : path.replace(/\.ts$/, "");
const isLocal = (target: string) => target.endsWith(".ts");

describe("rooms", () => {
  test("every file is in a room of the house plan", () => {
    const strays = files.filter((file) => file.room !== "index" && !(file.room in MAY_IMPORT));
    expect(strays.map((file) => file.path)).toEqual([]);
  });

  test("rooms import only what the house plan allows", () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter(({ target }) => isLocal(target) && file.room !== "index")
        .filter(({ target }) => !mayImport(file.room, roomOf(target)))
        .map(({ target }) => `${file.path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("packages with one home are imported there alone", () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter(({ target, typeOnly }) => !typeOnly && target in SOLE_IMPORTERS)
        .filter(({ target }) => SOLE_IMPORTERS[target] !== file.path)
        .map(({ target }) => `${file.path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("no file imports itself through others", () => {
    expect(findCycle(files)).toBeUndefined();
  });

  test("the array entry loads no native addon", () => {
    const native = [...reachable("array/index.ts")].filter((target) => target in SOLE_IMPORTERS);
    expect(native).toEqual([]);
  });
});

describe("purity", () => {
  test("pure rooms know no I/O, clock or chance", () => {
    const broken = files
      .filter((file) => PURE_ROOMS.includes(file.room))
      .flatMap((file) => impurities(file).map((what) => `${file.path} uses ${what}`));
    expect(broken).toEqual([]);
  });
});

describe("sizes", () => {
  test(`no file is longer than ${LINES_MAX} lines`, () => {
    const long = files.filter((file) => file.lineCount > LINES_MAX);
    expect(long.map((file) => `${file.path}: ${file.lineCount}`)).toEqual([]);
  });

  test(`no function is longer than ${FUNCTION_LINES_MAX} lines`, () => {
    const long = files.flatMap((file) =>
      file.functions
        .filter(({ lineCount }) => lineCount > FUNCTION_LINES_MAX)
        .map(({ name, lineCount }) => `${file.path} ${name}: ${lineCount}`),
    );
    expect(long).toEqual([]);
  });
});

describe("nothing left behind", () => {
  test("every file says first what lives in it", () => {
    const silent = files.filter((file) => !/^(#!.*\n)?\/[/*]/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });

  test("no leftovers", () => {
    const leftover = /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-expect-error|\bdeclare function\b/;
    const found = files.filter((file) => leftover.test(file.text));
    expect(found.map((file) => file.path)).toEqual([]);
  });
});

function mayImport(from: string, to: string): boolean {
  return from === to || (MAY_IMPORT[from]?.includes(to) ?? false);
}

function impurities(file: SourceFile): string[] {
  const mayAwait = MAY_AWAIT.includes(file.room) || MAY_AWAIT.includes(file.path);
  return [
    ...file.imports.map(({ target }) => target).filter((target) => target.startsWith("node:")),
    ...IMPURE_NAMES.filter((name) => file.names.has(name)),
    ...(file.names.has("Math.random") ? ["Math.random"] : []),
    ...(file.names.has("await") && !mayAwait ? ["await"] : []),
  ];
}

function valueImports(path: string): string[] {
  const file = files.find((candidate) => candidate.path === path);
  return (file?.imports ?? []).filter(({ typeOnly }) => !typeOnly).map(({ target }) => target);
}

function reachable(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const target of valueImports(path)) reachable(target, seen);
  return seen;
}

function findCycle(all: readonly SourceFile[]): string[] | undefined {
  const done = new Set<string>();
  const walk = (path: string, above: readonly string[]): string[] | undefined => {
    if (above.includes(path)) return [...above.slice(above.indexOf(path)), path];
    if (done.has(path)) return undefined;
    done.add(path);
    for (const target of valueImports(path)) {
      const cycle = isLocal(target) ? walk(target, [...above, path]) : undefined;
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  for (const file of all) {
    const cycle = walk(file.path, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
