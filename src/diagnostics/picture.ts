// What a picture of a graph shows: a box for each layer or each task, with everything that is known
// of it, as a graphology graph. Every format is written from this; colours are colours.ts.
import { DirectedGraph } from "graphology";
import { blockIndexOf } from "../graph/chunks.js";
import { gridText, kindText, plural, shapeText, tasksPerLayer } from "../graph/describe.js";
import { expandLayers, type TaskTable } from "../graph/expand.js";
import type { Layer } from "../graph/layer.js";
import type { LayerGraph } from "../graph/layer-graph.js";
import { taskKey, wordOf } from "../graph/naming.js";
import { orderTasks } from "../graph/order.js";
import { outputBytes } from "../graph/output-bytes.js";

/** A box and what is known of it. Names are those that exports carry. */
export interface Box {
  /** What stands in it: the word of the layer's name. */
  readonly label: string;
  /** The layer's name in full. */
  readonly layer: string;
  /** What the layer does: `blockwise + partial mean`. */
  readonly kind: string;
  /** The kind of layer, without detail. */
  readonly layerKind: Layer["kind"];
  readonly dtype: string;
  /** Bytes of the result; of all blocks together for a layer; NaN when that is not known before. */
  readonly bytes: number;
  /** Whether somebody wants the result. */
  readonly output: boolean;
  /** Layers only: the whole shape, the grid of blocks, and how many tasks are run. */
  readonly shape?: string;
  readonly blocks?: string;
  readonly tasks?: number;
  /** Tasks only: its key, its block, and its place in the order of execution. */
  readonly key?: string;
  readonly block?: string;
  readonly order?: number;
  /** Bytes that results hold when the task has run, were tasks run one by one in order. */
  readonly pressureBytes?: number;
  /** Fill and line, as `#rrggbb`. */
  readonly fill: string;
  readonly line: string;
}

/** What the picture as a whole says. */
export interface PictureTitle {
  readonly title: string;
}

/** Boxes with arrows from what is read to what reads it. */
export type Picture = DirectedGraph<Box, Record<string, never>, PictureTitle>;

/** A picture whose colours are still to be chosen. */
export type PlainBox = Omit<Box, "fill" | "line">;

/** Says how a box is to be coloured. */
export type Paint = (box: PlainBox, at: number) => { readonly fill: string; readonly line: string };

/** Boxes of all layers, and from where to where arrows run. */
export interface Boxes {
  readonly boxes: readonly PlainBox[];
  readonly arrows: readonly (readonly [from: number, to: number])[];
  /** The expanded graph that they were made from. */
  readonly table: TaskTable;
}

/** A box for each layer. */
export function layerBoxes(graph: LayerGraph): Boxes {
  const table = expandLayers(graph.topological(), graph.outputs);
  const tasks = tasksPerLayer(table);
  const position = new Map(table.layers.map((layer, at) => [layer.name, at]));
  const bytes = new Float64Array(table.layers.length);
  table.layerOf.forEach((at, task) => {
    bytes[at] =
      (bytes[at] as number) + outputBytes(table.layers[at] as Layer, table.blockOf[task] as number);
  });
  const boxes = table.layers.map((layer, at) => ({
    ...common(layer, graph.isOutput(layer.name), bytes[at] as number),
    shape: shapeText(layer.chunks),
    blocks: gridText(layer.chunks),
    tasks: tasks[at] as number,
  }));
  const arrows = table.layers.flatMap((layer, at) =>
    layer.inputs.map((input) => [position.get(input) as number, at] as const),
  );
  return { boxes, arrows, table };
}

/** A box for each task of an expanded graph. */
export function taskBoxes(table: TaskTable): Boxes {
  const outputs = new Set(table.outputs.flatMap((tasks) => Array.from(tasks)));
  const order = orderTasks(table);
  const pressure = pressureOf(table, order);
  const boxes: PlainBox[] = [];
  const arrows: [number, number][] = [];
  for (let task = 0; task < table.layerOf.length; task++) {
    const layer = table.layers[table.layerOf[task] as number] as Layer;
    const block = table.blockOf[task] as number;
    const index = blockIndexOf(layer.chunks, block);
    boxes.push({
      ...common(layer, outputs.has(task), outputBytes(layer, block)),
      key: taskKey(layer.name, index),
      block: index.join(", "),
      order: order[task] as number,
      pressureBytes: pressure[task] as number,
    });
    for (const operand of new Set(operandsOf(table, task))) arrows.push([operand, task]);
  }
  return { boxes, arrows, table };
}

/** The picture of these boxes. */
export function picture({ boxes, arrows }: Boxes, paint: Paint, title: string): Picture {
  const graph: Picture = new DirectedGraph<Box, Record<string, never>, PictureTitle>();
  graph.setAttribute("title", title);
  boxes.forEach((box, at) => void graph.addNode(`n${at}`, { ...box, ...paint(box, at) }));
  for (const [from, to] of arrows) graph.mergeEdge(`n${from}`, `n${to}`);
  return graph;
}

/** How many layers and tasks, as a title. */
export function titleOf(table: TaskTable): string {
  return `${plural(table.layers.length, "layer")}, ${plural(table.layerOf.length, "task")}`;
}

function common(layer: Layer, output: boolean, bytes: number) {
  return {
    label: wordOf(layer.name),
    layer: layer.name,
    kind: kindText(layer),
    layerKind: layer.kind,
    dtype: layer.dtype,
    bytes,
    output,
  };
}

function operandsOf({ operands, operandStart }: TaskTable, task: number): Int32Array {
  return operands.subarray(operandStart[task], operandStart[task + 1]);
}

/** Per task: bytes of the results that are still needed once it has run, one task after another. */
function pressureOf(table: TaskTable, order: Int32Array): Float64Array {
  const count = order.length;
  const sequence = new Int32Array(count);
  order.forEach((place, task) => {
    sequence[place] = task;
  });
  const readersLeft = new Int32Array(count);
  for (const operand of table.operands) readersLeft[operand] = (readersLeft[operand] as number) + 1;
  const bytesOf = (task: number) => {
    const layer = table.layers[table.layerOf[task] as number] as Layer;
    const bytes = outputBytes(layer, table.blockOf[task] as number);
    return Number.isNaN(bytes) ? 0 : bytes;
  };
  const pressure = new Float64Array(count);
  let held = 0;
  for (const task of sequence) {
    held += bytesOf(task);
    for (const operand of operandsOf(table, task)) {
      readersLeft[operand] = (readersLeft[operand] as number) - 1;
      if (readersLeft[operand] === 0) held -= bytesOf(operand);
    }
    pressure[task] = held;
  }
  return pressure;
}
