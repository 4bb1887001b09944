import assert from "node:assert/strict";
import {
  type DownloadProgress,
  downloadVerified,
  isAnyAnswering,
  sha256Hex,
} from "../../../lib/data/mnist/download.ts";
import { deadMirror, gzip, idxFile, stalling, withFolder, withServer } from "./idx_files.ts";
import { needs } from "../../needs.ts";

const BYTES = await gzip(idxFile([50, 40, 3]));
const SHA256 = await sha256Hex(BYTES);
const IMPATIENT = { sha256: SHA256, stallMs: 150, retries: 0 };

/** Asserts that every mirror fails for its reason and that nothing is written. */
async function failsWith(reason: RegExp, answer: (file: string) => Response, options: { retries?: number } = {}) {
  await withServer(answer, (base) =>
    withFolder({}, async (dir) => {
      const download = downloadVerified({ ...IMPATIENT, ...options, urls: [`${base}a.gz`], path: `${dir}/a.gz` });
      await assert.rejects(download, (error: Error) => {
        assert.equal(error.name, "UserError");
        const { host } = new URL(base);
        assert.match(error.message.replace(host, "HOST"), reason);
        return true;
      });
      assert.deepEqual([...Deno.readDirSync(dir)], []);
    }));
}

Deno.test("sha256Hex() returns the standard's digest when the message is abc", async () => {
  // FIPS 180-4, example B.1.
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(await sha256Hex(new TextEncoder().encode("abc")), digest);
});

Deno.test(
  "downloadVerified() writes the file and reports progress when a mirror has it",
  needs("permissions"),
  async () => {
    await withServer(() => new Response(BYTES), (base) =>
      withFolder({}, async (dir) => {
        const seen: DownloadProgress[] = [];
        const path = `${dir}/new/a.gz`;
        const url = await downloadVerified({
          ...IMPATIENT,
          urls: [`${base}a.gz`],
          path,
          onProgress: (p) => seen.push(p),
        });
        assert.equal(url, `${base}a.gz`);
        assert.deepEqual(await Deno.readFile(path), new Uint8Array(BYTES));
        assert.deepEqual(seen.at(-1), { file: "a.gz", receivedBytes: BYTES.length, totalBytes: BYTES.length });
      }));
  },
);

Deno.test(
  "downloadVerified() keeps the file packed when the mirror labels it content-encoding: gzip",
  needs("permissions"),
  async () => {
    await withServer(
      (_file, request) => {
        assert.equal(request.headers.get("accept-encoding"), "identity");
        return new Response(BYTES, { headers: { "content-encoding": "gzip" } });
      },
      (base) =>
        withFolder({}, async (dir) => {
          await downloadVerified({ ...IMPATIENT, urls: [`${base}a.gz`], path: `${dir}/a.gz` });
          assert.deepEqual(await Deno.readFile(`${dir}/a.gz`), new Uint8Array(BYTES));
        }),
    );
  },
);

Deno.test(
  "downloadVerified() goes on to the next mirror when one is down, wrong, stalled or lacks the file",
  needs("permissions"),
  async () => {
    const answers: Record<string, () => Response> = {
      lacking: () => new Response("none", { status: 404 }),
      wrong: () => new Response("<html>please log in</html>"),
      stalled: () => stalling(BYTES.slice(0, 100)),
      good: () => new Response(BYTES),
    };
    await withServer((file) => answers[file](), (base) =>
      withFolder({}, async (dir) => {
        const urls = [`${deadMirror()}a.gz`, ...Object.keys(answers).map((name) => base + name)];
        assert.equal(await downloadVerified({ ...IMPATIENT, urls, path: `${dir}/a.gz` }), `${base}good`);
      }));
  },
);

Deno.test(
  "downloadVerified() names every mirror and its reason in one line when all fail",
  needs("permissions"),
  async () => {
    await withServer(
      (file) => file === "a.gz" ? new Response("no", { status: 404 }) : stalling(),
      (base) =>
        withFolder({}, async (dir) => {
          const dead = deadMirror();
          const urls = [`${dead}a.gz`, `${base}a.gz`, `${base}b/a.gz`, "file:///etc/hosts"];
          const { host } = new URL(base);
          await assert.rejects(downloadVerified({ ...IMPATIENT, urls, path: `${dir}/a.gz` }), (error: Error) => {
            assert.match(error.message, /^Cannot download a\.gz: [^\n]*, expected a mirror with the official file$/);
            assert.match(error.message, new RegExp(`${new URL(dead).host} cannot be reached \\(.*refused.*\\); `));
            assert.ok(error.message.includes(`; ${host} answered 404; `), error.message);
            assert.ok(error.message.includes(`; ${host} stalled for 0.15 s after 0 bytes; `), error.message);
            assert.match(error.message, /; file:\/\/\/etc\/hosts is not an http or https address,/);
            return true;
          });
        }),
    );
  },
);

Deno.test("downloadVerified() refuses a mirror when its file has another checksum", needs("permissions"), async () => {
  const other = BYTES.slice();
  other[9] ^= 1;
  await failsWith(/HOST sent another file \(\d+ bytes, SHA-256 [0-9a-f]{12}…\)/, () => new Response(other));
});

Deno.test("downloadVerified() says how far it came when the body breaks off", needs("permissions"), async () => {
  const broken = () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        controller.enqueue(BYTES.slice(0, 100));
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-length": String(BYTES.length) } });
  };
  await failsWith(new RegExp(`HOST sent only 100 of ${BYTES.length} bytes,`), broken);
});

Deno.test(
  "downloadVerified() tries again when a failure may pass, and not when it will not",
  needs("permissions"),
  async () => {
    let asked = 0;
    await failsWith(/HOST answered 503 \(2 tries\)/, () => (asked++, new Response("", { status: 503 })), {
      retries: 1,
    });
    assert.equal(asked, 2);
    await failsWith(/HOST answered 403,/, () => (asked++, new Response("", { status: 403 })), { retries: 1 });
    assert.equal(asked, 3);
    await withServer(
      () => asked++ === 3 ? new Response("", { status: 503 }) : new Response(BYTES),
      (base) =>
        withFolder({}, async (dir) => {
          await downloadVerified({ ...IMPATIENT, retries: 1, urls: [base], path: `${dir}/a.gz` });
        }),
    );
    assert.equal(asked, 5);
  },
);

Deno.test("downloadVerified() gives a mirror up when it sends more than maxBytes", needs("permissions"), async () => {
  await withServer(() => stalling(new Uint8Array(2000)), (base) =>
    withFolder({}, async (dir) => {
      const download = downloadVerified({ ...IMPATIENT, urls: [base], path: `${dir}/a.gz`, maxBytes: 1000 });
      await assert.rejects(download, /sent more than 1000 bytes/);
    }));
});

Deno.test(
  "downloadVerified() rejects with the error of onProgress when that throws",
  needs("permissions"),
  async () => {
    const bug = new TypeError("undefined is not a function");
    await withServer(() => new Response(BYTES), (base) =>
      withFolder({}, async (dir) => {
        const onProgress = () => {
          throw bug;
        };
        await assert.rejects(downloadVerified({ ...IMPATIENT, urls: [base], path: `${dir}/a.gz`, onProgress }), bug);
      }));
  },
);

Deno.test(
  "downloadVerified() rejects with the signal's reason when aborted before, during a stall, during a pause",
  needs("permissions"),
  async () => {
    const reason = new Error("the user pressed ^C");
    const answers = [() => stalling(BYTES.slice(0, 10)), () => new Response("", { status: 503 })];
    for (const answer of answers) {
      await withServer(answer, (base) =>
        withFolder({}, async (dir) => {
          const options = { sha256: SHA256, urls: [base], path: `${dir}/a.gz` };
          await assert.rejects(downloadVerified({ ...options, signal: AbortSignal.abort(reason) }), reason);
          const controller = new AbortController();
          const timer = setTimeout(() => controller.abort(reason), 100);
          await assert.rejects(downloadVerified({ ...options, signal: controller.signal }), reason);
          clearTimeout(timer);
          assert.deepEqual([...Deno.readDirSync(dir)], []);
        }));
    }
  },
);

Deno.test({
  name: "downloadVerified() names the flag when Deno denies a host, also after a redirect",
  permissions: needs("permissions").ignore ? "none" : { net: ["127.0.0.1"], read: true, write: true },
  ...needs("permissions"),
  async fn() {
    await withServer(() => Response.redirect("http://localhost:8999/a.gz"), (base) =>
      withFolder({}, async (dir) => {
        const urls = ["http://localhost:8999/a.gz", `${base}a.gz`];
        const { host } = new URL(base);
        await assert.rejects(downloadVerified({ ...IMPATIENT, urls, path: `${dir}/a.gz` }), (error: Error) => {
          const denied = "may not be asked by this Deno process (run with --allow-net=localhost:8999)";
          assert.ok(error.message.includes(`localhost:8999 ${denied}; ${host} ${denied},`), error.message);
          return true;
        });
      }));
  },
});

Deno.test("isAnyAnswering() is true when one URL of several answers", needs("permissions"), async () => {
  await withServer((file) => file === "good" ? new Response(BYTES) : stalling(), async (base) => {
    const startMs = performance.now();
    assert.equal(await isAnyAnswering([deadMirror(), `${base}stalled`, `${base}good`], 60_000), true);
    assert.ok(performance.now() - startMs < 50_000, "waited for those that do not answer");
  });
});

Deno.test(
  "isAnyAnswering() is false when all fail, when none answers in time, and when there is none",
  needs("permissions"),
  async () => {
    assert.equal(await isAnyAnswering([], 3000), false);
    await withServer(() => new Response("", { status: 404 }), async (base) => {
      assert.equal(await isAnyAnswering([deadMirror(), base], 3000), false);
    });
    const release = Promise.withResolvers<Response>();
    await withServer(() => release.promise, async (base) => {
      const startMs = performance.now();
      assert.equal(await isAnyAnswering([base], 100), false);
      assert.ok(performance.now() - startMs < 20_000, "waited longer than it was told to");
      release.resolve(new Response());
    });
  },
);

Deno.test("isAnyAnswering() rejects with the signal's reason when aborted", needs("permissions"), async () => {
  const reason = new Error("the user pressed ^C");
  const release = Promise.withResolvers<Response>();
  await withServer(() => release.promise, async (base) => {
    const controller = new AbortController();
    const probe = isAnyAnswering([base], 3000, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(probe, reason);
    release.resolve(new Response());
  });
});
