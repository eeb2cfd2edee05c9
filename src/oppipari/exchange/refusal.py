"""Why a file cannot be used."""

from typing import Any

from oppipari.exchange.texts import text


class UnreadableFile(Exception):
    """The file cannot be used; `sentence(lang)` says why, naming file, row and column."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params

    def sentence(self, lang: str) -> str:
        return text(self.code, lang, self.params)
