"""Why the operating system would not read or write a file, in the reader's language: its own words are English."""

import errno

REASONS: dict[str, dict[int, str]] = {
    "fi": {
        errno.ENOENT: "kansiota ei ole",
        errno.ENOTDIR: "polussa on tiedosto kansion paikalla",
        errno.EISDIR: "samanniminen kansio on jo olemassa",
        errno.EACCES: "sinulla ei ole siihen oikeutta",
        errno.EPERM: "sinulla ei ole siihen oikeutta",
        errno.EROFS: "levylle ei voi kirjoittaa",
        errno.ENOSPC: "levy on täynnä",
        errno.EDQUOT: "levytilasi on täynnä",
        errno.ENAMETOOLONG: "nimi on liian pitkä",
        errno.EBUSY: "tiedosto on toisen ohjelman käytössä",
        errno.ELOOP: "linkit osoittavat toisiinsa",
        errno.EIO: "levy ei vastaa",
    },
    "sv": {
        errno.ENOENT: "mappen finns inte",
        errno.ENOTDIR: "det finns en fil i stället för en mapp i sökvägen",
        errno.EISDIR: "det finns redan en mapp med det namnet",
        errno.EACCES: "du har inte rätt till den",
        errno.EPERM: "du har inte rätt till den",
        errno.EROFS: "det går inte att skriva på skivan",
        errno.ENOSPC: "skivan är full",
        errno.EDQUOT: "ditt utrymme på skivan är fullt",
        errno.ENAMETOOLONG: "namnet är för långt",
        errno.EBUSY: "ett annat program använder filen",
        errno.ELOOP: "länkarna pekar på varandra",
        errno.EIO: "skivan svarar inte",
    },
    "en": {
        errno.ENOENT: "there is no such folder",
        errno.ENOTDIR: "a file stands in the place of a folder",
        errno.EISDIR: "a folder of that name is already there",
        errno.EACCES: "you have no right to it",
        errno.EPERM: "you have no right to it",
        errno.EROFS: "the disk cannot be written to",
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your share of the disk is full",
        errno.ENAMETOOLONG: "the name is too long",
        errno.EBUSY: "another program uses the file",
        errno.ELOOP: "links point to one another",
        errno.EIO: "the disk does not answer",
    },
}
UNKNOWN = {
    "fi": "käyttöjärjestelmän virhe {number}",
    "sv": "fel {number} i operativsystemet",
    "en": "error {number} of the operating system",
}


def os_reason(error: OSError, lang: str) -> str:
    """The reason of `error` as it stands in brackets after "cannot be written"."""
    number = error.errno or 0
    return REASONS[lang].get(number) or UNKNOWN[lang].format(number=number)
