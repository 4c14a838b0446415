// A graph's plan as text: its layers after the passes, and the effect of each pass.
import { formatBytes } from "../../base/units.js";
import {
  countText,
  gridText,
  kindText,
  plural,
  shapeText,
} from "../../graph/model/describe-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { isOutput, type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { shortName, wordOf } from "../../graph/model/naming.js";
import {
  explainPasses,
  type OptimizeOptions,
  optimize,
  type PassEffect,
} from "../../graph/passes/optimize.js";
import { expandLayers, tasksPerLayer } from "../../graph/tasks/expand.js";

/**
 * Two tables, the effect of each pass in layers, tasks and bytes of all blocks, and the layers that are
 * computed; and between them which layers each pass took out of the plan and put into it.
 */
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
    ...changes(effects),
    layerTable(optimize(graph, options)),
    "",
  ].join("\n");
}

function passTable(effects: readonly PassEffect[]): string {
  return table(
    ["pass", "layers", "tasks", "bytes"],
    effects.map(({ pass, layers, tasks, bytes }) => [
      pass,
      countText(layers),
      countText(tasks),
      formatBytes(bytes),
    ]),
    [1, 2, 3],
  );
}

/** The most layers of a pass that are listed. */
const CHANGES_MAX = 20;

/** For each pass that changed the plan, the layers before it that are not there after it, and those that are new. */
function changes(effects: readonly PassEffect[]): string[] {
  return effects.flatMap(({ pass, graph }, at) => {
    const before = at === 0 ? graph : (effects[at - 1] as PassEffect).graph;
    if (before === graph) return [];
    const gone = without(before, graph).map((text) => `  - ${text}`);
    const added = without(graph, before).map((text) => `  + ${text}`);
    const lines = [...gone, ...added];
    if (lines.length === 0) return [];
    const rest = lines.length - CHANGES_MAX;
    return [
      pass,
      ...lines.slice(0, CHANGES_MAX),
      ...(rest > 0 ? [`  … and ${plural(rest, "layer")}`] : []),
      "",
    ];
  });
}

/** Layers of the one graph that the other has not, by what they are, not by what they are made of. */
function without(graph: LayerGraph, other: LayerGraph): string[] {
  const left = new Map<string, number>();
  for (const layer of layersOf(other)) {
    left.set(summary(layer), (left.get(summary(layer)) ?? 0) + 1);
  }
  return layersOf(graph)
    .map(summary)
    .filter((text) => {
      const count = left.get(text) ?? 0;
      left.set(text, count - 1);
      return count <= 0;
    });
}

function summary(layer: Layer): string {
  return `${wordOf(layer.name)}: ${kindText(layer)}, ${shapeText(layer.chunks)}, ${gridText(layer.chunks)}`;
}

function layerTable(graph: LayerGraph): string {
  const expanded = expandLayers(layersOf(graph), outputsOf(graph));
  const tasks = tasksPerLayer(expanded);
  const rows = expanded.layers.map((layer, at) => [
    `${shortName(layer.name)}${isOutput(graph, layer.name) ? " *" : ""}`,
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
