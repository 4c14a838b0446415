// Pictures as graphs for other tools: GraphML, GEXF (Gephi), graphology's JSON and Mermaid. XML is put together line
// by line: what builds a tree of it first takes a minute for 100,000 tasks.
import { escapeXml } from "./escape.js";
import type { Box, Picture } from "./picture.js";

/** What GraphML and GEXF call the type of a field. GEXF's integers have 32 bits, which bytes may exceed. */
function typeOf(value: unknown): "string" | "double" | "boolean" {
  if (typeof value === "number") return "double";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** The fields that any box has, with their types, in order. */
function fieldsOf(picture: Picture, leftOut: readonly string[] = []): Map<string, string> {
  const fields = new Map<string, string>();
  picture.forEachNode((_node, box) => {
    for (const [field, value] of Object.entries(box)) {
      if (!fields.has(field) && !leftOut.includes(field)) fields.set(field, typeOf(value));
    }
  });
  return fields;
}

/** GraphML: opens in yEd, Gephi, networkx. */
export function graphmlOf(picture: Picture): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"' +
      ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
      ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns' +
      ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">',
  ];
  for (const [field, type] of fieldsOf(picture)) {
    lines.push(`  <key id="${field}" for="node" attr.name="${field}" attr.type="${type}"/>`);
  }
  lines.push('  <graph id="tilework" edgedefault="directed">');
  picture.forEachNode((node, box) => {
    lines.push(`    <node id="${node}">`);
    for (const [field, value] of Object.entries(box)) {
      lines.push(`      <data key="${field}">${escapeXml(String(value))}</data>`);
    }
    lines.push("    </node>");
  });
  picture.forEachEdge((_edge, _attributes, source, target) => {
    lines.push(`    <edge source="${source}" target="${target}"/>`);
  });
  lines.push("  </graph>", "</graphml>", "");
  return lines.join("\n");
}

/** Fields of a box that GEXF says in its own words. */
const GEXF_OWN = ["label", "fill", "line"];

/** GEXF 1.2: what Gephi opens, with the boxes' colours. */
export function gexfOf(picture: Picture): string {
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf version="1.2" xmlns="http://www.gexf.net/1.2draft"' +
      ' xmlns:viz="http://www.gexf.net/1.2draft/viz">',
    `  <meta><description>${escapeXml(picture.getAttribute("title"))}</description></meta>`,
    '  <graph defaultedgetype="directed">',
    '    <attributes class="node">',
  ];
  for (const [field, type] of fieldsOf(picture, GEXF_OWN)) {
    lines.push(`      <attribute id="${field}" title="${field}" type="${type}"/>`);
  }
  lines.push("    </attributes>", "    <nodes>");
  picture.forEachNode((node, box) => {
    lines.push(`      <node id="${node}" label="${escapeXml(box.label)}">`, "        <attvalues>");
    for (const [field, value] of Object.entries(finite(box))) {
      if (GEXF_OWN.includes(field)) continue;
      lines.push(`          <attvalue for="${field}" value="${escapeXml(String(value))}"/>`);
    }
    lines.push("        </attvalues>", `        ${gexfColour(box.fill)}`, "      </node>");
  });
  lines.push("    </nodes>", "    <edges>");
  let edge = 0;
  picture.forEachEdge((_edge, _attributes, source, target) => {
    lines.push(`      <edge id="e${edge++}" source="${source}" target="${target}"/>`);
  });
  lines.push("    </edges>", "  </graph>", "</gexf>", "");
  return lines.join("\n");
}

/** A colour given as `#rrggbb`. */
function gexfColour(fill: Box["fill"]): string {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16));
  return `<viz:color r="${r}" g="${g}" b="${b}"/>`;
}

/** JSON that `graph.import()` of graphology reads. */
export function jsonOf(picture: Picture): string {
  const { nodes, ...rest } = picture.export();
  const plain = nodes.map(({ key, attributes }) => ({ key, attributes: finite(attributes ?? {}) }));
  return `${JSON.stringify({ ...rest, nodes: plain }, undefined, 1)}\n`;
}

/** Mermaid's flowchart, for Markdown pages. */
export function mermaidOf(picture: Picture): string {
  const boxes = picture.mapNodes((node, box) => {
    const lines =
      box.key === undefined ? [box.label, box.kind, `${box.shape} ${box.dtype}`] : [box.key];
    return `  ${node}["${lines.map(mermaidText).join("<br/>")}"]`;
  });
  const arrows = picture.mapEdges((_edge, _attributes, from, to) => `  ${from} --> ${to}`);
  const styles = picture.mapNodes(
    (node, { fill, line }) => `  style ${node} fill:${fill},stroke:${line},color:#1e293b`,
  );
  return ["flowchart TB", ...boxes, ...arrows, ...styles, ""].join("\n");
}

function mermaidText(text: string): string {
  return text.replaceAll('"', "#quot;");
}

/** Numbers that are not known are left out: neither JSON nor Gephi can write them. */
function finite(attributes: object): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => !Number.isNaN(value)));
}
