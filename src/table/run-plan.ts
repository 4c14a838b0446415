// The layers of a run: of one statement where the plan and the executor allow it, else of
// partitions.
import { setting } from "../base/settings.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { currentExecutor, type Executor } from "../graph/ports/executor.js";
import { planNode } from "./lower/lower.js";
import { statementNode } from "./lower/lower-together.js";
import { optimizePlan } from "./passes/optimize-plan.js";
import { chooseStatement, type StatementChoice } from "./plan/one-statement.js";
import type { Plan } from "./plan/plan.js";

/** Who runs a plan: the executor that computes now, by default. */
interface Run {
  readonly executor?: Executor;
}

/** Whether one statement answers a plan. */
export function statementChoice(
  plan: Plan,
  { executor = currentExecutor() }: Run,
): StatementChoice {
  const isAllowed = setting<boolean>("table.oneStatement") ?? true;
  return chooseStatement(plan, executor.ownThreads, isAllowed);
}

/** The node of a plan's rows, for a run. */
export function runNode(plan: Plan, run: Run): LayerNode {
  return statementChoice(plan, run).isOne ? statementNode(plan) : planNode(optimizePlan(plan));
}
