// Keys of one name: a client of its own among others, taken back without a change to theirs.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readKeys, renewKeys, writeKeys } from "../../../src/comm/security/key-files.js";
import type { Security } from "../../../src/comm/security/keys.js";
import { addNamedKeys, revokeNamedKeys } from "../../../src/comm/security/named-keys.js";
import { splitRole, withRole } from "../../../src/comm/security/server-roles.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import type { PeerId } from "../../../src/protocol/values/ids.js";
import { Inbox } from "../../contracts/inbox.js";
import { freshDirectory } from "../../e2e/command.js";
import { closedAfterEach } from "../closed-after-each.js";

const keep = closedAfterEach();

function newFolder(): string {
  const folder = join(freshDirectory(), "keys");
  writeKeys(folder);
  return folder;
}

test("one client's keys are taken back, and all others' stay", async () => {
  const folder = newFolder();
  addNamedKeys(folder, "client", "ann");
  addNamedKeys(folder, "client", "bob");
  const security = readKeys(folder, ["scheduler"]);
  const socket = keep(await zeromqTransport({ security }).listen("tcp://127.0.0.1:0"));
  const heard = new Inbox<PeerId>();
  const gone = new Inbox<{ readonly peer: PeerId; readonly reason: string }>();
  socket.onMessage((from) => heard.add(from));
  socket.onPeerLost((peer, reason) => gone.add({ peer, reason }));
  const connect = async (keys: Security) => {
    const link = keep(await zeromqTransport({ security: keys }).connect(socket.address));
    const lost = new Inbox<string>();
    link.onMessage(() => {});
    link.onLost(lost.add);
    const speak = () => link.send({ type: "clientHeartbeat" });
    speak();
    return { lost, speak };
  };
  const keysOf = (name: string) => readKeys(join(folder, `client-${name}.json`), ["client"]);
  const anns = keysOf("ann");
  const ann = await connect(anns);
  const asAnn = await heard.next();
  const bob = await connect(keysOf("bob"));
  const asBob = await heard.next();
  const other = await connect(readKeys(folder, ["client"]));
  const asOther = await heard.next();
  expect([asAnn, asBob, asOther].map((peer) => socket.roleOf?.(peer))).toEqual([
    "client",
    "client",
    "client",
  ]);
  revokeNamedKeys(folder, "ann");
  const speaking = setInterval(ann.speak, 20);
  expect(await gone.next()).toEqual({ peer: asAnn, reason: "its keys were taken back" });
  clearInterval(speaking);
  const late = await connect(anns);
  expect(await late.lost.next()).toContain("its cluster does not know these keys of client");
  await heard.take(heard.size);
  bob.speak();
  other.speak();
  expect(new Set(await heard.take(2))).toEqual(new Set([asBob, asOther]));
  // A client whose keys were made later comes in, too.
  addNamedKeys(folder, "client", "cleo");
  const cleo = keysOf("cleo");
  const knock = () => connect(cleo).then(() => heard.size);
  await expect.poll(knock, { interval: 300 }).toBeGreaterThan(0);
  expect([bob.lost.size, other.lost.size, gone.size]).toEqual([0, 0, 0]);
});

test("the arrays that a named client serves are read by those who know the name", async () => {
  const folder = newFolder();
  const path = addNamedKeys(folder, "client", "ann");
  const ann = readKeys(path, ["client"]);
  const transport = zeromqTransport({ security: ann });
  const server = keep(await transport.serveData("tcp://127.0.0.1:0", () => [undefined]));
  expect(server.address).toMatch(/#client:ann$/);
  const fetcher = keep(zeromqTransport({ security: readKeys(folder, ["worker"]) }).fetcher());
  const request = { type: "getTasks", tasks: [1] } as const;
  expect(await fetcher.fetch(server.address, request, 30_000)).toEqual([undefined]);
});

test("all files know a name; two of one name, or a name that is none, are refused", () => {
  const folder = newFolder();
  const path = addNamedKeys(folder, "worker", "rack-2");
  expect(path).toBe(join(folder, "worker-rack-2.json"));
  addNamedKeys(folder, "client", "ann");
  const own = readKeys(path, ["worker"]);
  expect(own.name).toBe("rack-2");
  for (const role of ["scheduler", "worker", "client", "admin"] as const) {
    const { named = {} } = readKeys(folder, [role]);
    expect(Object.keys(named)).toEqual(["rack-2", "ann"]);
    expect(named["rack-2"]).toEqual({ role: "worker", publicKey: own.publicKey });
  }
  expect(() => addNamedKeys(folder, "client", "ann")).toThrow("there are keys of ann already");
  for (const name of ["", "../x", "__proto__", "a b", "a#b", "a".repeat(65)]) {
    expect(() => addNamedKeys(folder, "client", name)).toThrow("cannot name keys");
  }
  expect(() => revokeNamedKeys(folder, "constructor")).toThrow(
    "there are no keys of constructor in",
  );
  renewKeys(folder, "client");
  const { cluster } = readKeys(folder, ["scheduler"]);
  expect(readKeys(path, ["worker"])).toEqual({
    ...own,
    cluster,
    named: readKeys(folder, ["client"]).named,
  });
  revokeNamedKeys(folder, "rack-2");
  expect(readdirSync(folder).sort()).toEqual([
    "admin.json",
    "client-ann.json",
    "client.json",
    "scheduler.json",
    "worker.json",
  ]);
  addNamedKeys(folder, "worker", "rack-2");
  expect(readKeys(path, ["worker"]).publicKey).not.toBe(own.publicKey);
});

test("addresses say whose keys a server has", () => {
  const plain = "tcp://10.0.0.1:4001";
  for (const owner of [{ role: "worker" }, { role: "client", name: "ann" }] as const) {
    expect(splitRole(withRole(plain, owner))).toEqual({ plain, name: undefined, ...owner });
  }
  expect(splitRole(withRole(plain, { role: "scheduler" }))).toMatchObject({
    plain,
    role: "scheduler",
  });
});
