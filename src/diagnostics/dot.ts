// Graphs as DOT text, the language of Graphviz: a box for each layer or for each task. Nothing here
// draws or writes: that is visualize.ts.
import { blockIndexOf } from "../graph/chunks.js";
import { gridText, kindText, plural, shapeText, tasksPerLayer } from "../graph/describe.js";
import { expandLayers, type TaskTable } from "../graph/expand.js";
import type { Layer } from "../graph/layer.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { taskKey, wordOf } from "../graph/naming.js";

/** More boxes than this are no picture any more, and take Graphviz minutes. */
export const DRAWN_TASKS_MAX = 5_000;

/** Fill and line of a box. */
interface Colours {
  readonly fill: string;
  readonly line: string;
}

const SOURCE = { fill: "#dbeafe", line: "#3b82f6" };
const BLOCKWISE = { fill: "#dcfce7", line: "#22a559" };
const REDUCE = { fill: "#fef3c7", line: "#d99a1c" };
const MOVE = { fill: "#f3e8ff", line: "#a469e0" };
const CONTRACT = { fill: "#fee2e2", line: "#e06666" };
const USER = { fill: "#fce7f3", line: "#db6ba5" };
const KEPT = { fill: "#e5e7eb", line: "#7b8494" };

const COLOURS: { readonly [K in Layer["kind"]]: Colours } = {
  source: SOURCE,
  blockwise: BLOCKWISE,
  treeReduce: REDUCE,
  rechunk: MOVE,
  slice: MOVE,
  concatenate: MOVE,
  reshape: MOVE,
  contract: CONTRACT,
  mapBlocks: USER,
  take: MOVE,
  routine: BLOCKWISE,
  store: SOURCE,
  persisted: KEPT,
};

// Graphviz knows the widths of Helvetica's letters, and adds the generic sans-serif by itself.
const HEAD = `  graph [rankdir=TB, bgcolor=white, pad=0.3, nodesep=0.25, ranksep=0.45, fontname="Helvetica", fontsize=11, fontcolor="#475569", labelloc=t]
  node [shape=box, style="rounded,filled", penwidth=1.2, margin="0.24,0.08", fontname="Helvetica", fontsize=12, fontcolor="#1e293b"]
  edge [color="#94a3b8", arrowsize=0.6, penwidth=1.1]`;

/** The graph with a box for each layer; `note` stands above it. */
export function layersDot(graph: LayerGraph, note?: string): string {
  const table = expandLayers(graph.topological(), graph.outputs);
  const tasks = tasksPerLayer(table);
  const position = new Map(table.layers.map((layer, at) => [layer.name, at]));
  const lines: string[] = [];
  table.layers.forEach((layer, at) => {
    const count = tasks[at] as number;
    const label = [
      `<b>${escapeHtml(wordOf(layer.name))}</b>`,
      small(kindText(layer)),
      small(`${shapeText(layer.chunks)} ${layer.dtype}`),
      small(`${gridText(layer.chunks)}${count === 0 ? "" : ` · ${plural(count, "task")}`}`),
    ].join("<br/>");
    lines.push(box(at, `<${label}>`, layer, layer.name, graph.isOutput(layer.name)));
    for (const input of layer.inputs) lines.push(`  n${position.get(input)} -> n${at}`);
  });
  return digraph(lines, note);
}

/** The graph with a box for each task; one for each layer, and a note, where that would be too many. */
export function tasksDot(graph: LayerGraph): string {
  const table = expandLayers(graph.topological(), graph.outputs);
  const count = table.layerOf.length;
  if (count > DRAWN_TASKS_MAX) {
    return layersDot(
      graph,
      `${plural(count, "task")} are too many to draw: these are their layers`,
    );
  }
  const outputs = new Set(table.outputs.flatMap((tasks) => Array.from(tasks)));
  const lines: string[] = [];
  for (let task = 0; task < count; task++) {
    const layer = table.layers[table.layerOf[task] as number] as Layer;
    const index = blockIndexOf(layer.chunks, table.blockOf[task] as number);
    const place = index.length === 0 ? "" : `<br/>${small(`(${index.join(", ")})`)}`;
    const label = `<${escapeHtml(wordOf(layer.name))}${place}>`;
    lines.push(box(task, label, layer, taskKey(layer.name, index), outputs.has(task)));
    for (const operand of operandsOf(table, task)) lines.push(`  n${operand} -> n${task}`);
  }
  return digraph(lines);
}

function operandsOf({ operands, operandStart }: TaskTable, task: number): Set<number> {
  return new Set(operands.subarray(operandStart[task], operandStart[task + 1]));
}

function digraph(lines: readonly string[], note?: string): string {
  const label = note === undefined ? [] : [`  label=${JSON.stringify(note)}`];
  return ["digraph tilework {", HEAD, ...label, ...lines, "}", ""].join("\n");
}

/** One box; an output's has a thicker line. */
function box(
  number: number,
  label: string,
  layer: Layer,
  tooltip: string,
  output: boolean,
): string {
  const { fill, line } = coloursOf(layer);
  const width = output ? ", penwidth=2.6" : "";
  return `  n${number} [label=${label}, fillcolor="${fill}", color="${line}"${width}, tooltip=${JSON.stringify(tooltip)}]`;
}

function coloursOf(layer: Layer): Colours {
  const reduces = layer.kind === "blockwise" && layer.reduction !== undefined;
  return reduces ? { fill: BLOCKWISE.fill, line: REDUCE.line } : COLOURS[layer.kind];
}

function small(text: string): string {
  return `<font point-size="10" color="#475569">${escapeHtml(text)}</font>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
