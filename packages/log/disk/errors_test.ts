// The system's codes as Faults: which kind, and in which words.

import { Fault } from "@odradek/base";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { diskFault, errorCode, onDisk, onDiskAsync } from "./errors.ts";

const test = suite("errors");

const failure = (code: string): Error => Object.assign(new Error(`${code}: system text`), { code });

test("diskFault names the action, the file and the cause, and tells a full disk", () => {
  const table: [code: string, kind: string, words: string][] = [
    ["ENOSPC", "disk full", "no space left"],
    ["EDQUOT", "disk full", "the disk quota is used up"],
    ["EFBIG", "disk full", "the file would be too large"],
    ["EIO", "disk", "the disk failed (EIO)"],
    ["EROFS", "disk", "the file system is read-only"],
    ["EACCES", "disk", "permission denied"],
    ["EMFILE", "disk", "too many open files (ulimit -n)"],
    ["ERR_ACCESS_DENIED", "disk", "outside of the directories that this process may write"],
    ["EWEIRD", "disk", "EWEIRD"],
  ];
  for (const [code, kind, words] of table) {
    const cause = failure(code);
    const fault = diskFault("write", "/logs/t-0/x.log", cause);
    assert.is(fault.kind, kind, code);
    assert.is(fault.message, `Cannot write "/logs/t-0/x.log": ${words}`);
    assert.is(fault.cause, cause);
  }
});

test("diskFault lets a Fault pass as it is", () => {
  const fault = new Fault("corrupt", "Cannot read");
  assert.is(diskFault("write", "/x", fault), fault);
});

test("errorCode is the text of what has no code", () => {
  const table: [thrown: unknown, expected: string][] = [
    [failure("EIO"), "EIO"],
    [new Error("odd"), "Error: odd"],
    [Object.assign(new Error("odd"), { code: 5 }), "Error: odd"],
    [null, "null"],
    ["text", "text"],
  ];
  for (const [thrown, expected] of table) assert.is(errorCode(thrown), expected);
});

test("onDisk and onDiskAsync give the result, or throw a Fault", async () => {
  assert.is(onDisk("read", "/x", () => 5), 5);
  assert.is(await onDiskAsync("read", "/x", () => Promise.resolve(6)), 6);
  const isFault = (error: unknown): boolean =>
    error instanceof Fault && /no space/.test(error.message);
  const fail = (): never => {
    throw failure("ENOSPC");
  };
  assert.throws(() => onDisk("read", "/x", fail), isFault);
  const rejected = await onDiskAsync("read", "/x", async () => fail()).catch((error) => error);
  assert.ok(isFault(rejected));
});

test.run();
