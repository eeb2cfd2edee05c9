"""Words that come from libraries are ours: what to fill in, and no address where one signs in."""

import re
from typing import Any

import pytest
from django import forms
from django.urls import reverse
from django.utils import translation
from tests.factories import RoundFactory, pair_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "Täytä tämä kohta."), ("sv", "Fyll i den här punkten."), ("en", "Fill this in, please.")],
)
def test_every_form_says_kindly_what_is_missing(language: str, text: str) -> None:
    class Some(forms.Form):
        line = forms.CharField()
        day = forms.DateField()
        several = forms.MultipleChoiceField(choices=[("a", "a")])
        said = forms.CharField(error_messages={"required": "Own words."})

    with translation.override(language):
        errors = Some({}).errors
        assert [errors[name] for name in ("line", "day", "several")] == [[text]] * 3
        assert errors["said"] == ["Own words."]


@pytest.mark.parametrize(
    ("language", "text"),
    [("fi", "Enintään 5 merkkiä, kiitos. Tässä on 7."), ("sv", "Högst 5 tecken, tack. Här finns 7.")],
)
def test_every_form_says_kindly_what_is_too_long(language: str, text: str) -> None:
    class Some(forms.Form):
        line = forms.CharField(max_length=5)

    with translation.override(language):
        assert Some({"line": "x" * 7}).errors["line"] == [text]


@pytest.mark.django_db
def test_signing_in_shows_no_address(client: Any, mailbox: Mailbox) -> None:
    person = pair_of(RoundFactory(state=Round.State.MEETING)).members.earliest("pk").person
    client.post(reverse("account_request_login_code"), {"email": person.email})
    deliver_all()
    code = re.search(r"Kirjautumiskoodisi on (\S+)", text_of(mailbox.to(person.email)[-1]))
    assert code
    page = client.post(reverse("account_confirm_login_code"), {"code": code[1]}, follow=True).content.decode()
    assert f"Hei, {person.name}" in page
    assert person.email not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "name"), [("fi", "suomi"), ("sv", "finska"), ("en", "Finnish")])
def test_languages_are_written_as_each_language_writes_them(client: Any, language: str, name: str) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person = pair.members.earliest("pk").person
    person.language = language
    person.save()
    client.force_login(person, backend=BACKEND)
    page = client.get(reverse("pair", args=[pair.pk]), headers={"accept-language": language}).content.decode()
    assert f"<dd>{name}</dd>" in page
