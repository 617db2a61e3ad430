// A promise that is rejected and looked at by nobody ends a real process: here it is a violation.
// But not where it belongs to a process that has ended and only notices it now.

import type { World } from "./world.ts";

/** Returns what ends the watch. */
export function watchRejections(world: World): () => void {
  const rejected = (error: unknown): void => {
    if (isOfTheDead(error)) return;
    const text = error instanceof Error ? error.stack : String(error);
    world.fail("no_bugs", `A rejection that nobody handles: ${text}`);
  };
  process.on("unhandledRejection", rejected);
  return () => void process.off("unhandledRejection", rejected);
}

/** As the simulated disk puts it. */
function isOfTheDead(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.includes("the files of a dead process") || isOfTheDead(error.cause);
}
