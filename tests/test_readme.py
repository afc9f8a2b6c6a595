"""The README's tables say what the code says. `python -m tests.test_readme` writes them anew."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from bot.commands import Registry
from bot.config import PREFIX, Settings
from tests.core import registry

README = Path(__file__).parent.parent / "README.md"


def command_table(commands: Registry) -> str:
    lines = ["| command | what it does |", "|---|---|"]
    lines += [f"| `{c.usage}` | {c.description} |" for c in commands if c.name != "start"]
    return "\n".join(lines)


def settings_table() -> str:
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = f"`{default}`" if default not in (None, (), ...) and not field.default_factory else "none"
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines)


def renewed(text: str) -> str:
    for name, table in (("commands", command_table(registry())), ("settings", settings_table())):
        text = re.sub(
            rf"(<!-- {name}:.*?-->\n).*?(<!-- /{name} -->)",
            lambda m, table=table: f"{m[1]}{table}\n{m[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


def test_the_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert renewed(text) == text, "run: python -m tests.test_readme"


def test_the_files_it_names_are_there() -> None:
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https)([^)#]+)\)", text):
        assert (README.parent / target).exists(), target


def test_the_catalogue_holds_every_sentence(tmp_path: Path) -> None:
    from babel.messages.frontend import CommandLineInterface  # noqa: PLC0415

    root = README.parent
    command = re.search(r"\.venv/bin/pybabel (extract [^`]+)`", (root / "CONTRIBUTING.md").read_text("utf-8"))
    assert command is not None
    fresh = tmp_path / "bot.pot"
    arguments = command[1].replace("bot/locales/bot.pot", str(fresh)).split()
    CommandLineInterface().run(["pybabel", *arguments])
    assert fresh.read_text("utf-8") == (root / "bot/locales/bot.pot").read_text("utf-8"), command[0]


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
    subprocess.run(["git", "--no-pager", "diff", "--stat", str(README)], check=False)
