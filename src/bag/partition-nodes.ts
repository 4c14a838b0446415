// Nodes of partitions: steps on a node's partitions, trees that join them, exchanges. Each call
// makes a layer; a pass fuses successive layers into one task per partition
// (graph/passes/fuse-partitions.ts). The other files of this folder map methods to steps.
import type { DType } from "../base/dtype.js";
import { ArgumentError } from "../base/errors.js";
import { shippedFunction } from "../functions/function-ref.js";
import type { AnyFunction, ShippedFunction } from "../functions/shipped-function.js";
import { UNKNOWN_LENGTH } from "../graph/model/chunks.js";
import type { ConcatenateLayer, PartitionsLayer } from "../graph/model/layer.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { nameLayer } from "../graph/model/naming.js";
import type {
  PartitionFeed,
  PartitionSplit,
  PartitionStep,
  PartitionTarget,
} from "../graph/model/partition-steps.js";
import { packValue } from "../shipping/values/value-bytes.js";

/** A block that a partition reads; without a node an earlier one of the layer itself. */
export interface PartitionOperand {
  readonly node?: LayerNode;
  readonly block: number;
}

/** The plan of a layer of partitions. */
export interface PartitionsPlan {
  readonly steps?: readonly PartitionStep[];
  readonly feed?: PartitionFeed;
  readonly single?: string;
  readonly split?: PartitionSplit;
  readonly readsParts?: boolean;
  readonly target?: PartitionTarget;
  readonly array?: DType;
  /** The operands of each partition. */
  readonly operands: readonly (readonly PartitionOperand[])[];
  /** Per partition, how many of the last operands are no elements. */
  readonly sideCounts?: readonly number[];
}

/** Functions and constants of a layer, as its steps name them. */
export class LayerValues {
  readonly functions: ShippedFunction[] = [];
  readonly constants: Uint8Array[] = [];
  readonly #method: string;

  /** @param method what the user called, for errors */
  constructor(method: string) {
    this.#method = method;
  }

  /**
   * The position of a function of keys or states, whose result is needed at once.
   *
   * @throws ArgumentError `argument.function` for anything but a function, for async functions and
   * generators, and for functions that cannot be sent
   */
  function(f: AnyFunction): number {
    const kind = typeof f === "function" ? f.constructor.name : "";
    if (/^Async|^Generator/.test(kind)) {
      const what = kind.startsWith("Async") ? "async" : "a generator";
      const text = `${this.#method}: function ${f.name || "(anonymous)"} is ${what}: expected one that returns its result; call it in map() first, which waits`;
      throw new ArgumentError("function", text);
    }
    return this.elementFunction(f);
  }

  /**
   * The position of a function of elements, which may be asynchronous or a generator.
   *
   * @throws ArgumentError `argument.function` for anything but a function, and for functions that
   * cannot be sent
   */
  elementFunction(f: AnyFunction): number {
    return this.functions.push(shippedFunction(f)) - 1;
  }

  /** The position of a function that may be missing, under the field's name. */
  optional<K extends string>(field: K, f: AnyFunction | undefined): { readonly [P in K]?: number } {
    return (f === undefined ? {} : { [field]: this.function(f) }) as { readonly [P in K]?: number };
  }

  /** The constant's position. */
  constant(value: unknown): number {
    return this.constants.push(packValue(value, `a value given to ${this.#method}()`)) - 1;
  }

  /** The position of a constant that may be missing, likewise. */
  optionalConstant<K extends string>(
    field: K,
    given: { readonly value: unknown } | undefined,
  ): { readonly [P in K]?: number } {
    const position = given === undefined ? {} : { [field]: this.constant(given.value) };
    return position as { readonly [P in K]?: number };
  }
}

/** How many partitions a node has. */
export function partitionCount({ layer }: LayerNode): number {
  return layer.chunks[0]?.length ?? 0;
}

/** The node of a plan. */
export function partitionsNode(word: string, values: LayerValues, plan: PartitionsPlan): LayerNode {
  const { operands, steps = [], feed = { type: "operands" }, sideCounts, array, ...rest } = plan;
  const nodes = new Map(
    operands.flat().flatMap(({ node }) => (node === undefined ? [] : [[node.layer.name, node]])),
  );
  const names = [...nodes.keys()];
  const positions = new Map(names.map((name, position) => [name, position]));
  const starts = [0];
  for (const row of operands) starts.push((starts.at(-1) as number) + row.length);
  const flat = operands.flat();
  const layer = nameLayer<PartitionsLayer>(
    word,
    {
      kind: "partitions",
      ...(array === undefined ? { holds: "values" } : { array }),
      inputs: names,
      chunks: [new Array<number>(operands.length).fill(UNKNOWN_LENGTH)],
      dtype: array ?? "uint8",
      functions: values.functions,
      constants: values.constants,
      feed,
      steps,
      ...rest,
      ...(sideCounts === undefined ? {} : { sideCounts: Int32Array.from(sideCounts) }),
      operandStart: Int32Array.from(starts),
      operandInput: Int32Array.from(flat, ({ node }) =>
        node === undefined ? names.length : (positions.get(node.layer.name) as number),
      ),
      operandBlock: Int32Array.from(flat, ({ block }) => block),
    },
    { functions: values.functions.map(({ hash }) => hash) },
  );
  return { layer, inputs: [...nodes.values()] };
}

/** Each partition of `node` on its own. */
export function eachPartition(node: LayerNode): PartitionOperand[][] {
  return Array.from({ length: partitionCount(node) }, (_, block) => [{ node, block }]);
}

/** All partitions of `node`. */
export function allPartitions(node: LayerNode): PartitionOperand[] {
  return eachPartition(node).flat();
}

/** Steps put onto each partition. */
export function stepsNode(
  word: string,
  node: LayerNode,
  values: LayerValues,
  steps: readonly PartitionStep[],
  ending: Pick<PartitionsPlan, "split" | "target" | "array"> = {},
): LayerNode {
  return partitionsNode(word, values, { steps, operands: eachPartition(node), ...ending });
}

/** How many partitions one task of a tree joins. */
export const SPLIT_EVERY = 8;

/** A reduction of all partitions to one. */
export interface Tree {
  readonly values: LayerValues;
  /** Applied to each partition. */
  readonly first: readonly PartitionStep[];
  /** Applied to the joined results of several partitions. */
  readonly join: readonly PartitionStep[];
  /** Applied to the joined result of all. */
  readonly last?: readonly PartitionStep[];
  /** The result is a single value, of which this is the name. */
  readonly single?: string;
  /** How many states one task joins; false for all at once. */
  readonly splitEvery?: number | false | undefined;
}

/**
 * One partition, or one value, out of all.
 *
 * @throws ArgumentError `argument.value` when `splitEvery` is no whole number from 2
 */
export function treeNode(word: string, node: LayerNode, tree: Tree): LayerNode {
  const { values, first, join, last = [], single, splitEvery = SPLIT_EVERY } = tree;
  if (splitEvery !== false && !(Number.isSafeInteger(splitEvery) && splitEvery >= 2)) {
    const text = `${word}: splitEvery is ${splitEvery}: expected a whole number from 2, or false`;
    throw new ArgumentError("value", text, { splitEvery });
  }
  let states = stepsNode(word, node, values, first);
  for (;;) {
    const count = partitionCount(states);
    const most = splitEvery === false ? count : splitEvery;
    if (count <= most) break;
    const operands = Array.from({ length: Math.ceil(count / most) }, (_, group) =>
      allPartitions(states).slice(group * most, (group + 1) * most),
    );
    states = partitionsNode(`${word}-join`, values, { steps: join, operands });
  }
  return partitionsNode(`${word}-total`, values, {
    steps: [...join, ...last],
    operands: [allPartitions(states)],
    ...(single === undefined ? {} : { single }),
  });
}

/**
 * Each partition cut into `split.parts` parts, by the rule of the split and, if it needs one, a
 * table.
 */
export function splitNode(
  word: string,
  node: LayerNode,
  values: LayerValues,
  split: PartitionSplit,
  table?: LayerNode,
): LayerNode {
  const rows = eachPartition(node);
  if (table === undefined) return partitionsNode(word, values, { split, operands: rows });
  return partitionsNode(word, values, {
    split,
    operands: rows.map((row) => [...row, { node: table, block: 0 }]),
    sideCounts: rows.map(() => 1),
  });
}

/** Elements in `split.parts` partitions, by the rule of the split; then `steps` on each. */
export function exchangeNode(
  word: string,
  node: LayerNode,
  values: LayerValues,
  split: PartitionSplit,
  steps: readonly PartitionStep[],
  boundaries?: LayerNode,
): LayerNode {
  const all = allPartitions(splitNode(`${word}-split`, node, values, split, boundaries));
  return partitionsNode(word, values, {
    steps,
    readsParts: true,
    operands: Array.from({ length: split.parts }, () => all),
  });
}

/** The partitions of several nodes, one after another: no tasks. */
export function concatenateNodes(nodes: readonly LayerNode[]): LayerNode {
  const inputs = [...new Map(nodes.map((node) => [node.layer.name, node])).values()];
  const names = inputs.map(({ layer }) => layer.name);
  const layer = nameLayer<ConcatenateLayer>("concat", {
    kind: "concatenate",
    holds: "values",
    inputs: names,
    chunks: [nodes.flatMap((node) => node.layer.chunks[0] ?? [])],
    dtype: "uint8",
    axis: 0,
    parts: nodes.map((node) => names.indexOf(node.layer.name)),
  });
  return { layer, inputs };
}
