"""A command written wrongly is told in Finnish where the user's language is Finnish; the library itself speaks English."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

from oppipari.exchange.pair_command import own_language

MISUSED = {
    "NoSuchOption": "Valintaa {name} ei ole.",
    "MissingParameter": "Tästä puuttuu {name}.",
    "BadParameter": "{name}: arvo ei käy.",
    "BadOptionUsage": "{name}: arvo puuttuu tai on liikaa.",
}
HELP = "Ohje: {command} --help"
MISUSE = 2


class InOwnLanguage(TyperGroup):
    """The commands, with what is wrong in how one was written in the user's language."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        told = list(sys.argv[1:] if args is None else args)
        if _language(told) != "fi" or not options.get("standalone_mode", True):
            return super().main(args, *others, **options)
        try:
            status = super().main(args, *others, **options | {"standalone_mode": False})
        except TyperException as error:
            print(_sentence(error), file=sys.stderr)
            sys.exit(MISUSE)
        sys.exit(status if isinstance(status, int) else 0)


def _language(told: Sequence[str]) -> str:
    asked = [after for option, after in pairwise(told) if option == "--lang"]
    return asked[-1] if asked else own_language()


def _sentence(error: TyperException) -> str:
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    name = getattr(error, "option_name", None)
    if parameter is not None:
        name = parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar.rstrip(".")
    sentence = MISUSED.get(type(error).__name__)
    if not name or not sentence:  # a command that is not there, for example
        return f"Komentoa ei ymmärretty: {error.format_message()}"
    return f"{sentence.format(name=name)} {HELP.format(command=context.command_path if context else 'oppipari')}"
