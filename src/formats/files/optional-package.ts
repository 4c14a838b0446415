// Packages that are installed only by those who need them.
import { ArgumentError } from "../../base/errors.js";

/**
 * What `load` imports.
 *
 * @param what what needs the package: `"HDF5 files are read"`
 * @throws ArgumentError `argument.value` where it is not installed
 */
export async function loadOptional<T>(
  what: string,
  name: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test((error as NodeJS.ErrnoException).code ?? "")) throw error;
    const text = `${what} by a package that is not installed: run \`npm install ${name}\``;
    throw new ArgumentError("value", text, { packages: [name] });
  }
}
