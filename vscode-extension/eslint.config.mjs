import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", "out", "bundled", "node_modules", "test/workbench", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.mjs"] } } },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // what is not awaited is logged: `inBackground`
      "@typescript-eslint/no-floating-promises": [
        "error",
        { ignoreVoid: false, checkThenables: true },
      ],
      // VS Code's `Disposable` is an interface in all but name
      "@typescript-eslint/no-unsafe-class-instance-assignment": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["test/**"],
    rules: { "@typescript-eslint/require-await": "off" }, // stand-ins answer at once
  },
);
