// Runs npm for the packages that programs bring.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { RunNpm } from "../../shipping/modules/installed-packages.js";

/** Runs npm in a folder. */
export const runNpm: RunNpm = (folder, parameters, timeoutMs) => {
  const isWindows = process.platform === "win32";
  const options = { cwd: folder, timeout: timeoutMs, shell: isWindows };
  return promisify(execFile)(isWindows ? "npm.cmd" : "npm", [...parameters], options);
};
