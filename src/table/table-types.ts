// The types of tables for the compiler: names and values of their columns.
import type { Expr } from "./expressions/expr.js";
import type { AggregateName } from "./expressions/nodes.js";

/** The columns of a table of which nothing is said. */
// biome-ignore lint/suspicious/noExplicitAny: values of columns that no one has described
export type AnyRow = Record<string, any>;

/** Names of a table's columns. */
export type ColumnName<Row> = keyof Row & string;

/** Names of the columns that have numbers. */
export type NumberColumn<Row> = {
  [C in ColumnName<Row>]: Row[C] extends number | bigint | null | undefined ? C : never;
}[ColumnName<Row>];

/** The type of a list's elements. */
export type ListElement<V> = V extends readonly (infer E)[] ? E | null : null;

/** The type of an expression's values. */
export type ValueOf<E> = E extends Expr<string, infer V> ? V : E;

/** Columns made of names and of objects of expressions. */
export type Selected<Row, S extends readonly unknown[]> = FlatRow<
  Intersection<{
    [K in keyof S]: S[K] extends keyof Row
      ? Pick<Row, S[K]>
      : S[K] extends string
        ? unknown
        : { -readonly [P in keyof S[K]]: ValueOf<S[K][P]> };
  }>
>;

/** All types of a list at once. */
export type Intersection<T extends readonly unknown[]> = T extends readonly [
  infer First,
  ...infer Rest,
]
  ? First & Intersection<Rest>
  : unknown;

/** The same as one object. */
export type FlatRow<T> = { [K in keyof T]: T[K] };

/** Columns of `A`, and those of `B` in place of those of their names. */
export type Replaced<A, B> = FlatRow<Omit<A, keyof B> & B>;

/** Columns under other names. */
export type Renamed<Row, N> = FlatRow<{
  [K in keyof Row as K extends keyof N ? (N[K] extends string ? N[K] : K) : K]: Row[K];
}>;

/** The result of an aggregate of a column's values. */
export type AggregateValue<V, A> = A extends "min" | "max" | "first" | "last" | "mode"
  ? V
  : A extends "any" | "all"
    ? boolean
    : A extends "list"
      ? V[]
      : number;

/** The columns that `agg` makes. */
export type Aggregated<Row, A> = FlatRow<
  UnionToIntersection<
    {
      [K in keyof A & string]: A[K] extends Expr<string, infer V>
        ? { [P in K]: V }
        : A[K] extends readonly (infer N extends AggregateName)[]
          ? { [P in N as `${K}_${P}`]: AggregateValue<K extends keyof Row ? Row[K] : unknown, P> }
          : { [P in K]: AggregateValue<K extends keyof Row ? Row[K] : unknown, A[K]> };
    }[keyof A & string]
  >
>;

/** All members of a union at once. */
export type UnionToIntersection<U> = (U extends unknown ? (x: U) => void : never) extends (
  x: infer I,
) => void
  ? I
  : never;

/** Aggregations of columns that there are: a name that is none of them needs an expression. */
export type CheckedAggregations<Row, A> = {
  readonly [K in keyof A]: A[K] extends Expr<infer N>
    ? [N] extends [ColumnName<Row>]
      ? A[K]
      : Expr<ColumnName<Row>>
    : K extends ColumnName<Row>
      ? A[K]
      : Expr<ColumnName<Row>>;
};

/** Names of the columns that a join goes by, where both sides call them so. */
export type SharedKeys<On> = On extends string
  ? On
  : On extends readonly (infer N)[]
    ? N
    : { [K in keyof On]: On[K] extends K ? K : never }[keyof On];

/** Names of the left side's columns that a join goes by. */
export type LeftKeys<On> = On extends string ? On : On extends readonly (infer N)[] ? N : keyof On;

/** The columns of a join: of both sides, with null where a side may have no row. */
export type Joined<Row, Other, O> = O extends { readonly how: "semi" | "anti" }
  ? Row
  : string extends keyof Row | keyof Other
    ? FlatRow<Row & Other>
    : FlatRow<
        {
          [K in keyof Row]: O extends { readonly how: "right" | "outer" }
            ? K extends LeftKeys<OnOf<O>>
              ? Row[K]
              : Row[K] | null
            : Row[K];
        } & {
          [K in Exclude<keyof Other, SharedKeys<OnOf<O>>> as K extends keyof Row & string
            ? `${K}${SuffixOf<O>}`
            : K]: O extends { readonly how: "left" | "outer" } ? Other[K] | null : Other[K];
        }
      >;

/** The columns of a join. */
export type OnOf<O> = O extends { readonly on: infer On } ? On : never;

/** The suffix of names that both sides have. */
export type SuffixOf<O> = O extends { readonly suffix: infer S extends string } ? S : "_right";
