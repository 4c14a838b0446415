// Whole processes: one ends by itself once everything is closed, its last words sent; one that is
// killed is noticed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { transportTo } from "../../src/comm/choose-transport.js";
import { localAddress } from "../../src/comm/interface/address.js";
import type { ToScheduler } from "../../src/comm/interface/transport.js";
import { Inbox } from "../contracts/inbox.js";

const built = fileURLToPath(new URL("../../dist/comm/choose-transport.js", import.meta.url));
const children: ChildProcess[] = [];

/** Longer than the slowest machine takes to connect. */
const LINGER_MS = 120_000;

/** Runs a script that has a `transport`, with `process.argv[1]` as its address. */
function run(script: string, address: string, lingerMs = 1_000): ChildProcess {
  const source = `import { transportTo } from ${JSON.stringify(built)};
    const address = process.argv[1], lingerMs = ${lingerMs};
    const transport = await transportTo(address, { lingerMs });
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source, address], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(child);
  return child;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function listen(address: string) {
  const socket = await (await transportTo(address)).listen(address);
  const received = new Inbox<ToScheduler["type"]>();
  const lost = new Inbox<string>();
  socket.onPeerLost((_, reason) => lost.add(reason));
  socket.onMessage((_, message) => received.add(message.type));
  return { socket, received, lost };
}

const TRANSPORTS = ["tcp", "ipc", "unix"] as const;

test.each([
  ["tcp", "ipc"],
  ["unix", "unix"],
] as const)(
  "a process ends by itself when all is closed, and what it said last arrives (%s)",
  async (transport, data) => {
    const { socket, received, lost } = await listen(localAddress(transport));
    const child = run(
      `const link = await transport.connect(address);
     const server = await transport.serveData("${data}://*", () => [undefined]);
     const fetcher = transport.fetcher();
     link.onMessage(() => {});
     link.onLost(() => {});
     await fetcher.fetch(server.address, { type: "getTasks", tasks: [1] }, 10_000);
     for (let i = 0; i < 1000; i++) link.send({ type: "clientHeartbeat" });
     link.send({ type: "closeClient" });
     await link.close();
     await server.close();
     await fetcher.close();`,
      socket.address,
    );
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect((await received.take(1001)).at(-1)).toBe("closeClient");
    await lost.next();
    await socket.close();
  },
);

// ZeroMQ goes on sending while the process ends by itself, and does not when process.exit() is called.
test.each([
  ["tcp", "process.exitCode = 3"],
  ["ipc", "process.exitCode = 3"],
  ["unix", "process.exit(3)"],
] as const)(
  "a process that ends right after close() sends the last words, too (%s: %s)",
  async (transport, end) => {
    const { socket, received } = await listen(localAddress(transport));
    const child = run(
      `const link = await transport.connect(address);
     link.onMessage(() => {});
     for (let i = 0; i < 1000; i++) link.send({ type: "clientHeartbeat" });
     link.send({ type: "closeClient" });
     await link.close();
     ${end};`,
      socket.address,
      LINGER_MS,
    );
    const [code] = await once(child, "exit");
    expect(code).toBe(3);
    expect((await received.take(1001)).at(-1)).toBe("closeClient");
    await socket.close();
  },
);

test.each(["tcp://127.0.0.1:1", "unix:///no/such/socket"])(
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

test.each(TRANSPORTS)("a killed peer is reported lost (%s)", async (transport) => {
  const { socket, received, lost } = await listen(localAddress(transport));
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

test.each(TRANSPORTS.slice(1))(
  "a killed scheduler is noticed by its links (%s)",
  async (transport) => {
    const address = localAddress(transport);
    const child = run(
      `const socket = await transport.listen(address);
     socket.onMessage((from) => socket.send(from, { type: "heartbeatAnswered" }));`,
      address,
    );
    const link = await (await transportTo(address)).connect(address);
    const answered = new Inbox<string>();
    const lost = new Inbox<string>();
    link.onLost(lost.add);
    link.onMessage((message) => answered.add(message.type));
    link.send({ type: "clientHeartbeat" });
    expect(await answered.next()).toBe("heartbeatAnswered");
    child.kill("SIGKILL");
    expect(await lost.next()).toBe("connection closed");
    await link.close();
  },
);
