// In which chunks operands meet: the finest common ones, unless much less is cut again for those of
// one.
import { describe, expect, it } from "vitest";
import { ones, random, unifyChunks } from "../../../src/array/index.js";
import { graphBelow } from "../../../src/graph/model/layer-graph.js";
import { explainPasses } from "../../../src/graph/passes/optimize.js";
import { SerialExecutor } from "../../../src/runtime/nodes/serial-executor.js";

const noise = (shape: readonly number[], chunks: number | readonly number[], seed = 1) =>
  random([...shape], { chunks: typeof chunks === "number" ? chunks : [...chunks], seed });
const tasks = ({ node }: ReturnType<typeof noise>) =>
  explainPasses(graphBelow([node])).at(-1)?.tasks;

describe("chunks of operands that differ", () => {
  it("are those of a matrix where it meets a row, whatever the row's", () => {
    const x = noise([2_000, 2_000], 1_000);
    for (const width of [300, 100, 2_000]) {
      expect(x.add(noise([2_000], width)).numblocks).toEqual([2, 2]);
    }
    // Four that draw the matrix and add, and two of the row: it is made in the matrix's chunks at
    // once.
    expect(tasks(x.add(noise([2_000], 300)))).toBe(6);
  });

  it("are those of the larger operand, or of fewer blocks where both are large", () => {
    const x = noise([1_000, 1_000], [250, 1_000]);
    expect(x.add(noise([1_000, 1_000], [400, 1_000])).chunks[0]).toEqual([400, 400, 200]);
    const small = ones([1_000, 1], { chunks: [300, 1] });
    expect(x.add(small).chunks).toEqual(x.chunks);
    expect(small.add(x).chunks).toEqual(x.chunks);
  });

  it("are the finest where one is within the other, and where little is saved", () => {
    const x = noise([1_000, 1_000], [500, 1_000]);
    expect(x.add(noise([1_000, 1_000], [250, 1_000], 2)).numblocks).toEqual([4, 1]);
    expect(noise([12], 4).add(noise([12], 3)).chunks).toEqual([[3, 1, 2, 2, 1, 3]]);
  });

  it("are never so large that a block is larger than any operand's", () => {
    const tall = noise([16_000, 16_000], [8_000, 110]);
    const wide = noise([16_000, 16_000], [150, 8_000]);
    const [rows = [], columns = []] = tall.add(wide).chunks;
    expect(Math.max(...rows) * Math.max(...columns)).toBeLessThanOrEqual(150 * 8_000);
  });

  it("are those of one operand where rows meet columns, with the longest rows", () => {
    const [rows, columns] = [
      noise([2_000, 2_000], [100, 2_000]),
      noise([2_000, 2_000], [2_000, 100]),
    ];
    expect(rows.add(columns).numblocks).toEqual([20, 1]);
    expect(columns.add(rows).numblocks).toEqual([20, 1]);
    const few = noise([2_000, 2_000], [2_000, 1_000]);
    expect(rows.add(few).numblocks).toEqual([20, 1]);
    const small = noise([200, 200], [200, 100]).add(noise([200, 200], [100, 200]));
    expect(small.numblocks).toEqual([2, 2]);
  });

  it("are as before where they are asked for", () => {
    const [x] = unifyChunks(noise([2_000, 2_000], 1_000), noise([2_000], 300));
    expect(x?.numblocks[1]).toBe(8);
  });

  it("change no value", async () => {
    const [x, row] = [noise([700, 700], 250), noise([700], 300, 2)];
    const executor = new SerialExecutor();
    const aligned = x.add(row);
    const same = x.rechunk(700).add(row.rechunk(700));
    expect(await aligned.equal(same).all().compute({ executor })).toBe(true);
  });
});
