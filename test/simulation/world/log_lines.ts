// What the code under test logs becomes lines of the transcript. A logged bug is a violation.

import { reason } from "@odradek/base";
import type { Logger } from "@odradek/network";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** What only a mistake of ours writes. */
const MISTAKES = [/^Bug in /, /^Metadata below offset \d+ could not be applied/];

/** Nothing is heard of a process that has ended. */
export function transcriptLogger(world: World, process: Process): Logger {
  const write = (level: string, context: unknown, message?: unknown): void => {
    if (!process.isAlive) return;
    const text = String(message ?? context);
    world.transcript.note(process.name, level, text);
    if (!MISTAKES.some((mistake) => mistake.test(text))) return;
    const { err } = context as { readonly err?: Error };
    world.fail("no_bugs", `${text}: ${err?.stack ?? reason(err)}`);
  };
  const logger = {
    level: "info",
    error: (context: unknown, message?: unknown) => write("error", context, message),
    warn: (context: unknown, message?: unknown) => write("warn", context, message),
    info: () => undefined,
    debug: () => undefined,
    trace: () => undefined,
    child: () => logger,
  };
  return logger as unknown as Logger;
}
