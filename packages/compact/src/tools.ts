// The compiler as tools in this repository load it, in one bundle.
export * from "./compile.ts";
export * from "./fragments.ts";
