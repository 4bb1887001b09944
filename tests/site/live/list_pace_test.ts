import assert from "node:assert/strict";
import { ListPace } from "../../../site/src/live/list_pace.ts";

Deno.test("a list changes at most 3 times a second while a model trains", () => {
  const pace = new ListPace();
  let drawn = 0;
  for (let now = 0; now < 10_000; now += 33) if (pace.isDue({ subject: 1, isTraining: true, now })) drawn++;
  assert.ok(drawn >= 27 && drawn <= 30, `${drawn} in 10 s`);
});

Deno.test("a list about another image changes at once, and whenever nothing trains", () => {
  const pace = new ListPace();
  assert.ok(pace.isDue({ subject: 1, isTraining: true, now: 0 }));
  assert.ok(!pace.isDue({ subject: 1, isTraining: true, now: 120 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: true, now: 121 }));
  assert.ok(!pace.isDue({ subject: 2, isTraining: true, now: 250 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: false, now: 251 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: false, now: 252 }));
});

Deno.test("the images of a stroke change a list at most 12 times a second, and the last of them does", () => {
  const pace = new ListPace();
  let drawn = 0, last = -1;
  for (let now = 0; now < 1200; now += 33) {
    const subject = Math.min(now, 1000); // the stroke ends, the training goes on
    if (pace.isDue({ subject, isTraining: true, now })) drawn++, last = subject;
  }
  assert.ok(drawn >= 10 && drawn <= 13, `${drawn}`);
  assert.equal(last, 1000);
});
