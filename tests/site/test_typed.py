"""Nothing typed is lost: also where one was signed out, the page was open for long, or what it led to has gone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, pair_of

from oppipari.insights import actions as insights

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TEXT = "Vuoronvaihdossa <b>viisi</b> hiljaista minuuttia."
SHOWN = "Vuoronvaihdossa &lt;b&gt;viisi&lt;/b&gt; hiljaista minuuttia."


def body(response: Any) -> str:
    return str(response.content.decode())


def test_whoever_was_signed_out_gets_back_what_they_wrote(client: Any) -> None:
    pair = pair_of(RoundFactory())
    url = reverse("insight_new", args=[pair.pk])
    answer = client.post(
        url, {"text": TEXT, "kind": "worked", "pk": "17"}, headers={"referer": f"http://testserver{url}"}
    )
    assert answer.status_code == 403
    assert "Sinut on kirjattu ulos" in body(answer)
    assert SHOWN in body(answer)
    assert f"next={url.replace('/', '%2F')}" in body(answer)
    assert "worked" not in body(answer)
    assert "no-store" in answer["Cache-Control"]


def test_a_post_without_words_leads_to_signing_in_as_ever(client: Any) -> None:
    url = reverse("insight_new", args=[pair_of(RoundFactory()).pk])
    assert client.post(url, {"kind": "worked"}).status_code == 302
    assert client.get(url).status_code == 302


def test_a_page_of_another_site_is_never_the_next_one(client: Any) -> None:
    url = reverse("insight_new", args=[pair_of(RoundFactory()).pk])
    answer = client.post(url, {"text": TEXT}, headers={"referer": "https://elsewhere.example.org//evil.example.org/"})
    assert "evil.example.org" not in body(answer)
    assert "elsewhere" not in body(answer)


def test_an_edit_of_an_insight_that_was_withdrawn_gives_the_text_back(client: Any) -> None:
    pair = pair_of(RoundFactory())
    first, second = (m.person for m in pair.members.all())
    draft = insights.write(pair, first, "Ensimmäinen ajatus tästä.")
    insights.withdraw(draft, first)
    client.force_login(second, backend=BACKEND)
    answer = client.post(reverse("insight", args=[draft.pk]), {"edit": "1", "text": TEXT})
    assert answer.status_code == 404
    assert SHOWN in body(answer)


def test_a_form_that_was_open_too_long_gives_the_text_back() -> None:
    pair = pair_of(RoundFactory())
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("insight_new", args=[pair.pk]), {"text": TEXT})
    assert answer.status_code == 403
    assert SHOWN in body(answer)
