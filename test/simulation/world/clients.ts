// Those who use what is under test, by name.

import type { World } from "./world.ts";

export function names(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
}

/** A client that fails by itself is one of our mistakes too. */
export async function watchedClient(world: World, running: Promise<void>): Promise<void> {
  try {
    await running;
  } catch (error) {
    const text = error instanceof Error ? error.stack : String(error);
    world.fail("no_bugs", `A client has failed: ${text}`);
  }
}
