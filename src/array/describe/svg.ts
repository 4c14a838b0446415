// The picture of an array's chunks that Dask shows in notebooks, as SVG text: a rectangle for one
// and two axes, a box for three, several side by side for more. Proportions are true up to a factor
// of three and then flatten, so that long thin arrays stay visible.
import { ArgumentError } from "../../base/errors.js";
import type { Chunks } from "../../graph/model/chunks.js";
import { hasUnknownLengths, shapeOf } from "../../graph/model/chunks.js";
import type { ChunkedArray } from "../chunked-array.js";
import { formatShape } from "../chunks/axes.js";
import { checkArrays } from "../layers/array-operands.js";

/** Options of {@link toSvg}. */
export interface SvgOptions {
  /** How long the longest axis is drawn, in pixels; default: 200. */
  readonly size?: number;
}

/**
 * A picture of an array's chunks.
 *
 * @param x an array
 * @returns an SVG document; of very many chunks not every line is drawn
 * @throws ArgumentError `argument.shape` for an array without axes or elements, or of unknown
 * lengths; `argument.value` when the size is no positive number
 * @see Dask's `dask.array.svg`
 * @example toSvg(zeros([100, 200, 50], { chunks: 50 })).startsWith("<svg"); // → true
 */
export function toSvg(x: ChunkedArray, options: SvgOptions = {}): string {
  checkArrays("toSvg", x);
  const { size = 200 } = options;
  if (!(size > 0) || !Number.isFinite(size)) {
    throw new ArgumentError("value", `size is ${size}: expected a positive number`, { size });
  }
  if (hasUnknownLengths(x.chunks) || x.ndim === 0 || x.size === 0) {
    const what = hasUnknownLengths(x.chunks) ? "unknown lengths" : formatShape(x.shape);
    const text = `an array of ${what} cannot be drawn: expected axes and elements`;
    throw new ArgumentError("shape", text, { shape: x.shape });
  }
  const { body, width, height } = drawAll(x.chunks, size);
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${whole(width)}" height="${whole(height)}" style="stroke:rgb(0,0,0);stroke-width:1">`;
  return [head, ...body, "</svg>"].join("\n");
}

interface Drawing {
  readonly body: readonly string[];
  readonly width: number;
  readonly height: number;
}

type Pair = readonly [number, number];

function drawAll(chunks: Chunks, size: number): Drawing {
  // Groups of three axes from the last on; the first group gets an axis more rather than be alone.
  const axes = chunks.length % 3 === 1 ? [[1], ...chunks] : chunks;
  const lengths = drawnLengths(shapeOf(axes), size);
  if (axes.length <= 3) return draw(axes, lengths, [0, 0], size);
  const body: string[] = [];
  let left = 0;
  let height = 0;
  for (let at = 0; at < axes.length; ) {
    const end = at + ((axes.length - at) % 3 || 3);
    const one = draw(axes.slice(at, end), lengths.slice(at, end), [left, 0], size);
    body.push(...one.body, "");
    left += whole(one.width) + 10;
    height = Math.max(height, one.height);
    at = end;
  }
  return { body, width: left, height };
}

function draw(chunks: Chunks, lengths: readonly number[], offset: Pair, size: number): Drawing {
  return chunks.length === 3
    ? drawBox(chunks, lengths, offset, size)
    : drawRectangle(chunks, lengths, offset, size);
}

function drawRectangle(
  chunks: Chunks,
  lengths: readonly number[],
  offset: Pair,
  size: number,
): Drawing {
  const [rows = 0, columns = 0] = shapeOf(chunks);
  const [y, x] = gridPoints(chunks, lengths) as [number[], number[]];
  const { lines, box } = grid(x, y, { offset, skew: [0, 0], size });
  const text = [
    label(box.right / 2, box.bottom + 20, columns, 0),
    label(box.right + 20, box.bottom / 2, rows, rows >= 100 ? -90 : 0),
  ];
  return { body: [...lines, ...text], width: box.right + 50, height: box.bottom + 50 };
}

function drawBox(
  chunks: Chunks,
  lengths: readonly number[],
  [left, top]: Pair,
  size: number,
): Drawing {
  const [depth = 0, rows = 0, columns = 0] = shapeOf(chunks);
  const [points, y, z] = gridPoints(chunks, lengths) as [number[], number[], number[]];
  // The first axis runs into the page, foreshortened.
  const x = points.map((point) => point / 1.7);
  const side = grid(x, y, { offset: [left + 10, top], skew: [1, 0], size });
  const lid = grid(z, x, { offset: [left + 10, top], skew: [0, 1], size });
  const drop = lid.box.bottom;
  const front = grid(z, y, { offset: [left + drop + 10, top + drop], skew: [0, 0], size });
  const { box } = front;
  const depthX = (side.box.left + side.box.right) / 2 - 10;
  const depthY = side.box.bottom - (side.box.right - side.box.left) / 2 + 20;
  const text = [
    label((box.left + box.right) / 2, box.bottom + 20, columns, 0),
    label(box.right + 20, (box.top + box.bottom) / 2, rows, rows >= 100 ? -90 : 0),
    label(depthX, depthY, depth, 45),
  ];
  const body = [...side.lines, ...lid.lines, ...front.lines, ...text];
  return { body, width: box.right + 50, height: box.bottom + 50 };
}

function label(x: number, y: number, length: number, degrees: number): string {
  const at = `x="${x.toFixed(6)}" y="${y.toFixed(6)}"`;
  const turned =
    degrees === 0 ? "" : ` transform="rotate(${degrees},${x.toFixed(6)},${y.toFixed(6)})"`;
  const style = 'font-size="1.0rem" font-weight="100" text-anchor="middle"';
  return `  <text ${at} ${style}${turned}>${length}</text>`;
}

/** The positions of the cuts along each axis of the drawing. */
function gridPoints(chunks: Chunks, lengths: readonly number[]): number[][] {
  return chunks.map((axis, i) => {
    const total = axis.reduce((sum, length) => sum + length, 0);
    let at = 0;
    const points = axis.map((length) => ((at += length) * (lengths[i] as number)) / total);
    return [0, ...points];
  });
}

function drawnLengths(shape: readonly number[], size: number): number[] {
  const longest = shape.reduce((most, length) => Math.max(most, length));
  return shape.map((length) => size / shownRatio(longest / length));
}

/** True up to e, then its logarithm, up to 100. */
function shownRatio(ratio: number): number {
  return ratio < Math.E ? ratio : Math.log(Math.min(ratio, 100) + 12.4);
}

interface Placing {
  readonly offset: Pair;
  /** How far the grid leans, down along x and right along y. */
  readonly skew: Pair;
  readonly size: number;
}

interface Segment {
  readonly from: Pair;
  readonly to: Pair;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function grid(x: readonly number[], y: readonly number[], placing: Placing) {
  const { offset, skew, size } = placing;
  const linesMax = Math.max(Math.floor(size / 6), 2);
  const [width, height] = [x.at(-1) as number, y.at(-1) as number];
  const place = (across: number, down: number): Pair => [
    offset[0] + across + skew[1] * down,
    offset[1] + down + skew[0] * across,
  ];
  const horizontal = y.map((down) => ({ from: place(0, down), to: place(width, down) }));
  const vertical = x.map((across) => ({ from: place(across, 0), to: place(across, height) }));
  const corners = [place(0, 0), place(width, 0), place(width, height), place(0, height)];
  // Where not all lines can be drawn, the colour is darker.
  const colour = x.length < linesMax && y.length < linesMax ? "ECB172" : "8B4903";
  const polygon = `  <polygon points="${corners.map((corner) => corner.join(",")).join(" ")}" style="fill:#${colour}A0;stroke-width:0"/>`;
  const lines = [...segments(horizontal, linesMax), ...segments(vertical, linesMax), polygon];
  return { lines, box: boxOf(corners) };
}

function boxOf(corners: readonly Pair[]): Box {
  const across = corners.map(([x]) => x);
  const down = corners.map(([, y]) => y);
  return {
    left: Math.min(...across),
    right: Math.max(...across),
    top: Math.min(...down),
    bottom: Math.max(...down),
  };
}

function segments(all: readonly Segment[], countMax: number): string[] {
  const step = (all.length - 1) / (countMax - 1);
  const drawn =
    all.length <= countMax
      ? all
      : Array.from({ length: countMax }, (_, i) => all[Math.floor(i * step)] as Segment);
  return drawn.map(({ from, to }, i) => {
    const style = i === 0 || i === drawn.length - 1 ? ' style="stroke-width:2"' : "";
    const [x1, y1, x2, y2] = [...from, ...to].map(whole);
    return `  <line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"${style} />`;
  });
}

function whole(length: number): number {
  return Math.trunc(length);
}
