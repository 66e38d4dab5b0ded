"""How far NLTK's tokenizers agree with the Stanford Sentiment Treebank, on the same texts as ours.

    cargo run --release -p wordlight-nn --example tokenizer_agreement -- <treebank> --dump texts.tsv
    pip install nltk==3.10.4
    python crates/nn/examples/nltk_agreement.py texts.tsv

Each line of the file has the kind of text, the text, and the spans (in characters) that the treebank's tokens have
in it. A tokenizer finds a token when it finds its exact span; what it then calls a quote is not counted against it.
"""

import sys
from collections import defaultdict

import nltk
from nltk.tokenize.destructive import NLTKWordTokenizer
from nltk.tokenize.treebank import TreebankWordTokenizer

QUOTES = ('"', "``", "''")


def spans(tokenizer, text):
    """Spans of the tokens, aligned by hand: NLTK rewrites straight quotes and has no positions."""
    at, found = 0, []
    for token in tokenizer.tokenize(text):
        while at < len(text) and text[at].isspace():
            at += 1
        length = len(token)
        if not text.startswith(token, at):
            quote = next((q for q in QUOTES if text.startswith(q, at)), None)
            if token in QUOTES and quote:
                length = len(quote)
            else:
                sys.exit(f"cannot align {token!r} at {at} in {text!r}")
        found.append((at, at + length))
        at += length
    return found


def main(path):
    print(f"NLTK {nltk.__version__}\n")
    print("| text | tokenizer | sentences all right | tokens right (F1) |")
    print("|---|---|---|---|")
    for tokenizer in (TreebankWordTokenizer(), NLTKWordTokenizer()):
        counts = defaultdict(lambda: [0, 0, 0, 0, 0])
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                kind, text, expected = line.rstrip("\n").split("\t")
                want = {tuple(map(int, span.split("-"))) for span in expected.split()}
                got = set(spans(tokenizer, text))
                for i, n in enumerate((1, want == got, len(want & got), len(want), len(got))):
                    counts[kind][i] += n
        for kind, (total, exact, hit, want, got) in counts.items():
            name = type(tokenizer).__name__
            print(f"| {kind} | {name} | {exact} of {total} ({100 * exact / total:.3f} %) | {200 * hit / (want + got):.3f} % |")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
