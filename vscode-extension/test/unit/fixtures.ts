import type { Member, Workspace } from "../../src/protocol";

export function member(name: string, values: Partial<Member> = {}): Member {
  const path = values.isRoot ? "file:///src/acme" : `file:///src/acme/packages/${name}`;
  return {
    name,
    path,
    manifest: `${path}/pyproject.toml`,
    version: "0.1.0",
    isRoot: false,
    isDefault: false,
    installed: null,
    outdated: false,
    errors: 0,
    warnings: 0,
    dependencies: [],
    dependents: [],
    groups: [],
    extras: [],
    ...values,
  };
}

export function workspace(values: Partial<Workspace> = {}): Workspace {
  return {
    root: "file:///src/acme",
    name: "acme",
    virtual: true,
    uv: "0.13.9",
    defaultPackages: null,
    environment: true,
    lockfile: "current",
    members: [],
    ...values,
  };
}

export const INSTALLED = { version: "0.1.0", editable: true };
