// The details that a page shows of a clicked box: task or layer, shape, bytes, and inputs.
import { formatBytes } from "../../base/units.js";
import { blockIndexOf, blockShape } from "../../graph/model/chunks.js";
import { countText } from "../../graph/model/describe-layer.js";
import type { Layer } from "../../graph/model/layer.js";
import { type Box, nodeName, type Picture } from "./picture.js";

/** A box in words. */
export interface BoxDetails {
  /** The task's key, or the layer's name. */
  readonly name: string;
  /** The text that the page's search matches. */
  readonly words: string;
  /** Titled facts about the box. */
  readonly rows: readonly (readonly [title: string, text: string])[];
  /** The boxes that it reads, as the page calls them. */
  readonly inputs: readonly string[];
}

/** The details of all boxes, by their names on the page. */
export function boxDetails(picture: Picture, prefix: string): Record<string, BoxDetails> {
  const { count, boxAt, arrows } = picture;
  const inputs = Array.from({ length: count }, (): string[] => []);
  for (let at = 0; at < arrows.length; at += 2) {
    inputs[arrows[at + 1] as number]?.push(nodeName(arrows[at] as number, prefix));
  }
  const details = inputs.map((read, at): [string, BoxDetails] => {
    const box = boxAt(at);
    const { key, layer, label } = box;
    const name = key ?? layer;
    const words = [...new Set([name, layer, label])].join(" ").toLowerCase();
    const rows = key === undefined ? layerRows(box) : taskRows(picture, box, at);
    return [nodeName(at, prefix), { name, words, rows, inputs: read }];
  });
  return Object.fromEntries(details);
}

function taskRows({ table, count }: Picture, box: Box, at: number): BoxDetails["rows"] {
  const layer = table.layers[table.layerOf[at] as number] as Layer;
  const index = blockIndexOf(layer.chunks, table.blockOf[at] as number);
  const lengths = blockShape(layer.chunks, index).map(countText).join(" × ");
  return [
    ["task", box.key ?? ""],
    ["kind", box.kind],
    ["shape", contentText(layer.holds === "values" ? "values" : lengths || "scalar", box.dtype)],
    ["bytes", bytesText(box.bytes)],
    ["order", `${countText((box.order ?? 0) + 1)} of ${countText(count)}`],
    ["held then", bytesText(box.pressureBytes ?? Number.NaN)],
    ...outputRows(box),
  ];
}

function layerRows(box: Box): BoxDetails["rows"] {
  return [
    ["layer", box.layer],
    ["kind", box.kind],
    ["shape", contentText(box.shape ?? "", box.dtype)],
    ["blocks", box.blocks ?? ""],
    ["tasks", countText(box.tasks ?? 0)],
    ["bytes", bytesText(box.bytes)],
    ...outputRows(box),
  ];
}

function contentText(shape: string, dtype: string): string {
  return `${shape} ${dtype}`.trim();
}

function bytesText(bytes: number): string {
  return Number.isNaN(bytes) ? "unknown" : formatBytes(bytes);
}

function outputRows({ output }: Box): BoxDetails["rows"] {
  return output ? [["output", "yes"]] : [];
}
