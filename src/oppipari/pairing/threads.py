"""One thread within a product of matrices: rectangles of people are what runs side by side."""

from contextlib import AbstractContextManager
from functools import cache
from typing import cast

import numpy as np
from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    np.zeros((1, 1)) @ np.zeros((1, 1))  # the library is there to be found once it was used
    return ThreadpoolController()


def single_products() -> AbstractContextManager[object]:
    """While this is entered, a product of matrices uses one thread."""
    return cast(AbstractContextManager[object], _controller().limit(limits=1, user_api="blas"))
