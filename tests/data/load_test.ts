import assert from "node:assert/strict";
import { stopwatch } from "../fastest.ts";
import { needs } from "../needs.ts";
import { generateDigits } from "../../lib/data/generated/digits.ts";
import { generateDictionary } from "../../lib/data/generated/dictionary.ts";

import { generatedBytes, loadDataset, type LoadOptions } from "../../lib/data/load.ts";
import type { Truth } from "../../lib/data/truth.ts";
import {
  deadMirror,
  mirrorOf,
  SMALL,
  SMALL_GZ,
  smallManifest,
  stalling,
  withFolder,
  withServer,
} from "./mnist/idx_files.ts";

/** A first install: an empty cache and no official mirror, so that no test leaves this machine. */
async function firstRun(dir: string, options: Partial<LoadOptions>): Promise<LoadOptions> {
  const manifest = await smallManifest();
  return { dataset: "auto", mirrors: [], cacheDir: `${dir}/cache`, dataSeed: 7, manifest, ...options };
}

Deno.test(
  "loadDataset() reads the folder when one is named, whatever the cache holds",
  needs("permissions"),
  async () => {
    await withFolder(SMALL, async (dir) => {
      for (const dataset of ["auto", "mnist"] as const) {
        const { provenance, train } = await loadDataset(await firstRun(dir, { dataset, dataDir: dir }));
        assert.deepEqual([provenance.source, train.count], ["directory", 7]);
      }
    });
  },
);

Deno.test("loadDataset() refuses digits when a folder is named too", needs("permissions"), async () => {
  await withFolder(SMALL, async (dir) => {
    const load = loadDataset(await firstRun(dir, { dataset: "digits", dataDir: dir }));
    await assert.rejects(load, { name: "UserError", exitCode: 2, message: /^Cannot take --dataset digits/ });
  });
});

Deno.test("loadDataset() draws the digits of the seed when they are asked for", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    const digits = await loadDataset(await firstRun(dir, { dataset: "digits", limit: 20 }));
    const wanted = generateDigits({ seed: 7, trainCount: 20 });
    const dInput = wanted.height * wanted.width;
    assert.deepEqual([digits.name, digits.provenance.source, digits.train.count], ["digits", "generated", 20]);
    assert.deepEqual(digits.train.pixels, wanted.train.pixels.subarray(0, 20 * dInput));
    assert.deepEqual(digits.train.labels, wanted.train.labels!.subarray(0, 20));
    assert.deepEqual(Object.keys(digits.train.factors), Object.keys(wanted.train.factors));
    for (const [name, values] of Object.entries(digits.train.factors)) {
      assert.deepEqual(values, wanted.train.factors[name].subarray(0, 20));
    }
    assert.equal(digits.test.count, wanted.test.count);
    assert.deepEqual(digits.provenance.notes, ["Only the first 20 of 60000 training images are used"]);
    assert.equal(digits.provenance.fallback, null);
  });
});

Deno.test("loadDataset() takes the cache when it is whole, without asking a mirror", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    await Deno.mkdir(`${dir}/cache`);
    for (const [name, bytes] of Object.entries(SMALL_GZ)) await Deno.writeFile(`${dir}/cache/${name}`, bytes);
    for (const dataset of ["auto", "mnist"] as const) {
      const { name, provenance } = await loadDataset(await firstRun(dir, { dataset, mirrors: [deadMirror()] }));
      assert.deepEqual([name, provenance.source, provenance.notes], ["mnist", "cache", []]);
    }
  });
});

Deno.test(
  "loadDataset() downloads from the user's mirror first when the cache is empty",
  needs("permissions"),
  async () => {
    const manifest = await smallManifest([deadMirror()]);
    await withServer(mirrorOf(SMALL_GZ), async (base) => {
      for (const dataset of ["auto", "mnist"] as const) {
        await withFolder({}, async (dir) => {
          const loaded = await loadDataset(await firstRun(dir, { dataset, mirrors: [base], manifest, limit: 4 }));
          assert.deepEqual([loaded.name, loaded.provenance.source, loaded.train.count], ["mnist", "download", 4]);
          assert.equal(loaded.train.pixels.length, 4 * 6);
          assert.equal(loaded.train.labels!.length, 4);
        });
      }
    });
  },
);

Deno.test(
  "loadDataset() takes the digits and says so when no mirror answers within 4 s",
  needs("permissions", "time"),
  async () => {
    const release = Promise.withResolvers<Response>();
    await withServer(() => release.promise, (base) =>
      withFolder({}, async (dir) => {
        const startMs = performance.now();
        const { name, provenance } = await loadDataset(
          await firstRun(dir, { mirrors: [base, deadMirror()], limit: 5 }),
        );
        assert.equal(name, "digits");
        assert.equal(provenance.fallback, "MNIST is not on disk and no mirror answered within 4 s");
        assert.ok(performance.now() - startMs > 3900, "gave up early");
        release.resolve(new Response());
      }));
  },
);

Deno.test(
  "loadDataset() takes the digits and says why when a mirror answers but lacks the right files",
  needs("permissions"),
  async () => {
    await withServer(() => new Response("<html>please log in</html>"), (base) =>
      withFolder({}, async (dir) => {
        const { name, provenance } = await loadDataset(await firstRun(dir, { mirrors: [base], limit: 5 }));
        assert.equal(name, "digits");
        assert.match(provenance.fallback!, /^MNIST is not on disk \(Cannot download .*sent another file.*\)$/);
      }));
  },
);

Deno.test({
  name: "loadDataset() names the flag in its note when Deno denies the user's mirror",
  permissions: needs("permissions").ignore ? "none" : { net: ["127.0.0.1"], read: true, write: true },
  ...needs("permissions"),
  async fn() {
    await withFolder({}, async (dir) => {
      const { provenance } = await loadDataset(
        await firstRun(dir, { mirrors: ["http://localhost:8999/mnist"], probeMs: 200, limit: 5 }),
      );
      assert.match(
        provenance.fallback!,
        /0\.2 s \(Deno may not ask localhost:8999: run with --allow-net=localhost:8999\)$/,
      );
    });
  },
});

Deno.test(
  "loadDataset() refuses and shows other ways when MNIST is asked for and cannot be had",
  needs("permissions"),
  async () => {
    await withServer(() => new Response("no", { status: 404 }), (base) =>
      withFolder({}, async (dir) => {
        await assert.rejects(
          loadDataset(await firstRun(dir, { dataset: "mnist", mirrors: [base] })),
          (error: Error) => {
            assert.equal(error.name, "UserError");
            assert.match(
              error.message,
              /^Cannot download .* answered 404, expected .*, or --data-dir .*, or --dataset digits$/,
            );
            return true;
          },
        );
      }));
  },
);

Deno.test(
  "loadDataset() refuses a limit when it is more than there is, none or not whole",
  needs("permissions"),
  async () => {
    await withFolder(SMALL, async (dir) => {
      for (const limit of [8, 0, -1, 2.5, NaN]) {
        const load = loadDataset(await firstRun(dir, { dataDir: dir, limit }));
        const message = `Cannot keep ${limit} training images of mnist: it has 7, expected 1 to 7`;
        await assert.rejects(load, { name: "UserError", exitCode: 2, message });
      }
      const { train, provenance } = await loadDataset(await firstRun(dir, { dataDir: dir, limit: 7 }));
      assert.equal(train.count, 7);
      assert.ok(!provenance.notes.some((note) => note.includes("on the first")), "nothing was left out");
    });
  },
);

Deno.test(
  "loadDataset() rejects with the signal's reason when aborted, and takes no digits",
  needs("permissions"),
  async () => {
    const reason = new Error("the user pressed ^C");
    const answer = (_file: string, request: Request) => request.headers.has("range") ? new Response("0") : stalling();
    await withServer(answer, (base) =>
      withFolder({}, async (dir) => {
        for (const dataset of ["auto", "mnist"] as const) {
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(reason), 100);
          const options = await firstRun(dir, { dataset, mirrors: [base], signal: controller.signal });
          await assert.rejects(loadDataset(options), reason);
          clearTimeout(timer);
        }
      }));
  },
);

const KNOWN = { width: 8, features: 12, active: 2, correlation: 0, noise: 0.01 };

Deno.test(
  "loadDataset() draws the first vectors alone when there is a limit, the same as without",
  needs("permissions"),
  async () => {
    await withFolder({}, async (dir) => {
      const load = async (limit?: number) =>
        await loadDataset(await firstRun(dir, { dataset: "dictionary", dictionary: KNOWN, limit }));
      const limited = await load(30), whole = generateDictionary({ ...KNOWN, seed: 7 });
      assert.deepEqual(limited.train.pixels, whole.train.pixels.slice(0, 30 * 8));
      assert.deepEqual([limited.test, limited.truth, limited.white], [whole.test, whole.truth, whole.white]);
      assert.deepEqual(limited.provenance.notes, ["Only the first 30 of 102400 training vectors are used"]);
      await assert.rejects(load(102_401), { message: /dictionary: it has 102400, expected 1 to 102400$/ });
      await assert.rejects(load(0), { message: /expected 1 to 102400$/ });
    });
  },
);

/** The arrays of true activations. */
const listed = (acts: Truth["testActs"] | undefined) => acts ? [acts.starts, acts.columns, acts.values] : [];

Deno.test("generatedBytes() are the bytes that loadDataset() draws", needs("permissions"), async () => {
  await withFolder({}, async (dir) => {
    for (const dataset of ["digits", "dictionary"] as const) {
      for (const limit of [3, 40]) {
        const options = await firstRun(dir, { dataset, dictionary: KNOWN, limit });
        const { train, test, truth } = await loadDataset(options);
        const arrays = [train, test].flatMap((
          { pixels, labels, factors },
        ) => [pixels, labels, ...Object.values(factors)]);
        const all = [...arrays, truth?.features, ...listed(truth?.testActs)].map((array) => array?.byteLength ?? 0);
        assert.equal(generatedBytes(options), all.reduce((a, b) => a + b));
      }
    }
    assert.equal(generatedBytes({ dataset: "mnist" }), 0);
    // 70,000 images with a label and eleven factors each.
    assert.equal(generatedBytes({ dataset: "digits" }), 70_000 * (784 + 1 + 11 * 4));
  });
});

Deno.test(
  "loadDataset() refuses data of known truth that need more than there is, in a moment",
  needs("permissions"),
  async () => {
    await withFolder({}, async (dir) => {
      const took = stopwatch();
      const refuses = async (options: Partial<typeof KNOWN>, message: RegExp) => {
        const dictionary = { ...KNOWN, ...options };
        await assert.rejects(loadDataset(await firstRun(dir, { dataset: "dictionary", dictionary })), {
          name: "UserError",
          message,
        });
      };
      await refuses(
        { width: 1e9 },
        /^Cannot draw vectors of 1000000000 values from 12 features: it needs 450 TB of memory, expected at most the \S+ GB/,
      );
      await refuses({ features: 1e12 }, /it needs 32 TB of memory/);
      await refuses({ width: 2 ** 52, features: 2 ** 52 }, /of memory, expected at most/);
      await refuses(
        { width: 640, features: 5000, active: 5000 },
        /5000 active: it takes 3\.6e\+11 multiplications, expected at most 2e\+11$/,
      );
      assert.ok(took() < 1000);
    });
  },
);

Deno.test(
  "loadDataset() asks a mirror with its name and password, and tells nobody",
  needs("permissions"),
  async () => {
    const manifest = await smallManifest();
    const asked: (string | null)[] = [];
    const progress: string[] = [];
    const mirror = mirrorOf(SMALL_GZ);
    const answer = (file: string, request: Request) => {
      asked.push(`${request.headers.get("authorization")} ${new URL(request.url).search}`);
      return mirror(file);
    };
    await withServer(answer, (base) =>
      withFolder({}, async (dir) => {
        const withSecret = (path: string) => `${base.replace("//", "//user:SECRET@")}${path}?key=SECRET`;
        const onProgress = (state: unknown) => progress.push(JSON.stringify(state));
        const loaded = await loadDataset(await firstRun(dir, { mirrors: [withSecret("")], manifest, onProgress }));
        assert.equal(loaded.provenance.source, "download");
        assert.deepEqual([...new Set(asked)], [`Basic ${btoa("user:SECRET")} ?key=SECRET`]);
        assert.ok(progress.length > 0 && !progress.join().includes("SECRET"));
        assert.ok(!JSON.stringify(loaded.provenance).includes("SECRET"));
        for (const dataset of ["auto", "mnist"] as const) {
          const options = await firstRun(`${dir}/other`, { dataset, mirrors: [withSecret("no/")], manifest, limit: 1 });
          const said = await loadDataset(options).then(
            ({ provenance }) => JSON.stringify(provenance),
            (error) => `${error}`,
          );
          assert.match(said, /MNIST|Cannot download/);
          assert.doesNotMatch(said, /SECRET|user/);
        }
      }));
  },
);
