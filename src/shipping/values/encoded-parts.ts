// The form of values that v8 cannot serialise by itself (functions, classes, instances of them,
// symbols, modules), next to those that it can. Written by encode-value.ts, read by
// decode-value.ts.
import type { ModuleReference } from "../modules/module-reference.js";
import type { SentModule } from "../modules/sent-modules.js";

/** A part is rebuilt before the values that contain it. */
export type Part =
  | { readonly type: "global"; readonly path: string }
  | { readonly type: "symbol"; readonly key: string }
  | { readonly type: "module"; readonly module: ModuleReference }
  | { readonly type: "url"; readonly href: string }
  | { readonly type: "ndarray"; readonly view: NdView }
  | RevivedPart
  | SourcePart;

/** Something that an exported function makes from plain data. */
export interface RevivedPart {
  readonly type: "revived";
  readonly module: ModuleReference;
  readonly data: unknown;
}

/** The fields of an ndarray. */
export interface NdView {
  readonly data: unknown;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
}

/** A function or class by its source. */
export interface SourcePart {
  readonly type: "source";
  readonly name: string;
  /** Of a class: the id by which an existing copy is found. */
  readonly classId: string | undefined;
  readonly source: string;
  readonly prefixLength: number;
  readonly isSloppy: boolean;
  /** URL of the script whose `require` the function uses. */
  readonly requireFrom: string | undefined;
  /** Whether it loads modules that are sent along by `import()`. */
  readonly importsSent: boolean;
  /** The list of packages that the program brings, and the specifiers that mean one of them. */
  readonly packages?: readonly [key: string, specifiers: readonly string[]];
  readonly variables: readonly string[];
  /** One for each variable. */
  readonly values: unknown[];
  /** Properties that were put on the function, and on its prototype. */
  readonly own: Record<string, unknown> | undefined;
  readonly prototype: Record<string, unknown> | undefined;
  /** Number of its place in `ShippedFunction.places`. */
  readonly place: number;
}

/** A value with its parts. Objects that occur several times stay one object. */
export interface Bundle {
  readonly root: { value: unknown };
  readonly parts: Part[];
  /** Modules that are sent along; none if the value uses none. */
  modules: readonly SentModule[];
  /** Where parts belong: holder, key, number of the part. */
  readonly slots: [holder: object, key: string | number, part: number][];
  /** Maps and sets, sent empty, with their entries. */
  readonly collections: [target: object, entries: unknown[]][];
  /** Errors, sent bare, with their properties. */
  readonly properties: [target: object, own: Record<string, unknown>][];
  /** Objects with the number of the class whose prototype they have; -1 for none at all. */
  readonly instances: [target: object, part: number][];
}
