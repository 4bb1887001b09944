import assert from "node:assert/strict";
import { mirrorUrl, withoutCredentials } from "../../../lib/data/mnist/mirror.ts";

Deno.test("mirrorUrl() is a file's address, with what the mirror's address says beside its path", () => {
  assert.equal(mirrorUrl("https://host/mnist", "a.gz"), "https://host/mnist/a.gz");
  assert.equal(mirrorUrl("https://host", "a.gz"), "https://host/a.gz");
  assert.equal(mirrorUrl("http://u:p@host:81/m/?k=v", "a.gz"), "http://u:p@host:81/m/a.gz?k=v");
});

Deno.test("mirrorUrl() refuses what is no address of a site, without its secrets, in one short line", () => {
  for (
    const mirror of [
      "host",
      "ftp://user:SECRET@host/",
      "https://user:SECRET@",
      "file:///etc",
      "\u202e\n",
      "x".repeat(2e4),
    ]
  ) {
    assert.throws(() => mirrorUrl(mirror, "a.gz"), (error: Error & { exitCode?: number }) => {
      assert.deepEqual([error.name, error.exitCode], ["UserError", 2]);
      assert.match(
        error.message,
        /^Cannot use mirror "[^\n\u202e]{0,80}": it is not the address of a site, expected https:/,
      );
      assert.doesNotMatch(error.message, /SECRET/);
      return true;
    });
  }
});

Deno.test("withoutCredentials() removes name, password and query from every way to write an address", () => {
  for (
    const [address, wanted] of [
      ["https://user:SECRET@host/a@b/", "https://host/a@b/"],
      ["HTTPS://user:SECRET@host/mnist/", "HTTPS://host/mnist/"],
      ["https:user:SECRET@host/mnist/", "https:host/mnist/"],
      ["https:\\\\user:SECRET@host\\mnist", "https:\\\\host\\mnist"],
      ["https://SECRET@host", "https://host"],
      ["https://user:SE@CRET@host/", "https://host/"],
      ["https://user:SECRET@", "https://"],
      ["ftp://user:SECRET@host/", "ftp://host/"],
      ["https://host/mnist/?key=SECRET", "https://host/mnist/"],
      ["https://host/mnist/#SECRET", "https://host/mnist/"],
      ["https://user:SECRET@host?key=SECRET#SECRET", "https://host"],
    ]
  ) {
    assert.equal(withoutCredentials(address), wanted);
    assert.equal(withoutCredentials(`--mirror=${address}`), `--mirror=${wanted}`);
    assert.equal(withoutCredentials(`asked ${address} and ${address} twice`), `asked ${wanted} and ${wanted} twice`);
  }
});

Deno.test("withoutCredentials() leaves everything else as it is", () => {
  for (
    const text of ["--mirror", "https://host/mnist", "--latent=32", "--title=a@b?", "C:/data?x", "a b", "", "why?\ny@z"]
  ) {
    assert.equal(withoutCredentials(text), text);
  }
});
