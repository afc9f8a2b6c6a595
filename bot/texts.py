"""Every sentence of the interface, through one gettext catalogue.

`say("…", name=value)` in code is what Babel extracts; values are escaped unless they are `Markup`, so
nothing a person typed can become markup. `label` is for where no markup is read: buttons and toasts.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.markup import Markup, escape

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "bot"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Marks a text of a record for the catalogue; it is translated where it is shown."""
    return message


class Texts:
    """The catalogue in one language."""

    def __init__(self, translations: gettext.NullTranslations) -> None:
        self._translations = translations

    def say(self, message: str, /, **values: object) -> Markup:
        """The text as markup, each value escaped unless it is `Markup`."""
        return Markup(self._translations.gettext(message).format_map(_safe(values)))

    def label(self, message: str, /, **values: object) -> str:
        """The text where no markup is read: a button, a toast, a menu."""
        return self._translations.gettext(message).format_map(values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> Markup:
        """The text in the plural form that `n` demands; `n` itself is a value too."""
        return Markup(self._translations.ngettext(one, many, n).format_map({"n": n, **_safe(values)}))


def _safe(values: Mapping[str, object]) -> dict[str, Markup]:
    """The values as markup: what is not `Markup` already is escaped."""
    return {n: v if isinstance(v, Markup) else escape(str(v)) for n, v in values.items()}


class Catalogue:
    """All languages there are; English is in the code itself."""

    def __init__(self, languages: Mapping[str, Texts]) -> None:
        self._languages = MappingProxyType(dict(languages))
        self.default = Texts(gettext.NullTranslations())

    def texts(self, language: str) -> Texts:
        """The texts for a language tag such as `pt-BR`; English when there is no translation."""
        whole = language.replace("-", "_")
        return self._languages.get(whole) or self._languages.get(whole.split("_")[0]) or self.default


def load_catalogue(folder: Path = LOCALES) -> Catalogue:
    """Reads every `<language>.po` of the folder."""
    return Catalogue({path.stem: Texts(_translations(path)) for path in sorted(folder.glob("*.po"))})


def _translations(path: Path) -> gettext.GNUTranslations:
    # Only where there is something to translate into.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem, domain=DOMAIN)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
