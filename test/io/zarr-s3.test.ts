// Zarr arrays and groups in an S3 store and behind HTTP, written and read: by us, and by zarrita.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as zarr from "zarrita";
import { arange } from "../../src/array/index.js";
import { readRemote } from "../../src/formats/remote/remote-files.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { fromZarrGroup } from "../../src/io/from-zarr-group.js";
import { toZarr } from "../../src/io/to-zarr.js";
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
    const removed = new Set(server.asked.filter((asked) => asked.startsWith("DELETE")));
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
