/**
 * Markup made from templates: whatever a value is, it cannot become a tag or leave an attribute.
 *
 * @module
 */
import assert from "node:assert/strict";
import { markup } from "../../../site/src/compare/markup.ts";

Deno.test("markup escapes text and attributes once, and takes markup as it is", () => {
  const evil = `</script><script>alert("x")</script> & 'q'`;
  const made = String(markup`<p title="${evil}" lang='${evil}'>${evil}${markup`<b>${evil}</b>`}</p>`);
  const escaped = "&lt;/script&gt;&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;q&#39;";
  assert.equal(made, `<p title="${escaped}" lang='${escaped}'>${escaped}<b>${escaped}</b></p>`);
});

Deno.test("markup joins lists at any depth, and leaves out what is not there, but not 0", () => {
  assert.equal(String(markup`${[["a", [markup`<i></i>`]], null, undefined, false, "", 0]}`), "a<i></i>0");
});
