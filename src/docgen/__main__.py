"""`python -m docgen`: the same as the console script, where scripts are not on the path."""

from docgen.cli.main import main

main()
