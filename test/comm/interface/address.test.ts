// The grammar of addresses.
import { describe, expect, test } from "vitest";
import { formatAddress, localAddress, parseAddress } from "../../../src/comm/interface/address.js";

describe("parseAddress", () => {
  test.each([
    ["tcp://127.0.0.1:8786", { transport: "tcp", host: "127.0.0.1", port: 8786 }],
    ["tcp://scheduler.local:1", { transport: "tcp", host: "scheduler.local", port: 1 }],
    ["tcp://[::1]:8786", { transport: "tcp", host: "::1", port: 8786 }],
    ["ipc:///tmp/x.sock", { transport: "ipc", path: "/tmp/x.sock" }],
    ["inproc://scheduler/worker-1", { transport: "inproc", name: "scheduler/worker-1" }],
  ])("%s, and back", (text, address) => {
    expect(parseAddress(text, "connect")).toEqual(address);
    expect(parseAddress(text, "listen")).toEqual(address);
    expect(formatAddress(parseAddress(text, "connect"))).toBe(text);
  });

  test.each([
    ["tcp://*:*", { transport: "tcp", host: "0.0.0.0", port: 0 }],
    ["tcp://localhost:0", { transport: "tcp", host: "localhost", port: 0 }],
  ])("%s, for listening alone", (text, address) => {
    expect(parseAddress(text, "listen")).toEqual(address);
    expect(() => parseAddress(text, "connect")).toThrow(/name the host and the port/);
  });

  test("ipc://* is a fresh path each time", () => {
    const paths = [1, 2].map(() => parseAddress("ipc://*", "listen"));
    expect(paths[0]).not.toEqual(paths[1]);
    expect(() => parseAddress("ipc://*", "connect")).toThrow(/path/);
  });

  test.each([
    ["", /expected tcp:\/\/host:port/],
    ["127.0.0.1:8786", /expected tcp:\/\/host:port/],
    ["http://127.0.0.1:8786", /expected tcp:\/\/host:port/],
    ["tcp://127.0.0.1", /as in tcp:\/\/127\.0\.0\.1:8786/],
    ["tcp://:8786", /as in/],
    ["tcp://::1:8786", /as in/],
    ["tcp://host:port", /as in/],
    ["tcp://host:65536", /at most 65535/],
    [`ipc:///${"x".repeat(120)}`, /at most 10\d bytes/],
  ])("refuses %s", (text, message) => {
    expect(() => parseAddress(text, "listen")).toThrow(message);
    expect(() => parseAddress(text, "listen")).toThrow(
      expect.objectContaining({ code: "cluster.address", data: { address: text } }),
    );
  });
});

test("local addresses can be listened on", () => {
  for (const transport of ["tcp", "ipc", "inproc"] as const) {
    expect(parseAddress(localAddress(transport), "listen").transport).toBe(transport);
  }
});
