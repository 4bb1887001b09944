import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { V8_FLAGS } from "../../bench/measure.ts";
import { SHAPES } from "../../bench/shapes.ts";
import { Bench } from "../../lib/report/bench_schema.ts";
import { VARIANT_NAMES } from "../../lib/sae/sparsity/variants.ts";
import { idxFile, withFolder } from "../data/mnist/idx_files.ts";
import { needs } from "../needs.ts";

const ROOT = new URL("../../", import.meta.url);
const SCRIPT = new URL("bench/bench.ts", ROOT).pathname;

function benchProcess(args: string[], cwd: string | URL = ROOT): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-q",
      `--config=${new URL("deno.json", ROOT).pathname}`,
      "-P=bench",
      "--no-prompt",
      "--no-check",
      SCRIPT,
      ...args,
    ],
    cwd,
    env: { NO_COLOR: "1", SAE_BENCH_PYTHON: "none" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await benchProcess(args).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test(
  "bench.ts says in one line what is wrong with its flags or data, and prints its help and nothing else",
  needs("permissions"),
  async () => {
    const [flag, shape, folder, help] = await Promise.all([
      run("--quik"),
      run("--shape", "kl,square"),
      run("--data-dir", "/proc/none"),
      run("--help"),
    ]);
    assert.deepEqual([flag.code, flag.out], [2, ""]);
    assert.match(flag.err, /^error: Cannot use --quik: [^\n]* did you mean --quick\?\n$/);
    assert.deepEqual([shape.code, shape.out], [2, ""]);
    assert.match(shape.err, /^error: Cannot measure "square": it is not a shape, expected some of kl,[^\n]*\n$/);
    assert.deepEqual([folder.code, folder.out], [1, ""]);
    assert.match(folder.err, /^error: Cannot [^\n]*\/proc\/none[^\n]*\n$/);
    assert.deepEqual([help.code, help.err], [0, ""]);
    assert.match(help.out, /--data-dir/);
    assert.match(help.out, /SAE_BENCH_PYTHON/);
  },
);

Deno.test(
  "bench.ts, stopped, prints the table of what it has measured and ends with 130",
  needs("permissions", "signals", "time"),
  async () => {
    const images = idxFile([300, 6, 6]), labels = idxFile([300], { modulo: 10 });
    const files = {
      "train-images-idx3-ubyte": images,
      "train-labels-idx1-ubyte": labels,
      "t10k-images-idx3-ubyte": images,
      "t10k-labels-idx1-ubyte": labels,
    };
    await withFolder(files, async (folder) => {
      const bench = benchProcess(["--quick", "--shape", "kl-wide,kl", "--data-dir", folder], folder);
      let out = "";
      for await (const text of bench.stdout.pipeThrough(new TextDecoderStream())) {
        out += text;
        if (text.includes("measuring kl:")) bench.kill("SIGTERM");
      }
      const { code } = await bench.status;
      assert.equal(code, 130, out);
      assert.match(out, /! stopped before the end/);
      assert.match(out, /^\| KL, one layer of 2,048 latents[^|]*\| 128 +\| \d/m);
      const path = out.trimEnd().split("\n").at(-1)!;
      const { isWhole, shapes } = Bench.parse(JSON.parse(await Deno.readTextFile(`${folder}/${path}`)));
      assert.deepEqual([isWhole, shapes.map(({ id }) => id)], [false, ["kl-wide"]]);
    });
  },
);

Deno.test("contenders are started with V8's flags of the tasks", () => {
  assert.ok(V8_FLAGS.length > 0);
  for (const command of [project.tasks.train.command, project.tasks.bench.command]) {
    assert.ok(command.startsWith(`DENO_V8_FLAGS=${V8_FLAGS.join(",")} deno run `), command);
  }
});

Deno.test("shapes have names of their own, and every sparsity variant has one", () => {
  assert.equal(new Set(SHAPES.map(({ id }) => id)).size, SHAPES.length);
  assert.equal(new Set(SHAPES.map(({ config }) => config.sparsity)).size, VARIANT_NAMES.length);
});
