/**
 * Single latents decoded, against decoding in float64, for every variant and kind of decoder.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type DecodedLatents, LatentDecoder } from "../../lib/analysis/latent_images.ts";
import { DECODED_CASES, measuredCase, withLatent } from "./decoded_truth.ts";

const near = (now: ArrayLike<number>, wanted: number[], name: string) => {
  assert.equal(now.length, wanted.length, name);
  wanted.forEach((value, i) => assert.ok(Math.abs(now[i] - value) < 2e-5, `${name}[${i}]: ${now[i]} ≠ ${value}`));
};

for (const example of DECODED_CASES) {
  Deno.test(`a latent's tiles are what the decoder makes of it alone: ${example.name}`, async () => {
    await using measured = await measuredCase(example);
    const { engine, directions, pass, acts, decode } = measured;
    const { arch, objective } = example.definition, { nLatents, dInput } = arch;
    const decoder = await LatentDecoder.of({ engine, arch, directions, pass });
    const isKl = objective.sparsity === "kl";
    assert.equal(decoder.others, isKl ? "mean" : "zero");
    assert.equal(decoder.isLinear, arch.layers.length === 2 && arch.layers[1].activation === "linear");
    const column = (j: number) => acts.map((row) => row[j]);
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const origin = Array.from({ length: nLatents }, (_, j) => isKl ? mean(column(j)) : 0);
    near(decoder.base, decode(origin), "base");

    const wanted = Array.from({ length: nLatents }, (_, j) => j).filter((j) => j % 5 !== 3);
    const pieces: DecodedLatents[] = [];
    for await (const piece of decoder.pieces(wanted)) pieces.push(piece);
    assert.deepEqual(pieces.flatMap(({ latents }) => latents), wanted);
    for (const { latents, decoder: alone, effect, strengths } of pieces) {
      assert.equal(strengths === null, decoder.isLinear);
      latents.forEach((latent, i) => {
        const largest = Math.max(...column(latent)),
          at = (share: number) => withLatent(origin, latent, share * largest);
        const own = (values: Float32Array, place: number) => values.subarray(place * dInput, (place + 1) * dInput);
        near(own(alone, i), decode(at(1)), `latent ${latent}`);
        near(own(effect, i), decode(at(1)).map((value, d) => value - decoder.base[d]), `effect of ${latent}`);
        [0.2, 0.4, 0.6, 0.8, 1].forEach((share, s) => {
          if (strengths) near(own(strengths, 5 * i + s), decode(at(share)), `latent ${latent} at ${share}`);
          else { // a linear decoder's output from one tile, as the schema says
            const m = origin[latent], part = largest === m ? 0 : (share * largest - m) / (largest - m);
            near(own(effect, i).map((value, d) => decoder.base[d] + part * value), decode(at(share)), `${share}`);
          }
        });
      });
    }
  });
}

Deno.test("LatentDecoder draws all latents unless their tiles have more than 2^26 numbers, or decoding takes long", async () => {
  await using measured = await measuredCase(DECODED_CASES[0]);
  const { engine, pass } = measured, { arch } = DECODED_CASES[0].definition;
  const [encoder, output] = arch.layers;
  const canDraw = async (nLatents: number, dInput: number, hidden: number | null, activation = output.activation) => {
    const layers = hidden === null
      ? [encoder, { ...output, dIn: nLatents, dOut: dInput, activation }]
      : [encoder, encoder, { ...output, dIn: nLatents, dOut: hidden }, { ...output, dIn: hidden, dOut: dInput }];
    const sized = { ...arch, nLatents, dInput, layers, latentIndex: layers.length / 2 - 1 };
    const decode = () => Promise.resolve(new Float32Array(dInput));
    const rhoHat = new Float64Array(nLatents);
    return (await LatentDecoder.of({
      engine: { ...engine, decode },
      arch: sized,
      directions: null,
      pass: { ...pass, rhoHat },
    }))
      .canDraw(nLatents);
  };
  assert.deepEqual([await canDraw(65_536, 784, null), await canDraw(65_536, 1024, null)], [true, true]);
  assert.equal(await canDraw(65_536, 1025, null), false);
  const five = [await canDraw(16_384, 784, null, "sigmoid"), await canDraw(20_000, 784, null, "sigmoid")];
  assert.deepEqual(five, [true, false], "five tiles of each");
  assert.deepEqual([await canDraw(1024, 784, 128), await canDraw(16_384, 784, 128)], [true, false]);
});
