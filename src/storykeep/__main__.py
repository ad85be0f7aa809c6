"""`python -m storykeep` is `storykeep`."""

import signal


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends the process in silence."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from storykeep.cli.entry import main as run

    run()


if __name__ == "__main__":
    main()
