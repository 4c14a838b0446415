// Text files as bags and bags as text files: packings, byte ranges, values, and what goes wrong.
// Tables are csv.test.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Executor } from "../../src/graph/ports/executor.js";
import {
  fromPartitions,
  fromSequence,
  readNdjsonValues,
  readText,
  toNdjson,
  toTextFiles,
} from "../../src/index.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

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
    const words = gzipSync("one\ntwo\n".repeat(2_000));
    const zstd = ZSTD.subarray(0, 12);
    const brotli = brotliCompressSync("one\ntwo\n");
    for (const [name, bytes] of [
      ["broken.gz", Buffer.from("no gzip")],
      ["cut.gz", words.subarray(0, words.length - 9)],
      ["cut.zst", zstd],
      ["cut.br", brotli.subarray(0, brotli.length - 3)],
    ] as const) {
      writeFileSync(at(name), bytes);
      const broken = await readText(at(name));
      await expect(broken.compute(), name).rejects.toThrow(`cannot read ${at(name)}: `);
    }
    await expect(readText(at("a.txt"), { compression: "zip" as never })).rejects.toThrow(
      /compression is zip: expected infer, none, gzip/,
    );
  });
});

describe("encodings", () => {
  it("are held to, by file and line, wherever the file is cut", async () => {
    const text = Buffer.from("eins\nzwei\nf\xfcnf\nsechs\n", "latin1");
    writeFileSync(at("latin1.txt"), text);
    for (const options of [{}, { blockBytes: 5 }, { blockBytes: 12 }]) {
      const wrong = await readText(at("latin1.txt"), options);
      await expect(wrong.compute()).rejects.toThrow(
        `cannot read ${at("latin1.txt")}: line 3 is no utf8: give its encoding`,
      );
      const right = await readText(at("latin1.txt"), { ...options, encoding: "latin1" });
      expect(await right.compute()).toEqual(["eins", "zwei", "fünf", "sechs"]);
      const lenient = await readText(at("latin1.txt"), { ...options, invalidBytes: "replace" });
      expect(await lenient.compute()).toEqual(["eins", "zwei", "f\ufffdnf", "sechs"]);
    }
    const ascii = await readText(at("latin1.txt"), { encoding: "ascii" });
    await expect(ascii.compute()).rejects.toThrow(/line 3 is no ascii/);
    await expect(readText(at("a.txt"), { encoding: "utf16" as never })).rejects.toThrow(/utf16/);
  });

  it("leave out the mark that stands before some texts", async () => {
    writeFileSync(at("mark.txt"), "\ufeffone\ntwo");
    expect(await (await readText(at("mark.txt"), { blockBytes: 4 })).compute()).toEqual([
      "one",
      "two",
    ]);
    writeFileSync(at("only-mark.txt"), "\ufeff");
    for (const options of [{}, { blockBytes: 2 }]) {
      expect(await (await readText(at("only-mark.txt"), options)).compute()).toEqual([]);
    }
  });
});

describe("values", () => {
  it("are written and read as JSON lines, packed in every way", async () => {
    const bag = fromPartitions<unknown>([[{ a: 1 }], [{ a: [2, null] }, { a: "three\n" }]]);
    for (const end of ["", ".gz", ".br", ".zst"]) {
      const paths = await toNdjson(bag, at(`out${end}/part-*.jsonl${end}`));
      expect(paths).toEqual([
        at(`out${end}/part-0.jsonl${end}`),
        at(`out${end}/part-1.jsonl${end}`),
      ]);
      expect(await (await readNdjsonValues(paths)).compute()).toEqual(await bag.compute());
    }
    const packed = readFileSync(at("out.gz/part-0.jsonl.gz"));
    expect(gunzipSync(packed).toString()).toBe('{"a":1}\n');
    const magic = readFileSync(at("out.zst/part-0.jsonl.zst")).subarray(0, 4);
    expect(magic.toString("hex")).toBe("28b52ffd");
  });

  it("say by file and line what is no JSON", async () => {
    writeFileSync(at("bad.jsonl"), '{"a":1}\n\n{"a":2}\n{a:3}\n');
    for (const options of [{}, { blockBytes: 6 }, { blockBytes: 18 }]) {
      const bag = await readNdjsonValues(at("bad.jsonl"), options);
      await expect(bag.compute(), JSON.stringify(options)).rejects.toThrow(
        `cannot read ${at("bad.jsonl")}: line 4 is no JSON`,
      );
    }
    writeFileSync(at("bad.jsonl.gz"), gzipSync("1\n2\nthree"));
    const packed = await readNdjsonValues(at("bad.jsonl.gz"));
    await expect(packed.compute()).rejects.toThrow(/bad\.jsonl\.gz: line 3 is no JSON/);
  });

  it("are texts where texts are written", async () => {
    const numbers = fromSequence([1, 2], { npartitions: 1 }) as never;
    await expect(toTextFiles(numbers, at("numbers"))).rejects.toThrow(/element 0 is a number/);
    writeFileSync(at("a-file"), "kept");
    await expect(toTextFiles(numbers, at("a-file"))).rejects.toMatchObject({
      code: "argument.value",
    });
    expect(readFileSync(at("a-file"), "utf8")).toBe("kept");
  });

  it("are not written by tasks that run on when their job was given up", async () => {
    const executor = new SerialExecutor();
    const late: (() => Promise<void>)[] = [];
    const givenUp: Executor = {
      async compute(...job) {
        late.push(() => executor.compute(...job));
        throw new Error("given up");
      },
      persist: () => Promise.reject(new Error("given up")),
    };
    const texts = (text: string) => fromSequence([text], { npartitions: 1 });
    const writing = toTextFiles(texts("old"), at("late"), { executor: givenUp });
    await expect(writing).rejects.toThrow("given up");
    const [path = ""] = await toTextFiles(texts("new"), at("late"), { executor });
    await expect(late[0]?.()).rejects.toThrow(`cannot write ${path}`);
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(readdirSync(at("late"))).toEqual(["0.part"]);
  });
});
