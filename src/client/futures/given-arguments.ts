// The arguments of calls, in types: placeholders of values that are computed elsewhere,
// and the values that functions receive in their place.
import type { NdArray } from "ndarray";
import type { HasCallArgument } from "../../graph/model/calls-layer.js";
import type { Future } from "./future.js";

/** A collection that a call receives computed. */
export interface ComputedArgument<T> extends HasCallArgument {
  compute(): Promise<T>;
}

/** `T` is `any`: nothing is known of it. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** The value that a function receives of a computed array: an ndarray. */
export type ReceivedArray<V> = V extends NdArray<infer Data> ? NdArray<Data> : V;

/**
 * The value that a function receives for an argument: that of a future, the ndarray or number of a
 * chunked array, also inside lists, plain objects, Maps and Sets. All else as it is.
 */
export type ReceivedValue<T> =
  IsAny<T> extends true
    ? T
    : T extends Future<infer V>
      ? V
      : T extends ComputedArgument<infer V>
        ? ReceivedArray<V>
        : T extends readonly unknown[]
          ? { -readonly [K in keyof T]: ReceivedValue<T[K]> }
          : T extends Map<infer K, infer V>
            ? Map<ReceivedValue<K>, ReceivedValue<V>>
            : T extends Set<infer E>
              ? Set<ReceivedValue<E>>
              : T extends { readonly [key: string]: unknown }
                ? { [K in keyof T]: ReceivedValue<T[K]> }
                : T;

/** The values that functions receive for their arguments. */
export type ReceivedArguments<A extends readonly unknown[]> = {
  [K in keyof A]: ReceivedValue<A[K]>;
};

/** The values that functions receive for the elements of lists that they are mapped over. */
export type ReceivedElements<L extends readonly Iterable<unknown>[]> = {
  [K in keyof L]: L[K] extends Iterable<infer E> ? ReceivedValue<E> : never;
};

/** A value, or something in its place or in it that is computed elsewhere. */
export type GivenArgument<T> =
  | T
  | Future<T>
  | ComputedArgument<T>
  | (T extends Map<infer K, infer V>
      ? Map<GivenArgument<K>, GivenArgument<V>>
      : T extends Set<infer E>
        ? Set<GivenArgument<E>>
        : T extends (...args: never[]) => unknown
          ? never
          : T extends object
            ? { readonly [K in keyof T]: GivenArgument<T[K]> }
            : never);

/** The arguments of a call, each as a value or as a future of it. */
export type CallArguments<A extends readonly unknown[]> = { [K in keyof A]: GivenArgument<A[K]> };

/** Lists that a function is mapped over: one for each of its parameters. */
export type CallArgumentLists<A extends readonly unknown[]> = {
  [K in keyof A]: Iterable<GivenArgument<A[K]>>;
};
