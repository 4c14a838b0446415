import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NdArray } from "ndarray";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { arange } from "../../src/array/index.js";
import { fromZarr } from "../../src/io/from-zarr.js";
import { toZarr } from "../../src/io/to-zarr.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";

const executor = new SerialExecutor();
const folder = mkdtempSync(join(tmpdir(), "tilework-http-"));
let server: Server;
let origin: string;
/** What the server does with some requests instead of answering them. */
let mishap: ((path: string) => number | "silence" | undefined) | undefined;
let knowsRanges = true;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const instead = mishap?.(pathname);
    if (instead === "silence") return;
    const path = join(folder, pathname);
    if (instead !== undefined || !existsSync(path) || statSync(path).isDirectory()) {
      response.writeHead(instead ?? 404).end();
      return;
    }
    const bytes = readFileSync(path);
    const range = /bytes=(\d*)-(\d*)/.exec(request.headers.range ?? "");
    if (range === null || !knowsRanges) {
      response.writeHead(200).end(bytes);
      return;
    }
    const [, start = "", end = ""] = range;
    const part =
      start === "" ? bytes.subarray(-Number(end)) : bytes.subarray(Number(start), Number(end) + 1);
    response.writeHead(206).end(part);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const x = arange(24, { dtype: "float64", chunks: 4 }).reshape([4, 6]).rechunk(2);
  await toZarr(x, join(folder, "plain.zarr"), { component: "a", format: 2, executor });
  await toZarr(x, join(folder, "sharded.zarr"), { chunks: 2, shards: [2, 6], executor });
});

afterEach(() => {
  mishap = undefined;
  knowsRanges = true;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe("Zarr arrays behind HTTP", () => {
  it("are read as those in folders, shards by ranges of bytes", async () => {
    const expected = Array.from({ length: 24 }, (_, i) => i);
    const plain = await fromZarr(`${origin}/plain.zarr?key=1`, { component: "a" });
    const value = await plain.compute({ executor });
    expect(Array.from((value as NdArray<Float64Array>).data)).toEqual(expected);
    for (knowsRanges of [true, false]) {
      const sharded = await fromZarr(`${origin}/sharded.zarr/`);
      expect(sharded.chunks).toEqual([[2, 2], [6]]);
      const numbers = await sharded.compute({ executor });
      expect(Array.from((numbers as NdArray<Float64Array>).data)).toEqual(expected);
    }
  });

  it("are fill value where the server has no chunk", async () => {
    mishap = (path) => (path.endsWith("/1.2") ? 404 : undefined);
    const x = await fromZarr(`${origin}/plain.zarr`, { component: "a" });
    expect(await x.sum().compute({ executor })).toBe(276 - 16 - 17 - 22 - 23);
  });

  it("are asked to be missing, with the URL", async () => {
    await expect(fromZarr(`${origin}/nothing.zarr`)).rejects.toThrow(
      /no Zarr array at http:.*nothing.zarr/,
    );
  });

  it("fail with the chunk and what the server answered", async () => {
    const x = await fromZarr(`${origin}/plain.zarr`, { component: "a" });
    mishap = (path) => (path.endsWith("/1.2") ? 503 : undefined);
    await expect(x.compute({ executor })).rejects.toThrow(
      /cannot read chunk \(1, 2\) of the Zarr array at http:.*plain.zarr\/a: the server answered 503/,
    );
    mishap = () => 500;
    await expect(fromZarr(`${origin}/plain.zarr`)).rejects.toThrow(
      /zarr.json: the server answered 500/,
    );
  });

  it("fail when the server is silent for too long", async () => {
    // Long enough for the metadata to come on a busy machine.
    const x = await fromZarr(`${origin}/plain.zarr`, { component: "a", timeoutMs: 4_000 });
    mishap = () => "silence";
    await expect(x.compute({ executor })).rejects.toThrow(/chunk .* did not answer within 4 s/);
    await expect(fromZarr(origin, { timeoutMs: 100 })).rejects.toThrow("within 0.1 s");
  });

  it("fail with the reason when there is no server", async () => {
    await expect(fromZarr("http://127.0.0.1:1/x.zarr")).rejects.toThrow(
      /cannot read http:.*\/x.zarr/,
    );
  });
});
