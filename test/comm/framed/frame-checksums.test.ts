// Blocks that cross a network without keys: what changed on its way is noticed, and comes again.
import { connect, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  checkFrames,
  hasChecksums,
  withChecksums,
} from "../../../src/comm/framed/frame-checksums.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { closedAfterEach } from "../closed-after-each.js";

const keep = closedAfterEach();

/** A network before the port that flips one bit of the first large block that comes back. */
async function flippingNetwork(port: number): Promise<{ address: string; flipped: () => boolean }> {
  let isFlipped = false;
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.on("error", () => {}).on("close", () => far.destroy());
    far.on("error", () => {}).on("close", () => near.destroy());
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      if (!isFlipped && bytes.length > 10_000) {
        isFlipped = true;
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 16, bytes.length - 100);
      }
      near.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const { port: own } = server.address() as { readonly port: number };
  return { address: `tcp://127.0.0.1:${own}`, flipped: () => isFlipped };
}

test("a block that changed on its way is no block, and the next request gets it", async () => {
  const bytes = new Uint8Array(400_000).map((_, k) => k);
  const value = { dtype: "uint8", shape: [bytes.length], bytes } as const;
  const transport = zeromqTransport();
  const server = keep(await transport.serveData("tcp://127.0.0.1:0", () => [value]));
  const network = await flippingNetwork(Number(server.address.split(":").at(-1)));
  const fetcher = keep(transport.fetcher());
  const request = { type: "getTasks", tasks: [1] } as const;
  await expect(fetcher.fetch(network.address, request, 30_000)).rejects.toThrow(
    "a reply was damaged on its way: its checksum differs",
  );
  expect(network.flipped()).toBe(true);
  const [item] = await fetcher.fetch(network.address, request, 30_000);
  expect(Buffer.compare(item?.bytes ?? new Uint8Array(), bytes)).toBe(0);
});

test("every frame counts, and replies without checksums are none", () => {
  const frames = [Buffer.from("head"), Buffer.alloc(3, 1), Buffer.alloc(0)];
  const sent = withChecksums(frames).map((frame) => Buffer.from(frame));
  expect(checkFrames(sent)).toEqual(frames);
  for (const [k, frame] of sent.entries()) {
    for (let at = 0; at < frame.length; at++) {
      const changed = sent.map((each) => Buffer.from(each));
      changed[k]?.writeUInt8(frame.readUInt8(at) ^ 1, at);
      const isMark = k === frames.length && at < 8;
      const none = expect.objectContaining({ message: "a reply without checksums" });
      expect(checkFrames(changed)).toEqual(isMark ? none : "damaged");
    }
  }
  expect(checkFrames(frames)).toMatchObject({ message: "a reply without checksums" });
  expect(checkFrames([])).toMatchObject({ message: "a reply without checksums" });
});

test("encrypted connections and those of one machine need none", () => {
  expect(hasChecksums("tcp://10.0.0.1:4001")).toBe(true);
  expect(hasChecksums("tcp://10.0.0.1:4001#worker")).toBe(false);
  expect(hasChecksums("tcp://10.0.0.1:4001#client:ann")).toBe(false);
  expect(hasChecksums("ipc:///tmp/a.sock")).toBe(false);
});
