// What docstrings of functions on arrays say of dtypes, chunks, tasks and refused dtypes is what
// comes out. How the lines `@chunks` are written is docs/internals/architecture.md.
import { describe, expect, test } from "vitest";
import { CALLS, given } from "./array-calls.js";
import { type PublicExport, publicExports } from "./exports.js";
import { type Facts, factLine, factsOf, TRIED } from "./facts.js";

const all = publicExports();
const functions = new Map(all.map((each) => [each.name, each]));
const facts = new Map([...CALLS].map(([name, call]) => [name, factsOf(call)]));
const names = [...CALLS.keys()];
const said = (name: string, tag: string) => functions.get(name)?.tags.get(tag) ?? "";

test("every function with a line of chunks is called", () => {
  const called = new Set(names.map((name) => functions.get(name)?.place));
  // Those of files are held to theirs by test/io/tasks.test.ts.
  const described = all.filter(({ tags, path }) => tags.has("chunks") && !path.includes("/io/"));
  expect(described.filter(({ place }) => !called.has(place)).map(({ name }) => name)).toEqual([]);
});

test("chunks, tasks and dtypes are those of the table", async () => {
  const lines = [...facts].map(([name, each]) => `${name}: ${factLine(each)}\n`);
  await expect(lines.join("")).toMatchFileSnapshot("../fixtures/docs/array-facts.txt");
});

describe("a docstring says the truth of", () => {
  test.each(names)("chunks and tasks: %s", (name) => {
    const text = said(name, "chunks");
    const fact = facts.get(name) as Facts;
    if (/^those of (`x`|both, aligned|all operands, aligned);/.test(text)) {
      const { x, samples, square, masked } = given("float64");
      const some = [x, samples, square, masked].map(({ chunks }) => chunks);
      for (const chunks of fact.chunks) expect(some, text).toContainEqual(chunks);
    }
    checkTasks(text, fact);
  });

  test.each(names)("dtypes: %s", (name) => {
    const text = said(name, "returns");
    const { dtypes } = facts.get(name) as Facts;
    const rule = DTYPE_RULES.find(([pattern]) => pattern.test(text))?.[1];
    if (rule === undefined) return;
    for (const [from, to] of dtypes) {
      for (const dtype of to ?? []) expect(rule(from, text), `${from}: ${text}`).toContain(dtype);
    }
  });

  test.each(names)("refused dtypes: %s", (name) => {
    const { dtypes } = facts.get(name) as Facts;
    const refused = TRIED.filter((dtype) => dtypes.get(dtype) === undefined);
    if (refused.length > 0 && name !== "view") expect(refusedBy(name)).toEqual(refused);
    else expect(refusedBy(name)).toEqual([]);
  });
});

const NUMBERS = ["no", "one", "two", "three", "four", "five"];

/** Holds the number of tasks per block that a line names to the facts. */
function checkTasks(text: string, { tasks, blocks, givenBlocks }: Facts): void {
  if (/no tasks$/.test(text)) expect(tasks, text).toBe(0);
  const [, about, word = "", of, rest = ""] = TASKS_PER_BLOCK.exec(text) ?? [];
  const perBlock = NUMBERS.indexOf(word);
  if (perBlock < 0 || /^ (that|where|of|for)/.test(rest)) return;
  const wanted = perBlock * (of === undefined ? blocks : givenBlocks);
  if (rest.startsWith(", none")) expect(tasks, text).toBeLessThanOrEqual(wanted);
  else if (about === undefined && of === undefined && !/^,? (and|which)/.test(rest)) {
    expect(tasks, text).toBe(wanted);
  } else {
    // A tree above blocks has fewer tasks than they are; so has the rechunk before.
    expect(tasks, text).toBeGreaterThanOrEqual(about === undefined ? wanted : wanted / 2);
    expect(tasks, text).toBeLessThanOrEqual(2 * wanted + 2);
  }
}

const TASKS_PER_BLOCK =
  /(some |about )?(\w+) tasks? per block(?:( of `x1?`| of each array)| of each| of the result)?(.*)$/;

const isFloating = (dtype: string) => /^(float|complex)/.test(dtype);
const realOf = (dtype: string) =>
  dtype.replace("complex64", "float32").replace("complex128", "float64");
const floatOf = (dtype: string) => (/^(float32|complex64)$/.test(dtype) ? "float32" : "float64");
const complexOf = (dtype: string) => (floatOf(dtype) === "float32" ? "complex64" : "complex128");

/** What `@returns` may begin with, and which dtypes may come out then. */
const DTYPE_RULES: readonly [RegExp, (from: string, text: string) => string[]][] = [
  [/^(bool|a bool)\b/, () => ["bool"]],
  [/^int64[^(]*$/, () => ["int64"]],
  [/^float64 (arrays|without)/, () => ["float64"]],
  [/^float32 for float32 and complex64, float64/, (from) => [floatOf(from)]],
  [
    /^float32 for float32, complex64, booleans/,
    (from) => [/^(bool|uint8)$/.test(from) ? "float32" : floatOf(from)],
  ],
  [/^float32 for float32, float64/, (from) => [floatOf(from)]],
  [/^complex64 for float32 and complex64/, (from) => [complexOf(from)]],
  [/^floating-point/, () => ["float32", "float64", "complex64", "complex128", "bool"]],
  [
    /^(the dtype of `x`|shape and dtype of `x`|dtype and shape of `x`|the promoted dtype)/,
    (from, text) => {
      const dtype = /of complex numbers that of their parts/.test(text) ? realOf(from) : from;
      if (/float64 for integers and booleans/.test(text) && !isFloating(dtype)) return ["float64"];
      if (/booleans and integers float32/.test(text) && !isFloating(dtype)) {
        return [dtype === "int32" ? "float64" : "float32"];
      }
      if (dtype === "bool" && /int8 for booleans/.test(text)) return ["int8"];
      if (dtype === "bool" && /float32 for booleans/.test(text)) return ["float32"];
      // A whole number beside booleans makes them int32; masks are booleans.
      return [dtype, "bool", ...(from === "bool" ? ["int32"] : [])];
    },
  ],
];

/**
 * The tried dtypes that `@throws` says are refused; that of another function where it points there.
 */
function refusedBy(name: string): string[] {
  const text = said(name, "throws");
  const kinds = [...text.matchAll(/`argument\.dtype` ([^`]*)/g)].map((match) => match[1]).join(" ");
  const isRefused: Record<string, boolean> = {
    float64: /floating-point|all but integers/.test(kinds),
    int32: /\bintegers\b(?!,)/.test(kinds) && !/all but integers/.test(kinds),
    bool: /booleans|all but integers/.test(kinds),
    complex64: /complex numbers|all but integers/.test(kinds),
  };
  const kindOf = { float32: "float64", uint8: "int32" } as Record<string, string>;
  const own = TRIED.filter((dtype) => isRefused[kindOf[dtype] ?? dtype] === true);
  const others = [...text.matchAll(/as (?:\{@link (\w+)\}|`(\w+)`)(?: and \{@link (\w+)\})?/g)];
  const pointed = others.flatMap(([, ...links]) => links.filter((link) => link !== undefined));
  const further = pointed.flatMap((link) => refusedBy(nameNear(name, link)));
  return TRIED.filter((dtype) => own.includes(dtype) || further.includes(dtype));
}

/** The export that `link` means in the docstring of `name`: one of the same namespace first. */
function nameNear(name: string, link: string): string {
  const near = name.replace(/[^.]*$/, link);
  const here: PublicExport | undefined = functions.get(near) ?? functions.get(link);
  if (here === undefined) throw new Error(`${name} points to ${link}, which is no export`);
  return here.name;
}
