"""The vocabulary and its suggestions."""

from oppipari.rounds import vocabulary


def test_entries_are_found_by_any_language_and_letters() -> None:
    assert {vocabulary.find(t) for t in ("lääkehoito", "MEDICATION", " Läkemedelsbehandling ")} == {"medication"}
    assert vocabulary.find("jotain aivan muuta") is None
    assert vocabulary.label("medication", "fi") == "Lääkehoito"


def test_own_words_suggest_entries() -> None:
    assert vocabulary.suggest("haavojen hoito")[0] == "wound-care"
    assert "ergonomics" in vocabulary.suggest("nostot ja siirrot")
    assert vocabulary.suggest("   ") == []


def test_swedish_words_find_entries_and_stand_in_the_order_of_the_alphabet() -> None:
    assert vocabulary.suggest("minnessjukdom")[0] == "memory-disorders"
    assert vocabulary.suggest("demens")[0] == "memory-disorders"
    growth = [label for _key, label in dict(vocabulary.by_area("sv"))["growth"]]
    assert (growth[0], growth[-1]) == ("Att lära sig lära", "Återhämtning")
