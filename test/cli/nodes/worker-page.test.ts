import { expect, test } from "vitest";
import { pageAddresses } from "../../../src/cli/nodes/worker-page.js";

test("several workers take one port after another for their pages", () => {
  const names = ["w-0", "w-1"];
  expect([...pageAddresses(names, "0.0.0.0:9200").values()]).toEqual([
    "0.0.0.0:9200",
    "0.0.0.0:9201",
  ]);
  expect(pageAddresses(names, "9200").get("w-1")).toBe("9201");
  expect(pageAddresses(names, ":0").size).toBe(0);
  expect(pageAddresses(names, undefined).size).toBe(0);
});
