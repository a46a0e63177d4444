"""`python -m factoryfloor` is the command `factoryfloor`."""

from factoryfloor.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
