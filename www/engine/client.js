// @ts-check
// The only file that sees the Worker. Gives promises, request ids, latest-wins, and a clean restart.

import { spawnWorker } from './place.js';
import { missingSupport } from './support.js';

/** @typedef {import('../../pkg/full.js').Request} Request */
/** @typedef {import('../../pkg/full.js').Reply} Reply */
/** @typedef {import('./contract.js').Progress} Progress */
/** @typedef {import('./contract.js').ImportedNetwork} ImportedNetwork */
/** @typedef {import('./support.js').Problem} Problem */
/**
 * Everything the engine says about itself once it has started.
 * @typedef {object} Specs
 * @property {import('../../pkg/full.js').Manifest} manifest
 * @property {import('../../pkg/full.js').MethodCard[]} methods
 * @property {import('../../pkg/full.js').ChoiceSpec[]} targets
 * @property {import('../../pkg/full.js').ChoiceSpec[]} baselines
 * @property {import('../../pkg/full.js').ChoiceSpec[]} scales
 * @property {import('../../pkg/full.js').Example[]} examples
 * @property {string[]} loaded
 * @property {boolean} waits only the first words' vectors are there; `rest` fetches all
 */
/**
 * @typedef {object} Pending
 * @property {(value: any) => void} resolve
 * @property {(problem: Problem) => void} reject
 * @property {Report | null} report
 * @property {any} message
 */
/** @typedef {(p: any) => void} Report what is told of long work: a download's Progress, or the done part of a question, 0 to 1 */
/** @typedef {{message: any, report: Report | null, resolve: (value: any) => void, reject: (p: Problem) => void}} Waiting */
/** @typedef {{busy: boolean, next: Waiting | null}} Channel */

/**
 * @param {object} [options]
 * @param {(problem: Problem) => void} [options.onCrash] the worker died by itself; `start` again makes a new one
 * @param {'wordlight' | 'full'} [options.core] which build of the engine
 * @param {ReturnType<typeof import('./main-thread.js').createMainThreadEngine> | null} [options.mainThread] an engine for short answers on the page's own thread
 * @param {() => readonly ImportedNetwork[]} [options.imported] the visitor's own networks, which every engine has from its start
 * @param {() => Worker} [options.spawn]
 * @param {() => Problem | null} [options.support]
 */
export function createClient({ onCrash = () => {}, core = 'wordlight', mainThread = null, imported = () => [], spawn = spawnWorker, support = missingSupport } = {}) {
  /** @type {Worker | null} */
  let worker = null;
  let lastId = 0;
  /** @type {Map<number, Pending>} */
  const pending = new Map();
  /** @type {Map<string, Channel>} */
  let channels = new Map();

  /** What the worker has, once it has the vectors of all words. @type {string[] | null} */
  let complete = null;

  /** @param {string[]} loaded */
  function completed(loaded) {
    complete = loaded;
    void mainThread?.follow(loaded);
  }

  /** @param {Problem} problem */
  function stop(problem) {
    worker?.terminate();
    worker = null;
    complete = null;
    const waiting = [...pending.values()];
    const queued = [...channels.values()].map((channel) => channel.next);
    pending.clear();
    for (const channel of channels.values()) channel.next = null; // none of it is for the next worker
    channels = new Map();
    for (const call of waiting) call.reject(problem);
    for (const next of queued) next?.reject(problem);
  }

  /** @param {Problem} problem */
  function crash(problem) {
    stop(problem);
    onCrash(problem);
  }

  function open() {
    const mine = spawn();
    worker = mine;
    mine.addEventListener('message', ({ data }) => {
      if (mine !== worker) return; // a reply of a worker that has been replaced
      const call = pending.get(data.id);
      if (!call) return;
      if (data.progress) return call.report?.(data.progress);
      pending.delete(data.id);
      if (data.files) mainThread?.addFiles(data.files);
      if (call.message.op === 'explain' && !data.error) mainThread?.learn(call.message.requests, data.took);
      if (!data.error) return call.resolve(data.value);
      call.reject(data.error);
      if (data.error.code === 'crashed') crash(data.error);
    });
    mine.addEventListener('error', (event) => {
      if (mine !== worker) return;
      event.preventDefault?.();
      crash({ code: 'crashed', message: `The engine’s worker stopped${event.message ? `: ${event.message}` : '.'}` });
    });
  }

  /**
   * @param {any} message
   * @param {Report | null} report
   * @returns {Promise<any>}
   */
  function call(message, report = null) {
    return new Promise((resolve, reject) => {
      if (!worker) return reject({ code: 'not-started', message: 'The network is not loaded yet.' });
      lastId += 1;
      pending.set(lastId, { resolve, reject, report, message });
      worker.postMessage({ id: lastId, ...message });
    });
  }

  /** @param {Channel} channel @param {any} message @param {Report | null} report @returns {Promise<any>} */
  function send(channel, message, report) {
    channel.busy = true;
    return call(message, report).finally(() => {
      channel.busy = false;
      const { next } = channel;
      channel.next = null;
      if (next) send(channel, next.message, next.report).then(next.resolve, next.reject);
    });
  }

  /**
   * Sends at once if the channel is free; otherwise keeps only the newest waiting call.
   * Resolves to null when a newer call took this one's place before it was sent.
   * @param {string} name
   * @param {any} message
   * @param {Report | null} [report]
   * @returns {Promise<any>}
   */
  function newest(name, message, report = null) {
    let channel = channels.get(name);
    if (!channel) channels.set(name, (channel = { busy: false, next: null }));
    if (!channel.busy) return send(channel, message, report);
    channel.next?.resolve(null);
    return new Promise((resolve, reject) => {
      if (channel) channel.next = { message, report, resolve, reject };
    });
  }

  /** @param {ImportedNetwork} network */
  async function adopt(network) {
    const now = await call({ op: 'adopt', network });
    mainThread?.adopt(network);
    return now;
  }

  return {
    /**
     * Starts a worker (ending an earlier one) and loads the default model, or as much of it as most texts need.
     * @param {(p: Progress) => void} report
     * @returns {Promise<Specs>}
     */
    async start(report) {
      const problem = support();
      if (problem) throw problem;
      stop({ code: 'restarted', message: 'The network is being loaded again.' });
      open();
      let specs = await call({ op: 'start', core, share: mainThread !== null }, report);
      if (!specs.waits) completed(specs.loaded);
      for (const network of imported()) specs = { ...specs, ...await adopt(network) };
      return specs;
    },

    /**
     * Hands a visitor's own network to the engine, if it has started: the list of models and the checkpoints with it.
     * @param {ImportedNetwork} network
     * @returns {Promise<Pick<Specs, 'manifest' | 'loaded'> | null>}
     */
    adopt: async (network) => (worker ? adopt(network) : null),

    /**
     * Reads a visitor's own network, in a worker that is let go of afterwards: its memory goes with it.
     * @param {readonly import('./contract.js').Chosen[]} files
     * @returns {Promise<ImportedNetwork>}
     */
    async read(files) {
      const problem = support();
      if (problem) throw problem;
      stop({ code: 'restarted', message: 'Other files were chosen.' });
      open();
      const mine = worker;
      return call({ op: 'read', files }).finally(() => mine === worker && stop({ code: 'stopped', message: 'The files are read.' }));
    },

    /**
     * Loads the vectors of all other words; resolves to the ids of what can be used.
     * @param {(p: Progress) => void} report
     * @returns {Promise<string[]>}
     */
    async rest(report) {
      const loaded = await call({ op: 'rest' }, report);
      completed(loaded);
      return loaded;
    },

    /**
     * Makes checkpoints usable; resolves to the ids of all that are.
     * @param {string[]} checkpoints
     * @param {(p: Progress) => void} report
     * @returns {Promise<string[]>}
     */
    async ensure(checkpoints, report) {
      const loaded = await call({ op: 'ensure', checkpoints }, report);
      if (complete) completed(loaded);
      return loaded;
    },

    /**
     * The answer at once where that takes no time worth mentioning, else null.
     * @param {Request[]} requests
     * @returns {Reply[] | null}
     */
    explainNow: (requests) => mainThread?.explain(requests) ?? null,

    /**
     * Explains the newest of what is asked under a name; null when a newer call took this one's place.
     * @param {string} name
     * @param {Request[]} requests
     * @returns {Promise<Reply[] | null>}
     */
    explain: (name, requests) => newest(name, { op: 'explain', requests }),

    /**
     * Answers a question of the study; null when a newer call took this one's place.
     * @param {string} name
     * @param {import('./contract.js').FullQuestion} question
     * @param {(done: number) => void} report
     * @returns {Promise<import('../../pkg/full.js').Panel | null>}
     */
    study: (name, question, report) => newest(name, { op: 'study', question }, report),

    /**
     * The same explanations to keep: as JSON with all that is needed to make them again, or as a table.
     * @param {'document' | 'table'} kind
     * @param {Request[]} requests
     * @returns {Promise<string>}
     */
    save: (kind, requests) => call({ op: 'save', kind, requests }),

    /**
     * A file of many texts; each call answers with what is known of the list.
     * @param {import('./contract.js').ListWish} wish
     * @param {import('./contract.js').ListReport} [report] as the texts are being read
     * @returns {Promise<any>}
     */
    list: (wish, report) => call({ op: 'list', wish }, report ?? null),

    stop: () => stop({ code: 'stopped', message: 'The engine was stopped.' }),
  };
}
