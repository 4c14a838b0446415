// Whole processes: one ends by itself once everything is closed, its last words sent; one that is
// killed is noticed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { localAddress } from "../../src/comm/interface/address.js";
import type { ToScheduler } from "../../src/comm/interface/transport.js";
import { zeromqTransport } from "../../src/comm/zeromq/zeromq-transport.js";
import type { PeerId } from "../../src/protocol/values/ids.js";
import { Inbox } from "../contracts/inbox.js";

const built = fileURLToPath(new URL("../../dist/comm/zeromq/zeromq-transport.js", import.meta.url));
const transport = zeromqTransport();
const children: ChildProcess[] = [];

/** Longer than the slowest machine takes to connect. */
const LINGER_MS = 120_000;

/** Runs a script that has a `transport`, with `process.argv[1]` as its address. */
function run(script: string, address: string, lingerMs = 1_000): ChildProcess {
  const source = `import { zeromqTransport } from ${JSON.stringify(built)};
    const address = process.argv[1];
    const transport = zeromqTransport({ lingerMs: ${lingerMs} });
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source, address], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.push(child);
  return child;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function listen(address: string) {
  const socket = await transport.listen(address);
  const received = new Inbox<ToScheduler["type"]>();
  const lost = new Inbox<string>();
  const peers = new Set<PeerId>();
  socket.onPeerLost((_, reason) => lost.add(reason));
  socket.onMessage((from, message) => {
    peers.add(from);
    received.add(message.type);
  });
  return { socket, peers, received, lost };
}

const TRANSPORTS = ["tcp", "ipc"] as const;

/** Where a child listens, as it says first. */
async function addressOf(child: ChildProcess): Promise<string> {
  const [address] = await once(child, "message");
  return address;
}

test.each([
  ["tcp", "ipc"],
  ["ipc", "tcp"],
] as const)(
  "a process ends by itself when all is closed, and what it said last arrives (%s)",
  async (kind, data) => {
    const { socket, received, lost } = await listen(localAddress(kind));
    const child = run(
      `const link = await transport.connect(address);
     const server = await transport.serveData("${localAddress(data)}", () => [undefined]);
     const fetcher = transport.fetcher();
     link.onMessage(() => {});
     link.onLost(() => {});
     await fetcher.fetch(server.address, { type: "getTasks", tasks: [1] }, ${LINGER_MS});
     for (let i = 0; i < 1000; i++) link.send({ type: "clientHeartbeat" });
     link.send({ type: "closeClient" });
     await link.close();
     await server.close();
     await fetcher.close();`,
      socket.address,
      LINGER_MS,
    );
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect((await received.take(1001)).at(-1)).toBe("closeClient");
    await lost.next();
    await socket.close();
  },
);

/** Each hears words until the last one; as much as no system's buffers hold. */
const WORDS = 300;
const LISTENER = `const socket = await transport.listen(address);
   process.send(socket.address);
   let peer;
   const say = (message) => socket.send(peer, message);
   const word = { type: "shutdownWorker", reason: "x".repeat(2 ** 16) };
   const last = { type: "heartbeatAnswered" };
   socket.onMessage((from, { type }) => {
     peer = from;
     hear(type === "closeClient");
   });
   socket.onPeerLost(() => process.exit(4));
   const end = socket;`;
const LINK = `const link = await transport.connect(address);
   const say = (message) => link.send(message);
   const word = { type: "registerClient", version: 1, name: "x".repeat(2 ** 16) };
   const last = { type: "closeClient" };
   link.onMessage(({ type }) => hear(type === "heartbeatAnswered"));
   link.onLost(() => process.exit(4));
   const end = link;`;
const HEARS = `let heard = 0;
   function hear(isLast) {
     if (isLast) process.exit(heard === ${WORDS} ? 3 : 5);
     heard++;
   }`;
const SPEAKS = `function hear() {}
   process.once("message", async () => {
     for (let k = 0; k < ${WORDS}; k++) say(word);
     say(last);
     process.send("closing");
     await end.close();
     process.exit(3);
   });`;

test.each(
  TRANSPORTS.flatMap((kind) => [
    [kind, "a link", LINK] as const,
    [kind, "a listener", LISTENER] as const,
  ]),
)(
  "over %s, %s that exits right after close() has sent its last words",
  async (kind, _what, speakerEnd) => {
    // They have met when the link has said a word, and the listener answered.
    const meets = (end: string) =>
      end === LINK
        ? `say(word);
           const hearOn = hear;
           hear = () => {
             hear = hearOn;
             process.send("met");
           };`
        : `const hearOn = hear;
           hear = () => {
             hear = hearOn;
             say(word);
           };`;
    const start = (end: string, address: string) => {
      const words = end === speakerEnd ? SPEAKS : HEARS;
      return run(`${words}\n${end}\n${meets(end)}`, address, LINGER_MS);
    };
    const listener = start(LISTENER, localAddress(kind));
    const link = start(LINK, await addressOf(listener));
    const [speaker, hearer] = speakerEnd === LINK ? [link, listener] : [listener, link];
    await once(link, "message");
    hearer.kill("SIGSTOP");
    speaker.send("speak");
    await once(speaker, "message");
    hearer.kill("SIGCONT");
    const exits = [speaker, hearer].map((child) => once(child, "exit"));
    expect(await Promise.all(exits)).toEqual([
      [3, null],
      [3, null],
    ]);
  },
);

test.each(TRANSPORTS)(
  "a stopped peer holds up no other, and hears everything when it goes on (%s)",
  async (kind) => {
    const { socket, peers, received } = await listen(localAddress(kind));
    const count = 300;
    const script = `const link = await transport.connect(address);
     let heard = 0;
     link.onMessage(() => {
       if (++heard === ${count}) process.exit(3);
     });
     link.onLost(() => process.exit(4));
     link.send({ type: "clientHeartbeat" });`;
    const [stopped, running] = [run(script, socket.address), run(script, socket.address)];
    expect(await received.take(2)).toEqual(["clientHeartbeat", "clientHeartbeat"]);
    stopped.kill("SIGSTOP");
    // More than the system's buffers hold.
    const reason = "x".repeat(2 ** 16);
    for (const peer of peers) {
      for (let k = 0; k < count; k++) socket.send(peer, { type: "shutdownWorker", reason });
    }
    expect(await once(running, "exit")).toEqual([3, null]);
    stopped.kill("SIGCONT");
    expect(await once(stopped, "exit")).toEqual([3, null]);
    await socket.close();
  },
);

test.each(["tcp://127.0.0.1:1", "ipc:///no/such/socket"])(
  "a link to nothing does not keep a process alive for long (%s)",
  async (nowhere) => {
    const child = run(
      `const link = await transport.connect(address);
     link.send({ type: "clientHeartbeat" });
     await link.close();`,
      nowhere,
    );
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
  },
);

test.each(TRANSPORTS)("a killed peer is reported lost (%s)", async (kind) => {
  const { socket, received, lost } = await listen(localAddress(kind));
  const child = run(
    `const link = await transport.connect(address);
     link.onMessage(() => {});
     link.send({ type: "clientHeartbeat" });`,
    socket.address,
  );
  expect(await received.next()).toBe("clientHeartbeat");
  child.kill("SIGKILL");
  expect(await lost.next()).toBe("connection closed");
  await socket.close();
});

test.each(TRANSPORTS)("a killed scheduler is noticed by its links (%s)", async (kind) => {
  const child = run(
    `const socket = await transport.listen(address);
     socket.onMessage((from) => socket.send(from, { type: "heartbeatAnswered" }));
     process.send(socket.address);`,
    localAddress(kind),
  );
  const link = await transport.connect(await addressOf(child));
  const answered = new Inbox<string>();
  const lost = new Inbox<string>();
  link.onLost(lost.add);
  link.onMessage((message) => answered.add(message.type));
  link.send({ type: "clientHeartbeat" });
  expect(await answered.next()).toBe("heartbeatAnswered");
  child.kill("SIGKILL");
  expect(await lost.next()).toBe("connection closed");
  await link.close();
});

test("a path that a killed process has left is taken over", async () => {
  const address = localAddress("ipc");
  const child = run(
    `await transport.listen(address);
     process.send("listens");`,
    address,
  );
  await once(child, "message");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(address.slice("ipc://".length))).toBe(true);
  const { socket, received } = await listen(address);
  const link = await transport.connect(address);
  link.send({ type: "clientHeartbeat" });
  expect(await received.next()).toBe("clientHeartbeat");
  await link.close();
  await socket.close();
});
