// What ends a real process, a rejection that nobody handles or an exception that nobody catches, is
// a violation here. But not where it belongs to a process that has ended and only notices it now.

import type { World } from "./world.ts";

/** Returns what ends the watch. */
export function watchUnhandled(world: World): () => void {
  const thrown = (error: unknown): void => {
    if (isOfTheDead(error)) return;
    const text = error instanceof Error ? error.stack : String(error);
    world.fail("no_bugs", `Nobody handles what was thrown: ${text}`);
  };
  process.on("unhandledRejection", thrown);
  process.on("uncaughtException", thrown);
  return () => {
    process.off("unhandledRejection", thrown);
    process.off("uncaughtException", thrown);
  };
}

/** As the simulated disk puts it. */
function isOfTheDead(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.includes("the files of a dead process") || isOfTheDead(error.cause);
}
