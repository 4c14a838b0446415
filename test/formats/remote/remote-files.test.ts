import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  describeRemote,
  listRemote,
  readRemote,
  removeRemote,
  writeRemote,
} from "../../../src/formats/remote/remote-files.js";
import { type S3Server, startS3 } from "./s3-server.js";

let server: S3Server;
const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i);
const before = { ...process.env };

beforeAll(async () => {
  server = await startS3();
});

beforeEach(() => {
  process.env.AWS_ACCESS_KEY_ID = "S3RVER";
  process.env.AWS_SECRET_ACCESS_KEY = "S3RVER";
  server.asked.length = 0;
});

afterEach(() => {
  server.mishap = undefined;
  for (const name of Object.keys(process.env))
    if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, before);
});

afterAll(() => server.stop());

/** A mishap of the first requests only. */
function first(count: number, mishap: ReturnType<NonNullable<S3Server["mishap"]>>) {
  let left = count;
  server.mishap = () => (left-- > 0 ? mishap : undefined);
}

describe("a file in S3", () => {
  it("is written, described, read whole and in part, listed and removed", async () => {
    const address = server.address("a b/ü+1.bin");
    expect(await readRemote(address)).toBeUndefined();
    expect(await describeRemote(address)).toBeUndefined();
    await writeRemote(address, bytes);
    const room = new Uint8Array(1_000);
    expect(await readRemote(address, { roomFor: () => room })).toBe(room);
    expect(room).toEqual(bytes);
    const part = await readRemote(address, { range: { offset: 10, length: 5 } });
    expect(Array.from(part as Uint8Array)).toEqual([10, 11, 12, 13, 14]);
    const last = await readRemote(address, { range: { lastBytes: 2 } });
    expect(Array.from(last as Uint8Array)).toEqual([230, 231]);
    const described = await describeRemote(address);
    expect(described?.bytes).toBe(1_000);
    const { files, folders } = await listRemote(server.address("a b"), "all");
    expect([files, folders]).toEqual([[described], []]);
    expect((await listRemote(server.address(""), "one")).folders).toContain("a b");
    await removeRemote(address);
    expect(await readRemote(address)).toBeUndefined();
  });

  it("that is long arrives in parts, and is there whole or not at all", async () => {
    const address = server.address("long.bin");
    const long = Buffer.alloc(33 * 2 ** 20, "0123456789");
    server.mishap = (asked) => (asked.includes("partNumber=3") ? { status: 400 } : undefined);
    await expect(writeRemote(address, long)).rejects.toThrow("the server answered 400");
    expect(await describeRemote(address)).toBeUndefined();
    expect(server.asked.some((asked) => asked.startsWith("DELETE"))).toBe(true);
    first(2, "fail");
    await writeRemote(address, long);
    const end = await readRemote(address, { range: { lastBytes: 2 ** 20 } });
    expect(long.subarray(32 * 2 ** 20).equals(end as Uint8Array)).toBe(true);
  });

  it("is read again after failures that pass", async () => {
    const address = server.address("again.bin");
    first(1, { status: 503 });
    await writeRemote(address, bytes);
    for (const mishap of ["fail", "truncate", { status: 500 }] as const) {
      first(2, mishap);
      expect(await readRemote(address)).toEqual(bytes);
    }
    first(1, "stall");
    // A third of this is waited for the first attempt.
    expect(await readRemote(address, { timeoutMs: 3_000 })).toEqual(bytes);
  });

  it("is no file where the server fails again and again", async () => {
    const address = server.address("never.bin");
    await writeRemote(address, bytes);
    server.mishap = () => "truncate";
    await expect(readRemote(address)).rejects.toThrow();
    server.mishap = () => "stall";
    await expect(readRemote(address, { timeoutMs: 50 })).rejects.toThrow("within 0.05 s");
    server.mishap = () => ({ status: 503 });
    await expect(readRemote(address)).rejects.toThrow("the server answered 503");
  });

  it("is refused with the server's reason", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "wrong";
    await expect(writeRemote(server.address("x"), bytes)).rejects.toThrow(
      /the server answered 403 Forbidden \(SignatureDoesNotMatch: /,
    );
    server.mishap = () => ({ status: 404, body: "<Error><Code>NoSuchBucket</Code></Error>" });
    await expect(readRemote(server.address("x"))).rejects.toThrow("404 Not Found (NoSuchBucket)");
  });

  it("that changed meanwhile is noticed", async () => {
    const address = server.address("changed.bin");
    await writeRemote(address, bytes);
    const { version } = (await describeRemote(address)) as { version: string };
    expect(await readRemote(address, { version })).toEqual(bytes);
    await writeRemote(address, bytes.subarray(1));
    await expect(readRemote(address, { version })).rejects.toThrow("changed while it was read");
  });

  it("is read with credentials that were renewed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tilework-profile-"));
    const path = join(folder, "credentials");
    const profile = (key: string) =>
      writeFileSync(path, `[mine]\naws_access_key_id = ${key}\naws_secret_access_key = S3RVER\n`);
    profile("OLD");
    process.env.AWS_SHARED_CREDENTIALS_FILE = path;
    const address = `${server.address("renewed.bin")}&profile=mine`;
    await writeRemote(server.address("renewed.bin"), bytes);
    let refused = 0;
    server.mishap = () => {
      if (refused++ > 0) return undefined;
      profile("S3RVER");
      return { status: 400, body: "<Error><Code>ExpiredToken</Code></Error>" };
    };
    expect(await readRemote(address)).toEqual(bytes);
    rmSync(folder, { recursive: true });
  });
});
