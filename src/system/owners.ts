// The owner of a temporary directory: its user, and whether its process still runs. So files of
// killed processes can be distinguished from those in use.
import { lstat } from "node:fs/promises";

/** Whether there is a process of that number on this host; one of another user counts, too. */
export function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Whether `path` is a directory, and this user's. */
export async function isOurDirectory(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    return false;
  }
}
