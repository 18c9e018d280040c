// What is used of the Python extension's interface, and `select`, with which a test selects an interpreter.
const { EventEmitter, Uri } = require("vscode");

let selected = "";
const changed = new EventEmitter();

exports.activate = () => ({
  environments: {
    getActiveEnvironmentPath: () => ({ path: selected }),
    resolveEnvironment: async ({ path }) =>
      path ? { executable: { uri: Uri.file(path) } } : undefined,
    onDidChangeActiveEnvironmentPath: changed.event,
  },
  select(path) {
    selected = path;
    changed.fire();
  },
});
