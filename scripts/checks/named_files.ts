// Holds that every file and folder exists that a page of documentation names: in `code`, or as the
// target of a link. In the walks of ARCHITECTURE.md each file stands once.

import type { Source } from "./sources.ts";

const FENCED = /^```[\s\S]*?^```/gm;
const NAMED = /`([\w@./-]+\.(?:ts|mjs|md)|[\w@./-]+\/)`/g;
const LINKED = /\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g;
const WALK = /^### Walk: (.+)\n([\s\S]*?)(?=^#|(?![\s\S]))/gm;

/** `exists` is asked for paths from the root. */
export function checkNamedFiles(page: Source, exists: (path: string) => boolean): string[] {
  const text = page.text.replaceAll(FENCED, "");
  const missing = [...text.matchAll(NAMED), ...text.matchAll(LINKED)]
    .map(([, name = ""]) => name)
    .filter((name) => !placesOf(page.path, name).some(exists));
  return [
    ...new Set(missing.map((name) => `${page.path}: there is no ${name}`)),
    ...checkWalks(page.path, text),
  ];
}

/** Where a page may mean a name to be: beside itself, among the packages, below the root. */
function placesOf(page: string, name: string): string[] {
  const folder = page.includes("/") ? page.slice(0, page.lastIndexOf("/") + 1) : "";
  return [`${folder}${name}`, `packages/${name}`, name];
}

function checkWalks(path: string, text: string): string[] {
  return [...text.matchAll(WALK)].flatMap(([, title, body = ""]) => {
    const names = [...body.matchAll(NAMED)].map(([, name]) => name);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    return twice.map((name) => `${path}: the walk ${title} names ${name} twice`);
  });
}
