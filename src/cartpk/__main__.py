"""`python -m cartpk` is `cartpk`."""

from __future__ import annotations

from cartpk.cli import main

if __name__ == "__main__":
    main()
