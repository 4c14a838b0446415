// Where blocks are written.

/** Where a `StoreLayer` writes to. Paths are those that every worker sees. */
export type StoreTarget =
  /** An existing, complete `.npy` file in C order. */
  | {
      readonly type: "npy";
      readonly path: string;
      /** Where the elements begin. */
      readonly byteOffset: number;
    }
  /**
   * A Zarr array that is there already but for its chunks; no two blocks write to one file of it.
   */
  | {
      readonly type: "zarr";
      /** The array's folder, or its address on a server. */
      readonly location: string;
      readonly document: Readonly<Record<string, unknown>>;
      /** Where in it the stored array begins, along each axis. */
      readonly starts: readonly number[];
      /** A folder on the same disk for files that are not whole yet; servers need none. */
      readonly scratch?: string;
    };
