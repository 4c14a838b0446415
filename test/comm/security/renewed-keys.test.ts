// Keys that were taken back while a cluster runs: no more gets in by them, and what is open ends.
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readKeys, renewKeys, writeKeys } from "../../../src/comm/security/key-files.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import type { PeerId } from "../../../src/protocol/values/ids.js";
import { Inbox } from "../../contracts/inbox.js";
import { freshDirectory } from "../../e2e/command.js";
import { closedAfterEach } from "../closed-after-each.js";

const keep = closedAfterEach();

test("keys of a role are taken back without an end of the cluster", async () => {
  const folder = join(freshDirectory(), "keys");
  writeKeys(folder);
  const old = readKeys(folder, ["client"]);
  const security = readKeys(folder, ["scheduler"]);
  const socket = keep(await zeromqTransport({ security }).listen("tcp://127.0.0.1:0"));
  const heard = new Inbox<string>();
  const gone = new Inbox<string>();
  let peer: PeerId = "";
  socket.onMessage((from, { type }) => {
    peer = from;
    heard.add(type);
  });
  socket.onPeerLost((_, reason) => gone.add(reason));
  const connect = async (role: "client" | "worker", keys = readKeys(folder, [role])) => {
    const link = keep(await zeromqTransport({ security: keys }).connect(socket.address));
    const lost = new Inbox<string>();
    link.onMessage(() => {});
    link.onLost(lost.add);
    link.send({ type: "clientHeartbeat" });
    return { link, lost };
  };
  const open = await connect("client");
  await heard.next();
  const worker = await connect("worker");
  await heard.next();
  const ofWorker = peer;
  renewKeys(folder, "client");
  // Its next word, as soon as the file has been read, is its last.
  const speaking = setInterval(() => open.link.send({ type: "clientHeartbeat" }), 20);
  expect(await gone.next()).toBe("its keys were taken back");
  clearInterval(speaking);
  const late = await connect("client", old);
  expect(await late.lost.next()).toContain("its cluster does not know these keys of client");
  await heard.take(heard.size);
  const next = await connect("client");
  await heard.next();
  expect(socket.roleOf?.(peer)).toBe("client");
  // Others have not noticed.
  worker.link.send({ type: "clientHeartbeat" });
  await heard.next();
  expect([peer, next.lost.size, worker.lost.size]).toEqual([ofWorker, 0, 0]);
});

test("all files of a folder name the new keys, and no half is ever there", () => {
  const folder = join(freshDirectory(), "keys");
  writeKeys(folder);
  const before = readKeys(folder, ["worker"]);
  const scheduler = readKeys(folder, ["scheduler"]);
  renewKeys(folder, "worker");
  const after = readKeys(folder, ["worker"]);
  expect(after.publicKey).not.toBe(before.publicKey);
  expect(after.cluster).toEqual({ ...before.cluster, worker: after.publicKey });
  expect(readKeys(folder, ["scheduler"])).toEqual({ ...scheduler, cluster: after.cluster });
  expect(readdirSync(folder).sort()).toEqual([
    "admin.json",
    "client.json",
    "scheduler.json",
    "worker.json",
  ]);
  const part = freshDirectory();
  cpSync(join(folder, "client.json"), join(part, "client.json"));
  expect(() => renewKeys(part, "client")).toThrow("there is no scheduler.json in");
  expect(existsSync(join(part, "client.json.new"))).toBe(false);
});
