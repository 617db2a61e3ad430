// groups --delete: groups without members go, with what they have committed.

import { BrokerRefused } from "@odradek/client";
import { Failure } from "../failure.ts";
import { paintHead } from "../looks.ts";
import type { GroupsContext } from "./flags.ts";

/** Failure if one of them could not be. */
export async function deleteGroups({ admin, flags, terminal }: GroupsContext): Promise<void> {
  const ids = flags.group ?? (await admin.listGroups()).map(({ groupId }) => groupId).sort();
  const deleted = [...await admin.deleteGroups([...new Set(ids)])];
  const refused = deleted.flatMap(([id, one]): [string, BrokerRefused][] =>
    one instanceof BrokerRefused ? [[id, one]] : []
  );
  const gone = deleted.filter(([, one]) => one === true).map(([id]) => id);
  if (flags.json === true) {
    const failed = refused.map(([group, { error, message }]) => ({ group, error, message }));
    terminal.print(JSON.stringify({ deleted: gone, failed }));
    if (refused.length > 0) throw new Failure("");
    return;
  }
  const names = gone.map((id) => `'${id}'`).join(", ");
  if (refused.length === 0) {
    return terminal.print(`Deletion of requested consumer groups (${names}) was successful.`);
  }
  const head = "\nError: Deletion of some consumer groups failed:";
  terminal.print(paintHead(terminal.paint, "bad", head));
  for (const [id, { error, message }] of refused) {
    terminal.print(`* Group '${id}' could not be deleted due to: ${error}: ${message}`);
  }
  if (gone.length > 0) {
    terminal.print(`\nThese consumer groups were deleted successfully: ${names}`);
  }
  throw new Failure("");
}
