// The dtypes of HDF5's datasets.
import { DTYPES, type DType } from "../../base/dtype.js";

/** What is known of a dataset's elements, by the names of h5wasm. */
export interface Hdf5Elements {
  /** HDF5's class of the type. */
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly enum_type?: { readonly members: Readonly<Record<string, number>> };
}

const [INTEGER, FLOAT, ENUM] = [0, 1, 8];

/** Our dtype of the elements; undefined if there is none. */
export function hdf5DType({ type, size, signed, enum_type }: Hdf5Elements): DType | undefined {
  if (type === ENUM) {
    // How h5py writes booleans.
    const { FALSE, TRUE, ...others } = enum_type?.members ?? {};
    const isBool = FALSE === 0 && TRUE === 1 && Object.keys(others).length === 0;
    return isBool && size === 1 ? "bool" : undefined;
  }
  if (type !== INTEGER && type !== FLOAT) return undefined;
  const kind = type === FLOAT ? "float" : signed ? "int" : "uint";
  const name = `${kind}${8 * size}`;
  return name in DTYPES ? (name as DType) : undefined;
}
