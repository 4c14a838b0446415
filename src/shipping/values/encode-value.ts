// Values of any kind as bytes: everything that structured clone takes, and functions, classes,
// their instances, errors with all properties, modules. It is the one codec for captured variables,
// arguments and results; decode-value.ts reverses it.
//
// Values that v8 serialises itself are copied object by object. Everything else becomes parts that
// describe how to rebuild it (encoded-parts.ts).
import { types } from "node:util";
import { uncheckedFunction } from "../../base/checked-calls.js";
import { ArgumentError } from "../../base/errors.js";
import { keepAlive } from "../../base/kept-alive.js";
import { setOwn } from "../../base/own-property.js";
import { refuseFunction } from "../../functions/parse-function.js";
import type { AnyFunction, SourcePlace } from "../../functions/shipped-function.js";
import { captureFunction } from "../capture/capture-function.js";
import type { SourceParts } from "../capture/function-parts.js";
import { intrinsicPath } from "../capture/intrinsics.js";
import { usesOwnThis } from "../capture/uses-this.js";
import { isSent, isSentFrom, packagesWith, sentModules } from "../modules/sent-modules.js";
import { classIdOf } from "./class-identity.js";
import type { Bundle, NdView, Part } from "./encoded-parts.js";
import { checkInstance, refusalOf } from "./instance-classes.js";
import { isPlainData } from "./plain-data.js";
import { revivalOf } from "./revivable.js";
import { serialize } from "./serializer.js";

/** A value as bytes. */
export interface EncodedValue {
  readonly bytes: Uint8Array;
  /** The places of the sources of functions in it. */
  readonly places: readonly SourcePlace[];
  /** Whether it may be different another time, since it holds objects that may change. */
  readonly isMutable: boolean;
}

/** Kinds of bytes, by their first number. */
export const PLAIN = 0;
export const BUNDLE = 1;
export const ROWS = 2;

/** Options of {@link encodeValue}. */
export interface EncodeOptions {
  /** The value's name in errors; default: the function's own name. */
  readonly name?: string;
  /** Values of the outermost function's variables, by name. */
  readonly captured?: Readonly<Record<string, unknown>>;
  /** Whether classes are encoded without their ids, which are hashes of the result. */
  readonly withoutIds?: boolean;
  /** The number of zeros before the bytes; default: none. */
  readonly room?: number;
}

/**
 * `value` as bytes.
 *
 * @throws ArgumentError `argument.function` for values that cannot be sent (sockets, open files,
 * promises, weak collections, proxies, unregistered symbols), naming the path to it
 */
export function encodeValue(value: unknown, options: EncodeOptions = {}): EncodedValue {
  if (isPlainData(value)) {
    const isMutable = typeof value === "object" && value !== null;
    return { bytes: serialize(PLAIN, value, options.room), places: [], isMutable };
  }
  const name = options.name ?? (typeof value === "function" ? value.name : "(value)");
  const encoder = new Encoder(name, options.withoutIds === true);
  const bundle = encoder.encode(value, options.captured);
  const bytes = serialize(BUNDLE, bundle, options.room);
  keepAlive(bytes, encoder.kept);
  return {
    bytes,
    places: encoder.places,
    isMutable: encoder.isMutable,
  };
}

class Encoder {
  readonly places: SourcePlace[] = [];
  isMutable = false;
  #isFunction = false;
  /** Objects to keep alive as long as the bytes. */
  readonly kept: object[] = [];
  readonly #name: string;
  readonly #hasIds: boolean;
  readonly #bundle: Bundle = {
    root: { value: undefined },
    parts: [],
    modules: [],
    slots: [],
    collections: [],
    properties: [],
    instances: [],
  };
  readonly #copies = new Map<object, object>();
  readonly #partOf = new Map<unknown, number>();
  /** The path of names to the current value, for errors. */
  readonly #path: string[] = [];

  constructor(name: string, withoutIds: boolean) {
    this.#name = name;
    this.#hasIds = !withoutIds;
  }

  encode(value: unknown, captured: Readonly<Record<string, unknown>> | undefined): Bundle {
    this.#isFunction = typeof value === "function";
    if (typeof value === "function") {
      if (usesOwnThis(uncheckedFunction(value as AnyFunction))) {
        this.#refuse(
          "uses `this`, which does not travel: wrap it, as in (...args) => object.method(...args)",
        );
      }
      this.#functionPart(value as AnyFunction, captured);
    }
    this.#put(this.#bundle.root, "value", value);
    return this.#bundle;
  }

  #put(holder: object, key: string | number, value: unknown): void {
    const part = this.#partFor(value);
    if (part === undefined) {
      setOwn(holder, key, typeof value === "object" && value !== null ? this.#copy(value) : value);
    } else {
      setOwn(holder, key, null);
      this.#bundle.slots.push([holder, key, part]);
    }
  }

  #putAt(step: string, holder: object, key: string | number, value: unknown): void {
    this.#path.push(step);
    this.#put(holder, key, value);
    this.#path.pop();
  }

  /** The number of the part that makes `value`; undefined when it is data. */
  #partFor(value: unknown): number | undefined {
    const known = this.#partOf.get(value);
    if (known !== undefined) return known;
    if (typeof value === "function") return this.#functionPart(value as AnyFunction);
    if (typeof value === "symbol") return this.#symbolPart(value);
    if (typeof value !== "object" || value === null) return undefined;
    const path = intrinsicPath(value);
    if (path !== undefined) return this.#addPart(value, { type: "global", path });
    if (value instanceof URL) return this.#addPart(value, { type: "url", href: value.href });
    const revival = types.isProxy(value) ? undefined : revivalOf(value);
    if (revival !== undefined) {
      const { module, data, kept } = revival;
      if (kept !== undefined) this.kept.push(kept);
      return this.#addPart(value, { type: "revived", module, data });
    }
    return isNdView(value) ? this.#ndarrayPart(value) : undefined;
  }

  #addPart(value: unknown, part: Part): number {
    const index = this.#pushPart(part);
    this.#partOf.set(value, index);
    return index;
  }

  #pushPart(part: Part): number {
    if (part.type === "module") {
      const { specifier, url } = part.module;
      if (isSent(specifier) || (url !== undefined && isSent(url))) {
        this.#bundle.modules = sentModules();
      }
    }
    return this.#bundle.parts.push(part) - 1;
  }

  #symbolPart(value: symbol): number {
    const path = intrinsicPath(value);
    if (path !== undefined) return this.#addPart(value, { type: "global", path });
    const key = Symbol.keyFor(value);
    if (key === undefined) {
      this.#refuse("is a symbol, which no other process has: use Symbol.for, or a string");
    }
    return this.#addPart(value, { type: "symbol", key });
  }

  #ndarrayPart(value: NdView): number {
    const { shape, stride, offset } = value;
    const view = { data: null, shape: [...shape], stride: [...stride], offset };
    const index = this.#addPart(value, { type: "ndarray", view });
    this.isMutable = true;
    this.#putAt("data", view, "data", value.data);
    return index;
  }

  #functionPart(given: AnyFunction, captured?: Readonly<Record<string, unknown>>): number {
    const f = uncheckedFunction(given);
    const index = this.#partOf.get(f) ?? this.#bareFunctionPart(f, captured);
    if (f !== given) this.#partOf.set(given, index);
    return index;
  }

  #bareFunctionPart(f: AnyFunction, captured?: Readonly<Record<string, unknown>>): number {
    const parts = captureFunction(f, this.#describe(f.name), captured);
    if (parts.type !== "source") return this.#addPart(f, parts);
    const hasId = this.#hasIds && parts.isClass && captured === undefined;
    const encode = () => encodeValue(f, { name: this.#describe(f.name), withoutIds: true });
    return this.#sourcePart(f, parts, hasId ? classIdOf(f, encode) : undefined);
  }

  #sourcePart(f: AnyFunction, parts: SourceParts, classId: string | undefined): number {
    const own = ownProperties(f, parts.isClass);
    const prototype = parts.isClass ? undefined : ownProperties(f.prototype ?? {}, false);
    const values = parts.variables.map(() => null);
    const place = this.places.push(parts.place) - 1;
    const fromPackages = parts.imports.filter((name) => packagesWith(name) !== undefined);
    const key = packagesWith(fromPackages[0] ?? "");
    const importsSent = parts.imports.some((name) => isSentFrom(name, parts.place[0]));
    if (importsSent) this.#bundle.modules = sentModules();
    const index = this.#addPart(f, {
      type: "source",
      name: f.name,
      classId,
      source: parts.source,
      prefixLength: parts.prefixLength,
      isSloppy: parts.isSloppy,
      requireFrom: parts.usesRequire,
      importsSent,
      ...(key === undefined ? {} : { packages: [key, fromPackages] as const }),
      variables: parts.variables.map(({ name }) => name),
      values,
      own: own && {},
      prototype: prototype && {},
      place,
    });
    parts.variables.forEach(({ name, from }, i) => {
      if (from.type === "value") {
        this.#putAt(name, values, i, from.value);
      } else {
        const module = this.#pushPart({ type: "module", module: from.module });
        this.#bundle.slots.push([values, i, module]);
      }
    });
    const part = this.#bundle.parts[index] as Extract<Part, { type: "source" }>;
    if (own !== undefined || prototype !== undefined) this.isMutable = true;
    this.#putAll(own, part.own);
    this.#putAll(prototype, part.prototype);
    return index;
  }

  #putAll(from: object | undefined, into: object | undefined): void {
    for (const [key, item] of Object.entries(from ?? {})) {
      this.#putAt(key, into as object, key, item);
    }
  }

  #copy(value: object): object {
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    this.isMutable = true;
    const refusal = refusalOf(value);
    if (refusal !== undefined) this.#refuse(refusal + this.#hintAt(value));
    const instance = checkInstance(value);
    if (typeof instance === "object") this.#refuse(instance.refusal);
    const copy = this.#copyOf(value);
    if (instance !== undefined) {
      const part = instance === "withoutPrototype" ? -1 : this.#partFor(instance);
      this.#bundle.instances.push([copy, part as number]);
    }
    return copy;
  }

  #copyOf(value: object): object {
    if (Array.isArray(value)) return this.#copyEntries(value, new Array(value.length));
    if (types.isNativeError(value)) return this.#copyError(value);
    if (types.isMap(value)) return this.#copyCollection(value, new Map(), [...value].flat());
    if (types.isSet(value)) return this.#copyCollection(value, new Set(), [...value]);
    if (types.isSharedArrayBuffer(value)) {
      return this.#remember(value, new Uint8Array(new Uint8Array(value)).buffer);
    }
    const isWhole =
      ArrayBuffer.isView(value) ||
      types.isArrayBuffer(value) ||
      types.isDate(value) ||
      types.isRegExp(value) ||
      types.isBoxedPrimitive(value);
    if (!isWhole) return this.#copyEntries(value, {});
    this.#remember(value, value);
    // Strings and arrays of numbers list their elements, which v8 writes.
    const isList = ArrayBuffer.isView(value) || types.isStringObject(value);
    if (!isList) this.#copyOwn(value, value, Object.keys(value));
    return value;
  }

  /** Properties of objects that v8 writes without any. */
  #copyOwn(value: object, copy: object, keys: readonly string[]): void {
    if (keys.length === 0) return;
    const own: Record<string, unknown> = {};
    this.#bundle.properties.push([copy, own]);
    for (const key of keys) this.#putAt(key, own, key, (value as Record<string, unknown>)[key]);
  }

  #remember<T extends object>(value: object, copy: T): T {
    this.#copies.set(value, copy);
    return copy;
  }

  #copyEntries(value: object, copy: object): object {
    this.#remember(value, copy);
    for (const key of Object.keys(value)) {
      this.#putAt(key, copy, key, (value as Record<string, unknown>)[key]);
    }
    return copy;
  }

  #copyCollection(value: object, copy: object, items: readonly unknown[]): object {
    this.#remember(value, copy);
    const entries: unknown[] = new Array(items.length);
    this.#bundle.collections.push([copy, entries]);
    items.forEach((item, i) => {
      this.#putAt(`entry ${i}`, entries, i, item);
    });
    this.#copyOwn(value, copy, Object.keys(value));
    return copy;
  }

  #copyError(value: Error): object {
    const copy = this.#remember(value, new Error(value.message));
    copy.stack = String(value.stack);
    const shown = ["stack", "message"];
    const keys = Object.getOwnPropertyNames(value).filter((key) => !shown.includes(key));
    this.#copyOwn(value, copy, keys);
    return copy;
  }

  /** The hint in a refusal about private fields that were compiled for engines without them. */
  #hintAt(value: object): string {
    const isField = types.isWeakMap(value) && /^_\w+_\w+$/.test(this.#path.at(-1) ?? "");
    return isField ? " (it holds private fields: compile for ES2022 or later)" : "";
  }

  #describe(functionName: string): string {
    if (this.#path.length === 0) return this.#name;
    const own = functionName === "" ? "" : ` (${functionName})`;
    return `${this.#name || "(anonymous)"}, or rather what it captures as ${this.#path.join(".")}${own},`;
  }

  #refuse(reason: string): never {
    const path = this.#path.join(".");
    if (!this.#isFunction) {
      const text = `${this.#name} ${path === "" ? reason : `holds ${path}, which ${reason}`}`;
      throw new ArgumentError("function", text, path === "" ? {} : { path });
    }
    if (path === "") refuseFunction(this.#name, reason);
    refuseFunction(this.#name, `captures ${path}, which ${reason}`, { path });
  }
}

/**
 * Properties that were put on a function; a class recreates its static functions from its source.
 */
function ownProperties(f: object, isClass: boolean): Record<string, unknown> | undefined {
  // Of nearly all functions; to describe their own `length` and `name` takes ten times as long.
  if (Object.keys(f).length === 0) return undefined;
  const found: Record<string, unknown> = {};
  for (const [key, { value, enumerable }] of Object.entries(Object.getOwnPropertyDescriptors(f))) {
    if (enumerable && !(isClass && typeof value === "function")) setOwn(found, key, value);
  }
  return Object.keys(found).length === 0 ? undefined : found;
}

/** Views of the ndarray package have classes that it generates on demand. */
function isNdView(value: object): value is NdView {
  return (
    /^View\d+d|^View_Nil/.test(value.constructor?.name ?? "") &&
    "stride" in value &&
    "offset" in value &&
    typeof (value as { pick?: unknown }).pick === "function"
  );
}
