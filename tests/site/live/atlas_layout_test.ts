/** Where the tiles of an atlas stand. */
import assert from "node:assert/strict";
import {
  fitted,
  flowing,
  heightOf,
  latentAt,
  latentBeside,
  placeOf,
} from "../../../site/src/live/train/atlas_layout.ts";

Deno.test("all tiles fit into their place, and one more pixel would be too many", () => {
  for (const count of [16, 32, 128, 256, 512, 1024]) {
    for (const place of [{ width: 625, height: 170 }, { width: 300, height: 200 }, { width: 800, height: 420 }]) {
      const layout = fitted(count, place);
      assert.ok(layout.columns * layout.pitch <= place.width, `${count} in ${place.width}`);
      assert.ok(heightOf(layout) <= place.height, `${count} in ${place.height}`);
      assert.ok(layout.tile < layout.pitch && layout.tile >= 5);
      const larger = layout.pitch + 1, columns = Math.floor(place.width / larger);
      assert.ok(layout.pitch === 96 || Math.ceil(count / columns) * larger > place.height, `${count} could be larger`);
    }
  }
});

Deno.test("a page that grows has tiles of at least the wanted width over its whole width", () => {
  const layout = flowing(256, { width: 350, least: 24 });
  assert.deepEqual([layout.columns, layout.pitch], [14, 25]);
  assert.equal(heightOf(layout), 19 * 25);
});

Deno.test("each tile is found at its place, and nothing beside the tiles", () => {
  const layout = fitted(30, { width: 400, height: 130 });
  for (let latent = 0; latent < 30; latent++) {
    const { x, y } = placeOf(latent, layout);
    assert.equal(latentAt({ x: x + 1, y: y + 1 }, layout), latent);
  }
  assert.equal(latentAt({ x: -1, y: 0 }, layout), null);
  assert.equal(latentAt({ x: layout.columns * layout.pitch + 1, y: 0 }, layout), null);
  assert.equal(latentAt({ x: 0, y: 1000 }, layout), null);
});

Deno.test("arrow keys move within the atlas and stop at its ends", () => {
  const layout = { count: 10, columns: 4, pitch: 20, tile: 18 };
  const to = (latent: number, key: string) => latentBeside(latent, { key, layout });
  assert.deepEqual([to(0, "ArrowRight"), to(0, "ArrowLeft"), to(5, "ArrowUp"), to(5, "ArrowDown")], [1, 0, 1, 9]);
  assert.deepEqual([to(7, "ArrowDown"), to(7, "Home"), to(7, "End"), to(7, "x")], [7, 0, 9, null]);
});
