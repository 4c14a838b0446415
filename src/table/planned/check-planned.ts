// Whether the engine understands the queries that a plan becomes, and means the same by them: the
// columns of each have the types that the next one reads.
import { describePartitions } from "../../engine/plan-query.js";
import type { QueryLayer } from "../../graph/model/layer.js";
import type { LayerNode } from "../../graph/model/layer-node.js";
import type { QueryColumn } from "../../graph/model/query-tables.js";
import { unknown } from "./plan-nodes.js";

/**
 * Checks the layers of queries of a node and below it.
 *
 * @throws NotPlanned for a query that is not understood, or gives other types
 */
export async function checkPlanned(
  root: LayerNode,
  columns: readonly QueryColumn[],
): Promise<void> {
  const nodes = new Map<string, LayerNode>();
  collect(root, nodes);
  const layers = [...nodes.values()].flatMap(({ layer }) =>
    layer.kind === "query" ? [layer] : [],
  );
  const described = await describePartitions(layers).catch((error: unknown) =>
    unknown(`its steps cannot be written apart (${(error as Error).message.split("\n")[0]})`),
  );
  const typesOf = new Map<string, ReadonlyMap<string, string>>(
    layers.map(({ name }, k) => [name, new Map(described[k])]),
  );
  for (const layer of layers) {
    for (const [k, table] of layer.tables.entries()) {
      for (const source of sourcesOf(layer, k)) check(table.columns, typesOf.get(source));
    }
  }
  check(columns, typesOf.get(root.layer.name));
}

function collect(node: LayerNode, into: Map<string, LayerNode>): void {
  if (into.has(node.layer.name)) return;
  into.set(node.layer.name, node);
  for (const input of node.inputs) collect(input, into);
}

/** Names of the layers whose blocks a table of a query has. */
function sourcesOf(layer: QueryLayer, table: number): string[] {
  const positions = new Set<number>();
  layer.operandTable.forEach((own, k) => {
    if (own === table) positions.add(layer.operandInput[k] as number);
  });
  return [...positions].map((at) => layer.inputs[at] as string);
}

function check(
  wanted: readonly QueryColumn[],
  made: ReadonlyMap<string, string> | undefined,
): void {
  if (made === undefined) return;
  for (const [name, type] of wanted) {
    const own = made.get(name);
    if (own !== type) unknown(`its steps give ${name} as ${own ?? "nothing"}, not ${type}`);
  }
}
