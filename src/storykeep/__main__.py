"""`python -m storykeep` is `storykeep`."""

from storykeep.cli import main

main()
