"""Processes that meet in one database, on both databases: at the same moment, and with secrets of their own."""

import pytest
from tests.databases import Installation, database, installation  # noqa: F401

pytestmark = pytest.mark.slow

MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from oppipari.evaluation.questionnaire import canary
assert canary.at_start() is canary.Sight.ALL
from tests.evaluation.test_evaluation import an_evaluation
from tests.factories import RoundFactory, SignUpFactory
questionnaire, boss, people = an_evaluation(10)
starting = RoundFactory()
for _ in range(10):
    SignUpFactory(round=starting)
"""
ACT = """
from tests.evaluation.test_evaluation import answers
from oppipari.evaluation import actions
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire.actions import people_asked
from oppipari.rounds.models import Round, SignUp
mine = "ab".index(name)
questionnaire = Questionnaire.objects.get()
people = people_asked(questionnaire.round)
signed = list(SignUp.objects.filter(round=Round.objects.get(state="sign_up")).select_related("round", "person"))
together("answer")
for place, person in enumerate(people):
    if place % 2 == mine:
        actions.answer(questionnaire, person, answers(1 + place % 5), {"worth_spreading": f"Ajatus {place}"})
for place, made in enumerate(signed):
    if place % 2 == mine:
        actions.answer_start(made.round, made.person, {"learnt": 1 + place % 5}, 1)
# The same person from two devices.
together("twice")
try:
    actions.answer(questionnaire, people[0], answers(1), {})
except actions.AnsweredAlready:
    print("already")
"""
LOOK = """
import django; django.setup()
from oppipari.evaluation.models import Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import boxes
for model in (Questionnaire, StartQuestions):
    found = boxes.look_into(model.objects.get().box)
    print(found.respondents, sum(found.counts["learnt"]), sum(map(len, found.texts.values())))
"""


HOUSE = """
import django; django.setup()
import logging, sys
from oppipari.rounds.models import Round
Round.objects.filter(state="sign_up").update(state="meeting")
logging.disable(logging.CRITICAL)
from oppipari.evaluation.models import Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import canary
from oppipari.organisation.errors import DomainError
from oppipari.rounds.models import Round
from oppipari.site import housekeeping
print(canary.at_start().name)
print(housekeeping.keep_house())
questionnaire = Questionnaire.objects.get()
from oppipari.evaluation import actions
from oppipari.organisation.models import Role
try:
    actions.close_questionnaire(questionnaire, Role.objects.get(kind="supervisor", unit=questionnaire.round.unit).person)
except DomainError as error:
    print(type(error).__name__)
print(Box.objects.count(), [q.state for q in (Questionnaire.objects.get(), StartQuestions.objects.get())])
"""


def test_answers_given_at_the_same_moment_all_count_and_a_machine_with_its_own_secrets_destroys_none(
    installation: Installation,  # noqa: F811
) -> None:
    installation.run(MAKE)
    assert installation.run_at_once(ACT) == ["already\n", "already\n"]
    assert installation.run(LOOK).split("\n")[:2] == ["20 20 20", "10 10 0"]
    # A second machine with a folder of its own, where start questions are due to be closed by whoever keeps house first.
    keys = installation.folder / "of-another-machine"
    other = {
        **installation.env,
        "ANSWER_KEYS": str(keys),
        "SECRET_KEY": (installation.folder / "secret.key").read_text(),
    }
    mine, installation.env = installation.env, other
    assert installation.run(HOUSE).splitlines() == ["OTHER_KEYS", "None", "SecretsElsewhere", "2 ['open', 'open']"]
    installation.env = {**mine, "SECRET_KEY": "of another machine"}
    assert installation.run(HOUSE).splitlines() == ["OTHER_SECRET", "None", "SecretsElsewhere", "2 ['open', 'open']"]
    installation.env = mine
    assert installation.run(LOOK).split("\n")[:2] == ["20 20 20", "10 10 0"]
    assert installation.run(HOUSE).splitlines() == ["ALL", "[]", "0 ['closed', 'closed']"]
