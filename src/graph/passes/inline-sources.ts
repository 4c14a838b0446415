// Sources that are a formula of the position cost less to compute in place than to read. Constants,
// ranges and unit matrices become part of the programs that load them; random numbers, data and
// files never do.
import type { DType } from "../../base/dtype.js";
import type { BlockwiseLayer, LayerName, SourceLayer } from "../model/layer.js";
import { type LayerGraph, layersOf } from "../model/layer-graph.js";
import type { ProgramNode } from "../model/program.js";
import { type Expression, withExpressions } from "./expression.js";
import { Workspace } from "./workspace.js";

/** Puts constants, ranges and unit matrices into the programs of the layers that read them. */
export function inlineSources(graph: LayerGraph): void {
  const expressions = new Map<LayerName, Expression>();
  const space = new Workspace(graph);
  for (const layer of layersOf(graph)) {
    if (layer.kind === "source") {
      const nodes = formulaOf(layer);
      if (nodes !== undefined) expressions.set(layer.name, { program: { nodes }, operands: [] });
    } else if (layer.kind === "blockwise" && readsAny(layer, expressions)) {
      space.replace(layer.name, withExpressions(layer, expressions));
    }
  }
  space.finish();
}

function readsAny(layer: BlockwiseLayer, expressions: ReadonlyMap<LayerName, Expression>): boolean {
  return layer.inputs.some((input) => expressions.has(input));
}

/**
 * The source as a program, with the very rounding of its kernel; undefined when it is no formula.
 */
function formulaOf({ generator, dtype, region }: SourceLayer): ProgramNode[] | undefined {
  // Positions would count in the part.
  if (region !== undefined) return undefined;
  switch (generator.type) {
    case "full":
      return [{ op: "constant", value: generator.value, dtype }];
    case "arange": {
      const counted = typeof generator.start === "bigint" ? "int64" : "float64";
      return castTo(dtype, [
        { op: "position", axis: 0, dtype: counted },
        { op: "constant", value: generator.step, dtype: counted },
        { op: "multiply", args: [0, 1], dtype: counted },
        { op: "constant", value: generator.start, dtype: counted },
        { op: "add", args: [3, 2], dtype: counted },
      ]);
    }
    case "eye":
      return castTo(dtype, [
        { op: "position", axis: 1, dtype: "float64" },
        { op: "position", axis: 0, dtype: "float64" },
        { op: "subtract", args: [0, 1], dtype: "float64" },
        { op: "constant", value: generator.offset, dtype: "float64" },
        { op: "equal", args: [2, 3], dtype: "bool" },
      ]);
    default:
      return undefined;
  }
}

function castTo(dtype: DType, nodes: ProgramNode[]): ProgramNode[] {
  const last = nodes.length - 1;
  if (nodes[last]?.dtype === dtype) return nodes;
  return [...nodes, { op: "cast", args: [last], dtype }];
}
