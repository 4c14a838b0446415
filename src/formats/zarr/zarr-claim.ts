// What a program puts into a Zarr array while it writes: a folder for files that are not whole yet,
// or an empty file on a server that lists files. A program that replaces the array removes it, and
// the first one then fails: the values of both do not mix.
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { makeFolder } from "../files/make-folder.js";
import { isS3, isUrl, placeOf } from "../remote/remote-address.js";
import { describeRemote, removeRemote, writeRemote } from "../remote/remote-files.js";

/**
 * Makes the claim of a writer of the array at a location.
 *
 * @returns its path or address; undefined for servers that list no files, of which none is removed
 * @throws ArgumentError `argument.value` when nothing can be written there
 */
export async function claimZarr(location: string): Promise<string | undefined> {
  if (isUrl(location) && !isS3(location)) return undefined;
  const claim = placeOf(location, `.partial-${randomUUID().slice(0, 8)}`);
  try {
    if (isS3(location)) {
      await writeRemote(claim, new Uint8Array(0));
    } else {
      await makeFolder(location);
      await mkdir(claim);
    }
    return claim;
  } catch (cause) {
    const text = `cannot write ${location}: ${reasonOf(cause)}`;
    throw new ArgumentError("value", text, { location });
  }
}

/** Whether a claim is still there. */
export async function isClaimed(claim: string): Promise<boolean> {
  return isUrl(claim) ? (await describeRemote(claim)) !== undefined : existsSync(claim);
}

/** Removes a claim, with all that is in it. */
export async function releaseClaim(claim: string | undefined): Promise<void> {
  if (claim === undefined) return;
  // Who may write may not always remove; an empty file does no harm.
  if (isUrl(claim)) await removeRemote(claim).catch(() => undefined);
  else await rm(claim, { recursive: true, force: true });
}
