import assert from "node:assert/strict";
import { ListPace } from "../../../site/src/live/list_pace.ts";

Deno.test("a list changes at most 3 times a second while a model trains", () => {
  const pace = new ListPace();
  let drawn = 0;
  for (let now = 0; now < 10_000; now += 33) if (pace.isDue({ subject: 1, isTraining: true, now })) drawn++;
  assert.ok(drawn >= 27 && drawn <= 30, `${drawn} in 10 s`);
});

Deno.test("a list changes at once about another image, and whenever nothing trains", () => {
  const pace = new ListPace();
  assert.ok(pace.isDue({ subject: 1, isTraining: true, now: 0 }));
  assert.ok(!pace.isDue({ subject: 1, isTraining: true, now: 30 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: true, now: 31 }));
  assert.ok(!pace.isDue({ subject: 2, isTraining: true, now: 60 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: false, now: 61 }));
  assert.ok(pace.isDue({ subject: 2, isTraining: false, now: 62 }));
});
