// The contents of a drawing before its layout: cards with a layer's text and, if tasks are shown, a
// cell for each block, and arrows between cards. arrange.ts lays them out, draw-svg.ts draws them.
import { blockCount, numBlocks } from "../../graph/model/chunks.js";
import { kindText, plural, shapeText } from "../../graph/model/describe-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { wordOf } from "../../graph/model/naming.js";
import type { TaskTable } from "../../graph/tasks/expand.js";
import { type CellGrid, cellGrid, line } from "./cell-grid.js";
import { type Box, type Colours, nodeName, type Picture } from "./picture.js";
import { textWidth } from "./text-width.js";

/** Which way arrows run: from the top down, or from left to right. */
export type Direction = "TB" | "LR";

/** An upper left corner within something larger. */
export interface Corner {
  readonly x: number;
  readonly y: number;
}

/** A task's cell among those of its card. */
export interface CardCell extends Corner {
  readonly task: number;
}

/** The cells of a card. */
export interface CardCells {
  /** Where the first one is, within the card. */
  readonly corner: Corner;
  readonly side: number;
  readonly width: number;
  readonly height: number;
  readonly tasks: readonly CardCell[];
  /** Blocks that have no task: other layers' blocks, or blocks that nothing needs. */
  readonly ghosts: readonly Corner[];
}

/** A card: its size, its words and its cells. */
export interface Card {
  readonly width: number;
  readonly height: number;
  /** The first is emphasised. */
  readonly lines: readonly string[];
  /** Where they begin. */
  readonly words: Corner;
  readonly colours?: Colours;
  readonly isOutput: boolean;
  /** The name of the box, if the card is one. */
  readonly node?: string;
  /** The text that appears when the pointer rests on the card. */
  readonly tooltip: string;
  readonly cells?: CardCells;
}

/** Cards, and pairs of positions among them: from, to. */
export interface CardGraph {
  readonly cards: readonly Card[];
  readonly links: readonly (readonly [number, number])[];
}

/** Font sizes of a card's first line and of the others, and how far apart lines are. */
export const CARD_FONT = { title: 13, text: 11, step: 15 } as const;
/** The space between a card's edge and its content, and between cells and text. */
const PADDING = 10;

/**
 * A grid of cells is about as long along its longer side, where cells do not become too small or
 * too large.
 */
const GRID_SIDE = 130;
const CELL_SIDE = { least: 2.5, most: 16 } as const;
/** Cells of this part of their side; the rest is between them. */
const CELL_FILL = 0.84;

/** So few calls that read each other have a card each. */
const CALLS_ALONE_MAX = 40;

/**
 * The cards of a picture: one for each layer, or for each task where these read others of their
 * layer and are few. Cells are next to the text if arrows run down, and below it if arrows run to
 * the right, so that they cross no text.
 */
export function cardsOf(picture: Picture, prefix: string, direction: Direction): CardGraph {
  const { table, isTasks, count } = picture;
  if (!isTasks) return boxCards(picture, prefix);
  const depths = depthsOf(table);
  const isChained = depths.some((depth) => depth > 0);
  if (isChained && count <= CALLS_ALONE_MAX) return boxCards(picture, prefix);
  return panels(picture, depths, direction);
}

/** A card for each box. */
function boxCards({ count, boxAt, arrows }: Picture, prefix: string): CardGraph {
  const cards = Array.from({ length: count }, (_, at) => {
    const box = boxAt(at);
    const node = nodeName(at, prefix);
    const { fill, line, output } = box;
    const tooltip = box.key ?? box.layer;
    return card({ lines: linesOf(box), node, tooltip, colours: { fill, line }, isOutput: output });
  });
  const links: [number, number][] = [];
  for (let at = 0; at < arrows.length; at += 2) {
    links.push([arrows[at] as number, arrows[at + 1] as number]);
  }
  return { cards, links };
}

function linesOf(box: Box): string[] {
  if (box.key !== undefined) return box.block === "" ? [box.label] : [box.label, `(${box.block})`];
  const count = box.tasks ? plural(box.tasks, "task") : "";
  return [
    box.label,
    box.kind,
    `${box.shape} ${box.dtype}`,
    [box.blocks, count].filter(Boolean).join(" · "),
  ];
}

/**
 * How many tasks of its own layer each task comes after: those of calls and of partitions read each
 * other.
 */
function depthsOf({ layerOf, operandStart, operands }: TaskTable): Int32Array {
  const depths = new Int32Array(layerOf.length);
  for (let task = 0; task < layerOf.length; task++) {
    const end = operandStart[task + 1] as number;
    for (let at = operandStart[task] as number; at < end; at++) {
      const operand = operands[at] as number;
      if (layerOf[operand] !== layerOf[task]) continue;
      depths[task] = Math.max(depths[task] as number, (depths[operand] as number) + 1);
    }
  }
  return depths;
}

/** Tasks of a layer, those of one depth. */
interface Panel {
  readonly at: number;
  readonly depth: number;
  readonly tasks: number[];
}

/**
 * A card for each layer with its tasks as cells; of layers that read themselves one for each step.
 */
function panels(picture: Picture, depths: Int32Array, direction: Direction): CardGraph {
  const { table } = picture;
  const found: Panel[] = [];
  const numberOf = new Map<string, number>();
  const panelAt = (at: number, depth: number) => {
    const key = `${at}:${depth}`;
    const known = numberOf.get(key);
    if (known !== undefined) return known;
    numberOf.set(key, found.length);
    return found.push({ at, depth, tasks: [] }) - 1;
  };
  // Layers whose blocks are all those of others have a card, too.
  for (const at of table.layers.keys()) panelAt(at, 0);
  const panelOf = Int32Array.from(table.layerOf, (at, task) => panelAt(at, depths[task] as number));
  for (const [task, panel] of panelOf.entries()) found[panel]?.tasks.push(task);
  const steps = new Map<number, number>();
  for (const { at, depth } of found) steps.set(at, Math.max(steps.get(at) ?? 0, depth));
  const outputs = new Set(table.outputs.flatMap((tasks) => Array.from(tasks)));
  const isDown = direction === "LR";
  const cards = found.map((panel) => {
    const { cells, ...words } = panelParts(
      picture,
      panel,
      steps.get(panel.at) as number,
      outputs,
      isDown,
    );
    return card(words, cells, direction);
  });
  return { cards, links: panelLinks(table, found, panelOf) };
}

/** The words of a panel's card, and its cells. */
function panelParts(
  { table }: Picture,
  { at, depth, tasks }: Panel,
  steps: number,
  outputs: ReadonlySet<number>,
  isDown: boolean,
): CardWords & { readonly cells: Cells } {
  const layer = table.layers[at] as Layer;
  const grid = steps === 0 ? cellGrid(numBlocks(layer.chunks), isDown) : line(tasks.length, isDown);
  const positions =
    steps === 0 ? tasks.map((task) => table.blockOf[task] as number) : [...tasks.keys()];
  const blocks = steps === 0 ? blockCount(layer.chunks) : tasks.length;
  const cells = cellsOf(grid, tasks, positions, blocks);
  const counted = plural(tasks.length, "task");
  const lines = [
    wordOf(layer.name),
    kindText(layer),
    ...(layer.holds === "values" ? [] : [`${shapeText(layer.chunks)} ${layer.dtype}`]),
    blocks > tasks.length ? `${counted} for ${plural(blocks, "block")}` : counted,
    ...(steps === 0 ? [] : [`step ${depth + 1} of ${steps + 1}`]),
  ];
  const isOutput = tasks.some((task) => outputs.has(task));
  return { lines, tooltip: layer.name, isOutput, cells };
}

/** Cells for tasks at these positions, and ghosts for the other blocks. */
function cellsOf(
  { columns, rows, cellOf }: CellGrid,
  tasks: readonly number[],
  positions: readonly number[],
  blocks: number,
): Cells {
  const step = Math.min(
    CELL_SIDE.most,
    Math.max(CELL_SIDE.least, GRID_SIDE / Math.max(columns, rows)),
  );
  const place = (block: number) => {
    const { column, row } = cellOf(block);
    return { x: column * step, y: row * step };
  };
  const taken = new Set(positions);
  const ghosts: Corner[] = [];
  for (let block = 0; block < blocks; block++) if (!taken.has(block)) ghosts.push(place(block));
  return {
    side: step * CELL_FILL,
    width: columns * step,
    height: rows * step,
    tasks: tasks.map((task, i) => ({ task, ...place(positions[i] as number) })),
    ghosts,
  };
}

/** From panel to panel: the operands of layers, and the steps of those that read themselves. */
function panelLinks(
  { layers, operands, operandStart }: TaskTable,
  found: readonly Panel[],
  panelOf: Int32Array,
): [number, number][] {
  const position = new Map<string, number>(layers.map(({ name }, at) => [name, at]));
  const inputs = layers.map((layer) => layer.inputs.map((name) => position.get(name) as number));
  const pairs = new Set<number>();
  const add = (from: number, to: number) => pairs.add(from * found.length + to);
  panelOf.forEach((to, task) => {
    const { at } = found[to] as Panel;
    for (let k = operandStart[task] as number; k < (operandStart[task + 1] as number); k++) {
      const from = panelOf[operands[k] as number] as number;
      const source = (found[from] as Panel).at;
      // A block that is another layer's comes by way of the aliasing layer.
      if (source === at || inputs[at]?.includes(source)) add(from, to);
    }
  });
  const linked = new Set([...pairs].map((pair) => linkOfLayers(pair, found)));
  const last = new Map(found.map(({ at }, panel) => [at, panel]));
  inputs.forEach((sources, at) => {
    for (const source of sources) {
      if (!linked.has(`${source}:${at}`)) add(last.get(source) as number, at);
    }
  });
  return Array.from(pairs, (pair) => [Math.floor(pair / found.length), pair % found.length]);
}

function linkOfLayers(pair: number, found: readonly Panel[]): string {
  const [from, to] = [Math.floor(pair / found.length), pair % found.length];
  return `${found[from]?.at}:${found[to]?.at}`;
}

/** The content of a card, before its layout. */
type CardWords = Omit<Card, "width" | "height" | "words" | "cells">;
/** Cells that have no place in a card yet. */
type Cells = Omit<CardCells, "corner">;

/** A card around its words and cells. */
function card(said: CardWords, cells?: Cells, direction: Direction = "TB"): Card {
  const widths = said.lines.map((line, i) =>
    textWidth(line, i === 0 ? CARD_FONT.title : CARD_FONT.text, i === 0),
  );
  const wide = Math.max(...widths);
  const high = said.lines.length * CARD_FONT.step;
  const around = 2 * PADDING;
  if (cells === undefined) {
    return {
      ...said,
      words: { x: PADDING, y: PADDING },
      width: wide + around,
      height: high + around,
    };
  }
  if (direction === "LR") {
    const width = Math.max(wide, cells.width) + around;
    const corner = { x: PADDING, y: high + around };
    const height = high + PADDING + cells.height + around;
    return {
      ...said,
      words: { x: PADDING, y: PADDING },
      cells: { ...cells, corner },
      width,
      height,
    };
  }
  const height = Math.max(high, cells.height) + around;
  const corner = { x: PADDING, y: (height - cells.height) / 2 };
  const words = { x: cells.width + around, y: (height - high) / 2 };
  return {
    ...said,
    words,
    cells: { ...cells, corner },
    width: wide + PADDING + cells.width + around,
    height,
  };
}
