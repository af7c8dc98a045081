"""`python -m zerosum`: the command line."""

import sys

from zerosum.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
