"""own-cnn.safetensors, own-lstm.safetensors, own-binary.safetensors and own.json: networks as their owners save them.

Each is a small PyTorch module with an embedding, trained for a moment on a few invented sentences and saved by
docs/export_network.py. The JSON file has sentences, their rows, and PyTorch's logits and gradient x input of every class.
"""

import os
import sys

import torch
import torch.nn.functional as F
from torch import nn

from networks import write

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "docs"))
from export_network import export_network  # noqa: E402

GOOD = ["the chips are crisp and fresh", "fresh bread , warm and sweet", "a warm soup with crisp bread", "sweet and fresh"]
BAD = ["the soup is cold and stale", "stale bread , burnt chips", "a burnt and bitter soup", "cold , bitter and late"]
LATE = ["the order came late", "late again , and nobody called", "nobody came with the soup", "we called and nobody came"]
SENTENCES = [
    "the bread is fresh and warm", "burnt chips , and late again", "a zebra came with cold soup", "sweet", "unheard words only",
]


class TextCnn(nn.Module):
    """Kim 2014, small. Rows [B, T] -> logits [B, Y]."""

    def __init__(self, words, dim, widths, filters, classes, pad_to):
        super().__init__()
        self.embedding = nn.Embedding(words, dim, padding_idx=0)
        self.convs = nn.ModuleList([nn.Conv1d(dim, filters, width) for width in widths])
        self.fc = nn.Linear(filters * len(widths), classes)
        self.pad_to = pad_to

    def embed(self, rows):
        return self.embedding(F.pad(rows, (0, max(0, self.pad_to - rows.shape[1]))))

    def read(self, x):
        x = x.transpose(1, 2)
        best = [F.relu(conv(x)).max(dim=2).values for conv in self.convs]
        return self.fc(torch.cat(best, dim=1))

    def forward(self, rows):
        return self.read(self.embed(rows))


class Lstm(nn.Module):
    """Arras et al. 2017, small. Rows [B, T] -> logits [B, Y]."""

    def __init__(self, words, dim, hidden, classes, both_ways):
        super().__init__()
        self.embed = nn.Embedding(words, dim)
        self.rnn = nn.LSTM(dim, hidden, bidirectional=both_ways, batch_first=True)
        self.out = nn.Linear((2 if both_ways else 1) * hidden, classes)

    def read(self, x):
        _, (h, _) = self.rnn(x)
        return self.out(torch.cat(list(h), dim=1))

    def forward(self, rows):
        return self.read(self.embed(rows))


def train(model, rows_of, texts, one_logit):
    adam = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(40):
        for label, group in enumerate(texts):
            for text in group:
                z = model(rows_of(text))
                target = torch.tensor([[float(label)]]) if one_logit else torch.tensor([label])
                loss = F.binary_cross_entropy_with_logits(z, target) if one_logit else F.cross_entropy(z, target)
                adam.zero_grad()
                loss.backward()
                adam.step()


def case(name, texts, classes, make, special, **said):
    torch.manual_seed(7)
    words = special + sorted({word for group in texts for text in group for word in text.split()})
    index = {word: row for row, word in enumerate(words)}
    rows_of = lambda text: torch.tensor([[index.get(word, index.get("<unk>")) for word in text.split()]])
    one_logit = said.pop("one_logit", False)
    model = make(len(words), 1 if one_logit else len(classes))
    train(model, rows_of, texts, one_logit)
    file = f"own-{name}.safetensors"
    examples = [text.split() for text in SENTENCES[:3]]
    export_network(model, os.path.join(HERE, file), vocabulary=words, classes=classes, examples=examples,
                   run=lambda rows: model(torch.tensor([rows])), name=f"kitchen {name}", licence="CC0 1.0", **said)
    model.eval().double()
    sentences = []
    for text in SENTENCES:
        count = len(text.split())
        x = (model.embed(rows_of(text))).detach().requires_grad_(True)
        z = model.read(x)[0]
        per_token = []
        for logit in z:
            gradient, = torch.autograd.grad(logit, x, retain_graph=True)
            per_token.append((gradient * x).sum(dim=2)[0, :count].tolist())
        sentences.append({"text": text, "logits": z.tolist(), "gradient_x_input": per_token})
    return {"name": name, "file": file, "classes": classes, "words": len(words) - len(special), "sentences": sentences}


def main():
    three, two = ["good", "bad", "late"], ["bad", "good"]
    cases = [
        case("cnn", [GOOD, BAD, LATE], three, lambda v, y: TextCnn(v, 8, [2, 3], 6, y, 5), ["<pad>", "<unk>"],
             activation="relu", pad_to=5, tokenizer="treebank"),
        case("lstm", [GOOD, BAD, LATE], three, lambda v, y: Lstm(v, 6, 5, y, True), ["<unk>"]),
        case("binary", [BAD, GOOD], two, lambda v, y: Lstm(v, 6, 4, y, False), ["<pad>", "<unk>"], one_logit=True),
    ]
    write("own.json", "generate_own.py", {"torch": torch.__version__}, {"cases": cases})


if __name__ == "__main__":
    main()
