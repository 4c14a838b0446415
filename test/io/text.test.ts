// Text files as bags and bags as text files: packings, byte ranges, tables, and what goes wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import {
  fromPartitions,
  fromSequence,
  readCsv,
  readNdjson,
  readText,
  toNdjson,
  toTextFiles,
} from "../../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "tilework-text-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** "one\ntwo\n" as the zstd tool packs it: a frame with one raw block. */
const ZSTD = Buffer.from("28b52ffd20084100006f6e650a74776f0a", "hex");

describe("readText", () => {
  it("unpacks by the end of the name, in the order of names", async () => {
    writeFileSync(at("a.txt"), "one\r\ntwo");
    writeFileSync(at("b.txt.gz"), gzipSync("three\n\nfour\n"));
    writeFileSync(at("c.txt.br"), brotliCompressSync("fünf\n"));
    writeFileSync(at("d.txt.zst"), ZSTD);
    const bag = await readText(at("*.txt*"));
    expect(bag.npartitions).toBe(4);
    const expected = ["one", "two", "three", "", "four", "fünf", "one", "two"];
    expect(await bag.compute()).toEqual(expected);
    const few = await readText(at("*.txt*"), { filesPerPartition: 3, includePath: true });
    expect(few.npartitions).toBe(2);
    expect(await few.take(1)).toEqual([["one", at("a.txt")]]);
  });

  it("cuts byte ranges at line ends, wherever they fall", async () => {
    const lines = ["", "a", "bb", "", "ccc", "ddddddddddd", "é", "f", ""];
    for (const delimiter of ["\n", "<>"]) {
      for (const end of ["", delimiter]) {
        const text = lines.join(delimiter) + end;
        writeFileSync(at("cut.dat"), text);
        const all = text.split(delimiter);
        const expected = all.at(-1) === "" ? all.slice(0, -1) : all;
        for (const blockBytes of [1, 2, 3, 5, 7, 1000]) {
          const bag = await readText(at("cut.dat"), { blockBytes, delimiter });
          expect(await bag.compute(), JSON.stringify({ delimiter, end, blockBytes })).toEqual(
            expected,
          );
        }
      }
    }
  });

  it("says which file is missing, cannot be cut or is broken", async () => {
    await expect(readText(at("none.txt"))).rejects.toThrow(/no file .*none\.txt/);
    await expect(readText(at("b.txt.gz"), { blockBytes: 10 })).rejects.toThrow(/compressed/);
    const dashes = { blockBytes: 10, delimiter: "--" };
    await expect(readText(at("a.txt"), dashes)).rejects.toThrow(/begins as it ends/);
    writeFileSync(at("broken.gz"), "no gzip");
    const broken = await readText(at("broken.gz"));
    await expect(broken.compute()).rejects.toThrow(/cannot read .*broken\.gz/);
  });
});

describe("tables and values", () => {
  it("reads CSV with quoted line ends", async () => {
    writeFileSync(at("t.csv"), 'name,n\n"a\nb",1\nc,2.5\n');
    const rows = await readCsv(at("t.csv"), { numbers: true });
    expect(await rows.compute()).toEqual([
      { name: "a\nb", n: 1 },
      { name: "c", n: 2.5 },
    ]);
  });

  it("writes and reads JSON lines", async () => {
    const bag = fromPartitions<unknown>([[{ a: 1 }], [{ a: [2, null] }, { a: "three\n" }]]);
    const paths = await toNdjson(bag, at("out/part-*.jsonl.gz"));
    expect(paths).toEqual([at("out/part-0.jsonl.gz"), at("out/part-1.jsonl.gz")]);
    expect(gunzipSync(readFileSync(paths[0] as string)).toString()).toBe('{"a":1}\n');
    expect(await (await readNdjson(at("out/*.gz"))).compute()).toEqual(await bag.compute());
  });

  it("writes texts alone", async () => {
    const numbers = fromSequence([1, 2], { npartitions: 1 }) as never;
    await expect(toTextFiles(numbers, at("numbers"))).rejects.toThrow(/element 0 is a number/);
  });
});
