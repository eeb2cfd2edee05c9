"""What is to be done before a round can be closed, said as it is in that round."""

from django.utils.translation import gettext as _

from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire.actions import FEWEST_FOR_FIGURES, how_many_asked
from oppipari.rounds.models import Round

UNEVALUATED = (Round.State.SIGN_UP, Round.State.PAIRING)


def before_closing(round_: Round) -> str:
    """A sentence for the supervisor; "" where the round can be closed, or has been."""
    questionnaire = Questionnaire.objects.filter(round=round_).first()
    if questionnaire is not None:
        still = questionnaire.state != Questionnaire.State.CLOSED
        return _("Close the questionnaire first; then the round can be closed.") if still else ""
    if round_.state == Round.State.CLOSED:
        return ""
    if round_.state in UNEVALUATED:
        return _("The evaluation starts when pairs have been published and have met.")
    # No questionnaire is offered to so few, so there is none to close.
    if how_many_asked(round_) < FEWEST_FOR_FIGURES:
        return _(
            "Fewer than five people were in pairs, so there is no questionnaire. Choose “Evaluate together without a questionnaire” "
            "first; then the round can be closed."
        )
    return _(
        "Open the questionnaire first, and close it when people have had time to answer; then the round can be closed."
    )
