/**
 * Checkpoints that are not what was written: each is refused in one line, or goes on to the same result.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { ReferenceEngine } from "../../lib/engine/reference/reference_engine.ts";
import { UserError } from "../../lib/errors.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../../lib/formats/safetensors.ts";
import { Rng } from "../../lib/rng.ts";
import { loadCheckpoint, readIdentity, saveCheckpoint } from "../../lib/training/checkpoint.ts";
import { freshSnapshot } from "../../lib/training/course.ts";
import { initialBuffers } from "../../lib/sae/model.ts";
import { testRow } from "../../lib/training/test_row.ts";
import { assertSameData } from "../../lib/training/run_identity.ts";
import { makeVariantCase } from "../engine/variant_cases.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { identityOf, runCase, withoutClock } from "./case_runs.ts";
import { needs } from "../needs.ts";

/** 3 epochs of 4 steps; resampled after steps 2, 4 and 6; one buffer per latent. */
const EXAMPLE = makeVariantCase(5, {
  sparsity: "topk",
  k: 1,
  latent: 4,
  batch: 10,
  epochs: 3,
  resampleSteps: 2,
  deadSteps: 1,
  snapshots: 5,
}, { count: 40 });

const fresh = () => {
  const { state: { params }, config, definition: { arch } } = EXAMPLE;
  return freshSnapshot({ params, buffers: initialBuffers(arch) }, config);
};

/** The example after 6 steps, its checkpoint, and how it ends undisturbed. */
async function stoppedExample(path: string) {
  const engine = await ReferenceEngine.start(EXAMPLE.definition, "cpu");
  const { last: whole } = await runCase(EXAMPLE, { engine, start: fresh() });
  let stopped = fresh();
  for (let step = 1; stopped.state.step < 6; step++) {
    stopped = (await runCase(EXAMPLE, { engine, start: fresh(), stopAfter: step })).last;
  }
  await saveCheckpoint(path, { identity: identityOf(EXAMPLE), snapshot: stopped, totalMs: 0 });
  return { engine, whole: withoutClock(whole), bytes: await Deno.readFile(path), step: stopped.state.step };
}

/** A checkpoint of any content with a checksum that is right. */
function sealed(about: unknown, tensors: Record<string, NamedTensor>): Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(about);
  const hash = createHash("sha256").update(text);
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    hash.update(`\n${name} ${shape}\n`).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return encodeSafetensors({ tensors, metadata: { about: text, sha256: hash.digest("hex") } });
}

/** The content of a checkpoint, to be changed. */
function opened(bytes: Uint8Array) {
  const { tensors, metadata } = decodeSafetensors(bytes);
  // deno-lint-ignore no-explicit-any
  return { about: JSON.parse(metadata.about) as any, tensors };
}

Deno.test("loadCheckpoint() says in one line what is wrong with a checkpoint", needs("permissions"), async (t) => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/checkpoint`;
  const { engine, bytes, step } = await stoppedExample(path);
  await engine.dispose();
  type Content = ReturnType<typeof opened>;
  const cases: [name: string, change: (content: Content) => void, message: RegExp][] = [
    ["another version", ({ about }) => about.version = 7, /it is of version "7", expected version 5$/],
    ["an older file", ({ about }) => delete about.version, /it is of version "none", expected version 5$/],
    [
      "another run",
      ({ about }) => about.identity.id = "b",
      /it is of run "b", expected one of run case; the folder must be called "b"$/,
    ],
    [
      "a scaling of other rows",
      ({ about }) =>
        about.identity.initFrom = {
          ...{ id: "a", modelSha256: "0".repeat(64) },
          scaling: { scale: "standard", subtract: "mean", offset: [1, 2], factor: 1, sampledRows: 9 },
        },
      /its scaling has a wrong offset, expected null or \d+ finite numbers$/,
    ],
    [
      "an unknown knob",
      ({ about }) => about.identity.config.colour = 1,
      /its configuration is not one of this program: Cannot read configuration: "colour" is unknown, expected one of [^:]*$/,
    ],
    [
      "a knob out of range",
      ({ about }) => about.identity.config.lr = -1,
      /its configuration is not one of this program: Cannot use lr: it is -1, expected a number above 0, or auto$/,
    ],
    [
      "a learning rate that is not settled",
      ({ about }) => about.identity.config.lr = null,
      /its learning rate is auto, expected the number that it is trained with$/,
    ],
    [
      "a million hidden layers",
      ({ about }) => about.identity.config.hidden = Array(1e6).fill(1),
      /Cannot use hidden: it is \[1,1.*…, expected at most 32 integers/,
    ],
    ["an unknown field", ({ about }) => about.progress.mood = 1, /expected what this program writes$/],
    [
      "fewer epochs than done",
      ({ about }) => about.identity.config.epochs = 1,
      /steps far, expected at most the 4 of 1 epochs$/,
    ],
    ["other widths", ({ about }) => about.identity.config.latent = 5, /has shape \[.*\], expected \[/],
    [
      "a step far beyond",
      ({ about }) => about.progress.step = 1e12,
      /1000000000000 steps far, expected at most the 12 of 3/,
    ],
    ["a step in words", ({ about }) => about.progress.step = "x", /its field progress\.step is wrong/],
    ["a step below 0", ({ about }) => about.progress.step = -1, /its field progress\.step is wrong/],
    [
      "an epoch not measured",
      ({ about }) => about.progress.testRows = [],
      /measured 0 epochs after \d steps, expected \d$/,
    ],
    ["a batch above the data", ({ about }) => about.identity.data.count = 3, /its batch is 10, expected at most 3$/],
    [
      "resampled out of turn",
      ({ about }) => about.progress.resampled = [{ step: 3, latents: 1 }],
      /list of resampled latents/,
    ],
    [
      "resampled in the future",
      ({ about }) => about.progress.resampled = [{ step: 10, latents: 1 }],
      /list of resampled latents/,
    ],
    ["no test row before the first step", ({ about }) => delete about.progress.start, /progress\.start is wrong/],
    [
      "a count that is missing",
      ({ about }) => about.progress.silentLatents.pop(),
      /counts of inactive latents contradict its steps, expected one at each step of counting$/,
    ],
    ["counts of another model", ({ about }) => about.progress.silentLatents = null, /counts of inactive latents/],
    [
      "more latents counted than there are",
      ({ about }) => about.progress.silentLatents[0].latents = 5,
      /counts of inactive latents/,
    ],
    [
      "a snapshot that is missing",
      ({ about, tensors }) => {
        const { snapshots } = about.progress.lifelines;
        snapshots.pop();
        for (const name of Object.keys(tensors)) {
          if (name.startsWith(`lifelines.${snapshots.length}.`)) delete tensors[name];
        }
      },
      /snapshots of latents contradict its steps, expected one at each step of looking$/,
    ],
    ["no snapshots", ({ about }) => about.progress.lifelines = null, /snapshots of latents contradict its steps/],
    [
      "snapshots that know no deaths",
      ({ about }) => about.progress.lifelines.hasEvents = false,
      /snapshots of latents/,
    ],
    [
      "a direction that is not finite",
      ({ tensors }) => tensors["lifelines.0.directions"].values[1] = NaN,
      /lifelines\.0\.directions holds a number that is not finite/,
    ],
    [
      "a snapshot without activity",
      ({ tensors }) => delete tensors["lifelines.1.activeRows"],
      /it lacks the tensor life/,
    ],
    [
      "a generator of zeros",
      ({ about }) => about.progress.shuffle = [0, 0, 0, 0],
      /its field progress\.shuffle is wrong/,
    ],
    [
      "a missing tensor",
      ({ tensors }) => delete tensors["m.encoder.0.bias"],
      /it lacks the tensor m\.encoder\.0\.bias/,
    ],
    ["an extra tensor", ({ tensors }) => tensors.extra = tensors["m.encoder.0.bias"], /it holds the tensor "extra"/],
    [
      "NaN in m",
      ({ tensors }) => tensors["m.encoder.0.bias"].values[1] = NaN,
      /m\.encoder\.0\.bias holds a number that is not finite/,
    ],
    [
      "v below 0",
      ({ tensors }) => tensors["v.encoder.0.bias"].values[1] = -1,
      /v\.encoder\.0\.bias holds a number below 0/,
    ],
    [
      "an infinite loss",
      ({ tensors }) => tensors["history.penalty"].values[0] = Infinity,
      /history\.penalty holds a number that is not/,
    ],
    ["a short history", ({ tensors }) => {
      tensors["history.weight"] = { shape: [step - 1], values: new Float32Array(step - 1) };
    }, /history\.weight has shape/],
    ["active in the future", ({ tensors }) => tensors["buffers.lastFired"].values[0] = 99, /last active in step 99 of/],
  ];
  for (const [name, change, message] of cases) {
    await t.step(name, async () => {
      const content = opened(bytes);
      change(content);
      await Deno.writeFile(path, sealed(content.about, content.tensors));
      await assert.rejects(loadCheckpoint(path, { id: "case" }), (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.ok(error.message.startsWith(`Cannot resume from ${path}: `) && !error.message.includes("\n"));
        assert.match(error.message, message);
        return true;
      });
    });
  }
  await t.step("a changed number under the old checksum", async () => {
    const { tensors, metadata } = decodeSafetensors(bytes);
    tensors["params.encoder.0.bias"].values[0] += 1;
    await Deno.writeFile(path, encodeSafetensors({ tensors, metadata }));
    await assert.rejects(loadCheckpoint(path, { id: "case" }), /its content does not match its checksum, expected/);
  });
  await t.step("no checkpoint at all", async () => {
    await Deno.writeTextFile(path, "not a checkpoint");
    await assert.rejects(
      loadCheckpoint(path, { id: "case" }),
      /^UserError: Cannot resume from \S*: it is not a whole checkpoint: Cannot read safetensors: its header is said to have \d* bytes, expected at most 100000000$/,
    );
  });
});

const DAMAGES: ((bytes: Uint8Array<ArrayBuffer>, rng: Rng) => Uint8Array)[] = [
  (bytes, rng) => (bytes[rng.below(bytes.length)] ^= 1 << rng.below(8), bytes),
  (bytes, rng) => bytes.subarray(0, rng.below(bytes.length)),
  (bytes, rng) => bytes.fill(rng.below(256), rng.below(bytes.length), rng.below(bytes.length)),
  (bytes, rng) => bytes.copyWithin(rng.below(bytes.length), rng.below(bytes.length), rng.below(bytes.length)),
  (bytes, rng) => new Uint8Array([...bytes, ...new Uint8Array(1 + rng.below(9))]),
];
const VALUES = [null, -1, 0, 0.5, 1e12, 1e300, "", "x", [], {}, true, [NaN], "\u202e"];

/** One field somewhere in a JSON value, changed or removed. */
function changeField(value: unknown, rng: Rng): void {
  let node = value as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(node);
    if (keys.length === 0) return;
    const key = keys[rng.below(keys.length)];
    const child = node[key];
    if (typeof child === "object" && child !== null && rng.uniform() < 0.8) node = child as Record<string, unknown>;
    else if (rng.uniform() < 0.2) return void delete node[key];
    else return void (node[key] = VALUES[rng.below(VALUES.length)]);
  }
}

Deno.test(
  "a checkpoint damaged in any way is refused in one line or goes on to the same result; 400 of them",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/checkpoint`;
    const { engine, whole, bytes } = await stoppedExample(path);
    const rng = Rng.fromSeed(10, "checkpoints");
    const outcomes = { refused: 0, same: 0, trained: 0 };
    for (let i = 0; i < 400; i++) {
      const isSealed = i % 2 === 1;
      let file: Uint8Array;
      if (isSealed) {
        const content = opened(bytes);
        for (let n = 1 + rng.below(2); n > 0; n--) changeField(content.about, rng);
        file = sealed(content.about, content.tensors);
      } else file = DAMAGES[rng.below(DAMAGES.length)](bytes.slice(), rng);
      await Deno.writeFile(path, file);
      try {
        const { identity, snapshot } = await loadCheckpoint(path, { id: "case" });
        const { last } = await runCase({ ...EXAMPLE, config: identity.config }, { engine, start: snapshot });
        if (isSealed) outcomes.trained++; // what it says of itself was changed to something that can be trained
        else {
          assert.deepEqual(withoutClock(last), whole, `damage ${i}`);
          outcomes.same++;
        }
      } catch (error) {
        assert.ok(error instanceof UserError, `damage ${i}: ${error instanceof Error ? error.stack : error}`);
        assert.doesNotMatch(error.message, /\n/, `damage ${i}`);
        outcomes.refused++;
      }
    }
    assert.ok(outcomes.refused > 300 && outcomes.trained > 5, JSON.stringify(outcomes));
    await engine.dispose();
  },
);

Deno.test("assertSameData() names what differs: shape, training inputs, test inputs or labels", () => {
  const identity = identityOf(EXAMPLE), { data } = identity;
  assertSameData(identity, structuredClone(data));
  const other = "9".repeat(64);
  const cases: [Partial<typeof data>, RegExp][] = [
    [
      { width: 6 },
      /the inputs have shape 1×6, expected shape 1×5, those the run was started on; name where they are with --data or --data-dir$/,
    ],
    [
      { sha256: { ...data.sha256, train: other } },
      /the training inputs have SHA-256 999999999999…, expected SHA-256 1111/,
    ],
    [{ sha256: { ...data.sha256, test: other } }, /the test inputs have SHA-256 9/],
    [{ sha256: { ...data.sha256, labels: other } }, /the labels have SHA-256 9/],
  ];
  for (const [change, message] of cases) {
    assert.throws(() => assertSameData(identity, { ...data, ...change }), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test(
  "readIdentity() is what a checkpoint says of its run, and null where that is damaged",
  needs("permissions"),
  async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/checkpoint`;
    const identity = identityOf(EXAMPLE);
    const measured = testRow({
      ...{
        loss: 1,
        reconstruction: 1,
        penalty: 0,
        auxiliary: 0,
        mse: 1,
        klNats: null,
        activeLatents: 1,
        deadLatents: 0,
      },
      rhoHat: Float64Array.of(0.5),
    });
    await saveCheckpoint(path, { identity, snapshot: { ...fresh(), start: measured }, totalMs: 0 });
    assert.deepEqual(await readIdentity(path), identity);
    const bytes = await Deno.readFile(path);
    const length = new Uint8Array(new BigUint64Array([2n ** 60n]).buffer);
    const damaged = [0, 4, 8, 100].map((end) => bytes.slice(0, end))
      .concat(
        new TextEncoder().encode("<html>not a checkpoint</html>"),
        new Uint8Array([...length, ...bytes.slice(8)]),
      );
    for (const content of damaged) {
      await Deno.writeFile(path, content);
      assert.equal(await readIdentity(path), null, `${content.length} bytes`);
    }
    await assert.rejects(readIdentity(`${path}-missing`), UserError);
  },
);
