"""``python -m aicoach`` runs the command line."""

from aicoach.cli import main

if __name__ == "__main__":
    main()
