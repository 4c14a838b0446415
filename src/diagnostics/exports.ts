// Pictures as graphs for other tools: GraphML, GEXF (Gephi), graphology's JSON and Mermaid. What writes XML takes
// a tenth of a second to load, and is loaded when it is needed.
import type { Box, Picture } from "./picture.js";

/** What GraphML's `attr.type` says of a field. */
function typeOf(value: unknown): "string" | "double" | "boolean" {
  if (typeof value === "number") return "double";
  return typeof value === "boolean" ? "boolean" : "string";
}

/** GraphML: opens in yEd, Gephi, networkx. */
export async function graphmlOf(picture: Picture): Promise<string> {
  const { create } = await import("xmlbuilder2");
  const keys = new Map<string, string>();
  picture.forEachNode((_node, box) => {
    for (const [field, value] of Object.entries(box)) {
      if (!keys.has(field)) keys.set(field, typeOf(value));
    }
  });
  const root = create({ version: "1.0", encoding: "UTF-8" }).ele("graphml", {
    xmlns: "http://graphml.graphdrawing.org/xmlns",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation":
      "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
  });
  for (const [field, type] of keys) {
    root.ele("key", { id: field, for: "node", "attr.name": field, "attr.type": type });
  }
  const graph = root.ele("graph", { id: "tilework", edgedefault: "directed" });
  picture.forEachNode((node, box) => {
    const element = graph.ele("node", { id: node });
    for (const [field, value] of Object.entries(box)) {
      element.ele("data", { key: field }).txt(String(value));
    }
  });
  picture.forEachEdge((_edge, _attributes, source, target) => {
    graph.ele("edge", { source, target });
  });
  return `${root.end({ prettyPrint: true })}\n`;
}

/** GEXF: what Gephi opens, with the boxes' colours. */
export async function gexfOf(picture: Picture): Promise<string> {
  const { write } = await import("graphology-gexf");
  return write(picture, {
    version: "1.2",
    formatNode: (_node: string, { label, fill, line: _line, ...attributes }: Box) => ({
      label,
      attributes: finite(attributes),
      viz: { color: fill },
    }),
  });
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
