// Calls of public functions, checked before they are made: no argument too many, no option that
// there is not. The arguments of a function are described by a signature, which src/signatures.mjs
// reads off its types when the library is built. Calls of functions inside the library go without
// the check; methods carry it wherever they are called.
import { checkAwaited, type PromiseTraps, promiseTraps, trapped } from "./awaited.js";
import { fromCall, stackAbove, takeCallSite } from "./error-text.js";
import { ArgumentError } from "./errors.js";
import { shown } from "./format-value.js";
import { checkKnown } from "./option-schema.js";
import { whyWithout } from "./option-words.js";
import { isThenable } from "./thenable.js";

type AnyFunction = (this: unknown, ...given: never[]) => unknown;

/** The parameters of a function, for the checks of its calls. */
export interface Signature {
  /**
   * The names of its parameters: the last one may begin with `...`. Those that take no object end
   * in `!`. After a colon come the kinds of values that it takes, as {@link KINDS} lists them.
   */
  readonly parameters: string;
  /**
   * By position, the names of the options that an object there may have. Where they begin with `?`,
   * the argument may be something else.
   */
  readonly options?: Readonly<Record<number, string>>;
  /** Whether it returns a promise, which is rejected instead of throwing. */
  readonly isAsync?: boolean;
  /** What the value of that promise has, as {@link promiseTraps} takes it. */
  readonly promised?: string;
}

/** Signatures by the names of functions. */
export type Signatures = Readonly<Record<string, Signature>>;

interface OptionsParameter {
  readonly position: number;
  readonly known: readonly string[];
  readonly isAlways: boolean;
}

/** Kinds of values by their letters, in words. A list may be anything that is iterable. */
const KINDS = {
  s: "a text",
  n: "a number",
  i: "a BigInt",
  b: "true or false",
  l: "a list",
  f: "a function",
  o: "an object",
  u: "undefined",
} as const;

/** Functions that wait for promises that they are given. */
const TAKE_PROMISES = new Set(["progress"]);

/** Checks the arguments of calls of one function. */
class CallCheck {
  private readonly name: string;
  private readonly parameters: readonly string[];
  /** By position, the kinds of values that are taken; undefined for all. */
  private readonly kinds: readonly (string | undefined)[];
  private readonly mostArguments: number;
  private readonly options: readonly OptionsParameter[];
  /** Positions of arguments that are no objects. */
  private readonly plain: readonly number[];

  constructor(name: string, { parameters, options = {} }: Signature) {
    const listed = parameters === "" ? [] : parameters.split(" ");
    this.name = name;
    const parted = listed.map((each) => each.replace("!", "").split(":"));
    this.parameters = parted.map(([parameter = ""]) => parameter);
    this.kinds = parted.map(([, kinds]) => kinds);
    this.mostArguments = parameters.includes("...") ? Number.POSITIVE_INFINITY : listed.length;
    this.plain = listed.flatMap((each, position) => (each.endsWith("!") ? [position] : []));
    this.options = Object.entries(options).map(([position, names]) => ({
      position: Number(position),
      known: names.replace("?", "").split(" "),
      isAlways: !names.startsWith("?"),
    }));
  }

  /**
   * The arguments, without those that Array.prototype.map and its like add; throws for those that
   * are wrong.
   */
  checked(given: readonly unknown[]): readonly unknown[] {
    if (given.length > this.mostArguments) {
      if (isOfCallback(given)) return this.checked(given.slice(0, 1));
      if (given.slice(this.mostArguments).some((value) => value !== undefined)) {
        throw this.surplus(given);
      }
    }
    if (!TAKE_PROMISES.has(this.name)) {
      for (let i = 0; i < given.length; i++) checkAwaited(this.name, i, given[i]);
    }
    for (const parameter of this.options) this.checkOptions(parameter, given[parameter.position]);
    for (const position of this.plain) {
      if (isPlainObject(given[position])) throw this.misplaced(position, given[position]);
    }
    return given;
  }

  /**
   * What a call has failed with: a mistake in its arguments, where one is of a kind that is not
   * taken and this led to a TypeError.
   */
  explained(error: unknown, given: readonly unknown[]): unknown {
    if (!(error instanceof TypeError)) return error;
    const position = this.kinds.findIndex((kinds, i) => !isOfKind(given[i], kinds));
    if (position < 0) return error;
    const [value, kinds = ""] = [given[position], this.kinds[position]];
    const words = [...kinds].filter((kind) => kind !== "u").map((kind) => KINDS[kind as "o"]);
    const isMissing = value === undefined;
    return new ArgumentError(
      words.join() === KINDS.f ? "function" : "value",
      isMissing
        ? `${this.name} needs argument ${position + 1}, ${this.parameters[position]}: write ${this.call()}`
        : `argument ${position + 1} of ${this.name} is ${shownShortly(value)}: expected ${words.join(" or ")}, as in ${this.call()}`,
      { given: value, reason: error.message },
    );
  }

  private checkOptions({ position, known, isAlways }: OptionsParameter, value: unknown): void {
    if (value === undefined || value === null) return;
    if (isPlainObject(value)) {
      this.checkPositional(value as object, known);
      checkKnown(this.name, known, value as object, (name) => known.includes(name));
      return;
    }
    if (!isAlways) return;
    const lengths = /^(shape|size)$/.test(this.parameters[position - 1] ?? "");
    const list = lengths && typeof value === "number" ? ", and a shape as one list" : "";
    throw new ArgumentError(
      "value",
      `argument ${position + 1} of ${this.name} is ${shownShortly(value)}: expected its options in an object${list}, as in ${this.call()}`,
      { given: value, options: known },
    );
  }

  /** Refuses an option that is an argument of its own here. */
  private checkPositional(options: object, known: readonly string[]): void {
    for (const name of Object.keys(options)) {
      const position = this.parameters.indexOf(name);
      if (position < 0 || known.includes(name)) continue;
      throw new ArgumentError(
        "value",
        `${name} is argument ${position + 1} of ${this.name}, and no option: write ${this.call()}`,
        { [name]: (options as Record<string, unknown>)[name] },
      );
    }
  }

  private surplus(given: readonly unknown[]): ArgumentError {
    const most = this.mostArguments;
    const takes = most === 0 ? "no arguments" : most === 1 ? "1 argument" : `${most} arguments`;
    const last = given.at(-1);
    const why = isPlainObject(last) ? whyWithout(Object.keys(last as object)[0] ?? "") : undefined;
    return new ArgumentError(
      "value",
      `${this.name} takes ${takes}, got ${given.length}, the last ${shownShortly(last)}${why === undefined ? "" : ` (${why})`}: write ${this.call()}`,
      { given: given.length, expected: most },
    );
  }

  private misplaced(position: number, value: unknown): ArgumentError {
    const name = this.parameters[position];
    return new ArgumentError(
      name === "axis" ? "axis" : "value",
      `${name} of ${this.name} is the object ${shownShortly(value)}: write ${this.call()}`,
      { [name as string]: value },
    );
  }

  /** How it is called. */
  private call(): string {
    const names = this.parameters.map((name, position) => {
      const found = this.options.find((each) => each.position === position);
      if (found === undefined || !found.isAlways) return name;
      const { known } = found;
      return known.length > 4
        ? `{ ${known.slice(0, 3).join(", ")}, … }`
        : `{ ${known.join(", ")} }`;
    });
    return `${this.name}(${names.join(", ")})`;
  }
}

/** Whether it is written by braces, and not made by a class. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a value is of one of the {@link KINDS}. */
function isOfKind(value: unknown, kinds: string | undefined): boolean {
  if (kinds === undefined) return true;
  if (value === undefined || value === null) return kinds.includes("u");
  const has = (...letters: (keyof typeof KINDS)[]) => letters.some((each) => kinds.includes(each));
  switch (typeof value) {
    case "string":
      return has("s");
    case "number":
      return has("n");
    case "bigint":
      return has("i");
    case "boolean":
      return has("b");
    case "function":
      return has("f", "o");
    default:
      return has("o") || (has("l") && Symbol.iterator in (value as object));
  }
}

/** Whether a list calls back: with an element, its position and the list. */
function isOfCallback(given: readonly unknown[]): boolean {
  const [element, position, list] = given;
  return given.length === 3 && Array.isArray(list) && list[position as number] === element;
}

function shownShortly(value: unknown): string {
  if (typeof value === "function") return `the function ${value.name || "given"}`;
  if (typeof value !== "object" || value === null) return shown(value);
  if (isPlainObject(value) || Array.isArray(value)) {
    const text = shown(value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
  }
  return `a ${value.constructor.name.replace(/^_/, "")}`;
}

const unchecked = new WeakMap<object, AnyFunction>();

/**
 * The function behind one that is checked; the very function else. Functions are sent without the
 * checks around them.
 */
export function uncheckedFunction<F extends object>(f: F): F {
  return (unchecked.get(f) as F | undefined) ?? f;
}

/** `f`, which refuses arguments and options that `signature` does not have. */
export function checkedFunction<F>(name: string, f: F, signature: Signature): F {
  // Made by the first call: most functions are never called.
  let check: CallCheck | undefined;
  let traps: PromiseTraps | undefined;
  const { isAsync = false, promised } = signature;
  const checked = function (this: unknown, ...given: unknown[]): unknown {
    check ??= new CallCheck(name, signature);
    let taken: readonly unknown[];
    try {
      taken = check.checked(given);
    } catch (error) {
      if (!isAsync) throw fromCall(error, checked);
      return Promise.reject(fromCall(error, checked));
    }
    let result: unknown;
    takeCallSite();
    try {
      result = Reflect.apply(f as AnyFunction, this, taken);
    } catch (error) {
      throw fromCall(check.explained(error, taken), checked);
    }
    // Futures know where they were submitted, and are awaited by the thousand.
    if (!(result instanceof Promise) || isThenable(this)) return result;
    const explain = (error: unknown) => check?.explained(error, taken) ?? error;
    // A stack takes as long to note as a pass over a small graph.
    const site = takeCallSite() ?? stackAbove(checked);
    const settled = rejectedFrom(site, result, explain);
    if (promised === undefined) return settled;
    traps ??= promiseTraps(`${name}(…)`, promised);
    return trapped(settled, traps);
  };
  const { length } = f as AnyFunction;
  unchecked.set(checked, f as AnyFunction);
  Object.defineProperties(checked, { name: { value: name }, length: { value: length } });
  return checked as F;
}

/** The promise of a call, whose errors show where the call was made. */
function rejectedFrom(
  site: { stack?: string },
  result: Promise<unknown>,
  explain: (error: unknown) => unknown,
): Promise<unknown> {
  return result.catch(function settled(error: unknown) {
    throw fromCall(explain(error), settled, site);
  });
}

/** The exports of a module, with checked functions. */
export function checkedNamespace<N extends object>(namespace: N, signatures: Signatures): N {
  const entries = Object.entries(namespace).map(([name, value]) => {
    const signature = signatures[name];
    return [name, signature === undefined ? value : checkedFunction(name, value, signature)];
  });
  return Object.freeze(Object.fromEntries(entries)) as N;
}

/**
 * Makes the methods of a class reject arguments and options that their signatures do not have, in
 * place.
 *
 * @param of what messages put before their names
 */
export function checkMethods(owner: object, signatures: Signatures, of = ""): void {
  for (const [name, signature] of Object.entries(signatures)) {
    const holder = holderOf(owner, name);
    const found = holder && Object.getOwnPropertyDescriptor(holder, name);
    if (holder === undefined || typeof found?.value !== "function" || done.has(found.value))
      continue;
    const value = checkedFunction(of + name, found.value, signature);
    done.add(value);
    Object.defineProperty(holder, name, { ...found, value });
  }
}

/** Methods that are checked already: classes share those that they inherit. */
const done = new WeakSet<object>();

/** The object of the chain of prototypes that has the method itself. */
function holderOf(owner: object, name: string): object | undefined {
  for (let at: object | null = owner; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name))
      return at === Object.prototype || at === Function.prototype ? undefined : at;
  }
  return undefined;
}
