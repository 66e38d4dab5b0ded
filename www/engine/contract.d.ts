// What the page, its worker and the engine send each other that is not a type of the Rust crates. Everything that is comes from
// pkg/full.d.ts, which is generated. Every error thrown is {code: string, message: string}; no input makes the engine panic.
import type { ListCard, OwnCard, Question, Request, RowRequest } from '../../pkg/full.js';

/** A build of the engine: `wordlight` has all that full has, but for the study, lists, documents and tables. */
export type Engine = typeof import('../../pkg/full.js');
/** The build that reads a visitor's own network. */
export type Reader = Pick<typeof import('../../pkg/import.js'), 'check_network_sizes' | 'read_network'>;
/** A visitor's own network: its entry in the list of models, what there is to say of it in sentences, and its bytes. */
export type ImportedNetwork = OwnCard & { vectors: Uint8Array; network: Uint8Array };

/** The page leaves nothing to its default. */
export type FullRow = Required<RowRequest>;
export type FullQuestion = Required<Question> & { rows: FullRow[] };
export type FullRequest = Required<Request> & { rows: FullRow[] };

/** What is told while files arrive; `message` is ready to show: "word vectors: 0.8 of 1.9 MB". */
export interface Progress { stage: 'manifest' | 'vectors' | 'checkpoint'; what: string; loaded: number; total: number; message: string }
/** A file as the browser hands it over. */
export interface Chosen { name: string; size: number; arrayBuffer(): Promise<ArrayBuffer> }

/** What is asked of a list of texts. `place` is the part of the page that shows it. */
export type ListWish = { place: string } & (
  | { kind: 'open'; trees: boolean; file: Pick<Chosen, 'name' | 'arrayBuffer'> }
  | { kind: 'read'; column: number; row: RowRequest }
  | { kind: 'cancel' }
  | { kind: 'page'; order: string; descending: boolean; wanted: string; from: number; count: number }
  | { kind: 'confusion'; wanted: string }
  | { kind: 'csv' });
/** Told while a list is read. */
export type ListReport = (card: ListCard) => void;
