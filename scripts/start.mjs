// npm start: a node on embedded defaults, from a fresh clone. Whatever follows `--` goes to
// `odradek start`.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./launch/install.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
await install(root);
process.argv.splice(2, 0, "start");
await import("../packages/cli/launcher/odradek.mjs");
