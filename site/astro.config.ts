/**
 * How Astro builds the site: static pages, mathematics at build, nothing loaded from elsewhere.
 *
 * @module
 */
import { unified } from "@astrojs/markdown-remark";
import mdx from "@astrojs/mdx";
import { defineConfig, passthroughImageService } from "astro/config";
import rehypeKatex from "rehype-katex";
import remarkMath from "remark-math";
import { REPORTS_DIR } from "./src/reports_dir.ts";

export default defineConfig({
  devToolbar: { enabled: false },
  trailingSlash: "always",
  image: { service: passthroughImageService() },
  markdown: {
    processor: unified({
      remarkPlugins: [remarkMath],
      rehypePlugins: [[rehypeKatex, { strict: "error", throwOnError: true }]],
      smartypants: false,
    }),
  },
  integrations: [mdx()],
  build: { inlineStylesheets: "never" },
  vite: {
    build: { assetsInlineLimit: 0 }, // the content security policy allows no inline script
    resolve: { dedupe: ["zod"] }, // ../lib and the site share one
    server: { fs: { allow: [".."] } },
    plugins: [{
      name: "reports-reload",
      configureServer({ watcher, ws }) {
        watcher.add(REPORTS_DIR);
        watcher.on("all", (_, path) => {
          if (/(?:run|bench|site|sweeps[/\\][^/\\]+)\.json$/.test(path)) ws.send({ type: "full-reload" });
        });
      },
    }, {
      name: "katex-woff2-only",
      enforce: "pre",
      transform(code, id) {
        return /katex(\.min)?\.css/.test(id)
          ? code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(["']?(?:woff|truetype)["']?\)/g, "")
          : undefined;
      },
    }],
  },
});
