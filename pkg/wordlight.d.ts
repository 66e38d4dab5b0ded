/* tslint:disable */
/* eslint-disable */
/**
 * A cell of a table.
 */
export interface Cell {
    /**
     * As it is read.
     */
    text: string;
    /**
     * Its colour, -1 to 1; none for a cell without.
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
     * What it is.
     */
    name: string;
    /**
     * `line`, `reference` for what the lines are held to, or `band`, which is filled between `y` and `top`.
     */
    kind: string;
    /**
     * Along the axis.
     */
    x: number[];
    /**
     * As many.
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
    /**
     * How many words.
     */
    words: number;
}

/**
 * A file of weights.
 */
export interface Checkpoint {
    /**
     * For programs and links.
     */
    id: string;
    /**
     * For people: "10 epochs".
     */
    name: string;
    /**
     * How often the training sentences have been seen.
     */
    epoch: number;
    /**
     * Seed of the run.
     */
    seed?: number;
    /**
     * Beside the manifest; several checkpoints may share a file.
     */
    file: string;
    /**
     * Its name in a file that several share: the prefix of its tensors.
     */
    part?: string;
    /**
     * Its length.
     */
    bytes: number;
    /**
     * In hex.
     */
    sha256: string;
    /**
     * On the test sentences, 0 to 1.
     */
    test_accuracy: number;
    /**
     * Mean cross-entropy on the test sentences.
     */
    test_loss: number;
    /**
     * "10 epochs: 43.1 % of the test sentences right".
     */
    summary: string;
}

/**
 * A file of word vectors.
 */
export interface Vectors {
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
    /**
     * `V`
     */
    words: number;
    /**
     * `D`
     */
    dim: number;
    /**
     * Whose vectors, and what was done to them.
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
     * What it is about.
     */
    name: string;
    /**
     * One per further column.
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
     * For programs and links.
     */
    id: string;
    /**
     * For people.
     */
    name: string;
    /**
     * `text-cnn` or `bilstm`.
     */
    kind?: string;
    /**
     * One or two sentences.
     */
    description: string;
    /**
     * Its word vectors.
     */
    vectors: Vectors;
    /**
     * The checkpoint that is shown first.
     */
    default_checkpoint: string;
    /**
     * Its checkpoints, in order of training.
     */
    checkpoints: Checkpoint[];
    /**
     * The classes, worst first.
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
     * Sentences.
     */
    notes: string[];
}

/**
 * A parameter.
 */
export type ParamCard = { id: string; name: string; meaning: string } & ParamKind;

/**
 * A picture of curves.
 */
export interface Chart {
    /**
     * What it shows.
     */
    title: string;
    /**
     * The horizontal axis.
     */
    x_name: string;
    /**
     * The vertical axis.
     */
    y_name: string;
    /**
     * Whether both axes are logarithmic.
     */
    log: boolean;
    /**
     * The horizontal axis in numbers.
     */
    x: Axis;
    /**
     * The vertical axis in numbers.
     */
    y: Axis;
    /**
     * The curves.
     */
    curves: Curve[];
    /**
     * The same in words.
     */
    text: string;
}

/**
 * A question about one sentence of a text.
 */
export interface Question {
    /**
     * Which question: an id of [`crate::study::questions`].
     */
    about?: string;
    /**
     * The whole text, as typed.
     */
    text?: string;
    /**
     * Which of its sentences.
     */
    sentence?: number;
    /**
     * Which word of the sentence; the one that added most if nothing is said.
     */
    word?: number | null;
    /**
     * A word or a sentence to compare with.
     */
    other?: string;
    /**
     * One of the answer's options.
     */
    choice?: string;
    /**
     * Seed of whatever is drawn.
     */
    seed?: number;
    /**
     * Who explains what, how; the first is the row that the page shows.
     */
    rows?: RowRequest[];
}

/**
 * A row of Table 1.
 */
export interface TableRow {
    /**
     * Epochs of training.
     */
    epochs: number;
    /**
     * Measured on the test sentences.
     */
    test_loss: number;
    /**
     * 0 to 1.
     */
    test_accuracy: number;
    /**
     * As printed in the paper.
     */
    paper_loss: number;
    /**
     * As printed in the paper.
     */
    paper_accuracy: number;
}

/**
 * A row: who explains what, how.
 */
export interface RowRequest {
    /**
     * A loaded checkpoint.
     */
    checkpoint: string;
    /**
     * A method of the registry.
     */
    method: string;
    /**
     * Parameters that are not at their default.
     */
    params?: Record<string, number | string>;
    /**
     * The number to explain.
     */
    target?: TargetRequest;
    /**
     * `zero`, `mean`, or `text:` and a sentence.
     */
    baseline?: string;
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
 * A sentence with, perhaps, its true class.
 */
export interface Example {
    /**
     * For programs and links.
     */
    id: string;
    /**
     * `paper` for the six reviews of the paper, `try` for sentences that show something.
     */
    group: string;
    /**
     * For people.
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
     * Whose sentence it is.
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
     * As typed.
     */
    text: string;
    /**
     * One per method and checkpoint.
     */
    rows: RowRequest[];
    /**
     * What the strongest colour stands for.
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
 * A word's score.
 */
export interface WordScore {
    /**
     * The raw score.
     */
    score: number;
    /**
     * The score on the row's scale, -1 to 1.
     */
    intensity: number;
    /**
     * "+0.383"
     */
    text: string;
    /**
     * 1 is the largest magnitude of the row.
     */
    rank: number;
    /**
     * The part of all magnitude, "31 %".
     */
    share: string;
    /**
     * "+", "-" or "0"
     */
    sign: string;
    /**
     * All of this in a sentence.
     */
    describe: string;
}

/**
 * A word.
 */
export interface TokenReply {
    /**
     * As typed.
     */
    text: string;
    /**
     * What stood between it and the word before it.
     */
    gap: string;
    /**
     * What the network reads.
     */
    normal: string;
    /**
     * Whether the network has a vector for it.
     */
    known: boolean;
}

/**
 * An account.
 */
export interface Entry {
    /**
     * For programs.
     */
    id: string;
    /**
     * For people.
     */
    name: string;
    /**
     * What it holds.
     */
    amount: number;
    /**
     * With its sign and three digits.
     */
    text: string;
}

/**
 * An answer.
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
     * The word that was looked at.
     */
    word: number | null;
    /**
     * What else can be asked: id and name.
     */
    options: [string, string][];
    /**
     * The option that was taken.
     */
    choice: string;
    /**
     * The numbers.
     */
    tables: Table[];
    /**
     * Their pictures.
     */
    charts: Chart[];
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
     * Round numbers on it, and how they are written.
     */
    ticks: [number, string][];
}

/**
 * Checkpoints of one seed.
 */
export interface SeedEntry {
    /**
     * The seed.
     */
    seed: number;
    /**
     * Ids, in order of training.
     */
    checkpoints: string[];
}

/**
 * Everything that is shown about a text.
 */
export interface Reply {
    /**
     * The classes, worst first.
     */
    class_names: string[];
    /**
     * Whether there is nothing to explain.
     */
    empty: boolean;
    /**
     * What to tell the visitor instead of, or beside, the rows.
     */
    message: string | null;
    /**
     * How many sentences the text has.
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
 * How scores become intensities between -1 and 1.
 */
export type Scale = "row" | "shared" | "absolute" | "share";

/**
 * One epoch of training.
 */
export interface Epoch {
    /**
     * 0 is before training.
     */
    epoch: number;
    /**
     * Mean cross-entropy on the training sentences.
     */
    train_loss: number;
    /**
     * 0 to 1.
     */
    train_accuracy: number;
    /**
     * On the development sentences.
     */
    dev_loss: number;
    /**
     * 0 to 1.
     */
    dev_accuracy: number;
    /**
     * On the test sentences, which nothing was chosen by.
     */
    test_loss?: number;
    /**
     * 0 to 1.
     */
    test_accuracy?: number;
}

/**
 * One method's account of one sentence.
 */
export interface Row {
    /**
     * As requested.
     */
    checkpoint: string;
    /**
     * As requested.
     */
    method: string;
    /**
     * The method's name.
     */
    method_name: string;
    /**
     * The class explained.
     */
    class: number;
    /**
     * Its name.
     */
    class_name: string;
    /**
     * "logit of positive"
     */
    target_name: string;
    /**
     * One per word; empty if there is an error.
     */
    words: WordScore[];
    /**
     * The padding after the words, if there is any.
     */
    padding: WordScore | null;
    /**
     * How many positions of padding there are.
     */
    padding_count: number;
    /**
     * Where the explained value went.
     */
    ledger: LedgerReply;
    /**
     * What the strongest colour stands for.
     */
    scale_max: number;
    /**
     * The same in words, with its unit.
     */
    scale_text: string;
    /**
     * How the scale was chosen, or that there is almost nothing to see.
     */
    scale_note: string;
    /**
     * What a positive score means.
     */
    legend_for: string;
    /**
     * What a negative score means.
     */
    legend_against: string;
    /**
     * The row in a sentence.
     */
    summary: string;
    /**
     * Why there is no row.
     */
    error: RowError | null;
}

/**
 * One of several named possibilities.
 */
export interface ChoiceSpec {
    /**
     * For programs and links.
     */
    id: string;
    /**
     * For people.
     */
    name: string;
    /**
     * One sentence.
     */
    meaning: string;
}

/**
 * One sentence.
 */
export interface SentenceReply {
    /**
     * Its words.
     */
    tokens: TokenReply[];
    /**
     * One per checkpoint, as in [`Reply::whole`].
     */
    verdicts: Verdict[];
    /**
     * One per row of the request.
     */
    rows: Row[];
}

/**
 * The list.
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
     * The model that is shown first.
     */
    default_model: string;
    /**
     * The models.
     */
    models: ModelEntry[];
}

/**
 * The number to explain.
 */
export interface TargetRequest {
    /**
     * A target of the registry.
     */
    kind: string;
    /**
     * The class; the predicted one if nothing is said.
     */
    class?: number | null;
}

/**
 * The range of a parameter.
 */
export type ParamKind = { kind: "number"; min: number; max: number; default: number; step: number | null; log: boolean } | { kind: "integer"; min: number; max: number; default: number } | { kind: "choice"; options: ChoiceSpec[]; default: string };

/**
 * What a checkpoint says of a text.
 */
export interface Verdict {
    /**
     * Its id.
     */
    checkpoint: string;
    /**
     * Its name.
     */
    checkpoint_name: string;
    /**
     * The class with the largest logit.
     */
    predicted: number;
    /**
     * Its name.
     */
    predicted_name: string;
    /**
     * `[Y]`
     */
    probabilities: number[];
    /**
     * `[Y]`
     */
    logits: number[];
    /**
     * The probabilities as "62 %".
     */
    percent: string[];
    /**
     * The true class, if it was given.
     */
    truth: number | null;
    /**
     * Whether the prediction is the true class.
     */
    correct: boolean | null;
    /**
     * "positive (62 %)"
     */
    text: string;
}

/**
 * What a method says of itself.
 */
export interface MethodCard {
    /**
     * For programs and links.
     */
    id: string;
    /**
     * For people.
     */
    name: string;
    /**
     * One sentence.
     */
    summary: string;
    /**
     * Its scores in the letters of its paper.
     */
    formula: string;
    /**
     * "Bach et al. 2015"
     */
    citation: string;
    /**
     * Authors, title, venue.
     */
    reference: string;
    /**
     * Of its scores when a logit is explained.
     */
    unit: string;
    /**
     * Whether it looks at a baseline.
     */
    uses_baseline: boolean;
    /**
     * Its parameters.
     */
    params: ParamCard[];
}

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
     * The option that is taken.
     */
    id: string;
    /**
     * What it shows.
     */
    hint: string;
}

/**
 * Where the explained value went.
 */
export interface LedgerReply {
    /**
     * The accounts.
     */
    entries: Entry[];
    /**
     * The explained value.
     */
    explained: number;
    /**
     * "logit of positive"
     */
    explained_name: string;
    /**
     * With its sign and three digits.
     */
    explained_text: string;
    /**
     * What rounding or a quadrature left over.
     */
    residual: number;
    /**
     * With its sign.
     */
    residual_text: string;
    /**
     * A residual up to this is rounding.
     */
    tolerance: number;
    /**
     * Whether the residual is rounding.
     */
    ok: boolean;
    /**
     * Whether the method promises a sum at all.
     */
    proves: boolean;
    /**
     * The ledger in a sentence.
     */
    text: string;
}

/**
 * Why a row could not be made.
 */
export interface RowError {
    /**
     * For programs.
     */
    code: string;
    /**
     * For people.
     */
    message: string;
}


/**
 * Loaded models, ready to explain.
 */
export class Explainer {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Puts a visitor's own network into the list, ready to be used; `read_network` of the crate `wordlight-wasm-import` has
     * read it.
     */
    add_model(entry: ModelEntry, vectors: Uint8Array | number[], network: Uint8Array | number[]): void;
    /**
     * Where paths and differences can start.
     */
    baselines(): ChoiceSpec[];
    /**
     * Sentences to begin with.
     */
    examples(): Example[];
    /**
     * Predicts and explains.
     */
    explain(request: Request): Reply;
    /**
     * Makes a checkpoint usable; does nothing if it already is.
     */
    load_checkpoint(id: string, on_progress: Function): Promise<void>;
    /**
     * Fetches `${base}/manifest.json`, the default model's word vectors and its default checkpoint. `blobs` are files that
     * need not be fetched, by name; those that are fetched are added to it.
     *
     * With `first`, only the first words' vectors are fetched where the model has them in a file of their own. Texts of
     * these words are answered as ever, others are refused with the code `waiting` until [`Self::load_rest`].
     */
    static load(base: string, on_progress: Function, blobs: Map<string, Uint8Array | Response> | undefined, first: boolean): Promise<Explainer>;
    /**
     * Fetches all vectors of which only the first are there.
     */
    load_rest(on_progress: Function): Promise<void>;
    /**
     * The checkpoints that are ready.
     */
    loaded(): string[];
    /**
     * The list of models.
     */
    manifest(): Manifest;
    /**
     * What methods there are, with their parameters.
     */
    methods(): MethodCard[];
    /**
     * What the strongest colour can stand for.
     */
    scales(): ChoiceSpec[];
    /**
     * What can be explained.
     */
    targets(): ChoiceSpec[];
    /**
     * Whether only the first words' vectors are there.
     */
    waits(): boolean;
}

/**
 * Sends a panic's message to the console, should there ever be one.
 */
export function start(): void;

export type InitInput = RequestInfo | URL | Response | BufferSource | WebAssembly.Module;

export interface InitOutput {
    readonly memory: WebAssembly.Memory;
    readonly __wbg_explainer_free: (a: number, b: number) => void;
    readonly explainer_add_model: (a: number, b: any, c: number, d: number, e: number, f: number) => [number, number];
    readonly explainer_baselines: (a: number) => [number, number, number];
    readonly explainer_examples: (a: number) => [number, number, number];
    readonly explainer_explain: (a: number, b: any) => [number, number, number];
    readonly explainer_load: (a: number, b: number, c: any, d: any, e: number) => any;
    readonly explainer_load_checkpoint: (a: number, b: number, c: number, d: any) => any;
    readonly explainer_load_rest: (a: number, b: any) => any;
    readonly explainer_loaded: (a: number) => [number, number];
    readonly explainer_manifest: (a: number) => any;
    readonly explainer_methods: (a: number) => [number, number, number];
    readonly explainer_scales: (a: number) => [number, number, number];
    readonly explainer_targets: (a: number) => [number, number, number];
    readonly explainer_waits: (a: number) => number;
    readonly start: () => void;
    readonly wasm_bindgen__convert__closures_____invoke__h086aba2b961cccf0: (a: number, b: number, c: any) => [number, number];
    readonly wasm_bindgen__convert__closures_____invoke__h4bd61cc0b8b93bba: (a: number, b: number, c: any, d: any) => void;
    readonly __wbindgen_malloc: (a: number, b: number) => number;
    readonly __wbindgen_realloc: (a: number, b: number, c: number, d: number) => number;
    readonly __wbindgen_free: (a: number, b: number, c: number) => void;
    readonly __externref_table_alloc: () => number;
    readonly __wbindgen_externrefs: WebAssembly.Table;
    readonly __wbindgen_exn_store: (a: number) => void;
    readonly __wbindgen_destroy_closure: (a: number, b: number) => void;
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
