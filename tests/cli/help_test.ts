/**
 * Help as a person reads it: whole at every width, from the knobs themselves; and asking for it does nothing else.
 *
 * @module
 */
import assert from "node:assert/strict";
import { setColorEnabled } from "@std/fmt/colors";
import { MACHINE_FLAGS } from "../../lib/cli/args.ts";
import { wantsHelp } from "../../lib/cli/flags.ts";
import { sweepHelp, trainHelp } from "../../lib/cli/help.ts";
import { helpText, wrapped } from "../../lib/cli/help_page.ts";
import { KNOBS, resolveConfig } from "../../lib/config.ts";
import { flagOf } from "../../lib/config_flags.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

setColorEnabled(false); // the tests compare what stands on a page, wherever they run

const ROOT = new URL("../../", import.meta.url).pathname;
const COMMANDS = ["train", "sweep", "report", "site", "devices", "bench", "docs"];

/** One space between words, as if the text stood on one line. */
const unwrapped = (text: string) => text.replace(/\s+/g, " ");

Deno.test("trainHelp() names every flag with its sentence, and says every default in words", () => {
  const help = unwrapped(helpText(trainHelp(), 80));
  for (const { name, knob } of KNOBS) {
    assert.ok(help.includes(`--${flagOf(name)} `) && help.includes(unwrapped(knob.help)), name);
  }
  for (const [flag, { help: sentence }] of Object.entries(MACHINE_FLAGS)) {
    assert.ok(help.includes(`--${flag}`) && help.includes(sentence), flag);
  }
  assert.match(help, /Train on the first N images or vectors only\. \(default: no limit\)/);
  assert.match(help, /--limit N\|off Train /);
  assert.doesNotMatch(help, /\|(off|auto)\|\1/);
  assert.doesNotMatch(help, /default: (null|undefined)?\)/);
});

Deno.test("trainHelp() says for which variants a default differs, among those that read the knob", () => {
  const rows = trainHelp().sections.flatMap(({ rows }) => rows);
  const defaults = (flag: string) => rows.find(({ term }) => term.split(" ")[0] === `--${flag}`)!.defaults;
  assert.equal(defaults("latent"), "32; other methods 256");
  assert.equal(defaults("lr"), "0.01; other methods 4.4/√(latents · steps), at most 0.01; notebook 0.001");
  assert.equal(defaults("lambda"), "1; jumprelu 0.1");
  assert.equal(defaults("aux-alpha"), "1", "of topk, batchtopk, matryoshka and hierarchicaltopk, which alone read it");
  assert.equal(defaults("sparsity-warmup-steps"), "0; jumprelu 500");
  assert.equal(defaults("hidden"), "128; other methods none");
  assert.equal(defaults("sparsity"), "kl");
  assert.equal(defaults("limit"), "no limit");
  assert.match(defaults("dead-steps")!, /^30; topk, batchtopk, matryoshka, hierarchicaltopk \d+$/);
});

Deno.test("trainHelp() names the defaults that --dataset dictionary has", () => {
  const { k, batch, epochs, lr, hidden, latent } = resolveConfig({ dataset: "dictionary", sparsity: "topk" });
  const own = `k ${k}, batch ${batch}, ${epochs} epochs, learning rate ${lr}, no hidden layers, ${latent} latents`;
  assert.ok(unwrapped(helpText(trainHelp(), 80)).includes(own), own);
  assert.deepEqual(hidden, []);
});

Deno.test("helpText() keeps to the width, breaks no word, and loses none", () => {
  for (const page of [trainHelp(), sweepHelp()]) {
    const words = unwrapped(helpText(page, 1000)).split(" ");
    for (const width of [40, 64, 80, 100]) {
      const text = helpText(page, width);
      assert.deepEqual(unwrapped(text).split(" "), words);
      for (const line of text.split("\n")) {
        const isOneWord = line.trim().split(/\s+/).length <= 2 || line.trimStart().startsWith("deno task");
        assert.ok([...line].length <= width || isOneWord, `${width}: ${line}`);
      }
    }
  }
});

Deno.test("wrapped() indents what follows the first line, and takes a text without words", () => {
  assert.deepEqual(wrapped("aa bb cc dd", { width: 7, first: "> ", indent: 2 }), ["> aa bb", "  cc dd"]);
  assert.deepEqual(wrapped("", { width: 7, first: "> ", indent: 2 }), [">"]);
  assert.deepEqual(wrapped("longer-than-that a", { width: 7 }), ["longer-than-that", "a"]);
});

Deno.test("wantsHelp() sees the flag among others, but not behind --", () => {
  assert.ok(wantsHelp(["--lr", "x", "-h"]) && wantsHelp(["--help", "--nonsense"]));
  assert.ok(!wantsHelp(["--", "--help"]) && !wantsHelp(["--helper", "help"]));
});

Deno.test(
  "--help of every command prints its page without a permission, and neither installs nor writes",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const outputs = await Promise.all(
      [...COMMANDS.flatMap((name) => [[name, "--help"], ["help", name]]), ["--help"], ["help"], ["--version"], [
        "version",
      ]].map(async (args) => {
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["run", "-q", "--no-prompt", `--config=${ROOT}deno.json`, `${ROOT}main.ts`, ...args],
          cwd: folder.path,
          env: { NO_COLOR: "1" },
        }).output();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        assert.deepEqual([args, code, text(stderr)], [args, 0, ""]);
        return [args.join(" "), text(stdout)];
      }),
    );
    const said = new Map(outputs as [string, string][]);
    for (const name of COMMANDS) {
      assert.equal(said.get(`${name} --help`), said.get(`help ${name}`));
      assert.match(said.get(`${name} --help`)!, new RegExp(`^Usage {2}deno task ${name}\\b`, "m"));
      assert.match(said.get("--help")!, new RegExp(`^ {2}${name} {2,}[A-Z]`, "m"));
    }
    assert.equal(said.get("--help"), said.get("help"));
    assert.match(said.get("version")!, /^sae \d+\.\d+\.\d+, Deno \d/);
    assert.equal(said.get("--version"), said.get("version"));
    assert.deepEqual(Array.from(Deno.readDirSync(folder.path)), []);
  },
);
