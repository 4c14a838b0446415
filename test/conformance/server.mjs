// Serves the built library to the Python module tilework_xp.py beside this file. Requests and
// answers are frames on stdin and stdout: four bytes of length (little-endian), then JSON; an
// answer that has array data says so in its head, and the bytes follow in a frame of their own.
// Arrays stay here and are named by numbers. Every array is made in chunks of 2 along each axis.
import * as tilework from "../../dist/bundle/main/index.js";

const arrays = new Map();
const ids = new WeakMap();
const holders = new Map();
let lastId = 0;

/** The number of an array; one that was handed through keeps its number. */
function hold(array) {
  const id = ids.get(array) ?? ++lastId;
  ids.set(array, id);
  arrays.set(id, array);
  holders.set(id, (holders.get(id) ?? 0) + 1);
  return id;
}

function free(id) {
  const left = holders.get(id) - 1;
  holders.set(id, left);
  if (left > 0) return;
  holders.delete(id);
  arrays.delete(id);
}

/** JSON to a JavaScript value; what JSON lacks is an object with a `$` that says what it is. */
function decode(value) {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  switch (value.$) {
    case undefined:
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decode(each)]));
    case "array":
      return arrays.get(value.id);
    case "number":
      return value.text === "-NaN" ? negativeNaN() : Number(value.text);
    case "bigint":
      return BigInt(value.text);
    case "complex":
      return { re: decode(value.re), im: decode(value.im) };
    case "slice":
      return { start: value.start, stop: value.stop, step: value.step };
    case "newaxis":
      return tilework.newAxis;
    case "ellipsis":
      return tilework.ellipsis;
    default:
      throw new Error(`unknown kind of value ${value.$}`);
  }
}

/** NaN with its sign set, which JavaScript writes only by its bytes. */
function negativeNaN() {
  const value = new Float64Array([NaN]);
  new Uint8Array(value.buffer)[7] |= 0x80;
  return value[0];
}

async function encode(value) {
  if (value instanceof tilework.ChunkedArray) {
    // The suite asks for shapes at once: those that follow from values are computed here.
    const known = value.shape.some(Number.isNaN) ? await value.computeChunkSizes() : value;
    return { $: "array", id: hold(known), dtype: known.dtype, shape: known.shape };
  }
  if (Array.isArray(value)) {
    // Several results are in a list that knows their names, too.
    const names = Object.keys(value).filter((name) => !/^\d+$/.test(name));
    if (names.length === 0) return Promise.all(value.map(encode));
    return encodeFields(names, value);
  }
  if (typeof value === "bigint") return { $: "bigint", text: String(value) };
  if (typeof value === "number") {
    const plain = Number.isFinite(value) && !Object.is(value, -0);
    return plain ? value : { $: "number", text: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value !== "object" || value === null) return value ?? null;
  if (typeof value.re === "number" && typeof value.im === "number") {
    return { $: "complex", re: await encode(value.re), im: await encode(value.im) };
  }
  return encodeFields(Object.keys(value), value);
}

async function encodeFields(names, value) {
  const fields = await Promise.all(names.map(async (name) => [name, await encode(value[name])]));
  return Object.fromEntries(fields);
}

/** `"sum"` or `"linalg.svd"` among the library's exports. */
function exported(path) {
  let found = tilework;
  for (const name of path.split(".")) found = found?.[name];
  return found;
}

async function answer({ op, name, args = [], id }) {
  const given = args.map(decode);
  switch (op) {
    case "names":
      return { value: given[0].filter((each) => exported(each) !== undefined) };
    case "call": {
      const f = exported(name);
      if (typeof f !== "function") throw new Error(`tilework has no function ${name}`);
      return { value: await encode(f(...given)) };
    }
    case "constant":
      return { value: await encode(exported(name)) };
    case "method": {
      const [self, ...rest] = given;
      if (typeof self[name] !== "function") throw new Error(`arrays have no method ${name}`);
      return { value: await encode(self[name](...rest)) };
    }
    case "property":
      return { value: await encode(given[0][name]) };
    case "info":
      return { value: await encode(tilework.arrayNamespaceInfo()[name](...given)) };
    case "compute": {
      const value = await arrays.get(id).compute();
      if (value?.data === undefined) return { value: await encode(value) };
      const { buffer, byteOffset, byteLength } = value.data;
      return { value: { shape: value.shape }, bytes: Buffer.from(buffer, byteOffset, byteLength) };
    }
    default:
      throw new Error(`unknown request ${op}`);
  }
}

function frame(bytes) {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  process.stdout.write(length);
  process.stdout.write(bytes);
}

async function serve({ free: unused = [], ...request }) {
  unused.forEach(free);
  let head;
  let bytes;
  try {
    ({ value: head, bytes } = await answer(request));
    head = { value: head, hasBytes: bytes !== undefined };
  } catch (error) {
    head = { error: { code: error.code ?? "", message: error.message, stack: error.stack } };
  }
  frame(Buffer.from(JSON.stringify(head)));
  if (bytes !== undefined) frame(bytes);
}

let received = Buffer.alloc(0);
for await (const part of process.stdin) {
  received = Buffer.concat([received, part]);
  while (received.length >= 4 && received.length >= 4 + received.readUInt32LE(0)) {
    const end = 4 + received.readUInt32LE(0);
    const request = JSON.parse(received.subarray(4, end).toString());
    received = received.subarray(end);
    await serve(request);
  }
}
process.exit(0);
