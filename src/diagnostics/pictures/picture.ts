// The contents of a picture of a graph: a box for each layer or task, with all its facts. Every
// format is written from this; colours are colours.ts.
import { blockIndexOf, hasUnknownLengths } from "../../graph/model/chunks.js";
import { contentText, kindText, plural } from "../../graph/model/describe-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { isOutput, type LayerGraph, layersOf, outputsOf } from "../../graph/model/layer-graph.js";
import { taskKey, wordOf } from "../../graph/model/naming.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import { expandLayers, type TaskTable, tasksPerLayer } from "../../graph/tasks/expand.js";
import { orderTasks } from "../../graph/tasks/order.js";

/** A box and its attributes. Names are those that exports carry. */
export interface Box {
  /** The word of the layer's name. */
  readonly label: string;
  /** The layer's name in full. */
  readonly layer: string;
  /** The operation of the layer: `blockwise + partial mean`. */
  readonly kind: string;
  /** The kind of layer, without detail. */
  readonly layerKind: Layer["kind"];
  readonly dtype: string;
  /** Bytes of the result; of all blocks together for a layer; NaN when that is not known before. */
  readonly bytes: number;
  /** Whether the result is an output. */
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

/** Boxes, with arrows from inputs to their readers. */
export interface Picture {
  readonly title: string;
  /** Whether boxes are tasks, not layers or kinds of layers. */
  readonly isTasks: boolean;
  /** The meaning of its colours. */
  readonly colouring: Colouring;
  /** The expanded graph that it shows. */
  readonly table: TaskTable;
  readonly count: number;
  /** The box at a position; made on demand, so that 100,000 of them take no memory. */
  boxAt(at: number): Box;
  readonly arrows: Arrows;
}

/** Positions of boxes, from and to by turns; no arrow is there twice. */
export type Arrows = Int32Array;

/** A picture whose colours are still to be chosen. */
export type PlainBox = Omit<Box, "fill" | "line">;

/** Fill and line of a box. */
export interface Colours {
  readonly fill: string;
  readonly line: string;
}

/** Returns the colours of a box. */
export type Paint = (box: PlainBox, at: number) => Colours;

/** How boxes are coloured, and what that means: text for the title, empty if it needs none. */
export interface Colouring {
  readonly paint: Paint;
  readonly legend: string;
  /** The meaning of a box's colour, if there are few colours. */
  readonly meaning?: (box: PlainBox, at: number) => string | undefined;
  /** The ends of the scale, where colours are many. */
  readonly scale?: Scale;
}

/** A scale of colours from the least to the most of a quantity. */
export interface Scale {
  readonly name: string;
  readonly least: string;
  readonly most: string;
  /** Colours from one end to the other. */
  readonly stops: readonly string[];
}

/** Boxes of all layers or tasks, and from where to where arrows run. */
export interface Boxes {
  readonly count: number;
  boxAt(at: number): PlainBox;
  readonly arrows: Arrows;
  /** The expanded graph that they were made from. */
  readonly table: TaskTable;
  /** Whether they are tasks; layers or kinds of layers otherwise. */
  readonly isTasks?: boolean;
}

/** A box for each layer. */
export function layerBoxes(graph: LayerGraph): Boxes {
  const table = expandLayers(layersOf(graph), outputsOf(graph));
  const tasks = tasksPerLayer(table);
  const position = new Map(table.layers.map((layer, at) => [layer.name, at]));
  const bytes = new Float64Array(table.layers.length);
  table.layerOf.forEach((at, task) => {
    bytes[at] =
      (bytes[at] as number) + knownBytes(table.layers[at] as Layer, table.blockOf[task] as number);
  });
  const boxes = table.layers.map((layer, at) => ({
    ...common(layer),
    bytes: bytes[at] as number,
    output: isOutput(graph, layer.name),
    shape: contentText(layer).shape,
    blocks: contentText(layer).blocks,
    tasks: tasks[at] as number,
  }));
  const arrows = table.layers.flatMap((layer, at) =>
    [...new Set(layer.inputs)].flatMap((input) => [position.get(input) as number, at]),
  );
  const boxAt = (at: number) => boxes[at] as PlainBox;
  return { count: boxes.length, boxAt, arrows: Int32Array.from(arrows), table };
}

/** A box for each kind of layer, where there are more layers than a picture can show. */
export function kindBoxes({ count, boxAt, arrows, table }: Boxes): Boxes {
  const groups = new Map<string, { at: number; layers: number; box: PlainBox }>();
  const groupOf = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const { tasks = 0, ...box } = boxAt(at);
    const known = groups.get(box.kind);
    const group = known ?? { at: groups.size, layers: 0, box: { ...box, bytes: 0, tasks: 0 } };
    groups.set(box.kind, group);
    groupOf[at] = group.at;
    group.layers++;
    group.box = {
      ...group.box,
      label: box.kind,
      layer: plural(group.layers, "layer"),
      shape: plural(group.layers, "layer"),
      blocks: "",
      dtype: group.box.dtype === box.dtype ? box.dtype : "several dtypes",
      bytes: group.box.bytes + box.bytes,
      output: group.box.output || box.output,
      tasks: (group.box.tasks ?? 0) + tasks,
    };
  }
  const boxes = Array.from(groups.values(), ({ box }) => box);
  const pairs = new Set<number>();
  for (let at = 0; at < arrows.length; at += 2) {
    const [from, to] = [groupOf[arrows[at] as number], groupOf[arrows[at + 1] as number]];
    if (from !== to) pairs.add((from as number) * boxes.length + (to as number));
  }
  const flat = [...pairs].flatMap((pair) => [Math.floor(pair / boxes.length), pair % boxes.length]);
  return {
    count: boxes.length,
    boxAt: (at) => boxes[at] as PlainBox,
    arrows: Int32Array.from(flat),
    table,
  };
}

/** A box for each task of an expanded graph. */
export function taskBoxes(table: TaskTable): Boxes {
  const outputs = new Set(table.outputs.flatMap((tasks) => Array.from(tasks)));
  const order = orderTasks(table);
  const pressure = pressureOf(table, order);
  const kinds = table.layers.map((layer) => common(layer));
  const boxAt = (task: number): PlainBox => {
    const at = table.layerOf[task] as number;
    const layer = table.layers[at] as Layer;
    const block = table.blockOf[task] as number;
    const index = blockIndexOf(layer.chunks, block);
    const { label, kind, layerKind, dtype } = kinds[at] as ReturnType<typeof common>;
    // Field by field: V8 takes ten times as long to spread an object into another.
    return {
      label,
      layer: layer.name,
      kind,
      layerKind,
      dtype,
      bytes: knownBytes(layer, block),
      output: outputs.has(task),
      key: taskKey(layer.name, index),
      block: index.join(", "),
      order: order[task] as number,
      pressureBytes: pressure[task] as number,
    };
  };
  return { count: table.layerOf.length, boxAt, arrows: taskArrows(table), table, isTasks: true };
}

/** From each operand to its task; once if it is read twice. */
function taskArrows(table: TaskTable): Arrows {
  const arrows = new Int32Array(2 * table.operands.length);
  let end = 0;
  for (let task = 0; task < table.layerOf.length; task++) {
    const row = operandsOf(table, task);
    const distinct = row.length < 2 ? row : new Set(row);
    for (const operand of distinct) {
      arrows[end++] = operand;
      arrows[end++] = task;
    }
  }
  return arrows.slice(0, end);
}

/** The picture of these boxes in these colours. */
export function picture(boxes: Boxes, colouring: Colouring, words: string): Picture {
  const { count, boxAt, arrows, table } = boxes;
  const painted = (at: number): Box => {
    const box = boxAt(at);
    return Object.assign(box, colouring.paint(box, at));
  };
  const title = colouring.legend === "" ? words : `${words} · ${colouring.legend}`;
  const isTasks = boxes.isTasks === true;
  return { title, isTasks, colouring, count, boxAt: painted, arrows, table };
}

/** The name of the box at a position, in exported files. */
export function nodeName(at: number, prefix = "n"): string {
  return `${prefix}${at}`;
}

/** A piece of text for each box. */
export function* mapBoxes(
  { count, boxAt }: Picture,
  write: (box: Box, node: string) => string,
): Generator<string> {
  for (let at = 0; at < count; at++) yield write(boxAt(at), nodeName(at));
}

/** A piece of text for each arrow. */
export function* mapArrows(
  { arrows }: Picture,
  write: (from: string, to: string, arrow: number) => string,
): Generator<string> {
  for (let at = 0; at < arrows.length; at += 2) {
    yield write(nodeName(arrows[at] as number), nodeName(arrows[at + 1] as number), at / 2);
  }
}

/** How many layers and tasks, as a title. */
export function titleOf(table: TaskTable): string {
  return `${plural(table.layers.length, "layer")}, ${plural(table.layerOf.length, "task")}`;
}

/** Bytes of a block; NaN where the values decide, for which {@link outputBytes} has a guess. */
function knownBytes(layer: Layer, block: number): number {
  return hasUnknownLengths(layer.chunks) ? Number.NaN : outputBytes(layer, block);
}

/** Attributes that a layer's box shares with those of its tasks. */
function common(layer: Layer) {
  return {
    label: wordOf(layer.name),
    layer: layer.name,
    kind: kindText(layer),
    layerKind: layer.kind,
    dtype: contentText(layer).dtype,
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
    return outputBytes(layer, table.blockOf[task] as number);
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
