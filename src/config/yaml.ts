// Exported by name and statically, because a bundled CommonJS module has no named exports for `import()`.
export { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument, stringify } from 'yaml';
