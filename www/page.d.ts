// What is in the store, and so all that the views are functions of.
import type { Panel, Reply, Request } from '../pkg/full.js';
import type { Specs } from './engine/client.js';
import type { Progress } from './engine/contract.js';
import type { Problem } from './engine/support.js';
import type { Asked } from './state.js';

/** `asked` is what the visitor wants; `live` and `compared` are what is shown, each with the wish it answers. */
export interface Page {
  asked: Asked;
  phase: 'loading' | 'ready' | 'failed';
  progress: Progress | null;
  /** Why the phase is failed. */
  problem: Problem | null;
  specs: Specs | null;
  loaded: readonly string[];
  live: { reply: Reply; answers: Asked; sequence: number } | null;
  compared: { items: Compared[]; answers: Asked } | null;
  /** How many sentences of a long text are explained. */
  sentences: number;
  /** Checkpoints on their way. */
  fetching: { progress: Progress | null; ids: string[] } | null;
  failedCheckpoints: { ids: string[]; problem: Problem } | null;
  failedExplain: Problem | null;
  /** The vectors of rarer words, while they are on their way. */
  rest: { progress: Progress | null; problem: Problem | null } | null;
  /** The text has a word that may be among them. */
  waiting: Problem | null;
  theme: 'light' | 'dark';
  /** What the study shows, by the name of the question. */
  study: Record<string, StudyEntry>;
}

/** What is shown of one question. `answer` belongs to `key`; it is stale unless that is what is wanted now. */
export interface StudyEntry {
  wanted: string;
  key: string;
  answer: Panel | Reply | null;
  problem: Problem | null;
  /** Of long work, 0 to 1. */
  progress: number | null;
}

/** One text of the comparison. */
export interface Compared { title: string; source: string; request: Request; reply: Reply }
