// Checks the collections that a client should compute or persist, at the call.

import { ArgumentError } from "../../base/errors.js";
import { kindOf } from "../../base/format-value.js";
import { hasCallArgument } from "../../graph/model/calls-layer.js";
import type { Computable, Persistable } from "../session/client-options.js";

/** @throws ArgumentError `argument.value` for values without `compute()` */
export function asComputable(given: unknown): Computable<unknown> {
  checkCollection("compute", given);
  return given as Computable<unknown>;
}

/**
 * @throws ArgumentError `argument.value` where one has no `compute()`, or is no argument of calls
 */
export function asComputables(given: readonly unknown[]): readonly object[] {
  for (const each of given) {
    checkCollection("compute", each);
    if (!hasCallArgument(each as object)) {
      const text =
        "client.compute was given a list with a collection that calls do not take: compute it alone";
      throw new ArgumentError("value", text, { given: each });
    }
  }
  return given as readonly object[];
}

/** @throws ArgumentError `argument.value` for values without `persist()` */
export function asPersistable(given: unknown): Persistable<unknown> {
  checkCollection("persist", given);
  return given as Persistable<unknown>;
}

function checkCollection(method: "compute" | "persist", given: unknown): void {
  if (typeof (given as Record<string, unknown> | undefined | null)?.[method] === "function") return;
  throw new ArgumentError(
    "value",
    `client.${method} was given ${kindOf(given)}: expected a chunked array, a bag or another collection`,
    { given },
  );
}
