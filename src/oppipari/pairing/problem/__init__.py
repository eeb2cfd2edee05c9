"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside.

`problem` the problem and what is asked of it · `checks` whether it holds together · `finished` scores from elsewhere ·
`codes` listed pairs looked up · `fingerprint` what a proof depends on.
"""

from oppipari.pairing.problem.codes import among
from oppipari.pairing.problem.problem import Problem

__all__ = ["Problem", "among"]
