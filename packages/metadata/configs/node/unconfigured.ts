// A node that nobody configured (`odradek start` in an empty folder): one node that is its own
// cluster, on this machine only, with its files in ./data. Overrides of the command line go on top.

import { addressText, Fault } from "@odradek/base";
import { merged } from "../resolve.ts";
import type { Setting } from "../sources/setting.ts";
import { type NamedAddress, parseNamedAddress } from "./endpoints.ts";

const ORIGIN = "start without a configuration";
const CLIENTS = "PLAINTEXT://127.0.0.1:9092";
/** From the port of clients to that of controllers. */
const CONTROLLER_PORT_ABOVE = 10;

/** What counts for such a node, the overrides included. */
export function unconfigured(overrides: readonly Setting[]): Setting[] {
  const given = merged([overrides]);
  const text = (name: string, fallback: string): Setting =>
    given.get(name) ?? { name, text: fallback, origin: ORIGIN };
  const roles = text("process.roles", "broker,controller");
  const controllerNames = text("controller.listener.names", "CONTROLLER");
  const listeners = text("listeners", CLIENTS);
  const settings = [
    roles,
    controllerNames,
    withController(listeners, { roles: roles.text, controllerNames: controllerNames.text }),
  ];
  if (!given.has("broker.id")) settings.push(text("node.id", "1"));
  if (!given.has("log.dir")) settings.push(text("log.dirs", "./data"));
  return [...merged([overrides, settings]).values()];
}

/**
 * Controllers listen beside the first listener of clients, ten ports above it, unless they are told
 * where to.
 */
function withController(
  listeners: Setting,
  { roles, controllerNames }: { roles: string; controllerNames: string },
): Setting {
  const [first = "CONTROLLER"] = upperList(controllerNames);
  const addresses = listeners.text.split(",").map((text) => parseNamedAddress(text.trim()));
  const clients = addresses.find((address) => address !== undefined);
  const hasOwn = addresses.some((address) =>
    address !== undefined && upperList(controllerNames).includes(address.name)
  );
  if (!upperList(roles).includes("CONTROLLER") || hasOwn || clients === undefined) return listeners;
  const address = { host: clients.host, port: portAbove(listeners, clients) };
  const controller = `${first}://${addressText(address)}`;
  const isAlone = !upperList(roles).includes("BROKER");
  return { ...listeners, text: isAlone ? controller : `${listeners.text},${controller}` };
}

/** Port 0 is any port, for both. */
function portAbove(listeners: Setting, { port }: NamedAddress): number {
  const above = port === 0 ? 0 : port + CONTROLLER_PORT_ABOVE;
  if (above <= 65_535) return above;
  const why = `controllers would listen on port ${above}; add CONTROLLER://host:port to listeners`;
  throw new Fault("configuration", `Cannot use listeners="${listeners.text}": ${why}`);
}

function upperList(text: string): string[] {
  return text.split(",").map((entry) => entry.trim().toUpperCase()).filter((entry) => entry !== "");
}
