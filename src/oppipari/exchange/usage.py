"""A command written wrongly is told in one sentence, in the user's language; the library itself has English ones alone."""

import sys
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import Any

from typer.core import TyperGroup
from typer.exceptions import TyperException

from oppipari.exchange.command_line import environment_language

SAYS = {
    "fi": {
        "NoSuchOption": "Valintaa {name} ei ole.",
        "MissingParameter": "Tästä puuttuu {name}.",
        "BadParameter": "{name}: arvo ei käy.",
        "BadOptionUsage": "{name}: arvo puuttuu tai on liikaa.",
        "choices": "{name}: anna jokin näistä: {choices}.",
        "number": "{name}: anna luku.",
        "least": "{name}: anna luku, joka on vähintään {least}.",
        "range": "{name}: anna luku väliltä {least}–{most}.",
        "help": "Ohje: {command} --help",
        "other": "Komentoa ei ymmärretty: {message}",
    },
    "sv": {
        "NoSuchOption": "Valet {name} finns inte.",
        "MissingParameter": "Här saknas {name}.",
        "BadParameter": "{name}: värdet duger inte.",
        "BadOptionUsage": "{name}: värdet saknas eller är för mycket.",
        "choices": "{name}: ange något av följande: {choices}.",
        "number": "{name}: ange ett tal.",
        "least": "{name}: ange ett tal som är minst {least}.",
        "range": "{name}: ange ett tal från {least} till {most}.",
        "help": "Hjälp: {command} --help",
        "other": "Kommandot förstods inte: {message}",
    },
    "en": {
        "NoSuchOption": "There is no option {name}.",
        "MissingParameter": "{name} is missing.",
        "BadParameter": "{name}: this value cannot be used.",
        "BadOptionUsage": "{name}: its value is missing, or is too much.",
        "choices": "{name}: give one of {choices}.",
        "number": "{name}: give a number.",
        "least": "{name}: give a number of at least {least}.",
        "range": "{name}: give a number from {least} to {most}.",
        "help": "Help: {command} --help",
        "other": "The command was not understood: {message}",
    },
}
MISUSE = 2


class InOwnLanguage(TyperGroup):
    """The commands, with what is wrong in how one was written in the user's language."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        if not options.get("standalone_mode", True):
            return super().main(args, *others, **options)
        told = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(args, *others, **options | {"standalone_mode": False})
        except TyperException as error:
            if error.format_message():  # without any words the help was shown instead
                print(_sentence(error, _language(told)), file=sys.stderr)
            sys.exit(MISUSE)
        sys.exit(status if isinstance(status, int) else 0)


def _language(told: Sequence[str]) -> str:
    asked = [after for option, after in pairwise(told) if option == "--lang"]
    asked += [text.partition("=")[2] for text in told if text.startswith("--lang=")]
    return next((lang for lang in reversed(asked) if lang in SAYS), environment_language())


def _sentence(error: TyperException, lang: str) -> str:
    says = SAYS[lang]
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    name = getattr(error, "option_name", None)
    if parameter is not None:
        name = parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar.rstrip(".")
    kind = type(error).__name__
    if not name or kind not in says:  # a command that is not there, for example
        return says["other"].format(message=error.format_message())
    code, params = _about_value(parameter) if kind == "BadParameter" else (kind, {})
    help_ = says["help"].format(command=context.command_path if context else "oppipari")
    return f"{says[code].format(name=name, **params)} {help_}"


def _about_value(parameter: Any) -> tuple[str, dict[str, object]]:
    """What an option's value should have been: the code of the sentence and what fills it."""
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "choices", {"choices": ", ".join(str(choice.value) for choice in kind)}
    if getattr(parameter, "min", None) is not None:
        limits = {"least": parameter.min, "most": parameter.max}
        return "least" if parameter.max is None else "range", limits
    if kind in (int, float):
        return "number", {}
    return "BadParameter", {}
