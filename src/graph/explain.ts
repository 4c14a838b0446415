// What a graph computes, as text: its layers after the passes, and what each pass did.
import { countText, gridText, kindText, plural, shapeText, tasksPerLayer } from "./describe.js";
import { expandLayers } from "./expand.js";
import type { LayerGraph } from "./layer-graph.js";
import { shortName } from "./naming.js";
import {
  explainPasses,
  type OptimizeOptions,
  optimize,
  type PassEffect,
} from "./passes/optimize.js";

/** Two tables: the effect of each pass in layers and tasks, and the layers that are computed. */
export function explain(graph: LayerGraph, options: OptimizeOptions = {}): string {
  const effects = explainPasses(graph, options);
  const before = effects[0] as PassEffect;
  const after = effects.at(-1) as PassEffect;
  return [
    `${plural(before.layers, "layer")} and ${plural(before.tasks, "task")} as built, ` +
      `${plural(after.layers, "layer")} and ${plural(after.tasks, "task")} to run`,
    "",
    passTable(effects),
    "",
    layerTable(optimize(graph, options)),
    "",
  ].join("\n");
}

function passTable(effects: readonly PassEffect[]): string {
  return table(
    ["pass", "layers", "tasks"],
    effects.map(({ pass, layers, tasks }) => [pass, countText(layers), countText(tasks)]),
    [1, 2],
  );
}

function layerTable(graph: LayerGraph): string {
  const expanded = expandLayers(graph.topological(), graph.outputs);
  const tasks = tasksPerLayer(expanded);
  const rows = expanded.layers.map((layer, at) => [
    `${shortName(layer.name)}${graph.isOutput(layer.name) ? " *" : ""}`,
    kindText(layer),
    shapeText(layer.chunks),
    gridText(layer.chunks),
    layer.dtype,
    countText(tasks[at] as number),
  ]);
  return table(["layer (* output)", "kind", "shape", "blocks", "dtype", "tasks"], rows, [5]);
}

/** Columns padded to their widest cell; those in `right` stand at the right. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] as string).length), title.length),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return right.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [head, ...rows].map(line).join("\n");
}
