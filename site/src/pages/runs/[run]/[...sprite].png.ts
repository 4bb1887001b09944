/**
 * A run's sprites, copied from its report as they are: those that a page of the run shows.
 *
 * @module
 */
import type { APIRoute, GetStaticPaths } from "astro";
import { readFile } from "node:fs/promises";
import { reportOf, runsBySweep } from "../../../reports.ts";
import { REPORTS_DIR } from "../../../reports_dir.ts";

export const getStaticPaths = (async () => {
  const { alone, swept } = await runsBySweep();
  const paths: { params: { run: string; sprite: string } }[] = [];
  for (const run of [...alone, ...swept]) {
    const { reconstructions, features } = await reportOf(run);
    const sprites = [
      reconstructions.batch.sprite,
      reconstructions.sprite,
      features.decoderSprite,
      ...(alone.includes(run)
        ? [features.effectSprite, ...features.features.map(({ examples }) => examples.sprite)]
        : []),
    ];
    for (const { file } of sprites) paths.push({ params: { run: run.id, sprite: file.replace(/\.png$/, "") } });
  }
  return paths;
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params: { run, sprite } }) =>
  new Response(new Uint8Array(await readFile(`${REPORTS_DIR}/${run}/${sprite}.png`)), {
    headers: { "content-type": "image/png" },
  });
