// Text, JSON lines and tables of files in S3, by ranges, compressed, by pattern, and with failures.
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fromPartitions } from "../../src/bag/create-bag.js";
import { writeRemote } from "../../src/formats/remote/remote-files.js";
import { readCsv } from "../../src/io/read-csv.js";
import { readNdjson } from "../../src/io/read-ndjson.js";
import { readParquet } from "../../src/io/read-parquet.js";
import { readNdjsonValues, readText } from "../../src/io/read-text.js";
import { toNdjson, toTextFiles } from "../../src/io/to-text.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { type S3Server, startS3 } from "../formats/remote/s3-server.js";

const executor = new SerialExecutor();
const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i} ${"x".repeat(i % 7)}`);
let server: S3Server;

beforeAll(async () => {
  server = await startS3();
  const files = {
    "logs/2026/a.txt": `${lines.slice(0, 600).join("\n")}\n`,
    "logs/2026/b.txt": lines.slice(600).join("\n"),
    "logs/other.csv": "name,n\nx,1\ny,2\n",
    "values.jsonl": '{"n":1}\n{"n":2}\n\n{"n":3}\n',
  };
  for (const [key, text] of Object.entries(files)) {
    await writeRemote(server.address(key), Buffer.from(text));
  }
  await writeRemote(server.address("packed.txt.gz"), gzipSync(lines.join("\n")));
});

afterEach(() => {
  server.mishap = undefined;
});

afterAll(() => server.stop());

describe("text files on a server", () => {
  it("are read whole, by ranges, compressed and by pattern", async () => {
    const whole = await readText([
      server.address("logs/2026/a.txt"),
      server.address("logs/2026/b.txt"),
    ]);
    expect(await whole.compute({ executor })).toEqual(lines);
    const cut = await readText(server.address("logs/**/*.txt"), { blockBytes: 3_000 });
    expect(cut.npartitions).toBeGreaterThan(4);
    expect(await cut.compute({ executor })).toEqual(lines);
    const packed = await readText(server.address("packed.txt.gz"));
    expect(await packed.compute({ executor })).toEqual(lines);
    const values = await readNdjsonValues<{ n: number }>(server.address("values.jsonl"));
    expect(await values.compute({ executor })).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("are written, a file for each partition, compressed, and whole or not at all", async () => {
    const bag = fromPartitions([lines.slice(0, 600), lines.slice(600)]);
    const paths = await toTextFiles(bag, server.address("out/part-*.txt.gz"), { executor });
    expect(paths).toEqual([0, 1].map((k) => server.address(`out/part-${k}.txt.gz`)));
    expect(await (await readText(paths)).compute({ executor })).toEqual(lines);
    const values = fromPartitions([[{ n: 1 }], [{ n: 2 }, { n: 3 }]]);
    const folder = await toNdjson(values, server.address("out/values"), { executor });
    expect(folder).toEqual([0, 1].map((k) => server.address(`out/values/${k}.part`)));
    const read = await readNdjsonValues<{ n: number }>(folder);
    expect(await read.pluck("n").sum().compute({ executor })).toBe(6);
    const nowhere = server.address("part-*.txt").replace(/^s3:..[^/]+/, "s3://missing");
    await expect(toTextFiles(bag, nowhere, { executor })).rejects.toThrow(
      /cannot write s3:..missing.part-0.txt/,
    );
  });

  it("become tables", async () => {
    const table = await readCsv(server.address("logs/other.csv"));
    expect(await table.collect({ executor })).toEqual([
      { name: "x", n: 1 },
      { name: "y", n: 2 },
    ]);
    const numbers = await readNdjson(server.address("values.jsonl"));
    expect(await numbers.collect({ executor })).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    await expect(readParquet(server.address("logs/other.csv"))).rejects.toThrow(
      /readParquet: cannot read s3:.*other.csv.*expected a file of Parquet/,
    );
  });

  it("are read although a connection breaks off", async () => {
    const text = await readText(server.address("logs/2026/a.txt"));
    let left = 2;
    server.mishap = () => (left-- > 0 ? "truncate" : undefined);
    expect(await text.count().compute({ executor })).toBe(600);
  });

  it("that are missing or cannot be read are named", async () => {
    await expect(readText(server.address("none.txt"))).rejects.toThrow(
      /readText: cannot find s3:.*none.txt.*: there is no such file/,
    );
    await expect(readText(server.address("logs/*.none"))).rejects.toThrow(
      "no file has such a name",
    );
    await expect(readText("http://127.0.0.1:1/*.txt")).rejects.toThrow("lists no files");
    const text = await readText(server.address("logs/2026/b.txt"));
    server.mishap = () => ({ status: 403 });
    await expect(text.compute({ executor })).rejects.toThrow(
      /cannot read s3:.*b.txt.*: the server answered 403/,
    );
  });
});
