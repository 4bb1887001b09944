/**
 * Whole runs on data that are read from disk while the model is trained.
 *
 * @module
 */
import assert from "node:assert/strict";
import { openData } from "../../lib/data/files/open_data.ts";
import { runSession, type SessionOptions } from "../../lib/run/session.ts";
import { writeRows } from "../data/stream/written_rows.ts";
import { needs } from "../needs.ts";
import { temporaryFolder } from "../temporary_folder.ts";

/** 1,500 rows of 256 floats as NumPy's files, 1.5 MB: more than a buffer of 1 MB. */
async function writeShards(folder: string): Promise<void> {
  await writeRows(folder, { parts: [{ count: 800 }, { count: 700 }], dInput: 256 });
  for (const [file, count] of [800, 700].entries()) {
    const head = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, 256), }`.padEnd(117) + "\n";
    const start = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, head.length, 0);
    const rows = await Deno.readFile(`${folder}/${file}.bin`);
    await Deno.writeFile(
      `${folder}/${file}.npy`,
      new Uint8Array([...start, ...new TextEncoder().encode(head), ...rows]),
    );
    await Deno.remove(`${folder}/${file}.bin`);
  }
}

Deno.test(
  "runSession() streams what does not fit into the buffer, stops, resumes and refuses changed files",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const data = `${place.path}/data`, reportsDir = `${place.path}/reports`;
    await Deno.mkdir(data);
    await writeShards(data);
    const turned = { latent: 16, k: 3, batch: 50, epochs: 2, bufferMb: 1, backend: "wasm", threads: 1, snapshots: 7 };
    const session = (more: Partial<SessionOptions>): SessionOptions => ({
      turned,
      data,
      reportsDir,
      cacheDir: place.path,
      ...more,
    });
    const whole = await runSession(session({ runId: "whole" }));
    assert.ok(whole.kind === "finished");
    const { dataset, timing } = whole.report.run;
    assert.equal(dataset.streamed, true);
    assert.equal(dataset.train.images + dataset.test.images, 1500);
    assert.equal(timing.steps, 2 * Math.ceil(dataset.train.images / 50));
    assert.ok(timing.waitMs > 0 && timing.waitMs <= timing.trainMs, `${timing.waitMs} of ${timing.trainMs} ms`);

    const stop = new AbortController();
    const stopped = await runSession(session({ runId: "stopped" }), {
      signal: stop.signal,
      onEvent: (event) => event.kind === "progress" && event.progress.step >= 5 && stop.abort(),
    });
    assert.ok(stopped.kind === "stopped" && stopped.step < timing.steps);
    const path = `${data}/1.npy`, content = await Deno.readFile(path);
    await Deno.writeFile(path, content.with(-1, content.at(-1)! ^ 1));
    const resume = { resume: "stopped", turned: {}, data: undefined };
    await assert.rejects(runSession(session(resume)), {
      name: "UserError",
      message:
        /^Cannot resume stopped: the (training|test) (inputs|files) have SHA-256 \w{12}…, expected SHA-256 \w{12}…, those/,
    });
    await Deno.writeFile(path, content); // the same bytes, at another time
    const resumed = await runSession(session(resume));
    assert.ok(resumed.kind === "finished");
    const names = ["model.safetensors", "latents.json", "inputs.json", "lifelines.json", "lifelines.safetensors"];
    for (const file of [...names, "lifelines/003.png"]) {
      assert.deepEqual(
        await Deno.readFile(`${reportsDir}/stopped/${file}`),
        await Deno.readFile(`${reportsDir}/whole/${file}`),
        file,
      );
    }
    const columns = async (id: string) => JSON.parse(await Deno.readTextFile(`${reportsDir}/${id}/metrics.json`));
    assert.deepEqual(await columns("stopped"), await columns("whole"));
  },
);

Deno.test(
  "runSession() refuses a batch that is larger than a pool, and names the buffer that has room for it",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await writeShards(place.path);
    const dataset = await openData(`${place.path}/*.npy`, { bufferMb: 1, cacheDir: place.path });
    const turned = { dataset: "vectors", latent: 16, k: 3, batch: 900, bufferMb: 1 };
    const refused = runSession({ dataset, turned, reportsDir: null, cacheDir: place.path });
    await assert.rejects(refused, {
      name: "KnobError",
      message: "Cannot use bufferMb: it is 1, expected at least 2, which has room for two batches of 900 rows",
    });
  },
);
