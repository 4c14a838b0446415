// The files of a table in a store that speaks S3's protocol. Names are new in each writing, so that
// files from before stay as they are until the new ones are complete.
import { randomUUID } from "node:crypto";
import { ArgumentError } from "../base/errors.js";
import { isS3, isUrl, placeOf } from "../formats/remote/remote-address.js";
import { listRemote, removeRemote } from "../formats/remote/remote-files.js";

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

/**
 * Fills an address by `write`, which receives a word for the names of its files and returns these.
 * After a failure its files are removed.
 *
 * @returns the addresses of the files
 * @throws ArgumentError `argument.value` where files are there that are not to be replaced, or the
 * store refuses
 */
export async function fillStore(
  address: string,
  overwrite: boolean,
  write: (word: string) => Promise<readonly string[]>,
): Promise<string[]> {
  const earlier = await filesBelow(address);
  if (earlier.length > 0 && !overwrite) {
    const text = `cannot write ${address}: files are there: pass { overwrite: true } to replace them`;
    throw new ArgumentError("value", text, { path: address });
  }
  const word = randomUUID().slice(0, 8);
  try {
    const files = await write(word);
    for (const file of earlier) await removeRemote(file);
    return files.map((file) => placeOf(address, file));
  } catch (error) {
    const left = await filesBelow(address).catch(() => []);
    for (const file of left) if (file.includes(word)) await removeRemote(file).catch(() => {});
    throw error;
  }
}

async function filesBelow(address: string): Promise<string[]> {
  try {
    return (await listRemote(address, "all")).files.map((file) => file.address);
  } catch (error) {
    const text = `cannot write ${address}: ${(error as Error).message}`;
    throw new ArgumentError("value", text, { path: address });
  }
}
