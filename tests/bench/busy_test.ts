import assert from "node:assert/strict";
import { busyShare } from "../../bench/busy.ts";
import { needs } from "../needs.ts";

Deno.test("busyShare() is what several times add up to", () => {
  assert.equal(busyShare([{ busyMs: 1, allMs: 4 }, { busyMs: 5, allMs: 8 }]), 0.5);
  assert.equal(busyShare([]), 0);
});

Deno.test(
  "watchCores() sees a core that another thread keeps busy, with the bench's own permissions",
  needs("permissions"),
  async () => {
    const cores = navigator.hardwareConcurrency;
    const script = `
    import { watchCores } from ${JSON.stringify(new URL("../../bench/busy.ts", import.meta.url).href)};
    const source = "self.onmessage = () => { for (const end = performance.now() + 900; performance.now() < end;); }; postMessage(0);";
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
    await new Promise((resolve) => worker.onmessage = resolve);
    worker.postMessage(0);
    const { busyMs, allMs } = await watchCores(500);
    worker.terminate();
    console.log(JSON.stringify({ busyMs, allMs }));`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-q",
        "--no-check",
        `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
        "-P=bench",
        "--no-prompt",
        `data:application/typescript,${encodeURIComponent(script)}`,
      ],
      cwd: new URL("../..", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.match(text(stdout), /^\{/, text(stderr));
    const { busyMs, allMs } = JSON.parse(text(stdout));
    assert.ok(allMs >= 500 * cores * 0.9, `${allMs}`);
    assert.ok(busyMs >= 250, `${busyMs} of ${allMs}`);
  },
);
