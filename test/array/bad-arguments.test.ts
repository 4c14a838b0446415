// Every function on arrays, with every kind of wrong argument in place of each of its arguments: an
// error of ours is thrown at the call, with words of its own.
import { describe, expect, it } from "vitest";
import * as t from "../../src/array/index.js";
import { TileworkError } from "../../src/base/errors.js";
import { ALLOWED, CALLS, OPTION_NAMES, RIGHT, WRONG } from "./bad-arguments.js";

interface Call {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly options: readonly string[];
}

const calls = CALLS.trim()
  .split("\n")
  .flatMap((line): Call[] => {
    const [, names = "", inner = ""] = /^(.*?): \((.*)\)$/.exec(line) ?? [];
    const options = /\{(.*)\}/.exec(inner)?.[1]?.split(", ") ?? [];
    const kinds = inner
      .replace(/,?\s*\{.*\}/, "")
      .split(", ")
      .filter(Boolean);
    return names.split(" ").map((name) => ({ name, kinds, options }));
  });

type Verb = (...args: unknown[]) => unknown;

function verbOf(name: string): Verb {
  const found = name
    .split(".")
    .reduce<unknown>((space, part) => (space as Record<string, unknown>)[part], t);
  return found as Verb;
}

const optionOf = ({ name }: Call, kind: string) =>
  name.startsWith("fft.") && kind === "axes" ? "axes" : (OPTION_NAMES[kind] ?? kind);

function right(kind: string): unknown {
  const make = RIGHT[kind];
  if (make === undefined) throw new Error(`no right argument of kind ${kind}`);
  return make();
}

function rightArguments(call: Call): unknown[] {
  const options = call.options.map((kind) => [optionOf(call, kind), right(kind)] as const);
  const given = call.kinds.map(right);
  return options.length === 0 ? given : [...given, Object.fromEntries(options)];
}

const text = (value: unknown) =>
  typeof value === "function" || typeof value === "number" || value === undefined
    ? String(value)
    : JSON.stringify(value);

/** Each wrong argument in its place, and what it is. */
function* wrongCalls(call: Call): Generator<{ readonly what: string; readonly args: unknown[] }> {
  for (const [i, kind] of call.kinds.entries()) {
    for (const wrong of WRONG[kind] ?? []) {
      const args = rightArguments(call);
      args[i] = wrong;
      yield { what: `${call.name} ${kind} ${text(wrong)}`, args };
    }
  }
  for (const kind of call.options) {
    for (const wrong of WRONG[kind] ?? []) {
      // An option that is undefined or null is one that is not given.
      if (wrong === undefined || wrong === null) continue;
      const args = rightArguments(call);
      args.push({ ...(args.pop() as object), [optionOf(call, kind)]: wrong });
      yield { what: `${call.name} { ${kind}: ${text(wrong)} }`, args };
    }
  }
}

/** What a call threw; undefined if nothing. Calls that give promises throw by them. */
async function thrownBy(f: Verb, args: readonly unknown[]): Promise<unknown> {
  try {
    const result = f(...args);
    if (result instanceof Promise) await result;
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("functions on arrays", () => {
  it.each(calls.map((call) => [call.name, call] as const))("%s", async (name, call) => {
    const f = verbOf(name);
    expect(await thrownBy(f, rightArguments(call))).toBeUndefined();
    const found: string[] = [];
    for (const { what, args } of wrongCalls(call)) {
      if (ALLOWED.has(what)) continue;
      const error = await thrownBy(f, args);
      if (error === undefined) found.push(`${what}: nothing was thrown`);
      else if (!(error instanceof TileworkError)) found.push(`${what}: ${String(error)}`);
      else if (error.message.length < 20) found.push(`${what}: ${error.message} says too little`);
    }
    expect(found).toEqual([]);
  });

  it("are all here", () => {
    const elsewhere =
      "arrayNamespaceInfo blocksInOrder compute computeChunkSizes defaultRng explain normal persist random " +
      "isTileworkError release rng slice visualize withLabels ma.isMaskedArray";
    const known = new Set([...calls.map(({ name }) => name), ...elsewhere.split(" ")]);
    const verbs = (space: object, prefix = "") =>
      Object.entries(space).flatMap(([name, value]) =>
        typeof value === "function" && /^[a-z]/.test(name) ? [prefix + name] : [],
      );
    const spaces = { "fft.": t.fft, "linalg.": t.linalg, "ma.": t.ma, "stats.": t.stats };
    const names = [
      ...verbs(t),
      ...Object.entries(spaces).flatMap(([prefix, space]) => verbs(space, prefix)),
    ];
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});
