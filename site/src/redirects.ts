/**
 * Pages at the addresses of the earlier site, which lead to where their content is now.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { REDIRECTS } from "./links.ts";

/** Writes the pages that lead on, below a built site. */
export async function writeRedirects(out: string, { base }: { base: string }): Promise<void> {
  const root = base.replace(/\/$/, "");
  for (const [from, to] of Object.entries(REDIRECTS)) await lead(`${out}/${from}`, `${root}/${to}`);
  for (const run of await readdir(`${out}/runs`).catch(() => [])) {
    const from = `${out}/runs/${run}/features/`, to = `${root}/runs/${run}/latents/`;
    const pages: string[] = await readdir(`${out}/runs/${run}/latents`).catch(() => []);
    if (pages.includes("index.html")) await lead(from, to);
    for (const latent of pages.filter((name) => /^\d+$/.test(name))) await lead(`${from}${latent}/`, `${to}${latent}/`);
  }
}

async function lead(folder: string, to: string): Promise<void> {
  if (existsSync(`${folder}/index.html`)) return;
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}/index.html`,
    `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url=${to}">
<title>This page has moved</title>
<p>This page has moved to <a href="${to}">${to}</a>.</p>
</html>
`,
  );
}
