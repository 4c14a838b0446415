// Arrays and bags into files, as methods: what people look for beside compute().
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { arange as arangeAlone } from "../../src/array/index.js";
import { ARRAY_WRITERS } from "../../src/array/results/array-files.js";
import { currentHost, installHost } from "../../src/base/host.js";
import {
  arange,
  type ChunkedArray,
  fromNpy,
  fromNpyStack,
  fromPartitions,
  fromSequence,
  fromZarr,
  readNdjsonValues,
  readText,
  SerialExecutor,
} from "../../src/index.js";
import { freshDirectory } from "../e2e/command.js";

const executor = new SerialExecutor();
const path = (name: string) => join(freshDirectory(), name);
const x = arange(6, { chunks: 2 }).reshape([2, 3]);
const listed = async (read: ChunkedArray) =>
  ((await read.compute({ executor })) as { toArray(): unknown }).toArray();
const rows = [
  [0, 1, 2],
  [3, 4, 5],
];

describe("an array writes itself", () => {
  it("to a .npy file", async () => {
    const file = path("x.npy");
    await x.toNpy(file, { executor });
    expect(await listed(fromNpy(file))).toEqual(rows);
  });

  it("to a folder of .npy files", async () => {
    const stack = path("stack");
    await x.toNpyStack(stack, { executor, axis: 1 });
    expect(await listed(fromNpyStack(stack))).toEqual(rows);
  });

  it("to Zarr, with the function's options", async () => {
    const place = path("x.zarr");
    await x.toZarr(place, { executor, chunks: [1, 3], compressor: "gzip" });
    const read = await fromZarr(place);
    expect(read.chunks).toEqual([[1, 1], [3]]);
    expect(await listed(read)).toEqual(rows);
    await expect(x.toZarr(place, { executor })).rejects.toThrow("pass { overwrite: true }");
  });

  it("not in a program of tilework/array alone, which hears why", async () => {
    const host = currentHost();
    installHost(host.with(ARRAY_WRITERS, undefined as never));
    try {
      await expect(arangeAlone(3).toNpy(path("y.npy"))).rejects.toThrow(
        'nothing in this program writes files: import "tilework" first',
      );
    } finally {
      installHost(host);
    }
  });
});

describe("a bag writes itself", () => {
  it("as lines", async () => {
    const words = fromSequence(["one", "two"], { npartitions: 2 });
    const paths = await words.toTextFiles(path("words-*.txt"), { executor });
    expect(await (await readText(paths)).compute({ executor })).toEqual(["one", "two"]);
    // @ts-expect-error Lines are texts.
    await expect(fromSequence([1]).toTextFiles(path("n-*.txt"), { executor })).rejects.toThrow(
      "element 0 is a number: expected texts",
    );
  });

  it("as JSON", async () => {
    const paths = await fromPartitions([[{ a: 1 }, { a: 2 }]]).toNdjson(path("v-*.jsonl"), {
      executor,
    });
    expect(await (await readNdjsonValues(paths)).compute({ executor })).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
  });
});
