"""One epoch of training in PyTorch, and beside it the same in wordlight, with the ratio of their fastest epochs.

The same network, padded to 40 as a framework needs it, batches of 256, Adam, on random sentences: the time does not
depend on the words. Needs numpy and torch; with --treebank and --vectors also a release build of wordlight.

    cargo build --release -p wordlight
    python pytorch_epoch.py --network paper --threads 2 --treebank trees --vectors glove.6B.100d.txt
    python pytorch_epoch.py --network kim --epochs 2 --threads 2 --treebank trees --vectors vectors.300d.vec
"""

import argparse
import re
import subprocess
import time

import torch
from torch import nn

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--network", choices=["paper", "kim"], default="paper")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--dim", type=int, default=0, help="dimensions; 0: 100 for the paper's network, 300 for Kim's")
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--share", type=float, default=1.0, help="time this share of an epoch and scale it up")
parser.add_argument("--wordlight", default="target/release/wordlight")
parser.add_argument("--treebank", help="folder of the trees, for the comparison")
parser.add_argument("--vectors", help="file of word vectors, for the comparison")
args = parser.parse_args()

KIM = args.network == "kim"
DIM = args.dim or (300 if KIM else 100)
EXAMPLES = 159_274 if KIM else 8544
LENGTH, WORDS, FILTERS, CLASSES, BATCH = 40, 17_812 if KIM else 16_000, 100, 5, 256
WIDTHS = [3, 4, 5] if KIM else [2]

torch.manual_seed(1)
torch.set_num_threads(args.threads)
count = int(EXAMPLES * args.share)
words = torch.randint(0, WORDS, (count, LENGTH))
labels = torch.randint(0, CLASSES, (count,))


class Network(nn.Module):
    """The vectors are looked up and frozen in the paper's network, learned in Kim's."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.randn(WORDS, DIM), freeze=not KIM)
        self.convs = nn.ModuleList(nn.Conv1d(DIM, FILTERS, width) for width in WIDTHS)
        self.dense = nn.Linear(FILTERS * len(WIDTHS), CLASSES)

    def forward(self, words):
        x = self.table(words).transpose(1, 2)
        scores = [conv(x) for conv in self.convs]
        features = torch.cat([(s.relu() if KIM else s).amax(dim=2) for s in scores], dim=1)
        return self.dense(nn.functional.dropout(features, 0.5) if KIM else features)


network = Network()
optimiser = torch.optim.Adam([p for p in network.parameters() if p.requires_grad], lr=1e-3, eps=1e-7)
loss_of = nn.CrossEntropyLoss()

seconds = []
for _ in range(args.epochs):
    start = time.perf_counter()
    for batch in torch.randperm(count).split(BATCH):
        optimiser.zero_grad()
        loss_of(network(words[batch]), labels[batch]).backward()
        optimiser.step()
    seconds.append((time.perf_counter() - start) / args.share)

seconds.sort()
print(f"PyTorch {torch.__version__}, {args.network}, D = {DIM}, {args.threads} threads, {args.epochs} epochs")
print(f"fastest epoch  {seconds[0]:.4f} s")
print(f"median epoch   {seconds[len(seconds) // 2]:.4f} s")

if args.treebank and args.vectors:
    command = [args.wordlight, "bench-train", "--network", args.network, "--dim", str(DIM), "--epochs", str(args.epochs),
               "--threads", str(args.threads), "--treebank", args.treebank, "--vectors", args.vectors]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(out.strip())
    ours = float(re.search(r"fastest epoch\s+([0-9.]+) s", out).group(1))
    print(f"PyTorch takes {seconds[0] / ours:.1f} times as long (fastest epochs)")
