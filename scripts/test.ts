// npm test: types, layers, style, and every suite, in parallel. Ends with `N passed, N failed`.
void import("./launch/run.mjs").then(({ run }) => run("scripts/tests/main.ts"));
