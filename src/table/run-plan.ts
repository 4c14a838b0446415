// The layers of a run: of one statement where the plan and the executor allow it, else of
// partitions.
import { setting } from "../base/settings.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { currentExecutor, type Executor } from "../graph/ports/executor.js";
import { lowerWhole, planNode } from "./lower/lower.js";
import { statementNode } from "./lower/lower-together.js";
import { layerOfStage } from "./lower/stage.js";
import { optimizePlan } from "./passes/optimize-plan.js";
import { chooseStatement, type StatementChoice } from "./plan/one-statement.js";
import type { Plan } from "./plan/plan.js";
import { rowsAtMost } from "./plan/sizes.js";

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

/** So few rows come as values: to write a file of them and read it takes longer. */
const FEW_ROWS = 1_000;

/** The node of a plan's rows whose values are wanted here, for a run. */
export function valuesNode(plan: Plan, run: Run): LayerNode {
  if (rowsAtMost(plan) > FEW_ROWS) return runNode(plan, run);
  const gives = { gives: "records" } as const;
  if (statementChoice(plan, run).isOne) return statementNode(plan, gives);
  const stage = lowerWhole(optimizePlan(plan));
  return layerOfStage(stage, stage.partitions === 1 ? gives : {});
}

/** The node of a plan's rows, for a run. */
export function runNode(plan: Plan, run: Run): LayerNode {
  return statementChoice(plan, run).isOne ? statementNode(plan) : planNode(optimizePlan(plan));
}
