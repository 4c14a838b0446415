// Types for state that may be read but not changed: policies get these.
import type { Layer } from "../../graph/model/layer.js";

type Column = Uint8Array | Int32Array | Float32Array | Float64Array;

/** A column of numbers that is only read; typed arrays have no read-only type of their own. */
interface ReadOnlyColumn {
  readonly length: number;
  readonly [at: number]: number;
}

/**
 * `T` and all that it leads to, to be read only: without methods, which may change it. Layers
 * never change. Fields called `scratch…` may be written: they mean nothing once a decision is made.
 */
export type ReadOnly<T> = T extends Layer
  ? T
  : T extends Column
    ? ReadOnlyColumn
    : T extends ReadonlyMap<infer K, infer V>
      ? ReadonlyMap<ReadOnly<K>, ReadOnly<V>>
      : T extends ReadonlySet<infer V>
        ? ReadonlySet<ReadOnly<V>>
        : T extends readonly unknown[]
          ? { readonly [K in keyof T]: ReadOnly<T[K]> }
          : T extends object
            ? ReadOnlyFields<T>
            : T;

type Scratch = `scratch${string}`;

type ReadOnlyFields<T> = [Extract<keyof T, Scratch>] extends [never]
  ? Fields<T>
  : Fields<Omit<T, Extract<keyof T, Scratch>>> & Pick<T, Extract<keyof T, Scratch>>;

type Fields<T> = {
  readonly [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: ReadOnly<T[K]>;
};
