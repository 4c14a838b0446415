// Removes Zarr arrays and groups that are replaced.
import { rm } from "node:fs/promises";
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
    else await rm(location, { recursive: true });
  } catch (cause) {
    cannotWrite(location, cause);
  }
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
