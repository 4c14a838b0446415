// The files of a table in a store that speaks S3's protocol. Names are new in each writing, so that
// files from before stay as they are until the new ones are complete.
import { randomUUID } from "node:crypto";
import { ArgumentError } from "../base/errors.js";
import { cannotWrite } from "../formats/files/atomic-file.js";
import { isS3, isUrl, placeOf } from "../formats/remote/remote-address.js";
import { listRemote, removeRemote, writeRemote } from "../formats/remote/remote-files.js";

/**
 * Whether a place is an address in a store.
 *
 * @throws ArgumentError `argument.value` for an address of another kind
 */
export function isStore(place: string): boolean {
  if (isS3(place) || !isUrl(place)) return isS3(place);
  const text = `cannot write ${place}: tables go into folders and to s3:// addresses`;
  throw new ArgumentError("value", text, { path: place });
}

/** What tasks know of the writing that they are a part of. */
export interface StoreWriting {
  /** A word for the names of its files. */
  readonly word: string;
  /** The address of a file that is there until the writing ends. */
  readonly sign: string;
}

/**
 * Fills an address by `write`, which returns the names of its files. After a failure these are
 * removed: tasks that are late find no sign of the writing, and remove what they sent.
 *
 * @returns the addresses of the files
 * @throws ArgumentError `argument.value` where files are there that are not to be replaced, or the
 * store refuses
 */
export async function fillStore(
  address: string,
  overwrite: boolean,
  write: (writing: StoreWriting) => Promise<readonly string[]>,
): Promise<string[]> {
  const earlier = await filesBelow(address);
  if (earlier.length > 0 && !overwrite) {
    const text = `cannot write ${address}: files are there: pass { overwrite: true } to replace them`;
    throw new ArgumentError("value", text, { path: address });
  }
  const word = randomUUID().slice(0, 8);
  const sign = placeOf(address, `.writing-${word}`);
  await writeRemote(sign, new Uint8Array()).catch((cause) => cannotWrite(address, cause));
  try {
    const files = await write({ word, sign });
    for (const file of [...earlier, sign]) await removeRemote(file);
    return files.map((file) => placeOf(address, file));
  } catch (error) {
    await removeRemote(sign).catch(() => {});
    const left = await filesBelow(address).catch(() => []);
    for (const file of left) if (file.includes(word)) await removeRemote(file).catch(() => {});
    throw error;
  }
}

async function filesBelow(address: string): Promise<string[]> {
  const { files } = await listRemote(address, "all").catch((cause) => cannotWrite(address, cause));
  return files.map((file) => file.address);
}
