// clients [--records N] [--reactors N] [CLIENT …]: real client libraries against a node.
void import("./launch/run.mjs").then(({ run }) => run("test/clients/main.ts"));
