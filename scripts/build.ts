// npm run build: JavaScript and declarations of every package, as `npm pack` takes them.
void import("./launch/run.mjs").then(({ run }) => run("scripts/packaging/build.ts"));
