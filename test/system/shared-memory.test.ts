// Memory of one process read by another: real files in memory, real processes that are killed.
// Linux only.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { newWasmMemory } from "../../src/kernels/wasm/wasm-instances.js";
import type { MemoryOffer, MemoryPlace } from "../../src/protocol/messages/memory-messages.js";
import { findMemoryCalls, type MemoryCalls } from "../../src/system/memory-calls.js";
import { PeerMemory } from "../../src/system/peer-memory.js";
import { isAlive, ownIdentity } from "../../src/system/process-identity.js";
import { SharedFiles } from "../../src/system/shared-files.js";
import { SharedRanges } from "./shared-ranges.js";

const found = findMemoryCalls();
const children: ChildProcess[] = [];
const owners: SharedRanges[] = [];

/** Runs a script that imports from the built files of `system`. */
function run(script: string): ChildProcess {
  const source = `const system = ${JSON.stringify(new URL("../../dist/system/", import.meta.url).href)};
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  children.push(child);
  return child;
}

function ranges(calls = found as MemoryCalls): SharedRanges {
  const made = new SharedRanges(calls);
  owners.push(made);
  return made;
}

function filled(owner: SharedRanges, bytes: number, value: number): [MemoryPlace, Uint8Array] {
  const range = owner.take(bytes);
  const view = new Uint8Array(range.buffer, range.byteOffset, bytes).fill(value);
  return [owner.placeOf(view) as MemoryPlace, view];
}

/** Which files in memory of that name this process has mapped. */
const mappedOf = ({ name }: MemoryOffer) =>
  readFileSync("/proc/self/maps", "utf8")
    .split("\n")
    .filter((line) => line.includes(name)).length;

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const owner of owners.splice(0)) owner.close();
});

describe.skipIf("missing" in found)("shared memory", () => {
  it("is seen by who maps it, as it changes", () => {
    const owner = ranges();
    const [place, bytes] = filled(owner, 100_000, 7);
    const peer = PeerMemory.find(owner.offer) as PeerMemory;
    expect(owner.isProof(peer.proof)).toBe(true);
    expect(owner.isProof("")).toBe(false);
    const seen = peer.view(place, bytes.length);
    expect(seen.bytes.every((byte) => byte === 7)).toBe(true);
    bytes[5] = 8;
    expect(seen.bytes[5]).toBe(8);
    seen.release();
    peer.close();
  });

  it("takes nothing when it is given back, and is handed out again", () => {
    const owner = ranges();
    const before = owner.residentBytes;
    const range = owner.take(8 << 20);
    new Uint8Array(range.buffer, range.byteOffset, range.bytes).fill(1);
    expect(owner.residentBytes).toBe(before + range.bytes);
    owner.giveBack(range);
    expect(owner.residentBytes).toBe(before);
    expect(owner.take(8 << 20).byteOffset).toBe(range.byteOffset);
  });

  it("is mapped in parts, more of them for what is larger or is across", () => {
    const owner = ranges();
    const [place, bytes] = filled(owner, 100 << 20, 3);
    const [across, others] = filled(owner, 50 << 20, 4);
    const own = mappedOf(owner.offer);
    const peer = PeerMemory.find(owner.offer) as PeerMemory;
    for (const [where, from] of [
      [place, bytes],
      [across, others],
    ] as const) {
      const seen = peer.view(where, from.length);
      expect(Buffer.compare(seen.bytes, from)).toBe(0);
      seen.release();
    }
    peer.close();
    expect(mappedOf(owner.offer)).toBe(own);
  });

  it("is mapped until the last part of it is released, and then no more", () => {
    const owner = ranges();
    const [place] = filled(owner, 4096, 1);
    const [other] = filled(owner, 4096, 2);
    const own = mappedOf(owner.offer);
    const peer = PeerMemory.find(owner.offer) as PeerMemory;
    const [one, two] = [peer.view(place, 4096), peer.view(other, 4096)];
    expect(mappedOf(owner.offer)).toBe(own + 1);
    one.release();
    peer.close();
    expect(two.bytes[0]).toBe(2);
    expect(mappedOf(owner.offer)).toBe(own + 1);
    two.release();
    two.release();
    expect(mappedOf(owner.offer)).toBe(own);
    // The view is of nothing now, but still one.
    expect(two.bytes[0]).toBe(0);
  });

  it("is not found where a process has no such file", () => {
    const { offer } = ranges();
    expect(PeerMemory.find({ ...offer, name: "tilework-other" })).toBeUndefined();
    expect(PeerMemory.find({ ...offer, proofFd: 0 })).toBeUndefined();
    expect(PeerMemory.find({ ...offer, pid: 1 })).toBeUndefined();
    expect(PeerMemory.find({ ...offer, pid: 2 ** 31 })).toBeUndefined();
  });

  it("refuses places that are not where they are said to be", () => {
    const owner = ranges();
    const [place] = filled(owner, 4096, 1);
    const peer = PeerMemory.find(owner.offer) as PeerMemory;
    expect(() => peer.view({ ...place, fileBytes: 2 * place.fileBytes }, 1)).toThrow("long");
    expect(() => peer.view({ ...place, fd: 1 }, 1)).toThrow();
    expect(() => peer.view({ ...place, byteOffset: place.fileBytes }, 1)).toThrow("outside");
  });

  it("is not there where the system refuses, and what was there stays private", () => {
    const calls = found as MemoryCalls;
    const refusals: Partial<MemoryCalls>[] = [
      {
        createFile: (name, bytes) => {
          if (bytes > 4096) throw new Error("memfd_create failed: EMFILE");
          return calls.createFile(name, bytes);
        },
      },
      {
        map: () => {
          throw new Error("mmap failed: ENOMEM");
        },
      },
    ];
    for (const refusal of refusals) {
      const { buffer } = newWasmMemory(2 ** 17);
      new Uint8Array(buffer).fill(7);
      expect(() => new SharedFiles({ ...calls, ...refusal }, buffer)).toThrow("failed");
      expect(new Uint8Array(buffer).every((byte) => byte === 7)).toBe(true);
    }
  });

  it("can be read to the end when its owner was killed, and is gone after that", async () => {
    const child = run(
      `const { SharedFiles } = await import(system + "shared-files.js");
       const { buffer } = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
       const file = SharedFiles.over(buffer);
       const view = new Uint8Array(buffer).fill(42);
       process.send([file.offer, file.placeOf(view)]);
       setInterval(() => {}, 1000);`,
    );
    const [[offer, place]] = (await once(child, "message")) as [[MemoryOffer, MemoryPlace]];
    const peer = PeerMemory.find(offer) as PeerMemory;
    const seen = peer.view(place, 1 << 20);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(PeerMemory.find(offer)).toBeUndefined();
    expect(() => peer.view({ ...place, fd: place.fd + 1 }, 1)).toThrow();
    peer.close();
    expect(seen.bytes.every((byte) => byte === 42)).toBe(true);
    seen.release();
    expect(mappedOf(offer)).toBe(0);
  });

  it("knows a process by its number and its start", async () => {
    const own = ownIdentity() as NonNullable<ReturnType<typeof ownIdentity>>;
    expect(isAlive(own)).toBe(true);
    expect(isAlive({ ...own, startTicks: own.startTicks + 1 })).toBe(false);
    const child = run("process.send(1); setInterval(() => {}, 1000);");
    await once(child, "message");
    const pid = child.pid as number;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    const identity = { pid, startTicks: Number(stat[19]) };
    expect(isAlive(identity)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(identity)).toBe(false);
  });
});
