"""One epoch of the paper's training in PyTorch, for comparison with `wordlight bench-train`.

The same network, padded to 40 as a framework needs it, batches of 256, Adam, on random sentences: the time does not
depend on the words. Needs numpy and torch.

    python pytorch_epoch.py --threads 2 --dim 100
"""

import argparse
import time

import torch
from torch import nn

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--dim", type=int, default=100)
parser.add_argument("--epochs", type=int, default=10)
args = parser.parse_args()

SENTENCES, LENGTH, WORDS, FILTERS, CLASSES, BATCH = 8544, 40, 16_000, 100, 5, 256

torch.manual_seed(1)
torch.set_num_threads(args.threads)
table = torch.randn(WORDS, args.dim)
words = torch.randint(0, WORDS, (SENTENCES, LENGTH))
labels = torch.randint(0, CLASSES, (SENTENCES,))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(args.dim, FILTERS, 2)
        self.dense = nn.Linear(FILTERS, CLASSES)

    def forward(self, x):
        return self.dense(self.conv(x.transpose(1, 2)).amax(dim=2))


network = Network()
optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, eps=1e-7)
loss_of = nn.CrossEntropyLoss()

seconds = []
for _ in range(args.epochs):
    start = time.perf_counter()
    order = torch.randperm(SENTENCES)
    for batch in order.split(BATCH):
        optimiser.zero_grad()
        loss_of(network(table[words[batch]]), labels[batch]).backward()
        optimiser.step()
    seconds.append(time.perf_counter() - start)

seconds.sort()
print(f"PyTorch {torch.__version__}, D = {args.dim}, {args.threads} threads, {args.epochs} epochs")
print(f"fastest epoch  {seconds[0]:.4f} s")
print(f"median epoch   {seconds[len(seconds) // 2]:.4f} s")
