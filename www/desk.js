// @ts-check
// What takes longer than a keystroke, or is seldom asked for: saved data and files of many texts. They have an engine
// of their own, started at the first wish, so that nothing here ever holds up typing.

/** @typedef {import('./engine/contract.js').Request} Request */
/** @typedef {import('./engine/contract.js').ListWish} ListWish */
/** @typedef {import('./engine/contract.js').ListCard} ListCard */
/** @typedef {Pick<ReturnType<typeof import('./engine/client.js').createClient>, 'start' | 'ensure' | 'save' | 'list'>} Client */

/**
 * @param {(onCrash: () => void) => Client} make
 * @param {() => void} lost the engine has stopped, and with it its list
 */
export function createDesk(make, lost = () => {}) {
  /** @type {Promise<unknown> | null} */
  let started = null;
  const client = make(() => {
    started = null;
    lost();
  });

  /** @param {readonly string[]} checkpoints */
  async function ready(checkpoints) {
    started ??= client.start(() => {}).catch((error) => {
      started = null; // the next wish tries again
      throw error;
    });
    await started;
    if (checkpoints.length) await client.ensure([...new Set(checkpoints)], () => {});
  }

  return {
    /** @param {'document' | 'table'} kind @param {Request[]} requests */
    async save(kind, requests) {
      await ready(requests.flatMap(({ rows }) => rows.map(({ checkpoint }) => checkpoint)));
      return client.save(kind, requests);
    },
    /** @param {ListWish} wish @param {(card: ListCard) => void} [report] */
    async list(wish, report) {
      await ready(wish.kind === 'read' ? [wish.row.checkpoint] : []);
      return client.list(wish, report);
    },
  };
}
