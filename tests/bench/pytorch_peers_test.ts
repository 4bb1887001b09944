import assert from "node:assert/strict";
import { bestTrials, type Peer, type Probe, pythonCandidates, whyNotCompare } from "../../bench/pytorch_peers.ts";

const PROBE: Probe = { version: "2.13.0", file: "/a", blas: "MKL", device: "cpu", gflops: 130 };

Deno.test("pythonCandidates() takes the named interpreters first, and none for the word none", () => {
  assert.deepEqual(pythonCandidates(undefined), ["/usr/bin/python3", "python3"]);
  assert.deepEqual(pythonCandidates("/a/python:python3:"), ["/a/python", "python3", "/usr/bin/python3"]);
  assert.deepEqual(pythonCandidates("C:\\a.exe;b", { isWindows: true }), ["C:\\a.exe", "b", "python"]);
  assert.deepEqual(pythonCandidates("none"), []);
});

Deno.test("whyNotCompare() refuses slow matrix products on a CPU, and says what helps", () => {
  assert.equal(whyNotCompare(PROBE, "python3"), null);
  assert.equal(whyNotCompare({ ...PROBE, device: "cuda", gflops: 1 }, "python3"), null);
  assert.match(
    whyNotCompare({ ...PROBE, blas: "the reference BLAS", gflops: 2.04 }, "/usr/bin/python3")!,
    /^Cannot compare with PyTorch 2\.13\.0 of \/usr\/bin\/python3: the reference BLAS multiplies at 2\.0 GFLOP\/s, expected at least 8/,
  );
});

Deno.test("bestTrials() keeps the fastest of each installation, and the fastest of the usual form", () => {
  const peer = (file: string) => ({ probe: { ...PROBE, file } }) as Peer;
  const [a, b] = [peer("/a"), peer("/b")];
  const fast = { peer: a, form: "sparse", ms: 3 };
  const slow = { peer: a, form: "dense", ms: 7 };
  const other = { peer: b, form: "gather", ms: 5 };
  assert.deepEqual(bestTrials([slow, fast, other, { peer: b, form: "dense", ms: 8 }]), [fast, other, slow]);
  assert.deepEqual(bestTrials([{ ...fast, form: "dense" }]), [{ ...fast, form: "dense" }]);
  assert.deepEqual(bestTrials([]), []);
});
