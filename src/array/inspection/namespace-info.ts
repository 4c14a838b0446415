// Capabilities of the library, by the array API standard's inspection functions. Questions about
// single dtypes are data-types/data-types.ts.
import { DTYPES, type DType } from "../../base/dtype.js";
import { type DTypeGroup, isdtype } from "../data-types/data-types.js";
import { checkDevice, DEVICE, type Device } from "../layers/device.js";

/** Answers to the standard's optional features; the keys are the standard's. */
export interface Capabilities {
  /** Whether an index may contain a mask. */
  readonly "boolean indexing": boolean;
  /** Whether there are operations whose result's shape follows from values. */
  readonly "data-dependent shapes": boolean;
  /** How many axes an array may have; null for no limit. */
  readonly "max dimensions": number | null;
}

/** The dtypes of results that nothing else decides. */
export interface DefaultDTypes {
  readonly "real floating": "float64";
  readonly "complex floating": "complex128";
  readonly integral: "int64";
  /** The dtype of positions, such as the results of `argsort`. */
  readonly indexing: "int64";
}

/** The inspection functions of {@link arrayNamespaceInfo}. */
export interface ArrayNamespaceInfo {
  capabilities(): Capabilities;
  defaultDevice(): Device;
  defaultDtypes(options?: { readonly device?: Device | null }): DefaultDTypes;
  devices(): Device[];
  dtypes(options?: {
    readonly device?: Device | null;
    /** A group of dtypes, as in `isdtype`, or several of them; default: all. */
    readonly kind?: DTypeGroup | readonly DTypeGroup[] | null;
  }): Partial<Record<DType, DType>>;
}

const INFO: ArrayNamespaceInfo = {
  capabilities: () => ({
    "boolean indexing": true,
    "data-dependent shapes": true,
    "max dimensions": null,
  }),
  defaultDevice: () => DEVICE,
  defaultDtypes: (options = {}) => {
    checkDevice(options.device);
    return {
      "real floating": "float64",
      "complex floating": "complex128",
      integral: "int64",
      indexing: "int64",
    };
  },
  devices: () => [DEVICE],
  dtypes: ({ device, kind } = {}) => {
    checkDevice(device);
    const all = Object.keys(DTYPES) as DType[];
    const wanted = all.filter(
      (dtype) => kind === undefined || kind === null || isdtype(dtype, kind),
    );
    return Object.fromEntries(wanted.map((dtype) => [dtype, dtype]));
  },
};

/**
 * Describes the library itself: capabilities, devices, dtypes and the default ones. See the section
 * "Inspection" of the Python array API standard, whose `__array_namespace_info__` this is.
 *
 * @returns functions that answer at once; nothing is computed
 * @throws nothing
 * @see https://data-apis.org/array-api/2025.12/API_specification/inspection.html
 * @example
 * arrayNamespaceInfo().defaultDtypes().integral; // → "int64"
 * Object.keys(arrayNamespaceInfo().dtypes({ kind: "real floating" })); // → ["float32", "float64"]
 */
export function arrayNamespaceInfo(): ArrayNamespaceInfo {
  return INFO;
}
