// The device of arrays, for the array API standard: there is only one. The scheduler decides which
// machine computes a block.
import { ArgumentError } from "../../base/errors.js";

/** The only device: the main memory of the process that holds the block. */
export type Device = "cpu";

/** The only device's name. */
export const DEVICE: Device = "cpu";

/**
 * The device that `name` names.
 *
 * @throws ArgumentError `argument.value` when it is another than `"cpu"`
 */
export function checkDevice(name: unknown): Device {
  if (name === DEVICE || name === undefined || name === null) return DEVICE;
  throw new ArgumentError(
    "value",
    `there is no device ${JSON.stringify(name)}: the only one is "${DEVICE}"`,
    { device: name },
  );
}
