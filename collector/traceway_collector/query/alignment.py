"""Two sequences put side by side: what stays in order is paired, by one likeness after the other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator, Sequence

Likeness = tuple[Callable[[int], Hashable], Callable[[int], Hashable]]
"""What makes an element of the one sequence like one of the other: a key for each."""

Pair = tuple[int | None, int | None]


def align(left: Sequence[int], right: Sequence[int], likenesses: Sequence[Likeness]) -> list[Pair]:
    """Every element once, in the order of both: pairs, and what has no counterpart, the left one's first.

    The first likeness sets the anchors, the next ones pair what lies between them. Costs n log n, whatever is repeated.
    """
    if not left or not right or not likenesses:
        return [*((element, None) for element in left), *((None, element) for element in right)]
    of_left, of_right = likenesses[0]
    found: list[Pair] = []
    left_from = right_from = 0
    for left_at, right_at in _in_order(list(map(of_left, left)), list(map(of_right, right))):
        found += align(left[left_from:left_at], right[right_from:right_at], likenesses[1:])
        found.append((left[left_at], right[right_at]))
        left_from, right_from = left_at + 1, right_at + 1
    return found + align(left[left_from:], right[right_from:], likenesses[1:])


def _in_order(left: Sequence[Hashable], right: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Pairs of places with equal keys, as many as keep the order of both: the k-th of a key belongs to the k-th of it.

    So a key never has to be held against all its repetitions, and the longest rising run of places is what is wanted
    (the idea of patience sorting).
    """
    places = dict(zip(_numbered(right), range(len(right)), strict=True))
    candidates = [(at, places[key]) for at, key in enumerate(_numbered(left)) if key in places]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(candidates):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[length] = place
            ends[length] = number
    chosen: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chosen.append(candidates[number])
        number = before[number]
    return reversed(chosen)


def _numbered(keys: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    counts: dict[Hashable, int] = {}
    found = []
    for key in keys:
        counts[key] = counts.get(key, -1) + 1
        found.append((key, counts[key]))
    return found
