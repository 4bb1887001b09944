import assert from "node:assert/strict";
import { downloadMnist, isCached, isReachable, readCached } from "../../../lib/data/mnist/mnist.ts";
import { deadMirror, mirrorOf, SMALL_GZ, smallManifest, stalling, withFolder, withServer } from "./idx_files.ts";
import { needs } from "../../needs.ts";

const MANIFEST = await smallManifest();
const IMPATIENT = { manifest: MANIFEST, stallMs: 150, retries: 0 };

Deno.test(
  "isCached() is true when all four files are right, and false when one is missing or altered",
  needs("permissions"),
  async () => {
    await withFolder(SMALL_GZ, async (dir) => {
      assert.equal(await isCached(dir, MANIFEST), true);
      assert.equal((await readCached(dir, MANIFEST)).provenance.source, "cache");
      const altered = SMALL_GZ["t10k-images-idx3-ubyte.gz"].slice();
      altered[30] ^= 1;
      await Deno.writeFile(`${dir}/t10k-images-idx3-ubyte.gz`, altered);
      assert.equal(await isCached(dir, MANIFEST), false);
      await assert.rejects(readCached(dir, MANIFEST), { name: "UserError", message: /a file is missing or altered/ });
      await Deno.remove(`${dir}/t10k-images-idx3-ubyte.gz`);
      assert.equal(await isCached(dir, MANIFEST), false);
      assert.equal(await isCached(`${dir}/nowhere`, MANIFEST), false);
    });
  },
);

Deno.test(
  "downloadMnist() fills the cache when it is empty, and asks for nothing when it is full",
  needs("permissions"),
  async () => {
    let asked = 0;
    const mirror = mirrorOf(SMALL_GZ);
    await withServer((file) => (asked++, mirror(file)), (base) =>
      withFolder({}, async (dir) => {
        const cacheDir = `${dir}/not/yet`;
        const files: string[] = [];
        const onProgress = ({ file }: { file: string }) => files.push(file);
        const first = await downloadMnist({ ...IMPATIENT, cacheDir, mirrors: [base], onProgress });
        assert.deepEqual([first.name, first.provenance.source, first.provenance.notes, asked], [
          "mnist",
          "download",
          [],
          4,
        ]);
        assert.deepEqual([...new Set(files)].toSorted(), Object.keys(SMALL_GZ).toSorted());
        const second = await downloadMnist({ ...IMPATIENT, cacheDir, mirrors: [base] });
        assert.deepEqual([second.provenance.source, asked], ["cache", 4]);
        assert.deepEqual(second.train, first.train);
      }));
  },
);

Deno.test(
  "downloadMnist() replaces and notes a cached file when it is not the official one",
  needs("permissions"),
  async () => {
    const asked: string[] = [];
    const mirror = mirrorOf(SMALL_GZ);
    await withServer(
      (file) => (asked.push(file), mirror(file)),
      (base) =>
        withFolder(
          { ...SMALL_GZ, "train-labels-idx1-ubyte.gz": SMALL_GZ["t10k-labels-idx1-ubyte.gz"] },
          async (dir) => {
            const { provenance } = await downloadMnist({ ...IMPATIENT, cacheDir: dir, mirrors: [base] });
            assert.deepEqual(asked, ["train-labels-idx1-ubyte.gz"]);
            assert.deepEqual(provenance.notes, [
              "the cached train-labels-idx1-ubyte.gz was not the official file and was downloaded again",
            ]);
            assert.equal(await isCached(dir, MANIFEST), true);
          },
        ),
    );
  },
);

Deno.test(
  "downloadMnist() leaves nothing wrong in the cache when every mirror sends other files",
  needs("permissions"),
  async () => {
    const others = Object.fromEntries(Object.keys(SMALL_GZ).map((name) => [name, new TextEncoder().encode("<html>")]));
    await withServer(mirrorOf(others), (base) =>
      withFolder({}, async (dir) => {
        const download = downloadMnist({ ...IMPATIENT, cacheDir: dir, mirrors: [base, deadMirror()] });
        await assert.rejects(download, {
          name: "UserError",
          message: /^Cannot download t10k-labels.*another file.*; .*refused/,
        });
        assert.deepEqual([...Deno.readDirSync(dir)], []);
      }));
  },
);

Deno.test(
  "downloadMnist() asks a stalling mirror once when the next one has every file",
  needs("permissions"),
  async () => {
    let stalls = 0;
    const mirror = mirrorOf(SMALL_GZ);
    const answer = (path: string) =>
      path.startsWith("slow/") ? (stalls++, stalling()) : mirror(path.replace("good/", ""));
    await withServer(answer, (base) =>
      withFolder({}, async (dir) => {
        // Without the closing slash, as people type it.
        await downloadMnist({ ...IMPATIENT, cacheDir: dir, mirrors: [`${base}slow`, `${base}good`] });
        assert.equal(stalls, 1);
      }));
  },
);

Deno.test(
  "isReachable() tells whether a mirror serves the files, and refuses an address that is none",
  needs("permissions"),
  async () => {
    await withServer(mirrorOf(SMALL_GZ), async (base) => {
      assert.equal(await isReachable([deadMirror(), base], 3000), true);
      assert.equal(await isReachable([`${base}elsewhere/`], 3000), false);
    });
    await assert.rejects(isReachable(["ftp://host/mnist/"], 100), {
      name: "UserError",
      exitCode: 2,
      message: /^Cannot use mirror/,
    });
    await assert.rejects(isReachable(["host"], 100), { name: "UserError", exitCode: 2 });
  },
);
