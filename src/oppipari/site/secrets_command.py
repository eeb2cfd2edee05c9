"""`oppipari secrets`: whether this machine sees the secrets that the database goes with, and going on without lost ones."""

from collections.abc import Iterator

from oppipari.evaluation.models import Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import canary
from oppipari.evaluation.questionnaire.models import Asked
from oppipari.evaluation.questionnaire.queries import trouble_with


def status() -> int:
    """Print what this machine sees; returns the exit status: 0 where everything can be opened."""
    seen = canary.at_start()
    print(f"{seen.value[0].upper()}{seen.value[1:]}.")
    if seen is not canary.Sight.ALL:
        print("No questionnaire is opened, answered or closed by this process, and it does no housekeeping.")
        print("Set ANSWER_KEYS and SECRET_KEY as on the machine where it works; see docs/questionnaire.md.")
        print("If those secrets are lost for good, say so with: oppipari secrets renew")
        return 1
    shut = list(_shut())
    for asked in shut:
        print(f"Cannot be read: the {'start questions' if _at_start(asked) else 'questionnaire'} of {_round(asked)}")
    if not shut:
        print("All open questionnaires can be read.")
    return 1 if shut else 0


def renew() -> int:
    """Go on with the secrets that this machine sees, since the earlier ones are lost; returns the exit status."""
    canary.renew()
    print("From now on the database goes with the secrets that this machine sees.")
    status()
    return 0


def _shut() -> Iterator[Asked]:
    for model in (Questionnaire, StartQuestions):
        for asked in model.objects.filter(state=Asked.State.OPEN).select_related("round__unit"):
            if trouble_with(asked) is not None:
                yield asked


def _at_start(asked: Asked) -> bool:
    return isinstance(asked, StartQuestions)


def _round(asked: Asked) -> str:
    round_ = asked.round  # type: ignore[attr-defined]
    return f"{round_.name}, {round_.unit.name}"
