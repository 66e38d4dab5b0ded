// @ts-check
// An engine that is started when something is first asked of it, with the networks that the question needs.

import { missingCheckpoints } from '../request.js';

/** @typedef {import('./contract.js').RowRequest} RowRequest */

/** @param {Pick<ReturnType<typeof import('./client.js').createClient>, 'start' | 'ensure'>} client */
export function createLazy(client) {
  /** @type {Promise<string[]> | null} */
  let started = null;
  return {
    /** Resolves when the engine has the networks of these rows. @param {readonly {rows: readonly RowRequest[]}[]} requests */
    async having(requests) {
      try {
        started ??= client.start(() => {}).then(({ loaded }) => loaded);
        const missing = missingCheckpoints(requests, await started);
        if (missing.length) started = client.ensure(missing, () => {});
        await started;
      } catch (error) {
        started = null; // what failed is tried again with the next question
        throw error;
      }
    },
    /** The engine has ended; the next question starts another. */
    forget() {
      started = null;
    },
  };
}
