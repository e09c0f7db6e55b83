"""`python -m lifecycle_utils` is the command `lifecycle`."""

from lifecycle_utils.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
