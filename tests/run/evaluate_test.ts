/**
 * A model on new data: on its own test set the figures of its report, on others what their errors say; and examples.
 *
 * @module
 */
import assert from "node:assert/strict";
import { percentileIn } from "../../lib/analysis/anomalies.ts";
import type { Dataset } from "../../lib/data/dataset.ts";
import { generateDigits } from "../../lib/data/generated/digits.ts";
import type { OpenedRows } from "../../lib/data/readers/opened_rows.ts";
import { pixelValues } from "../../lib/pixels.ts";
import { evaluateModel } from "../../lib/run/evaluate.ts";
import { figures, writeEvaluation } from "../../lib/run/evaluation_files.ts";
import { examplesIn, examplesOfReport } from "../../lib/run/examples.ts";
import { NewDataEvaluation } from "../../lib/report/evaluation_schema.ts";
import { openTrained } from "../../lib/run/trained_model.ts";
import { loadSae, trainSae } from "../../lib/run/sae.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { openedArray } from "./opened_array.ts";

const DEVICE = { backend: "wasm", engine: "fused", threads: 1 } as const;
const SIGNAL = new AbortController().signal;
const digits = (): Dataset => generateDigits({ seed: 0, trainCount: 400, testCount: 120 });

/** The test set of a data set as opened rows, in pieces of 50. */
function testRows({ test, height, width, classNames }: Dataset): OpenedRows {
  return openedArray(test.pixels, {
    dInput: height * width,
    pieceRows: 50,
    shape: { kind: "image", height, width, channels: 1 },
    labels: { values: test.labels!, names: classNames },
    meta: { names: ["text"], values: [Array.from({ length: test.count }, (_, row) => `row ${row}`)] },
  });
}

const options = (rows: OpenedRows, normal: string[] = []) => ({
  ...{
    name: "digits",
    rows,
    whole: null,
    bufferMb: 512,
    part: "all" as const,
    limit: null,
    normal,
    furthest: 7,
    device: DEVICE,
    cacheDir: "unused",
    signal: SIGNAL,
  },
});

Deno.test(
  "evaluate gives a run's test set the figures of its report, and each row its error; examples are the largest activations",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const data = digits(), rows = testRows(data);
    const settings = { ...DEVICE, epochs: 2, batch: 50 };
    for (
      const [name, knobs] of Object.entries(
        {
          topk: { sparsity: "topk", k: 4, latent: 60, hidden: [] },
          kl: { latent: 8, hidden: [20] }, // its mean training input is folded into a bias
        } as const,
      )
    ) {
      const folder = `${place.path}/${name}`;
      await (await trainSae(data, { knobs: { ...settings, ...knobs, hidden: [...knobs.hidden] } })).save(folder);
      const model = await openTrained(folder);
      const { evaluation, rowErrors } = await evaluateModel(model, options(rows, ["3", "5"]));
      const { train: _, test, ...measured } = model.run.metrics;
      // A saved model does not know which latents training counted as dead: its loss has no AuxK.
      const { loss, auxiliary } = evaluation.metrics;
      assertAgree(loss, test.loss - test.auxiliary, "loss");
      assertAgree(evaluation.metrics, { ...test, loss, auxiliary, ...measured });
      assert.equal(auxiliary, 0);
      const { label: penalty } = figures(evaluation).find(({ label }) => label.startsWith("Sparsity penalty"))!;
      assert.equal(penalty, name === "kl" ? "Sparsity penalty (KL divergence batch by batch)" : "Sparsity penalty");
      assert.equal(evaluation.data.rows, data.test.count);
      assert.deepEqual(Object.keys(evaluation.definitions), Object.keys(model.run.definitions));

      // errors by the model's own equations, and all else from them
      const sae = await loadSae(folder), x = pixelValues(data.test.pixels), dInput = data.height * data.width;
      const recon = sae.decode(sae.encode(x));
      const errors = Array.from({ length: data.test.count }, (_, row) => {
        let sum = 0;
        for (let i = row * dInput; i < (row + 1) * dInput; i++) sum += (x[i] - recon[i]) ** 2;
        return sum / dInput;
      });
      errors.forEach((error, row) => assert.ok(Math.abs(rowErrors.mse[row] / error - 1) < 1e-4, `${name} row ${row}`));
      const { furthest, normal } = evaluation.anomalies;
      assert.equal(furthest.length, 7);
      const largest = errors.map((error, row) => ({ error, row })).sort((a, b) => b.error - a.error);
      assert.deepEqual(furthest.map(({ row }) => row), largest.slice(0, 7).map(({ row }) => row));
      for (const { row, label, mse, testPercentile, trainPercentile, words } of furthest) {
        assert.deepEqual([label, words], [`${data.test.labels![row]}`, { text: `row ${row}` }]);
        assert.equal(trainPercentile, percentileIn(model.run.errorQuantiles.train, mse));
        // The rows are the run's test rows: a row's percentile among them is its place.
        const place = errors.filter((error) => error < errors[row]).length / (errors.length - 1);
        assert.ok(Math.abs(testPercentile - 100 * place) < 1, `${name}: ${testPercentile}, ${place}`);
      }
      for (const { percentile, share } of evaluation.errors.aboveTest) {
        assert.ok(Math.abs(share - (1 - percentile / 100)) <= 1 / errors.length, `${percentile}: ${share}`);
      }
      const isNormal = (row: number) => [3, 5].includes(data.test.labels![row]);
      const pairs = errors.flatMap((_, i) =>
        isNormal(i) ? [] : errors.flatMap((_, j) => isNormal(j) ? [Number(rowErrors.mse[i] > rowErrors.mse[j])] : [])
      );
      assert.ok(Math.abs(normal!.auroc! - pairs.reduce((a, b) => a + b, 0) / pairs.length) < 1e-12);
      assert.deepEqual(normal!.classes, ["3", "5"]);

      // the largest activations of two latents
      const latents = sae.encode(x), n = model.definition.arch.nLatents;
      const found = await examplesIn(model, {
        ...{ rows, latents: [2, 0], top: 5, device: DEVICE, cacheDir: "unused", signal: SIGNAL },
      });
      assert.deepEqual(found.map(({ latent }) => latent), [2, 0]);
      for (const { latent, examples, activeRows } of found) {
        const own = Array.from({ length: data.test.count }, (_, row) => ({ row, act: latents[row * n + latent] }))
          .filter(({ act }) => act !== 0).sort((a, b) => b.act - a.act);
        assert.equal(activeRows, own.length);
        assert.equal(examples.length, Math.min(5, own.length));
        examples.forEach(({ row, activation, label, words }, i) => {
          assert.ok(Math.abs(activation - own[i].act) < 1e-5);
          assert.deepEqual([label, words], [`${data.test.labels![row]}`, { text: `row ${row}` }]);
        });
      }
      const reported = await examplesOfReport(model, { latents: [2, 0], top: 5 });
      reported.forEach(({ examples }, i) =>
        assert.deepEqual(examples.map(({ row }) => row), found[i].examples.map(({ row }) => row), "as the report says")
      );
      assert.deepEqual(reported[0].examples.map(({ label }) => label), found[0].examples.map(({ label }) => label));
      await assert.rejects(
        examplesOfReport(model, { latents: [n], top: 5 }),
        new RegExp(`^UserError: Cannot show latent ${n}: the model has ${n} latents, expected 0 to ${n - 1}$`),
      );
    }
  },
);

Deno.test(
  "an evaluation's folder has the figures, a picture, and each row's error",
  needs("permissions", "time"),
  async () => {
    await using place = await temporaryFolder();
    const data = digits(), folder = `${place.path}/run`;
    const knobs = {
      ...DEVICE,
      sparsity: "topk",
      k: 4,
      latent: 40,
      hidden: [] as number[],
      epochs: 1,
      batch: 50,
    } as const;
    await (await trainSae(data, { knobs: { ...knobs, hidden: [] } })).save(folder);
    const model = await openTrained(folder);
    const rows = testRows(data);
    const evaluated = await evaluateModel(model, { ...options(rows, ["1"]), limit: 100 });
    const out = `${place.path}/measured`;
    const files = await writeEvaluation(out, { evaluated, levels: model.run.dataset });
    assert.deepEqual(files.map((path) => path.slice(out.length + 1)), [
      "furthest.png",
      "errors.csv",
      "evaluation.md",
      "evaluation.json",
    ]);
    assert.deepEqual(Array.from(Deno.readDirSync(out), ({ name }) => name).sort(), [
      "errors.csv",
      "evaluation.json",
      "evaluation.md",
      "furthest.png",
    ]);
    assert.deepEqual(
      NewDataEvaluation.parse(JSON.parse(Deno.readTextFileSync(`${out}/evaluation.json`))),
      evaluated.evaluation,
    );
    const [head, ...lines] = Deno.readTextFileSync(`${out}/errors.csv`).trimEnd().split("\n");
    assert.deepEqual([head, lines.length], ["row,label,mse,test_percentile,train_percentile", 100]);
    assert.match(lines[99], /^99,\d,0\.\d+,[\d.]+,[\d.]+$/);
    const text = Deno.readTextFileSync(`${out}/evaluation.md`);
    assert.match(text, /AUROC of the error: \*\*0\.\d{4}\*\*/);
    assert.match(text, /!\[[^\]]+\]\(furthest\.png\)/);
    assert.match(text, /^\| Mean squared error \| 0\.\d+ \| 1 \| The squared difference between .+ \|$/m);
    const { metrics } = evaluated.evaluation;
    const row = (label: string) => text.split("\n").find((line) => line.startsWith(`| ${label} |`))!.split(" | ")[1];
    assert.ok(Math.abs(Number(row("Explained variance")) - (1 - metrics.fvu!)) < 1e-6);
    for (
      const [columns, values] of [["latents", metrics.probing!.latents], ["input values", metrics.probing!.pixels]]
    ) {
      const found = [
        ...row(`Sparse probing, accuracy of a class's best k ${columns}`).matchAll(/([\d.]+) \(k = (\d+)\)/g),
      ];
      assert.deepEqual(found.map(([, , k]) => Number(k)), [1, 2, 5]);
      found.forEach(([, value], i) =>
        assert.ok(Math.abs(Number(value) - (values as { value: number }[])[i].value) < 1e-6, value)
      );
    }

    const refused = (changed: Partial<Parameters<typeof evaluateModel>[1]>, message: RegExp) =>
      assert.rejects(evaluateModel(model, { ...options(rows), ...changed }), message);
    await refused(
      { normal: ["11"] },
      /^UserError: Cannot use --normal: the data have no class "11", expected some of 0, 1, 2/,
    );
    const named = rows.labels!.names.with(1, "a, b");
    const commas = await evaluateModel(model, {
      ...options({ ...rows, labels: { ...rows.labels!, names: named } }, ["7", "a", " b"]),
      limit: 50,
    });
    assert.deepEqual(commas.evaluation.anomalies.normal!.classes, ["7", "a, b"], "a comma is part of a class's name");
    const unlabelled = { ...rows, labels: null };
    await refused({ normal: ["1"], rows: unlabelled }, /the data have no labels, expected --labels FILE$/);
    await refused(
      { rows: openedArray(new Float32Array(9), { dInput: 3 }) },
      /rows have 3 values, expected the model's 784$/,
    );
    const stop = new AbortController(), enough = new Error("enough");
    await refused({ signal: stop.signal, onEngine: () => stop.abort(enough) }, /enough/);
    const without = await evaluateModel(model, { ...options(unlabelled), limit: 20 });
    assert.equal(without.evaluation.anomalies.normal, null);
    assert.equal(without.evaluation.anomalies.furthest[0].label, null);
    assert.equal(without.evaluation.metrics.probing, null);
  },
);

/** Equal, but for the rounding of sums in another order. */
function assertAgree(found: unknown, wanted: unknown, path = ""): void {
  if (typeof wanted === "number" && typeof found === "number") {
    assert.ok(Math.abs(found - wanted) <= 1e-4 * Math.max(1e-3, Math.abs(wanted)), `${path}: ${found}, ${wanted}`);
  } else if (typeof wanted === "object" && wanted !== null && typeof found === "object" && found !== null) {
    assert.deepEqual(Object.keys(found), Object.keys(wanted), path);
    for (const key of Object.keys(wanted)) {
      assertAgree(found[key as keyof typeof found], wanted[key as keyof typeof wanted], `${path}.${key}`);
    }
  } else assert.deepEqual(found, wanted, path);
}
