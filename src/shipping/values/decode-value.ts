// Values from the bytes of encode-value.ts. Functions are rebuilt in an order in which each finds
// its variables; mutually dependent ones get them afterwards.
import ndarray from "ndarray";
import { defined } from "../../base/assert.js";
import { ProtocolError } from "../../base/errors.js";
import { setOwn } from "../../base/own-property.js";
import type { AnyFunction, SourcePlace } from "../../functions/shipped-function.js";
import { noteParts } from "../capture/capture-function.js";
import type { CapturedVariable } from "../capture/function-parts.js";
import { intrinsicAt } from "../capture/intrinsics.js";
import {
  importModule,
  isLoaded,
  loadedExport,
  registerModuleFile,
} from "../modules/load-modules.js";
import { writeModules } from "../modules/sent-modules.js";
import { type BuiltSource, buildSource } from "./build-source.js";
import { classWithId, noteClass } from "./class-identity.js";
import { BUNDLE, PLAIN, ROWS } from "./encode-value.js";
import type { Bundle, Part, SourcePart } from "./encoded-parts.js";
import { type RowColumns, recordsOfColumns } from "./packed-rows.js";
import { deserialize } from "./serializer.js";

/** The input of {@link decodeValue}. */
export interface EncodedBytes {
  readonly bytes: Uint8Array;
  readonly places: readonly SourcePlace[];
}

/**
 * The value again.
 *
 * @throws ProtocolError for bytes that are none, ArgumentError `argument.function` when a module is
 * missing here. A module that takes time to load is only found after {@link prepareValue}
 */
export function decodeValue(encoded: EncodedBytes): unknown {
  return decodeLive(encoded).value;
}

/** A value that was decoded. */
export interface LiveValue {
  readonly value: unknown;
  /** Whether it contains objects that live elsewhere, which should not be kept without need. */
  readonly holdsRevived: boolean;
}

/** The same as {@link decodeValue}, and whether it can be kept. */
export function decodeLive({ bytes, places }: EncodedBytes): LiveValue {
  const { bundle, value } = open(bytes);
  if (bundle === undefined) return { value, holdsRevived: false };
  const holdsRevived = bundle.parts.some(({ type }) => type === "revived");
  return { value: new Decoder(bundle, places).decode(), holdsRevived };
}

/** Imports the modules that the value uses; undefined where none is missing. */
export function prepareValue({ bytes }: EncodedBytes): Promise<void> | undefined {
  const { bundle } = open(bytes);
  return bundle === undefined ? undefined : importMissing(bundle);
}

/**
 * The value; a promise of it where modules that it uses have to be imported. Errors as
 * {@link decodeValue}.
 */
export function decodeWhenReady({ bytes, places }: EncodedBytes): unknown {
  const { bundle, value } = open(bytes);
  if (bundle === undefined) return value;
  const decode = () => new Decoder(bundle, places).decode();
  return importMissing(bundle)?.then(decode) ?? decode();
}

/** Unpacks the bytes: data, or a bundle, whose modules are first made importable. */
function open(bytes: Uint8Array): { readonly bundle?: Bundle; readonly value?: unknown } {
  const { kind, value } = deserialize(bytes);
  if (kind === PLAIN) return { value };
  if (kind === ROWS) return { value: recordsOfColumns(value as RowColumns) };
  if (kind !== BUNDLE) throw new ProtocolError(`no kind of value has number ${kind}`);
  takeModules(value as Bundle);
  return { bundle: value as Bundle };
}

function importMissing({ parts }: Bundle): Promise<void> | undefined {
  const missing = parts.flatMap((part) =>
    (part.type === "module" || part.type === "revived") && !isLoaded(part.module)
      ? [part.module]
      : [],
  );
  if (missing.length === 0) return undefined;
  return Promise.all(missing.map(importModule)).then(() => undefined);
}

function takeModules({ modules }: Bundle): void {
  if (modules.length === 0) return;
  for (const [specifier, url] of writeModules(modules)) registerModuleFile(specifier, url);
}

class Decoder {
  readonly #bundle: Bundle;
  readonly #places: readonly SourcePlace[];
  /** Decoded parts, by number. */
  readonly #made = new Map<number, unknown>();
  readonly #underWay = new Set<number>();
  /** Parts that were here already. */
  readonly #found = new Set<number>();
  readonly #waiting: { readonly part: SourcePart; readonly built: BuiltSource }[] = [];
  /** Parts in a list of variables, by the list and position. */
  readonly #variableParts = new Map<object, Map<string | number, number>>();

  constructor(bundle: Bundle, places: readonly SourcePlace[]) {
    this.#bundle = bundle;
    this.#places = places;
    for (const [holder, key, part] of bundle.slots) {
      const keys = this.#variableParts.get(holder) ?? new Map<string | number, number>();
      keys.set(key, part);
      this.#variableParts.set(holder, keys);
    }
  }

  decode(): unknown {
    const { parts, slots, collections, properties, instances, root } = this.#bundle;
    parts.forEach((part, i) => {
      if (part.type === "ndarray") this.#ndarrayOf(i);
    });
    parts.forEach((_, i) => {
      this.#make(i);
    });
    for (const [holder, key, part] of slots) {
      setOwn(holder, key, this.#made.get(part));
    }
    for (const { part, built } of this.#waiting) built.setVariables(part.values);
    for (const [target, entries] of collections) fill(target, entries);
    for (const [target, own] of properties) addProperties(target, own);
    for (const [target, part] of instances) {
      const prototype = part < 0 ? null : (this.#made.get(part) as { prototype: object }).prototype;
      Object.setPrototypeOf(target, prototype);
    }
    parts.forEach((part, i) => {
      if (part.type !== "source" || this.#found.has(i)) return;
      const made = this.#made.get(i) as object;
      addOwn(made, part);
      this.#note(made, part);
    });
    return root.value;
  }

  /**
   * A function from elsewhere may be sent on from here: its variables cannot be looked up again.
   */
  #note(made: object, part: SourcePart): void {
    const parts = this.#variableParts.get(part.values);
    const variables = part.variables.map((name, i): CapturedVariable => {
      const of = this.#bundle.parts[parts?.get(i) ?? -1];
      if (of?.type === "module") return { name, from: { type: "module", module: of.module } };
      return { name, from: { type: "value", value: part.values[i] } };
    });
    const { source, prefixLength, isSloppy, requireFrom: usesRequire } = part;
    const isClass = /^class\b/.test(Function.prototype.toString.call(made));
    const place = this.#places[part.place] ?? ["", 0, 0];
    const text = { source, prefixLength, isSloppy, isClass, usesRequire, imports: [], place };
    noteParts(made, { type: "source", ...text, variables });
  }

  #make(index: number): unknown {
    if (this.#made.has(index)) return this.#made.get(index);
    const part = defined(this.#bundle.parts[index], "part of a value");
    const made = part.type === "source" ? this.#build(part, index) : simplePart(part);
    this.#made.set(index, made);
    return made;
  }

  #build(part: SourcePart, index: number): unknown {
    const { classId } = part;
    const known = classId === undefined ? undefined : classWithId(classId);
    if (known !== undefined) {
      this.#found.add(index);
      return known;
    }
    this.#underWay.add(index);
    const parts = this.#variableParts.get(part.values);
    let isComplete = true;
    const values = part.values.map((value, i) => {
      const needed = parts?.get(i);
      if (needed === undefined) return value;
      if (!this.#underWay.has(needed)) return this.#make(needed);
      isComplete = false;
      return undefined;
    });
    const place = this.#places[part.place] ?? ["", 0, 0];
    const built = buildSource(part, values, place);
    if (!isComplete) this.#waiting.push({ part, built });
    this.#underWay.delete(index);
    if (classId !== undefined) noteClass(built.value as AnyFunction, classId);
    return built.value;
  }

  /** The view, around data that may be a part itself. */
  #ndarrayOf(index: number): void {
    const part = this.#bundle.parts[index] as Extract<Part, { type: "ndarray" }>;
    const { data, shape, stride, offset } = part.view;
    const array = ndarray(data as number[], [...shape], [...stride], offset);
    this.#made.set(index, array);
  }
}

function simplePart(part: Exclude<Part, SourcePart>): unknown {
  switch (part.type) {
    case "global":
      return intrinsicAt(part.path);
    case "symbol":
      return Symbol.for(part.key);
    case "module":
      return loadedExport(part.module);
    case "revived":
      return (loadedExport(part.module) as (data: unknown) => unknown)(part.data);
    case "url":
      return new URL(part.href);
    case "ndarray":
      throw new ProtocolError("an ndarray was not made with the others");
  }
}

function fill(target: object, entries: readonly unknown[]): void {
  if (target instanceof Set) for (const item of entries) target.add(item);
  if (!(target instanceof Map)) return;
  for (let i = 0; i < entries.length; i += 2) target.set(entries[i], entries[i + 1]);
}

/** An error's own properties, which do not show when it is listed. */
function addProperties(target: object, own: Record<string, unknown>): void {
  const hidden = ["name", "cause", "errors"];
  for (const [key, value] of Object.entries(own)) {
    const enumerable = !hidden.includes(key);
    Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
  }
}

function addOwn(made: object, { own, prototype }: SourcePart): void {
  if (own !== undefined) Object.assign(made, own);
  if (prototype !== undefined) Object.assign((made as { prototype: object }).prototype, prototype);
}
