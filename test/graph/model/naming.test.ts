// Names hold the one that makes their hash: clients that hash by Node's code and by JavaScript's
// share results.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { currentHost, installHost } from "../../../src/base/host.js";
import type { BlockwiseLayer, LayerName } from "../../../src/graph/model/layer.js";
import {
  canonicalText,
  HASHER,
  hashBytes,
  hashText,
  nameLayer,
} from "../../../src/graph/model/naming.js";

const nodeHash = (content: string | Uint8Array) =>
  createHash("sha256").update(content).digest("hex").slice(0, 32);

describe("hashes in names", () => {
  it("are those of Node, of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(hashText(text)).toBe(nodeHash(text));
      }),
    );
  });

  it("are those of Node, of bytes anywhere", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, isShared) => {
        const buffer = isShared ? new SharedArrayBuffer(bytes.length + 3) : bytes.buffer;
        const view = isShared ? new Uint8Array(buffer, 3) : bytes;
        view.set(bytes);
        expect(hashBytes(view)).toBe(nodeHash(view));
      }),
    );
  });

  describe("by another hasher", () => {
    const host = currentHost();
    afterEach(() => installHost(host));

    it("are what it gives", () => {
      installHost(host.with(HASHER, (content) => `${content.length}`));
      expect(hashText("four")).toBe("4");
    });
  });
});

describe("names of layers", () => {
  it("are the hash of their content with chunks as runs, wherever they may run", () => {
    const nodes = [
      { op: "load", operand: 0, dtype: "float64" },
      { op: "constant", value: Number.NaN, dtype: "float64" },
      { op: "multiply", args: [0, 1], dtype: "float64" },
    ] as const;
    const content = {
      kind: "blockwise",
      inputs: ["x-1" as LayerName],
      operands: [{ input: 0, axes: [0] }],
      program: { nodes },
      chunks: [[2, 2, 1]],
      dtype: "float64",
      loopChunks: [[2, 2, 1]],
    } as const;
    const axes = [
      [
        [2, 2],
        [1, 1],
      ],
    ];
    const hash = hashText(canonicalText({ ...content, chunks: axes, loopChunks: axes }));
    const layer = nameLayer<BlockwiseLayer>("multiply", { ...content, resources: { GPU: 1 } });
    expect(layer.name).toBe(`multiply-${hash}`);
    expect(layer.resources).toEqual({ GPU: 1 });
  });
});
