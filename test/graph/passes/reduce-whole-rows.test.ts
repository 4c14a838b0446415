// Reductions of .npy files in chunks of a few columns: tasks reduce whole rows, each read once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { ChunkedArray } from "../../../src/array/index.js";
import { formatNpyHeader } from "../../../src/formats/npy/npy-header.js";
import type { Layer } from "../../../src/graph/model/layer.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { mergeRechunks } from "../../../src/graph/passes/merge-rechunks.js";
import { fromNpy } from "../../../src/io/from-npy.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "x.npy");
const shape = [24, 5, 36];
const values = Float32Array.from({ length: 24 * 5 * 36 }, (_, i) => (i * 7919) % 541);
writeFileSync(path, Buffer.concat([formatNpyHeader("float32", shape), Buffer.from(values.buffer)]));

const thin = () => fromNpy(path, { chunks: [6, 5, 8] });

const passed = (y: ChunkedArray): readonly Layer[] =>
  layersOf(after(mergeRechunks, graphBelow([y.node])));

const sourceColumns = (y: ChunkedArray) =>
  passed(y)
    .filter(({ kind }) => kind === "source")
    .map(({ chunks }) => chunks.at(-1));

describe("a reduction of thin chunks of a .npy file", () => {
  it("reduces whole rows, a task for each block of them", () => {
    expect(thin().chunks.at(-1)).toEqual([8, 8, 8, 8, 4]);
    expect(sourceColumns(thin().mean() as ChunkedArray)).toEqual([[36]]);
    expect(sourceColumns(thin().multiply(2).add(1).std([0, 2]) as ChunkedArray)).toEqual([[36]]);
  });

  it("gives the same elements in the same chunks, also where columns are kept", async () => {
    const all = [
      thin().sum(),
      thin().multiply(2).max([0, 2]),
      thin().argmax(),
      thin().mean(0),
      thin().sum(2),
      fromNpy(path, { chunks: [24, 5, 18] }).min(),
    ] as ChunkedArray[];
    for (const y of all) {
      const graph = after(mergeRechunks, graphBelow([y.node]));
      expect(layersOf(graph).at(-1)?.chunks).toEqual(y.chunks);
      const [given, direct] = [await numbersOf(graph), await numbersOf(graphBelow([y.node]))];
      expect(given.length).toBe(direct.length);
      given.forEach((value, at) => {
        expect(value).toBeCloseTo(direct[at] as number, 3);
      });
    }
  });

  it("stays where blocks are read again, of a few columns each, or a tree was asked for", () => {
    const shared = thin();
    const both = shared.sum().add(shared.slice(0, 0, 0)) as ChunkedArray;
    expect(sourceColumns(both)).toEqual([[8, 8, 8, 8, 4]]);
    const given = thin().sum(null, { splitEvery: 4 }) as ChunkedArray;
    expect(sourceColumns(given)).toEqual([[8, 8, 8, 8, 4]]);
  });
});
