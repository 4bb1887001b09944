import assert from "node:assert/strict";
import { describeAdapter, isSoftwareAdapter } from "../../lib/engine/adapter.ts";
import { chooseEngine, openEngine, probeAdapter } from "../../lib/engine/choose.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { CASES } from "./cases.ts";

Deno.test("chooseEngine() takes our engine for a backend unless told otherwise", async () => {
  const { backend, engine } = await chooseEngine({ backend: "wasm", engine: "auto" });
  assert.deepEqual([backend, engine], ["wasm", "cpu"]);
  assert.deepEqual((await chooseEngine({ backend: "wasm", engine: "reference" })).engine, "reference");
  assert.deepEqual((await chooseEngine({ backend: "webgpu", engine: "fused" })).engine, "webgpu");
  assert.deepEqual(await chooseEngine({ backend: "cpu", engine: "auto" }), {
    engine: "reference",
    backend: "cpu",
    reason: "--backend cpu",
  });
});

Deno.test("chooseEngine() refuses a fused engine on tfjs's plain JavaScript", async () => {
  await assert.rejects(
    chooseEngine({ backend: "cpu", engine: "fused" }),
    /^UserError: Cannot use --engine fused: the backend is cpu/,
  );
});

Deno.test("chooseEngine() takes the CPU engine where the only adapter is software or none, and says so", async () => {
  const { adapter, isSoftware, summary } = await probeAdapter();
  const choice = await chooseEngine({ backend: "auto", engine: "auto" });
  assert.equal(choice.reason, summary);
  assert.equal(choice.engine, adapter && !isSoftware ? "webgpu" : "cpu");
});

Deno.test("openEngine() keeps compiled kernels in the cache folder, and starts without a writable one", async () => {
  await using folder = await temporaryFolder();
  const { definition, state, pixels } = CASES[1];
  const choice = await chooseEngine({ backend: "wasm", engine: "auto" });
  for (const cacheDir of [folder.path, folder.path, "/proc/none"]) {
    const engine = await openEngine(definition, choice, { threads: 1, cacheDir, batch: 128 });
    await engine.load({ state, pixels });
    assert.equal((await engine.forward(pixels)).hidden.length, 3);
    await engine.dispose();
  }
  assert.equal(Array.from(Deno.readDirSync(`${folder.path}/kernels`)).length, 1);
});

Deno.test("describeAdapter() uses whatever the adapter says of itself", () => {
  const info = (fields: Partial<GPUAdapterInfo>) =>
    ({ description: "", device: "", vendor: "", architecture: "", ...fields }) as GPUAdapterInfo;
  assert.equal(describeAdapter(info({ description: "Radeon", device: "0", vendor: "amd" })), "Radeon, amd");
  assert.equal(describeAdapter(info({})), "an unnamed adapter");
});

Deno.test("isSoftwareAdapter() knows the software adapters by flag and by name", () => {
  const info = (description: string, isFallbackAdapter = false) =>
    ({ description, isFallbackAdapter }) as GPUAdapterInfo;
  for (const name of ["llvmpipe (LLVM 15)", "SwiftShader Device", "Microsoft Basic Render Driver"]) {
    assert.ok(isSoftwareAdapter(info(name)));
  }
  assert.ok(isSoftwareAdapter(info("", true)));
  assert.ok(!isSoftwareAdapter(info("NVIDIA H200")));
});
