"""Answering, at the end and at the start; closing the questionnaire."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from oppipari.evaluation import actions
from oppipari.evaluation.access import closings_for, questionnaires_for, start_questions_for
from oppipari.evaluation.items import END, START, Questions
from oppipari.evaluation.questionnaire import queries
from oppipari.evaluation.questionnaire.actions import TEXT_LENGTH
from oppipari.evaluation.questionnaire.forms import AnswerForm
from oppipari.evaluation.questionnaire.models import Asked, Questionnaire
from oppipari.evaluation.questionnaire.page_words import all_words, language_of, languages
from oppipari.organisation import confirmed
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, number_in, person_of
from oppipari.rounds.access import rounds_supervised
from oppipari.rounds.models import Round


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire at the end, on one page."""
    person = person_of(request)
    shown = get_or_404(questionnaires_for(person).select_related("round__unit", "questions", "box"), pk=pk)
    group = queries.group(shown.round)
    page = _Page(
        request,
        here=reverse("answer", args=[pk]),
        round=shown.round,
        questions=queries.questions_of(shown.questions),
        closes=shown.closes,
        when=END,
        group=group,
        closed=_closed(shown, few=group["few"]),
    )
    return page.respond(shown, shown.is_open, lambda form: actions.answer(shown, person, form.values(), form.texts()))


def _closed(shown: Questionnaire, *, few: bool) -> Sequence[str]:
    """What is said of it once it has closed, true for whoever reads it: nobody knows any more who answered."""
    if not shown.was_asked:
        return ["without", "without_few" if few else "without_text"]
    if not shown.has_figures:
        return ["closed", "closed_too_few"]
    text = "closed_text_confirmed" if shown.confirmed_only else "closed_text"
    if shown.round.state == Round.State.CLOSED:
        return ["closed", text]
    return ["closed", text, "closed_together"]


@sensitive_post_parameters()
@sensitive_variables()
@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def start_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The few questions at sign-up."""
    person = person_of(request)
    round_ = get_or_404(start_questions_for(person).select_related("unit__organisation"), pk=pk)
    asked = queries.start_questions_of(round_)
    number, questions = queries.start_words(round_, asked)
    page = _Page(
        request,
        here=reverse("start_questions", args=[pk]),
        round=round_,
        questions=questions,
        when=START,
        group={},
        closed=["closed_start", "closed_start_text_confirmed" if confirmed.are_checked() else "closed_start_text"],
        number=number,
    )
    told = number_in(request.POST.get("number", ""))
    return page.respond(
        asked,
        queries.takes_start_answers(round_, asked),
        lambda form: actions.answer_start(round_, person, form.values(), told),
    )


@dataclass
class _Page:
    """One page of questions, in one of three languages.

    `closed` names the words of a closed questionnaire (the heading, then sentences), `number` the version of what is asked.
    """

    request: HttpRequest
    here: str
    round: Round
    questions: Questions
    when: str
    group: Mapping[str, bool]
    closed: Sequence[str]
    number: int | None = None
    closes: date | None = None

    def __post_init__(self) -> None:
        posted = self.request.method == "POST"
        told = self.request.POST if posted else self.request.GET
        # A change of the language is a press as well, so that what was typed comes along.
        self.sends = posted and "show_in" not in told
        # What was noticed in open answers has been shown once; pressed again they go as they are.
        self.looked = posted and "looked" in told
        self.lang = language_of(told.get("show_in") or told.get("asked_in"))
        self.words = all_words()[self.lang]
        self.at_start = self.when == START
        self.form = AnswerForm(
            told if self.sends else None,
            initial=told.dict() if posted and not self.sends else None,
            questions=self.questions,
            lang=self.lang,
            when=self.when,
            texts=not self.group.get("few_for_texts"),
        )

    def respond(self, asked: Asked | None, is_open: bool, send: Callable[[AnswerForm], None]) -> HttpResponse:
        """Take what was sent and say thank you; else ask, or say why nothing can be taken.

        All of the page speaks the language that was chosen, also around the questions, where pages have that language.
        """
        after = self.here if self.lang == language_of(None) else f"{self.here}?asked_in={self.lang}"
        known = self.lang in dict(settings.LANGUAGES)
        with translation.override(self.lang if known else translation.get_language()):
            response = self._respond(asked, is_open, send) or redirect(after)
            response["Content-Language"] = translation.get_language() or ""
        return response

    def _respond(self, asked: Asked | None, is_open: bool, send: Callable[[AnswerForm], None]) -> HttpResponse | None:
        """None when the answers were taken."""
        form = self.form
        if not is_open:
            return self._ended("late" if form.written() else "closed")
        if asked is not None and queries.has_answered(asked, person_of(self.request)):
            return self._ended("again" if form.written() else "thanks")
        if self.sends and form.is_valid() and (self.looked or not form.look()):
            try:
                send(form)
            except actions.TooLate:
                return self._ended("late")
            except actions.AnsweredAlready:
                return self._ended("again")
            except DomainError as error:
                add_domain_error(form, error)
            else:
                return None
        elif self.looked:
            form.look()
        context = {"form": form, "group": self.group, "number": self.number, "languages": languages()}
        context |= {"who_counts": self._who_counts(), "left_out": not confirmed.counts(person_of(self.request))}
        context["longest"] = self.words["longest"].format(most=TEXT_LENGTH)
        return render(self.request, "evaluation/answer.html", self._context() | context)

    def _who_counts(self) -> str:
        """Said before answering: whose answers are in the figures, or how many are asked and who let them in."""
        if confirmed.are_checked():
            return self.words["confirmed_only"]
        asked = actions.how_many_asked(self.round, self.when)
        return self.words["let_in_start" if self.at_start else "let_in"].format(asked=asked)

    def _ended(self, how: str) -> HttpResponse:
        """Thank you; or why it was not taken, with what had been written."""
        heading, *told = {
            "thanks": ["thanks", "answered_start" if self.at_start else "answered"],
            "again": ["again", "again_text"],
            "late": ["late", "late_start_text" if self.at_start else "late_text"],
            "closed": self.closed,
        }[how]
        may_read = closings_for(person_of(self.request)).filter(pk=self.round.pk)
        context = {
            "heading": self.words[heading],
            "told": [self.words[name] for name in told],
            "written": [] if how == "thanks" else self.form.written(),
            "brought": how in ("late", "closed") and not self.at_start and may_read.exists(),
        }
        return render(self.request, "evaluation/answered.html", self._context() | context)

    def _context(self) -> dict[str, object]:
        return {
            "here": self.here,
            "round": self.round,
            "words": self.words,
            "lang": self.lang,
            "at_start": self.at_start,
            "closes": self.closes,
        }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def questionnaire_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closing cannot be undone, so it is asked once more."""
    round_ = get_or_404(rounds_supervised(person_of(request)).select_related("unit"), pk=pk)
    shown = queries.questionnaire_of(round_)
    if shown is None or not shown.is_open:
        return redirect("round_evaluation", pk=pk)
    if request.method == "POST":
        try:
            actions.close_questionnaire(shown, person_of(request))
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _("The questionnaire is closed, and the answers themselves have been deleted."))
        return redirect("round_evaluation", pk=pk)
    return render(request, "evaluation/close.html", {"round": round_})
