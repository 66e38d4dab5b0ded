// The shape of pkg/wordlight.js as the page uses it. Every number, sentence and decision a person sees comes from there.
// Every error thrown is {code: string, message: string}; no input makes it panic.
export default function init(input?: {module_or_path: any}): Promise<unknown>;

export class Explainer {
  /**
   * Fetches `${base}/manifest.json`, the default model's word vectors and its default checkpoint, except what is among
   * `blobs`; what is fetched is added to them. With `first`, the first words' vectors alone: a text with another word is
   * refused with the code "waiting" until `load_rest`.
   */
  static load(base: string, on_progress: (p: Progress) => void, blobs: Map<string, Uint8Array | Response> | undefined, first: boolean): Promise<Explainer>;
  waits(): boolean;                      // only the first words' vectors are there
  load_rest(on_progress: (p: Progress) => void): Promise<void>;
  manifest(): Manifest;
  /** Makes a checkpoint usable (fetch + SHA-256 check); resolves at once if it already is. */
  load_checkpoint(id: string, on_progress: (p: Progress) => void): Promise<void>;
  add_model(entry: ModelEntry, vectors: Uint8Array, network: Uint8Array): void; // a network that read_network has read
  loaded(): string[];                    // checkpoint ids ready to use
  methods(): MethodSpec[];
  targets(): ChoiceSpec[];               // logit, probability, log-probability, margin, expected-score
  baselines(): ChoiceSpec[];             // zero, mean, unk, pad...
  scales(): ChoiceSpec[];                // row, shared, absolute, share
  examples(): Example[];                 // presets; includes the paper's six reviews
  explain(request: Request): Reply;      // synchronous, tens of microseconds per row and sentence
  // These are in the laboratory's core alone.
  load_extra(name: string, on_progress: (p: Progress) => void): Promise<void>; // human-values, strongest-windows, corpus: what some questions need
  training(checkpoint: string): Panel;   // loss and accuracy of the run it comes from; empty if they were not written down
  study(question: Question, on_progress: (done: number) => void): Panel; // a question of the laboratory; milliseconds to seconds
  document(requests: Request[]): string; // JSON with the networks' hashes and every parameter
  table(requests: Request[]): string;    // the same as CSV, a line per word
  // A list has a place, which is the part of the page that shows it.
  open_list(place: string, trees: boolean, name: string, bytes: Uint8Array): ListCard; // .csv and .tsv are tables, anything else a text per line, or a tree of the treebank
  restart_list(place: string, column: number): ListCard;
  advance_list(place: string, row: RowRequest, count: number): ListCard; // reads so many more
  list_page(place: string, order: string, descending: boolean, wanted: string, from: number, count: number): ListPage; // wanted: "all" or a cell of the matrix, then words in a row: "0.1 not bad"
  list_confusion(place: string, wanted: string): Panel | null; // null: the true classes are not known
  list_csv(place: string): string;
  free(): void;
}
/** The shape of pkg/import.js, the core that reads a visitor's own network. */
export interface Reader {
  check_network_sizes(sizes: Float64Array): void; // throws if the files are too many or too large
  read_network(names: string[], files: Uint8Array[]): OwnNetwork;
}
/** A visitor's own network: its entry in the list of models, what there is to say of it in sentences, and its bytes. */
export interface OwnNetwork { entry: ModelEntry; notes: string[]; vectors: Uint8Array; network: Uint8Array }
/** A file as the browser hands it over. */
export interface Chosen { name: string; size: number; arrayBuffer(): Promise<ArrayBuffer> }
export interface ListCard { columns: ChoiceSpec[]; column: number; total: number; done: number; labelled: boolean /* its true classes are known */; message: string }
export interface ListPage { total: number; lines: ListLine[] }
export interface ListLine { number: number; text: string; truth: string; class_name: string; percent: string; words: { text: string; sign: string }[]; problem: string | null }
export type ListWish = { place: string } & (
  | { kind: "open"; trees: boolean; file: { name: string; arrayBuffer(): Promise<ArrayBuffer> } }
  | { kind: "read"; column: number; row: RowRequest }
  | { kind: "cancel" }
  | { kind: "page"; order: string; descending: boolean; wanted: string; from: number; count: number }
  | { kind: "confusion"; wanted: string }
  | { kind: "csv" });
export interface Progress { stage: "manifest"|"vectors"|"checkpoint"; what: string; loaded: number; total: number; message: string /* ready to show: "word vectors: 0.8 of 1.9 MB" */ }
export interface Manifest {
  schema: number; version: string; default_model: string; models: ModelEntry[];
}
export interface ModelEntry {
  id: string; name: string; description: string;
  vectors: { file: string; bytes: number; sha256: string; words: number; dim: number; source: string; licence: string; first?: { file: string; bytes: number; sha256: string; words: number } };
  default_checkpoint: string;
  checkpoints: { id: string; name: string /* "10 epochs" */; epoch: number; file: string; bytes: number; sha256: string;
                 test_accuracy: number; test_loss: number; summary: string /* "10 epochs: 43.1 % of the test sentences right" */ }[];
  labels: string[];
  curve?: { epoch: number; train_loss: number; train_accuracy: number; dev_loss: number; dev_accuracy: number }[];
  timeline?: string[];                   // checkpoint ids of one run, from untrained to most trained
  seeds?: { seed: number; checkpoints: string[] }[]; // the same training under other seeds
}
export interface ChoiceSpec { id: string; name: string; meaning: string }
export interface MethodSpec {
  id: string;            // gradient | gradient-x-input | integrated-gradients | lrp-z | lrp-epsilon | lrp-alpha-beta | ...more later
  name: string;          // "Integrated Gradients"
  summary: string;       // one sentence for a visitor
  formula: string;       // its scores in the letters of its paper
  citation: string;      // "Sundararajan, Taly & Yan 2017"
  reference: string;     // authors, title, venue
  unit: string;          // "logit" or "logit per embedding unit"
  uses_baseline: boolean;
  params: ParamSpec[];
}
export type ParamSpec = { id: string; name: string; meaning: string } & (
  | { kind: "number"; min: number; max: number; default: number; step: number | null; log: boolean }
  | { kind: "integer"; min: number; max: number; default: number }
  | { kind: "choice"; options: ChoiceSpec[]; default: string });
export interface Example { id: string; group: "paper" | "try"; name: string /* "Review 50" */; text: string; truth: string | null /* true class name */; source: string }
export interface Request {
  text: string;
  rows: RowRequest[];
  scale: "row" | "shared" | "absolute" | "share";
  /** index into class_names of the true class, if known */
  truth?: string | null;
  /** at most this many sentences are explained; the rest are only counted */
  max_sentences: number;
}
export interface RowRequest {
  checkpoint: string; method: string;
  params: Record<string, number | string>;   // missing ones take their default
  target: { kind: string; class: number | null };   // null: the predicted class
  baseline: string;
}
export interface Reply {
  class_names: string[];               // ["very negative","negative","neutral","positive","very positive"]
  empty: boolean; message: string | null;   // "Type a sentence…", "No word of this text is known to the network", null
  sentence_count: number;
  whole: Verdict[];                    // the whole text read at once, one per distinct checkpoint of the rows, in order of first use
  sentences: SentenceReply[];
}
export interface Verdict {
  checkpoint: string; checkpoint_name: string;
  predicted: number; predicted_name: string; probabilities: number[]; logits: number[];
  percent: string[];                    // "62 %", for drawing beside the bars
  truth: number | null; correct: boolean | null; // tick or cross
  text: string;                         // "positive (62 %)"
}
export interface SentenceReply {
  tokens: Token[];                      // shared by all rows of the sentence
  verdicts: Verdict[];                  // one per distinct checkpoint, same order as Reply.whole
  rows: Row[];                          // same order as Request.rows
}
export interface Token { text: string /* as typed */; gap: string /* what stood before it: "", " ", "\n" */; normal: string /* what the network reads */; known: boolean }
export interface Row {
  checkpoint: string; method: string; method_name: string;
  class: number; class_name: string; target_name: string /* "logit of positive" */;
  words: WordScore[];                   // one per token
  padding: WordScore | null; padding_count: number;  // null if the padding got nothing and there is none
  ledger: Ledger;
  scale_max: number; scale_text: string /* "±0.83 logit" */; scale_note: string /* "scaled to this row's largest word" or "max 0.03: almost nothing" */;
  legend_for: string; legend_against: string; // "supports positive", "speaks against positive"
  summary: string;                      // "positive (62 %), mostly because of engaging and an; of speaks against it."
  error: { code: string; message: string } | null;   // this row only; words is then empty
}
export interface WordScore { score: number; intensity: number /* -1..1, already scaled */; text: string /* "+0.383" */; rank: number /* 1 = largest magnitude */; share: string /* "31 %" of the sum of magnitudes */; sign: "+" | "-" | "0"; describe: string /* "engaging: +0.383 logit, rank 1 of 9, 31 % of all magnitude; supports positive" */ }
export interface Ledger {
  entries: { id: string; name: string; amount: number; text: string }[];  // words, padding, biases, stabiliser, baseline …
  explained: number; explained_name: string; explained_text: string;
  residual: number; residual_text: string; tolerance: number; ok: boolean; proves: boolean; // proves=false: this method has no sum to prove
  text: string;                         // "0.412 words + 0.031 biases = 0.443 logit; residual 2e-8"
}

// The laboratory. Every text in a panel is ready to be drawn.
export interface Question { about: string; text: string; sentence: number; word: number | null; other: string; choice: string; seed: number; rows: RowRequest[] }
export interface Panel { text: string; note: string; word: number | null; options: [id: string, name: string][]; choice: string; tables: Table[]; charts: Chart[] }
export interface Table { caption: string; columns: string[]; lines: Line[]; note: string; folded: boolean }
export interface Line { name: string; cells: Cell[]; kind: "" | "total" | "here"; depth: number /* of an outline */; apply: string | null /* a text to put into the box */; other: string | null /* and a second one beside it */; find: string | null /* words whose sentences its name leads to */ }
export interface Cell { text: string; intensity: number | null; curve: number[] /* -1..1, drawn instead of a number */; choice: { id: string; hint: string } | null /* what pressing it does; its intensity is then a share */ }
export interface Chart { title: string; x_name: string; y_name: string; log: boolean; x: Axis; y: Axis; curves: Curve[]; text: string /* the chart in words */ }
export interface Axis { low: number; high: number; ticks: [value: number, text: string][] }
export interface Curve { name: string; kind: "line" | "reference" | "band"; x: number[]; y: number[]; top: number[] }
