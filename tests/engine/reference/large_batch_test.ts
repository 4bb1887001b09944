/**
 * Losses of the reference engine over batches so large that one float32 cannot add them up, on every backend of a CPU.
 *
 * @module
 */
import { ReferenceEngine } from "../../../lib/engine/reference/reference_engine.ts";
import { assertClose } from "../assert_close.ts";
import { makeCase } from "../cases.ts";
import { needs } from "../../needs.ts";

Deno.test("losses() of 4,096 images of 784 are those of single images, on average", needs("permissions"), async () => {
  const count = 4096, example = makeCase(784, { hidden: [], latent: 4, batch: count }, { count });
  const engine = await ReferenceEngine.start(example.definition, "wasm");
  try {
    await engine.load({ state: example.state, pixels: example.pixels, batch: count });
    const whole = await engine.losses(example.pixels, { batch: count });
    const single = await engine.losses(example.pixels, { batch: 16 });
    const mean = single.reconstruction.reduce((sum, loss) => sum + loss, 0) / single.reconstruction.length;
    assertClose(whole.reconstruction, [mean], 1e-5, "reconstruction");
  } finally {
    await engine.dispose();
  }
});
