"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside.

`problem` the problem and how it is made · `scored_people` what is read of it · `checks` whether it is consistent ·
`given_scores` scores from elsewhere · `codes` membership of listed pairs · `fingerprint` what a proof depends on.
"""

from oppipari.pairing.problem.codes import in_sorted
from oppipari.pairing.problem.problem import Problem

__all__ = ["Problem", "in_sorted"]
