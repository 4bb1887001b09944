/**
 * `lifelines.json` with its matrices and pictures: as small as they say, as near to the directions as they say, and what a whole
 * run writes agrees with the rest of its report.
 *
 * @module
 */
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { decode } from "fast-png";
import { decodeSafetensors } from "../../lib/formats/safetensors.ts";
import { contradiction } from "../../lib/report/consistency.ts";
import type { ReportFiles } from "../../lib/report/expectation.ts";
import { Lifelines, Run, SCHEMA_VERSION, tilePlace } from "../../lib/report/schema.ts";
import { Rng } from "../../lib/rng.ts";
import { drawLifelines, type DrawnRun } from "../../lib/run/report_lifelines.ts";
import { runSession } from "../../lib/run/session.ts";
import type { LatentSnapshot } from "../../lib/training/lifelines.ts";
import { snapshotSteps } from "../../lib/training/snapshot_steps.ts";
import { needs } from "../needs.ts";
import { hasNumpy, python } from "../python.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { smallDataset } from "./small_dataset.ts";

/** A run whose directions are random numbers, which nothing compresses well. */
function noisyRun(
  { nLatents, height, width, snapshots, detailed }: {
    nLatents: number;
    height: number;
    width: number;
    snapshots: number;
    detailed?: number[];
  },
): DrawnRun {
  const rng = Rng.fromSeed(2, "noise"), size = nLatents * height * width;
  const noise = Float32Array.from({ length: size + snapshots }, () => rng.normal(0, 1));
  const since = { births: 0, deaths: 0, revivals: 0, resampled: 0 };
  return {
    dataset: smallDataset({ height, width, train: 2, test: 2 }),
    deflate: deflateSync,
    deadSteps: 30,
    areDecoder: true,
    detailed: detailed ?? Array.from({ length: nLatents }, (_, j) => j),
    means: Float64Array.from({ length: nLatents }, (_, j) => j),
    lifelines: {
      snapshots: Array.from({ length: snapshots }, (_, s): LatentSnapshot => ({
        step: 10 * s,
        directions: noise.slice(s, s + size),
        activeRows: new Float32Array(nLatents).fill(1),
        isDead: new Float32Array(nLatents),
        since,
      })),
      events: {
        firstActive: new Float32Array(nLatents).fill(1),
        lastActive: new Float32Array(nLatents).fill(9),
        isDead: new Float32Array(nLatents),
        deaths: new Float32Array(nLatents),
        revivals: new Float32Array(nLatents),
        resampled: new Float32Array(nLatents),
      },
      since,
    },
  };
}

/** The levels of one tile of the pictures. */
function tileOf(
  drawn: ReturnType<typeof drawLifelines>,
  { snapshot, tile }: { snapshot: number; tile: number },
): number[] {
  const sprite = drawn.file.pictures!.sprites[snapshot], place = tilePlace(sprite, tile);
  const { data, width } = decode(drawn.pictures.find(({ file }) => file === place.file)!.png);
  const { tileWidth, tileHeight } = sprite;
  return Array.from(
    { length: tileWidth * tileHeight },
    (_, i) =>
      data[(place.row * tileHeight + Math.floor(i / tileWidth)) * width + place.column * tileWidth + i % tileWidth],
  );
}

Deno.test(
  "40 snapshots of 256 latents of 28 × 28 take at most 4 MB, though nothing was learned, and are as near as they say",
  needs("time"),
  () => {
    const run = noisyRun({ nLatents: 256, height: 28, width: 28, snapshots: 40 });
    const drawn = drawLifelines(run), { pictures } = drawn.file;
    const bytes = drawn.pictures.reduce((sum, { png }) => sum + png.length, 0) + drawn.numbers.length +
      JSON.stringify(drawn.file).length;
    assert.ok(bytes <= 4e6, `${bytes} bytes`);
    assert.equal(pictures!.levels, 13);
    const { scale } = decodeSafetensors(drawn.numbers).tensors;
    assert.deepEqual(scale.shape, [40, 256]);
    for (const [snapshot, tile] of [[0, 0], [3, 17], [39, 255]]) {
      const own = run.lifelines.snapshots[snapshot].directions.subarray(784 * tile, 784 * (tile + 1));
      const peak = Math.max(...own.map(Math.abs)), most = peak * (1 / 12 + 1 / 127);
      assert.ok(Math.abs(scale.values[256 * snapshot + tile] - peak) < 1e-6);
      const levels = tileOf(drawn, { snapshot, tile });
      levels.forEach((level, i) => {
        assert.ok(Math.abs(own[i] - (level - 128) / 127 * peak) <= most, `${own[i]} at level ${level}`);
      });
      assert.ok(new Set(levels).size <= 13);
    }
  },
);

Deno.test(
  "few latents have all 255 levels, and of a large dictionary some latents have pictures and all have numbers",
  needs("time"),
  () => {
    assert.equal(
      drawLifelines(noisyRun({ nLatents: 3, height: 1, width: 20, snapshots: 4 })).file.pictures!.levels,
      255,
    );
    const wide = noisyRun({ nLatents: 5, height: 1, width: 2 ** 22, snapshots: 2 });
    for (const { directions } of wide.lifelines.snapshots) directions.fill(0);
    const { file, pictures } = drawLifelines(wide);
    assert.deepEqual(file.pictures!.latents, [1, 2, 3, 4], "those with the largest means");
    assert.equal(pictures.length, 2 * 4, "one tile fills a file");
    assert.equal(file.latents.settledAt.length, 5);
    const some = drawLifelines(noisyRun({ nLatents: 4, height: 2, width: 2, snapshots: 2, detailed: [0, 3] }));
    assert.deepEqual(some.file.pictures!.latents, [0, 3]);
    assert.equal(some.file.pictures!.sprites[1].count, 2);
  },
);

const isNumpyThere = await hasNumpy();

/** A run's folder with lifelines, and one without. */
async function written(place: string, turned: Record<string, unknown>) {
  const session = { dataset: smallDataset(), reportsDir: place };
  const base = { latent: 8, batch: 16, epochs: 3, backend: "wasm", threads: 1, ...turned };
  for (const [runId, snapshots] of [["with", 6], ["without", 0]] as const) {
    const outcome = await runSession({ ...session, runId, turned: { ...base, snapshots } });
    assert.equal(outcome.kind, "finished");
  }
  const read = async (id: string, file: string) => JSON.parse(await Deno.readTextFile(`${place}/${id}/${file}`));
  return { read, bytes: (id: string, file: string) => Deno.readFile(`${place}/${id}/${file}`) };
}

for (
  const turned of [
    { sparsity: "topk", k: 2, deadSteps: 2 },
    { sparsity: "l1", resampleSteps: 3, deadSteps: 1 },
    { hidden: [6] },
  ]
) {
  Deno.test(
    `a run with snapshots has the model of one without, and its report agrees with itself: ${JSON.stringify(turned)}`,
    needs("permissions"),
    async () => {
      await using place = await temporaryFolder();
      const { read, bytes } = await written(place.path, turned);
      for (const file of ["model.safetensors", "metrics.json", "latents.json", "inputs.json"]) {
        assert.deepEqual(await bytes("with", file), await bytes("without", file), file);
      }
      const names = ["run", "metrics", "reconstructions", "activations", "latents", "inputs", "lifelines"];
      const files = await Promise.all(names.map(async (name) => [name, await read("with", `${name}.json`)]));
      const report = Object.fromEntries(files) as ReportFiles;
      report.run = Run.parse(report.run);
      const lifelines = report.lifelines = Lifelines.parse(report.lifelines);
      assert.equal(contradiction(report, { folder: "with" }), null);
      assert.equal(report.run.lifelines, "lifelines.json");
      assert.equal((await read("without", "run.json")).lifelines, null);
      const isDeep = "hidden" in turned;
      assert.equal(lifelines.directions, isDeep ? "effect" : "decoder");
      assert.equal(lifelines.deadSteps, isDeep ? null : turned.deadSteps);
      assert.deepEqual(lifelines.snapshots.steps, snapshotSteps(12, { snapshots: 6 }));
      const wrong = { ...report, lifelines: { ...lifelines, count: 9 } };
      assert.match(contradiction(wrong, { folder: "with" })!.reason, /it is 9, expected 8/);
      const { tensors } = decodeSafetensors(await bytes("with", lifelines.numbers));
      assert.ok(tensors.cosineToFinal.values.slice(-8).every((value) => Math.abs(value - 1) < 1e-6 || value === 0));
      if (report.metrics.silentLatents) {
        const last = report.metrics.silentLatents.at(-1)!;
        assert.equal(lifelines.snapshots.dead!.at(-1), last.latents, "both count the same after the last step");
      }
    },
  );
}

Deno.test(
  { ...needs("permissions"), ignore: !isNumpyThere, name: "NumPy reads the matrices in six lines" },
  async () => {
    await using place = await temporaryFolder();
    const drawn = drawLifelines(noisyRun({ nLatents: 3, height: 2, width: 2, snapshots: 4 }));
    await Deno.writeFile(`${place.path}/lifelines.safetensors`, drawn.numbers);
    const program = `
import json, sys, numpy as np
data = open(sys.argv[1], "rb").read()
length = int.from_bytes(data[:8], "little")
header = json.loads(data[8:8 + length])
array = lambda name: np.frombuffer(data[8 + length:], "<f4")[header[name]["data_offsets"][0] // 4:header[name]["data_offsets"][1] // 4].reshape(header[name]["shape"])
print(json.dumps([array("density").tolist(), array("cosineToFinal")[-1].round(5).tolist(), list(array("scale").shape)]))
`;
    const printed = JSON.parse(await python(program, [`${place.path}/lifelines.safetensors`]));
    assert.deepEqual(printed, [Array(4).fill([0.5, 0.5, 0.5]), [1, 1, 1], [4, 3]]);
  },
);

Deno.test("the schema refuses columns and pictures that are not one for each", () => {
  const { file } = drawLifelines(noisyRun({ nLatents: 3, height: 2, width: 2, snapshots: 4 }));
  const whole = { schemaVersion: SCHEMA_VERSION, ...file };
  assert.ok(Lifelines.safeParse(whole).success);
  const wrongs = [
    { ...whole, snapshots: { ...file.snapshots, dead: [0, 0, 0] } },
    { ...whole, latents: { ...file.latents, settledAt: [0] } },
    { ...whole, pictures: { ...file.pictures!, sprites: file.pictures!.sprites.slice(1) } },
    { ...whole, pictures: { ...file.pictures!, latents: [0] } },
    { ...whole, colour: 1 },
  ];
  for (const wrong of wrongs) assert.ok(!Lifelines.safeParse(wrong).success, JSON.stringify(wrong).slice(0, 80));
});
