// A plan as one statement: the engine reads all files and partitions itself, joins, groups and
// sorts them on several threads, and no rows move between tasks.
import { castColumns } from "../../engine/sql-text.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { ArraysPlan, BlocksPlan, Plan, ScanPlan, UnionPlan } from "../plan/plan.js";
import { bytesOfPlan } from "../plan/sizes.js";
import { lowerBy } from "./lower.js";
import { lowerJoinTogether, lowerMarkTogether } from "./lower-join.js";
import { lowerQueryTogether } from "./lower-query.js";
import { gathered } from "./moves.js";
import { layerOfStage, readStage, type Stage, type StageEnding, wrapped } from "./stage.js";
import { allOf, type Lower, only, type Wanted, wantedOf } from "./wanted.js";

/** The node of a plan's rows, in one partition that one statement makes. */
export function statementNode(plan: Plan, ending: Pick<StageEnding, "gives"> = {}): LayerNode {
  const stage = only(lowerTogether(plan, allOf(plan.schema)), plan.schema);
  return layerOfStage(stage, { ...ending, alone: { bytes: bytesOfPlan(plan) } });
}

/** Each stage has one partition. */
const lowerTogether: Lower = (plan, wanted) => {
  switch (plan.op) {
    case "scan":
      return scanTogether(plan, wanted);
    case "blocks":
    case "arrays":
      return blocksTogether(plan, wanted);
    case "join":
      return lowerJoinTogether(plan, wanted, lowerTogether);
    case "mark":
      return lowerMarkTogether(plan, wanted, lowerTogether);
    case "union":
      return unionTogether(plan, wanted);
    case "repartition":
      return lowerTogether(plan.input, wanted);
    case "query":
      return lowerQueryTogether(plan, lowerTogether);
    case "sql":
      return lowerQueryTogether(plan.query, lowerTogether);
    default:
      return lowerBy(plan, wanted, lowerTogether);
  }
};

/** All files, by one call of their reader. */
function scanTogether({ schema, fileSchema, scan }: ScanPlan, wanted: Wanted): Stage {
  const files = scan.paths.length;
  const together = {
    ...scan,
    fileStart: Int32Array.of(0, files),
    fileOf: Int32Array.from({ length: files }, (_, k) => k),
    from: new Float64Array(files),
    to: new Float64Array(files).fill(Number.POSITIVE_INFINITY),
    together: true as const,
  };
  const own = scan.format === "csv" ? fileSchema : wantedOf(schema, wanted);
  const stage = readStage(scan.format, { schema: own, reads: "own", scan: together }, 1);
  return only(stage, wantedOf(schema, wanted));
}

/** Values become partitions of a table by a task each; all of these are read. */
function blocksTogether(plan: BlocksPlan | ArraysPlan, wanted: Wanted): Stage {
  const stage = lowerBy(plan, wanted, lowerTogether);
  if (stage.partitions === 1 || plan.op === "arrays" || plan.holds !== undefined)
    return gathered(stage);
  const inputs = stage.inputs.map((input) => ({ ...input, reads: "all" as const }));
  return readStage(stage.word, inputs[0] as Stage["inputs"][number], 1);
}

/** The rows of all, one after another. */
function unionTogether({ inputs, schema }: UnionPlan, wanted: Wanted): Stage {
  const columns = wantedOf(schema, wanted);
  const list = castColumns(columns);
  const stages = inputs.map((input) =>
    wrapped(
      lowerTogether(input, allOf(columns)),
      "union",
      columns,
      (from) => `SELECT ${list} FROM ${from}`,
    ),
  );
  return {
    inputs: stages.flatMap((stage) => stage.inputs),
    sql: (nameOf) => stages.map((stage) => `(${stage.sql(nameOf)})`).join(" UNION ALL "),
    schema: columns,
    partitions: 1,
    word: "union",
  };
}
