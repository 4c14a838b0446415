// Style that a test enforces: the house plan's import rules, purity, no circles of imports, sizes,
// and nothing left behind. The rules themselves are tidy/rooms.ts, how they are read
// tidy/import-law.ts.
import { describe, expect, test } from "vitest";
import {
  circlesOfRooms,
  foldersWithoutLine,
  houseRoomOf,
  idleLines,
  mayImportFile,
  roomOf,
  typeCircles,
  valueCircles,
} from "./tidy/import-law.js";
import { findDeadLinks, findDeadPaths } from "./tidy/page-paths.js";
import { findStumbles } from "./tidy/plain-words.js";
import {
  FUNCTION_LINES_MAX,
  IMPURE_NAMES,
  LINES_MAX,
  MAY_AWAIT,
  MAY_IMPORT,
  NAMES_OF_SEVERAL,
  OUT_OF_SIGHT,
  PURE_FILES,
  PURE_ROOMS,
  SOLE_IMPORTERS,
} from "./tidy/rooms.js";
import {
  COLUMNS_MAX,
  findLongMessages,
  findLongSentences,
  findWideComments,
  findWideLines,
  WORDS_MAX,
} from "./tidy/sentences.js";
import { readRepositoryPaths, readSourceTree, type SourceFile } from "./tidy/source-tree.js";

const files = readSourceTree();
const isLocal = (target: string) => target.endsWith(".ts");

describe("rooms", () => {
  test("every file is in a room of the house plan", () => {
    const strays = files.filter(
      ({ path }) => path !== "index.ts" && !(houseRoomOf(path) in MAY_IMPORT),
    );
    expect(strays.map((file) => file.path)).toEqual([]);
  });

  test("every folder of a room with sub-rooms is one of them", () => {
    expect(foldersWithoutLine(files)).toEqual([]);
  });

  test("every line of the house plan is of a room that is there", () => {
    expect(idleLines(files)).toEqual([]);
  });

  test("rooms import only what the house plan allows", () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter((each) => isLocal(each.target) && !mayImportFile(file.path, each))
        .map(({ target }) => `${file.path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("what decides is not given what it could change", () => {
    const broken = files.flatMap((file) =>
      file.imports
        .filter(({ target }) => OUT_OF_SIGHT[roomOf(file.path)]?.includes(target))
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

  test("the array entry leads to no sockets", () => {
    const reached = reachable("entries/array.ts");
    expect(reached).toContain("runtime/nodes/serial-executor.ts");
    expect(reached).not.toContain("zeromq");
  });
});

describe("circles", () => {
  test("no rooms may import each other in a circle", () => {
    expect(circlesOfRooms()).toEqual([]);
  });

  test("no file imports itself through others", () => {
    expect(valueCircles(files)).toEqual([]);
  });

  test("type circles: no file imports itself through others by its types, either", () => {
    expect(typeCircles(files)).toEqual([]);
  });
});

describe("purity", () => {
  const isPure = (path: string) =>
    PURE_ROOMS.includes(houseRoomOf(path)) || PURE_FILES.includes(path);

  test("pure rooms and files know no I/O, clock or chance", () => {
    const broken = files
      .filter((file) => isPure(file.path))
      .flatMap((file) => impurities(file).map((what) => `${file.path} uses ${what}`));
    expect(broken).toEqual([]);
  });

  test("pure files of other rooms import only what is pure", () => {
    const broken = PURE_FILES.flatMap((path) =>
      valueImports(path)
        .filter((target) => isLocal(target) && !isPure(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("every pure file is there", () => {
    const gone = PURE_FILES.filter((path) => !files.some((file) => file.path === path));
    expect(gone).toEqual([]);
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

describe("plain English", () => {
  test("no sentence has a phrase that readers stumble over", () => {
    const found = findStumbles().map(
      ({ path, phrase, instead }) => `${path}: "${phrase}" → ${instead}`,
    );
    expect(found).toEqual([]);
  });

  test(`no sentence of a page for users has more than ${WORDS_MAX} words`, () => {
    expect(findLongSentences()).toEqual([]);
  });

  test(`no sentence of an error has more than ${WORDS_MAX} words`, () => {
    expect(findLongMessages()).toEqual([]);
  });
});

describe("pages", () => {
  test(`no line of running text has more than ${COLUMNS_MAX} characters`, () => {
    expect(findWideLines()).toEqual([]);
  });

  test(`no line of a comment has more than ${COLUMNS_MAX} characters`, () => {
    expect(findWideComments()).toEqual([]);
  });
});

describe("nothing left behind", () => {
  test("every file says first what lives in it", () => {
    const silent = files.filter((file) => !/^(#!.*\n)?\/[/*]/.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });

  test("no leftovers", () => {
    const leftover = /\b(TODO|FIXME|XXX|HACK)\b/;
    const unchecked = /@ts-ignore|@ts-expect-error|\bdeclare function\b/;
    const found = files.filter(
      ({ text, isAssembly }) => leftover.test(text) || (!isAssembly && unchecked.test(text)),
    );
    expect(found.map((file) => file.path)).toEqual([]);
  });

  test("comments mention files that are there", () => {
    const paths = readRepositoryPaths();
    const gone = files.flatMap(({ path, mentions }) =>
      mentions
        .filter(
          (mention) => !paths.some((known) => known.endsWith(`/${mention}`) || known === mention),
        )
        .map((mention) => `${path} mentions ${mention}`),
    );
    expect(gone).toEqual([]);
  });

  test("pages mention files and folders that are there", () => {
    expect(findDeadPaths()).toEqual([]);
  });

  test("links of pages lead to files that are there", () => {
    expect(findDeadLinks()).toEqual([]);
  });

  test("a file name stands once, but for the families in the list", () => {
    const names = files.map(({ path }) => path.split("/").at(-1) as string);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    expect([...new Set(twice)].sort()).toEqual(NAMES_OF_SEVERAL);
  });
});

function impurities(file: SourceFile): string[] {
  const mayAwait = MAY_AWAIT.includes(houseRoomOf(file.path)) || MAY_AWAIT.includes(file.path);
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
