// Nodes of reductions: trees that make one value, or one partition, of all partitions.
import { ArgumentError } from "../base/errors.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import type { MeasureName, PartitionStep } from "../graph/model/partition-steps.js";
import { LayerValues, type Tree, treeNode } from "./partition-nodes.js";

/** Options of reductions. */
export interface TreeOptions {
  /** How many partial results one task joins: by default 8; `false` for all at once. */
  readonly splitEvery?: number | false;
}

/** One number for the whole bag. */
export function measureNode(
  node: LayerNode,
  measure: MeasureName,
  { splitEvery, ddof = 0 }: TreeOptions & { readonly ddof?: number } = {},
): LayerNode {
  if (!Number.isFinite(ddof)) {
    throw new ArgumentError("value", `${measure}: ddof is ${String(ddof)}: expected a number`);
  }
  return treeNode(measure, node, {
    values: new LayerValues(measure),
    first: [{ step: "measure", measure }],
    join: [{ step: "joinMeasures", measure }],
    last: [{ step: "finishMeasure", measure, ddof }],
    single: measure,
    splitEvery,
  });
}

/** Options of `fold`. */
export interface FoldOptions<S> extends TreeOptions {
  /** Joins the states of two partitions; default: the function itself. */
  readonly combine?: (state: S, other: S) => S;
  /** The initial state of each partition; default: its first element. */
  readonly initial?: S;
}

/** Options of `fold` for states of any type. */
export interface AnyFoldOptions extends TreeOptions {
  readonly combine?: AnyFunction;
  readonly initial?: unknown;
  readonly combineInitial?: unknown;
}

/** One value out of all elements. */
export function foldNode(node: LayerNode, f: AnyFunction, options: AnyFoldOptions): LayerNode {
  const values = new LayerValues("fold");
  const given = "initial" in options ? { value: options.initial } : undefined;
  const own = values.function(f);
  const combine = options.combine === undefined ? own : values.function(options.combine);
  return treeNode("fold", node, {
    values,
    // Empty partitions are ignored, and so are their initial states; if all are empty, the result
    // is the initial state.
    first: [{ step: "fold", function: own, ...values.optionalConstant("initial", given) }],
    join: [{ step: "fold", function: combine }],
    last: [{ step: "fold", function: combine, ...values.optionalConstant("otherwise", given) }],
    single: "fold",
    splitEvery: options.splitEvery,
  });
}

/** One value out of a value for each partition. */
export function reductionNode(
  node: LayerNode,
  perPartition: AnyFunction,
  combine: AnyFunction,
  options: TreeOptions,
): LayerNode {
  const values = new LayerValues("reduction");
  return treeNode("reduction", node, {
    values,
    first: [{ step: "aggregate", function: values.function(perPartition) }],
    join: [{ step: "aggregate", function: values.function(combine), always: true }],
    single: "reduction",
    splitEvery: options.splitEvery,
  });
}

/** Options of `foldby`. */
export interface FoldbyOptions<S> extends FoldOptions<S> {
  /** The initial state when states are joined; default: the first state of a key. */
  readonly combineInitial?: S;
}

/** Pairs of a key and one value out of its elements. */
export function foldbyNode(
  node: LayerNode,
  key: AnyFunction,
  f: AnyFunction,
  options: AnyFoldOptions,
): LayerNode {
  const values = new LayerValues("foldby");
  const begin = "initial" in options ? { value: options.initial } : undefined;
  const rejoin = "combineInitial" in options ? { value: options.combineInitial } : undefined;
  const own = values.function(f);
  const combine = options.combine === undefined ? own : values.function(options.combine);
  const initial = values.optionalConstant("initial", begin);
  return treeNode("foldby", node, {
    values,
    first: [{ step: "foldBy", key: values.function(key), function: own, ...initial }],
    join: [{ step: "joinBy", function: combine, ...values.optionalConstant("initial", rejoin) }],
    splitEvery: options.splitEvery,
  });
}

/** Pairs of an element and its count. */
export function frequenciesNode(
  node: LayerNode,
  { splitEvery, sort = false }: TreeOptions & { readonly sort?: boolean },
): LayerNode {
  const values = new LayerValues("frequencies");
  const byCount: PartitionStep[] = sort
    ? [
        {
          step: "sort",
          key: values.function((pair: readonly [unknown, number]) => pair[1]),
          descending: true,
        },
      ]
    : [];
  return treeNode("frequencies", node, {
    values,
    first: [{ step: "tally" }],
    join: [{ step: "joinTallies" }],
    last: byCount,
    splitEvery,
  });
}

/** A tree whose step also joins its own results. */
export function repeatedNode(
  method: string,
  node: LayerNode,
  makeStep: (values: LayerValues) => PartitionStep,
  { splitEvery }: TreeOptions,
): LayerNode {
  const values = new LayerValues(method);
  const step = makeStep(values);
  const tree: Tree = { values, first: [step], join: [step], splitEvery };
  return treeNode(method, node, tree);
}
