/**
 * How Astro builds the site: static pages, mathematics at build, nothing loaded from elsewhere.
 *
 * @module
 */
import type { AstroIntegration } from "astro";
import { defineConfig, passthroughImageService } from "astro/config";
import { createReadStream } from "node:fs";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { liveRunFiles, writeAllLiveFiles } from "./build/live_run_files.ts";
import { plainCode, plainImports } from "./build/plain_code.ts";
import { fileBehind, publishAllRunFiles, runBehind } from "./build/run_files.ts";
import { wgslText } from "./build/wgsl_text.ts";
import { buildContext, reportsHaveChanged } from "./src/build_context.ts";
import { LIVE_ROWS_FILE, LIVE_WEIGHTS_FILE } from "./src/live/loadable_run.ts";
import { writeRedirects } from "./src/redirects.ts";
import { REPORTS_DIR } from "./src/reports_dir.ts";

/** Tells figures where the site is built, since they write files of their own; and leads from the earlier site's addresses. */
function siteFolder(): AstroIntegration {
  let out = "", base = "/";
  return {
    name: "site-folder",
    hooks: {
      "astro:config:done": ({ config }) => {
        out = fileURLToPath(config.outDir);
        base = config.base;
        env.SAE_SITE_OUT = out;
        env.SAE_SITE_BASE = base;
        env.SAE_SITE_ROOT = fileURLToPath(config.root);
      },
      "astro:build:done": async () => {
        await writeRedirects(out, { base });
        if (buildContext()) return; // `build/build_site.ts` does the rest later
        await publishAllRunFiles(REPORTS_DIR, out);
        await writeAllLiveFiles(REPORTS_DIR, out);
      },
    },
  };
}

export default defineConfig({
  devToolbar: { enabled: false },
  trailingSlash: "always",
  image: { service: passthroughImageService() },
  integrations: [siteFolder()],
  build: { inlineStylesheets: "never", concurrency: 4 }, // pages wait for charts, which are drawn in other threads
  vite: {
    build: { assetsInlineLimit: 0 }, // the content security policy allows no inline script
    resolve: { // ../lib has no node_modules: it takes the site's
      alias: [{ find: /^npm:(@zip\.js\/zip\.js)@[\d.]+/, replacement: "$1" }],
      dedupe: [
        ...["zod", "fast-png", "jpeg-js", "papaparse"],
        ...["@zip.js/zip.js", "hyparquet", "hyparquet-compressors"],
      ],
    },
    server: { fs: { allow: [".."] } },
    // The live page's Worker, which loads engines when it needs them.
    worker: { format: "es", plugins: () => [plainImports(), plainCode("worker"), wgslText()] },
    plugins: [plainCode("page"), wgslText(), {
      name: "reports-reload",
      configureServer({ watcher, ws }) {
        watcher.add(REPORTS_DIR);
        watcher.on("all", (_, path) => {
          if (!path.startsWith(REPORTS_DIR)) return;
          reportsHaveChanged();
          if (/(?:run|progress|bench|site|sweeps[/\\][^/\\]+)\.json$/.test(path)) ws.send({ type: "full-reload" });
        });
      },
    }, {
      name: "files-beside-pages",
      configureServer({ middlewares }) {
        middlewares.use((request, response, next) => {
          const { pathname } = new URL(request.url ?? "/", "http://localhost");
          const run = runBehind(pathname, { reportsDir: REPORTS_DIR, base: env.SAE_SITE_BASE ?? "/" });
          if (run?.path !== LIVE_WEIGHTS_FILE && run?.path !== LIVE_ROWS_FILE) return next();
          liveRunFiles(run.folder).then(({ [run.path]: file }) => file ? response.end(file) : next(), next);
        });
        middlewares.use((request, response, next) => {
          const { pathname } = new URL(request.url ?? "/", "http://localhost");
          const file = fileBehind(pathname, { reportsDir: REPORTS_DIR, base: env.SAE_SITE_BASE ?? "/" });
          if (file === null) return next();
          const type = { json: "application/json", png: "image/png" }[file.split(".").at(-1)!];
          response.setHeader("content-type", type ?? "application/octet-stream");
          createReadStream(file).pipe(response);
        });
        middlewares.use((request, response, next) => {
          const files = (globalThis as { figureFiles?: Map<string, string | Uint8Array> }).figureFiles;
          const found = files?.get(new URL(request.url ?? "/", "http://localhost").pathname);
          if (found === undefined) return next();
          if (request.url!.includes(".html")) response.setHeader("content-type", "text/html");
          if (request.url!.includes(".svg")) response.setHeader("content-type", "image/svg+xml");
          if (request.url!.includes(".png")) response.setHeader("content-type", "image/png");
          response.end(found);
        });
      },
    }],
  },
});
