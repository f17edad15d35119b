"""`python -m eval` is `dateline-eval`."""

from eval.cli import main

main()
