// A graph's plan as text: the effect of each pass, and the layers after the passes.
import { formatBytes } from "../../base/units.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import {
  contentText,
  countText,
  gridText,
  kindText,
  plural,
} from "../../graph/model/describe-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { isOutput, type LayerGraph, layersOf } from "../../graph/model/layer-graph.js";
import { shortName, wordOf } from "../../graph/model/naming.js";
import type { MeetingChoice, MeetingPlan } from "../../graph/passes/align-operands.js";
import type { PassEffect } from "../../graph/passes/optimize.js";

/** How large the graph is as it was built, and after the passes. */
export function sizeText(effects: readonly PassEffect[]): string {
  const before = effects[0] as PassEffect;
  const after = effects.at(-1) as PassEffect;
  return (
    `${plural(before.layers, "layer")} and ${plural(before.tasks, "task")} as built, ` +
    `${plural(after.layers, "layer")} and ${plural(after.tasks, "task")} to run`
  );
}

/**
 * The passes that changed something, in layers, tasks and bytes of all blocks; and below, which
 * layers each took out of the plan and put into it.
 */
export function passesText(effects: readonly PassEffect[]): string {
  const shown = effects.filter(({ isChange }) => isChange);
  const choices = effects.flatMap((effect) => effect.choices ?? []);
  const chosen = choices.length === 0 ? "" : `\n${choices.map(choiceText).join("\n")}\n`;
  if (shown.length === 1) return `no pass found anything to change\n${chosen}`;
  const rows = shown.map((effect) => [
    effect.pass,
    countText(effect.layers),
    countText(effect.tasks),
    bytesText(effect),
  ]);
  const head = table(["pass", "layers", "tasks", "bytes"], rows, [1, 2, 3]);
  return [`${head}\n${chosen}`, ...changes(shown)].join("\n");
}

/** Where operands of different chunks meet: the grid that was taken, and the others. */
function choiceText({ word, taken, others }: MeetingChoice): string {
  const lines = others.map((plan) => `  rather than ${planText(plan)}`);
  return [`operands of ${word} meet in ${planText(taken)}`, ...lines].join("\n");
}

function planText({ loop, cost }: MeetingPlan): string {
  const moved = formatBytes(cost.movedBytes);
  return `${gridText(loop)}: ${plural(cost.tasks, "task")}, ${moved} to move`;
}

/** Bytes of all blocks, where their lengths are known. */
function bytesText({ bytes, needed }: PassEffect): string {
  const isUnknown = needed.some(
    ({ layer, tasks }) =>
      tasks > 0 && (layer.holds === "values" || hasUnknownLengths(layer.chunks)),
  );
  return isUnknown ? "unknown" : formatBytes(bytes);
}

/** The layers that are computed. */
export function layersText({ graph, needed }: PassEffect): string {
  const rows = needed.map(({ layer, tasks }) => {
    const { shape, blocks, dtype } = contentText(layer);
    const name = `${shortName(layer.name)}${isOutput(graph, layer.name) ? " *" : ""}`;
    return [name, kindText(layer), shape, blocks, dtype, countText(tasks)];
  });
  const head = ["layer (* output)", "kind", "shape", "blocks", "dtype", "tasks"];
  return `${table(head, rows, [5])}\n`;
}

/** The most layers of a pass that are listed. */
const CHANGES_MAX = 20;

/** For each pass, the layers before it that are not there after it, and those that are new. */
function changes(effects: readonly PassEffect[]): string[] {
  return effects.slice(1).flatMap(({ pass, graph }, at) => {
    const before = (effects[at] as PassEffect).graph;
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

/**
 * Layers of the one graph that the other lacks, compared by their own content and not by their
 * inputs.
 */
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
  const { shape, blocks } = contentText(layer);
  return `${wordOf(layer.name)}: ${kindText(layer)}, ${shape}, ${blocks}`;
}

/** Columns padded to their widest cell; those in `right` are right-aligned. */
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
