"""The form of the upload page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Spreadsheet of sign-ups"),
        help_text=_(
            "An .xlsx or .csv file, such as an export of Microsoft Forms or Webropol, in Finnish, Swedish or English."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
            "invalid": _("The file did not arrive. Choose it again."),
        },
    )
