// The colours of boxes: by kind of layer, by layer, or along a scale by a number.
import { interpolateViridis, schemeSet3 } from "d3-scale-chromatic";
import type { Layer } from "../graph/layer.js";
import type { Boxes, Paint } from "./picture.js";

/** What boxes can be coloured by. */
export const COLOUR_MODES = [
  "kind",
  "layer",
  "order",
  "bytes",
  "pressure",
  "worker",
  "duration",
] as const;

/** One of {@link COLOUR_MODES}. */
export type ColourMode = (typeof COLOUR_MODES)[number];

/** Fill and line of a box. */
export interface Colours {
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

const BY_KIND: { readonly [K in Layer["kind"]]?: Colours } = {
  source: SOURCE,
  blockwise: BLOCKWISE,
  treeReduce: REDUCE,
  contract: CONTRACT,
  mapBlocks: USER,
  routine: BLOCKWISE,
  persisted: KEPT,
  store: SOURCE,
};

const LINE = "#475569";
const UNKNOWN = { fill: "#ffffff", line: LINE };

/** What boxes are coloured by: a box's number, and among which numbers it stands. */
export interface Measure {
  readonly values: ArrayLike<number>;
  /** Whether the numbers name things, such as workers, rather than measure them. */
  readonly isCategory: boolean;
}

/** Colours by kind of layer; the first step of a reduction has its line. */
export const paintByKind: Paint = (box) => {
  const colours = BY_KIND[box.layerKind] ?? MOVE;
  const reduces = box.layerKind === "blockwise" && box.kind !== "blockwise";
  return reduces ? { fill: colours.fill, line: REDUCE.line } : colours;
};

/** Colours by layer: the same one for all its tasks. */
export function paintByLayer({ table }: Boxes): Paint {
  const number = new Map<string, number>(table.layers.map(({ name }, at) => [name, at]));
  return ({ layer }) => category(number.get(layer) as number);
}

/** Colours by a number per box: from dark blue for the least to yellow for the most. */
export function paintByMeasure({ values, isCategory }: Measure): Paint {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at++) {
    least = Math.min(least, values[at] ?? Number.NaN) || least;
    most = Math.max(most, values[at] ?? Number.NaN) || most;
  }
  return (_box, at) => {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) return UNKNOWN;
    if (isCategory) return category(value);
    const share = most > least ? (value - least) / (most - least) : 0;
    // The darkest third of the scale is left out: labels are dark.
    return { fill: hex(interpolateViridis(0.35 + 0.65 * share)), line: LINE };
  };
}

function category(number: number): Colours {
  return { fill: schemeSet3[number % schemeSet3.length] as string, line: LINE };
}

/** `#rrggbb` of what the scale gives: that already, or `rgb(r, g, b)`. */
function hex(colour: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour);
  if (parts === null) return colour;
  const digits = parts.slice(1).map((part) => Number(part).toString(16).padStart(2, "0"));
  return `#${digits.join("")}`;
}
