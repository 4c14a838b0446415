// A query as operations of tables, by the plan that the engine makes of it.

import { Recent } from "../../base/recent.js";
import { type EnginePlan, planQuery } from "../../engine/plan-query.js";
import { planNode } from "../lower/lower.js";
import { optimizePlan } from "../passes/optimize-plan.js";
import type { Plan, ProjectPlan } from "../plan/plan.js";
import { bytesOfPlan } from "../plan/sizes.js";
import { checkPlanned } from "../planned/check-planned.js";
import { NotPlanned } from "../planned/plan-nodes.js";
import { planOfQuery } from "../planned/plan-of-query.js";
import type { Schema } from "../types/table-schema.js";

/** Bytes of one value, about: the engine orders joins by rows. */
const VALUE_BYTES = 8;

/** The engine's plans, and why others cannot be used, by queries and sizes of their tables. */
const made = new Recent<string, EnginePlan>(100);

/** Whether plans were checked, by the same. */
const checked = new Recent<string, true>(100);

/**
 * The plan of a query, or why there is none.
 *
 * @param schema the columns of its result
 */
export async function plannedQuery(
  text: string,
  tables: readonly { readonly name: string; readonly plan: Plan }[],
  schema: Schema,
): Promise<Plan | string> {
  const sized = tables.map(({ name, plan }) => ({
    name,
    columns: plan.schema,
    rows: bytesOfPlan(plan) / (VALUE_BYTES * Math.max(plan.schema.length, 1)),
  }));
  const question = JSON.stringify([text, sized]);
  const own = made.get(question) ?? made.set(question, await planQuery(text, sized));
  if ("reason" in own) return own.reason;
  try {
    const plans = new Map(tables.map(({ name, plan }) => [name, plan]));
    const relation = planOfQuery(own.plan, plans, own.changing);
    const plan: ProjectPlan = {
      op: "project",
      input: relation.plan,
      columns: relation.columns.map(({ name: own }, k) => {
        const [name, type] = schema[k] as Schema[number];
        const value = { kind: "column", name: own } as const;
        return [name, { kind: "cast", value, type, tries: false }];
      }),
      schema,
    };
    if (checked.get(question) === undefined) {
      await checkPlanned(planNode(optimizePlan(plan)), schema);
      checked.set(question, true);
    }
    return plan;
  } catch (error) {
    if (error instanceof NotPlanned) return error.message;
    throw error;
  }
}
