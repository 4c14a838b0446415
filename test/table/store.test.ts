// Tables into a store of S3's kind: complete files, all or none.
import { afterAll, beforeAll, expect, it } from "vitest";
import { listRemote } from "../../src/formats/remote/remote-files.js";
import { fromRecords, readCsv, readNdjson, readParquet } from "../../src/index.js";
import { type S3Server, startS3 } from "../formats/remote/s3-server.js";

let server: S3Server;
beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.stop());

const ROWS = Array.from({ length: 9 }, (_, n) => ({ n, word: `w${n % 2}` }));
const table = fromRecords(ROWS, { npartitions: 3 });
const below = async (key: string) =>
  (await listRemote(server.address(key), "all")).files.map(({ address }) => address).sort();

it("are files of each partition, which read as the table", async () => {
  const paths = await table.toCsv(server.address("csv"));
  expect(paths).toHaveLength(3);
  expect(paths.toSorted()).toEqual(await below("csv"));
  expect(paths[0]).toMatch(/csv\/part-00000-\w{8}\.csv\?endpoint/);
  expect(await (await readCsv(server.address("csv/*.csv"))).collect()).toEqual(ROWS);
  await table.toNdjson(server.address("lines"), { compression: "gzip" });
  expect(await (await readNdjson(server.address("lines/*.gz"))).collect()).toEqual(ROWS);
  await table.toParquet(server.address("by"), { partitionBy: "word" });
  const read = await readParquet(server.address("by/**/*.parquet"));
  expect(await read.sort("n").collect()).toEqual(ROWS);
});

it("replace earlier files only where they may, and when the new ones are complete", async () => {
  const address = server.address("again");
  const [first] = await fromRecords([{ n: "1" }, { n: "x" }], { npartitions: 2 }).toParquet(
    address,
  );
  await expect(table.toParquet(address)).rejects.toThrow(
    /files are there: pass { overwrite: true }/,
  );
  const broken = fromRecords([{ n: "1" }, { n: "x" }], { npartitions: 2 }).cast({ n: "int64" });
  await expect(broken.toParquet(address, { overwrite: true })).rejects.toThrow("Could not convert");
  // A task that is late removes what it sent.
  await expect.poll(() => below("again")).toHaveLength(2);
  expect(await below("again")).toContain(first);
  await table.toParquet(address, { overwrite: true });
  expect(await below("again")).toHaveLength(3);
  expect(await below("again")).not.toContain(first);
});

it("say which address takes none", async () => {
  await expect(table.toCsv("https://example.com/out")).rejects.toThrow("s3:// addresses");
});
