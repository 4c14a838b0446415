// Plans as people read them: an operation a line, those that it reads below it.
import { formatBytes } from "../../base/units.js";
import { exprText } from "../expressions/expr-text.js";
import { userType } from "../types/column-types.js";
import { inputsOf, type Plan } from "./plan.js";
import { bytesOfPlan } from "./sizes.js";

/** The plan as an indented tree. */
export function planText(plan: Plan, depth = 0): string {
  if (plan.op === "sql") return planText(plan.input, depth);
  const own = `${"  ".repeat(depth)}${lineOf(plan)} · ${sizeOf(plan)}`;
  return [own, ...inputsOf(plan).map((input) => planText(input, depth + 1))].join("\n");
}

/** The most bytes that an operation can give, in words. */
function sizeOf(plan: Plan): string {
  return `up to ${formatBytes(bytesOfPlan(plan))}`;
}

function lineOf(plan: Plan): string {
  const columns = plan.schema.map(([name]) => name).join(", ");
  switch (plan.op) {
    case "scan":
      return `read ${plan.scan.format} ${plan.scan.paths.length === 1 ? plan.scan.paths[0] : `of ${plan.scan.paths.length} files`} [${plan.schema.map(([name, type]) => `${name}: ${userType(type)}`).join(", ")}]`;
    case "blocks":
      return `table [${columns}]`;
    case "arrays":
      return `arrays [${columns}]`;
    case "project":
      return `select ${plan.columns.map(([name, value]) => (value.kind === "column" && value.name === name ? name : `${name} = ${exprText(value)}`)).join(", ")}`;
    case "filter":
      return `filter ${exprText(plan.predicate)}`;
    case "aggregate":
      return `group by ${plan.keys.length === 0 ? "nothing" : plan.keys.join(", ")}: ${plan.outputs.map(({ name, aggregate, args }) => `${name} = ${aggregate}(${args.map(exprText).join(", ")})`).join(", ")}`;
    case "join":
      return `${plan.how} join${plan.on.length === 0 ? "" : ` on ${plan.on.map(([a, b]) => (a === b ? a : `${a} = ${b}`)).join(", ")}`}${plan.condition === undefined ? "" : ` where ${exprText(plan.condition)}`}`;
    case "mark":
      return `mark rows as ${plan.name}: ${[...plan.same.map(([a, b]) => `${a} = ${b}`), ...(plan.any === undefined ? [] : [`${plan.any.left} ${plan.any.comparison} any ${plan.any.right}`])].join(", ")}`;
    case "sort":
      return `sort by ${plan.by.map(({ by, descending }) => (descending === true ? `${by} descending` : by)).join(", ")}${plan.limit === undefined ? "" : `, first ${plan.limit}`}`;
    case "limit":
      return `limit ${plan.count}${plan.offset === 0 ? "" : ` after ${plan.offset}`}`;
    case "tail":
      return `last ${plan.count}`;
    case "distinct":
      return `distinct${plan.on === undefined ? "" : ` ${plan.on.join(", ")}`}`;
    case "window":
      return `window by ${plan.keys.length === 0 ? "nothing" : plan.keys.join(", ")}: ${plan.columns.map(([name]) => name).join(", ")}`;
    case "repartition":
      return `${plan.partitions} partitions${plan.by === undefined ? "" : ` by ${plan.by.join(", ")}`}`;
    case "rows":
      return plan.word;
    case "query":
      return `sql of ${plan.tables.map(({ name }) => name).join(", ")}, in one task, since ${plan.reason}`;
    default:
      return plan.op;
  }
}
