"""One file for wordlight of a text CNN or an LSTM classifier in PyTorch. Copy this file beside your own code.

    export_network(model, "network.safetensors", vocabulary=words, classes=["negative", "positive"], activation="relu",
                   examples=[["a", "good", "film"]], run=lambda rows: model(torch.tensor([rows])))

`vocabulary[i]` is the word of row i of the embedding; the rows of padding and of unknown words have one too ("<pad>",
"<unk>"). `run` turns a list of rows into logits: what it says of the examples, wordlight has to say as well.
"""

import json

import torch
from safetensors.torch import save_file
from torch import nn


def export_network(model, path, *, vocabulary, classes, activation=None, pad_to=0, pad_token="<pad>", unk_token="<unk>",
                   lower_case=True, examples=(), run=None, half=False, **about):
    """`about` can have name, source, licence and tokenizer; all are texts."""
    for name, layer in model.named_modules():
        if isinstance(layer, (nn.Conv1d, nn.Conv2d)):
            if {*layer.stride, *layer.dilation, layer.groups} != {1} or any(layer.padding):
                raise ValueError(f"{name}: a convolution of stride 1, without padding, dilation or groups is read")
        if isinstance(layer, nn.LSTM) and (layer.num_layers != 1 or layer.proj_size):
            raise ValueError(f"{name}: an LSTM of one layer, without a projection, is read")
    rows = {word: row for row, word in enumerate(vocabulary)}
    model.eval()
    with torch.no_grad():
        checked = [{"words": words, "logits": run([rows.get(word, rows.get(unk_token)) for word in words]).flatten().tolist()}
                   for words in map(list, examples)]
    metadata = {
        "vocabulary": json.dumps(list(vocabulary)), "classes": json.dumps(list(classes)), "pad_to": str(pad_to),
        "pad_token": pad_token if pad_token in rows else "", "unk_token": unk_token if unk_token in rows else "",
        "lower_case": json.dumps(lower_case), "examples": json.dumps(checked), **about,
    }
    if activation is not None:
        metadata["activation"] = activation
    tensors = {name: (value.half() if half else value).cpu().contiguous() for name, value in model.state_dict().items()}
    save_file(tensors, path, metadata=metadata)
