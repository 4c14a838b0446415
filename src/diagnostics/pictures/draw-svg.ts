// Pictures as SVG that fits any window or page, in light and dark mode: cards and arrows, cells in
// grids, several pictures side by side, and a legend below.
import { type Arrangement, arrange, type Place, short } from "./arrange.js";
import { CARD_FONT, type Card, type CardGraph, cardsOf, type Direction } from "./cards.js";
import { inkOn } from "./colours.js";
import { escapeXml } from "./escape.js";
import { type Legend, legendOf, type Swatch } from "./legend.js";
import { nodeName, type Picture } from "./picture.js";
import { PICTURE_STYLE } from "./picture-style.js";
import { textWidth } from "./text-width.js";

/** Around everything, and between pictures. */
const MARGIN = 24;
const HEADING = { font: 14, height: 30 } as const;
const LEGEND = { font: 11, height: 22, sign: 11, gap: 18, bar: 120 } as const;
/** A window is about as much wider than high. */
const WINDOW_RATIO = 1.5;
/** Smaller pictures are not blown up beyond this width. */
const WIDTH_LEAST = 720;
/**
 * So few arrows between tasks are drawn; more would hide the cells, and are seen where the pointer
 * is.
 */
const ARROWS_DRAWN_MAX = 160;

/** A picture with everything in its place. */
interface Stage {
  readonly picture: Picture;
  readonly prefix: string;
  readonly graph: CardGraph;
  readonly laid: Arrangement;
}

/** SVG text of one picture, or of several side by side. */
export async function svgOf(pictures: readonly Picture[]): Promise<string> {
  const { direction, graphs, layouts } = await bestLayouts(pictures);
  const stages = pictures.map((picture, i) => ({
    picture,
    prefix: prefixOf(i),
    graph: graphs[i] as CardGraph,
    laid: layouts[i] as Arrangement,
  }));
  const legend = legendOf(
    pictures,
    graphs.flatMap(({ cards }) => cards),
  );
  return page(stages, direction, legend);
}

/** The prefix of the names of a picture's boxes, different for each picture. */
export function prefixOf(picture: number): string {
  return picture === 0 ? "n" : `n${picture}-`;
}

/** Pictures in one direction, and how far they are from a window's proportions. */
interface Layouts {
  readonly direction: Direction;
  readonly graphs: readonly CardGraph[];
  readonly layouts: readonly Arrangement[];
  readonly misfit: number;
}

/** All pictures in that direction in which they fit a window best. */
async function bestLayouts(pictures: readonly Picture[]): Promise<Layouts> {
  const layoutsIn = async (direction: Direction): Promise<Layouts> => {
    const graphs = pictures.map((picture, i) => cardsOf(picture, prefixOf(i), direction));
    const layouts = await Promise.all(graphs.map((graph) => arrange(graph, direction)));
    const { width, height } = together(layouts, direction);
    const misfit = Math.abs(Math.log(width / height / WINDOW_RATIO));
    return { direction, graphs, layouts, misfit };
  };
  const [down, right] = [await layoutsIn("TB"), await layoutsIn("LR")];
  return right.misfit < down.misfit ? right : down;
}

/**
 * The size of pictures: side by side if arrows run down, one below the other if they run to the
 * right.
 */
function together(layouts: readonly Arrangement[], direction: Direction) {
  const [widths, heights] = [
    layouts.map(({ width }) => width),
    layouts.map(({ height }) => height),
  ];
  const sum = (sizes: readonly number[]) => sizes.reduce((a, b) => a + b + MARGIN * 2);
  const below = layouts.length * HEADING.height;
  return direction === "TB"
    ? { width: sum(widths), height: Math.max(...heights) + HEADING.height }
    : { width: Math.max(...widths), height: sum(heights) + below };
}

function page(stages: readonly Stage[], direction: Direction, legend: Legend): string {
  const titles = stages.map(({ picture }) => textWidth(picture.title, HEADING.font, true));
  const laid = stages.map((stage, i) => ({
    ...stage.laid,
    width: Math.max(stage.laid.width, titles[i] as number),
  }));
  const size = together(laid, direction);
  const marks = legendMarks(legend, Math.max(size.width, WIDTH_LEAST));
  const width = Math.max(size.width, marks.width, WIDTH_LEAST) + 2 * MARGIN;
  const height = size.height + marks.height + 3 * MARGIN;
  let along = direction === "TB" ? (width - size.width) / 2 : MARGIN;
  const groups = stages.map((stage, i) => {
    const { width: wide, height: high } = laid[i] as Arrangement;
    const at = direction === "TB" ? { x: along, y: MARGIN } : { x: (width - wide) / 2, y: along };
    along += direction === "TB" ? wide + 2 * MARGIN : high + HEADING.height + 2 * MARGIN;
    return drawStage(stage, at, wide);
  });
  const title = stages.map(({ picture }) => picture.title).join("; ");
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" class="tilework" viewBox="0 0 ${short(width)} ${short(height)}" width="100%" font-family="Helvetica, Arial, Arimo, sans-serif" role="img" aria-label="${escapeXml(title)}">
<style>${PICTURE_STYLE}</style>
<rect class="ground" width="100%" height="100%" fill="#f8fafc"/>
${groups.join("\n")}
<g class="legend" transform="translate(${short((width - marks.width) / 2)} ${short(height - marks.height - MARGIN)})">
${marks.text}
</g>
</svg>
`;
}

/** One picture: its heading, and below it arrows, cards and cells. */
function drawStage({ picture, prefix, graph, laid }: Stage, at: Place, width: number): string {
  const left = (width - laid.width) / 2;
  const arrows = laid.arrows.map(({ path, tip, before }) => {
    const head = arrowHead(tip, before);
    return `<path class="arrow" d="${path}"/><path class="tip" d="${head}"/>`;
  });
  const corners = cellCorners(graph, laid);
  const cards = graph.cards.map((card, i) => drawCard(card, laid.places[i] as Place));
  const cells = graph.cards.map((card) => drawCells(card, corners, picture, prefix));
  return `<g class="stage" transform="translate(${short(at.x)} ${short(at.y)})">
<text class="heading" x="${short(width / 2)}" y="${HEADING.font}" text-anchor="middle" font-size="${HEADING.font}" font-weight="bold" fill="#0f172a">${escapeXml(picture.title)}</text>
<g transform="translate(${short(left)} ${HEADING.height})" fill="none" stroke="none">
${[...arrows, ...cards, drawnReads(picture, corners), ...cells].filter(Boolean).join("\n")}
</g>
</g>`;
}

/** A triangle at the end of an arrow. */
function arrowHead(tip: Place, before: Place): string {
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [dx, dy] = [(tip.x - before.x) / length, (tip.y - before.y) / length];
  const corner = (side: number) => `${short(before.x - dy * side)} ${short(before.y + dx * side)}`;
  return `M${short(tip.x)} ${short(tip.y)}L${corner(3)}L${corner(-3)}Z`;
}

function drawCard(card: Card, { x, y }: Place): string {
  const { width, height, lines, colours, node, isOutput } = card;
  const fill = colours?.fill ?? "#ffffff";
  const line = colours?.line ?? "#cbd5e1";
  const ink = inkOn(fill);
  const { x: left, y: top } = card.words;
  const words = lines.map((text, i) => {
    const style =
      i === 0
        ? `font-size="${CARD_FONT.title}" font-weight="bold" fill="${ink.text}"`
        : `font-size="${CARD_FONT.text}" fill="${ink.smallText}"`;
    return `<text x="${short(left)}" y="${short(top + CARD_FONT.title + i * CARD_FONT.step)}" ${style}>${escapeXml(text)}</text>`;
  });
  const name = node === undefined ? 'class="panel"' : `id="${node}" class="node"`;
  const thick = isOutput ? 2.4 : 1;
  return `<g ${name} transform="translate(${short(x)} ${short(y)})"><title>${escapeXml(card.tooltip)}</title><rect class="${colours === undefined ? "plain" : "coloured"} card" width="${short(width)}" height="${short(height)}" rx="8" fill="${fill}" stroke="${line}" stroke-width="${thick}"/>${words.join("")}${drawGhosts(card)}</g>`;
}

function drawGhosts({ cells }: Card): string {
  if (cells === undefined || cells.ghosts.length === 0) return "";
  const { corner } = cells;
  const side = short(cells.side);
  const squares = cells.ghosts.map(
    ({ x, y }) => `M${short(corner.x + x)} ${short(corner.y + y)}h${side}v${side}h-${side}z`,
  );
  return `<path class="ghost" d="${squares.join("")}" stroke="#cbd5e1" stroke-width="0.7"/>`;
}

/** The upper left corner of each task's cell in its picture, and its side. */
type Corners = ReadonlyMap<number, Place & { readonly side: number }>;

function cellCorners({ cards }: CardGraph, { places }: Arrangement): Corners {
  const corners = new Map<number, Place & { readonly side: number }>();
  cards.forEach((card, i) => {
    const { x: left, y: top } = places[i] as Place;
    if (card.cells === undefined) return;
    const { corner, side, tasks } = card.cells;
    for (const { task, x, y } of tasks) {
      corners.set(task, { x: left + corner.x + x, y: top + corner.y + y, side });
    }
  });
  return corners;
}

/** The cells of a card, each with the arrows from its inputs, which appear under the pointer. */
function drawCells({ cells }: Card, corners: Corners, picture: Picture, prefix: string): string {
  if (cells === undefined) return "";
  const radius = short(Math.min(2.5, cells.side / 5));
  const drawn = cells.tasks.map(({ task }) => {
    const { x, y, side } = corners.get(task) as Place & { side: number };
    const { fill, line, output, key } = picture.boxAt(task);
    const thick = output ? 1.8 : Math.min(1, side / 8);
    const reads = readsPath(picture, task, corners);
    const path = reads === "" ? "" : `<path class="reads" d="${reads}"/>`;
    return `<g id="${nodeName(task, prefix)}" class="node"><title>${escapeXml(key ?? "")}</title><rect x="${short(x)}" y="${short(y)}" width="${short(side)}" height="${short(side)}" rx="${radius}" fill="${fill}" stroke="${line}" stroke-width="${short(thick)}"/>${path}</g>`;
  });
  return `<g class="cells">${drawn.join("")}</g>`;
}

/** Lines from the operands of all tasks, if they are few enough to be distinguished. */
function drawnReads(picture: Picture, corners: Corners): string {
  if (corners.size === 0 || picture.arrows.length / 2 > ARROWS_DRAWN_MAX) return "";
  const paths = Array.from({ length: picture.count }, (_, task) =>
    readsPath(picture, task, corners),
  );
  return `<path class="all-reads" d="${paths.join("")}"/>`;
}

function readsPath({ table }: Picture, task: number, corners: Corners): string {
  const { operands, operandStart } = table;
  const distinct = new Set(operands.subarray(operandStart[task], operandStart[task + 1]));
  return Array.from(distinct, (operand) => curve(operand, task, corners)).join("");
}

/** From the middle of one cell to the middle of another. */
function curve(from: number, to: number, corners: Corners): string {
  const [start, end] = [corners.get(from), corners.get(to)];
  if (start === undefined || end === undefined) return "";
  const middle = ({ x, y, side }: Place & { side: number }) => ({
    x: x + side / 2,
    y: y + side / 2,
  });
  const [a, b] = [middle(start), middle(end)];
  const isDown = Math.abs(b.y - a.y) > Math.abs(b.x - a.x);
  const half = isDown ? (a.y + b.y) / 2 : (a.x + b.x) / 2;
  const bends = isDown ? [a.x, half, b.x, half] : [half, a.y, half, b.y];
  return `M${short(a.x)} ${short(a.y)}C${[...bends, b.x, b.y].map(short).join(" ")}`;
}

/**
 * The legend's marks, in lines that are no longer than `widthMax`, and how large they are together.
 */
function legendMarks({ swatches, scales }: Legend, widthMax: number) {
  const marks = [
    ...swatches.map((swatch) => ({
      width: LEGEND.sign + 6 + textWidth(swatch.label, LEGEND.font),
      draw: () => sign(swatch),
    })),
    ...scales.map((scale, i) => scaleMark(scale, i)),
  ];
  let [x, y, width] = [0, 0, 0];
  const text = marks.map((mark) => {
    if (x > 0 && x + mark.width > widthMax) [x, y] = [0, y + LEGEND.height];
    const drawn = `<g transform="translate(${short(x)} ${y})">${mark.draw()}</g>`;
    width = Math.max(width, x + mark.width);
    x += mark.width + LEGEND.gap;
    return drawn;
  });
  return { text: text.join("\n"), width, height: y + LEGEND.height };
}

function sign({ label, fill, line, sign: kind }: Swatch): string {
  const thick = kind === "output" ? 2.4 : 1;
  const shape = `<rect class="${kind}" x="0.5" y="0.5" width="${LEGEND.sign}" height="${LEGEND.sign}" rx="2.5" fill="${fill}" stroke="${line}" stroke-width="${thick}"/>`;
  return `${shape}${legendText(label, LEGEND.sign + 6)}`;
}

function scaleMark(
  {
    name,
    least,
    most,
    stops,
  }: { name: string; least: string; most: string; stops: readonly string[] },
  at: number,
) {
  const before = `${name}: ${least}`;
  const start = textWidth(before, LEGEND.font) + 6;
  const colours = stops.map(
    (stop, i) => `<stop offset="${i / (stops.length - 1)}" stop-color="${stop}"/>`,
  );
  return {
    width: start + LEGEND.bar + 6 + textWidth(most, LEGEND.font),
    draw: () =>
      `<linearGradient id="scale${at}">${colours.join("")}</linearGradient>${legendText(before, 0)}<rect x="${short(start)}" y="0.5" width="${LEGEND.bar}" height="${LEGEND.sign}" rx="2.5" fill="url(#scale${at})"/>${legendText(most, start + LEGEND.bar + 6)}`,
  };
}

function legendText(text: string, x: number): string {
  return `<text x="${short(x)}" y="10" font-size="${LEGEND.font}" fill="#475569">${escapeXml(text)}</text>`;
}
