// A disk of a mebibyte, for tests of what happens when it is full; only where one can be mounted.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

function mount(place: string): void {
  const options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place];
  execFileSync("mount", options, { stdio: "ignore" });
}

/** Runs `body` with the path of an empty disk of 1 MiB. */
export async function onSmallDisk(body: (disk: string) => Promise<void>): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "tilework-disk-"));
  try {
    mount(place);
    try {
      await body(place);
    } finally {
      execFileSync("umount", [place]);
    }
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Whether disks can be mounted here. */
export function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), "tilework-mount-"));
  try {
    mount(place);
    execFileSync("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
