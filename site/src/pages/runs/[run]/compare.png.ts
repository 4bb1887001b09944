/**
 * A run's small picture for comparisons; `compare/strip.ts` says what is in it.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { readFile } from "node:fs/promises";
import { hasStrip, STRIP_FILE, stripSprite, usefulLatents } from "../../../compare/strip.ts";
import { reportOf, runsToDraw } from "../../../reports.ts";
import { REPORTS_DIR } from "../../../reports_dir.ts";
import { tileStrip } from "../../../tile_strip.ts";

export const getStaticPaths =
  (async () =>
    (await runsToDraw()).filter(hasStrip).map(({ id }) => ({ params: { run: id } }))) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) => {
  const { run, inputs, latents } = await reportOf({ id: params.run! });
  const { columns, count } = stripSprite(run);
  const tiles = Array.from({ length: columns }, (_, tile) => tile);
  const places = count - 2 * columns, useful = usefulLatents(latents, places).map(({ tile }) => tile);
  const cuts = [
    { sprite: inputs.originals!, tiles },
    { sprite: inputs.reconstructions!, tiles },
    { sprite: latents.decoder!, tiles: useful },
    // Where fewer latents have an image, no latent's image: what the decoder makes without any.
    { sprite: latents.base!, tiles: Array.from({ length: places - useful.length }, () => 0) },
  ];
  const read = (file: string) => readFile(`${REPORTS_DIR}/${run.id}/${file}`);
  const { png } = await tileStrip(cuts, { read, columns, file: STRIP_FILE });
  return new Response(new Uint8Array(png), { headers: { "content-type": "image/png" } });
};
