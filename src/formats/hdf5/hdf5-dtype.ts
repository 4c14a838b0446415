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

/** How elements are read; halves, float16, as the uint16 of their bits. */
export interface Hdf5DType {
  readonly dtype: DType;
  readonly isHalf?: boolean;
}

/** Our dtype of the elements; undefined if there is none. */
export function hdf5DType({ type, size, signed, enum_type }: Hdf5Elements): Hdf5DType | undefined {
  if (type === ENUM) {
    // How h5py writes booleans.
    const { FALSE, TRUE, ...others } = enum_type?.members ?? {};
    const isBool = FALSE === 0 && TRUE === 1 && Object.keys(others).length === 0;
    return isBool && size === 1 ? { dtype: "bool" } : undefined;
  }
  if (type !== INTEGER && type !== FLOAT) return undefined;
  if (type === FLOAT && size === 2) return { dtype: "uint16", isHalf: true };
  const kind = type === FLOAT ? "float" : signed ? "int" : "uint";
  const name = `${kind}${8 * size}`;
  return name in DTYPES ? { dtype: name as DType } : undefined;
}
