/**
 * Who may import what: data flows one way, and PORTABLE files need nothing but the language and the web.
 *
 * @module
 */
import assert from "node:assert/strict";
import { needs } from "./needs.ts";

const LIB = new URL("../lib/", import.meta.url);
const PROJECT_FILE = new URL("../deno.json", import.meta.url).href;

/** Rooms below `config`, inside folders above it: it lists the knobs that are declared there, and all rooms share shapes. */
const INNER_ROOMS = [
  "sae/baselines",
  "sae/sparsity",
  "data/data_knobs",
  "data/generated/dictionary_knobs",
  "data/generated/planted_hard_knobs",
  "data/row_shape",
  "data/scaling",
];

/** For each room of `lib/` (or file beside them) the rooms it may import from, besides its own. */
const PLAIN = [
  "errors",
  "rng",
  "kl",
  "knob",
  "memory",
  "norm",
  "geometric_median",
  "number_text",
  "pixels",
  "config_knobs",
  "sae/baselines",
  "sae/sparsity",
  "data/row_shape",
  "data/scaling",
];
const BASE = [...PLAIN, "config_rules", "config", "files"];
const MAY_IMPORT: Record<string, string[]> = {
  errors: [],
  rng: [],
  kl: [],
  checksum: [],
  knob: [],
  memory: ["errors"],
  norm: [],
  geometric_median: ["norm", "pixels"],
  number_text: [],
  pixels: ["errors"],
  suggestion: [],
  stop_child: [],
  "sae/baselines": [],
  "sae/sparsity": ["errors", "kl", "knob"],
  "data/generated/dictionary_knobs": ["knob"],
  "data/generated/planted_hard_knobs": ["knob"],
  "data/row_shape": [],
  "data/scaling": ["pixels"],
  "data/data_knobs": [
    "knob",
    "data/generated/dictionary_knobs",
    "data/generated/planted_hard_knobs",
    "data/scaling",
  ],
  config_knobs: ["knob", "sae/baselines", "sae/sparsity", "data/data_knobs"],
  config_defaults: ["config_knobs", "sae/sparsity", "data/scaling"],
  config_rules: [
    "knob",
    "config_knobs",
    "sae/baselines",
    "sae/sparsity",
    "data/generated/planted_hard_knobs",
    "data/scaling",
  ],
  config_flags: ["knob", "config_knobs", "config_defaults", "config_rules"],
  config: ["errors", "knob", "config_knobs", "config_defaults", "config_rules", "sae/sparsity"],
  config_schema: ["knob", "config_knobs", "config"],
  files: ["errors"],
  formats: ["errors"],
  data: [...BASE, "formats"],
  sae: PLAIN,
  engine: [...BASE, "sae"],
  training: [...BASE, "sae", "engine", "data", "formats"],
  analysis: [...BASE, "sae", "engine", "data", "training", "report"],
  exchange: [...BASE, "sae", "data", "formats"],
  report: [...BASE, "config_schema", "formats", "checksum"],
  sweep: [...BASE, "suggestion", "stop_child", "formats", "report", "training", "run"],
  run: [...BASE, "config_flags", "sae", "engine", "data", "formats", "exchange", "training", "analysis", "report"],
  verify: [
    ...BASE,
    ...["config_flags", "sae", "engine", "data", "formats", "training", "analysis", "report", "run", "checksum"],
  ],
  cli: [
    ...BASE,
    "config_flags",
    "suggestion",
    "stop_child",
    "sae",
    "engine",
    "data",
    "formats",
    "training",
    "analysis",
    "report",
    "run",
    "sweep",
    "verify",
  ],
  mod: [...BASE, "config_schema", "sae", "engine", "data", "formats", "training", "analysis", "report", "run"],
};

/** Where the files begin that a page's Worker loads; zod would be four fifths of its script. */
const WITHOUT_ZOD = [
  "config.ts",
  "data/generated/digits.ts",
  "engine/cpu/cpu_engine.ts",
  "formats/safetensors.ts",
  "training/loop.ts",
  "training/schedule.ts",
];

interface SourceFile {
  /** Path below `lib/`. */
  path: string;
  room: string;
  text: string;
  imports: string[];
}

const files = needs("read").ignore ? [] : Array.from(sources(LIB));

Deno.test("every file of lib/ imports only from the rooms below it", needs("read"), () => {
  for (const { path, room, imports } of files) {
    for (const specifier of imports.filter((specifier) => specifier.startsWith("."))) {
      const url = new URL(specifier, new URL(path, LIB)).href;
      if (url === PROJECT_FILE && room === "cli") continue; // the program's version
      const target = url.slice(LIB.href.length);
      const targetRoom = roomOf(target);
      assert.ok(targetRoom === room || MAY_IMPORT[room]?.includes(targetRoom), `${path} imports ${target}`);
    }
  }
});

Deno.test(
  "analysis takes nothing but types from report, which must not depend on how it is written",
  needs("read"),
  () => {
    for (const { path, text } of files.filter(({ room }) => room === "analysis")) {
      for (const [statement] of text.matchAll(/^import [^;]*\/report\/[^;]*;/gms)) {
        assert.match(statement, /^import type /, path);
      }
    }
  },
);

Deno.test("PORTABLE files use no Deno, no Node and no tfjs, and import only PORTABLE files", needs("read"), () => {
  const portable = new Set(
    files.filter(({ text }) => /^ \* .*PORTABLE: /m.test(text) || /PORTABLE: no Deno/.test(text)).map(({ path }) =>
      path
    ),
  );
  for (const path of ["kl.ts", "report/schema.ts", "run/report.ts", "report/report_files.ts"]) {
    assert.ok(portable.has(path), path);
  }
  for (const { path, text, imports } of files.filter(({ path }) => portable.has(path))) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
    assert.doesNotMatch(code, /\bDeno\.|"node:/, path);
    for (const specifier of imports.filter((specifier) => !specifier.endsWith(".wgsl"))) {
      if (!specifier.startsWith(".")) assert.doesNotMatch(specifier, /tensorflow|^node:/, path);
      else {assert.ok(
          portable.has(new URL(specifier, new URL(path, LIB)).href.slice(LIB.href.length)),
          `${path} imports ${specifier}`,
        );}
    }
  }
});

Deno.test("every file of lib/sae/ is PORTABLE, and only the reference engine imports tfjs", needs("read"), () => {
  for (const { path, text, imports } of files) {
    if (path.startsWith("sae/")) assert.match(text, /PORTABLE: no Deno/, path);
    if (path.startsWith("engine/reference/")) continue;
    for (const specifier of imports) assert.doesNotMatch(specifier, /tensorflow/, path);
  }
});

Deno.test("no files of lib/ import each other in a circle, not even for their types", needs("read"), () => {
  const isFile = new Set(files.map(({ path }) => path));
  const importsOf = new Map(files.map(({ path, imports }) => [
    path,
    imports.filter((specifier) => specifier.startsWith("."))
      .map((specifier) => new URL(specifier, new URL(path, LIB)).href.slice(LIB.href.length))
      .map((target) => isFile.has(`${target}.ts`) ? `${target}.ts` : target), // AssemblyScript names no ending
  ]));
  assert.ok(
    importsOf.get("engine/cpu/kernels/entry.ts")!.every((target) => isFile.has(target)),
    "kernels are followed",
  );
  const done = new Set<string>();
  const follow = (path: string, trail: string[]) => {
    assert.ok(!trail.includes(path), [...trail.slice(trail.indexOf(path)), path].join(" → "));
    if (done.has(path)) return;
    for (const target of importsOf.get(path) ?? []) follow(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) follow(path, []);
  assert.ok(done.size >= files.length);
});

Deno.test(
  "a page loads engines, training and analysis without zod: nothing that they import reaches it",
  needs("read"),
  () => {
    const textOf = new Map(files.map(({ path, text }) => [path, text]));
    const reached = new Set(WITHOUT_ZOD);
    for (const { path } of files) if (/^(sae|analysis)\//.test(path)) reached.add(path);
    for (const path of reached) { // grows while it is read
      for (const specifier of loadedBy(textOf.get(path)!)) {
        assert.notEqual(specifier, "zod", path);
        if (specifier.startsWith(".")) reached.add(new URL(specifier, new URL(path, LIB)).href.slice(LIB.href.length));
      }
    }
    assert.ok(reached.has("kl.ts") && reached.has("sae/sparsity/topk.ts"), "follows imports");
  },
);

Deno.test("the site imports only PORTABLE files of lib/", needs("read"), () => {
  const site = new URL("../site/src/", import.meta.url);
  for (const { path, text } of sources(site, /\.(ts|astro)$/)) {
    for (const [, target] of text.matchAll(/from "(?:\.\.\/)+(lib\/[^"]+)"/g)) {
      const isPortable = /PORTABLE: no Deno/.test(Deno.readTextFileSync(new URL(`../${target}`, import.meta.url)));
      assert.ok(isPortable, `site/src/${path} imports ${target}`);
    }
  }
});

Deno.test(
  "every file of lib/ starts by saying what it does, and none draws unseeded random numbers",
  needs("read"),
  () => {
    for (const { path, text } of files) {
      assert.match(text, /^\/\*\*\n \* \S/, path);
      assert.doesNotMatch(text.replace(/\/\*[\s\S]*?\*\//g, ""), /Math\.random/, path);
      assert.ok(text.split("\n").length <= 400, `${path} is over 400 lines`);
    }
  },
);

Deno.test(
  "no two files of the engine wing share a name, and none is over 300 lines, kernels included",
  needs("read"),
  () => {
    const paths = new Map<string, string>();
    for (const { path, text } of sources(new URL("engine/", LIB), /\.(ts|wgsl)$/)) {
      assert.ok(text.split("\n").length <= 301, `${path} is over 300 lines`);
      const name = path.slice(path.lastIndexOf("/") + 1);
      assert.ok(!paths.has(name), `${path} and ${paths.get(name)}`);
      paths.set(name, path);
    }
    assert.ok(paths.has("engine.ts") && paths.has("adam.wgsl"));
  },
);

Deno.test("WGSL stands in .wgsl files alone: no TypeScript of the engine wing writes any", needs("read"), () => {
  const wgsl = /@(?:compute|group|binding|workgroup_size)\b|\bvar<|\boverride \w+\s*:|\bfn \w+\(/;
  assert.match("override K: u32;", wgsl);
  for (const { path, text } of files.filter(({ path }) => path.startsWith("engine/"))) {
    assert.doesNotMatch(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, ""), wgsl, path);
  }
});

/** What a file loads when it runs: its imports without those of types alone. */
function loadedBy(text: string): string[] {
  const statements = text.matchAll(/(?:^(?:import|export)\b(?! type\b)[^;]*?from\s+|^import\s+|import\()"([^"]+)"/gm);
  return Array.from(statements, ([, specifier]) => specifier).filter((specifier) => !specifier.endsWith(".wgsl"));
}

function* sources(folder: URL, names = /\.ts$/, root = folder): Generator<SourceFile> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sources(new URL(`${encodeURIComponent(name)}/`, folder), names, root);
    else if (names.test(name)) {
      const url = new URL(encodeURIComponent(name), folder), path = url.href.slice(root.href.length);
      const text = Deno.readTextFileSync(url);
      const imports = Array.from(
        text.matchAll(/(?:^(?:import|export)\b[^;]*?from\s+|^import\s+|import\()"([^"]+)"/gm),
        ([, specifier]) => specifier,
      );
      yield { path, room: roomOf(path), text, imports };
    }
  }
}

function roomOf(path: string): string {
  const bare = path.replace(/\.ts$/, "");
  return INNER_ROOMS.find((room) => bare === room || bare.startsWith(`${room}/`)) ?? bare.split("/")[0];
}
