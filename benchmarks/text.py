"""Text that compresses and tokenises like prose: Zipf-distributed words in sentences, from a seed.

A few repeated phrases would flatter every compressor and every text index; random bytes would punish them.
"""

from __future__ import annotations

import numpy as np

_COMMON = (
    "the of and to a in is it you that he was for on are with as his they be at one have this from or had by hot but "
    "some what there we can out other were all your when up use word how said an each she which do their time if will "
    "way about many then them would write like so these her long make thing see him two has look more day could "
    "go come did my sound no most number who over know water than call first people may down side been now find new "
    "work part take get place made live where after back little only round man year came show every good me give under"
)
_ONSETS = (
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "w",
)
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou", "ai")
_CODAS = ("", "", "n", "r", "s", "t", "l", "nd", "st", "ck", "m")


class Corpus:
    """A long run of prose to cut texts from; each cut starts somewhere else."""

    def __init__(self, seed: int, words: int = 400_000, vocabulary: int = 8_000) -> None:
        self._rng = np.random.default_rng(seed)
        lexicon = _COMMON.split()
        lexicon += [self._word() for _ in range(vocabulary - len(lexicon))]
        weights = 1.0 / np.arange(1, len(lexicon) + 1)
        picks = self._rng.choice(len(lexicon), size=words, p=weights / weights.sum())
        ends = self._rng.random(words) < 0.08
        pieces = []
        start = True
        for pick, end in zip(picks.tolist(), ends.tolist(), strict=True):
            word = lexicon[pick]
            pieces.append((word.capitalize() if start else word) + (". " if end else " "))
            start = end
        self._text = "".join(pieces)

    def cut(self, mean_chars: int) -> str:
        """A text whose length spreads around ``mean_chars`` (between half and one and a half of it)."""
        length = int(mean_chars * self._rng.uniform(0.5, 1.5))
        at = int(self._rng.integers(0, len(self._text) - length - 32))
        at = self._text.index(" ", at) + 1
        return self._text[at : at + length].strip()

    def _word(self) -> str:
        syllables = 1 + int(self._rng.binomial(2, 0.3))
        parts = []
        for _ in range(syllables):
            parts += [self._pick(_ONSETS), self._pick(_VOWELS), self._pick(_CODAS)]
        return "".join(parts)

    def _pick(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._rng.integers(0, len(choices)))]
