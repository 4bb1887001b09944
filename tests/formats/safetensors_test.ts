import assert from "node:assert/strict";
import fc from "../fast_check.ts";
import { decodeSafetensors, encodeSafetensors, type SafetensorsContent } from "../../lib/formats/safetensors.ts";
import { Rng } from "../../lib/rng.ts";
import { mutate } from "../mutate.ts";

/** A file with the given header text and data. */
function fileOf(header: string | Uint8Array, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

/** The whole header of one array `w`, any part of it replaced. */
function headerOf(entry: { dtype?: string; shape?: string; data_offsets?: string; more?: string } = {}): string {
  const { dtype = '"F32"', shape = "[3]", data_offsets = "[0,12]", more = "" } = entry;
  return `{"w":{"dtype":${dtype},"shape":${shape},"data_offsets":${data_offsets}${more}}}`;
}

Deno.test("encodeSafetensors() lays the bytes out as the format says", () => {
  const file = encodeSafetensors({
    tensors: { w: { shape: [1, 2], values: Float32Array.of(1, -2) } },
    metadata: { a: "b" },
  });
  const view = new DataView(file.buffer);
  const headerLength = Number(view.getBigUint64(0, true));
  assert.equal(headerLength % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength)));
  assert.deepEqual(header, { __metadata__: { a: "b" }, w: { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] } });
  assert.deepEqual([view.getFloat32(8 + headerLength, true), view.getFloat32(12 + headerLength, true)], [1, -2]);
  assert.equal(file.length, 16 + headerLength);
});

Deno.test("encodeSafetensors() refuses a shape that does not fit and the metadata's name", () => {
  const encode = (name: string, shape: number[], length: number) => () =>
    encodeSafetensors({ tensors: { [name]: { shape, values: new Float32Array(length) } }, metadata: {} });
  assert.throws(
    encode("w", [2, 2], 3),
    /^TypeError: Cannot encode w: length is 3, expected 4 for shape \[2,2\]$/,
  );
  assert.throws(encode("w", [-1, -3], 3), /^TypeError: Cannot encode w: length is 3, expected whole numbers for shape/);
  assert.throws(encode("w", [1.5, 2], 3), /^TypeError: /);
  assert.throws(encode("__metadata__", [3], 3), /^TypeError: Cannot encode __metadata__: it is the metadata's name/);
});

Deno.test("decodeSafetensors() gives back what was encoded, whatever the names and sizes, copied or not", () => {
  const tensor = fc.float32Array({ maxLength: 20 }).map((values) => ({ shape: [values.length], values }));
  const name = fc.string({ minLength: 1, unit: "binary" }).filter((name) => name !== "__metadata__");
  const tensors = fc.dictionary(name, tensor, { noNullPrototype: true });
  fc.assert(fc.property(tensors, fc.dictionary(name, fc.string(), { noNullPrototype: true }), (tensors, metadata) => {
    const content = { tensors, metadata };
    const file = encodeSafetensors(content);
    assert.deepEqual(decodeSafetensors(file), content);
    assert.deepEqual(decodeSafetensors(file, { sharesMemory: true }), content);
  }));
});

Deno.test("float16 takes half the bytes, and comes back as the nearest values, beside float32 too", () => {
  const values = Float32Array.of(1, -2, 0.1, 65504), nearest = Float32Array.of(1, -2, 0.0999755859375, 65504);
  const file = encodeSafetensors({ tensors: { w: { shape: [4], values } }, metadata: { a: "b" } }, { dtype: "F16" });
  const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  assert.equal(file.length - dataStart, 8);
  assert.deepEqual([...file.subarray(dataStart)], [0x00, 0x3c, 0x00, 0xc0, 0x66, 0x2e, 0xff, 0x7b]);
  assert.match(
    new TextDecoder().decode(file.subarray(8, dataStart)),
    /"w":\{"dtype":"F16","shape":\[4\],"data_offsets":/,
  );
  for (const sharesMemory of [false, true]) {
    const decoded = decodeSafetensors(file, { sharesMemory });
    assert.deepEqual(decoded, { tensors: { w: { shape: [4], values: nearest } }, metadata: { a: "b" } });
  }
  // A float32 array behind two bytes of float16 begins at no multiple of 4.
  const header =
    '{"h":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"w":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}  ';
  const mixed = fileOf(header, 6), at = mixed.length - 6;
  mixed.set([0x00, 0x3c, 0x00, 0x00, 0x20, 0x41], at);
  for (const sharesMemory of [false, true]) {
    const { tensors: { h, w } } = decodeSafetensors(mixed, { sharesMemory });
    assert.deepEqual([h.values, w.values], [Float32Array.of(1), Float32Array.of(10)]);
  }
  assert.throws(
    () => decodeSafetensors(fileOf(headerOf({ dtype: '"F16"' }), 12)),
    /"w" has 12 bytes, expected 6 for shape/,
  );
});

Deno.test("decodeSafetensors() keeps a name that objects know already", () => {
  const tensors = Object.fromEntries([["__proto__", { shape: [], values: Float32Array.of(7) }]]);
  const decoded = decodeSafetensors(encodeSafetensors({ tensors, metadata: {} }));
  assert.deepEqual(Object.keys(decoded.tensors), ["__proto__"]);
  assert.equal(Object.entries(decoded.tensors)[0][1].values[0], 7);
});

Deno.test("decodeSafetensors() shares the file's memory only if it is asked to, and only where arrays are aligned", () => {
  const content = { tensors: { w: { shape: [3], values: Float32Array.of(1, 2, 3) } }, metadata: {} };
  const file = encodeSafetensors(content);
  assert.equal(decodeSafetensors(file, { sharesMemory: true }).tensors.w.values.buffer, file.buffer);
  assert.notEqual(decodeSafetensors(file).tensors.w.values.buffer, file.buffer);
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1);
  for (const sharesMemory of [false, true]) {
    const decoded = decodeSafetensors(shifted.subarray(1), { sharesMemory });
    assert.deepEqual(decoded, content);
    assert.notEqual(decoded.tensors.w.values.buffer, shifted.buffer);
  }
});

Deno.test("decodeSafetensors() reads what other writers write: any order, single values, empty arrays, no padding", () => {
  const header = '{ "b":{"shape":[],"dtype":"F32","data_offsets":[8,12]},\n"a":{"dtype":"F32","data_offsets":[0,8],' +
    '"shape":[1,2]},"none":{"dtype":"F32","shape":[0,5],"data_offsets":[12,12]},"__metadata__":{"\\u0061":"{\\"[1"}}';
  const file = fileOf(header, 12);
  new DataView(file.buffer).setFloat32(file.length - 4, 5, true);
  assert.deepEqual(decodeSafetensors(file), {
    tensors: {
      b: { shape: [], values: Float32Array.of(5) },
      a: { shape: [1, 2], values: Float32Array.of(0, 0) },
      none: { shape: [0, 5], values: new Float32Array() },
    },
    metadata: { a: '{"[1' },
  });
  assert.deepEqual(decodeSafetensors(fileOf("{}")), { tensors: {}, metadata: {} });
});

/** Files that are not of the format, each with what the message says. */
const REFUSED: [string, Uint8Array<ArrayBuffer>, RegExp][] = [
  ["no bytes", new Uint8Array(), /the file has 0 bytes, expected at least 8/],
  ["seven bytes", new Uint8Array(7), /the file has 7 bytes/],
  ["an empty header", fileOf(""), /its header is not JSON/],
  ["a header longer than the file", fileOf("{}").slice(0, 9), /said to have 2 bytes, expected at most the 1 that/],
  ["a header of 2^64 − 1 bytes", new Uint8Array(20).fill(0xff), /said to have 18446744073709551615 bytes/],
  ["text after the header", fileOf("{} x"), /not JSON/],
  ["a byte order mark", fileOf("\ufeff{}"), /not JSON/],
  [
    "white space before the header",
    fileOf(" {}"),
    /its header begins with " ", expected a JSON object that begins with {/,
  ],
  ["bytes that are not UTF-8", fileOf(Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d)), /not JSON in UTF-8/],
  ["an array", fileOf("[]"), /its header is "\[\]", expected a JSON object/],
  ["a number", fileOf("5"), /its header is "5"/],
  ["null", fileOf("null"), /its header is "null"/],
  ["a hundred thousand levels", fileOf('{"w":' + "[".repeat(1e5) + "]".repeat(1e5) + "}"), /more than 3 levels|JSON/],
  ["many levels alone", fileOf("[".repeat(1e5) + "]".repeat(1e5)), /header is/],
  ["metadata that is no object", fileOf('{"__metadata__":"x"}'), /__metadata__ is "x", expected an object of strings/],
  ["metadata with a number", fileOf('{"__metadata__":{"a":1}}'), /__metadata__ is an object/],
  ["metadata that is null", fileOf('{"__metadata__":null}'), /goes on with "n"|__metadata__/],
  ["an entry that is an array", fileOf('{"w":[]}'), /"w" is "\[\]", expected an object/],
  ["an entry that is text", fileOf('{"w":"F32"}'), /"w" is "F32"/],
  [
    "no dtype",
    fileOf('{"w":{"shape":[],"data_offsets":[0,4]}}', 4),
    /"w" has dtype not there, expected one of F64, F32/,
  ],
  ["another dtype", fileOf(headerOf({ dtype: '"F8_E4M3"' }), 12), /"w" has dtype "F8_E4M3", expected one of F64/],
  ["a dtype that is an array", fileOf(headerOf({ dtype: '["F32"]' }), 12), /has dtype "\[F32\]"/],
  ["a shape that is text", fileOf(headerOf({ shape: '"3"' }), 12), /has shape "3", expected an array of whole numbers/],
  ["a shape of text", fileOf(headerOf({ shape: '["3"]' }), 12), /has shape/],
  ["a negative shape", fileOf(headerOf({ shape: "[-1,-3]" }), 12), /"-"/],
  ["a shape with a fraction", fileOf(headerOf({ shape: "[1.5,2]" }), 12), /"\."/],
  ["a shape written with a point", fileOf(headerOf({ shape: "[3.0]" }), 12), /"\."/],
  ["a shape written with an exponent", fileOf(headerOf({ shape: "[3e0]" }), 12), /"e"/],
  [
    "a shape beyond exact integers",
    fileOf(headerOf({ shape: "[9007199254740993]" }), 12),
    /has shape "\[more than 9007199254740991\]", expected/,
  ],
  [
    "a product beyond exact integers",
    fileOf(headerOf({ shape: "[9007199254740991,9007199254740991,0]" })),
    /has shape/,
  ],
  ["another number of bytes", fileOf(headerOf({ shape: "[2]" }), 12), /has 12 bytes, expected 8 for shape "\[2\]"/],
  ["one offset", fileOf(headerOf({ data_offsets: "[12]" }), 12), /has data_offsets "\[12\]", expected \[first byte/],
  ["three offsets", fileOf(headerOf({ data_offsets: "[0,12,12]" }), 12), /has data_offsets/],
  ["offsets that run back", fileOf(headerOf({ data_offsets: "[12,0]" }), 12), /has data_offsets/],
  ["offsets that are text", fileOf(headerOf({ data_offsets: '["0","12"]' }), 12), /has data_offsets/],
  ["one more field", fileOf(headerOf({ more: ',"x":1' }), 12), /"w" has "x", expected dtype, shape and/],
  ["data that are cut off", fileOf(headerOf(), 8), /the arrays end at byte 12 of 8, expected a whole file/],
  ["data that follow", fileOf(headerOf(), 16), /4 bytes follow the data, expected none/],
  ["a gap before the array", fileOf(headerOf({ data_offsets: "[4,16]" }), 16), /"w" begins at byte 4 .* expected 0/],
  ["a name given twice", fileOf('{"w":{},"w":{}}'), /its header has "w" twice, expected every name once/],
  ["a name written in two ways", fileOf('{"w":{},"\\u0077" :{}}'), /its header has "w" twice/],
  ["a field given twice", fileOf(headerOf({ more: ',"shape":[3]' }), 12), /its header has "shape" twice/],
  ["metadata given twice", fileOf('{"__metadata__":{},"__metadata__":{}}'), /"__metadata__" twice/],
];
for (
  const [first, second, message] of [[[0, 8], [4, 12], /begins at byte 4/], [[0, 4], [8, 12], /expected 4, where/]]
) {
  const entry = ([from, to]: number[]) =>
    JSON.stringify({ dtype: "F32", shape: [(to - from) / 4], data_offsets: [from, to] });
  const header = `{"a":${entry(first as number[])},"b":${entry(second as number[])}}`;
  REFUSED.push([`arrays at ${first} and ${second}`, fileOf(header, 12), message as RegExp]);
}

for (const [what, file, message] of REFUSED) {
  Deno.test(`decodeSafetensors() refuses ${what}`, () => {
    assert.throws(() => decodeSafetensors(file), (error: Error) => {
      assert.equal(error.name, "SyntaxError");
      assert.match(error.message, /^Cannot read safetensors: [^\n]+, expected [^\n]+$/);
      assert.match(error.message, message);
      assert.ok(error.message.length < 400, error.message);
      return true;
    });
  });
}

Deno.test("decodeSafetensors() refuses a file wherever it is cut off", () => {
  const file = encodeSafetensors({ tensors: { w: { shape: [3], values: new Float32Array(3) } }, metadata: {} });
  for (let length = 0; length < file.length; length++) {
    assert.throws(() => decodeSafetensors(file.subarray(0, length)), SyntaxError, `${length} bytes`);
  }
});

/** A small file of random content; its header is sometimes mutated as text, where the length then still fits. */
function randomFile(rng: Rng): Uint8Array<ArrayBuffer> {
  const tensors = Array.from({ length: rng.below(4) }, (_, i) => {
    const shape = Array.from({ length: rng.below(3) }, () => rng.below(4));
    const size = shape.reduce((a, b) => a * b, 1);
    return [`t${i}`, { shape, values: Float32Array.from({ length: size }, () => rng.normal()) }] as const;
  });
  const file = encodeSafetensors({ tensors: Object.fromEntries(tensors), metadata: { config: '{"a":[1]}' } });
  if (rng.below(2) === 0) return mutate(rng, file);
  const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const words = [
    "0",
    "1",
    "4",
    "8",
    "12",
    "-1",
    '"',
    ",",
    "[",
    "]",
    "{",
    "}",
    ":",
    '"t0"',
    '"t1"',
    "F32",
    "F16",
    "shape",
  ];
  const pieces = new TextDecoder().decode(file.subarray(8, dataStart)).split(/\b/);
  for (let edits = 1 + rng.below(3); edits > 0; edits--) {
    const at = rng.below(pieces.length);
    pieces.splice(
      at,
      rng.below(3),
      ...rng.below(2) === 0 ? [words[rng.below(words.length)]] : pieces.slice(at, at + 6),
    );
  }
  const data = file.subarray(dataStart), changed = fileOf(pieces.join(""), data.length);
  changed.set(data, changed.length - data.length);
  return changed;
}

Deno.test("decodeSafetensors() reads or refuses any bytes, and what it reads can be written and read again", () => {
  const rng = Rng.fromSeed(1, "safetensors/fuzz");
  let nRead = 0;
  for (let input = 0; input < 1000; input++) {
    const file = randomFile(rng);
    let content: SafetensorsContent;
    try {
      content = decodeSafetensors(file);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, `input ${input}: ${error}`);
      assert.match(error.message, /^Cannot read safetensors: [^\n]+, expected [^\n]+$/);
      continue;
    }
    nRead++;
    assert.deepEqual(decodeSafetensors(encodeSafetensors(content)), content, `input ${input}`);
    assert.deepEqual(decodeSafetensors(file, { sharesMemory: true }), content, `input ${input}`);
    // Every byte of the data belongs to exactly one array.
    const values = Object.values(content.tensors).reduce((sum, { values }) => sum + values.length, 0);
    const headerLength = Number(new DataView(file.buffer).getBigUint64(0, true));
    assert.equal(8 + headerLength + 4 * values, file.length, `input ${input}`);
  }
  assert.ok(nRead > 50 && nRead < 950, `${nRead} of 1,000 were read`);
});
