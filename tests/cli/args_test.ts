import assert from "node:assert/strict";
import { needs } from "../needs.ts";
import { inWordsOfFlags, parseTrainArguments } from "../../lib/cli/args.ts";
import { KNOBS, resolveConfig } from "../../lib/config.ts";
import { flagOf, flagsFor } from "../../lib/config_flags.ts";
import { UserError } from "../../lib/errors.ts";

function configOf(...args: string[]) {
  const { turned } = parseTrainArguments(args);
  try {
    return resolveConfig(turned);
  } catch (error) {
    throw inWordsOfFlags(error);
  }
}

/** The message of the usage error that the arguments give. */
function complaint(...args: string[]): string {
  try {
    configOf(...args);
  } catch (error) {
    assert.ok(error instanceof UserError && error.exitCode === 2, String(error));
    return error.message;
  }
  assert.fail(`${args.join(" ")} was accepted`);
}

Deno.test("parseTrainArguments() reads numbers, lists, choices and both spellings of a value", () => {
  const config = configOf("--lr", "1e-3", "--hidden=256,128", "--loss", "bce", "--seed=7", "--preset", "notebook");
  assert.deepEqual([config.lr, config.hidden, config.loss, config.seed, config.init], [
    1e-3,
    [256, 128],
    "bce",
    7,
    "pytorch",
  ]);
  assert.deepEqual(configOf("--hidden", "").hidden, []);
  assert.deepEqual(configOf("--hidden=").hidden, []);
  assert.deepEqual(configOf("--hidden", "none").hidden, []);
  assert.equal(configOf("--warmup-steps", "0").warmupSteps, 0);
});

Deno.test("parseTrainArguments() reads the machine's flags", () => {
  const { options } = parseTrainArguments([
    "--data-dir",
    "d",
    "--mirror",
    "http://a/m",
    "--mirror",
    "http://b/",
    "--quiet",
    "--reports",
    "r/",
  ]);
  assert.deepEqual(options, {
    dataDir: "d",
    mirrors: ["http://a/m/", "http://b/"],
    isJson: false,
    isQuiet: true,
    reportsDir: "r",
  });
});

Deno.test("parseTrainArguments() suggests the nearest flag", () => {
  assert.match(complaint("--epoch", "3"), /^Cannot use --epoch: there is no such flag, .*did you mean --epochs\?$/);
  assert.match(complaint("--learning-rate", "3"), /did you mean --lr\?$/);
  assert.match(complaint("--random-seed", "1"), /did you mean --seed\?$/);
  assert.match(complaint("--batch-size", "64"), /did you mean --batch\?$/);
  assert.match(complaint("--latents", "64"), /did you mean --latent\?$/);
  assert.match(complaint("--n-latents", "64"), /did you mean --latent\?$/);
  assert.match(complaint("--dictionary-size", "64"), /did you mean --latent\?$/);
  assert.match(complaint("--warmupSteps", "3"), /did you mean --warmup-steps\?/);
  assert.equal(complaint("--x", "3"), "Cannot use --x: there is no such flag, expected one of --help's");
});

Deno.test("parseTrainArguments() refuses a flag that is given twice with different values", () => {
  assert.equal(
    complaint("--latent", "4", "--latent=5"),
    'Cannot use --latent: it is "4" and then "5", expected one value',
  );
  assert.match(complaint("--reports", "a", "--reports", "b"), /^Cannot use --reports: it is "a" and then "b"/);
  assert.equal(configOf("--latent", "4", "--latent", "4").latent, 4);
});

Deno.test("parseTrainArguments() says what a bad value is and what it must be", () => {
  assert.equal(
    complaint("--rho", "1.5"),
    'Cannot use --rho: it is "1.5", expected a number between 0 and 1, both excluded',
  );
  assert.equal(
    complaint("--rho", "0"),
    'Cannot use --rho: it is "0", expected a number between 0 and 1, both excluded',
  );
  assert.equal(complaint("--batch", "2.5"), 'Cannot use --batch: it is "2.5", expected an integer of at least 1');
  assert.equal(complaint("--lr", "-1"), 'Cannot use --lr: it is "-1", expected a number above 0, or auto');
  assert.equal(complaint("--beta", ""), 'Cannot use --beta: it is "", expected a number of at least 0');
  assert.equal(complaint("--lr", "fast"), 'Cannot use --lr: it is "fast", expected a number above 0, or auto');
  assert.match(complaint("--hidden", "128,,64"), /^Cannot use --hidden: it is "128,,64", expected at most 32 integers/);
  const widths = Array(30_000).fill(1).join(",");
  assert.match(
    complaint("--hidden", widths),
    /^Cannot use --hidden: it is "1,.*…", expected at most 32 integers of at/,
  );
  assert.equal(
    complaint("--prefixes", "1"),
    'Cannot use --prefixes: it is "1", expected at most 32 numbers between 0 and 1, both excluded, separated by commas, or none',
  );
  assert.match(complaint("--seed", "9007199254740993"), /expected an integer from 0 to 9007199254740991$/);
  assert.match(complaint("--limit", "9007199254740993"), /expected an integer from 1 to 9007199254740991, or off$/);
  assert.match(complaint("--loss", "MSE"), /expected mse or bce$/);
  assert.equal(complaint("--lr"), "Cannot use --lr: it has no value, expected --lr RATE|auto");
  assert.match(complaint("--quiet=yes"), /^Cannot use --quiet: it has the value "yes", expected --quiet alone$/);
  assert.match(complaint("--mirror", "nonsense"), /expected a URL/);
  assert.match(complaint("mnist"), /^Cannot use argument "mnist": it is not a flag/);
  assert.match(
    complaint("--penalize", "all", "--hidden-activation", "relu"),
    /^Cannot use --hidden-activation: it is relu, expected sigmoid/,
  );
});

Deno.test("a knob without a value is off or auto on the command line, also over a default that has one", () => {
  for (const { name, knob } of KNOBS) {
    if (!("unset" in knob) || !knob.unset) continue;
    const { turned } = parseTrainArguments([`--${flagOf(name)}`, knob.unset.word]);
    assert.deepEqual(turned, { [name]: null });
    assert.deepEqual(flagsFor(turned), [`--${flagOf(name)}=${knob.unset.word}`]);
  }
  const renewed = ["--sparsity", "jumprelu", "--dataset", "dictionary"];
  assert.equal(configOf(...renewed).resampleSteps, 100);
  assert.equal(configOf(...renewed, "--resample-steps", "off").resampleSteps, null);
  assert.equal(configOf("--limit", "off", "--threads", "auto").limit, null);
  assert.match(complaint("--epochs", "off"), /^Cannot use --epochs: it is "off", expected an integer of at least 1$/);
  assert.match(complaint("--limit", "none"), /expected an integer of at least 1, or off$/);
});

Deno.test("parseTrainArguments() refuses a flag without effect, with the variants that it belongs to", () => {
  assert.equal(
    complaint("--sparsity", "topk", "--rho", "0.1"),
    "Cannot use --rho: it is 0.1, expected it left out with sparsity topk (it belongs to kl)",
  );
  assert.equal(
    complaint("--k", "4"),
    "Cannot use --k: it is 4, expected it left out with sparsity kl (it belongs to topk, batchtopk, matryoshka and hierarchicaltopk)",
  );
});

Deno.test("parseTrainArguments() lets --resume stand with nothing that would change the run", () => {
  assert.equal(parseTrainArguments(["--resume", "a", "--backend", "cpu", "--quiet"]).options.resume, "a");
  assert.match(complaint("--resume", "a", "--lr", "1"), /^Cannot use --lr with --resume/);
  assert.match(complaint("--resume", "a", "--run-id", "b"), /^Cannot use --run-id with --resume/);
  assert.match(complaint("--resume", "a", "--init-from", "b"), /^Cannot use --init-from with --resume/);
  assert.equal(parseTrainArguments(["--init-from", "b"]).options.initFrom, "b");
});

Deno.test(
  "flags of the user's own data say where they are; every command in the documents is one",
  needs("read"),
  () => {
    const { options } = parseTrainArguments(
      ["--data", "x/*.npy", "--test", "t.npy", "--labels", "y.npy", "--test-labels=z.npy", "--names=n", "--tensor=a"],
    );
    const { data, test, labels, testLabels, names, tensor } = options;
    assert.deepEqual([data, test, labels, testLabels, names, tensor], ["x/*.npy", "t.npy", "y.npy", "z.npy", "n", "a"]);
    for (const share of ["0", "1", "x", "-0.5"]) {
      assert.throws(
        () => parseTrainArguments(["--data=x", `--test-share=${share}`]),
        /--test-share: it is ".*between 0 and 1/,
      );
    }
    assert.throws(
      () => parseTrainArguments(["--data", "a.npy", "b.npy"]),
      /"b\.npy" follows it without a flag.*quotation marks$/,
    );
    for (const path of ["README.md", "docs/data.md"]) {
      const text = Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));
      const commands = Array.from(text.matchAll(/deno task train (--data [^`#\n]*)/g), ([, flags]) => flags.trim());
      assert.ok(commands.length >= 6, path);
      for (const command of commands) {
        const args = Array.from(command.matchAll(/"([^"]*)"|\S+/g), ([word, quoted]) => quoted ?? word);
        if (!command.includes("PATH")) assert.equal(typeof parseTrainArguments(args).options.data, "string", command);
      }
    }
  },
);
