/**
 * Digits made small, for tests that train: every second row and column of the built-in ones.
 *
 * @module
 */
import { generateDigits } from "../../../lib/data/generated/digits.ts";
import { asBytes } from "../../../lib/pixels.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** `count` digits of 14×14 bytes, `[count, 196]`, and as many others for a test. */
export function smallDigits(count: number): { train: Bytes; test: Bytes; dInput: number } {
  const { train, test, height, width } = generateDigits({ seed: 0, trainCount: count, testCount: count });
  const rows = Math.ceil(height / 2), columns = Math.ceil(width / 2);
  const [small, smallTest] = [train, test].map((images) => {
    const all = asBytes(images.pixels);
    return Uint8Array.from({ length: count * rows * columns }, (_, i) => {
      const image = Math.floor(i / (rows * columns)), y = Math.floor(i / columns) % rows, x = i % columns;
      return all[(image * height + 2 * y) * width + 2 * x];
    });
  });
  return { train: small, test: smallTest, dInput: rows * columns };
}
