/**
 * What `lifelines.json` must be beside the other files of a report.
 *
 * PORTABLE: no Deno, no Node, no tfjs.
 *
 * @module
 */
import { Below, eachBelow, type Expectation, limitsOf, type ReportFiles } from "./expectation.ts";

/** None for a run without lifelines. */
export function* lifelineExpectations({ run, metrics, lifelines }: ReportFiles): Generator<Expectation> {
  const file = "lifelines.json", { config, dataset, timing, model } = run;
  yield ["run.json", "lifelines !== null", run.lifelines !== null, lifelines !== null];
  if (!lifelines) return;
  const { count, sampleRows, deadSteps, directions, snapshots, latents, pictures } = lifelines;
  yield [file, "count", count, config.latent];
  yield [file, "sampleRows", sampleRows, new Below(dataset.test.images + 1, "possible numbers of test inputs")];
  yield [file, "deadSteps !== null", deadSteps !== null, metrics.silentLatents !== null];
  if (deadSteps !== null) yield [file, "deadSteps", deadSteps, config.deadSteps];
  yield [file, "directions", directions, model.layers.length === 2 ? "decoder" : "effect"];
  for (const name of ["births", "deaths", "revivals", "resampled", "dead"] as const) {
    yield [file, `snapshots.${name} !== null`, snapshots[name] !== null, deadSteps !== null];
  }
  for (const name of ["deaths", "revivals", "resampled"] as const) {
    yield [file, `latents.${name} !== null`, latents[name] !== null, deadSteps !== null];
  }
  yield [file, "snapshots.steps[0]", snapshots.steps[0] ?? -1, 0];
  yield [file, "snapshots.steps.at(-1)", snapshots.steps.at(-1) ?? -1, timing.steps];
  const unordered = snapshots.steps.findIndex((step, s) => s > 0 && step <= snapshots.steps[s - 1]);
  if (unordered >= 0) yield [file, `snapshots.steps[${unordered}]`, snapshots.steps[unordered], "a later step"];
  const { latent } = limitsOf({ run });
  for (const name of ["dead", "inactive"] as const) {
    yield* eachBelow(file, {
      field: `snapshots.${name}`,
      values: snapshots[name],
      limit: new Below(count + 1, "possible numbers of latents"),
    });
  }
  yield* eachBelow(file, { field: "pictures.latents", values: pictures?.latents ?? null, limit: latent });
  for (const [s, { tileHeight, tileWidth, channels }] of (pictures?.sprites ?? []).entries()) {
    yield [file, `pictures.sprites[${s}].tileHeight`, tileHeight, dataset.height];
    yield [file, `pictures.sprites[${s}].tileWidth`, tileWidth, dataset.width];
    yield [file, `pictures.sprites[${s}].channels`, channels, dataset.channels];
  }
}
