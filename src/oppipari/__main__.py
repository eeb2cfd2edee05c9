"""The program's first step, before anything heavy is imported."""

import signal


def main() -> None:
    """Run the command line; while it is still being imported, Ctrl-C ends it without a word."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:  # as a shell has it for what runs in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from oppipari.cli import app

    signal.signal(signal.SIGINT, before)
    app()


if __name__ == "__main__":
    main()
