/**
 * Addresses of the site as they stand in a folder without a server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { relativeAddress, relativePage, relativeStyle } from "../../../site/build/relative_links.ts";

Deno.test("relativeAddress() leads from a page to a file", () => {
  const cases: [address: string, page: string, wanted: string][] = [
    ["/", "index.html", "index.html"],
    ["/", "runs/a/index.html", "../../index.html"],
    ["/learn/#kl", "runs/a/index.html", "../../learn/index.html#kl"],
    ["/runs/a/latents/?latent=5", "runs/a/index.html", "latents/index.html?latent=5"],
    ["/runs/a/metrics.json", "runs/a/latents/3/index.html", "../../metrics.json"],
    ["/_astro/x.css", "404.html", "_astro/x.css"],
    ["../#chart", "runs/a/figures/chart.html", "../index.html#chart"],
    ["other/", "learn/index.html", "other/index.html"],
    ["/sweeps/a%20b/", "index.html", "sweeps/a%20b/index.html"],
    ["#here", "learn/index.html", "#here"],
    ["", "learn/index.html", ""],
    ["https://example.org/x/", "index.html", "https://example.org/x/"],
    ["//example.org/x/", "index.html", "//example.org/x/"],
    ["mailto:a@example.org", "index.html", "mailto:a@example.org"],
    ["data:image/png;base64,AA==", "index.html", "data:image/png;base64,AA=="],
    ["javascript:0", "index.html", "javascript:0"],
    ["http://[", "index.html", "http://["],
  ];
  for (const [address, page, wanted] of cases) assert.equal(relativeAddress(address, page), wanted, address);
});

Deno.test("relativePage() changes addresses wherever they stand, and no other character", () => {
  const page = "runs/a/index.html";
  const text = `<!doctype html>
<html lang="en"><head>
<meta http-equiv="refresh" content="0; url=/explore/">
<link rel="stylesheet" href="/_astro/a.css"><link rel=icon href=/favicon.svg>
</head><body><p title='href="/not/this/"'>a &amp; b: /neither/this/</p>
<a href="/compare/?a=1&amp;b=2#x" download="/x">c</a><A HREF='/learn/'>d</A>
<img src="/runs/a/x.png" srcset="/runs/a/x.png 1x, /runs/b/y.png 2x" alt="">
<svg><image href="/runs/a/x.png"/><image xlink:href="/runs/a/x.png"/><use href="#u"/></svg>
<i style="background:url('/favicon.svg')"></i>
<pre>&lt;a href="/learn/"></pre><textarea><a href="/learn/"></textarea><!-- <a href="/learn/"> -->
</body></html>`;
  const wanted = text
    .replace("url=/explore/", "url=../../explore/index.html")
    .replace('href="/_astro/a.css"', 'href="../../_astro/a.css"')
    .replace("href=/favicon.svg", 'href="../../favicon.svg"')
    .replace('href="/compare/?a=1&amp;b=2#x"', 'href="../../compare/index.html?a=1&amp;b=2#x"')
    .replace("HREF='/learn/'", 'href="../../learn/index.html"')
    .replace(' src="/runs/a/x.png"', ' src="x.png"')
    .replace("/runs/a/x.png 1x, /runs/b/y.png 2x", "x.png 1x, ../b/y.png 2x")
    .replace(' href="/runs/a/x.png"', ' href="x.png"')
    .replace('xlink:href="/runs/a/x.png"', 'xlink:href="x.png"')
    .replace("url('/favicon.svg')", "url('../../favicon.svg')");
  assert.equal(relativePage(text, page), wanted);
  assert.equal(relativePage(wanted, page), wanted, "a second time changes nothing");
});

Deno.test("relativePage() removes what needs a server and shows what is for readers without scripts", () => {
  const text = `<head><meta http-equiv="Content-Security-Policy" content="default-src 'none'">` +
    `<script src="/theme.js"></script><link rel="modulepreload" href="/_astro/x.js"></head>` +
    `<body><script type="module">let x = "</a>";</script><noscript><p>As a <a href="/learn/">table</a></p></noscript>` +
    `<script type="application/json" id="data">{"a":"/learn/"}</script></body>`;
  assert.equal(
    relativePage(text, "index.html"),
    `<head></head><body><p>As a <a href="learn/index.html">table</a></p>` +
      `<script type="application/json" id="data">{"a":"/learn/"}</script></body>`,
  );
});

Deno.test("relativeStyle() changes addresses of fonts and pictures, not data", () => {
  assert.equal(
    relativeStyle(
      `@font-face{src:url(/_astro/a.woff2) format("woff2")} i{background:url("/x.png"),url(data:a)}`,
      "_astro/a.css",
    ),
    `@font-face{src:url(a.woff2) format("woff2")} i{background:url("../x.png"),url(data:a)}`,
  );
});
