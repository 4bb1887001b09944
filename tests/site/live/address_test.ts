/**
 * The live page's address: what it keeps comes back, and what is damaged is named.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Address, NO_ADDRESS, readAddress, writeAddress } from "../../../site/src/live/address.ts";
import { checkedAddress } from "../../../site/src/live/checked_address.ts";
import { LIVE_KNOBS, type LiveKnob } from "../../../site/src/live/settings.ts";
import fc from "../../fast_check.ts";

Deno.test("an address that says nothing is empty, and the other way round", () => {
  assert.equal(writeAddress(NO_ADDRESS), "");
  assert.deepEqual(readAddress(""), { address: NO_ADDRESS, unknown: [] });
  assert.deepEqual(readAddress("#"), { address: NO_ADDRESS, unknown: [] });
});

Deno.test("a whole address is text that a person can read", () => {
  const address: Address = {
    preset: null,
    knobs: { preset: "notebook", sparsity: "kl", rho: 0.2, hidden: [64, 32], lr: null },
    data: "mnist",
    run: "2026-11-26 kl",
    engine: "cpu",
    at: 649,
    changes: [{ step: 266, knob: "beta", value: 0.096 }, { step: 400, knob: "lr", value: 1e-3 }],
    difference: { sparsity: "topk", k: 4, hidden: [] },
    otherChanges: [{ step: 5, knob: "k", value: 8 }],
    input: { row: 12 },
    operated: [[3, 0], [16, 0.5]],
    pinned: 3,
    selected: 1,
    hidden: ["variant", "rho"],
  };
  const text = writeAddress(address);
  assert.equal(
    text,
    "#recipe=notebook&sparsity=kl&rho=0.2&hidden=64,32&lr=auto&data=mnist&run=2026-11-26%20kl&engine=cpu" +
      "&with=sparsity:topk;k:4;hidden:&at=649&then=266:beta:0.096,400:lr:0.001&thenWith=5:k:8" +
      "&test=12&set=3:0,16:0.5&pin=3&side=1&hide=variant,rho",
  );
  assert.deepEqual(readAddress(text), { address, unknown: [] });
});

Deno.test("a preset stands for its knobs", () => {
  assert.equal(writeAddress({ ...NO_ADDRESS, preset: "topk", knobs: { sparsity: "topk" } }), "#preset=topk");
  assert.equal(readAddress("#preset=topk").address.preset, "topk");
});

Deno.test("numbers and drawings come back to the last bit", () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const change = fc.record({ step: fc.nat(1e9 - 1), knob: fc.constantFrom<LiveKnob>(...LIVE_KNOBS), value: number });
  const address = fc.record({
    knobs: fc.record({ rho: number, beta: number, seed: fc.nat(), k: fc.nat() }, { requiredKeys: [] }),
    at: fc.nat(1e9 - 1),
    changes: fc.array(change, { maxLength: 5 }),
    operated: fc.array(fc.tuple(fc.nat(1e6), number), { maxLength: 5 }),
    input: fc.oneof(
      fc.constant(null),
      fc.record({ row: fc.nat(1e6) }),
      fc.record({ drawing: fc.string({ minLength: 1, unit: "grapheme" }) }),
    ),
  });
  fc.assert(fc.property(address, (parts) => {
    const whole: Address = { ...NO_ADDRESS, ...parts };
    const { address: read, unknown } = readAddress(writeAddress(whole));
    assert.deepEqual(unknown, []);
    assert.equal(JSON.stringify(read), JSON.stringify(whole)); // −0 and 0 are one text
  }));
});

Deno.test("what cannot be understood is named and left out", () => {
  const damaged =
    "#data=cifar&at=-1&then=5:rho:x&with=foo:1&test=1e3&set=3&side=2&engine=gpu&dataset=mnist&tests=1&rho=0.1";
  const { address, unknown } = readAddress(damaged);
  assert.deepEqual(address, { ...NO_ADDRESS, knobs: { rho: 0.1 } });
  assert.deepEqual(unknown.map((text) => text.split("=")[0]), [
    ..."data at then with test set side engine dataset tests".split(" "),
  ]);
});

Deno.test("a knob that is no number stays text, so that its own error can name it", () => {
  assert.deepEqual(readAddress("#rho=many").address.knobs, { rho: "many" });
  assert.deepEqual(readAddress("#hidden=").address.knobs, { hidden: [] });
  assert.deepEqual(readAddress("#constructor=1").unknown, ["constructor=1"]);
});

/** What is left of an address, and what is said of the rest. */
function checked(hash: string): { text: string; problems: string[] } {
  const { address, problems } = checkedAddress(readAddress(hash).address);
  return { text: writeAddress(address), problems: problems.map((problem) => problem.split(/[:,]/)[0]) };
}

Deno.test("an address whose values cannot be trained is opened without them, and each is named", () => {
  assert.deepEqual(checked("#rho=0.2&at=9&then=5:rho:0.3"), { text: "#rho=0.2&at=9&then=5:rho:0.3", problems: [] });
  assert.deepEqual(checked("#rho=many&at=9"), { text: "", problems: ["Cannot use rho"] });
  assert.deepEqual(checked("#k=3&seed=1"), { text: "", problems: ["Cannot use k"] }); // KL has no k
  assert.deepEqual(checked("#seed=1&at=9&then=5:rho:3"), { text: "#seed=1", problems: ["Cannot use rho"] });
  assert.deepEqual(checked("#seed=1&with=k:3"), { text: "#seed=1", problems: ["Cannot use k"] });
  assert.deepEqual(checked("#rho=0.2&with=sparsity:topk").text, "#rho=0.2&with=sparsity:topk");
  const changed = checked("#with=sparsity:topk&thenWith=3:k:0");
  assert.deepEqual(changed, { text: "#with=sparsity:topk", problems: ["Cannot use k"] });
  assert.deepEqual(checked("#draw=%3F"), { text: "", problems: ["Cannot show the drawing"] });
  assert.deepEqual(checked("#preset=none"), { text: "", problems: ["Cannot show the preset none"] });
  assert.equal(checked("#data=own").problems.length, 1);
});
