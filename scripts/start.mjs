// npm start: a node on embedded defaults, from a fresh clone. Whatever follows `--` goes to
// `odradek start`.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./launch/install.mjs";

/** Looking whether everything is there takes less. */
const INSTALL_MS = 500;
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const beforeMs = Date.now();
await install(root);
// The time to be ready is the node's own: without npm's.
if (Date.now() - beforeMs > INSTALL_MS) process.env["ODRADEK_STARTED_MS"] = String(Date.now());
process.argv.splice(2, 0, "start");
await import("../packages/cli/launcher/odradek.mjs");
