// The plan of a bag of objects: its columns have given types, or those of its first elements.
import { Bag } from "../bag/bag.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { BlocksPlan } from "./plan/plan.js";
import { UNKNOWN_BYTES } from "./plan/sizes.js";
import { type ColumnType, engineType } from "./types/column-types.js";
import { inferredSchema } from "./types/infer-schema.js";
import type { Schema } from "./types/table-schema.js";

/** Elements of a bag that types are inferred from. */
const SAMPLE_ROWS = 1_000;

/**
 * The columns that a user named with their types. @throws ArgumentError `argument.dtype` for what
 * cannot be a type
 */
export function givenSchema(
  types: Readonly<Record<string, ColumnType>> | undefined,
  method: string,
): Schema {
  return Object.entries(types ?? {}).map(([name, type]) => [name, engineType(type, method)]);
}

/**
 * The columns of a bag's first elements, which are computed for it: those of one partition, unless
 * it has none.
 */
export async function sampledSchema(node: LayerNode, method: string): Promise<Schema> {
  const bag = new Bag<Record<string, unknown>>(node);
  const first = await bag.take(SAMPLE_ROWS);
  const rows = first.length > 0 ? first : await bag.take(SAMPLE_ROWS, { npartitions: -1 });
  return inferredSchema(rows, new Map(), method);
}

/** The plan of a bag's elements. */
export function recordsPlan(
  node: LayerNode,
  schema: Schema,
  bytes: number = UNKNOWN_BYTES,
): BlocksPlan {
  return { op: "blocks", node, holds: "records", schema, bytes };
}
