// Zarr arrays and groups in an S3 store and behind HTTP, written and read: by us, and by zarrita.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { arange, full } from "../../src/array/index.js";
import { listRemote, readRemote } from "../../src/formats/remote/remote-files.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { fromZarrGroup } from "../../src/io/from-zarr-group.js";
import { makeArray } from "../../src/io/new-zarr-array.js";
import { storeBlocks } from "../../src/io/store-layer.js";
import { openStore, toZarr } from "../../src/io/to-zarr.js";
import { toZarrGroup } from "../../src/io/to-zarr-group.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { type S3Server, startS3 } from "../formats/remote/s3-server.js";

const executor = new SerialExecutor();
const numbers = Array.from({ length: 24 }, (_, i) => i);
const x = arange(24, { dtype: "float64" }).reshape([4, 6]).rechunk(2);
const before = { ...process.env };
let server: S3Server;

beforeAll(async () => {
  server = await startS3();
});

beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = "S3RVER";
  process.env.AWS_SECRET_ACCESS_KEY = "S3RVER";
});

afterEach(() => {
  server.mishap = undefined;
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, before);
});

afterAll(() => server.stop());

describe("a Zarr array in S3", () => {
  it.each([
    [{ format: 2, compressor: "zlib" }],
    [{ compressor: "blosc" }],
    [{ chunks: 2, shards: [2, 6] }],
  ] as const)("comes back as it was written, with %o", async (options) => {
    const address = server.address("x.zarr");
    await toZarr(x, address, { ...options, overwrite: true, executor });
    const y = await fromZarr(address);
    expect(await valuesOf(y)).toEqual(numbers);
    const store: zarr.AsyncReadable = {
      get: (key) => readRemote(server.address(`x.zarr${key}`)),
      getRange: (key, range) => {
        const own = "suffixLength" in range ? { lastBytes: range.suffixLength } : range;
        return readRemote(server.address(`x.zarr${key}`), { range: own });
      },
    };
    const theirs = await zarr.open(store, { kind: "array" });
    const { data } = (await zarr.get(theirs)) as zarr.Chunk<"float64">;
    expect(Array.from(data)).toEqual(numbers);
  });

  it("is written in a region, appended to, and replaced with all its chunks", async () => {
    const address = server.address("grown.zarr");
    await toZarr(x, address, { executor });
    await expect(toZarr(x, address, { executor })).rejects.toThrow("{ overwrite: true }");
    await toZarr(x.slice("1:2").multiply(0), address, { region: [[1, 2], null], executor });
    await toZarr(x, address, { append: 0, executor });
    const y = await fromZarr(address);
    expect(y.shape).toEqual([8, 6]);
    expect(await y.sum().compute({ executor })).toBe(2 * 276 - 51);
    server.asked.length = 0;
    await toZarr(x.slice(":2"), address, { overwrite: true, executor });
    // The server may fail while it removes an empty folder, and is asked again.
    const removed = new Set(
      server.asked.filter((asked) => asked.startsWith("DELETE") && !asked.includes(".partial-")),
    );
    expect(removed.size).toBe(13);
    expect((await fromZarr(address)).shape).toEqual([2, 6]);
  });

  it("comes in a group that is listed, without consolidated metadata", async () => {
    const address = server.address("group.zarr");
    const day = { attributes: { day: 1 }, arrays: { t: x } };
    await toZarrGroup(address, { groups: { monday: day } }, { format: 2, executor });
    const { groups } = await fromZarrGroup(address);
    expect(groups.monday?.attributes).toEqual({ day: 1 });
    server.mishap = (asked) => (asked.includes(".zmetadata") ? { status: 404 } : undefined);
    const listed = await fromZarrGroup(address);
    const t = listed.groups.monday?.arrays.t;
    expect(t && (await valuesOf(t))).toEqual(numbers);
  });

  it.each([2, 3] as const)("is made by one of two writers at once (format %i)", async (format) => {
    const address = server.address(`two-${format}.zarr`);
    const writes = [1, 2].map((value) =>
      toZarr(full([40], value, { chunks: 10 }), address, { format, executor }),
    );
    const ends = await Promise.allSettled(writes);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [failed] = ends.filter((end) => end.status === "rejected");
    expect(String(failed?.reason)).toMatch(
      /another program has made an array there meanwhile|a Zarr array or group exists/,
    );
    const winner = ends.findIndex(({ status }) => status === "fulfilled");
    expect(await valuesOf(await fromZarr(address))).toEqual(new Array(40).fill(winner + 1));
    const { files } = await listRemote(address, "all");
    expect(files.filter((file) => file.address.includes(".partial-"))).toEqual([]);
  });

  it("that is replaced while another writes it has no values of that one", async () => {
    const address = server.address("replaced.zarr");
    const first = full([40], 1, { chunks: 10 });
    const opened = await makeArray(first, address, "", {});
    const { stored, target } = await openStore(first, address, opened);
    await toZarr(full([40], 2, { chunks: 10 }), address, { overwrite: true, executor });
    await expect(storeBlocks(stored, target, { executor })).rejects.toThrow(
      /cannot write c\/0 .*replaced.zarr.* \(it was replaced or removed meanwhile/,
    );
    expect(await valuesOf(await fromZarr(address))).toEqual(new Array(40).fill(2));
  });

  it("is made although the answer to its metadata is lost", async () => {
    const address = server.address("lost.zarr");
    let lost = 0;
    server.mishap = (asked) =>
      asked.startsWith("PUT") && asked.includes("zarr.json") && lost++ === 0 ? "fail" : undefined;
    await toZarr(x, address, { executor });
    expect(lost).toBeGreaterThan(1);
    expect(await valuesOf(await fromZarr(address))).toEqual(numbers);
  });

  it("is written with credentials that expire between its chunks, and are renewed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-expiring-"));
    process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, "credentials");
    const profile = (key: string) =>
      writeFileSync(
        join(folder, "credentials"),
        `[default]\naws_access_key_id = ${key}\naws_secret_access_key = S3RVER\n`,
      );
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) delete process.env[name];
    profile("S3RVER");
    const body = "<Error><Code>ExpiredToken</Code><Message>Too old</Message></Error>";
    let chunks = 0;
    server.mishap = (asked) =>
      asked.startsWith("PUT") && asked.includes("/c/") && chunks++ === 3
        ? { status: 400, body }
        : undefined;
    const address = server.address("expiring.zarr");
    await toZarr(x, address, { executor });
    expect(chunks).toBe(7);
    expect(await valuesOf(await fromZarr(address))).toEqual(numbers);
    // Never renewed: the error names chunk and reason.
    server.mishap = (asked) => (asked.includes("/c/1/1") ? { status: 400, body } : undefined);
    const never = toZarr(x, server.address("expired.zarr"), { executor });
    await expect(never).rejects.toThrow(/cannot write c\/1\/1 .*ExpiredToken: Too old/);
    rmSync(folder, { recursive: true });
  });

  it("is read although the server fails now and then, and never wrongly", async () => {
    const address = server.address("shaky.zarr");
    await toZarr(x, address, { executor });
    const none = undefined;
    const order = ["truncate", none, none, "fail", none, none, { status: 503 }, none] as const;
    let count = 0;
    server.mishap = () => order[count++ % order.length];
    expect(await valuesOf(await fromZarr(address))).toEqual(numbers);
    await toZarr(x, server.address("shaky-too.zarr"), { executor });
    server.mishap = undefined;
    expect(await valuesOf(await fromZarr(server.address("shaky-too.zarr")))).toEqual(numbers);
  });

  it("names the chunk that cannot be read or written, and why", async () => {
    const address = server.address("refused.zarr");
    await toZarr(x, address, { executor });
    const y = await fromZarr(address);
    const body = "<Error><Code>AccessDenied</Code><Message>Not yours</Message></Error>";
    server.mishap = (asked) => (asked.includes("/c/1/2") ? { status: 403, body } : undefined);
    await expect(y.compute({ executor })).rejects.toThrow(
      /chunk \(1, 2\) of the Zarr array at s3:.*: .*403 Forbidden \(AccessDenied: Not yours\)/,
    );
    await expect(toZarr(x, address, { overwrite: true, executor })).rejects.toThrow(
      /AccessDenied: Not yours/,
    );
  });
});

it("is written to a plain server of HTTP that takes PUT requests", async () => {
  const files = new Map<string, Buffer>();
  const plain = createServer(async (request, response) => {
    const path = request.url as string;
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    if (request.method === "PUT") files.set(path, Buffer.concat(pieces));
    const found = files.get(path);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  }).listen(0, "127.0.0.1");
  await once(plain, "listening");
  const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/x.zarr`;
  await toZarr(x, url, { executor });
  expect(await valuesOf(await fromZarr(url))).toEqual(numbers);
  await expect(toZarr(x, url, { overwrite: true, executor })).rejects.toThrow("lists no files");
  plain.closeAllConnections();
  plain.close();
});
