"""The steps of a wizard in a line: which one is open, which are done, and how far the others are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from lndesk.i18n import _
from ui.icons import icon
from ui.widgets.buttons import Button
from ui.widgets.flow import FlowLayout, keep_height
from ui.widgets.state import set_state


class StepBar(QWidget):
    """One button a step; each leads to its page."""

    def __init__(
        self,
        steps: Sequence[tuple[str, str]],
        on_chosen: Callable[[str], object],
        parent: QWidget | None = None,
    ) -> None:
        """Show the steps, a code and a title each."""
        super().__init__(parent)
        self.setAccessibleName(_("Steps"))
        self._titles = {code: f"{n} {title}" for n, (code, title) in enumerate(steps, 1)}
        self.buttons: dict[str, Button] = {}
        line = FlowLayout(gap=4, line_gap=4, parent=self)
        line.setContentsMargins(0, 0, 0, 0)
        keep_height(self)
        for code, title in self._titles.items():
            button = self.buttons[code] = Button(title, self._chooser(code, on_chosen), kind="link")
            button.setProperty("kind", "step")
            line.addWidget(button)

    def show_progress(self, here: str, progress: dict[str, tuple[int, int]]) -> None:
        """Mark the open step; say of each how many of its answers there are."""
        for code, button in self.buttons.items():
            done, of = progress.get(code, (0, 0))
            whole = of > 0 and done >= of
            said = self._titles[code]
            if of > 1 and not whole:
                said = _("{step} {n} of {all}", step=said, n=done, all=of)
            button.setText(said)
            button.setAccessibleName(_("{step}, done", step=said) if whole else said)
            button.setAccessibleDescription(_("This step is open.") if code == here else "")
            button.setIcon(icon("circle-check", "ok") if whole else icon("circle-dashed", "text_muted"))
            button.setEnabled(True)
            set_state(button, "here" if code == here else "")
            button.updateGeometry()
        layout = self.layout()
        if layout is not None:  # the words have grown or shrunk
            layout.invalidate()
            layout.setGeometry(self.rect())

    def texts(self) -> list[str]:
        """Return what the steps say."""
        return [button.text() for button in self.buttons.values()]

    @staticmethod
    def _chooser(code: str, on_chosen: Callable[[str], object]) -> Callable[[], object]:
        return lambda: on_chosen(code)
