// A client that has submitted a graph of six blocks to a scheduler within the process.
import type { Transport } from "../../src/comm/interface/transport.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { PROTOCOL_VERSION } from "../../src/protocol/values/ids.js";
import { blocks, source } from "../graph/example-layers.js";

/** Submits them; the client has no use for what it is answered. */
export async function submitSixBlocks(transport: Transport, address: string): Promise<void> {
  const client = await transport.connect(address);
  client.onMessage(() => {});
  client.send({ type: "registerClient", version: PROTOCOL_VERSION, name: "client" });
  const graph = graphBelow([source([blocks(3, 2), blocks(2, 2)])]);
  const content = { layers: layersOf(graph), outputs: outputsOf(graph), reportOutputs: true };
  client.send({ type: "submitGraph", graph: "g", ...content });
}
