// odradek api-versions: which requests each broker takes, and which version both sides would speak
// (kafka-broker-api-versions).

import { addressText } from "@odradek/base";
import { Admin, type DescribedNode, type Offer } from "@odradek/client";
import { API_KEYS, apiByKey, type ApiKey } from "@odradek/protocol/apis";
import type { CliCommand } from "../command.ts";
import { addConnectionFlags, connection } from "../flags/connection.ts";
import { type Paint, plain } from "../looks.ts";
import type { Terminal } from "../terminal.ts";

export const apiVersions: CliCommand = {
  name: "api-versions",
  describe(program, terminal) {
    addConnectionFlags(program);
    program.option("--json", "as one JSON document");
    program.action((flags: Record<string, unknown>) => run(flags, terminal));
  },
};

async function run(flags: Record<string, unknown>, terminal: Terminal): Promise<void> {
  const { cluster } = await connection(flags, { terminal });
  await using _ = cluster;
  const admin = new Admin(cluster);
  const { nodes } = await admin.describeCluster();
  const sorted = [...nodes].sort((a, b) => a.id - b.id);
  if (flags["json"] === true) {
    const brokers = await Promise.all(sorted.map(async (node) => ({
      ...node,
      apis: apisOf(await admin.apiVersions(node.id)),
    })));
    return terminal.print(JSON.stringify({ brokers }));
  }
  for (const node of sorted) {
    const offer = await admin.apiVersions(node.id);
    terminal.print(`${terminal.paint("title", nodeText(node))} -> (`);
    terminal.print(offerLines(offer, terminal.paint).join(",\n"));
    terminal.print(")");
  }
}

function nodeText(node: DescribedNode): string {
  const { id, rack, isFenced } = node;
  return `${addressText(node)} (id: ${id} rack: ${rack} isFenced: ${isFenced})`;
}

/** null: not offered, or not known here; `usable`: the version that both sides would speak. */
function apisOf(offer: Offer) {
  return keysOf(offer).map((key) => {
    const [min, max] = offer.versions.get(key) ?? [null, null];
    const ours = apiByKey(key)?.versions;
    const usable = min === null || ours === undefined || min > ours[1] || max < ours[0]
      ? null
      : Math.min(max, ours[1]);
    return { key, name: apiByKey(key)?.name ?? null, min, max, usable };
  });
}

/** Those that are offered, and those that clients know and that are not. */
function keysOf({ versions }: Offer): number[] {
  const known = API_KEYS.filter(({ listeners, versions: ours }) =>
    listeners.includes("broker") && ours !== undefined
  ).map(({ key }) => key);
  return [...new Set([...known, ...versions.keys()])].sort((a, b) => a - b);
}

/** By key. */
export function offerLines(offer: Offer, paint: Paint = plain): string[] {
  const { versions } = offer;
  return keysOf(offer).map((key) => {
    const text = offerText(key, versions.get(key));
    return `\t${/UNSUPPORTED|unusable/.test(text) ? paint("warning", text) : text}`;
  });
}

function offerText(key: number, offered: readonly [number, number] | undefined): string {
  const api = apiByKey(key);
  const name = `${api?.name ?? "UNKNOWN"}(${key})`;
  if (offered === undefined) return `${name}: UNSUPPORTED`;
  const [min, max] = offered;
  const range = min === max ? `${min}` : `${min} to ${max}`;
  return `${name}: ${range}${api === undefined ? "" : ` [${usable(api, min, max)}]`}`;
}

function usable({ versions }: ApiKey, min: number, max: number): string {
  if (versions === undefined || min > versions[1]) return "unusable: node too new";
  if (max < versions[0]) return "unusable: node too old";
  return `usable: ${Math.min(max, versions[1])}`;
}
