/**
 * Lines of comma-separated values: what JavaScript itself writes of each number.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CsvLines } from "../../lib/formats/csv_lines.ts";
import { Rng } from "../../lib/rng.ts";

/** The rule that the digits follow. */
function wanted(value: number): string {
  return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(7))}`;
}

Deno.test("numbers have the 7 digits that JavaScript gives them, and integers all of theirs", () => {
  const edges = [0, -0, 1, -1, 9, 10, 99, 100, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e21, 1e300, NaN, Infinity];
  const halves = [0.5, 0.25, 1.0000005, 2.5000005, 12345.675, 0.12345675, 0.1234565, 999999.95, 9.9999995, 99.999995];
  const powers = Array.from({ length: 40 }, (_, i) => 10 ** (i - 20)).flatMap((p) => [p, 1.5 * p, p * (1 - 2e-16)]);
  const values = [...edges, ...halves, ...powers, 5e-324, 1.7e308, Math.PI, 123456.789, 0.000001234567];
  const rng = Rng.fromSeed(7, "init");
  for (let i = 0; i < 50_000; i++) {
    const size = 10 ** (rng.uniform() * 16 - 8);
    values.push(size, Math.fround(size), Math.round(size * 1e7) / 1e7, (Math.floor(size * 1e5) + 0.5) / 1e5);
  }
  const lines = new CsvLines();
  for (const value of values) lines.number(value).endLine().number(-value).endLine();
  const found = new TextDecoder().decode(lines.take()).split("\n");
  values.forEach((value, i) => assert.deepEqual(found.slice(2 * i, 2 * i + 2), [wanted(value), wanted(-value)]));
  assert.equal(found.length, 2 * values.length + 1);
});

Deno.test("texts are quoted where they must be, and lines of any length are kept whole", () => {
  const lines = new CsvLines();
  lines.text("plain").text("").empty().text('a "b", c').text("two\nlines").text("é ∑ 🎈").endLine();
  lines.empty().endLine().text("next").endLine();
  assert.equal(
    new TextDecoder().decode(lines.take()),
    'plain,"",,"a ""b"", c","two\nlines",é ∑ 🎈\n\nnext\n',
  );
  assert.equal(lines.take().length, 0);
  const long = "é".repeat(100_000);
  lines.number(1).text(long).text('"'.repeat(50_000)).number(0.5).endLine();
  assert.equal(new TextDecoder().decode(lines.take()), `1,${long},"${'"'.repeat(100_000)}",0.5\n`);
});
