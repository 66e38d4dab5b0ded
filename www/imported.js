// @ts-check
// A visitor's own networks: read once, in a worker of their own, and handed to every engine that runs. They live as long as
// the tab; an engine that is started later gets them then.

/** @typedef {import('./engine/contract.js').ImportedNetwork} ImportedNetwork */
/** @typedef {ReturnType<typeof import('./engine/client.js').createClient>} Client */

/**
 * @param {object} parts
 * @param {ImportedNetwork[]} parts.imported those that are there
 * @param {Pick<Client, 'read'>} parts.reader
 * @param {Pick<Client, 'adopt'>} parts.page the engine of the answer, which has to take it
 * @param {readonly Pick<Client, 'adopt'>[]} parts.others
 * @param {(now: Pick<import('./engine/client.js').Specs, 'manifest' | 'loaded'>, checkpoint: string) => void} parts.adopted
 */
export function createImportedNetworks({ imported, reader, page, others, adopted }) {
  return {
    /**
     * The network in these files. If it cannot be read, or the page's engine does not take it, nothing has changed.
     * @param {readonly import('./engine/contract.js').Chosen[]} files
     */
    async read(files) {
      const network = await reader.read(files);
      const { id } = network.entry;
      const now = await page.adopt(network);
      if (!now) throw { code: 'not-started', message: 'The page’s own network is not loaded yet; choose the files again when it is.' };
      if (!imported.some(({ entry }) => entry.id === id)) imported.push(network);
      // An engine that has stopped gets it when it starts again.
      await Promise.allSettled(others.map((other) => other.adopt(network)));
      adopted(now, id);
      return network;
    },
  };
}
