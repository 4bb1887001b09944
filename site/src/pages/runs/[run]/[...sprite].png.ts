/**
 * A run's sprites, copied from its report as they are: those that a page of the run shows.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { readFile } from "node:fs/promises";
import { spritesOf } from "../../../../../lib/report/consistency.ts";
import { reportOf, runsBySweep } from "../../../reports.ts";
import { REPORTS_DIR } from "../../../reports_dir.ts";

export const getStaticPaths = (async () => {
  const { alone, swept } = await runsBySweep();
  const paths: { params: { run: string; sprite: string } }[] = [];
  for (const run of [...alone, ...swept]) {
    const { reconstructions, latents, inputs } = await reportOf(run);
    const sprites = [
      reconstructions.batch.sprite,
      reconstructions.sprite,
      latents.decoder,
    ];
    const shown = alone.includes(run)
      ? Array.from(spritesOf({ reconstructions, latents, inputs }), ([, , sprite]) => sprite)
      : sprites;
    for (const file of shown.flatMap(({ files }) => files)) {
      paths.push({ params: { run: run.id, sprite: file.replace(/\.png$/, "") } });
    }
  }
  return paths;
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params: { run, sprite } }) =>
  new Response(new Uint8Array(await readFile(`${REPORTS_DIR}/${run}/${sprite}.png`)), {
    headers: { "content-type": "image/png" },
  });
