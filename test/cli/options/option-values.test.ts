import { describe, expect, it } from "vitest";
import {
  address,
  directory,
  memoryLimit,
  ports,
  positiveInteger,
  seconds,
  seed,
} from "../../../src/cli/options/option-values.js";

describe("option values", () => {
  it("are read", () => {
    expect(positiveInteger("12")).toBe(12);
    expect(ports("0")).toBe("0");
    expect(ports("9000:9010")).toBe("9000-9010");
    expect(seed("42")).toBe(42);
    expect(seconds("1.5")).toBe(1500);
    expect(memoryLimit("2GB")).toBe(2e9);
    expect(directory(".")).toBe(".");
    expect(memoryLimit("0.5")).toBeGreaterThan(1e6);
  });

  it.each(["tcp://127.0.0.1:8786", "tcp://host.example:1", "tcp://[::1]:8786", "ipc:///tmp/s"])(
    "takes the address %s",
    (text) => expect(address(text)).toBe(text),
  );

  it.each(["", "host:1", "tcp://host", "tcp://:1", "http://host:1", "ipc://", "tcp://a b:1"])(
    "refuses the address %j",
    (text) => expect(() => address(text)).toThrow(/tcp:\/\/host:port/),
  );

  it.each([
    [positiveInteger, "0"],
    [positiveInteger, ""],
    [positiveInteger, "two"],
    [ports, "-1"],
    [ports, "9010-9000"],
    [seed, "4294967296"],
    [seconds, "0"],
    [seconds, ""],
    [memoryLimit, "0"],
    [directory, "/no/such/directory"],
    [directory, "package.json"],
  ])("%o refuses %j", (read, text) => {
    expect(() => read(text)).toThrow(/^It must be/);
  });
});
