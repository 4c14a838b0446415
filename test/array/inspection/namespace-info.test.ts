// What the library tells about itself, and the one device there is.
import { describe, expect, it } from "vitest";
import {
  arange,
  arrayNamespaceInfo,
  asarray,
  type Device,
  fromDlpack,
  ones,
  zeros,
  zerosLike,
} from "../../../src/array/index.js";
import { DTYPES } from "../../../src/base/dtype.js";

describe("arrayNamespaceInfo", () => {
  const info = arrayNamespaceInfo();

  it("names dtypes by group", () => {
    expect(Object.keys(info.dtypes())).toEqual(Object.keys(DTYPES));
    expect(info.dtypes({ kind: "complex floating" })).toEqual({
      complex64: "complex64",
      complex128: "complex128",
    });
    expect(Object.keys(info.dtypes({ kind: ["bool", "real floating"], device: "cpu" }))).toEqual([
      "bool",
      "float32",
      "float64",
    ]);
  });

  it("names the defaults", () => {
    expect(info.defaultDtypes().integral).toBe(asarray([1n]).dtype);
    expect(info.defaultDtypes()["real floating"]).toBe(zeros(1).dtype);
    expect(info.defaultDtypes()["complex floating"]).toBe(asarray([{ re: 0, im: 1 }]).dtype);
    expect(info.defaultDevice()).toBe("cpu");
    expect(info.devices()).toEqual(["cpu"]);
    expect(info.capabilities()["boolean indexing"]).toBe(true);
  });
});

describe("the device", () => {
  const gpu = "gpu" as Device;

  it("is where all arrays live", () => {
    const x = ones([2, 3], { device: "cpu" });
    expect(x.device).toBe("cpu");
    expect(x.toDevice("cpu")).toBe(x);
    expect(fromDlpack(x, { device: "cpu", copy: true })).toBe(x);
  });

  it("is no other", () => {
    const refusals = [
      () => zeros(1, { device: gpu }),
      () => zerosLike(zeros(1), { device: gpu }),
      () => arange(3, { device: gpu }),
      () => asarray([1], { device: gpu }),
      () => asarray(zeros(1), { device: gpu }),
      () => zeros(1).astype("int8", { device: gpu }),
      () => zeros(1).toDevice(gpu),
      () => arrayNamespaceInfo().defaultDtypes({ device: gpu }),
    ];
    for (const refused of refusals) expect(refused).toThrow(/no device "gpu"/);
  });
});

describe("copies", () => {
  it("are refused when nothing may be copied", () => {
    const shared = new Float64Array(new SharedArrayBuffer(24));
    expect(asarray(shared, { copy: false }).shape).toEqual([3]);
    expect(asarray(zeros(2), { copy: false }).dtype).toBe("float64");
    expect(() => asarray([1, 2], { copy: false })).toThrow(/without copying/);
    expect(() => asarray(shared, { dtype: "int32", copy: false })).toThrow(/without copying/);
    expect(() => asarray(zeros(2), { dtype: "int32", copy: false })).toThrow(/as int32/);
    expect(() => fromDlpack([1] as never)).toThrow(/DLPack/);
  });
});
