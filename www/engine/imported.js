// @ts-check
// A visitor's own network in the worker: read by one engine, taken by all.

/** @typedef {import('../../pkg/full.js').Explainer} Explainer */
/** @typedef {import('./contract.js').ImportedNetwork} ImportedNetwork */
/** @typedef {import('./contract.js').Chosen} Chosen */

/** The bytes of a file that the visitor chose. @param {Pick<Chosen, 'name' | 'arrayBuffer'>} file */
export async function contents(file) {
  const bytes = await file.arrayBuffer().catch((/** @type {unknown} */ error) => {
    throw { code: 'file', message: `${file.name} could not be read: ${error instanceof Error ? error.message : error}` };
  });
  return new Uint8Array(bytes);
}

/** @param {import('./contract.js').Reader} reader @param {readonly Chosen[]} files @returns {Promise<ImportedNetwork>} */
export async function readNetwork(reader, files) {
  reader.check_network_sizes(Float64Array.from(files, ({ size }) => size));
  return reader.read_network(files.map(({ name }) => name), await Promise.all(files.map(contents)));
}

/** Takes a network; does nothing if the engine has it. @param {Explainer} engine @param {ImportedNetwork} network */
export function adopt(engine, { entry, vectors, network }) {
  if (!engine.loaded().includes(entry.id)) engine.add_model(entry, vectors, network);
  return { manifest: engine.manifest(), loaded: engine.loaded() };
}
