// Joins of tables: which columns they go by, and the names of those of the right side.
import { ArgumentError } from "../../base/errors.js";
import { checkCount } from "../../base/option-schema.js";
import type { JoinHow, JoinPlan, Plan } from "../plan/plan.js";
import { commonType, familyOf, userType } from "../types/column-types.js";
import { typeOf } from "../types/table-schema.js";

/** Options of joins. */
export interface JoinOptions<L extends string = string, R extends string = string> {
  /**
   * Columns that are equal: names that both have, or pairs of a name on either side by
   * `{ left: right }`.
   */
  readonly on?: (L & R) | readonly (L & R)[] | { readonly [K in L]?: R };
  /** Default: `"inner"`. */
  readonly how?: JoinHow;
  /** The suffix of names of the right side that the left side has, too; default: `"_right"`. */
  readonly suffix?: string;
  /** Whether each partition reads all of the right side; default: where it is small. */
  readonly broadcast?: boolean;
  /** Partitions of the result; default: by the sizes of both. */
  readonly npartitions?: number;
  /**
   * Whether rows of a key that has very many go to several partitions, where both sides move;
   * default: where the table has 512 MiB. Not for outer joins.
   */
  readonly splitHeavyKeys?: boolean;
}

const HOWS: readonly JoinHow[] = ["inner", "left", "right", "outer", "semi", "anti", "cross"];

/** The plan of a join. */
export function join(left: Plan, right: Plan, options: JoinOptions): Plan {
  const { how = "inner", suffix = "_right", broadcast, npartitions, splitHeavyKeys } = options;
  if (!HOWS.includes(how)) {
    throw new ArgumentError("value", `join: how is ${how}: expected ${HOWS.join(", ")}`, { how });
  }
  if (npartitions !== undefined) checkCount(npartitions, "npartitions", "join");
  const on = pairsOf(left, right, options);
  const isHalf = how === "semi" || how === "anti";
  const rightColumns = isHalf ? [] : columnsOfRight(left, right, on, suffix);
  const keys = new Map(on);
  const schema = [
    ...left.schema.map(([name, type]) => {
      const other = keys.get(name);
      const isEither = how === "right" || how === "outer";
      return other === undefined || !isEither
        ? ([name, type] as const)
        : ([name, commonType(type, typeOf(right.schema, other, "join"))] as const);
    }),
    ...rightColumns.map(([name, own]) => [name, typeOf(right.schema, own, "join")] as const),
  ];
  return {
    op: "join",
    left,
    right,
    how,
    on,
    rightColumns,
    schema,
    ...(broadcast === undefined ? {} : { broadcast }),
    ...(npartitions === undefined ? {} : { partitions: npartitions }),
    ...(splitHeavyKeys === undefined ? {} : { splitHeavyKeys }),
  };
}

function pairsOf(left: Plan, right: Plan, { on, how }: JoinOptions): JoinPlan["on"] {
  if (how === "cross") {
    if (on !== undefined) throw new ArgumentError("value", "join: a cross join goes by no columns");
    return [];
  }
  if (on === undefined || Object.keys(on).length === 0) {
    const text =
      'join was not given the columns to go by: expected on: "id", or on: { left: "right" }';
    throw new ArgumentError("value", text);
  }
  const names = typeof on === "string" ? [on] : on;
  const pairs = Array.isArray(names)
    ? (names as readonly string[]).map((name) => [name, name] as const)
    : Object.entries(names as Readonly<Record<string, string>>);
  for (const [a, b] of pairs) {
    checkEqual(a, typeOf(left.schema, a, "join"), b, typeOf(right.schema, b, "join"));
  }
  return pairs;
}

/** Numbers can be equal to numbers, moments to moments, and all else to its like. */
function checkEqual(a: string, typeA: string, b: string, typeB: string): void {
  const kinds = [typeA, typeB].map((type) => {
    const family = familyOf(type);
    if (family === "integer" || family === "decimal" || family === "float") return "number";
    return family === "text" || (family === "moment" && type !== "TIME") ? family : type;
  });
  if (kinds[0] === kinds[1]) return;
  const text = `join: ${a} is of ${userType(typeA)} and ${b} of ${userType(typeB)}: cast one to the type of the other`;
  throw new ArgumentError("dtype", text, { types: [typeA, typeB] });
}

/** Columns of the right side that the result has: all but keys of the same name. */
function columnsOfRight(
  left: Plan,
  right: Plan,
  on: JoinPlan["on"],
  suffix: string,
): JoinPlan["rightColumns"] {
  const shared = new Set(on.filter(([a, b]) => a === b).map(([, b]) => b));
  const names = new Set(left.schema.map(([name]) => name.toLowerCase()));
  return right.schema
    .filter(([own]) => !shared.has(own))
    .map(([own]) => {
      const name = names.has(own.toLowerCase()) ? `${own}${suffix}` : own;
      if (names.has(name.toLowerCase())) {
        const text = `join: both sides have a column ${name}: give another suffix, or rename it`;
        throw new ArgumentError("value", text, { column: name });
      }
      names.add(name.toLowerCase());
      return [name, own] as const;
    });
}
