"""Uploading sign-ups: what was understood is shown first, and only invitations come of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from oppipari.exchange.files import MAX_FILE, MEGABYTE, UnreadableFile
from oppipari.exchange.forms import UploadForm
from oppipari.exchange.reading import FormRow, Reading, Remark, read_signups
from oppipari.organisation.access import get_or_404
from oppipari.organisation.errors import DomainError
from oppipari.organisation.text import fold
from oppipari.organisation.web import person_of
from oppipari.rounds import actions, queries, vocabulary
from oppipari.rounds.access import rounds_supervised


def _invited(row: FormRow, teams: dict[str, int]) -> dict[str, Any]:
    """A row as `rounds.actions.invite` takes it; `teams` gives the ids of the unit's teams by folded name."""
    answers = {
        "shares": [k for k in row.shares if k in vocabulary.competences()],
        "wants": [k for k in row.wants if k in vocabulary.competences()],
        "stage": row.stage,
        "slots": list(row.slots),
        "languages": list(row.languages),
        "way": row.way or "either",
        "wished_stage": next(iter(row.wished_stages), ""),
        "team": teams.get(fold(row.team)),
    }
    return {"email": row.email, "name": row.name, "answers": answers, "exclusion": row.exclusion}


@login_required
@require_http_methods(["GET", "POST"])
def round_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a file; look at what was understood; make the invitations."""
    person = person_of(request)
    shown = get_or_404(rounds_supervised(person).select_related("unit"), pk=pk)
    key, lang = f"upload:{shown.pk}", request.LANGUAGE_CODE
    form, reading = UploadForm(), None
    if request.method == "POST" and "invite" in request.POST:
        people = request.session.get(key)
        if people == []:  # the second half of a double click
            return redirect("round_sign_ups", pk=pk)
        if people is None:
            messages.error(request, _("The file is no longer here. Choose it again."))
            return redirect("round_upload", pk=pk)
        try:
            count = actions.invite(shown, person, people)
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect("round_upload", pk=pk)
        request.session[key] = []
        messages.success(request, queries.invitations_made(count))
        if count < len(people):
            messages.info(request, _("Nobody is invited twice to the same round, whatever they have answered."))
        return redirect("round_sign_ups", pk=pk)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            reading = _read(form, lang)
            if reading:
                # The file itself is not kept: only what was understood waits, in the supervisor's own session.
                teams = {fold(team.name): team.pk for team in shown.unit.teams.all()}
                request.session[key] = [_invited(row, teams) for row in reading.people]
    takes = shown.takes_sign_ups(timezone.localdate())
    page = {"round": shown, "form": form, "takes": takes, **_shown(reading, lang)}
    return render(request, "exchange/upload.html", page)


def _read(form: UploadForm, lang: str) -> Reading | None:
    file = form.cleaned_data["file"]
    try:
        if file.size > MAX_FILE:
            raise UnreadableFile("too_large", file=file.name, limit=MAX_FILE // MEGABYTE)
        return read_signups(file.name, file.read())
    except UnreadableFile as error:
        form.add_error("file", _sentence(error, lang))
        return None


def _sentence(error: UnreadableFile, lang: str) -> str:
    """Why the file cannot be used; the reader's own words are for the command line where it comes to columns."""
    advice = {
        "no_known_column": _(
            "%(file)s, row 1: no column was recognised. Columns: %(columns)s. Give them headings such as Name, E-mail, "
            "Can share, Wants to learn, and choose the file again."
        ),
        "no_email": _(
            "%(file)s, row 1: no column holds e-mail addresses, so nobody can be invited. Columns: %(columns)s. Add a "
            "column with the heading E-mail and choose the file again."
        ),
    }
    return advice[error.code] % error.params if error.code in advice else error.sentence(lang)


def _shown(reading: Reading | None, lang: str) -> dict[str, Any]:
    if reading is None:
        return {}
    labels = {
        "email": _("e-mail"), "name": _("name"), "first_name": _("first name"), "last_name": _("last name"),
        "unit": _("work unit"), "team": _("team"), "supervisor": _("supervisor"), "stage": _("career stage"),
        "shares": _("can share"), "wants": _("wants to learn"), "slots": _("working times"),
        "way": _("way of meeting"), "languages": _("languages"), "wished_stage": _("wished career stage"),
        "exclusion": _("cannot be paired with"), "capacity": _("how many"),
    }  # fmt: skip
    known = vocabulary.competences()
    return {
        "reading": reading,
        "columns": [(labels[str(f)], ", ".join(headings)) for f, headings in reading.columns.items()],
        "remarks": [(r.row, r.column, _remark(r, lang)) for r in (*reading.one_way(), *reading.remarks)],
        "people": [
            {
                "name": row.name,
                "email": row.email,
                "shares": ", ".join(vocabulary.label(k, lang) for k in row.shares if k in known),
                "wants": ", ".join(vocabulary.label(k, lang) for k in row.wants if k in known),
            }
            for row in reading.people
        ],
    }


def _remark(remark: Remark, lang: str) -> str:
    if remark.code == "own_word":
        # On the command line own words count as they are; here everyone chooses from the vocabulary.
        return _("“%(value)s” is not in the vocabulary. The person chooses something like it when they confirm.") % (
            remark.params
        )
    return remark.message(lang)
