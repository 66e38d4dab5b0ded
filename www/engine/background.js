// @ts-check
// An engine for what is asked rarely: files of many texts, and explanations to keep. It is started with the first call.

import { missingCheckpoints } from '../request.js';

/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('./contract.js').ListWish} ListWish */
/** @typedef {ReturnType<typeof import('./client.js').createClient>} Client */

/** @param {Pick<Client, 'start' | 'ensure' | 'save' | 'list'>} client */
export function createBackground(client) {
  /** The checkpoints that the engine has. @type {Promise<readonly string[]> | null} */
  let started = null;

  /** @param {Pick<Request, 'rows'>[]} requests */
  async function ready(requests) {
    try {
      started ??= client.start(() => {}).then(({ loaded }) => loaded);
      const missing = missingCheckpoints(requests, await started);
      if (missing.length) started = client.ensure(missing, () => {});
      await started;
    } catch (problem) {
      started = null; // the next call tries again
      throw problem;
    }
  }

  return {
    /** @type {Client['save']} */
    async save(kind, requests) {
      await ready(requests);
      return client.save(kind, requests);
    },

    /** @type {Client['list']} */
    async list(wish, report) {
      await ready('row' in wish ? [{ rows: [wish.row] }] : []);
      return client.list(wish, report);
    },

    /** The engine has stopped; the next call starts another one. */
    crashed() {
      started = null;
    },
  };
}
