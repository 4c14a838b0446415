// Periods of time.
import { ArgumentError } from "../../base/errors.js";
import type { ExprNode } from "../expressions/nodes.js";
import { parsedPeriod } from "../expressions/periods.js";
import type { Plan } from "../plan/plan.js";
import { familyOf, userType } from "../types/column-types.js";
import { typeOf } from "../types/table-schema.js";
import { projected } from "./row-verbs.js";

/** The moments of a column as those at which their periods began. */
export function bucketed(input: Plan, column: string, every: string): Plan {
  const type = typeOf(input.schema, column, "resample");
  if (familyOf(type) !== "moment" || type === "TIME") {
    const text = `resample: ${column} is a column of ${userType(type)}: expected dates or timestamps`;
    throw new ArgumentError("dtype", text, { column, type: userType(type) });
  }
  const { count, unit } = parsedPeriod(every, "resample");
  const own: ExprNode = { kind: "column", name: column };
  const start: ExprNode =
    count === 1
      ? { kind: "call", name: "truncate", args: [own, { kind: "literal", value: unit }] }
      : {
          kind: "call",
          name: "bucket",
          args: [own, { kind: "literal", value: `${count} ${unit}` }],
        };
  const columns = input.schema.map(([name]): readonly [string, ExprNode] => [
    name,
    name === column ? start : { kind: "column", name },
  ]);
  return projected(input, columns, "resample");
}
