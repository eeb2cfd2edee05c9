"""The organisation's own questions: read by its supervisors, changed between rounds by who may."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from oppipari.evaluation.access import may_edit_questions, may_read_questions
from oppipari.evaluation.items import LANGUAGES, START, Questions, ours
from oppipari.evaluation.questionnaire import files, question_sets
from oppipari.evaluation.questionnaire.actions import change_questions
from oppipari.evaluation.questionnaire.page_words import language_of
from oppipari.organisation.errors import StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.web import number_in, person_of


class QuestionsForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The changed file"),
        help_text=gettext_lazy("The file that you downloaded, with the ending .toml."),
        widget=forms.FileInput(attrs={"accept": ".toml,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "invalid": gettext_lazy("The file did not arrive. Choose it again."),
        },
    )


def _reader(request: HttpRequest) -> Person:
    person = person_of(request)
    if not may_read_questions(person):
        raise Http404
    return person


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """What is asked; for who may: bring a changed file, or take ours again."""
    person = _reader(request)
    edits = may_edit_questions(person)
    form = QuestionsForm()
    if request.method == "POST":
        if not edits:
            raise Http404
        seen = number_in(request.POST["seen"]) if "seen" in request.POST else None
        try:
            if "ours" in request.POST:
                change_questions(person, None, seen)
                messages.success(request, _("From now on our own questions are asked."))
                return redirect("questions")
            form = QuestionsForm(request.POST, request.FILES)
            if form.is_valid() and (content := _read(form)) is not None:
                made = change_questions(person, content, seen)
                messages.success(
                    request,
                    _(
                        "These questions are asked from now on: version %(number)d. What is open already keeps its words."
                    )
                    % {"number": made.number},
                )
                return redirect("questions")
        except StaleEdit as error:
            form.add_error(None, str(error.message)) if form.is_bound else messages.error(request, str(error.message))
    organisation = person.organisation
    in_english = {i.source for i in [*ours().all_items(), *ours().open_items()]}
    asked, lang = question_sets.asked_next(organisation), language_of(None)
    newest = question_sets.latest(organisation)
    context = {
        "form": form,
        "edits": edits,
        "in_english": in_english,
        "statements": [(i.text(lang), START in i.when, i.source, _others(i.texts, lang)) for i in asked.all_items()],
        "open": [(i.text(lang), i.source, _others(i.texts, lang)) for i in asked.open_items()],
        "scale": [word for _value, word in asked.scale(lang)],
        "about": asked.about(lang),
        "number": question_sets.number_next(organisation),
        "is_own": newest is not None and newest.is_own,
        "seen": newest.number if newest else 0,
        "versions": question_sets.versions(organisation),
    }
    return render(request, "evaluation/questions.html", context)


def _read(form: QuestionsForm) -> dict[str, Any] | None:
    file = form.cleaned_data["file"]
    try:
        return files.read(file.read(files.LONGEST_FILE + 1))
    except files.NotUsable as error:
        for line in error.lines[:20]:
            form.add_error("file", line)
        return None


def _others(texts: dict[str, str], lang: str) -> list[tuple[str, str]]:
    return [(code, texts[code]) for code in LANGUAGES if code != lang and texts.get(code)]


@login_required
@never_cache
@require_GET
def questions_file(request: HttpRequest) -> HttpResponse:
    """The questions as a file, `?number=` for an earlier version."""
    person = _reader(request)
    asked = question_sets.asked_next(person.organisation)
    number = request.GET.get("number", "")
    if number:
        found = question_sets.of_number(person.organisation, number_in(number))
        if found is None:
            raise Http404
        asked = Questions(found.content)
    response = HttpResponse(files.written(asked), content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="oppipari-questions.toml"'
    return response
