// Pictures as graphs for other tools, by graphology's own writers: graphology's JSON, and GEXF
// (Gephi) of layers. GEXF of tasks is graph-exports.ts: for that of 100,000 tasks, graphology's
// writer takes 6 s of a processor and 1.3 GB. So is GraphML, which graphology only reads
// (graphology-graphml 0.5.2).
import { DirectedGraph } from "graphology";
import { type Box, nodeName, type Picture } from "../pictures/picture.js";

/** A box in which bytes that are not known are left out: neither format has such a number. */
interface KnownBox extends Omit<Box, "bytes"> {
  readonly bytes?: number;
}

/** GEXF 1.2 for Gephi, with the boxes' colours. */
export async function layerGexfOf(picture: Picture): Promise<string> {
  // With its parser it is large: loaded when it is needed.
  const { default: gexf } = await import("graphology-gexf");
  const graph = graphOfBoxes(picture, { description: picture.title });
  const text = gexf.write(graph, {
    version: "1.2",
    formatNode: (_, { label, fill, line: _line, ...attributes }: KnownBox) => ({
      label,
      attributes,
      viz: { color: fill },
    }),
  });
  // The namespace that the writer names is not that of the schema (graphology-gexf 0.13.2).
  return text.replace("http:///www.gexf.net/1.1draft/viz", "http://www.gexf.net/1.2draft/viz");
}

/** JSON that `graph.import()` of graphology reads, with a node or an edge to a line. */
export function* jsonOf(picture: Picture): Generator<string> {
  const { nodes, edges, ...graph } = graphOfBoxes(picture, { title: picture.title }).export();
  yield `${JSON.stringify(graph).slice(0, -1)},\n"nodes":[\n`;
  yield* lines(nodes);
  yield '\n],"edges":[\n';
  yield* lines(edges);
  yield "\n]}\n";
}

function* lines(items: readonly object[]): Generator<string> {
  let comma = "";
  for (const item of items) {
    yield `${comma}${JSON.stringify(item)}`;
    comma = ",\n";
  }
}

function graphOfBoxes(
  { count, boxAt, arrows }: Picture,
  attributes: Readonly<Record<string, string>>,
): DirectedGraph<KnownBox> {
  const graph = new DirectedGraph<KnownBox>();
  graph.replaceAttributes(attributes);
  for (let at = 0; at < count; at++) graph.addNode(nodeName(at), knownBox(boxAt(at)));
  for (let at = 0; at < arrows.length; at += 2) {
    const [from, to] = [arrows[at] as number, arrows[at + 1] as number];
    graph.addDirectedEdgeWithKey(`e${at / 2}`, nodeName(from), nodeName(to));
  }
  return graph;
}

function knownBox(box: Box): KnownBox {
  if (!Number.isNaN(box.bytes)) return box;
  const { bytes: _bytes, ...known } = box;
  return known;
}
