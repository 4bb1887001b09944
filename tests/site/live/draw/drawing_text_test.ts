import assert from "node:assert/strict";
import { Rng } from "../../../../lib/rng.ts";
import { decodeDrawing, encodeDrawing, MOST_POINTS } from "../../../../site/src/live/draw/drawing_text.ts";
import {
  type Drawing,
  EMPTY,
  fitted,
  N_PIXELS,
  rasterise,
  type Stroke,
} from "../../../../site/src/live/draw/strokes.ts";

function randomDrawing(rng: Rng): Drawing {
  const hasImage = rng.below(4) === 0;
  const under = hasImage ? Uint8Array.from({ length: N_PIXELS }, () => rng.below(3) === 0 ? rng.below(256) : 0) : null;
  const strokes = Array.from({ length: rng.below(5) }, (): Stroke => {
    const isErasing = rng.below(4) === 0;
    return {
      points: Array.from({ length: 2 * (1 + rng.below(40)) }, () => rng.below(225)),
      eraser: isErasing ? 1 + rng.below(96) : 0,
    };
  });
  const drawing = { under, strokes };
  return rng.below(2) === 0 ? fitted(drawing) : drawing;
}

Deno.test("1,000 random drawings come back from their texts, pixel by pixel", () => {
  const rng = Rng.fromSeed(0, "drawings");
  for (let n = 0; n < 1000; n++) {
    const drawing = randomDrawing(rng), text = encodeDrawing(drawing), back = decodeDrawing(text);
    assert.deepEqual(back, drawing, text);
    assert.deepEqual(rasterise(back!), rasterise(drawing));
    assert.match(text, /^[\w.-]+$/, "letters that an address keeps");
    assert.equal(encodeURIComponent(text), text);
    assert.equal(encodeDrawing(back!), text);
  }
});

Deno.test("texts worked by hand: nothing, a point, a line, an eraser, an image", () => {
  assert.equal(encodeDrawing(EMPTY), "0");
  assert.deepEqual(decodeDrawing("0"), EMPTY);
  // 1 is 2 in the letters' numbers ("C"), −1 is 1 ("B"), 16 is 32: 0 and more ("g"), then 1 ("B").
  assert.equal(encodeDrawing({ under: null, strokes: [{ points: [1, 16], eraser: 0 }] }), "iCgB");
  assert.equal(encodeDrawing({ under: null, strokes: [{ points: [1, 1, 0, 2], eraser: 0 }] }), "iCCBC");
  assert.equal(encodeDrawing({ under: null, strokes: [{ points: [0, 0], eraser: 1 }] }), "eCAA");
  const under = new Uint8Array(N_PIXELS);
  under[N_PIXELS - 1] = 7;
  // Runs of 256, 256, 256 and 15 zeros, then the last pixel.
  const bytes = [0, 255, 0, 255, 0, 255, 0, 14, 7];
  assert.equal(encodeDrawing({ under, strokes: [] }), `u${btoa(String.fromCharCode(...bytes)).replaceAll("/", "_")}`);
});

Deno.test("a text that is no drawing gives null", () => {
  const image = encodeDrawing({ under: new Uint8Array(N_PIXELS).fill(3), strokes: [] });
  const tooFar = encodeDrawing({ under: null, strokes: [{ points: [5000, 0], eraser: 0 }] });
  const tooMany = encodeDrawing({
    under: null,
    strokes: [{ points: Array(2 * MOST_POINTS + 2).fill(1), eraser: 0 }],
  });
  const wrong = [
    "",
    "x",
    "i",
    "iA",
    "iAAA",
    "i!A",
    "ig",
    "iAggggggB",
    "eAAA",
    "eC",
    ".",
    "iAA.",
    "iAA.uAA",
    "u",
    "uAAAA",
  ];
  for (const text of [...wrong, image.slice(0, -4), `${image}AAAA`, `iAA.${image}`, tooFar, tooMany, "u%%%"]) {
    assert.equal(decodeDrawing(text), null, text.slice(0, 40));
  }
});

Deno.test("any letters give a drawing or null, and never an error", () => {
  const rng = Rng.fromSeed(0, "texts"), letters = "iue.0ABCDgz_-";
  for (let n = 0; n < 3000; n++) {
    const text = Array.from({ length: rng.below(30) }, () => letters[rng.below(letters.length)]).join("");
    const drawing = decodeDrawing(text);
    if (drawing) assert.equal(rasterise(drawing).length, N_PIXELS);
  }
});
