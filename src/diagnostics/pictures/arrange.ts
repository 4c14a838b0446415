// Positions of cards, and arrows around them: Graphviz (WebAssembly from npm) lays out boxes of our
// sizes.
import type { CardGraph, Direction } from "./cards.js";

/** A place of a card: its upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where everything is, in the units of cards. */
export interface Arrangement {
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  /** For each link the path of its arrow, as in SVG, and where it points and from where. */
  readonly arrows: readonly {
    readonly path: string;
    readonly tip: Place;
    readonly before: Place;
  }[];
}

/** Units of Graphviz to the inch. */
const INCH = 72;

/** The fields that are read of Graphviz's layout of a graph. */
interface Laid {
  readonly bb: string;
  readonly objects?: readonly { readonly pos: string }[];
  readonly edges?: readonly { readonly pos: string }[];
}

/** The layout of cards in one direction. */
export async function arrange(
  { cards, links }: CardGraph,
  direction: Direction,
): Promise<Arrangement> {
  // Loaded when something is drawn: the WebAssembly takes longer to start than all the rest.
  const { instance } = await import("@viz-js/viz");
  const nodes = cards.map(
    ({ width, height }, at) => `${at} [width=${width / INCH}, height=${height / INCH}]`,
  );
  const edges = links.map(([from, to]) => `${from} -> ${to}`);
  const dot = `digraph {
    graph [rankdir=${direction}, nodesep=0.25, ranksep=0.35]
    node [shape=box, fixedsize=true, label=""]
    edge [arrowsize=0.6]
    ${[...nodes, ...edges].join("\n    ")}
  }`;
  const laid = (await instance()).renderJSON(dot) as Laid;
  const [, , width = 0, height = 0] = laid.bb.split(",").map(Number);
  const point = (text: string): Place => {
    const [x = 0, y = 0] = text.split(",").map(Number);
    return { x, y: height - y };
  };
  const places = (laid.objects ?? []).map(({ pos }, at) => {
    const { x, y } = point(pos);
    const { width: wide = 0, height: high = 0 } = cards[at] ?? {};
    return { x: x - wide / 2, y: y - high / 2 };
  });
  const arrows = (laid.edges ?? []).map(({ pos }) => {
    // `e,x,y` is the tip; the rest are the points of a Bézier curve.
    const [end = "", start = "", ...points] = pos.split(" ");
    const text = (p: string) => `${short(point(p).x)} ${short(point(p).y)}`;
    const path = `M${text(start)}C${points.map(text).join(" ")}`;
    return { path, tip: point(end.slice(2)), before: point(points.at(-1) ?? start) };
  });
  return { width, height, places, arrows };
}

/** A number in SVG: a tenth of a unit is invisible. */
export function short(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}
