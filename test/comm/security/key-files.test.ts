// Keys in files: written for each role, readable by their user alone, refused with what to do.
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { chosenKeys, readKeys, writeKeys } from "../../../src/comm/security/key-files.js";
import { newKeys, roleProof } from "../../../src/comm/security/keys.js";
import { decodeZ85, encodeZ85 } from "../../../src/comm/security/z85.js";
import { ROLES } from "../../../src/protocol/values/roles.js";
import { freshDirectory } from "../../e2e/command.js";

test("each role has a file of its own, which only its user reads", () => {
  const folder = join(freshDirectory(), "keys");
  const paths = writeKeys(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const role of ROLES) {
    expect(statSync(paths[role]).mode & 0o777).toBe(0o600);
    const keys = readKeys(folder, [role]);
    expect(keys).toEqual(readKeys(paths[role], [role]));
    expect(keys.role).toBe(role);
    expect(keys.cluster[role]).toBe(keys.publicKey);
  }
  expect(readKeys(folder, ["admin", "client"]).role).toBe("admin");
  expect(() => writeKeys(folder)).toThrow("there are keys already");
});

test("keys of another role, of others, or none at all are refused with what to do", () => {
  const folder = freshDirectory();
  expect(() => readKeys(folder, ["client"])).toThrow("there is no client.json in");
  expect(() => readKeys(join(folder, "none"), ["client"])).toThrow("tilework keys new");
  const { client, worker } = writeKeys(join(folder, "keys"));
  expect(() => readKeys(worker, ["admin", "client"])).toThrow(
    "are of the role worker; here the role admin or client is needed",
  );
  chmodSync(client, 0o644);
  expect(() => readKeys(client, ["client"])).toThrow(`chmod 600 ${client}`);
  const torn = join(folder, "torn.json");
  writeFileSync(torn, readFileSync(client, "utf8").slice(0, 200), { mode: 0o600 });
  expect(() => readKeys(torn, ["client"])).toThrow("cannot read the keys");
  writeFileSync(torn, "{}");
  expect(() => readKeys(torn, ["client"])).toThrow("is no file of `tilework keys new`");
});

test("the environment names keys where no option does", () => {
  const folder = join(freshDirectory(), "keys");
  writeKeys(folder);
  expect(chosenKeys(undefined, ["client"])).toBeUndefined();
  vi.stubEnv("TILEWORK_SECURITY", folder);
  expect(chosenKeys(undefined, ["client"])?.role).toBe("client");
  vi.unstubAllEnvs();
});

test("both ends of a connection know the proof of a role, and no others do", () => {
  const { scheduler, client, worker } = newKeys();
  const proof = roleProof(client, scheduler.publicKey, "client");
  expect(roleProof(scheduler, client.publicKey, "client")).toEqual(proof);
  expect(roleProof(worker, scheduler.publicKey, "client")).not.toEqual(proof);
  expect(roleProof(worker, client.publicKey, "client")).not.toEqual(proof);
  expect(roleProof(client, scheduler.publicKey, "admin")).not.toEqual(proof);
});

test("Z85 is what its specification says", () => {
  const bytes = Uint8Array.of(0x86, 0x4f, 0xd2, 0x6f, 0xb5, 0x59, 0xf7, 0x5b);
  expect(encodeZ85(bytes)).toBe("HelloWorld");
  expect(decodeZ85("HelloWorld")).toEqual(bytes);
});
