import { describe, expect, test } from "vitest";
import { expand, readSettings } from "../../src/settings";

const VARIABLES = {
  home: "/home/me",
  workspaceFolder: "/src/acme",
  environment: { TOOLS: "/opt" },
};

test.each([
  ["~/bin/uv", "/home/me/bin/uv"],
  ["~", "/home/me"],
  ["~other/uv", "~other/uv"],
  ["a~b", "a~b"],
  ["${userHome}/uv", "/home/me/uv"],
  ["${workspaceFolder}/uv", "/src/acme/uv"],
  ["${env:TOOLS}/uv", "/opt/uv"],
  ["${env:NONE}/uv", "/uv"],
  ["${unknown}/uv", "${unknown}/uv"],
])("%s is %s", (value, expected) => expect(expand(value, VARIABLES)).toBe(expected));

test("without a folder its variable stays", () => {
  expect(expand("${workspaceFolder}/uv", { ...VARIABLES, workspaceFolder: undefined })).toBe(
    "${workspaceFolder}/uv",
  );
});

describe("values", () => {
  const read = (values: Record<string, unknown>) => readSettings((key) => values[key], VARIABLES);

  test("what is not set has its default", () => {
    expect(read({})).toEqual({
      path: "",
      interpreter: "",
      importStrategy: "fromEnvironment",
      uvPath: "",
      server: {
        uv: { path: null },
        rules: {},
        sync: { exact: true, askForUnsavedFiles: true, onSave: "off" },
        lockCheckOnSave: false,
        inlayHints: {},
        codeLens: {},
        logLevel: "warning",
      },
    });
  });

  test("what is set is passed on", () => {
    const settings = read({
      "uv.path": " ~/uv ",
      "sync.exact": false,
      "sync.onSave": "lock",
      rules: { "unneeded-members": "off" },
      codeLens: { sync: false },
      importStrategy: "useBundled",
    });
    expect(settings).toMatchObject({
      uvPath: "/home/me/uv",
      importStrategy: "useBundled",
    });
    expect(settings.server).toMatchObject({
      uv: { path: "/home/me/uv" },
      sync: { exact: false, onSave: "lock" },
      rules: { "unneeded-members": "off" },
      codeLens: { sync: false },
    });
  });

  test("values of the wrong shape are as if they were not set", () => {
    expect(
      read({
        path: 1,
        rules: ["x"],
        "sync.onSave": "always",
        importStrategy: null,
        inlayHints: "x",
      }),
    ).toEqual(read({}));
  });
});
