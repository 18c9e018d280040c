// Bundles the extension (Node, CommonJS), the graph's web view (browser) and the tests that run inside VS Code.
import { build } from "esbuild";

const common = { bundle: true, minify: true, logLevel: "warning", legalComments: "none" };

await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
});
await build({
  ...common,
  entryPoints: ["src/graph/view.ts"],
  outfile: "dist/graph.js",
  platform: "browser",
  format: "iife",
  target: "chrome120",
});
if (process.argv.includes("--tests")) {
  await build({
    ...common,
    minify: false,
    entryPoints: ["test/host/index.ts"],
    outfile: "out/host/index.cjs",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode", "mocha"],
  });
}
