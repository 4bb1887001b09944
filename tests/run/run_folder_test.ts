/**
 * Run folders: claimed once, by one process, and given up without taking anything that is not the process's own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { exists } from "../../lib/files.ts";
import { RunExistsError, RunFolder } from "../../lib/run/run_folder.ts";
import { temporaryFolder } from "../temporary_folder.ts";
import { needs } from "../needs.ts";

const names = (path: string) => Array.from(Deno.readDirSync(path), ({ name }) => name).sort();

Deno.test(
  "RunFolder.claim() claims an id once, and disposal removes an empty folder only",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const reports = `${place.path}/reports`;
    {
      await using claimed = await RunFolder.claim(reports, "run");
      assert.equal(claimed.path, `${reports}/run`);
      await assert.rejects(
        RunFolder.claim(reports, "run"),
        new RunExistsError("Cannot use run run: another process works on it, expected it to end first"),
      );
    }
    assert.deepEqual(names(reports), []);
    {
      await using claimed = await RunFolder.claim(reports, "run");
      await Deno.writeTextFile(`${claimed.path}/kept`, "");
    }
    assert.deepEqual(names(`${reports}/run`), ["kept"], "no lock is left");
  },
);

Deno.test(
  "RunFolder.isTaken() sees a folder that is worked on, and keeps nobody from claiming it",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const path = `${place.path}/a`;
    assert.equal(await RunFolder.isTaken(path), false);
    {
      await using _ = await RunFolder.claim(place.path, "a");
      assert.equal(await RunFolder.isTaken(path), true);
    }
    assert.equal(await RunFolder.isTaken(path), false);
    await Deno.mkdir(path);
    await Deno.writeTextFile(`${path}/.lock`, ""); // of a process that was killed
    assert.equal(await RunFolder.isTaken(path), false);
    let isAsking = true;
    const asking = (async () => {
      while (isAsking) await RunFolder.isTaken(path);
    })();
    for (let i = 0; i < 20; i++) {
      await using _ = await RunFolder.claim(place.path, "a");
    }
    isAsking = false;
    await asking;

    await Deno.writeTextFile(`${path}/.lock`, "");
    using slow = await Deno.open(`${path}/.lock`);
    await slow.lock(false); // as isTaken() has it, on a busy machine
    const claim = RunFolder.claim(place.path, "a");
    setTimeout(() => slow.unlock(), 300);
    await using _ = await claim;
  },
);

Deno.test(
  "RunFolder.claim() takes over what a killed process left, without its temporary files",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const path = `${place.path}/run`;
    await Deno.mkdir(`${path}/features`, { recursive: true });
    for (
      const name of [".lock", "checkpoint.safetensors.77.part", "features/0001.png.00ff00ff00ff00ff.part", "notes.txt"]
    ) {
      await Deno.writeTextFile(`${path}/${name}`, "");
    }
    {
      await using _ = await RunFolder.claim(place.path, "run");
    }
    assert.deepEqual(names(path), ["features", "notes.txt"]);
    assert.deepEqual(names(`${path}/features`), []);
  },
);

Deno.test(
  "RunFolder.claim() refuses a run that is finished or stopped, and claimFree() takes the next number",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    for (const [id, file] of [["a", "run.json"], ["a-2", "checkpoint.safetensors"]]) {
      await Deno.mkdir(`${place.path}/${id}`);
      await Deno.writeTextFile(`${place.path}/${id}/${file}`, "");
    }
    const refused = (id: string) => RunFolder.claim(place.path, id);
    await assert.rejects(
      refused("a"),
      /^RunExistsError: Cannot start run a: it exists already, expected another --run-id$/,
    );
    await assert.rejects(refused("a-2"), /expected another --run-id, or --resume a-2$/);
    await using third = await RunFolder.claimFree(place.path, "a");
    await using fourth = await RunFolder.claimFree(place.path, "a");
    assert.deepEqual([third.id, fourth.id], ["a-3", "a-4"]);
    assert.deepEqual(names(`${place.path}/a`), ["run.json"]);
  },
);

Deno.test("RunFolder.claim() by twenty at once succeeds for one", needs("permissions"), async () => {
  await using place = await temporaryFolder();
  const claims = await Promise.allSettled(Array.from({ length: 20 }, () => RunFolder.claim(place.path, "run")));
  const claimed = claims.filter((claim) => claim.status === "fulfilled");
  assert.equal(claimed.length, 1);
  await claimed[0].value[Symbol.asyncDispose]();
});

Deno.test(
  "RunFolder.openStopped() wants a checkpoint, tidies a finished run, and never removes a link",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    const reports = `${place.path}/reports`;
    await Deno.mkdir(`${reports}/empty`, { recursive: true });
    await Deno.mkdir(`${reports}/finished`);
    for (const name of ["run.json", "checkpoint.safetensors", ".lock", "run.json.1234.part"]) {
      await Deno.writeTextFile(`${reports}/finished/${name}`, "");
    }
    const open = (id: string) => RunFolder.openStopped(reports, id);
    await assert.rejects(
      open("none"),
      /^UserError: Cannot resume none: there is no folder .*none, expected that of a stopped run$/,
    );
    await assert.rejects(
      open("empty"),
      /^UserError: Cannot resume empty: it ended before its first checkpoint, expected/,
    );
    assert.equal(await exists(`${reports}/empty`), true);
    await assert.rejects(
      open("finished"),
      /^UserError: Cannot resume finished: it is finished, expected a stopped run$/,
    );
    assert.deepEqual(names(`${reports}/finished`), ["run.json"]);

    await Deno.mkdir(`${place.path}/elsewhere`);
    await Deno.writeTextFile(`${place.path}/elsewhere/checkpoint.safetensors`, "");
    await Deno.symlink(`${place.path}/elsewhere`, `${reports}/linked`);
    {
      await using linked = await open("linked");
      await Deno.remove(linked.checkpoint);
    }
    assert.equal((await Deno.lstat(`${reports}/linked`)).isSymlink, true);
  },
);

Deno.test(
  "RunFolder says in one line that the reports folder is a file, or that a link leads nowhere",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await Deno.writeTextFile(`${place.path}/file`, "");
    await assert.rejects(RunFolder.claim(`${place.path}/file`, "run"), UserError);
    await Deno.symlink(`${place.path}/nowhere`, `${place.path}/run`);
    await assert.rejects(RunFolder.claim(place.path, "run"), UserError);
  },
);

Deno.test(
  "RunFolder.claim() says that a folder is a link to nothing, and takes one that leads to a folder",
  needs("permissions"),
  async () => {
    await using place = await temporaryFolder();
    await Deno.symlink(`${place.path}/there`, `${place.path}/a`);
    await assert.rejects(
      RunFolder.claim(place.path, "a"),
      /^UserError: Cannot use \S*\/a: it is a symbolic link to something that is not there, expected a folder$/,
    );
    await Deno.mkdir(`${place.path}/there`);
    await using claimed = await RunFolder.claim(place.path, "a");
    assert.equal(claimed.id, "a");
  },
);
