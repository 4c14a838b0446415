// The passes over plans, in order. None changes the rows of a result.
import type { Plan } from "../plan/plan.js";
import { inputsOf, withInputs } from "../plan/plan.js";
import { pushFilters } from "./push-filters.js";

/** The plan after all passes. */
export function optimizePlan(plan: Plan): Plan {
  return topRows(pushFilters(plan));
}

/** A limit of sorted rows sorts so many rows only. */
function topRows(plan: Plan): Plan {
  const inputs = inputsOf(plan);
  const after = inputs.map(topRows);
  const rebuilt = after.every((input, k) => input === inputs[k]) ? plan : withInputs(plan, after);
  if (rebuilt.op !== "limit" || rebuilt.input.op !== "sort" || rebuilt.input.limit !== undefined)
    return rebuilt;
  return { ...rebuilt, input: { ...rebuilt.input, limit: rebuilt.count + rebuilt.offset } };
}
