/**
 * The CPU engine's calls and threads when they do not run as usual: calls in a queue, workers that are late, do not answer or
 * fail, and kernels that trap. Every wait must end.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../lib/engine/cpu/cpu_engine.ts";
import type { WorkerMessage } from "../../lib/engine/cpu/thread_call.ts";
import { Threads, type ThreadWaits } from "../../lib/engine/cpu/threads.ts";
import type { Engine, StepPlan } from "../../lib/engine/engine.ts";
import { PlacedStruct } from "../../lib/engine/struct_fields.ts";
import { BARRIER, MODEL } from "../../lib/engine/structs.ts";
import { makeCase, planned } from "./cases.ts";
import { kernels } from "./kernels.ts";
import { needs } from "../needs.ts";

const WORKER = new URL("../../lib/engine/cpu/kernel_worker.ts", import.meta.url);
const EXAMPLE = makeCase(37, { hidden: [13], latent: 5, batch: 256, lr: 0.01 });
const BATCH = EXAMPLE.config.batch;
/** Far beyond every address. */
const NOWHERE = 0xfff00000;

/** A worker whose messages are changed, held back or lost on their way to it. */
class InterceptedWorker extends Worker {
  readonly #intercept: (message: WorkerMessage, pass: (message: WorkerMessage) => void) => void;
  constructor(intercept: (message: WorkerMessage, pass: (message: WorkerMessage) => void) => void) {
    super(WORKER, { type: "module" });
    this.#intercept = intercept;
  }
  override postMessage(message: WorkerMessage): void {
    this.#intercept(message, (passed) => super.postMessage(passed));
  }
}

/** Starts the example's engine with two threads; `intercept` stands between it and its worker. */
function started(intercept: ConstructorParameters<typeof InterceptedWorker>[0] = (message, pass) => pass(message)) {
  return kernels().then((kernels) =>
    CpuEngine.start(EXAMPLE.definition, { threads: 2, kernels, startWorker: () => new InterceptedWorker(intercept) })
  );
}

const late = (message: WorkerMessage, pass: (message: WorkerMessage) => void) => {
  if ("attach" in message) setTimeout(() => pass(message), 300);
  else pass(message);
};

/** The worker's part of training is done on a model that is nowhere. */
const trapping = (message: WorkerMessage, pass: (message: WorkerMessage) => void) =>
  pass(
    "call" in message && message.call.name === "train" ? { call: { name: "train", args: [NOWHERE, 0, 1] } } : message,
  );

function load(engine: Engine, batch = BATCH): Promise<void> {
  return engine.load({ state: EXAMPLE.state, pixels: EXAMPLE.pixels, batch });
}

function planFrom(first: number, batch = BATCH): StepPlan {
  return planned(EXAMPLE.config, {
    indices: Uint32Array.from(
      { length: 3 * batch - Math.min(7, batch - 1) },
      (_, i) => (first + 11 * i) % EXAMPLE.count,
    ),
    batch,
    learningRates: Float64Array.of(0.01, 0.02, 0.01),
  });
}

/** Rejects when work takes longer than that: a hang must be a failure. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const end = new Promise<never>((_, reject) => timer = setTimeout(() => reject(new Error(`took over ${ms} ms`)), ms));
  return await Promise.race([work, end]).finally(() => clearTimeout(timer));
}

/** Where {@linkcode meeting}'s memory has its `Model` and its barrier. */
const MODEL_ADDRESS = 32768, BARRIER_ADDRESS = 65536;

/** Two threads with a memory in which they can meet, and what lets them. */
async function meeting(startWorker: () => Worker, waits: Partial<ThreadWaits> = {}) {
  const threads = Threads.start(await kernels(), { count: 2, startWorker, waits });
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
  new PlacedStruct(MODEL, { buffer: memory.buffer, address: MODEL_ADDRESS }).set({
    threads: 2,
    barrier: BARRIER_ADDRESS,
  });
  await threads.attach({ memory, barrier: BARRIER_ADDRESS });
  return { threads, meet: (rounds: number) => threads.run({ name: "rendezvous", args: [MODEL_ADDRESS, rounds] }) };
}

/** The worker meets once, whatever the call. */
const meetingOnce = (message: WorkerMessage, pass: (message: WorkerMessage) => void) =>
  pass("call" in message ? { call: { name: "rendezvous", args: [MODEL_ADDRESS, 1] } } : message);

/** A worker that runs code of its own, as a message handler's: `message` is there, and `place`, from `attach` on. */
function workerThat(onAttach: string, onCall: string): Worker {
  const source = `let place, kernels;
    onmessage = ({ data: message }) => { if ("attach" in message) { place = message.attach; ${onAttach} } else { ${onCall} } };`;
  return new Worker(`data:text/javascript,${encodeURIComponent(source)}`, { type: "module" });
}

Deno.test(
  "calls made at once give the same as one after the other, also when a worker is late",
  needs("permissions"),
  async () => {
    const images = EXAMPLE.pixels.subarray(0, 5 * EXAMPLE.definition.arch.dInput);
    const acts = new Float32Array(2 * EXAMPLE.definition.arch.nLatents).fill(0.5);
    const inTurn = await started();
    await load(inTurn);
    const expected = [
      await inTurn.train(planFrom(0)),
      await inTurn.forward(images),
      await inTurn.train(planFrom(1)),
      await inTurn.state(),
      await inTurn.decode(acts),
    ];
    await load(inTurn);
    expected.push(await inTurn.train(planFrom(2)), await inTurn.state());
    await inTurn.dispose();
    for (const intercept of [undefined, late]) {
      const engine = await started(intercept);
      const loaded = load(engine);
      const results = await within(
        20_000,
        Promise.all([
          engine.train(planFrom(0)),
          engine.forward(images),
          engine.train(planFrom(1)),
          engine.state(),
          engine.decode(acts),
          load(engine),
          engine.train(planFrom(2)),
          engine.state(),
          engine.dispose(),
        ]),
      );
      await loaded;
      assert.deepEqual(results.filter((result) => result !== undefined), expected);
    }
  },
);

Deno.test(
  "train() starts with every batch up to the one load was told, however late its worker is",
  needs("permissions"),
  async () => {
    for (const batch of [1, 129, 256, 512, 2048]) {
      const engine = await started(late);
      await load(engine, batch);
      const { reconstruction } = await engine.train(planFrom(0, batch));
      assert.ok(reconstruction.every(Number.isFinite));
      await engine.dispose();
    }
  },
);

Deno.test(
  "a trap in a worker ends the wait, and the engine refuses further calls with the reason",
  needs("permissions"),
  async () => {
    const engine = await started(trapping);
    await load(engine);
    const first = engine.train(planFrom(0)), second = engine.train(planFrom(0));
    await Promise.allSettled([first, second]);
    await within(5000, assert.rejects(first, /Cannot run the kernels: thread 1 stopped in train: .*out of bounds/));
    await assert.rejects(
      second,
      /^Error: Cannot use the engine: Cannot run the kernels: thread 1 stopped in train/,
    );
    await assert.rejects(engine.state(), /thread 1 stopped in train/);
    await engine.dispose();
  },
);

Deno.test("a trap on the engine's own thread ends its worker's wait", needs("permissions"), async () => {
  // The worker waits at the barrier of a good model; this thread never comes.
  const { threads, meet } = await meeting(() => new InterceptedWorker(meetingOnce));
  assert.throws(
    () => threads.run({ name: "infer", args: [NOWHERE, 0, 1] }),
    /^Error: Cannot run the kernels: thread 0 stopped in infer: .*out of bounds/,
  );
  assert.throws(() => meet(1), /thread 0 stopped in infer/);
  threads.stop();
});

/** What a worker does at its first call, after it has answered `attach`. */
const ENDS = {
  "throws before its share": "throw new Error('no such luck')",
  "closes itself": "self.close()",
  "never answers": "",
};

for (const [what, end] of Object.entries(ENDS)) {
  Deno.test(
    `train() fails when a worker ${what}, and so does what comes after, with the reason`,
    needs("permissions"),
    async () => {
      const engine = await CpuEngine.start(EXAMPLE.definition, {
        threads: 2,
        kernels: await kernels(),
        startWorker: () => workerThat("postMessage({ attached: true });", end),
        waits: { beginMs: 300 },
      });
      await load(engine);
      const reason = "Cannot run the kernels: a worker did not begin its share within 0.3 s";
      const start = performance.now();
      await assert.rejects(engine.train(planFrom(0)), { message: reason });
      const ms = performance.now() - start;
      assert.ok(ms >= 290 && ms < 20_000, `took ${ms} ms`);
      await assert.rejects(engine.train(planFrom(0)), { message: `Cannot use the engine: ${reason}` });
      await assert.rejects(engine.state(), { message: `Cannot use the engine: ${reason}` });
      await engine.dispose();
    },
  );
}

Deno.test("run() fails when a thread that has begun does not come to a barrier", needs("permissions"), async () => {
  const { threads, meet } = await meeting(() => new InterceptedWorker(meetingOnce), { phaseMs: 2000 });
  meet(1);
  const reason = "a thread did not come to the barrier within 2 s";
  assert.throws(() => meet(2), { message: `Cannot run the kernels: ${reason}` });
  assert.throws(() => meet(1), { message: `Cannot use the CPU engine's threads: ${reason}` });
  threads.stop();
});

Deno.test("run() waits for a worker that begins late, and for one that is slow", needs("permissions"), async () => {
  const sleep = (ms: number) => `Atomics.wait(new Int32Array(place.memory.buffer), 0, 0, ${ms});`;
  const begin = `Atomics.add(new Int32Array(place.memory.buffer), (place.barrier + ${BARRIER.offsets.begun}) / 4, 1);`;
  const slow = () =>
    workerThat(
      `kernels = new WebAssembly.Instance(place.module, { env: { memory: place.memory }, products: { multiply() {} } }).exports;
      postMessage({ attached: true });`,
      `${sleep(100)} ${begin} ${sleep(1500)} kernels[message.call.name](...message.call.args, place.thread);`,
    );
  const { threads, meet } = await meeting(slow, { beginMs: 20_000, phaseMs: 20_000 });
  const start = performance.now();
  meet(1);
  assert.ok(performance.now() - start > 1500, "the worker was not slow");
  threads.stop();
});

Deno.test(
  "attach() fails when a worker cannot be loaded, cannot use the memory, or never answers",
  needs("permissions"),
  async () => {
    const memory = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const attach = async (startWorker: () => Worker, attachMs = 20_000) => {
      const threads = Threads.start(await kernels(), { count: 2, startWorker, waits: { attachMs } });
      try {
        await within(60_000, threads.attach({ memory: memory(), barrier: 32768 }));
      } finally {
        threads.stop();
      }
    };
    const broken = () => new Worker("data:text/javascript,throw new Error('no such luck')", { type: "module" });
    await assert.rejects(attach(broken), /Cannot use the CPU engine's threads: a worker failed: .*no such luck/);
    await assert.rejects(
      attach(() =>
        new InterceptedWorker((message, pass) =>
          pass("attach" in message ? { attach: { ...message.attach, memory: undefined! } } : message)
        )
      ),
      /Cannot use the CPU engine's threads: worker 1 could not start: /,
    );
    await assert.rejects(
      attach(() => new InterceptedWorker(() => {}), 100),
      /Cannot use the CPU engine's threads: worker 1 did not start within 0.1 s/,
    );
  },
);

Deno.test(
  "load() fails when a worker cannot be loaded, and so does what comes after",
  needs("permissions"),
  async () => {
    const engine = await CpuEngine.start(EXAMPLE.definition, {
      threads: 2,
      kernels: await kernels(),
      startWorker: () => new Worker("data:text/javascript,throw new Error('gone')", { type: "module" }),
    });
    await within(60_000, assert.rejects(load(engine), /a worker failed: .*gone/));
    await assert.rejects(engine.state(), /^Error: Cannot use the engine: .*gone/);
    await engine.dispose();
  },
);

Deno.test(
  "start() refuses more threads than the cores can serve, with both numbers",
  needs("permissions"),
  async () => {
    await assert.rejects(
      async () => await CpuEngine.start(EXAMPLE.definition, { threads: 1000, kernels: await kernels() }),
      /^UserError: Cannot start 1000 threads: this machine has \d+ cores?, expected at most \d+$/,
    );
  },
);
