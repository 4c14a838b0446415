// A user's function in layers, tasks and messages, and the service that the front tower uses to
// ship functions. shipping/ implements it; src/index.ts and executor threads provide it.
import { Service } from "../base/host.js";

/** The place of source text in the user's file, for stacks; line and column count from 0. */
export type SourcePlace = readonly [file: string, line: number, column: number];

/** A function with all that it needs elsewhere: plain data. */
export interface ShippedFunction {
  /**
   * Hash of `bytes`: 128 bits in hexadecimal. Equal functions with equal values have equal hashes.
   */
  readonly hash: string;
  /** The function's name, for keys and stacks. */
  readonly name: string;
  /** Its source, the values that it captured and the modules that it uses, encoded. */
  readonly bytes: Uint8Array;
  /** The place of each source in `bytes`. */
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
   * The serialised form of `f`.
   *
   * @throws ArgumentError `argument.function` when it cannot, naming the variable and what to do
   */
  ship(f: AnyFunction, options?: ShipOptions): ShippedFunction;
  /** The function again; rebuilt once per hash. */
  build(shipped: ShippedFunction): (...args: unknown[]) => unknown;
}

/**
 * The shipper of functions. Without a provider, only plain functions with named values can be sent.
 */
export const FUNCTION_SHIPPER = new Service<FunctionShipper>("function shipper");
