// A network that breaks between the scheduler and a peer: both sides go on as if nothing happened,
// or learn that the other one is gone.

import { expect, test } from "vitest";
import { Dealer } from "zeromq";
import { encodeWord, readWord } from "../../../src/comm/framed/session-words.js";
import type { FromScheduler, ToScheduler } from "../../../src/comm/interface/transport.js";
import { newKeys } from "../../../src/comm/security/keys.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { encodeMessages } from "../../../src/protocol/frames/frames.js";
import type { PeerId } from "../../../src/protocol/values/ids.js";
import { Inbox } from "../../contracts/inbox.js";
import { closedAfterEach } from "../closed-after-each.js";
import { BrokenNetwork } from "./broken-network.js";

/** No one is given up, and only what is cut is noticed. */
const interruptions = { silenceMs: 600_000, graceMs: 600_000, keepMs: 600_000 };
/** Silence is noticed soon, too, also where it is only that of a busy machine. */
const impatient = { ...interruptions, silenceMs: 300 };
const keep = closedAfterEach();
const keys = newKeys();

const numbered = (worker: number): FromScheduler => ({ type: "workerLost", worker });
const named = (name: string): ToScheduler => ({ type: "registerClient", version: 1, name });

/** A scheduler's socket, and a link to it through a network that may break; both have spoken. */
async function setUp(hasKeys: boolean, times = interruptions) {
  const at = (role: "scheduler" | "client") =>
    zeromqTransport({ interruptions: times, ...(hasKeys ? { security: keys[role] } : {}) });
  const socket = keep(await at("scheduler").listen("tcp://127.0.0.1:0"));
  const network = keep(await BrokenNetwork.before(socket.address));
  const link = keep(await at("client").connect(network.address));
  const [there, here, lost] = [new Inbox<string>(), new Inbox<number>(), new Inbox<string>()];
  const peers = new Set<PeerId>();
  const gone: PeerId[] = [];
  socket.onMessage((peer, message) => {
    peers.add(peer);
    if (message.type === "registerClient") there.add(message.name);
  });
  socket.onPeerLost((peer) => gone.push(peer));
  link.onMessage((message) => {
    if (message.type === "workerLost") here.add(message.worker);
  });
  link.onLost(lost.add);
  link.send(named("first"));
  await there.next();
  const [peer] = [...peers] as [PeerId];
  socket.send(peer, numbered(0));
  await here.next();
  return { socket, network, link, there, here, lost, peers, peer, gone };
}

test.each([
  ["fallSilent", false],
  ["cut", false],
  ["cut", true],
] as const)(
  "what is said while the network breaks arrives once it is back: %s, with keys: %s",
  async (fault, hasKeys) => {
    const { socket, network, link, there, here, peers, peer, gone } = await setUp(
      hasKeys,
      fault === "cut" ? interruptions : impatient,
    );
    const { connections } = network;
    // Some of it is under way when the network breaks.
    const say = (k: number) => {
      link.send(named(`${k}`));
      link.flush();
      socket.send(peer, numbered(k));
      socket.flush();
    };
    for (let k = 1; k <= 10; k++) say(k);
    network[fault]();
    for (let k = 11; k <= 20; k++) say(k);
    // It was tried again, in vain.
    await expect.poll(() => network.connections).toBeGreaterThan(connections + 1);
    for (let k = 21; k <= 30; k++) say(k);
    network.heal();
    const all = Array.from({ length: 30 }, (_, k) => k + 1);
    expect(await here.take(30)).toEqual(all);
    expect(await there.take(30)).toEqual(all.map(String));
    expect([peers.size, gone]).toEqual([1, []]);
    // Nothing comes twice.
    say(31);
    expect([await here.next(), await there.next()]).toEqual([31, "31"]);
    if (hasKeys) expect(socket.roleOf?.(peer)).toBe("client");
  },
);

test("a peer that does not come back is given up", async () => {
  const { network, peer, gone, lost } = await setUp(false, {
    ...interruptions,
    graceMs: 50,
    keepMs: 50,
  });
  network.cut();
  await expect.poll(() => gone).toEqual([peer]);
  expect(await lost.next()).toMatch(/./);
});

test("a scheduler that was started again does not know the session", async () => {
  const transport = zeromqTransport({ interruptions });
  const first = await transport.listen("tcp://127.0.0.1:0");
  const network = keep(await BrokenNetwork.before(first.address));
  const link = keep(await transport.connect(network.address));
  const [here, lost] = [new Inbox<FromScheduler>(), new Inbox<string>()];
  link.onMessage(here.add);
  link.onLost(lost.add);
  first.onMessage((peer) => first.send(peer, numbered(1)));
  link.send(named("x"));
  await here.next();
  network.cut();
  await first.close();
  const second = keep(await transport.listen(first.address));
  const heard = new Inbox<ToScheduler>();
  second.onMessage((_, message) => heard.add(message));
  network.heal();
  expect(await lost.next()).toContain("does not know this process");
  expect(heard.size).toBe(0);
});

test("a scheduler that ends is noticed, without waiting for it", async () => {
  const { socket, network, lost } = await setUp(false);
  const other = keep(await BrokenNetwork.before(socket.address));
  await socket.close();
  expect(await lost.next()).toBe("connection closed");
  expect([network.connections, other.connections]).toEqual([1, 0]);
});

test("no one takes up another's session, or one that never was", async () => {
  const { socket, there, peer, link, gone } = await setUp(false);
  const { foreignFrameCount } = socket;
  const stranger = keep(new Dealer({ linger: 0 }));
  stranger.connect(socket.address);
  await stranger.send(encodeWord("resume", { token: "ab".repeat(16), received: 1 }));
  expect(readWord(await stranger.receive())).toMatchObject({ kind: "unknown" });
  // Words out of place are foreign frames, and nothing more.
  await stranger.send(encodeMessages([{ type: "clientHeartbeat" }]) as never);
  await stranger.send(encodeWord("open", { token: "cd".repeat(16) }));
  await stranger.send(encodeWord("received", { received: 2 ** 40 }));
  await stranger.send([Buffer.from("tws\u0001?")]);
  await expect.poll(() => socket.foreignFrameCount - foreignFrameCount).toBe(3);
  link.send(named("still here"));
  expect(await there.next()).toBe("still here");
  expect([socket.roleOf?.(peer), gone]).toEqual([undefined, []]);
});
