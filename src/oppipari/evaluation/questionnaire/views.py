"""Answering, at the end and at the start; closing the questionnaire."""

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from oppipari.evaluation import actions
from oppipari.evaluation.access import questionnaires_for, start_questions_for
from oppipari.evaluation.items import END, START, Questions
from oppipari.evaluation.questionnaire import queries
from oppipari.evaluation.questionnaire.forms import AnswerForm
from oppipari.evaluation.questionnaire.page_words import all_words, language_of, languages
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import add_domain_error, person_of
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
    page = _Page(request, shown.round, queries.questions_of(shown.questions), END, queries.group(shown.round))
    form = page.form()
    if not shown.is_open:
        return page.ended("late", form)
    if queries.has_answered(shown, person):
        return page.ended("again", form) if page.sends else page.ended("thanks", form)
    if page.sends and form.is_valid():
        try:
            actions.answer(shown, person, form.values(), form.texts())
        except actions.TooLate:
            return page.ended("late", form)
        except actions.AnsweredAlready:
            return page.ended("again", form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("answer", pk=pk)
    return page.asked(form)


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
    page = _Page(request, round_, questions, START, {})
    form = page.form()
    if not queries.takes_start_answers(round_, asked):
        return page.ended("late", form)
    if asked is not None and queries.has_answered(asked, person):
        return page.ended("again", form) if page.sends else page.ended("thanks", form)
    if page.sends and form.is_valid():
        told = request.POST.get("number", "")
        try:
            actions.answer_start(round_, person, form.values(), int(told) if told.isdecimal() else 0)
        except actions.TooLate:
            return page.ended("late", form)
        except actions.AnsweredAlready:
            return page.ended("again", form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("start_questions", pk=pk)
    return page.asked(form, number=number)


class _Page:
    """One page of questions, in one of three languages."""

    def __init__(
        self, request: HttpRequest, round_: Round, questions: Questions, when: str, group: Mapping[str, bool]
    ) -> None:
        self.request, self.round, self.questions, self.when, self.group = request, round_, questions, when, group
        posted = request.method == "POST"
        # A change of the language is a press as well, so that what was typed comes along.
        self.sends = posted and "show_in" not in request.POST
        told = request.POST if posted else request.GET
        self.lang = language_of(told.get("show_in") or told.get("asked_in"))

    def form(self) -> AnswerForm:
        told = self.request.POST if self.request.method == "POST" else None
        texts = not self.group.get("few_for_texts")
        return AnswerForm(
            told if self.sends else None,
            initial=told.dict() if told and not self.sends else None,
            questions=self.questions,
            lang=self.lang,
            when=self.when,
            texts=texts,
        )

    def asked(self, form: AnswerForm, number: int | None = None) -> HttpResponse:
        context = {"form": form, "group": self.group, "number": number, "languages": languages()}
        return render(self.request, "evaluation/answer.html", self._context() | context)

    def ended(self, how: str, form: AnswerForm) -> HttpResponse:
        """Thank you; or why it was not taken, with what had been written."""
        written = form.written() if self.sends and how != "thanks" else []
        return render(self.request, "evaluation/answered.html", self._context() | {"how": how, "written": written})

    def _context(self) -> dict[str, object]:
        words = all_words()[self.lang]
        return {"round": self.round, "words": words, "lang": self.lang, "at_start": self.when == START}


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
        actions.close_questionnaire(shown, person_of(request))
        messages.success(request, _("The questionnaire is closed, and the answers themselves have been deleted."))
        return redirect("round_evaluation", pk=pk)
    return render(request, "evaluation/close.html", {"round": round_})
