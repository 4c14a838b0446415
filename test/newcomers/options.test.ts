// Options and arguments that there are not: each public function of the built library refuses them,
// and names what was probably meant. What a function takes is read off its types, as the build
// does.
import { describe, expect, it } from "vitest";
import type * as Tilework from "../../src/index.js";
// @ts-expect-error The build's own script has no types.
import { namesOf, signaturesOf } from "../../src/signatures.mjs";

interface Signature {
  readonly parameters: string;
  readonly options?: Readonly<Record<number, string>>;
  readonly isAsync?: boolean;
}
type Signatures = Readonly<Record<string, Signature>>;
interface Found {
  readonly functions: Signatures;
  readonly namespaces: Readonly<Record<string, Signatures>>;
  readonly classes: Readonly<Record<string, { methods: Signatures; statics: Signatures }>>;
  readonly others: readonly string[];
}

const BUNDLE = new URL("../../dist/bundle/", import.meta.url);
const DIST = new URL("../../dist/", import.meta.url);
const load = (entry: string) => import(new URL(`${entry}/index.js`, BUNDLE).href);
const tw: typeof Tilework = await load("main");
const arrayEntry: object = await load("array");
const [main, array] = signaturesOf(
  ["index.d.ts", "entries/array.d.ts"].map((file) => new URL(file, DIST).pathname),
) as Found[];

/** A class by its name, as `ma.MaskedArray` where it is in a namespace. */
function classAt(exported: object, path: string): { readonly prototype: object } {
  const at = path.split(".").reduce((from: object, name) => from[name as keyof object], exported);
  return at as { readonly prototype: object };
}

/** Functions of the language that classes inherit. */
const INHERITED = /^(Actor|Argument|Cluster|Graph|Invariant|Protocol|Task|Tilework)?Error\./;

interface PublicCall {
  readonly name: string;
  readonly signature: Signature;
  readonly call: (...given: unknown[]) => unknown;
}

function publicCalls(found: Found, exported: Readonly<Record<string, unknown>>): PublicCall[] {
  const calls: PublicCall[] = [];
  const add = (prefix: string, holder: unknown, signatures: Signatures) => {
    for (const [name, signature] of Object.entries(signatures)) {
      const f = (holder as Record<string, unknown>)[name];
      if (typeof f !== "function" || INHERITED.test(prefix + name)) continue;
      const call = (...given: unknown[]) => Reflect.apply(f, {}, given);
      calls.push({ name: prefix + name, signature, call });
    }
  };
  add("", exported, found.functions);
  for (const [name, each] of Object.entries(found.namespaces))
    add(`${name}.`, exported[name], each);
  for (const [name, { methods, statics }] of Object.entries(found.classes)) {
    const made = classAt(exported, name);
    add(`${name}.prototype.`, made.prototype, methods);
    add(`${name}.`, made, statics);
  }
  return calls;
}

async function mistakeOf(call: () => unknown): Promise<{ code?: string; message?: string }> {
  try {
    await call();
  } catch (error) {
    return error as { code: string; message: string };
  }
  return {};
}

const calls = publicCalls(main as Found, tw as never);

describe("each public function", () => {
  it("is checked, all of both entries", () => {
    expect(calls.length).toBeGreaterThan(750);
    expect(publicCalls(array as Found, arrayEntry as never).length).toBeGreaterThan(600);
    // Those are public for handles and streams alone, which find them by their names on workers.
    const forWorkers = ["actorHandle", "streamSink"];
    expect(new Set(Object.keys(tw))).toEqual(new Set([...namesOf(main), ...forWorkers]));
    expect(new Set(Object.keys(arrayEntry))).toEqual(namesOf(array));
  });

  it("refuses a surplus argument", async () => {
    const heard: string[] = [];
    for (const { name, signature, call } of calls) {
      // A function of the root that takes nothing stays itself: classes that travel find it by its
      // name.
      if (signature.parameters === "" && !name.includes(".")) continue;
      if (signature.parameters.includes("...")) continue;
      const most = signature.parameters === "" ? 0 : signature.parameters.split(" ").length;
      const given = [...Array.from({ length: most }, () => undefined), "surplus"];
      const { code, message = "" } = await mistakeOf(() => call(...given));
      if (code === "argument.value" && message.includes(`got ${most + 1}`)) continue;
      heard.push(`${name}: ${message}`);
    }
    expect(heard).toEqual([]);
  });

  it("refuses an option that there is not", async () => {
    const heard: string[] = [];
    let tried = 0;
    for (const { name, signature, call } of calls) {
      for (const position of Object.keys(signature.options ?? {}).map(Number)) {
        const given: unknown[] = Array.from({ length: position }, () => undefined);
        given[position] = { definitelyNotAnOption: 1 };
        const { code, message = "" } = await mistakeOf(() => call(...given));
        tried++;
        if (code === "argument.value" && message.includes("definitelyNotAnOption")) continue;
        heard.push(`${name}: ${message}`);
      }
    }
    expect(heard).toEqual([]);
    expect(tried).toBeGreaterThan(300);
  });
});

describe("each function of the library", () => {
  it.each([
    ["nothing", []],
    ["a number", [5]],
    ["null", [null]],
  ])("says what it takes in place of %s", async (_what, given) => {
    const heard: string[] = [];
    for (const { name, call } of calls.filter(({ name }) => !name.includes("."))) {
      const mistake = await mistakeOf(() => call(...given));
      if (mistake instanceof TypeError) heard.push(`${name}: ${mistake.message}`);
    }
    expect(heard).toEqual([]);
  });
});

describe("what new users write", () => {
  const x = tw.ones([4]);
  // Typed as programs without types are.
  const untyped = (f: unknown) => f as (...given: unknown[]) => unknown;
  const words = tw.fromSequence(["a", "b", "b", "c", "c", "c"]);

  it.each<[string, () => unknown, string]>([
    [
      "std with ddof",
      () => x.std(null, { ddof: 1 } as never),
      "ddof of std (did you mean correction?)",
    ],
    [
      "ddof of a function without a correction",
      () => x.mean(null, { ddof: 1 } as never),
      "there is no option ddof of mean: expected dtype, keepdims, splitEvery",
    ],
    [
      "the option of another reduction",
      () => x.std(null, { dtype: "float32" } as never),
      "there is no option dtype of std: expected keepdims, splitEvery, correction",
    ],
    ["keepDims", () => x.mean(0, { keepDims: true } as never), "did you mean keepdims?"],
    ["keep_dims", () => x.sum(0, { keep_dims: true } as never), "did you mean keepdims?"],
    ["order", () => tw.reshape(x, [2, 2], { order: "F" } as never), "elements are in C order"],
    ["chunk", () => tw.random([2], { chunk: 2 } as never), "did you mean chunks?"],
    [
      "lengths one by one",
      () => untyped(tw.random)(4, 4),
      "a shape as one list, as in random(shape",
    ],
    [
      "partitions",
      () => tw.fromSequence([1], { partitions: 2 } as never),
      "did you mean npartitions?",
    ],
    ["sep", () => tw.readCsv("x.csv", { sep: ";" } as never), "did you mean delimiter?"],
    ["blocksize", () => tw.readText("x", { blocksize: 1 } as never), "did you mean blockBytes?"],
    ["descend", () => x.sort({ descend: true } as never), "did you mean descending?"],
    ["type", () => tw.zeros([2], { type: "int8" } as never), "did you mean dtype?"],
    ["dtyp", () => x.mapBlocks((b) => b, { dtyp: "int8" } as never), "did you mean dtype?"],
    ["interpolation", () => tw.percentile(x, 5, 0, { interpolation: "low" } as never), "method?"],
    ["by", () => words.topk(3, { by: (w: string) => w } as never), "did you mean key?"],
    ["axes", () => tw.diff(x, { axes: 0 } as never), "did you mean axis?"],
    [
      "axis as an option",
      () => untyped(tw.stack)([x, x], { axis: 1 }),
      "write stack(arrays, axis)",
    ],
    ["out", () => untyped(tw.add)(x, 1, { out: x }), "arrays never change"],
    ["a generator's chunk", () => tw.rng.normal(0, 1, [3], { chunk: 3 } as never), "chunks?"],
    ["an option of delayed", () => tw.delayed(() => 1, { foo: 1 } as never), "no option foo"],
    ["nWorkers", () => tw.LocalCluster.start({ nWorkers: 2 } as never), "did you mean workers?"],
    ["timeout", () => tw.Client.connect("tcp://a:1", { timeout: 3 } as never), "timeoutMs?"],
    [
      "a port alone",
      () => untyped(tw.Client.connect)(8786),
      "Client.connect is 8786: expected a text",
    ],
    [
      "no path",
      () => untyped(tw.readCsv)(),
      "readCsv needs argument 1, paths: write readCsv(paths",
    ],
    ["no file", () => untyped(x.toNpy).call(x), "toNpy needs argument 1, path: write toNpy(path"],
    ["a number of rows", () => untyped(tw.fromRecords)(5), "fromRecords is 5: expected a list"],
    ["no operand", () => untyped(x.add).call(x), "an operand is undefined"],
  ])("is refused with the right word: %s", async (_, call, hint) => {
    const { code, message } = await mistakeOf(call);
    expect(message).toContain(hint);
    expect(code).toMatch(/^argument\.(value|axis)$/);
  });

  it("is heard where it is Dask's: the key of topk", async () => {
    const frequent = await words
      .frequencies()
      .topk(2, (pair) => pair[1])
      .compute();
    expect(frequent).toEqual([
      ["c", 3],
      ["b", 2],
    ]);
    const lengths = tw.fromSequence(["a", "b", "ccc"]).distinct((word) => word.length);
    expect(await lengths.compute()).toEqual(["a", "ccc"]);
  });

  it("works where lists call back", async () => {
    const roots = [tw.ones([1]), tw.zeros([1])].map(tw.sqrt);
    expect(await Promise.all(roots.map((root) => root.sum().compute()))).toEqual([1, 0]);
    const reading = Promise.all(["there-is-no.csv"].map(tw.readCsv as never));
    await expect(reading).rejects.toThrow("there is no file there-is-no.csv");
  });
});
