// What the panel and its web view say to each other.

import type { Graph } from "../protocol";

export type ToView = { readonly type: "graph"; readonly title: string; readonly graph: Graph };
export type FromView =
  { readonly type: "ready" } | { readonly type: "open"; readonly name: string };
