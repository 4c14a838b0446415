// Checksums of data that cross a network without keys: the last frame of a message has a mark, and
// one for each other frame. With keys, the encryption notices a changed bit; on one machine nothing
// changes any.
import { ProtocolError } from "../../base/errors.js";
import { checksum } from "../../kernels/wasm/checksum.js";
import { splitRole } from "../security/server-roles.js";

const MARK = Buffer.from("tw-sum32");
const CHECKSUM_BYTES = 4;

/** Whether replies of the data server at this address have checksums. */
export function hasChecksums(address: string): boolean {
  // An address with keys names their owner.
  return address.startsWith("tcp:") && splitRole(address).plain === address;
}

/** The frames, and their checksums in one more. */
export function withChecksums(frames: readonly Uint8Array[]): Uint8Array[] {
  const sums = Buffer.alloc(CHECKSUM_BYTES * frames.length);
  for (const [k, frame] of frames.entries())
    sums.writeUInt32BE(checksum(frame), CHECKSUM_BYTES * k);
  return [...frames, Buffer.concat([MARK, sums])];
}

/** The frames without their checksums; "damaged" where one has changed on its way. */
export function checkFrames(frames: readonly Buffer[]): Buffer[] | "damaged" | ProtocolError {
  const last = frames.at(-1);
  const rest = frames.slice(0, -1);
  const isMarked = last?.subarray(0, MARK.length).equals(MARK);
  if (
    last === undefined ||
    !isMarked ||
    last.length !== MARK.length + CHECKSUM_BYTES * rest.length
  ) {
    return new ProtocolError("a reply without checksums");
  }
  const sums = last.subarray(MARK.length);
  const isWhole = (frame: Buffer, k: number) =>
    checksum(frame) === sums.readUInt32BE(CHECKSUM_BYTES * k);
  return rest.every(isWhole) ? rest : "damaged";
}
