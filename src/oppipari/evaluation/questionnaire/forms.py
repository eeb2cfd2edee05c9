"""The questionnaire as a form."""

from typing import Any

from django import forms

from oppipari.evaluation.items import END, Item, Questions
from oppipari.evaluation.questionnaire.actions import TEXT_LENGTH
from oppipari.evaluation.questionnaire.page_words import all_words
from oppipari.evaluation.questionnaire.words import plain_text
from oppipari.personal_data_hints import Hint, find_hints

# Names that the page itself posts, which no question may have as its key.
TAKEN = frozenset({"csrfmiddlewaretoken", "asked_in", "show_in", "number", "looked"})


class AnswerForm(forms.Form):
    """All questions on one page, none of them obligatory, in the language they are asked in."""

    def __init__(
        self, *args: Any, questions: Questions, lang: str, when: str = END, texts: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        words = all_words()[lang]
        self._words, self._items = words, questions.items(when)
        self._open = questions.open_items() if texts and when == END else []
        self._noticed: dict[str, list[Hint]] = {}
        for item in self._items:
            self.fields[item.key] = forms.TypedChoiceField(
                label=item.text(lang),
                choices=questions.scale(lang),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": words["scale"]},
            )
        for item in self._open:
            described = f"id_{item.key}_reads"
            area = forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "ds-input", "aria-describedby": described})
            self.fields[item.key] = forms.CharField(label=item.text(lang), required=False, widget=area)

    def clean(self) -> dict[str, Any]:
        clean: dict[str, Any] = super().clean() or self.cleaned_data
        for item in self._open:
            clean[item.key] = text = plain_text(clean.get(item.key) or "")
            if len(text) > TEXT_LENGTH:
                self.add_error(item.key, self._words["too_long"].format(count=len(text), most=TEXT_LENGTH))
                self._describe(item, "error")
        if not self.errors and not any(v not in (None, "") for v in clean.values()):
            self.add_error(None, self._words["nothing"])
        return clean

    @property
    def statements(self) -> list[tuple[str, forms.BoundField]]:
        """(which of how many, the field) of each statement."""
        count = len(self._items)
        said = self._words["number"]
        return [(said.format(now=n, all=count), self[i.key]) for n, i in enumerate(self._items, start=1)]

    @property
    def open(self) -> list[tuple[forms.BoundField, list[tuple[str, str]]]]:
        """Each open question with what `look` noticed in its answer: (words of the answer, what is said of them)."""
        return [
            (self[i.key], [(n.words, self._words[f"look_{n.kind}"]) for n in self._noticed.get(i.key, [])])
            for i in self._open
        ]

    @property
    def noticed(self) -> list[forms.BoundField]:
        """The open questions in whose answers something was noticed, in their order."""
        return [self[key] for key in self._noticed]

    def look(self) -> bool:
        """Look once at the open answers for what may tell of somebody; whether there is something to show.

        It is shown and kept nowhere. What is too long is not looked at: that is said first.
        """
        for item in self._open:
            text = plain_text(self._said(item))
            if len(text) <= TEXT_LENGTH and (found := find_hints(text)):
                self._noticed[item.key] = found
                self._describe(item, "noticed")
        return bool(self._noticed)

    def _describe(self, item: Item, part: str) -> None:
        self.fields[item.key].widget.attrs["aria-describedby"] += f" id_{item.key}_{part}"

    def _said(self, item: Item) -> str:
        """What was posted for a question, whether it was sent or came along with another language."""
        told = self.data if self.is_bound else self.initial
        return str(told.get(item.key) or "")

    def values(self) -> dict[str, int | None]:
        return {i.key: self.cleaned_data.get(i.key) for i in self._items}

    def texts(self) -> dict[str, str]:
        return {i.key: self.cleaned_data.get(i.key) or "" for i in self._open}

    def written(self) -> list[tuple[str, str]]:
        """(question, what was typed or chosen) as it was posted, to be given back where it could not be taken."""
        chosen = []
        for item in self._items:
            words = {str(value): word for value, word in self.fields[item.key].choices}  # type: ignore[attr-defined]
            if (value := self._said(item)) in words:
                chosen.append((str(self.fields[item.key].label), str(words[value])))
        typed = [(str(self.fields[i.key].label), self._said(i).strip()) for i in self._open]
        return [*((q, t) for q, t in typed if t), *chosen]
