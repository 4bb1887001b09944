/**
 * Every preset and every comparison is trained, and what its sentences claim is measured.
 *
 * @module
 */
import assert from "node:assert/strict";
import { resolveConfig } from "../../../lib/config.ts";
import { COMPARISONS, PRESETS } from "../../../site/src/live/presets.ts";
import { liveConfig, type LiveSettings } from "../../../site/src/live/settings.ts";
import { presetFacts } from "./preset_facts.ts";

/** What a model with these settings has after 400 steps, unless a preset's sentences name other ones. */
const facts = (knobs: LiveSettings["knobs"], steps = 400) => presetFacts(knobs, steps);
const knobsOf = (id: string) => PRESETS.find((preset) => preset.id === id)!.knobs;
const [least, most] = [
  (values: ArrayLike<number>) => Math.min(...Array.from(values)),
  (values: ArrayLike<number>) => Math.max(...Array.from(values)),
];

/** What the sentences of each preset claim. */
const CLAIMS: Record<string, () => Promise<void>> = {
  async kl() {
    const { mean, density, l0 } = await facts({});
    assert.ok(mean.length === 32 && least(mean) > 0.04 && most(mean) < 0.08, `${mean}`);
    isAbout(l0, 6, 0.6);
    assert.ok(least(density) > 0.1 && most(density) < 0.3, `${density}`);
  },
  async l1() {
    const { l0, shareOfZeros, lengthRatio } = await facts(knobsOf("l1"));
    isAbout(l0, 14, 1);
    assert.ok(shareOfZeros > 0.9);
    isAbout(lengthRatio, 0.87, 0.01);
    isAbout((await facts(knobsOf("topk"))).lengthRatio, 0.94, 0.01);
  },
  async topk() {
    const { activeOfRow, dead, penalty } = await facts(knobsOf("topk"));
    assert.deepEqual([least(activeOfRow), most(activeOfRow), penalty], [16, 16, 0]);
    assert.ok(dead < 6, `${dead}`);
  },
  async batchtopk() {
    const { activeOfClass } = await facts(knobsOf("batchtopk"));
    isAbout(activeOfClass[1], 12, 1);
    isAbout(activeOfClass[3], 18, 1);
  },
  async jumprelu() {
    const { thresholds, l0, lengthRatio } = await facts(knobsOf("jumprelu"));
    assert.equal(resolveConfig(knobsOf("jumprelu")).thetaInit, 0.3);
    assert.ok(
      least(thresholds!) > 0.2 && least(thresholds!) < 0.28 && most(thresholds!) > 0.35 && most(thresholds!) < 0.45,
    );
    isAbout(l0, 23, 1);
    isAbout(lengthRatio, 0.96, 0.01);
  },
  async gated() {
    const { l0, lengthRatio } = await facts(knobsOf("gated"));
    isAbout(l0, 22, 1.5);
    isAbout(lengthRatio, 0.95, 0.01);
    assert.ok(lengthRatio > (await facts(knobsOf("l1"))).lengthRatio + 0.05);
  },
  async matryoshka() {
    const { density } = await facts(knobsOf("matryoshka"));
    const { prefixes } = resolveConfig(knobsOf("matryoshka"));
    assert.deepEqual(prefixes.map((share) => share * density.length), [16, 64]);
    const meanOf = (from: number, to: number) => density.slice(from, to).reduce((a, b) => a + b) / (to - from);
    isAbout(meanOf(0, 16), 0.5, 0.05);
    isAbout(meanOf(16, 64), 0.1, 0.03);
    isAbout(meanOf(64, 256), 0.02, 0.008);
  },
  async hierarchicaltopk() {
    const [own, topk] = [await facts(knobsOf("hierarchicaltopk")), await facts(knobsOf("topk"))];
    isAbout(own.mseOfFour! / topk.mseOfFour!, 5 / 6, 0.03);
    isAbout(own.mse / topk.mse, 9 / 8, 0.03);
  },
  async strokes() {
    const { activeOfRow, pixelsOfImage } = await facts(knobsOf("strokes"));
    assert.deepEqual([least(activeOfRow), most(activeOfRow)], [24, 24]);
    assert.ok(pixelsOfImage <= 25, `${pixelsOfImage}`);
    const merged = (await facts(knobsOf("k-low"))).pixelsOfImage;
    assert.ok(merged > 50, `${merged}`);
  },
  async tutorial() {
    assert.ok((await facts(knobsOf("tutorial"))).mse > 4 * (await facts({})).mse);
    const [own, usual] = [knobsOf("tutorial"), {}].map((knobs) => liveConfig({ knobs }, { count: 4976 }));
    assert.deepEqual([own.init, own.lr, own.warmupSteps], ["pytorch", 1e-3, 0]);
    assert.deepEqual([usual.outputBias, usual.latentBias, usual.lr], ["data", "rho", 1e-2]);
  },
  async plain() {
    const { l0, mse, density } = await facts(knobsOf("plain"));
    isAbout(l0, 28, 1);
    assert.ok(mse < (await facts({})).mse);
    assert.ok(density.toSorted()[16] > 0.85, "half of the latents are active on nearly all digits");
  },
  async "small-means"() {
    const { mean, largest, above001, mse, mseOfMeanDigit } = await facts(knobsOf("small-means"));
    assert.equal(liveConfig({ knobs: knobsOf("small-means") }, { count: 4976 }).beta, 200 * resolveConfig().beta);
    assert.ok(least(mean) > 0.04 && most(mean) < 0.06 && largest < 0.5);
    assert.ok(above001 > 31, `${above001}`);
    isAbout(mse / mseOfMeanDigit, 0.25, 0.03);
  },
  async "rho-large"() {
    const { l0, mse, mean } = await facts(knobsOf("rho-large"));
    isAbout(l0, 29, 1);
    isAbout(mean.reduce((a, b) => a + b) / mean.length, 0.5, 0.03);
    assert.ok(mse < (await facts({})).mse);
  },
  async "rate-large"() {
    const { between, variance, mse, mseOfMeanDigit } = await facts(knobsOf("rate-large"), 200);
    assert.equal(liveConfig({ knobs: {} }, { count: 4976 }).lr, 0.3 / 30);
    assert.ok(between < 0.03, `${between} of the activations are between 0.1 and 0.9`);
    assert.ok(variance < 0.01, `${variance} of the digits' variance is reconstructed`);
    isAbout(mse / mseOfMeanDigit, 1, 0.05);
  },
  async "all-dead"() {
    const { dead, variance } = await facts(knobsOf("all-dead"));
    assert.ok(dead > 240, `${dead}`);
    assert.ok(variance < 0.001, `${variance}`);
  },
  async "k-low"() {
    const { activeOfRow, mse } = await facts(knobsOf("k-low"));
    assert.deepEqual([least(activeOfRow), most(activeOfRow)], [1, 1]);
    assert.ok(mse > 2 * (await facts(knobsOf("topk"))).mse);
  },
  async "no-auxk"() {
    const { auxAlpha: _, ...withAuxK } = knobsOf("no-auxk");
    isAbout((await facts(knobsOf("no-auxk"))).dead / 256, 0.5, 0.06);
    assert.ok((await facts(withAuxK)).dead < 40);
  },
};

const COMPARED: Record<string, () => Promise<void>> = {
  async "kl-topk"() {
    const [kl, topk] = await pair("kl-topk");
    assert.ok(Math.abs(kl.mse / topk.mse - 1) < 0.1);
    assert.deepEqual([kl.mean.length, kl.shareOfZeros, topk.mean.length], [32, 0, 256]);
    isAbout(kl.l0, 6, 0.6);
    assert.deepEqual([least(topk.activeOfRow), most(topk.activeOfRow)], [16, 16]);
  },
  async rho() {
    const [low, high] = await pair("rho");
    isAbout(low.mean.toSorted()[16], 0.06, 0.004);
    isAbout(high.mean.toSorted()[16], 0.21, 0.01);
    assert.ok(Math.abs(high.mse / low.mse - 1) < 1 / 7);
    isAbout(low.l0, 6, 0.6);
    isAbout(high.l0, 20, 1);
  },
  async auxk() {
    const [on, off] = await pair("auxk");
    assert.ok(on.dead < 40);
    isAbout(off.dead / 256, 0.5, 0.06);
    assert.ok(on.mse > 0.95 * off.mse);
  },
};

Deno.test("every preset and comparison is of its own id, fits, and has two sentences", () => {
  const all = [...PRESETS, ...COMPARISONS];
  for (const list of [PRESETS, COMPARISONS]) assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
  for (const { id, knobs, lesson } of all) {
    assert.equal(lesson.split(/[.?](?= |$)/).filter((text) => text.trim()).length, 2, id);
    liveConfig({ knobs }, { count: 4976 });
  }
  assert.deepEqual(PRESETS[0].knobs, {}, "the first one is the page's defaults");
});

for (const { id, title } of PRESETS) Deno.test(`preset ${id}: ${title}`, () => CLAIMS[id]());
for (const { id, title } of COMPARISONS) Deno.test(`comparison ${id}: ${title}`, () => COMPARED[id]());

/** Both models of a comparison. */
async function pair(id: string) {
  const { knobs, difference } = COMPARISONS.find((comparison) => comparison.id === id)!;
  return [await facts(knobs), await facts({ ...knobs, ...difference })];
}

function isAbout(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected} ± ${tolerance}`);
}
