/* tslint:disable */
/* eslint-disable */
/**
 * A cell of a table.
 */
export interface Cell {
    /**
     * The text of the cell.
     */
    text: string;
    /**
     * The colour of the cell, -1 to 1; `None` for a cell without.
     */
    intensity: number | null;
    /**
     * A small curve in place of a number.
     */
    curve: number[];
    /**
     * What pressing it does; such a cell's intensity is a share, 0 to 1.
     */
    choice: Choice | null;
}

/**
 * A curve of a chart.
 */
export interface Curve {
    /**
     * The name of the curve.
     */
    name: string;
    /**
     * `line`, `reference` for what the lines are held to, or `band`, which is filled between `y` and `top`.
     */
    kind: string;
    /**
     * The places of the points along the horizontal axis.
     */
    x: number[];
    /**
     * The heights of the points, as many as `x`.
     */
    y: number[];
    /**
     * The upper edge of a band.
     */
    top: number[];
}

/**
 * A file of some of a model's word vectors: the same numbers for fewer words.
 */
export interface FirstWords {
    /**
     * The name of the file, beside the manifest.
     */
    file: string;
    /**
     * The length of the file, in bytes.
     */
    bytes: number;
    /**
     * The SHA-256 of the file, in hex.
     */
    sha256: string;
    /**
     * The number of words.
     */
    words: number;
}

/**
 * A file of text that some questions of the study need.
 */
export interface DataFile {
    /**
     * `human-values`, `strongest-windows` or `corpus`.
     */
    id: string;
    /**
     * Beside the manifest.
     */
    file: string;
    /**
     * Its length.
     */
    bytes: number;
    /**
     * In hex.
     */
    sha256: string;
}

/**
 * A file of weights.
 */
export interface Checkpoint {
    /**
     * The id of the checkpoint, for programs and links.
     */
    id: string;
    /**
     * The name of the checkpoint, for readers: "10 epochs".
     */
    name: string;
    /**
     * How often the training sentences have been seen.
     */
    epoch: number;
    /**
     * The seed of the run.
     */
    seed?: number;
    /**
     * The name of the file, beside the manifest; several checkpoints may share one.
     */
    file: string;
    /**
     * Its name in a file that several share: the prefix of its tensors.
     */
    part?: string;
    /**
     * The length of the file, in bytes.
     */
    bytes: number;
    /**
     * The SHA-256 of the file, in hex.
     */
    sha256: string;
    /**
     * The accuracy on the test sentences, 0 to 1.
     */
    test_accuracy: number;
    /**
     * The mean cross-entropy on the test sentences, in nats.
     */
    test_loss: number;
    /**
     * Epochs and accuracy in a sentence: "10 epochs: 43.1 % of the test sentences right".
     */
    summary: string;
}

/**
 * A file of word vectors.
 */
export interface Vectors {
    /**
     * The name of the file, beside the manifest.
     */
    file: string;
    /**
     * The length of the file, in bytes.
     */
    bytes: number;
    /**
     * The SHA-256 of the file, in hex.
     */
    sha256: string;
    /**
     * The number of words, `V`.
     */
    words: number;
    /**
     * The dimensions of a vector, `D`.
     */
    dim: number;
    /**
     * The origin of the vectors, and what was done to them.
     */
    source: string;
    /**
     * Their licence.
     */
    licence: string;
    /**
     * The words of most texts in a file of their own, so that a page can begin before the whole is there.
     */
    first?: FirstWords;
}

/**
 * A line of a table.
 */
export interface Line {
    /**
     * The name in the first column.
     */
    name: string;
    /**
     * The cells of the other columns.
     */
    cells: Cell[];
    /**
     * `total` for a sum, `here` for the one that is looked at, else nothing.
     */
    kind: string;
    /**
     * How many of the lines above hold this one, in a table that is an outline.
     */
    depth: number;
    /**
     * The text that this line proposes, to be put into the box.
     */
    apply: string | null;
    /**
     * The second text that it proposes.
     */
    other: string | null;
    /**
     * The words whose sentences it leads to.
     */
    find: string | null;
}

/**
 * A model: word vectors and the checkpoints trained on them.
 */
export interface ModelEntry {
    /**
     * The id of the model, for programs and links.
     */
    id: string;
    /**
     * The name of the model, for readers.
     */
    name: string;
    /**
     * The kind of network: `text-cnn` or `bilstm`.
     */
    kind?: string;
    /**
     * What the model is, in one or two sentences.
     */
    description: string;
    /**
     * Its word vectors.
     */
    vectors: Vectors;
    /**
     * The id of the checkpoint that is shown first.
     */
    default_checkpoint: string;
    /**
     * Its checkpoints, in order of training.
     */
    checkpoints: Checkpoint[];
    /**
     * The names of the classes, worst first.
     */
    labels: string[];
    /**
     * Protocol, seed, optimiser and sizes, as the trainer wrote them.
     */
    training: unknown;
    /**
     * Every epoch's loss and accuracy.
     */
    curve: Epoch[];
    /**
     * The paper's Table 1, measured again.
     */
    table: TableRow[];
    /**
     * The checkpoints of one run from untrained to the last epoch, by id; empty if only some epochs are offered.
     */
    timeline?: string[];
    /**
     * The same training from other seeds.
     */
    seeds?: SeedEntry[];
    /**
     * What a reader should know of the model.
     */
    card?: Card;
}

/**
 * A network's entry, and what there is to say of how it was read.
 */
export interface OwnCard {
    /**
     * The only checkpoint has the id of the model.
     */
    entry: ModelEntry;
    /**
     * What there is to say of how it was read, in sentences.
     */
    notes: string[];
}

/**
 * A part of a question that can be chosen.
 */
export interface Field {
    /**
     * Where it goes. Several that go into one part have a blank between them.
     */
    part: Part;
    /**
     * Its name in links.
     */
    key: string;
    /**
     * What it is when nothing was chosen, as it is written in a link.
     */
    initial: string;
    /**
     * What it may be.
     */
    kind: FieldKind;
}

/**
 * A picture of curves.
 */
export interface Chart {
    /**
     * The title of the chart.
     */
    title: string;
    /**
     * The name of the horizontal axis.
     */
    x_name: string;
    /**
     * The name of the vertical axis.
     */
    y_name: string;
    /**
     * Whether both axes are logarithmic.
     */
    log: boolean;
    /**
     * The range and ticks of the horizontal axis.
     */
    x: Axis;
    /**
     * The range and ticks of the vertical axis.
     */
    y: Axis;
    /**
     * The curves.
     */
    curves: Curve[];
    /**
     * What the chart shows, in words.
     */
    text: string;
}

/**
 * A question about one sentence of a text.
 */
export interface Question {
    /**
     * Which question: an id of [`questions`](crate::study::questions).
     */
    about?: string;
    /**
     * The whole text, as typed.
     */
    text?: string;
    /**
     * Which sentence of the text, counted from 0.
     */
    sentence?: number;
    /**
     * Which word of the sentence, counted from 0; `None` for the one that added most.
     */
    word?: number | null;
    /**
     * A word or a sentence to compare with; empty if the question needs none.
     */
    other?: string;
    /**
     * The id of one of the options of the last answer; empty for the first.
     */
    choice?: string;
    /**
     * Seed of whatever is drawn.
     */
    seed?: number;
    /**
     * Which networks explain by which methods; the first is the row that the page shows.
     */
    rows?: RowRequest[];
}

/**
 * A question of the study.
 */
export interface QuestionSpec {
    /**
     * [`Question::about`], also in links and saved data.
     */
    id: string;
    /**
     * The heading of its answer.
     */
    title: string;
    /**
     * What it answers, in a line.
     */
    answers: string;
    /**
     * What it is about.
     */
    about: Subject;
    /**
     * The rows that belong to it.
     */
    rows: RowSet;
    /**
     * The file that has to be loaded for it: an id of [`Manifest::data_files`](crate::site::manifest::Manifest).
     */
    file: string | null;
    /**
     * What else can be asked for.
     */
    fields: Field[];
}

/**
 * A row of the paper's Table 1, measured again.
 */
export interface TableRow {
    /**
     * The number of epochs of training.
     */
    epochs: number;
    /**
     * The mean cross-entropy on the test sentences, as measured here.
     */
    test_loss: number;
    /**
     * The accuracy on the test sentences, as measured here, 0 to 1.
     */
    test_accuracy: number;
    /**
     * The loss that the paper prints.
     */
    paper_loss: number;
    /**
     * The accuracy that the paper prints.
     */
    paper_accuracy: number;
}

/**
 * A screenful.
 */
export interface ListPage {
    /**
     * How many lines could be shown.
     */
    total: number;
    /**
     * Those asked for.
     */
    lines: ListLine[];
}

/**
 * A sentence with its rows.
 */
export interface SentenceReply {
    /**
     * The tokens of the sentence, `[T]`.
     */
    tokens: TokenReply[];
    /**
     * The prediction of each checkpoint, in the order of [`Reply::whole`].
     */
    verdicts: Verdict[];
    /**
     * The explanations, one per row of the request.
     */
    rows: Row[];
}

/**
 * A sentence with, perhaps, its true class.
 */
export interface Example {
    /**
     * The id of the example, for programs and links.
     */
    id: string;
    /**
     * `paper` for the six reviews of the paper, `try` for sentences that show something.
     */
    group: string;
    /**
     * The name of the example, for readers.
     */
    name: string;
    /**
     * The text.
     */
    text: string;
    /**
     * The name of the true class.
     */
    truth: string | null;
    /**
     * Where the sentence comes from.
     */
    source: string;
}

/**
 * A table; the first column holds the names of the lines.
 */
export interface Table {
    /**
     * What it shows.
     */
    caption: string;
    /**
     * Heads of the columns, that of the names first.
     */
    columns: string[];
    /**
     * Its lines.
     */
    lines: Line[];
    /**
     * What to know when reading it.
     */
    note: string;
    /**
     * Whether it says in numbers what a chart shows, and is only for those who ask.
     */
    folded: boolean;
}

/**
 * A text and its verdict.
 */
export interface ListLine {
    /**
     * From 1.
     */
    number: number;
    /**
     * All of it.
     */
    text: string;
    /**
     * The true class; empty if nothing is known of it.
     */
    truth: string;
    /**
     * The predicted class; empty if the text could not be read.
     */
    class_name: string;
    /**
     * Its probability.
     */
    percent: string;
    /**
     * The words that decided, the strongest first.
     */
    words: ListWord[];
    /**
     * Why the text could not be read.
     */
    problem: string | null;
}

/**
 * A text and the rows to draw of it.
 */
export interface Request {
    /**
     * The text, as typed.
     */
    text: string;
    /**
     * The explanations that are wanted, each by one method of one checkpoint.
     */
    rows: RowRequest[];
    /**
     * How scores become colours.
     */
    scale?: Scale;
    /**
     * The name of the true class, if it is known.
     */
    truth?: string | null;
    /**
     * At most this many sentences are explained; the rest are counted.
     */
    max_sentences?: number;
}

/**
 * A token of the text.
 */
export interface TokenReply {
    /**
     * The token as typed.
     */
    text: string;
    /**
     * The text between the token before it and this one.
     */
    gap: string;
    /**
     * The normal form, which the network reads.
     */
    normal: string;
    /**
     * Whether the network has a vector for it.
     */
    known: boolean;
}

/**
 * A word that decided.
 */
export interface ListWord {
    /**
     * As written.
     */
    text: string;
    /**
     * "+" or "-"
     */
    sign: string;
}

/**
 * An account of the ledger.
 */
export interface Entry {
    /**
     * The id of the account, for programs.
     */
    id: string;
    /**
     * The name of the account, for readers.
     */
    name: string;
    /**
     * The amount, in units of the explained value.
     */
    amount: number;
    /**
     * The amount as text, with its sign and three digits.
     */
    text: string;
}

/**
 * An axis of a chart.
 */
export interface Axis {
    /**
     * The number at its beginning.
     */
    low: number;
    /**
     * The number at its end.
     */
    high: number;
    /**
     * The numbers that are marked, each with its text.
     */
    ticks: [number, string][];
}

/**
 * An option: of a parameter, a target, a baseline or a scale.
 */
export interface ChoiceSpec {
    /**
     * The id of the option, for programs and links.
     */
    id: string;
    /**
     * The name of the option, for readers.
     */
    name: string;
    /**
     * What the option means, in one sentence.
     */
    meaning: string;
}

/**
 * How scores become intensities between -1 and 1.
 */
export type Scale = "row" | "shared" | "absolute" | "share";

/**
 * One epoch of training.
 */
export interface Epoch {
    /**
     * The number of epochs so far; 0 is before training.
     */
    epoch: number;
    /**
     * Mean cross-entropy on the training sentences.
     */
    train_loss: number;
    /**
     * Accuracy on the training sentences, 0 to 1.
     */
    train_accuracy: number;
    /**
     * Mean cross-entropy on the development sentences.
     */
    dev_loss: number;
    /**
     * Accuracy on the development sentences, 0 to 1.
     */
    dev_accuracy: number;
    /**
     * Mean cross-entropy on the test sentences, by which nothing was chosen.
     */
    test_loss?: number;
    /**
     * Accuracy on the test sentences, 0 to 1.
     */
    test_accuracy?: number;
}

/**
 * The accounts of the explained value, and whether they add up.
 */
export interface LedgerReply {
    /**
     * The accounts with their amounts.
     */
    entries: Entry[];
    /**
     * The explained value.
     */
    explained: number;
    /**
     * The name of the explained value: "logit of positive".
     */
    explained_name: string;
    /**
     * The explained value as text, with its sign and three digits.
     */
    explained_text: string;
    /**
     * The explained value minus the sum of the accounts.
     */
    residual: number;
    /**
     * The residual as text, with its sign.
     */
    residual_text: string;
    /**
     * The largest magnitude of the residual that counts as rounding.
     */
    tolerance: number;
    /**
     * Whether the residual counts as rounding. Also true where no sum is promised.
     */
    ok: boolean;
    /**
     * Whether the method promises that the accounts add up.
     */
    proves: boolean;
    /**
     * The ledger in a sentence.
     */
    text: string;
}

/**
 * The answer to a question of the study: text, tables and charts.
 */
export interface Panel {
    /**
     * What was found, in a sentence or two.
     */
    text: string;
    /**
     * How it was computed, and what limits it.
     */
    note: string;
    /**
     * The word that was looked at, counted from 0.
     */
    word: number | null;
    /**
     * The options of the question, each with id and name.
     */
    options: [string, string][];
    /**
     * The id of the option that was taken.
     */
    choice: string;
    /**
     * The numbers.
     */
    tables: Table[];
    /**
     * The same numbers as charts.
     */
    charts: Chart[];
}

/**
 * The answer to a request.
 */
export interface Reply {
    /**
     * The names of the classes, worst first.
     */
    class_names: string[];
    /**
     * Whether the text has no word.
     */
    empty: boolean;
    /**
     * A message to be shown instead of, or above, the rows.
     */
    message: string | null;
    /**
     * The number of sentences of the text, explained or not.
     */
    sentence_count: number;
    /**
     * The whole text read at once, by each checkpoint of the request in order of first use.
     */
    whole: Verdict[];
    /**
     * The sentences that were explained.
     */
    sentences: SentenceReply[];
}

/**
 * The checkpoints of one seed.
 */
export interface SeedEntry {
    /**
     * The seed.
     */
    seed: number;
    /**
     * The ids of the checkpoints, in order of training.
     */
    checkpoints: string[];
}

/**
 * The description of a method.
 */
export interface MethodCard {
    /**
     * The id of the method, for programs and links.
     */
    id: string;
    /**
     * The name of the method, for readers.
     */
    name: string;
    /**
     * What the method says, in one sentence.
     */
    summary: string;
    /**
     * Its formula, in the letters of its paper.
     */
    formula: string;
    /**
     * The publication as it stands in a sentence: "Bach et al. 2015".
     */
    citation: string;
    /**
     * The publication with authors, title and venue.
     */
    reference: string;
    /**
     * The unit of its scores when a logit is explained.
     */
    unit: string;
    /**
     * Whether the scores depend on the baseline.
     */
    uses_baseline: boolean;
    /**
     * Its parameters.
     */
    params: ParamCard[];
}

/**
 * The description of a parameter.
 */
export type ParamCard = { id: string; name: string; meaning: string } & ParamKind;

/**
 * The explanation of one sentence by one method and checkpoint.
 */
export interface Row {
    /**
     * The id of the checkpoint, as requested.
     */
    checkpoint: string;
    /**
     * The id of the method, as requested.
     */
    method: string;
    /**
     * The name of the method.
     */
    method_name: string;
    /**
     * The class that is explained, counted from 0.
     */
    class: number;
    /**
     * The name of that class.
     */
    class_name: string;
    /**
     * The name of the explained value: "logit of positive".
     */
    target_name: string;
    /**
     * The scores of the words, `[T]`; empty if there is an error.
     */
    words: WordScore[];
    /**
     * The score of all padding after the words, if there is any.
     */
    padding: WordScore | null;
    /**
     * The number of padding positions after the words, up to the length for which the network was trained.
     */
    padding_count: number;
    /**
     * The accounts of the explained value.
     */
    ledger: LedgerReply;
    /**
     * The score that has the strongest colour.
     */
    scale_max: number;
    /**
     * The score that has the strongest colour as text, with its unit.
     */
    scale_text: string;
    /**
     * How the scale was chosen, or that there is almost nothing to see.
     */
    scale_note: string;
    /**
     * What a positive score means, for a legend.
     */
    legend_for: string;
    /**
     * What a negative score means, for a legend.
     */
    legend_against: string;
    /**
     * A summary of the row in a sentence.
     */
    summary: string;
    /**
     * Why there are no scores, if there are none.
     */
    error: RowError | null;
}

/**
 * The list of models of a site.
 */
export interface Manifest {
    /**
     * Version of this format: 1.
     */
    schema: number;
    /**
     * The version of wordlight that wrote it.
     */
    version: string;
    /**
     * The id of the model that is shown first.
     */
    default_model: string;
    /**
     * The models, in the order in which they are offered.
     */
    models: ModelEntry[];
    /**
     * Files of text that only some questions of the study need; none in a list that was written before they had hashes.
     */
    data_files?: DataFile[];
}

/**
 * The number that is explained.
 */
export interface TargetRequest {
    /**
     * The id of a target; `target_cards` lists them.
     */
    kind: string;
    /**
     * The class, counted from 0; `None` for the predicted one.
     */
    class?: number | null;
}

/**
 * The part of a [`Question`] that a field fills.
 */
export type Part = "other" | "choice" | "seed" | "rows";

/**
 * The prediction of a checkpoint for a text.
 */
export interface Verdict {
    /**
     * The id of the checkpoint.
     */
    checkpoint: string;
    /**
     * The name of the checkpoint.
     */
    checkpoint_name: string;
    /**
     * The class with the largest logit, counted from 0.
     */
    predicted: number;
    /**
     * The name of the predicted class.
     */
    predicted_name: string;
    /**
     * The probability of each class, `[Y]`.
     */
    probabilities: number[];
    /**
     * The logit of each class, `[Y]`.
     */
    logits: number[];
    /**
     * The probabilities in percent, as text: "62 %". `[Y]`
     */
    percent: string[];
    /**
     * The true class, counted from 0, if it was given.
     */
    truth: number | null;
    /**
     * Whether the prediction is the true class.
     */
    correct: boolean | null;
    /**
     * The predicted class with its probability: "positive (62 %)".
     */
    text: string;
}

/**
 * The rows of a question. The first is always the one that is shown.
 */
export type RowSet = "shown" | "methods" | "epochs" | "seeds";

/**
 * The score of a word.
 */
export interface WordScore {
    /**
     * The score itself, in units of the method.
     */
    score: number;
    /**
     * The score on the row's scale, -1 to 1.
     */
    intensity: number;
    /**
     * The score as text, with its sign: "+0.383".
     */
    text: string;
    /**
     * The rank of the score's magnitude in the row; 1 is the largest.
     */
    rank: number;
    /**
     * The share of the row's total magnitude: "31 %".
     */
    share: string;
    /**
     * The sign as text: "+", "-" or "0".
     */
    sign: string;
    /**
     * The word with its score, rank and share in a sentence.
     */
    describe: string;
}

/**
 * The values that a parameter may have, and its default.
 */
export type ParamKind = { kind: "number"; min: number; max: number; default: number; step: number | null; log: boolean } | { kind: "integer"; min: number; max: number; default: number } | { kind: "choice"; options: ChoiceSpec[]; default: string };

/**
 * What a field may be.
 */
export type FieldKind = { kind: "id" } | { kind: "text"; most: number; label: string; placeholder: string } | { kind: "number"; most: number };

/**
 * What a question is about.
 */
export type Subject = "word" | "sentence" | "network";

/**
 * What a reader should know of a model (Mitchell et al. 2019), in sentences.
 */
export interface Card {
    /**
     * What it was trained, chosen and measured on.
     */
    data: string;
    /**
     * The network, its size and how it was trained.
     */
    protocol: string;
    /**
     * What the default checkpoint scores.
     */
    scores: string;
    /**
     * `[Y][Y]`: how often the default checkpoint took the true class (row) of a test sentence for a class (column).
     */
    confusion: number[][];
    /**
     * Licence of the weights and of the vectors.
     */
    licence: string;
}

/**
 * What is known of a list.
 */
export interface ListCard {
    /**
     * One for a file of lines. The name is from the header, or "column 2"; the meaning is its first text.
     */
    columns: ChoiceSpec[];
    /**
     * The column that is read.
     */
    column: number;
    /**
     * How many texts there are.
     */
    total: number;
    /**
     * How many have been read.
     */
    done: number;
    /**
     * Whether the true classes are known.
     */
    labelled: boolean;
    /**
     * Both, and how many are of each class, in a sentence.
     */
    message: string;
}

/**
 * What pressing a cell does.
 */
export interface Choice {
    /**
     * The id of the option that is taken.
     */
    id: string;
    /**
     * The hint that is shown.
     */
    hint: string;
}

/**
 * Which method explains which number of which checkpoint.
 */
export interface RowRequest {
    /**
     * The id of a loaded checkpoint.
     */
    checkpoint: string;
    /**
     * The id of a method; `method_cards` lists them.
     */
    method: string;
    /**
     * The parameters of the method by their ids; those not given have their defaults.
     */
    params?: Record<string, number | string>;
    /**
     * The number that is explained.
     */
    target?: TargetRequest;
    /**
     * The baseline: `zero`, `mean`, or `text:` and a sentence.
     */
    baseline?: string;
}

/**
 * Why a row could not be made.
 */
export interface RowError {
    /**
     * The code of the error, for programs.
     */
    code: string;
    /**
     * The message of the error, for readers.
     */
    message: string;
}


/**
 * Refuses files that are too many or too large, before they are read. `sizes` are bytes.
 */
export function check_network_sizes(sizes: Float64Array | number[]): void;

/**
 * Reads a network from its files: its entry in the list of models, what there is to say of it, and the bytes for
 * `Explainer.add_model`.
 */
export function read_network(names: string[], files: Uint8Array[]): OwnCard & { vectors: Uint8Array; network: Uint8Array };

/**
 * Sends a panic's message to the console, should there ever be one.
 */
export function start(): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly check_network_sizes: (a: number, b: number) => [number, number];
    readonly read_network: (a: number, b: number, c: number, d: number) => [number, number, number];
    readonly start: () => void;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __externref_table_dealloc: (a: number) => void;
    readonly __externref_drop_slice: (a: number, b: number) => void;
    readonly __wbindgen_start: () => void;
}

export type SyncInitInput = BufferSource | WebAssembly.Module;

/**
 * Instantiates the given `module`, which can either be bytes or
 * a precompiled `WebAssembly.Module`.
 *
 * @param {{ module: SyncInitInput }} module - Passing `SyncInitInput` directly is deprecated.
 *
 * @returns {InitOutput}
 */
export function initSync(module: { module: SyncInitInput } | SyncInitInput): InitOutput;

/**
 * If `module_or_path` is {RequestInfo} or {URL}, makes a request and
 * for everything else, calls `WebAssembly.instantiate` directly.
 *
 * @param {{ module_or_path: InitInput | Promise<InitInput> }} module_or_path - Passing `InitInput` directly is deprecated.
 *
 * @returns {Promise<InitOutput>}
 */
export default function __wbg_init (module_or_path?: { module_or_path: InitInput | Promise<InitInput> } | InitInput | Promise<InitInput>): Promise<InitOutput>;
