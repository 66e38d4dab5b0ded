// @ts-check
// Where the engine runs. The one-file page has another module in this place, with everything inside it.

/** A worker that loads the engine and its models by address, beside this module. */
export const spawnWorker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'wordlight' });

/** The engine in this thread; null where it can only be had in a worker. @type {(() => Promise<import('./near.js').Opened>) | null} */
export const openNear = async () => (await import('./files.js')).openEngine('wordlight');
