// Linux's memory that processes share: nameless files in memory, which are gone when the last
// process that has them open or mapped ends, in any way. So nothing needs cleaning up, and /dev/shm
// (64 MB in many containers) is not used. shared-files.ts and peer-memory.ts map them.
import { ftruncateSync, readFileSync } from "node:fs";
import { markBorrowed } from "../base/borrowed-memory.js";
import { reasonOf } from "../base/reason.js";
import { loadKoffi } from "./native-library.js";

/** A part of a file, from a multiple of the system's page on. */
export interface FilePart {
  readonly fd: number;
  readonly byteOffset: number;
}

/** Calls of the system. All of them throw an Error that names the call when it fails. */
export interface MemoryCalls {
  /**
   * A new file of that many bytes, all 0; returns its descriptor. Pages that are never written take
   * no memory.
   */
  createFile(name: string, bytes: number): number;
  /** Closes a file: Node.js complains about those that it has not opened. */
  closeFile(fd: number): void;
  /** Reserves that many bytes of addresses without contents (zeros that take no memory). */
  reserve(bytes: number): bigint;
  /** Maps a part of a file in place of the mapping at `address`. */
  map(address: bigint, from: FilePart, bytes: number, writable: boolean): void;
  /** Replaces the mapping at `address` with nothing. */
  mapNothing(address: bigint, bytes: number): void;
  /** Gives memory of a part of a file back to the system: it reads as 0 from then on. */
  discard(fd: number, byteOffset: number, bytes: number): void;
  /** Where a buffer is. */
  addressOf(buffer: ArrayBufferLike): bigint;
  /** The bytes mapped at `address`, which must stay mapped as long as the process lives. */
  view(address: bigint, bytes: number): ArrayBuffer;
}

// sys/mman.h, linux/memfd.h, linux/falloc.h, errno.h
const READ = 1;
const READ_WRITE = 3;
const SHARED = 1;
const NOTHING = 0x2 | 0x20 | 0x4000; // MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
const FIXED = 0x10;
const CLOSE_ON_EXEC = 1;
const NO_EXEC = 8;
const PUNCH_HOLE = 1 | 2; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
const EINVAL = 22;
const FAILED = 2n ** 64n - 1n;

/**
 * In this mode of `vm.overcommit_memory`, writing to memory that was handed out may fail with a
 * signal.
 */
const NEVER_OVERCOMMIT = "2";

let found: MemoryCalls | { readonly missing: string } | undefined;

/** The calls, or why this process cannot share memory. */
export function findMemoryCalls(): MemoryCalls | { readonly missing: string } {
  found ??= bindCalls();
  return found;
}

function bindCalls(): MemoryCalls | { readonly missing: string } {
  if (process.platform !== "linux") return { missing: `not on ${process.platform}` };
  if (process.env.TILEWORK_SHARED_MEMORY === "off") {
    return { missing: "TILEWORK_SHARED_MEMORY is off" };
  }
  if (overcommitMode() === NEVER_OVERCOMMIT) return { missing: "vm.overcommit_memory is 2" };
  try {
    const calls = bindLibc();
    if (calls === undefined) return { missing: "koffi is not installed" };
    checkCalls(calls);
    return calls;
  } catch (error) {
    return { missing: reasonOf(error) };
  }
}

function overcommitMode(): string {
  try {
    return readFileSync("/proc/sys/vm/overcommit_memory", "utf8").trim();
  } catch {
    return "";
  }
}

function bindLibc(): MemoryCalls | undefined {
  const koffi = loadKoffi();
  if (koffi === undefined) return undefined;
  // The process itself exports its C library's functions, so that the library's name does not
  // matter.
  const library = koffi.load(null);
  const place = ["uintptr_t", "size_t"];
  const mmap = library.func("mmap", "uintptr_t", [...place, "int", "int", "int", "int64_t"]);
  const memfdCreate = library.func("memfd_create", "int", ["str", "uint"]);
  const memcpy = library.func("memcpy", "uintptr_t", ["void *", "void *", "size_t"]);
  const close = library.func("close", "int", ["int"]);
  const fallocate = library.func("fallocate", "int", ["int", "int", "int64_t", "int64_t"]);
  const fail = (call: string): never => {
    const code = koffi.errno();
    const names = Object.entries(koffi.os.errno).find(([, number]) => number === code);
    throw new Error(`${call} failed: ${names?.[0] ?? `error ${code}`}`);
  };
  const mapAt = (
    at: bigint,
    bytes: number,
    access: number,
    flags: number,
    { fd, byteOffset }: FilePart = { fd: -1, byteOffset: 0 },
  ): bigint => {
    const address = BigInt(mmap(at, bytes, access, flags, fd, byteOffset) as number | bigint);
    return address === FAILED ? fail("mmap") : address;
  };
  return {
    createFile(name, bytes) {
      // Older systems do not know the second flag.
      let fd = memfdCreate(name, CLOSE_ON_EXEC | NO_EXEC) as number;
      if (fd < 0 && koffi.errno() === EINVAL) fd = memfdCreate(name, CLOSE_ON_EXEC) as number;
      if (fd < 0) fail("memfd_create");
      ftruncateSync(fd, bytes);
      return fd;
    },
    closeFile: (fd) => void close(fd),
    reserve: (bytes) => mapAt(0n, bytes, READ, NOTHING),
    map: (address, from, bytes, writable) =>
      void mapAt(address, bytes, writable ? READ_WRITE : READ, SHARED | FIXED, from),
    mapNothing: (address, bytes) => void mapAt(address, bytes, READ, NOTHING | FIXED),
    discard(fd, byteOffset, bytes) {
      if (fallocate(fd, PUNCH_HOLE, byteOffset, bytes) !== 0) fail("fallocate");
    },
    addressOf(buffer) {
      const first = new Uint8Array(buffer, 0, 1);
      // It returns the address that it was given.
      return BigInt(memcpy(first, first, 0) as number | bigint);
    },
    view: (address, bytes) => markBorrowed(koffi.view(address, bytes)),
  };
}

const PROBE_BYTES = 4096;

/** @throws Error where this build of Node.js cannot see memory that is not its own */
function checkCalls(calls: MemoryCalls): void {
  const fd = calls.createFile("tilework-probe", PROBE_BYTES);
  const address = calls.reserve(PROBE_BYTES);
  calls.map(address, { fd, byteOffset: 0 }, PROBE_BYTES, true);
  const written = new Uint8Array(calls.view(address, PROBE_BYTES));
  written[0] = 1;
  const isSeen = readFileSync(`/proc/self/fd/${fd}`)[0] === 1;
  calls.mapNothing(address, PROBE_BYTES);
  calls.closeFile(fd);
  if (!isSeen) throw new Error("mapped memory is not seen by others");
}
