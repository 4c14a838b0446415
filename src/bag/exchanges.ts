// Nodes that move elements between partitions: groups, sorting, joins.
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import type { AnyFunction } from "../functions/shipped-function.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import {
  allPartitions,
  eachPartition,
  exchangeNode,
  LayerValues,
  partitionCount,
  partitionsNode,
  splitNode,
  stepsNode,
  treeNode,
} from "./partition-nodes.js";

/** Options of sorts. */
export interface BagSortOptions {
  /** Largest first. */
  readonly descending?: boolean;
  /** Partitions of the result; default: as many as before. */
  readonly npartitions?: number;
}

/** Pairs of a key and its elements: to partitions by a hash of the key, and there into groups. */
export function groupNode(
  node: LayerNode,
  key: AnyFunction,
  { npartitions = partitionCount(node) }: { readonly npartitions?: number },
): LayerNode {
  checkCount(npartitions, "npartitions", "groupBy");
  const values = new LayerValues("groupBy");
  const position = values.function(key);
  return exchangeNode("groupBy", node, values, { parts: npartitions, by: "hash", key: position }, [
    { step: "group", key: position },
  ]);
}

/** Keys of each partition that boundaries are chosen from, per partition of the result. */
const SAMPLES_PER_PARTITION = 32;

/**
 * Elements in order: boundaries from a sample of keys, to partitions by rank, and there in order.
 */
export function sortNode(
  node: LayerNode,
  key: AnyFunction | undefined,
  { descending = false, npartitions = partitionCount(node) }: BagSortOptions,
): LayerNode {
  checkCount(npartitions, "npartitions", "sort");
  const values = new LayerValues(key === undefined ? "sort" : "sortBy");
  const by = values.optional("key", key);
  const sort = { step: "sort", ...by, descending } as const;
  if (npartitions === 1) {
    return partitionsNode("sort", values, { steps: [sort], operands: [allPartitions(node)] });
  }
  const count = Math.max(
    Math.ceil((SAMPLES_PER_PARTITION * npartitions) / partitionCount(node)),
    4,
  );
  const samples = stepsNode("sort-sample", node, values, [{ step: "keySample", ...by, count }]);
  const boundaries = partitionsNode("sort-boundaries", new LayerValues("sort"), {
    steps: [
      { step: "sort", descending },
      { step: "boundaries", parts: npartitions },
    ],
    operands: [allPartitions(samples)],
  });
  const split = { parts: npartitions, by: "rank", ...by, descending } as const;
  return exchangeNode("sort", node, values, split, [sort], boundaries);
}

/** Options of joins with another bag. */
export interface BagJoinOptions {
  /**
   * Whether each task reads all of the other bag, so that this one stays in place. That is always
   * so if the other has one partition.
   */
  readonly broadcast?: boolean;
  /** Partitions of the result; default: as many as the larger of the two has. */
  readonly npartitions?: number;
  /**
   * Whether a few keys may have a large share of this bag's elements. Such keys are found first.
   * Their elements are spread over all partitions, and the other bag's are copied there.
   */
  readonly skewed?: boolean;
}

/** The key functions of both sides. */
export interface JoinKeys {
  readonly key: AnyFunction;
  readonly otherKey: AnyFunction;
}

/** Pairs of equal keys: each partition with all of a list, or of another node. */
export function lookUpNode(
  node: LayerNode,
  other: LayerNode | readonly unknown[],
  { key, otherKey }: JoinKeys,
): LayerNode {
  const values = new LayerValues("join");
  const keys = { key: values.function(key), otherKey: values.function(otherKey) };
  if (!isNode(other)) {
    const step = { step: "join", ...keys, table: values.constant(other) } as const;
    return stepsNode("join", node, values, [step]);
  }
  if (partitionCount(other) > JOINED_PARTITIONS_MAX) {
    throw new ArgumentError(
      "value",
      `join: the other bag has ${partitionCount(other)} partitions, and each task would read all of ` +
        `them: repartition it to ${JOINED_PARTITIONS_MAX} or fewer, or leave broadcast out`,
    );
  }
  const others = allPartitions(other);
  return partitionsNode("join", values, {
    steps: [{ step: "join", ...keys }],
    operands: eachPartition(node).map((row) => [...row, ...others]),
    sideCounts: eachPartition(node).map(() => others.length),
  });
}

/** Pairs of equal keys: both nodes to partitions by a hash of the key, and there to pairs. */
export function hashJoinNode(
  node: LayerNode,
  other: LayerNode,
  { key, otherKey }: JoinKeys,
  { npartitions, skewed = false }: Omit<BagJoinOptions, "broadcast">,
): LayerNode {
  const parts = npartitions ?? Math.max(partitionCount(node), partitionCount(other));
  checkCount(parts, "npartitions", "join");
  const frequent = skewed && parts > 1 ? frequentKeysNode(node, key, parts) : undefined;
  const side = (from: LayerNode, keyOf: AnyFunction, frequentGo: "around" | "everywhere") => {
    const values = new LayerValues("join");
    const split = { parts, by: "hash", key: values.function(keyOf) } as const;
    return splitNode(
      "join-split",
      from,
      values,
      frequent === undefined ? split : { ...split, frequentGo },
      frequent,
    );
  };
  const values = new LayerValues("join");
  const keys = { key: values.function(key), otherKey: values.function(otherKey) };
  const others = allPartitions(side(other, otherKey, "everywhere"));
  const all = [...allPartitions(side(node, key, "around")), ...others];
  return partitionsNode("join", values, {
    steps: [{ step: "join", ...keys }],
    readsParts: true,
    operands: Array.from({ length: parts }, () => all),
    sideCounts: Array.from({ length: parts }, () => others.length),
  });
}

/**
 * One partition: the keys with more elements than a part would have if all keys were equally
 * frequent.
 */
function frequentKeysNode(node: LayerNode, key: AnyFunction, parts: number): LayerNode {
  const values = new LayerValues("join");
  // Numbers of the sketch are too small by less than a quarter of a part's share.
  const capacity = 4 * parts;
  return treeNode("join-frequent", node, {
    values,
    first: [{ step: "sketchKeys", key: values.function(key), capacity }],
    join: [{ step: "joinSketches", capacity }],
    last: [{ step: "frequentKeys", parts }],
  });
}

/** Partitions of a bag that is read whole by each task of a join. */
const JOINED_PARTITIONS_MAX = 1_000;

function isNode(other: LayerNode | readonly unknown[]): other is LayerNode {
  return "layer" in other;
}
