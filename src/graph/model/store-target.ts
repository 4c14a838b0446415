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
      /**
       * What the writer has put there: a folder on the same disk for files that are not whole yet,
       * or an empty file in S3. Where it is gone, so is the array.
       */
      readonly claim?: string;
    };
