// Files on servers as streams, range by range: the next is on its way while one is used.
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { describeRemote, readRemote } from "./remote-files.js";

/** Bytes of a range. */
const RANGE_BYTES = 4 * 2 ** 20;

/**
 * The bytes of a file from `start` to before `end`, in order.
 *
 * @throws ArgumentError `argument.value` when there is no such file, it changes meanwhile, or the
 * server fails
 */
export async function* remoteBytes(
  address: string,
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  try {
    const file = await describeRemote(address);
    if (file === undefined) throw new Error("there is no such file");
    const stop = Math.min(end, file.bytes);
    const { version } = file;
    const fetchAt = (offset: number) => {
      const length = Math.min(RANGE_BYTES, stop - offset);
      const coming = readRemote(address, { range: { offset, length }, version });
      // Its failure is thrown when it is waited for, if it ever is.
      coming.catch(() => undefined);
      return coming;
    };
    let at = start;
    let coming = at < stop ? fetchAt(at) : undefined;
    while (coming !== undefined) {
      const bytes = await coming;
      if (bytes === undefined) throw new Error("it was removed while it was read");
      at += bytes.length;
      coming = at < stop ? fetchAt(at) : undefined;
      yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  } catch (error) {
    if (isTileworkError(error)) throw error;
    const reason = reasonOf(error);
    throw new ArgumentError("value", reason, { address });
  }
}
