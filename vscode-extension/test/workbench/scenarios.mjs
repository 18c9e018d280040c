// What a person does with the extension; each scenario ends in assertions and a screenshot.
import assert from "node:assert/strict";
import { checking } from "./checking.mjs";
import { editorFeatures } from "./editor-features.mjs";
import { runInExtensionHost } from "./extension-host.mjs";
import { running } from "./running.mjs";
import { syncing } from "./syncing.mjs";
import { views } from "./views.mjs";
import { acme } from "./workspaces.mjs";

export const scenarios = {
  /** What needs no eyes: test/host, inside the extension host. */
  extensionHost: {
    options: { makeWorkspace: acme, headless: true },
    async body(server) {
      const { code, tests } = await runInExtensionHost(server);
      for (const { title, error } of tests)
        console.log(error ? `  FAILED ${title}: ${error}` : `  passed ${title}`);
      assert.equal(code, 0);
      assert(tests.length > 0);
    },
  },

  ...checking,
  ...editorFeatures,
  ...syncing,
  ...views,
  ...running,
};
