"""One BLAS thread within a product of matrices: tiles of people are what is computed in parallel."""

from contextlib import AbstractContextManager
from functools import cache
from typing import cast

import numpy as np
from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    np.zeros((1, 1)) @ np.zeros((1, 1))  # the library is loaded once it was used
    return ThreadpoolController()


def single_threaded_blas() -> AbstractContextManager[object]:
    """A context in which products of matrices use one thread."""
    return cast(AbstractContextManager[object], _controller().limit(limits=1, user_api="blas"))
