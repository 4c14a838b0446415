// The step that checks the rows that users' functions of tables give.

import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import type { PartitionStep } from "../../graph/model/partition-steps.js";
import type { Transform } from "./sink.js";

/** A step that checks that elements are rows. */
type RecordsStep = Extract<PartitionStep, { readonly step: "records" }>;

/** Each element as it is, if it is a row. */
export const records =
  ({ method, name, columns }: RecordsStep): Transform =>
  (next) => {
    const own = `${method} (${name})`;
    const known = columns === undefined ? undefined : new Set(columns);
    return {
      push(element) {
        const record = recordOf(element, own);
        if (known !== undefined) checkNames(record, known, own);
        return next.push(element);
      },
      end: () => next.end(),
    };
  };

function recordOf(element: unknown, own: string): Readonly<Record<string, unknown>> {
  // Lists, moments, Maps and typed arrays have tags of their own.
  if (Object.prototype.toString.call(element) === "[object Object]") {
    return element as Record<string, unknown>;
  }
  const text = `${own} gave ${kindOf(element)} as a row: expected an object { column: value }`;
  throw new ArgumentError("value", text);
}

/** A value in a column that the table lacks would be lost. */
function checkNames(
  record: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  own: string,
): void {
  for (const name of Object.keys(record)) {
    if (known.has(name) || record[name] === undefined) continue;
    const text = `${own} gave a row with ${JSON.stringify(name)}, which is no column: expected ${[...known].join(", ")}; name all columns in { schema }`;
    throw new ArgumentError("value", text, { column: name });
  }
}
