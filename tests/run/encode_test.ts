/**
 * What `encode` writes: the latents of the equations in float64, in files that NumPy reads, whole or not at all.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { OpenedRows } from "../../lib/data/readers/opened_rows.ts";
import { applyScaling, type Scaling, UNSCALED } from "../../lib/data/scaling.ts";
import { ParquetFile } from "../../lib/formats/parquet.ts";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { codesFormat } from "../../lib/run/codes/formats.ts";
import { encodeToFile, type Shard, shardPath } from "../../lib/run/encode.ts";
import { rowsOfPass } from "../../lib/run/encoded_rows.ts";
import { openModelEngine } from "../../lib/run/model_engine.ts";
import type { TrainedModel } from "../../lib/run/trained_model.ts";
import { VARIANT_NAMES, VARIANTS } from "../../lib/sae/sparsity/variants.ts";
import { widen } from "../engine/float64_model.ts";
import { rowsOf, variantForward64 } from "../engine/float64_variants.ts";
import { makeVariantCase, type VariantCase } from "../engine/variant_cases.ts";
import { needsAdapter } from "../adapter.ts";
import { memorySource } from "../formats/memory_source.ts";
import { needs } from "../needs.ts";
import { hasNumpy, python } from "../python.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { openedArray } from "./opened_array.ts";

const WHOLE: Shard = { index: 1, count: 1 };
const CPU = { backend: "wasm", engine: "fused", threads: 1 } as const;
const NEVER = new AbortController().signal;

/** The model of a case as it is opened from a folder. */
function modelOf({ definition, state, config }: VariantCase, scaling: Scaling = UNSCALED): TrainedModel {
  const { params, buffers } = state;
  return { run: { config } as TrainedModel["run"], definition, params, buffers, scaling, trainedBias: null };
}

/** Latents in float64, one row after the other. */
function latents64({ definition, state }: VariantCase, x: Float32Array): number[] {
  const model = { definition, params: widen(state.params), buffers: widen(state.buffers) };
  return variantForward64(rowsOf(x, definition.arch.dInput), model, { isTraining: false }).acts.flat();
}

async function encode(
  model: TrainedModel,
  rows: OpenedRows,
  more:
    & { out: string; shard?: Shard; top?: number }
    & Partial<
      Parameters<typeof encodeToFile>[1]
    >,
) {
  const { out, shard = WHOLE, top = 3 } = more;
  const options = { device: CPU, cacheDir: `${out}.cache`, signal: NEVER, canOverwrite: true, ...more };
  return await encodeToFile(model, { limit: null, ...options, rows, shard, top, format: codesFormat(out) });
}

/** The shape and the values of a `.npy` file of float32. */
function readNpy(path: string): { shape: number[]; values: Float32Array } {
  const bytes = Deno.readFileSync(path);
  const start = 10 + new DataView(bytes.buffer).getUint16(8, true);
  assert.equal(start % 64, 0);
  const header = new TextDecoder().decode(bytes.subarray(10, start));
  assert.match(header, /'descr': '<f4', 'fortran_order': False/);
  return {
    shape: /\((\d+), (\d+)\)/.exec(header)!.slice(1).map(Number),
    values: new Float32Array(bytes.buffer.slice(start)),
  };
}

function assertNear(found: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  assert.equal(found.length, wanted.length, what);
  for (let i = 0; i < wanted.length; i++) {
    assert.ok(
      Math.abs(found[i] - wanted[i]) <= 2e-5 * (1 + Math.abs(wanted[i])),
      `${what} ${i}: ${found[i]}, ${wanted[i]}`,
    );
  }
}

const DEVICES = [
  { name: "cpu", device: CPU, ignore: needs("permissions").ignore },
  { name: "webgpu", device: { ...CPU, backend: "webgpu" } as const, ignore: !needsAdapter() },
];

for (const { name, device, ignore } of DEVICES) {
  Deno.test(
    `encode gives every variant's latents of its equations on ${name}, of scaled rows`,
    { ignore },
    async () => {
      await using place = await temporaryFolder();
      const dInput = 13;
      const offset = Float32Array.from({ length: dInput }, (_, i) => i / 20), factor = 0.7;
      const scaling: Scaling = { scale: "mean-norm", subtract: "mean", offset, factor, sampledRows: 5 };
      for (const sparsity of VARIANT_NAMES) {
        const example = makeVariantCase(dInput, { sparsity, latent: 29, batch: 24, k: 4 });
        if (example.state.buffers.threshold) example.state.buffers.threshold.fill(0.2);
        const x = pixelValues(example.pixels).slice(0, 61 * dInput);
        const read = x.slice();
        applyScaling(read, { scaling, dInput });
        const wanted = latents64(example, read);
        const out = `${place.path}/${sparsity}.npy`;
        const result = await encode(modelOf(example, scaling), openedArray(x, { dInput }), { out, device });
        const { shape, values } = readNpy(out);
        assert.deepEqual([shape, result.rows, result.first], [[61, 29], 61, 0]);
        assertNear(values, wanted, sparsity);
        const sparse = await encode(modelOf(example, scaling), openedArray(x, { dInput }), {
          out: `${place.path}/${sparsity}.npz`,
          device,
        });
        assert.deepEqual([result.entries, sparse.entries], [null, values.filter((value) => value !== 0).length]);
        if (VARIANTS[sparsity].selects === "row") assert.ok(sparse.entries! <= 4 * 61);
      }
      const bytes = makeVariantCase(9, { sparsity: "topk", latent: 17, k: 3, batch: 8 }, { data: "bytes" });
      const out = `${place.path}/bytes.npy`;
      await encode(modelOf(bytes), openedArray(bytes.pixels, { dInput: 9 }), { out, device });
      assertNear(readNpy(out).values, latents64(bytes, pixelValues(bytes.pixels)), "bytes");
      const deep = makeVariantCase(9, { sparsity: "kl", hidden: [11], latent: 5, batch: 8, center: "none" });
      await encode(modelOf(deep), openedArray(deep.pixels, { dInput: 9 }), { out, device });
      assertNear(readNpy(out).values, latents64(deep, pixelValues(deep.pixels)), "deep");
    },
  );
}

Deno.test("the shards of encode are the whole, in every format", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const example = makeVariantCase(12, { sparsity: "topk", latent: 31, k: 3, batch: 16 });
  const model = modelOf(example), rows = openedArray(example.pixels, { dInput: 12, pieceRows: 1000 });
  const counts = [1, 7, 90]; // of 90 rows
  const whole = `${place.path}/whole.npy`;
  await encode(model, rows, { out: whole });
  for (const count of counts) {
    const parts = await Promise.all(Array.from({ length: count }, async (_, i) => {
      const shard = { index: i + 1, count }, out = shardPath(`${place.path}/part.npy`, shard);
      const { first, rows: own } = await encode(model, rows, { out, shard });
      assert.equal(first, Math.floor(i * 90 / count));
      assert.equal(own, Math.floor((i + 1) * 90 / count) - first);
      return readNpy(out).values;
    }));
    assert.deepEqual(parts.flatMap((part) => [...part]), [...readNpy(whole).values], `${count} shards`);
  }
  assert.equal(shardPath("a.b/codes.npz", { index: 2, count: 10 }), "a.b/codes-02-of-10.npz");
  assert.equal(shardPath("a.b/codes", { index: 2, count: 3 }), "a.b/codes-2-of-3");
  await assert.rejects(
    encode(model, rows, { out: whole, shard: { index: 1, count: 91 } }),
    /^UserError: Cannot encode shard 1\/91: there are 90 rows, expected at most 90 shards$/,
  );
  const tables = [1, 2].map((index) => `${place.path}/table-${index}.csv`);
  await Promise.all(tables.map((out, i) => encode(model, rows, { out, shard: { index: i + 1, count: 2 } })));
  await encode(model, rows, { out: `${place.path}/table.csv` });
  const [first, second] = tables.map((path) => Deno.readTextFileSync(path));
  assert.equal(first + second.replace(/^.*\n/, ""), Deno.readTextFileSync(`${place.path}/table.csv`));
});

Deno.test(
  "encode leaves nothing when it is stopped, when a row is damaged, or the rows do not fit",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const example = makeVariantCase(12, { sparsity: "topk", latent: 31, k: 3, batch: 16 }), model = modelOf(example);
    const left = () =>
      Array.from(Deno.readDirSync(place.path), ({ name }) => name).filter((name) => !name.endsWith(".cache"));
    const many = Float32Array.from(
      { length: 13 * example.pixels.length },
      (_, i) => example.pixels[i % example.pixels.length],
    );
    for (const ending of ["npz", "npy", "safetensors", "csv", "parquet"]) {
      const out = `${place.path}/codes.${ending}`;
      const rows = openedArray(many, { dInput: 12 });
      const stop = new AbortController(), enough = new Error("enough");
      const stopping = encode(model, rows, { out, signal: stop.signal, onProgress: () => stop.abort(enough) });
      await assert.rejects(stopping, enough);
      const damaged = {
        ...rows,
        async *pieces() {
          yield* rows.pieces();
          throw new Error("row 1170 is damaged");
        },
      };
      await assert.rejects(encode(model, { ...damaged, count: 1171 }, { out }), /row 1170 is damaged/);
      assert.deepEqual(left(), [], ending);
    }
    const other = openedArray(example.pixels, { dInput: 6 });
    const out = `${place.path}/codes.npz`;
    await assert.rejects(
      encode(model, other, { out }),
      /^UserError: Cannot use the data: their rows have 6 values, expected the model's 12$/,
    );
    await assert.rejects(encode(model, openedArray(new Float32Array(), { dInput: 12 }), { out }), /there are no rows/);
    assert.throws(
      () => codesFormat("codes.txt"),
      /^UserError: Cannot write codes\.txt: its name ends with "\.txt", expected \.npz \(the latents that are not 0\), \.npy/,
    );
  },
);

Deno.test("a table has each row's label, error, L0 and largest latents", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const example = makeVariantCase(12, { sparsity: "topk", latent: 31, k: 3, batch: 16 });
  const labels = { values: Uint8Array.from({ length: 90 }, (_, row) => row % 2), names: ["odd, one", "even"] };
  const rows = openedArray(example.pixels, { dInput: 12, labels }), out = `${place.path}/codes.csv`;
  await encode(modelOf(example), rows, { out, top: 4 });
  const [head, ...lines] = Deno.readTextFileSync(out).trimEnd().split("\n");
  assert.equal(
    head,
    "row,label,mse,l0,latent_1,activation_1,latent_2,activation_2,latent_3,activation_3,latent_4,activation_4",
  );
  assert.equal(lines.length, 90);
  const { definition, state } = example;
  const x = rowsOf(pixelValues(example.pixels), 12);
  const model64 = { definition, params: widen(state.params), buffers: widen(state.buffers) };
  const { acts, recon } = variantForward64(x, model64, { isTraining: false });
  lines.forEach((line, row) => {
    const [number, label, mse, l0, ...top] = line.replace('"odd, one"', "odd").split(",");
    assert.deepEqual([number, label], [`${row}`, row % 2 ? "even" : "odd"]);
    assert.ok(Math.abs(Number(mse) - x[row].reduce((sum, v, i) => sum + (v - recon[row][i]) ** 2, 0) / 12) < 1e-5);
    const order = acts[row].map((act, j) => ({ act, j })).filter(({ act }) => act > 0).sort((a, b) => b.act - a.act);
    assert.equal(Number(l0), order.length);
    assert.deepEqual(top.filter((_, i) => i % 2 === 0), [0, 1, 2, 3].map((i) => `${order[i]?.j ?? ""}`));
    order.forEach(({ act }, i) => assert.ok(Math.abs(Number(top[2 * i + 1]) - act) < 1e-5));
    assert.equal(top[2 * order.length + 1], "", "no entry without a latent");
  });
});

Deno.test(
  "all latents are those of the engine's own pass in every bit, over many pieces",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    for (const sparsity of VARIANT_NAMES) {
      const example = makeVariantCase(12, { sparsity, latent: 310, k: 3, batch: 24 }), model = modelOf(example);
      if (example.state.buffers.threshold) example.state.buffers.threshold.fill(0.2);
      const count = 4 * rowsOfPass(example.definition.arch) + 11;
      const x = Float32Array.from({ length: 12 * count }, (_, i) => Math.sin(i) + (i % 12 === 0 ? i / count : 0));
      const out = `${place.path}/${sparsity}.npy`;
      await encode(model, openedArray(x, { dInput: 12, pieceRows: 100 }), { out });
      await using opened = await openModelEngine(model, {
        ...{ device: CPU, sample: x, batch: 24, cacheDir: `${out}.cache` },
      });
      const { hidden: [wanted] } = await opened.engine.forward(x);
      const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
        new Uint8Array(buffer, byteOffset, byteLength);
      assert.ok(Buffer.from(bytesOf(readNpy(out).values)).equals(bytesOf(wanted)), sparsity);
    }
  },
);

Deno.test(
  "a Parquet table has the cells of the CSV table, in groups that are no larger than they must be",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const example = makeVariantCase(12, { sparsity: "l1", latent: 31, batch: 16 });
    const x = Float32Array.from({ length: 12 * 1100 }, (_, i) => Math.sin(i * i));
    const labels = { values: Uint8Array.from({ length: 1100 }, (_, row) => row % 2), names: ["odd, one", "even"] };
    const fileRows = Uint32Array.from({ length: 1100 }, (_, row) => 3 * row + 1);
    const rows = openedArray(x, { dInput: 12, labels, fileRows, pieceRows: 1000 });
    for (const { top, groups } of [{ top: 20, groups: 1 }, { top: 400, groups: 3 }]) {
      for (const ending of ["csv", "parquet"]) {
        await encode(modelOf(example), rows, {
          out: `${place.path}/a.${ending}`,
          top,
        });
      }
      const [head, ...lines] = Deno.readTextFileSync(`${place.path}/a.csv`).trimEnd().split("\n");
      const file = await ParquetFile.open(memorySource("a.parquet", Deno.readFileSync(`${place.path}/a.parquet`)));
      assert.equal(file.groups.length, groups);
      const names = head.split(",");
      assert.deepEqual(file.columns.map(({ name }) => name), names);
      const kindOf = (name: string) => name === "label" ? "text" : /mse|activation/.test(name) ? "number" : "integer";
      assert.deepEqual(file.columns.map(({ kind }) => kind), names.map(kindOf));
      const columns = names.map((): unknown[] => []);
      for (let group = 0; group < groups; group++) {
        const read = await file.read(names, group);
        names.forEach((name, i) => columns[i].push(...Array.from(read.get(name)!)));
      }
      lines.forEach((line, row) => {
        line.replace('"odd, one"', "odd").split(",").forEach((cell, i) => {
          const found = columns[i][row], kind = kindOf(names[i]), what = `${names[i]} of row ${row}`;
          if (cell === "") assert.equal(found ?? null, null, what);
          else if (kind === "text") {
            assert.equal(`${found}`.split(",")[0], cell, what);
          } else if (kind === "integer") assert.equal(`${found}`, cell, what);
          else assert.ok(Math.abs(Number(cell) - Number(found)) <= 1e-6 * Math.abs(Number(cell)), what); // 7 digits, float32
        });
      });
    }
  },
);

Deno.test("errors beyond float32 are the same numbers in both tables", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const example = makeVariantCase(12, { sparsity: "topk", latent: 31, k: 3, batch: 16 });
  const x = Float32Array.from({ length: 12 * 5 }, (_, i) => 1e30 * Math.sin(i + 1));
  const out = (ending: string) => `${place.path}/large.${ending}`;
  for (const ending of ["csv", "parquet"]) {
    await encode(modelOf(example), openedArray(x, { dInput: 12 }), { out: out(ending) });
  }
  const cells = Deno.readTextFileSync(out("csv")).trimEnd().split("\n").slice(1).map((line) =>
    Number(line.split(",")[1])
  );
  const file = await ParquetFile.open(memorySource("large.parquet", Deno.readFileSync(out("parquet"))));
  const errors = Array.from((await file.read(["mse"], 0)).get("mse")!, Number);
  assert.ok(
    errors.length === 5 && errors.every((error, row) => error > 1e50 && Math.abs(error / cells[row] - 1) < 1e-6),
  );
});

Deno.test(
  "of two that write one file at the same time, the one that ends later is refused",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const [first, second] = (["topk", "l1"] as const).map((sparsity) =>
      makeVariantCase(12, { sparsity, latent: 31, batch: 16 })
    );
    for (const ending of ["npz", "npy", "safetensors", "csv", "parquet"]) {
      const folder = `${place.path}/${ending}`, out = `${folder}/codes.${ending}`;
      const begin = (example: VariantCase, options: { out: string; canOverwrite?: boolean }) =>
        encode(modelOf(example), openedArray(first.pixels, { dInput: 12 }), { ...options, cacheDir: place.path });
      const alone = await Promise.all([first, second].map(async (example, i) => {
        await begin(example, { out: `${place.path}/${i}.${ending}` });
        return Deno.readFileSync(`${place.path}/${i}.${ending}`);
      }));
      const ends = await Promise.allSettled([first, second].map((one) => begin(one, { out, canOverwrite: false })));
      const winner = ends.findIndex(({ status }) => status === "fulfilled"), other = ends[1 - winner];
      assert.match(String(other.status === "rejected" && other.reason), /: it exists, expected nothing there$/);
      assert.deepEqual(Deno.readFileSync(out), alone[winner]);
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [`codes.${ending}`]);
    }
  },
);

Deno.test("encode leaves nothing if one of its files cannot be made", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const example = makeVariantCase(12, { sparsity: "topk", latent: 31, k: 3, batch: 16 });
  const rows = openedArray(example.pixels, { dInput: 12 }), folder = `${place.path}/codes`;
  // The name has room for that of the result's temporary file, and none for those that entries wait in.
  const out = `${folder}/${"x".repeat(224)}.npz`;
  await assert.rejects(
    encode(modelOf(example), rows, { out, cacheDir: `${place.path}/cache` }),
    /^UserError: Cannot write .*: it is \d+ characters long, expected a path that the system takes$/,
  );
  assert.deepEqual([...Deno.readDirSync(folder)], []);
});

Deno.test("safetensors has the tensor latents, the same numbers as npy", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const example = makeVariantCase(12, { sparsity: "l1", latent: 31, batch: 16 });
  const rows = openedArray(example.pixels, { dInput: 12 });
  for (const ending of ["npy", "safetensors"]) {
    await encode(modelOf(example), rows, { out: `${place.path}/a.${ending}` });
  }
  const { tensors, metadata } = decodeSafetensors(Deno.readFileSync(`${place.path}/a.safetensors`));
  const { shape, values } = readNpy(`${place.path}/a.npy`);
  assert.deepEqual([shape, metadata], [[90, 31], {}]);
  assert.deepEqual(Object.keys(tensors), ["latents"]);
  assert.deepEqual(tensors.latents.shape, shape);
  assert.deepEqual(new Float32Array(tensors.latents.values), values);
});

Deno.test(
  "NumPy reads the files: dense latents, and a sparse matrix with the members that SciPy writes",
  { ignore: !await hasNumpy() },
  async () => {
    await using place = await temporaryFolder();
    const example = makeVariantCase(12, { sparsity: "jumprelu", latent: 31, batch: 16 });
    const rows = openedArray(example.pixels, { dInput: 12 });
    for (const ending of ["npy", "npz"]) await encode(modelOf(example), rows, { out: `${place.path}/a.${ending}` });
    const bytes = Deno.readFileSync(`${place.path}/a.npz`);
    await encode(modelOf(example), rows, { out: `${place.path}/a.npz` });
    assert.deepEqual(Deno.readFileSync(`${place.path}/a.npz`), bytes, "equal rows give equal bytes");
    const said = await python(
      `
import json, sys, zipfile, numpy
dense = numpy.load(sys.argv[1] + "/a.npy")
with numpy.load(sys.argv[1] + "/a.npz") as file:
    members = {name: [file[name].dtype.str, list(file[name].shape)] for name in file.files}
    rows, latents = file["shape"]
    again = numpy.zeros((rows, latents), numpy.float32)
    starts = file["indptr"]
    for row in range(rows):
        own = slice(starts[row], starts[row + 1])
        assert (numpy.diff(file["indices"][own]) > 0).all()
        again[row, file["indices"][own]] = file["data"][own]
    kind = file["format"].item().decode()
print(json.dumps({"members": members, "kind": kind, "equal": bool((again == dense).all()), "shape": list(dense.shape),
    "sum": float(dense.sum(dtype=numpy.float64)), "nonzero": int((dense != 0).sum())}))
`,
      [place.path],
    );
    const { members, kind, equal, shape, sum, nonzero } = JSON.parse(said);
    assert.deepEqual([kind, equal, shape], ["csr", true, [90, 31]]);
    assert.deepEqual(members, {
      indices: ["<i4", [nonzero]],
      indptr: ["<i8", [91]],
      format: ["|S3", []],
      shape: ["<i8", [2]],
      data: ["<f4", [nonzero]],
    });
    assert.ok(Math.abs(sum - latents64(example, pixelValues(example.pixels)).reduce((a, b) => a + b, 0)) < 1e-3);
  },
);

if (!needsAdapter()) console.log("encode on WebGPU is not tested: there is no adapter");
