// The real file system behind the port `Files`.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, type Files, systemClock } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inTemporaryDirectory } from "../testing/temporary.ts";
import { blockingFiles } from "./blocking_files.ts";
import { diskFiles } from "./files.ts";

const test = suite("diskFiles");

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function withFiles(
  make: typeof diskFiles,
  use: (files: Files, directory: string) => Promise<void>,
): Promise<void> {
  const files = make({ clock: systemClock });
  return inTemporaryDirectory((directory) => use(files, directory));
}

async function fault(promise: Promise<unknown>): Promise<Fault> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown);
  assert.instance(error, Fault);
  return error as Fault;
}

for (const [name, make] of Object.entries({ diskFiles, blockingFiles })) {
  test(`${name}.open makes a file only where it may`, () =>
    withFiles(make, async (files, directory) => {
      const path = join(directory, "file");
      const { kind, message } = await fault(files.open(path));
      assert.equal([kind, message], ["disk", `Cannot open "${path}": no such file or directory`]);
      assert.is((await files.open(path, { create: true })).size, 0);
      writeFileSync(path, "12345");
      assert.is((await files.open(path, { create: true })).size, 5, "what is there stays");
      assert.is((await files.open(path)).size, 5);
    }));

  test(`${name}.writeWhole replaces, ${name}.readWhole gives a copy`, () =>
    withFiles(make, async (files, directory) => {
      const path = join(directory, "file");
      assert.is(await files.readWhole(path), undefined);
      await files.writeWhole(path, bytes("a long text"));
      await files.writeWhole(path, bytes("short"));
      const read = await files.readWhole(path);
      assert.equal(read, bytes("short"));
      assert.not(read instanceof Buffer);
      const { message } = await fault(files.writeWhole(join(directory, "no/file"), bytes("x")));
      assert.match(message, /^Cannot write ".*no\/file": no such file or directory$/);
      const whole = await fault(files.readWhole(directory));
      assert.match(whole.message, /^Cannot read ".*": a directory$/);
    }));

  test(`${name}.list tells names in order, kinds, sizes and times`, () =>
    withFiles(make, async (files, directory) => {
      assert.is(await files.list(join(directory, "none")), undefined);
      writeFileSync(join(directory, "b"), "123");
      await files.makeDirectory(join(directory, "c/deep"));
      writeFileSync(join(directory, "a"), "");
      symlinkSync(join(directory, "nowhere"), join(directory, "dangling"));
      const entries = await files.list(directory) ?? [];
      assert.equal(entries.map(({ name, kind, size }) => [name, kind, size]), [
        ["a", "file", 0],
        ["b", "file", 3],
        ["c", "directory", 0],
      ]);
      assert.ok((entries[0]?.modifiedMs ?? 0) > Date.UTC(2020));
      assert.match((await fault(files.list(join(directory, "a")))).message, /: not a directory$/);
    }));

  test(`${name}.makeDirectory makes those above, and says why it cannot`, () =>
    withFiles(make, async (files, directory) => {
      const deep = join(directory, "a/b/c");
      await files.makeDirectory(deep);
      await files.makeDirectory(deep);
      assert.equal(await files.list(deep), []);
      writeFileSync(join(directory, "file"), "");
      const make = async (path: string): Promise<string> =>
        (await fault(files.makeDirectory(path))).message;
      assert.match(await make(join(directory, "file")), /: something else has this name$/);
      assert.match(await make(join(directory, "file/below")), /: not a directory$/);
      // A file system in which nobody makes directories, though its root is there.
      if (existsSync("/proc/self")) assert.match(await make("/proc/none/below"), /: no such file/);
    }));

  test(`${name}.rename replaces, ${name}.remove takes whatever is there`, () =>
    withFiles(make, async (files, directory) => {
      const [from, to] = [join(directory, "from"), join(directory, "to")];
      writeFileSync(from, "new");
      writeFileSync(to, "old");
      await files.rename(from, to);
      assert.is(readFileSync(to, "utf8"), "new");
      const { message } = await fault(files.rename(from, to));
      assert.match(message, /^Cannot rename ".*from": no such/);
      await files.makeDirectory(join(directory, "tree/deep"));
      writeFileSync(join(directory, "tree/deep/leaf"), "x");
      await files.remove(join(directory, "tree"));
      await files.remove(to);
      await files.remove(to);
      assert.equal(await files.list(directory), []);
    }));

  test(`${name}.syncDirectory syncs, and says if there is none`, () =>
    withFiles(make, async (files, directory) => {
      await files.syncDirectory(directory);
      const { message } = await fault(files.syncDirectory(join(directory, "no")));
      assert.match(message, /^Cannot sync/);
    }));
}

test("diskFiles.lock excludes everybody else until it is released", () =>
  withFiles(diskFiles, async (files, directory) => {
    const path = join(directory, ".lock");
    const lock = await files.lock(path);
    const { kind, message } = await fault(files.lock(path));
    assert.equal([kind, message], ["in use", `Cannot lock "${path}": another process has it`]);
    await lock.release();
    const again = await files.lock(path);
    await again.release();
  }));

test("diskFiles.lock is seen by other processes, and ends with the one that has it", () =>
  withFiles(diskFiles, async (files, directory) => {
    const path = join(directory, ".lock");
    const module = new URL("./files.ts", import.meta.url).href;
    const script = `import { diskFiles } from "${module}";
      await diskFiles({ clock: {} }).lock(${JSON.stringify(path)}).then(
        () => console.log("locked"), (error) => console.log(error.kind));`;
    const ask = (): string => {
      const args = ["--conditions=odradek", "--input-type=module-typescript", "-e", script];
      return spawnSync(process.execPath, args, { encoding: "utf8" }).stdout.trim();
    };
    const lock = await files.lock(path);
    assert.is(ask(), "in use");
    await lock.release();
    assert.is(ask(), "locked");
  }));

test("diskFiles syncs more names at once than the system takes calls", () =>
  withFiles(diskFiles, async (files, directory) => {
    await Promise.all(Array.from({ length: 600 }, () => files.syncDirectory(directory)));
  }));

test("diskFiles runs at most so many syncs at a time, all of them in the end", () =>
  withFiles(diskFiles, async (_, directory) => {
    const files = diskFiles({ clock: systemClock, bulkMax: 1 });
    const opened = await Promise.all(
      Array.from({ length: 5 }, (_, i) => files.open(join(directory, `${i}`), { create: true })),
    );
    const order: number[] = [];
    await Promise.all(opened.map((file, i) => file.sync().then(() => order.push(i))));
    assert.equal(order, [0, 1, 2, 3, 4]);
    for (const file of opened) await file.close();
  }));

test.run();
