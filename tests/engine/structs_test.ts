/**
 * The structs that a host and its kernels share: access by name, and that both sides have every field at the same place.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "../needs.ts";
import { assemblyScriptStructs } from "../../lib/engine/cpu/assemblyscript_structs.ts";
import { flag, float, PlacedStruct, struct, word } from "../../lib/engine/struct_fields.ts";
import { KERNEL_ROOM } from "../../lib/engine/cpu/dictionary/dictionary_places.ts";
import { RHO_HAT_MIN } from "../../lib/kl.ts";
import {
  ACTIVATION,
  BARRIER,
  CPU_STRUCTS,
  FAILURE,
  LATE_ROWS,
  PENALTY,
  SELECTION,
  WGSL_STRUCTS,
} from "../../lib/engine/structs.ts";
import { LATENT_BYTES, MOST_PREFIXES } from "../../lib/engine/webgpu/dictionary/dictionary_gpu_layout.ts";
import dictionary from "../../lib/engine/webgpu/dictionary/kernels/dictionary.wgsl" with { type: "text" };

const EXAMPLE = struct("Example", {
  doc: "A struct.",
  unit: 16,
  fields: {
    count: word("A count."),
    isOn: flag("A claim."),
    share: float("A number."),
    other: word("A count that has a line of its own.", { beginsLine: true }),
    last: word("Another."),
  },
});

Deno.test("struct() lays fields out by 4 bytes, on a line of 64 where one begins there, and rounds the whole up", () => {
  assert.deepEqual(EXAMPLE.offsets, { count: 0, isOn: 4, share: 8, other: 64, last: 68 });
  assert.equal(EXAMPLE.bytes, 80);
  assert.equal(struct("Pair", { doc: "", fields: { a: word(""), b: word("") } }).bytes, 8);
});

Deno.test("a placed struct writes and reads fields by name, in the bytes of typed arrays, and nothing beside them", () => {
  const buffer = new ArrayBuffer(16 + EXAMPLE.bytes + 16), words = new Uint32Array(buffer);
  words.fill(7);
  const place = new PlacedStruct(EXAMPLE, { buffer, address: 16 });
  place.write({ count: 2 ** 32 - 1, isOn: true, share: 0.1, other: 5, last: 6 });
  assert.equal(place.get("count"), 2 ** 32 - 1);
  assert.equal(place.get("isOn"), true);
  assert.equal(place.get("share"), Math.fround(0.1));
  assert.deepEqual([...words.subarray(4, 6), words[20], words[21]], [2 ** 32 - 1, 1, 5, 6]);
  assert.equal(new Float32Array(buffer)[6], Math.fround(0.1));
  assert.ok([...words.subarray(0, 4), ...words.subarray(7, 20), ...words.subarray(22)].every((value) => value === 7));
  place.set({ isOn: false });
  assert.deepEqual([place.get("isOn"), place.get("share"), place.get("last")], [false, Math.fround(0.1), 6]);
});

Deno.test("kernels/kernel_structs.ts is what the tables give", needs("permissions"), async () => {
  const stored = await Deno.readTextFile(new URL("../../lib/engine/cpu/kernels/kernel_structs.ts", import.meta.url));
  assert.equal(stored, assemblyScriptStructs(), "the tables have changed: run `deno task kernels`");
});

Deno.test("the compiler puts every field where the host writes it", needs("permissions", "time"), async () => {
  const { compileKernels } = await import("../../lib/engine/cpu/build_kernels.ts"); // whose compiler asks for permissions
  const expected: Record<string, number> = {};
  const folder = "../dictionary/kernels";
  const entry = [
    'import * as s from "./kernel_structs";',
    `import { PRODUCT_LATENTS } from "${folder}/encode_dense";`,
    `import { TILE } from "${folder}/encode_sparse";`,
    `import { Walk } from "${folder}/row_walk";`,
    `import { LatentLists } from "${folder}/pairs_by_latent";`,
  ];
  const exportNumber = (name: string, { source, value }: { source: string; value: number }) => {
    expected[name] = value;
    entry.push(`export function ${name}(): usize { return ${source}; }`);
  };
  for (const { name, fields, offsets, bytes } of CPU_STRUCTS) {
    exportNumber(name, { source: `offsetof<s.${name}>()`, value: bytes });
    for (const [field, { type }] of Object.entries(fields)) {
      const value: number = offsets[field as keyof typeof offsets];
      exportNumber(`${name}_${field}`, { source: `offsetof<s.${name}>("${field}")`, value });
      const isFloat = `isFloat(changetype<s.${name}>(0).${field})`;
      exportNumber(`${name}_${field}_isFloat`, { source: isFloat, value: Number(type === "f32") });
    }
  }
  const room = [
    ["PRODUCT_LATENTS", KERNEL_ROOM.productLatents],
    ["TILE", KERNEL_ROOM.tileLatents],
    ["offsetof<Walk>()", KERNEL_ROOM.walkBytes],
    ["offsetof<LatentLists>()", KERNEL_ROOM.latentListsBytes],
  ] as const;
  room.forEach(([source, value], i) => exportNumber(`room${i}`, { source, value }));
  const numbers = {
    BARRIER: BARRIER.offsets,
    SELECTION,
    ACTIVATION,
    PENALTY,
    LATE_ROWS,
    FAILURE,
  };
  for (const [prefix, values] of Object.entries(numbers)) {
    for (const [name, value] of Object.entries(values)) {
      const constant = `${prefix}_${name.replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`;
      exportNumber(constant, { source: `s.${constant}`, value });
    }
  }
  const bytes = await compileKernels({ isShared: false, isRelaxed: false, entry: entry.join("\n") });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const found = Object.fromEntries(
    Object.keys(expected).map((name) => [name, (instance.exports[name] as () => number)()]),
  );
  assert.deepEqual(found, expected);
});

Deno.test("WGSL writes out the fields that the host writes, in their order", needs("permissions"), async () => {
  const found: string[] = [];
  for await (const { path, text } of wgslFiles(new URL("../../lib/engine/webgpu/", import.meta.url))) {
    for (const { name, fields } of WGSL_STRUCTS) {
      const written = text.match(new RegExp(`^struct ${name} \\{\\n(.*?)^\\}`, "ms"))?.[1];
      if (written === undefined) continue;
      found.push(name);
      const members = [...written.matchAll(/^ *(\w+): (\w+),$/gm)].map(([, member, type]) => [member, type]);
      const expected = Object.entries(fields).map(([field, { type }]) => [
        field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        type === "f32" ? "f32" : "u32",
      ]);
      assert.deepEqual(members, expected, path);
    }
  }
  assert.deepEqual([...new Set(found)].sort(), WGSL_STRUCTS.map(({ name }) => name).sort());
});

Deno.test(
  "the host makes room for WGSL's struct Latent and prefixes, and kernels clamp ρ̂ as lib/kl.ts does",
  needs("read"),
  async () => {
    const members = dictionary.match(/^struct Latent \{\n(.*?)^\}/ms)![1].matchAll(/^ *\w+: (\w+),$/gm);
    const bytes: Record<string, number> = { f32: 4, u32: 4, vec2f: 8 };
    const size = [...members].reduce((sum, [, type]) => sum + bytes[type], 0); // vec2f lies at a multiple of 8 then
    assert.equal(size, LATENT_BYTES);
    assert.equal(4 * Number(dictionary.match(/prefix_widths: array<vec4u, (\d+)>/)![1]), MOST_PREFIXES);
    const kl = await Deno.readTextFile(new URL("../../lib/engine/cpu/layered/kernels/kl_penalty.ts", import.meta.url));
    assert.equal(Number(kl.match(/RHO_HAT_MIN: f32 = (\S+);/)![1]), RHO_HAT_MIN);
  },
);

Deno.test("a uniform buffer's structs are whole multiples of 16 bytes", () => {
  for (const { name, bytes } of WGSL_STRUCTS) assert.equal(bytes % 16, 0, name);
});

async function* wgslFiles(folder: URL): AsyncGenerator<{ path: string; text: string }> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const url = new URL(isDirectory ? `${name}/` : name, folder);
    if (isDirectory) yield* wgslFiles(url);
    else if (name.endsWith(".wgsl")) yield { path: url.pathname, text: await Deno.readTextFile(url) };
  }
}
