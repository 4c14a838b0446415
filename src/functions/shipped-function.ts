// A user's function as it travels: what layers, tasks and messages carry. And the door through which
// the front tower has functions shipped without knowing how: shipping/ implements FunctionShipper,
// src/index.ts and executor threads set it.

/** Where source text stands in the user's file, for stacks; line and column count from 0. */
export type SourcePlace = readonly [file: string, line: number, column: number];

/** A function with all that it needs elsewhere: plain data. */
export interface ShippedFunction {
  /** Hash of `bytes`: 128 bits in hexadecimal. Equal functions with equal values have equal hashes. */
  readonly hash: string;
  /** The function's name, for keys and stacks. */
  readonly name: string;
  /** Its source, the values that it captured and the modules that it uses, encoded. */
  readonly bytes: Uint8Array;
  /** Where each source in `bytes` stands. */
  readonly places: readonly SourcePlace[];
}

/** A function of anything. */
export type AnyFunction = (...args: never) => unknown;

/** Options of {@link FunctionShipper.ship}. */
export interface ShipOptions {
  /** Values of variables that the function uses, by name; others are read from its surroundings. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/** Takes functions apart and rebuilds them. */
export interface FunctionShipper {
  /**
   * The form in which `f` travels.
   *
   * @throws ArgumentError `argument.function` when it cannot, naming the variable and what to do
   */
  ship(f: AnyFunction, options?: ShipOptions): ShippedFunction;
  /** The function again; rebuilt once per hash. */
  build(shipped: ShippedFunction): (...args: unknown[]) => unknown;
}

let shipper: FunctionShipper | undefined;

/** Says what ships functions; undefined where nothing does. */
export function setFunctionShipper(given: FunctionShipper | undefined): void {
  shipper = given;
}

/** What ships functions; undefined where only plain functions with named values can travel. */
export function currentFunctionShipper(): FunctionShipper | undefined {
  return shipper;
}
