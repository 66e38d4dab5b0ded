/* tslint:disable */
/* eslint-disable */
export const memory: WebAssembly.Memory;
export const __wbg_explainer_free: (a: number, b: number) => void;
export const explainer_baselines: (a: number) => [number, number, number];
export const explainer_examples: (a: number) => [number, number, number];
export const explainer_explain: (a: number, b: any) => [number, number, number];
export const explainer_load: (a: number, b: number, c: any) => any;
export const explainer_load_checkpoint: (a: number, b: number, c: number, d: any) => any;
export const explainer_loaded: (a: number) => [number, number];
export const explainer_manifest: (a: number) => any;
export const explainer_methods: (a: number) => [number, number, number];
export const explainer_scales: (a: number) => [number, number, number];
export const explainer_targets: (a: number) => [number, number, number];
export const start: () => void;
export const wasm_bindgen__convert__closures_____invoke__h086aba2b961cccf0: (a: number, b: number, c: any) => [number, number];
export const wasm_bindgen__convert__closures_____invoke__h4bd61cc0b8b93bba: (a: number, b: number, c: any, d: any) => void;
export const __wbindgen_malloc: (a: number, b: number) => number;
export const __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
export const __wbindgen_free: (a: number, b: number, c: number) => void;
export const __externref_table_alloc: () => number;
export const __wbindgen_externrefs: WebAssembly.Table;
export const __wbindgen_exn_store: (a: number) => void;
export const __wbindgen_destroy_closure: (a: number, b: number) => void;
export const __externref_table_dealloc: (a: number) => void;
export const __externref_drop_slice: (a: number, b: number) => void;
export const __wbindgen_start: () => void;
