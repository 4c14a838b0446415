// Removes Zarr arrays and groups that are replaced.
import { randomUUID } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ArgumentError } from "../../base/errors.js";
import { cannotWrite } from "../files/atomic-file.js";
import { isS3, isUrl } from "../remote/remote-address.js";
import { listRemote, removeRemote } from "../remote/remote-files.js";

/** Files that are removed at once on a server. */
const AT_ONCE = 16;

/**
 * Removes all at a location.
 *
 * @throws ArgumentError `argument.value` when it cannot be removed
 */
export async function removeZarr(location: string): Promise<void> {
  try {
    if (isUrl(location)) await removeRemoteTree(location);
    else await removeFolder(location);
  } catch (cause) {
    cannotWrite(location, cause);
  }
}

/**
 * The folder leaves its name at once, so that another program that writes into it fails, and does
 * not write into what replaces it.
 */
async function removeFolder(location: string): Promise<void> {
  const aside = join(
    dirname(location),
    `.${basename(location)}.${randomUUID().slice(0, 8)}.removed`,
  );
  // Where a disk is mounted, for one, the name stays.
  const isAside = await rename(location, aside).then(
    () => true,
    () => false,
  );
  await rm(isAside ? aside : location, { recursive: true });
}

async function removeRemoteTree(location: string): Promise<void> {
  if (!isS3(location)) {
    throw new ArgumentError(
      "value",
      "an array is there, and a server of HTTP lists no files that could be replaced: remove them, or give another address",
      { location },
    );
  }
  const left = [...(await listRemote(location, "all")).files];
  const remove = async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      await removeRemote(file.address);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, remove));
}
