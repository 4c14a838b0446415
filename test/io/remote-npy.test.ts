// `.npy` files in S3 and behind HTTP: by ranges of bytes, and with a server that fails, stalls and
// truncates.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { arange, zeros } from "../../src/array/index.js";
import { formatNpyHeader } from "../../src/formats/npy/npy-header.js";
import { writeRemote } from "../../src/formats/remote/remote-files.js";
import { fromNpy, fromRemoteNpy } from "../../src/io/from-npy.js";
import { toNpyStack } from "../../src/io/npy-stack.js";
import { toNpy } from "../../src/io/to-npy.js";
import { toNpz } from "../../src/io/to-npz.js";
import { SerialExecutor } from "../../src/runtime/nodes/serial-executor.js";
import { valuesOf } from "../array/table-arrays.js";
import { type S3Server, startS3 } from "../formats/remote/s3-server.js";

/** Three pages of 300 rows of 100 numbers, each its position. */
const SHAPE = [3, 300, 100];
const numbers = Float64Array.from({ length: 90_000 }, (_, i) => i);
const executor = new SerialExecutor();
const file = npyOf(SHAPE, new Uint8Array(numbers.buffer));
let server: S3Server;
let address: string;

function npyOf(shape: readonly number[], elements: Uint8Array): Buffer {
  return Buffer.concat([formatNpyHeader("float64", shape), elements]);
}

beforeAll(async () => {
  server = await startS3();
  address = server.address("days.npy");
  await writeRemote(address, file);
});

afterEach(() => {
  server.mishap = undefined;
});

afterAll(() => server.stop());

describe("a .npy file on a server", () => {
  it("has the values of a local one in any chunks", async () => {
    for (const chunks of [-1, [2, 100, 70], [1, 300, 3]] as const) {
      const x = await fromRemoteNpy(address, { chunks });
      expect([x.shape, x.dtype]).toEqual([SHAPE, "float64"]);
      expect(await valuesOf(x)).toEqual(Array.from(numbers));
    }
  });

  it("is read by the ranges that blocks need, runs close together in one", async () => {
    const x = await fromRemoteNpy(address, { chunks: [1, 300, 100] });
    server.ranges.length = 0;
    const corner = await valuesOf(x.slice("::2", ":2", ":2"));
    expect(corner).toEqual([0, 1, 100, 101, 60_000, 60_001, 60_100, 60_101]);
    const start = file.length - numbers.byteLength;
    const ranges = [start, start + 480_000].map((at) => `bytes=${at}-${at + 8 * 102 - 1}`);
    expect(server.ranges.toSorted()).toEqual(ranges.toSorted());
  });

  it("comes in several requests where it is long, in Fortran order, too", async () => {
    const rows = 600_000;
    const long = Float64Array.from({ length: rows * 2 }, (_, i) => i);
    const bytes = npyOf([rows, 2], new Uint8Array(long.buffer));
    const turned = Buffer.from(bytes.toString("latin1").replace("False", "True "), "latin1");
    await writeRemote(server.address("long.npy"), turned);
    const x = await fromRemoteNpy(server.address("long.npy"), { chunks: -1 });
    server.ranges.length = 0;
    expect(await valuesOf(x.slice(":3"))).toEqual([0, rows, 1, rows + 1, 2, rows + 2]);
    expect(await valuesOf(x.max(0))).toEqual([rows - 1, 2 * rows - 1]);
    expect(server.ranges.length).toBe(2 + 3);
  });

  it("is read again where the server fails, stalls or breaks off in passing", async () => {
    for (const mishap of ["fail", "truncate", "stall", { status: 503 }] as const) {
      const x = await fromRemoteNpy(address, { timeoutMs: 6_000 });
      let gets = 0;
      server.mishap = (asked) => (asked.startsWith("GET") && gets++ === 0 ? mishap : undefined);
      expect(await valuesOf(x.sum())).toEqual([(90_000 * 89_999) / 2]);
      expect(gets).toBe(2);
      server.mishap = undefined;
    }
  });

  it("fails with its address when the server keeps failing", async () => {
    const x = await fromRemoteNpy(address, { chunks: [1, 300, 100] });
    server.mishap = () => ({ status: 403, body: "<Error><Code>AccessDenied</Code></Error>" });
    await expect(valuesOf(x)).rejects.toThrow(
      /cannot read block \(\d, 0, 0\) of s3:.*days.npy.*403 Forbidden \(AccessDenied\)/,
    );
    await expect(fromRemoteNpy(address)).rejects.toThrow(/cannot open s3:.*days.npy.*: .*403/);
    server.mishap = () => "stall";
    await expect(fromRemoteNpy(address, { timeoutMs: 100 })).rejects.toThrow("within 0.1 s");
  });

  it("that is missing, cut off or changed is an error, and so is a path", async () => {
    const other = server.address("other.npy");
    await expect(fromRemoteNpy(other)).rejects.toThrow(/cannot open .*other.npy.*no such file/);
    await writeRemote(other, file.subarray(0, 5_000));
    await expect(fromRemoteNpy(other)).rejects.toThrow(
      /other.npy.* is cut off: its header promises 720128 bytes, it has 5000/,
    );
    await writeRemote(other, file);
    const x = await fromRemoteNpy(other);
    await writeRemote(other, npyOf(SHAPE, new Uint8Array(numbers.byteLength)));
    await expect(valuesOf(x)).rejects.toThrow(/other.npy.*the file changed while it was read/);
    await expect(fromRemoteNpy("days.npy")).rejects.toThrow('got "days.npy": fromNpy reads files');
    expect(() => fromNpy(address)).toThrow("await fromRemoteNpy(address) reads those");
  });

  it("is read whole from a server that knows no ranges", async () => {
    const plain = createServer(({ method }, response) => {
      response.setHeader("content-length", file.length);
      response.end(method === "HEAD" ? undefined : file);
    }).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/x.npy`;
    const x = await fromRemoteNpy(url, { chunks: [3, 300, 25] });
    expect(await valuesOf(x.slice(1, 2))).toEqual(Array.from(numbers.subarray(30_200, 30_300)));
    plain.closeAllConnections();
    plain.close();
  });
});

describe("an array that goes to a server", () => {
  it("is there with its values, in one request or several", async () => {
    const target = server.address("written.npy");
    const x = arange(90_000, { dtype: "float64" }).reshape(SHAPE).rechunk([2, 100, 70]);
    await toNpy(x, target, { executor });
    const back = await fromRemoteNpy(target);
    expect([back.shape, back.dtype]).toEqual([SHAPE, "float64"]);
    expect(await valuesOf(back)).toEqual(Array.from(numbers));

    server.asked.length = 0;
    const rows = 5_000_000;
    await toNpy(arange(rows, { dtype: "float64", chunks: 1_999_999 }), target, { executor });
    const parts = server.asked.filter((asked) => asked.includes("partNumber="));
    expect(parts.length).toBe(3);
    const long = await fromRemoteNpy(target);
    expect(long.shape).toEqual([rows]);
    expect(await valuesOf(long.slice("::1234567"))).toEqual([
      0, 1_234_567, 2_469_134, 3_703_701, 4_938_268,
    ]);
    expect(await valuesOf(long.sum())).toEqual([(rows * (rows - 1)) / 2]);
  });

  it("leaves what was there where a block fails, the server refuses or the job is cancelled", async () => {
    const target = server.address("kept.npy");
    await toNpy(arange(3), target, { executor });
    const broken = zeros([5_000_000], { chunks: 2_500_000 }).mapBlocks((block) => {
      if (block.offset === 0) throw new Error("no such block");
      return block;
    });
    await expect(toNpy(broken, target, { executor })).rejects.toThrow("no such block");
    server.mishap = (asked) => (/^(PUT|POST)/.test(asked) ? { status: 403 } : undefined);
    await expect(toNpy(zeros([3]), target, { executor })).rejects.toThrow(
      /cannot write s3:.*kept.npy.*: .*403/,
    );
    server.mishap = (asked) => (asked.includes("partNumber=2") ? { status: 403 } : undefined);
    await expect(toNpy(zeros([5_000_000]), target, { executor })).rejects.toThrow(
      /kept.npy.*: .*403/,
    );
    server.mishap = undefined;
    const signal = AbortSignal.abort();
    await expect(toNpy(zeros([3]), target, { executor, signal })).rejects.toThrow("cancelled");
    expect(await valuesOf(await fromRemoteNpy(target))).toEqual([0, 1, 2]);
  });

  it("comes in one request to a server without parts", async () => {
    const bodies: Buffer[] = [];
    const plain = createServer((asked, answer) => {
      const pieces: Buffer[] = [];
      asked.on("data", (piece: Buffer) => pieces.push(piece));
      asked.on("end", () => {
        bodies.push(Buffer.concat(pieces));
        answer.writeHead(201).end();
      });
    }).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}/x.npy`;
    await toNpy(arange(90_000, { dtype: "float64" }).reshape(SHAPE).rechunk([1, 300, 7]), url, {
      executor,
    });
    expect(bodies.map((body) => body.equals(file))).toEqual([true]);
    plain.closeAllConnections();
    plain.close();
  });

  it("is refused by writers that make local files", async () => {
    await expect(toNpz(address, { a: zeros([2]) })).rejects.toThrow("toNpz writes files of this");
    await expect(toNpyStack(zeros([2]), address)).rejects.toThrow("toNpyStack writes files of");
  });
});
