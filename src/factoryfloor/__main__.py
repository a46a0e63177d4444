"""`python -m factoryfloor` is the command `factoryfloor`."""

from __future__ import annotations

from factoryfloor.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
