// Fusing: a blockwise layer is computed inside the layers that read it, so that its blocks are
// never stored. Two passes share the walk: fuseBlockwise joins elementwise layers, fuseReductions
// joins them into a reduction's first step. inline-sources.ts joins cheap sources.
import type { BlockwiseLayer, Layer } from "../model/layer.js";
import { isOutput, type LayerGraph, layersOf } from "../model/layer-graph.js";
import type { Operation } from "../model/operations.js";
import { expressionOf, withExpressions } from "./expression.js";
import { joinWords, Workspace } from "./workspace.js";

/** A fused layer needs all its operands in memory at once, so it may not have many. */
const OPERANDS_MAX = 12;

/** Longer programs gain nothing and are slow to compile. */
const NODES_MAX = 200;

/** A program up to this long is cheap enough to be run by several users. */
const CHEAP_NODES_MAX = 8;

/** Operations that cost as much as reading and writing the element several times. */
const EXPENSIVE: ReadonlySet<string> = new Set<Operation>([
  ..."pow exp expm1 log log1p log2 log10 logaddexp cbrt hypot".split(" "),
  ..."sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh".split(" "),
] as Operation[]);

/** Joins elementwise functions, casts, transposes and broadcasts into the layers that read them. */
export function fuseBlockwise(graph: LayerGraph): void {
  fuse(graph, (user) => user.reduction === undefined);
}

/** Joins the rest of the layers before a reduction into its first step. */
export function fuseReductions(graph: LayerGraph): void {
  fuse(graph, () => true);
}

/** From the outputs down: when a layer is examined, its users have absorbed all they can. */
function fuse(graph: LayerGraph, joins: (user: BlockwiseLayer) => boolean): void {
  const space = new Workspace(graph);
  for (const { name } of layersOf(graph).toReversed()) {
    // Joining a layer into its users may have left layers below it without any.
    if (!space.has(name)) continue;
    const producer = space.layer(name);
    if (producer.kind !== "blockwise" || producer.reduction !== undefined) continue;
    if (isOutput(graph, name)) continue;
    const joined = joinInto(producer, space.usersOf(name), joins);
    const word = space.wordOf(name);
    // The producer is dropped with the last of its users.
    for (const user of joined ?? []) {
      space.replace(user.name, user, joinWords(space.wordOf(user.name), word));
    }
  }
  space.finish();
}

/** The consumers with the producer inside; undefined if it must, or should, stay separate. */
function joinInto(
  producer: BlockwiseLayer,
  consumers: readonly Layer[],
  joins: (user: BlockwiseLayer) => boolean,
): BlockwiseLayer[] | undefined {
  const eligible = consumers.filter(
    (layer): layer is BlockwiseLayer => layer.kind === "blockwise" && joins(layer),
  );
  if (eligible.length === 0 || eligible.length < consumers.length) return undefined;
  if (!isCheap(producer) && isRepeated(producer, eligible)) return undefined;
  const expressions = new Map([[producer.name, expressionOf(producer)]]);
  const joined = eligible.map((layer) => withExpressions(layer, expressions));
  const fits = ({ operands, program }: BlockwiseLayer) =>
    operands.length <= OPERANDS_MAX && program.nodes.length <= NODES_MAX;
  return joined.every(fits) ? joined : undefined;
}

/**
 * Whether to compute the layer again costs little, in time and in memory: users that come late keep
 * its inputs alive instead of its result, so there may be only one.
 */
function isCheap({ inputs, program }: BlockwiseLayer): boolean {
  return (
    inputs.length <= 1 &&
    program.nodes.length <= CHEAP_NODES_MAX &&
    !program.nodes.some(({ op }) => EXPENSIVE.has(op))
  );
}

/**
 * Whether fused elements are computed more than once: for several uses, or for each broadcast copy.
 */
function isRepeated(producer: BlockwiseLayer, consumers: readonly BlockwiseLayer[]): boolean {
  let uses = 0;
  for (const { inputs, operands, loopChunks } of consumers) {
    for (const { input, axes } of operands) {
      if (inputs[input] !== producer.name) continue;
      uses++;
      const isBroadcast = loopChunks.some(
        (lengths, axis) => !axes.includes(axis) && !(lengths.length === 1 && lengths[0] === 1),
      );
      if (isBroadcast) return true;
    }
  }
  return uses > 1;
}
