// Pictures as graphs for other tools: GraphML, GEXF (Gephi) of tasks, and Mermaid. All of it is put
// together as pieces of text, because a tree of XML for 100,000 tasks takes seconds.
// graphology-exports.ts has the formats that graphology writes.
import { inkOn } from "../pictures/colours.js";
import { escapeXml } from "../pictures/escape.js";
import { type Box, mapArrows, mapBoxes, type Picture } from "../pictures/picture.js";

/** The type of a field in GraphML and GEXF. GEXF's integers have 32 bits, too few for bytes. */
function typeOf(value: unknown): "string" | "double" | "boolean" {
  if (typeof value === "number") return "double";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** The fields that boxes have, with their types, in order: those of one are those of all. */
function fieldsOf({ count, boxAt }: Picture, leftOut: readonly string[] = []) {
  const entries = count === 0 ? [] : (Object.entries(boxAt(0)) as [keyof Box, unknown][]);
  return entries
    .filter(([field]) => !leftOut.includes(field))
    .map(([field, value]) => ({ field, type: typeOf(value) }));
}

/** GraphML: opens in yEd, Gephi, networkx. */
export function* graphmlOf(picture: Picture): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"' +
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns' +
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n';
  const fields = fieldsOf(picture);
  for (const { field, type } of fields) {
    yield `  <key id="${field}" for="node" attr.name="${field}" attr.type="${type}"/>\n`;
  }
  yield '  <graph id="tilework" edgedefault="directed">\n';
  yield* mapBoxes(picture, (box, node) => {
    let text = `    <node id="${node}">\n`;
    for (const { field } of fields) {
      text += `      <data key="${field}">${escapeXml(String(box[field]))}</data>\n`;
    }
    return `${text}    </node>\n`;
  });
  yield* mapArrows(picture, (from, to) => `    <edge source="${from}" target="${to}"/>\n`);
  yield "  </graph>\n</graphml>\n";
}

/** Fields of a box that have their own elements in GEXF. */
const GEXF_OWN = ["label", "fill", "line"];

/** GEXF 1.2 of tasks for Gephi, with the boxes' colours. */
export function* taskGexfOf(picture: Picture): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<gexf version="1.2" xmlns="http://www.gexf.net/1.2draft"' +
    ' xmlns:viz="http://www.gexf.net/1.2draft/viz">\n' +
    `  <meta><description>${escapeXml(picture.title)}</description></meta>\n` +
    '  <graph defaultedgetype="directed">\n' +
    '    <attributes class="node">\n';
  const fields = fieldsOf(picture, GEXF_OWN);
  for (const { field, type } of fields) {
    yield `      <attribute id="${field}" title="${field}" type="${type}"/>\n`;
  }
  yield "    </attributes>\n    <nodes>\n";
  yield* mapBoxes(picture, (box, node) => {
    let text = `      <node id="${node}" label="${escapeXml(box.label)}">\n        <attvalues>\n`;
    for (const { field } of fields) {
      const value = box[field];
      // A number that is not known is left out: Gephi cannot read it.
      if (Number.isNaN(value)) continue;
      text += `          <attvalue for="${field}" value="${escapeXml(String(value))}"/>\n`;
    }
    return `${text}        </attvalues>\n        ${gexfColour(box.fill)}\n      </node>\n`;
  });
  yield "    </nodes>\n    <edges>\n";
  yield* mapArrows(
    picture,
    (from, to, arrow) => `      <edge id="e${arrow}" source="${from}" target="${to}"/>\n`,
  );
  yield "    </edges>\n  </graph>\n</gexf>\n";
}

/** A colour given as `#rrggbb`. */
function gexfColour(fill: Box["fill"]): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16));
  return `<viz:color r="${r}" g="${g}" b="${b}"/>`;
}

/** Mermaid's flowchart, for Markdown pages. */
export function* mermaidOf(picture: Picture): Generator<string> {
  yield "flowchart TB\n";
  yield* mapBoxes(picture, (box, node) => {
    const lines =
      box.key === undefined ? [box.label, box.kind, `${box.shape} ${box.dtype}`.trim()] : [box.key];
    return `  ${node}["${lines.map(mermaidText).join("<br/>")}"]\n`;
  });
  yield* mapArrows(picture, (from, to) => `  ${from} --> ${to}\n`);
  yield* mapBoxes(
    picture,
    ({ fill, line }, node) =>
      `  style ${node} fill:${fill},stroke:${line},color:${inkOn(fill).text}\n`,
  );
}

function mermaidText(text: string): string {
  return text.replaceAll('"', "#quot;");
}
