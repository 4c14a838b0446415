// A picture as DOT text, the language of Graphviz.
import { plural } from "../../graph/model/describe-layer.js";
import { inkOn } from "./colours.js";
import { escapeXml } from "./escape.js";
import { type Box, mapArrows, mapBoxes, type Picture } from "./picture.js";

// Graphviz knows the widths of Helvetica's letters, and adds the generic sans-serif by itself.
const HEAD = `  graph [rankdir=TB, bgcolor=white, pad=0.3, nodesep=0.25, ranksep=0.45, fontname="Helvetica", fontsize=11, fontcolor="#475569", labelloc=t]
  node [shape=box, style="rounded,filled", penwidth=1.2, margin="0.24,0.08", fontname="Helvetica", fontsize=12]
  edge [color="#94a3b8", arrowsize=0.6, penwidth=1.1]`;

/** The DOT text of a picture, in pieces. */
export function* dotOf(picture: Picture): Generator<string> {
  yield `digraph tilework {\n${HEAD}\n  label=${JSON.stringify(picture.title)}\n`;
  yield* mapBoxes(picture, (box, node) => `  ${node} ${boxAttributes(node, box)}\n`);
  yield* mapArrows(picture, (from, to) => `  ${from} -> ${to}\n`);
  yield "}\n";
}

/** One box; an output's has a thicker line. Its id is how a page finds it in the SVG. */
function boxAttributes(node: string, box: Box): string {
  const width = box.output ? ", penwidth=2.6" : "";
  const tooltip = JSON.stringify(box.key ?? box.layer);
  const colours = `fillcolor="${box.fill}", color="${box.line}", fontcolor="${inkOn(box.fill).text}"`;
  return `[id=${node}, label=<${labelOf(box)}>, ${colours}${width}, tooltip=${tooltip}]`;
}

/** The lines in a box, in Graphviz' own HTML. */
function labelOf(box: Box): string {
  const { smallText } = inkOn(box.fill);
  const small = (text: string) =>
    `<font point-size="10" color="${smallText}">${escapeXml(text)}</font>`;
  if (box.key !== undefined) {
    const place = box.block === "" ? "" : `<br/>${small(`(${box.block})`)}`;
    return `${escapeXml(box.label)}${place}`;
  }
  const count = box.tasks ? plural(box.tasks, "task") : "";
  return [
    `<b>${escapeXml(box.label)}</b>`,
    small(box.kind),
    small(`${box.shape} ${box.dtype}`.trim()),
    small([box.blocks, count].filter(Boolean).join(" · ")),
  ].join("<br/>");
}
