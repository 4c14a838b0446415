// Fused layers that read files: values do not depend on whether a block's rows are read whole.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arange } from "../../src/array/index.js";
import type { FusedLayer, SourceLayer } from "../../src/graph/model/layer.js";
import { layersOf } from "../../src/graph/model/layer-graph.js";
import { wholeRows } from "../../src/graph/model/whole-rows.js";
import { layerGraph } from "../../src/graph/ports/collection-graphs.js";
import { fromNpy } from "../../src/io/from-npy.js";
import { toNpy } from "../../src/io/to-npy.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { elementsOf } from "../graph/computed-elements.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-rows-"));
const path = join(folder, "x.npy");
beforeAll(async () => {
  const x = arange(6 * 5 * 40, { dtype: "float32" }).reshape([6, 5, 40]);
  await toNpy(x, path, { executor: new SerialExecutor() });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("parts of short rows", () => {
  const x = () => fromNpy(path, { chunks: [4, 5, 15] });
  const cases = {
    "of the whole file": () => x().multiply(2).sum(0),
    "summed to one": () => x().sum(),
    "of a region": () => x().slice("1:5", "1:4", "3:39").add(1).sum(1),
    "with an axis taken out": () => x().slice(2).multiply(3).add(x().slice(4)),
    "of a region and their mean over columns": () => x().slice(":", 3, "2:39").mean(1),
    turned: () => x().transpose().add(0.5),
  };
  it.each(Object.entries(cases))("%s have the values of the array", async (_, make) => {
    const apart = layerGraph(make(), { passes: { fuseSources: false } });
    const fused = layerGraph(make(), { optimize: true });
    expect(layersOf(fused).some(({ kind }) => kind === "fused")).toBe(true);
    expect(await elementsOf(fused)).toEqual(await elementsOf(apart));
  });

  it("are written as they are in the array, in the task that reads them or in another", async () => {
    const executor = new SerialExecutor();
    const copies = { read: x(), turned: x().transpose(), cut: x().slice("1:5", "1:4", "3:39") };
    for (const [name, copy] of Object.entries(copies)) {
      const expected = await copy.compute({ executor });
      for (const fuseStores of [true, false]) {
        const own = join(folder, `${name}-${fuseStores}.npy`);
        await toNpy(copy, own, { executor, passes: { fuseStores } });
        expect(await fromNpy(own).compute({ executor })).toEqual(expected);
      }
    }
  });

  it("are read in whole rows of the file, and found there", () => {
    const [first] = layersOf(
      layerGraph(x().slice("1:5", "1:4", "3:39").add(1), { optimize: true }),
    );
    const rows = wholeRows((first as FusedLayer).steps[0]?.layer as SourceLayer);
    expect(rows?.layer.chunks).toEqual([[3, 1], [3], [40]]);
    expect(rows?.firstColumn).toBe(3);
    expect([0, 2, 3, 5].map((block) => rows?.blockAt(block))).toEqual([0, 0, 1, 1]);
  });
});
