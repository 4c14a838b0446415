// Reductions of an axis that was brought into one block for them: they reduce the blocks below, and
// cut what is left as it was wanted.
import { describe, expect, it } from "vitest";
import { type ChunkedArray, random } from "../../../src/array/index.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { mergeRechunks } from "../../../src/graph/passes/merge-rechunks.js";
import { after } from "../after-pass.js";
import { numbersOf } from "../computed-elements.js";

const x = random([128, 48, 60], { chunks: [16, -1, -1], seed: 5 });
/** From blocks of time to blocks of space, too narrow to draw numbers in. */
const bySpace = x.rechunk([-1, 16, 20]);

const kinds = (y: ChunkedArray) =>
  layersOf(after(mergeRechunks, graphBelow([y.node]))).map(({ kind, chunks }) =>
    kind === "rechunk" ? `rechunk to ${JSON.stringify(chunks)}` : kind,
  );

const computed = (y: ChunkedArray) => numbersOf(after(mergeRechunks, graphBelow([y.node])));

describe("a reduction behind a rechunk", () => {
  it("reduces the blocks as they are, and cuts the results", () => {
    expect(kinds(bySpace.std(0))).toEqual([
      "source",
      "blockwise",
      "treeReduce",
      "rechunk to [[16,16,16],[20,20,20]]",
    ]);
  });

  it("gives the same elements", async () => {
    for (const y of [bySpace.std(0), bySpace.max([0, 2]), bySpace.argmax(0)] as ChunkedArray[]) {
      const [given, direct] = [await computed(y), await numbersOf(graphBelow([y.node]))];
      expect(given.length).toBe(direct.length);
      given.forEach((value, at) => {
        expect(value).toBeCloseTo(direct[at] as number, 10);
      });
    }
  });

  it("stays where the blocks are wanted, small, or not much reduced", () => {
    const rechunks = (y: ChunkedArray) => kinds(y).filter((kind) => kind.startsWith("rechunk"));
    expect(rechunks(bySpace.cumsum(0).std(0) as ChunkedArray)).toContain(
      "rechunk to [[128],[16,16,16],[20,20,20]]",
    );
    const small = random([16, 12, 20], { chunks: [2, -1, -1], seed: 5 });
    expect(rechunks(small.rechunk([-1, 6, 10]).sum(0))).toEqual([
      "rechunk to [[16],[6,6],[10,10]]",
    ]);
    const few = random([8, 192, 240], { chunks: [4, -1, -1], seed: 5 });
    expect(rechunks(few.rechunk([-1, 16, 20]).std(0))).toHaveLength(1);
    expect(rechunks(few.rechunk([-1, 16, 20]).std(0))[0]).toContain("[[8],");
  });
});
