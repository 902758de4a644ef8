"""Open the window, or do one command when the command line names one."""

import sys


def main() -> None:
    """Start what the command line asks for."""
    if len(sys.argv) > 1:
        from lndesk.cli import main as command

        sys.exit(command())
    else:
        from ui.app import run

        sys.exit(run())


if __name__ == "__main__":
    main()
