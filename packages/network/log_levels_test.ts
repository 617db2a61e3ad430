// Levels of loggers that all threads see.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { LogLevels } from "./log_levels.ts";

const test = suite("LogLevels");

test("LogLevels.levelOf is a logger's own level, or that of all", () => {
  const levels = LogLevels.of(["main", "quorum"], "warn");
  levels.set("quorum", "debug");
  levels.set("nobody", "trace");
  assert.equal(["root", "main", "quorum"].map((name) => levels.levelOf(name)), [
    "warn",
    "warn",
    "debug",
  ]);
  levels.set("root", "error");
  levels.set("quorum", undefined);
  assert.equal(["main", "quorum"].map((name) => levels.levelOf(name)), ["error", "error"]);
  assert.equal(levels.names, ["root", "main", "quorum"]);
});

test("LogLevels.follow tells of changes that another thread has made", async () => {
  const levels = LogLevels.of(["main"], "info");
  const told: string[] = [];
  const changed = new Promise<void>((resolve) => {
    void levels.follow("main", (level) => {
      told.push(level);
      if (level === "debug") resolve();
    });
  });
  new LogLevels(levels.state).set("main", "debug");
  await changed;
  assert.equal([told[0], told.at(-1)], ["info", "debug"]);
});

test.run();
